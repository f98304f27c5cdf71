//! A contact's page, and erasing them.

use portal_core::ContactRow;
use portal_core::Error;
use portal_core::values::{ClientId, ContactId};

use super::{administers, head};
use crate::handlers::Ids;
use crate::views::staff::{ContactPage, EraseContact};
use crate::views::{Field, Flash, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::Posted;
use crate::web::problem::refusal_sentence;

/// `GET /staff/clients/{client}/contacts/{contact}`: one who was removed is shown, too.
pub(crate) async fn show(staff: AsStaff, ids: Ids) -> Answer {
    let (client, contact): (ClientId, ContactId) = (ids.of("client")?, ids.of("contact")?);
    let row = staff.staff.contacts(client).find(contact).await?;
    let client = head(&staff.staff, client).await?;
    let bounced = row.bounced().map(|bounce| bounce.reason.clone());
    let ContactRow { contact, status, mailing } = row;
    page(&ContactPage { frame: staff.frame(), client, contact, status, language: mailing.language, bounced })
}

/// `GET /staff/clients/{client}/contacts/{contact}/erase`.
pub(crate) async fn erase_form(staff: AsStaff, ids: Ids) -> Answer {
    administers(&staff)?;
    page(&dialog(&staff, &ids, Field::default()).await?)
}

async fn dialog(staff: &AsStaff, ids: &Ids, typed: Field) -> Result<EraseContact, crate::web::problem::Problem> {
    let (client, contact): (ClientId, ContactId) = (ids.of("client")?, ids.of("contact")?);
    let name = staff.staff.contacts(client).find(contact).await?.contact.name;
    let client = head(&staff.staff, client).await?;
    Ok(EraseContact { frame: staff.frame(), client, contact, name, typed, kept: None })
}

/// The name, typed to be sure.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EraseForm {
    name: String,
}

/// `POST` of the same.
pub(crate) async fn erase(ids: Ids, posted: Posted<AsStaff, EraseForm>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    administers(&staff)?;
    let view = dialog(&staff, &ids, Field::of(&fields.name)).await?;
    if fields.name.trim().to_lowercase() != view.name.as_str().to_lowercase() {
        let typed =
            Field::refused(fields.name, format!("Type “{}”, to be sure that it is the right person.", view.name));
        return refused(&EraseContact { typed, ..view });
    }
    match staff.staff.contacts(view.client.id).erase(view.contact).command(command).await {
        Err(Error::Refused(why)) => refused(&EraseContact { kept: Some(refusal_sentence(why)), ..view }),
        Err(error) => Err(error.into()),
        Ok(()) => {
            let said = "The person was erased. What they uploaded stays, under nobody’s name.";
            go_saying(&paths::contact(view.client.id, view.contact), Flash::done(said))
        }
    }
}
