//! How the firm's mail looks: every kind, with made-up content, in each language.

use portal_core::directory::DirectoryRefusal;
use portal_core::notifications::Specimen;
use portal_core::values::Language;
use portal_core::{MailPreview, Refusal};

use crate::handlers::Asked;
use crate::handlers::mailbox::mail_html;
use crate::views::staff::MailLooks;
use crate::views::{Flash, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page};
use crate::web::posted::Posted;
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

/// Which mail is sent.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Test {
    kind: String,
    language: String,
}

/// `POST /staff/mail/test`: to whoever looks at it, and nobody else.
pub(crate) async fn send_test(posted: Posted<AsStaff, Test>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let specimen = Specimen::named(&fields.kind).ok_or(Problem::NotFound)?;
    let language = Language::new(&fields.language).map_err(|_| Problem::NotFound)?;
    let sent = staff.staff.settings().send_test(specimen, &language).command(command).await;
    let flash = match sent {
        Ok(()) => Flash::done(format!("A test is on its way to {}.", staff.me.email)),
        Err(error) => match error.refusal() {
            Some(Refusal::Directory(DirectoryRefusal::TooManyTests { most })) => Flash::problem(format!(
                "You sent yourself {most} tests within an hour. The next one can go a little later."
            )),
            _ => return Err(error.into()),
        },
    };
    go_saying(&paths::look(specimen, &language), flash)
}
