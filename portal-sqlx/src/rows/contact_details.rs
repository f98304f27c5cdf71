//! How else a contact is reached, as two texts: a line for each address or number, led by its kind.

use portal_core::directory::{ContactDetails, EmailKind, PhoneKind};
use portal_core::ports::store::StoreError;
use portal_core::values::{EmailAddress, PhoneNumber};

use crate::sql::unreadable;

pub(super) fn other_emails(details: &ContactDetails) -> String {
    lines(details.emails().iter().map(|(kind, address)| (kind.name(), address.as_str())))
}

pub(super) fn phones(details: &ContactDetails) -> String {
    lines(details.phones().iter().map(|(kind, number)| (kind.name(), number.as_str())))
}

// INVARIANT: neither an address nor a number holds a space or breaks a line.
fn lines<'a>(all: impl Iterator<Item = (&'static str, &'a str)>) -> String {
    all.map(|(kind, value)| format!("{kind} {value}\n")).collect()
}

pub(super) fn read_details(emails: &str, phones: &str) -> Result<ContactDetails, StoreError> {
    let emails = emails.lines().map(|line| {
        let (kind, address) = line.split_once(' ')?;
        Some((EmailKind::named(kind)?, EmailAddress::new(address).ok()?))
    });
    let phones = phones.lines().map(|line| {
        let (kind, number) = line.split_once(' ')?;
        Some((PhoneKind::named(kind)?, PhoneNumber::new(number).ok()?))
    });
    let emails: Option<Vec<_>> = emails.collect();
    let phones: Option<Vec<_>> = phones.collect();
    let none = || unreadable("details of a contact that are none");
    ContactDetails::new(emails.ok_or_else(none)?, phones.ok_or_else(none)?).map_err(|_| none())
}
