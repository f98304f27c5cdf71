//! A contact's page, the forms that change one, and the dialogs that take one away.

use askama::Template;
use portal_core::directory::{Contact, EmailKind, PhoneKind};
use portal_core::values::{ContactId, DisplayName, Language};

use super::client::ClientHead;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, StaffFrame};

/// `GET /staff/clients/{client}/contacts/{contact}`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/contact.html")]
pub struct ContactPage {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The contact, who may have been removed, or erased.
    pub contact: Contact,
    /// Where they stand with the portal.
    pub status: PortalStatus,
    /// The language of their mail; `None` for the firm's.
    pub language: Option<Language>,
    /// What was said when mail to them came back, if it did.
    pub bounced: Option<String>,
}

/// `GET`/`POST` of [`paths::new_contact`] and `edit_contact`; posts `name`, `email`, several of `email_kind` with `other_email` and of
/// `phone_kind` with `phone`, and of one that is there `language`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/contact_form.html")]
pub struct ContactForm {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// Who is changed; `None` for a new one.
    pub contact: Option<ContactId>,
    /// The name.
    pub name: Field,
    /// The address; may be left empty.
    pub email: Field,
    /// Other addresses.
    pub emails: Vec<DetailField>,
    /// Phones.
    pub phones: Vec<DetailField>,
    /// The language of their mail; `None` for the firm's.
    pub language: Option<Language>,
    /// The languages there are.
    pub languages: Vec<Language>,
}

/// A row of the form: an address or a phone, and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailField {
    /// What it is for, as forms name it.
    pub kind: String,
    /// The address or number.
    pub field: Field,
}

impl ContactForm {
    fn language_options(&self) -> Vec<(String, String, bool)> {
        let firms = (String::new(), "As the firm's mail".to_owned(), self.language.is_none());
        std::iter::once(firms).chain(words::languages(&self.languages, self.language.as_ref())).collect()
    }

    fn email_kinds() -> [(&'static str, &'static str); 3] {
        EmailKind::ALL.map(|kind| (kind.name(), words::email_kind(&kind)))
    }

    fn phone_kinds() -> [(&'static str, &'static str); 4] {
        PhoneKind::ALL.map(|kind| (kind.name(), words::phone_kind(&kind)))
    }

    fn action(&self) -> String {
        self.contact
            .map_or_else(|| paths::new_contact(self.client.id), |contact| paths::edit_contact(self.client.id, contact))
    }
}

/// `GET`/`POST` of [`paths::remove_contact`]; posts no field.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/remove_contact.html")]
pub struct RemoveContact {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// Who.
    pub contact: ContactId,
    /// Their name.
    pub name: DisplayName,
}

/// `GET`/`POST` of [`paths::erase_contact`]; posts `name`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/erase_contact.html")]
pub struct EraseContact {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// Who.
    pub contact: ContactId,
    /// Their name.
    pub name: DisplayName,
    /// Their name as it was typed, to be sure.
    pub typed: Field,
    /// What keeps them from being erased.
    pub kept: Option<String>,
}
