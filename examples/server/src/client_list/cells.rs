//! The cells of a line: what they say, or what is wrong with them and what to do.

use portal_core::directory::{ContactDetails, EmailKind, ImportedContact, ImportedDetails, PhoneKind};
use portal_core::values::{DisplayName, EmailAddress, ExternalId, PhoneNumber};

/// What stands in a line; empty where nothing does.
#[derive(Debug, Default)]
pub(super) struct Cells<'a> {
    pub(super) client_id: &'a str,
    pub(super) client_name: &'a str,
    pub(super) contact_id: &'a str,
    pub(super) contact_name: &'a str,
    pub(super) email: &'a str,
    pub(super) emails: Vec<(EmailKind, &'a str)>,
    pub(super) phones: Vec<(PhoneKind, &'a str)>,
    /// Whether the line goes on behind the last column.
    pub(super) surplus: bool,
}

impl Cells<'_> {
    pub(super) fn client(&self) -> Result<ExternalId, String> {
        if self.surplus {
            return Err(
                "The line has more cells than the first one: put quotes around what has a comma in it.".to_owned()
            );
        }
        match self.client_id {
            "" => Err("The client ID is missing.".to_owned()),
            id => ExternalId::new(id).map_err(|_| format!("“{}” cannot be a client ID.", quoted(id))),
        }
    }

    pub(super) fn name_of_client(&self) -> Result<Option<DisplayName>, String> {
        named(self.client_name, "client")
    }

    /// The contact of the line, if it has one. What a cell leaves empty stays as it is.
    pub(super) fn contact(&self, client: &ExternalId) -> Result<Option<ImportedContact>, String> {
        let said = [self.contact_id, self.contact_name, self.email];
        if said.iter().all(|cell| cell.is_empty()) && self.emails.is_empty() && self.phones.is_empty() {
            return Ok(None);
        }
        let external_id = match self.contact_id {
            "" => return Err("The contact ID is missing.".to_owned()),
            id => ExternalId::new(id).map_err(|_| format!("“{}” cannot be a contact ID.", quoted(id)))?,
        };
        let name = named(self.contact_name, "contact")?.ok_or("The contact’s name is missing.")?;
        let email = match self.email {
            "" => None,
            typed => Some(Some(address(typed)?)),
        };
        let emails: Result<Vec<_>, String> =
            self.emails.iter().map(|(kind, typed)| Ok((*kind, address(typed)?))).collect();
        let phones: Result<Vec<_>, String> =
            self.phones.iter().map(|(kind, typed)| Ok((*kind, number(typed)?))).collect();
        let details = match (emails?, phones?) {
            (emails, phones) if emails.is_empty() && phones.is_empty() => ImportedDetails::Unsaid,
            (emails, phones) => ContactDetails::new(emails, phones)
                .map(ImportedDetails::OfTheirKinds)
                .map_err(|too_many| format!("At most {} other addresses and as many phones are kept.", too_many.max))?,
        };
        Ok(Some(ImportedContact { external_id, client: client.clone(), name, email, details }))
    }
}

fn named(cell: &str, whose: &str) -> Result<Option<DisplayName>, String> {
    match cell {
        "" => Ok(None),
        name => DisplayName::new(name).map(Some).map_err(|_| {
            format!("The {whose}’s name is longer than 200 characters, or has something invisible in it.")
        }),
    }
}

fn address(typed: &str) -> Result<EmailAddress, String> {
    EmailAddress::new(typed).map_err(|_| format!("“{}” is no email address.", quoted(typed)))
}

fn number(typed: &str) -> Result<PhoneNumber, String> {
    let wrong = format!("“{}” is no phone number with its country, such as +1 512 555 0100.", quoted(typed));
    PhoneNumber::new(typed).map_err(|_| wrong)
}

/// As much of a cell as a sentence holds.
fn quoted(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
