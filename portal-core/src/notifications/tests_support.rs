//! People for the tests beside the rules.

use super::Reader;
use crate::directory::{Contact, ContactDetails, Member, PortalAccess, Role};
use crate::sharing::tests_support::{CLIENT, at};
use crate::values::{ClientId, ContactId, DisplayName, EmailAddress, Id as _, MemberId};

pub(crate) const CY: ContactId = ContactId::from_bits(3);

/// A contact of the client that paths are of, who may enter.
pub(crate) fn person(id: ContactId, email: Option<&str>) -> (Contact, PortalAccess) {
    let contact = Contact {
        id,
        client: ClientId::from_u128(CLIENT),
        external_id: None,
        name: DisplayName::new("Somebody").unwrap(),
        email: email.map(|email| EmailAddress::new(email).unwrap()),
        details: ContactDetails::default(),
        created_at: at(0),
        removed_at: None,
    };
    (contact, PortalAccess { contact: id, allowed: true, last_signed_in_at: None })
}

pub(crate) fn reader(person: &(Contact, PortalAccess)) -> Reader<'_> {
    Reader { contact: &person.0, access: &person.1, mailing: None }
}

pub(crate) fn member(bits: u128, email: &str) -> Member {
    Member {
        id: MemberId::from_u128(bits),
        external_id: None,
        name: DisplayName::new("Dana").unwrap(),
        email: EmailAddress::new(email).unwrap(),
        role: Role::Member,
        created_at: at(0),
        removed_at: None,
    }
}
