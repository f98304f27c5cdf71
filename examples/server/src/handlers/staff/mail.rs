//! How the firm's mail looks: every kind, with made-up content, in each language.

use portal_core::MailPreview;
use portal_core::notifications::Specimen;
use portal_core::values::Language;

use crate::handlers::Asked;
use crate::handlers::mailbox::mail_html;
use crate::views::staff::MailLooks;
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// Which mail is looked at; of what is left out the first.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wanted {
    kind: Option<String>,
    language: Option<String>,
}

impl Wanted {
    async fn read(self, staff: &AsStaff) -> Result<(Specimen, MailPreview), Problem> {
        let kind = self.kind.map_or(Some(Specimen::SharedFolder), |name| Specimen::named(&name));
        let language = self.language.map_or_else(
            || Ok(staff.firm.settings.language.clone()),
            |tag| Language::new(&tag).map_err(|_| Problem::NotFound),
        )?;
        let specimen = kind.ok_or(Problem::NotFound)?;
        Ok((specimen, staff.staff.settings().preview_mail(specimen, &language).await?))
    }
}

/// `GET /staff/mail`.
pub(crate) async fn show(staff: AsStaff, Asked(wanted): Asked<Wanted>) -> Answer {
    let (specimen, preview) = wanted.read(&staff).await?;
    let languages = staff.staff.settings().mail_languages();
    page(&MailLooks { frame: staff.frame(), specimen, languages, preview })
}

/// `GET /staff/mail/html`: its HTML part alone, as the mailbox shows one.
pub(crate) async fn html(staff: AsStaff, Asked(wanted): Asked<Wanted>) -> Answer {
    let (_, preview) = wanted.read(&staff).await?;
    let words = preview.words.as_ref().map_err(|_| Problem::NotFound)?;
    Ok(mail_html(&words.html, &preview.images))
}
