//! What is done to a client's contacts.

use portal_core::directory::{ContactChange, ContactDetails, NewContact};
use portal_core::values::{ContactId, DisplayName, EmailAddress, Language};

use super::clients::name_error;
use super::details::{DetailFields, DetailRows, WHOLE_ADDRESS};
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
    #[serde(default)]
    email_kind: Vec<String>,
    #[serde(default)]
    other_email: Vec<String>,
    #[serde(default)]
    phone_kind: Vec<String>,
    #[serde(default)]
    phone: Vec<String>,
}

/// What a contact's form says, once it is read.
struct Read {
    name: DisplayName,
    email: Option<EmailAddress>,
    details: Option<ContactDetails>,
}

/// What a contact's form shows.
#[derive(Default)]
struct Shown {
    name: Field,
    email: Field,
    details: DetailRows,
}

impl Fields {
    /// What it says, or the fields with what is wrong with them.
    fn read(self) -> Result<Read, Box<Shown>> {
        let name = DisplayName::new(&self.name);
        let email = match self.email.trim() {
            "" => Ok(None),
            typed => EmailAddress::new(typed).map(Some),
        };
        let details =
            DetailFields { emails: (&self.email_kind, &self.other_email), phones: (&self.phone_kind, &self.phone) };
        match (name, email, details.read()) {
            (Ok(name), Ok(email), Ok(details)) => Ok(Read { name, email, details }),
            (name, email, details) => {
                let name = match name {
                    Ok(_) => Field::of(self.name),
                    Err(error) => Field::refused(self.name, name_error(error)),
                };
                let email = match email {
                    Ok(_) => Field::of(self.email),
                    Err(_) => Field::refused(self.email, WHOLE_ADDRESS),
                };
                let details = match details {
                    Ok(details) => DetailRows::of(&details.unwrap_or_default()),
                    Err(rows) => rows,
                };
                Err(Box::new(Shown { name, email, details }))
            }
        }
    }
}

fn view(staff: &AsStaff, client: ClientHead, contact: Option<ContactId>, shown: Shown) -> ContactForm {
    let language = client.contacts.iter().find(|line| Some(line.id) == contact).and_then(|line| line.language.clone());
    let languages = staff.staff.settings().mail_languages();
    let Shown { name, email, details: DetailRows { emails, phones } } = shown;
    ContactForm { frame: staff.frame(), client, contact, name, email, emails, phones, language, languages }
}

fn line(client: &ClientHead, contact: ContactId) -> Result<&ContactLine, Problem> {
    client.contacts.iter().find(|line| line.id == contact).ok_or(Problem::NotFound)
}

/// `GET /staff/clients/{client}/contacts/new`.
pub(crate) async fn new_form(staff: AsStaff, ids: Ids) -> Answer {
    let client = head(&staff.staff, ids.of("client")?).await?;
    page(&view(&staff, client, None, Shown { details: DetailRows::of(&ContactDetails::default()), ..Shown::default() }))
}

/// `POST` of the same.
pub(crate) async fn add(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, back } = posted;
    let client = head(&staff.staff, ids.of("client")?).await?;
    let Read { name, email, details } = match fields.read() {
        Ok(read) => read,
        Err(shown) => return refused(&view(&staff, client, None, *shown)),
    };
    let contact = match email {
        Some(email) => NewContact::new(name.clone(), email),
        None => NewContact::without_email(name.clone()),
    };
    let contact = contact.details(details.unwrap_or_default());
    staff.staff.contacts(client.id).add(contact).command(command).await?;
    go_saying(&back.or(paths::files(client.id)), Flash::done(format!("{name} is a contact of {} now.", client.name)))
}

/// `GET /staff/clients/{client}/contacts/{contact}/edit`.
pub(crate) async fn edit_form(staff: AsStaff, ids: Ids) -> Answer {
    let (client, contact) = (head(&staff.staff, ids.of("client")?).await?, ids.of("contact")?);
    let found = staff.staff.contacts(client.id).find(contact).await?.contact;
    let shown = Shown {
        name: Field::of(&found.name),
        email: found.email.as_ref().map(Field::of).unwrap_or_default(),
        details: DetailRows::of(&found.details),
    };
    page(&view(&staff, client, Some(contact), shown))
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
    let Read { name, email, details } = match fields.read() {
        Ok(read) => read,
        Err(shown) => return refused(&view(&staff, client, Some(contact), *shown)),
    };
    let change = ContactChange { name: Some(name.clone()), email: Some(email), details };
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
