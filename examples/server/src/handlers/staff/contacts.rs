//! A client's contacts.

use portal_core::directory::{ContactChange, NewContact};
use portal_core::values::{ContactId, DisplayName, EmailAddress, Language};

use super::clients::name_error;
use super::head;
use crate::handlers::Ids;
use crate::views::staff::{ClientHead, ContactForm, ContactLine, RemoveContact};
use crate::views::{Field, Flash, Undo, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;

/// A contact's form.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    name: String,
    email: String,
    /// The language of their mail; empty for the firm's. Not asked of a new contact.
    #[serde(default)]
    language: String,
}

impl Fields {
    /// Name and address, or the fields with what is wrong with them.
    fn read(self) -> Result<(DisplayName, Option<EmailAddress>), (Field, Field)> {
        let name = DisplayName::new(&self.name);
        let email = match self.email.trim() {
            "" => Ok(None),
            typed => EmailAddress::new(typed).map(Some),
        };
        match (name, email) {
            (Ok(name), Ok(email)) => Ok((name, email)),
            (name, email) => {
                let name = match name {
                    Ok(_) => Field::of(self.name),
                    Err(error) => Field::refused(self.name, name_error(error)),
                };
                let email = match email {
                    Ok(_) => Field::of(self.email),
                    Err(_) => Field::refused(self.email, "Type the whole address, such as name@example.com."),
                };
                Err((name, email))
            }
        }
    }
}

fn view(staff: &AsStaff, client: ClientHead, contact: Option<ContactId>, (name, email): (Field, Field)) -> ContactForm {
    let language = client.contacts.iter().find(|line| Some(line.id) == contact).and_then(|line| line.language.clone());
    let languages = staff.staff.settings().mail_languages();
    ContactForm { frame: staff.frame(), client, contact, name, email, language, languages }
}

fn line(client: &ClientHead, contact: ContactId) -> Result<&ContactLine, Problem> {
    client.contacts.iter().find(|line| line.id == contact).ok_or(Problem::NotFound)
}

/// `GET /staff/clients/{client}/contacts/new`.
pub(crate) async fn new_form(staff: AsStaff, ids: Ids) -> Answer {
    let client = head(&staff.staff, ids.of("client")?).await?;
    page(&view(&staff, client, None, (Field::default(), Field::default())))
}

/// `POST` of the same.
pub(crate) async fn add(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, back } = posted;
    let client = head(&staff.staff, ids.of("client")?).await?;
    let (name, email) = match fields.read() {
        Ok(read) => read,
        Err(fields) => return refused(&view(&staff, client, None, fields)),
    };
    let contact = match email {
        Some(email) => NewContact::new(name.clone(), email),
        None => NewContact::without_email(name.clone()),
    };
    staff.staff.contacts(client.id).add(contact).command(command).await?;
    go_saying(&back.or(paths::files(client.id)), Flash::done(format!("{name} is a contact of {} now.", client.name)))
}

/// `GET /staff/clients/{client}/contacts/{contact}/edit`.
pub(crate) async fn edit_form(staff: AsStaff, ids: Ids) -> Answer {
    let (client, contact) = (head(&staff.staff, ids.of("client")?).await?, ids.of("contact")?);
    let line = line(&client, contact)?;
    let email = line.email.as_ref().map(Field::of).unwrap_or_default();
    let fields = (Field::of(&line.name), email);
    page(&view(&staff, client, Some(contact), fields))
}

/// `POST` of the same.
pub(crate) async fn edit(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, back, .. } = posted;
    let (client, contact) = (head(&staff.staff, ids.of("client")?).await?, ids.of("contact")?);
    let before = line(&client, contact)?.language.clone();
    let language = match fields.language.as_str() {
        "" => None,
        tag => Some(Language::new(tag).map_err(|_| Problem::Malformed)?),
    };
    let (name, email) = match fields.read() {
        Ok(read) => read,
        Err(fields) => return refused(&view(&staff, client, Some(contact), fields)),
    };
    let change = ContactChange { name: Some(name.clone()), email: Some(email), ..ContactChange::default() };
    let contacts = staff.staff.contacts(client.id);
    contacts.change(contact, change).await?;
    if language != before {
        contacts.set_language(contact, language).await?;
    }
    go_saying(&back.or(paths::files(client.id)), Flash::done(format!("{name} was changed.")))
}

/// `GET /staff/clients/{client}/contacts/{contact}/remove`.
pub(crate) async fn remove_form(staff: AsStaff, ids: Ids) -> Answer {
    let (client, contact) = (head(&staff.staff, ids.of("client")?).await?, ids.of("contact")?);
    let name = line(&client, contact)?.name.clone();
    page(&RemoveContact { frame: staff.frame(), client, contact, name })
}

/// `POST` of the same.
pub(crate) async fn remove(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let Posted { actor: staff, back, .. } = posted;
    let (client, contact) = (head(&staff.staff, ids.of("client")?).await?, ids.of("contact")?);
    let name = line(&client, contact)?.name.clone();
    staff.staff.contacts(client.id).remove(contact).await?;
    let said = format!("{name} is not a contact of {} any more. What they uploaded stays.", client.name);
    go_saying(&back.or(paths::files(client.id)), Flash::done(said))
}

/// The form of the portal access switch.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccessForm {
    allowed: bool,
}

/// `POST /staff/clients/{client}/contacts/{contact}/portal-access`.
pub(crate) async fn portal_access(ids: Ids, posted: Posted<AsStaff, AccessForm>) -> Answer {
    let Posted { actor: staff, fields: AccessForm { allowed }, back, .. } = posted;
    let (client, contact) = (head(&staff.staff, ids.of("client")?).await?, ids.of("contact")?);
    let name = line(&client, contact)?.name.clone();
    staff.staff.contacts(client.id).set_portal_access(contact, allowed).await?;
    let said = match allowed {
        true => format!("{name} may use the portal again."),
        false => format!("{name} cannot use the portal any more."),
    };
    let undo = Undo::at(paths::portal_access(client.id, contact)).field("allowed", !allowed);
    go_saying(&back.or(paths::files(client.id)), Flash::done(said).undone_by(undo))
}

/// `POST /staff/clients/{client}/contacts/{contact}/clear-bounce`.
pub(crate) async fn clear_bounce(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let Posted { actor: staff, back, .. } = posted;
    let (client, contact) = (head(&staff.staff, ids.of("client")?).await?, ids.of("contact")?);
    let name = line(&client, contact)?.name.clone();
    staff.staff.contacts(client.id).clear_bounce(contact).await?;
    let said =
        format!("Mail to {name} is tried again. What was not sent meanwhile can be sent once more under Deliveries.");
    go_saying(&back.or(paths::files(client.id)), Flash::done(said))
}
