//! Rows of the host's own lists, and what becomes of each: found by the host's id, a record is made, changed, or left as it
//! is when it says the same already.
//!
//! A row says what it knows. What it leaves out stays, so that a list without phones takes nobody's phone away.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Client, Contact, ContactChange, ContactDetails, Directory, NewContact, TooManyDetails, add_contact, change_contact,
    rename_client,
};
use crate::change::{Context, Decision, Versioned};
use crate::values::{DisplayName, EmailAddress, ExternalId};

/// The most rows of one import.
pub(crate) const MAX_ROWS: usize = 100_000;

/// A row of the host's lists.
#[derive(Debug, Clone, serde::Serialize)]
pub enum ImportRow {
    /// A client.
    Client(ImportedClient),
    /// A contact of a client.
    Contact(ImportedContact),
}

/// A client in the host's list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ImportedClient {
    /// The host's own id for it.
    pub external_id: ExternalId,
    /// Its name.
    pub name: DisplayName,
}

/// A contact in the host's list.
#[derive(Debug, Clone, serde::Serialize)]
pub struct ImportedContact {
    /// The host's own id for them.
    pub external_id: ExternalId,
    /// The host's own id for the client they belong to: one that there is, or that another row of the import makes.
    pub client: ExternalId,
    /// Their name.
    pub name: DisplayName,
    /// The address that is mailed and signs in: `None` leaves it as it is, `Some(None)` takes it away.
    pub email: Option<Option<EmailAddress>>,
    /// All other addresses and phones.
    pub details: ImportedDetails,
}

/// What a row says of a contact's other addresses and phones.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub enum ImportedDetails {
    /// Nothing: they stay as they are.
    #[default]
    Unsaid,
    /// These are all: any other goes.
    All(ContactDetails),
    /// These stand in place of what there is of their kinds; of other kinds they stay as they are.
    OfTheirKinds(ContactDetails),
}

impl ImportedDetails {
    /// What they are from then on, where they were `before`; `None` leaves them.
    fn beside(&self, before: &ContactDetails) -> Result<Option<ContactDetails>, TooManyDetails> {
        match self {
            Self::Unsaid => Ok(None),
            Self::All(details) => Ok(Some(details.clone())),
            Self::OfTheirKinds(details) => before.replaced_by_kind(details).map(Some),
        }
    }
}

/// What became of a row, or would.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RowOutcome {
    /// There was no record with its id: one was made.
    Created,
    /// The record was changed.
    Updated,
    /// The record said the same already: nothing was written, and nothing noted.
    Unchanged,
    /// Nothing was written of it.
    Refused(RowRefusal),
}

/// Why a row is refused. The others are not held up by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum RowRefusal {
    /// A row before it has the same id: which of them holds is for the host to say.
    #[error("a row before has the same id")]
    Twice,
    /// No client has the id that the row names, and no row makes one.
    #[error("there is no client with this id")]
    UnknownClient,
    /// The contact belongs to another client, and moves to none: what they see is of their client.
    #[error("the contact belongs to another client")]
    OtherClient,
    /// The contact was taken off the client, and does not come back by a list.
    #[error("the contact was removed")]
    ContactRemoved,
    /// With what they have of other kinds, these are more addresses or phones than a contact has.
    #[error("a contact has at most {} other addresses and as many phones", ContactDetails::MAX)]
    TooManyDetails,
    /// It was not written when the import ran under this key, and would be now: run it under another.
    #[error("something changed since the import ran; run it again")]
    ChangedSince,
}

/// The rows that are refused because a row before has the same id, by their places. Clients and contacts are apart.
pub(crate) fn doubled(rows: &[ImportRow]) -> BTreeSet<usize> {
    let mut seen = BTreeSet::new();
    let named = |row: &ImportRow| match row {
        ImportRow::Client(row) => (false, row.external_id.clone()),
        ImportRow::Contact(row) => (true, row.external_id.clone()),
    };
    rows.iter().enumerate().filter(|(_, row)| !seen.insert(named(row))).map(|(place, _)| place).collect()
}

/// What becomes of a client's row where `found` is the client with its id: nothing is decided of one that is to be made, which
/// takes more than the directory.
pub(crate) fn client_row(
    row: &ImportedClient,
    found: Option<&Versioned<Client>>,
    context: &Context,
) -> (RowOutcome, Decision<Directory>) {
    match found {
        None => (RowOutcome::Created, Decision::nothing(())),
        Some(client) => changed(rename_client(client, &row.name, context)),
    }
}

/// What becomes of a contact's row, where `found` is the contact with its id and `clients` are those that rows name; `None` for one
/// that is to be made by another row.
pub(crate) fn contact_row(
    row: &ImportedContact,
    found: Option<&Versioned<Contact>>,
    clients: &BTreeMap<ExternalId, Option<Versioned<Client>>>,
    context: &Context,
) -> (RowOutcome, Decision<Directory>) {
    let refused = |why| (RowOutcome::Refused(why), Decision::nothing(()));
    let Some(client) = clients.get(&row.client) else { return refused(RowRefusal::UnknownClient) };
    let Some(contact) = found else {
        let added = client.as_ref().map(|client| add_contact(client, &new_contact(row), context).map(drop));
        return (RowOutcome::Created, added.unwrap_or_else(|| Decision::nothing(())));
    };
    if contact.removed_at.is_some() {
        return refused(RowRefusal::ContactRemoved);
    }
    if client.as_ref().is_none_or(|client| client.id != contact.client) {
        return refused(RowRefusal::OtherClient);
    }
    let Ok(details) = row.details.beside(&contact.details) else { return refused(RowRefusal::TooManyDetails) };
    let change = ContactChange { name: Some(row.name.clone()), email: row.email.clone(), details };
    match change_contact(contact, &change, context) {
        Ok(decision) => changed(decision),
        Err(_) => refused(RowRefusal::ContactRemoved),
    }
}

fn new_contact(row: &ImportedContact) -> NewContact {
    let new = match row.email.clone().flatten() {
        Some(email) => NewContact::new(row.name.clone(), email),
        None => NewContact::without_email(row.name.clone()),
    };
    let details = match &row.details {
        ImportedDetails::Unsaid => ContactDetails::default(),
        ImportedDetails::All(details) | ImportedDetails::OfTheirKinds(details) => details.clone(),
    };
    new.details(details).external_id(row.external_id.clone())
}

fn changed(decision: Decision<Directory>) -> (RowOutcome, Decision<Directory>) {
    let outcome = if decision.writes.is_empty() { RowOutcome::Unchanged } else { RowOutcome::Updated };
    (outcome, decision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::directory::PhoneKind;
    use crate::values::{ClientId, ContactId, Digest, FolderId, PhoneNumber, Timestamp};

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn context() -> Context {
        Context::new(NOW, Digest::of(b"scope"), [7; 32])
    }

    fn external(text: &str) -> ExternalId {
        ExternalId::new(text).unwrap()
    }

    fn client(number: u128) -> Versioned<Client> {
        let name = DisplayName::new("Acme").unwrap();
        let id = ClientId::from_bits(number);
        let external_id = Some(external(&format!("c{number}")));
        let root = FolderId::from_bits(number);
        Versioned::new(Version::FIRST, Client { id, external_id, name, root, created_at: NOW })
    }

    fn row(client: &str, email: Option<Option<&str>>) -> ImportedContact {
        ImportedContact {
            external_id: external("k1"),
            client: external(client),
            name: DisplayName::new("Ana").unwrap(),
            email: email.map(|email| email.map(|email| EmailAddress::new(email).unwrap())),
            details: ImportedDetails::Unsaid,
        }
    }

    fn ana() -> Versioned<Contact> {
        let contact = Contact {
            id: ContactId::from_bits(1),
            client: ClientId::from_bits(1),
            external_id: Some(external("k1")),
            name: DisplayName::new("Ana").unwrap(),
            email: Some(EmailAddress::new("ana@acme.test").unwrap()),
            details: ContactDetails::default(),
            created_at: NOW,
            removed_at: None,
        };
        Versioned::new(Version::FIRST, contact)
    }

    fn outcome(row: &ImportedContact, found: Option<&Versioned<Contact>>) -> (RowOutcome, usize) {
        let clients = BTreeMap::from([
            (external("c1"), Some(client(1))),
            (external("c2"), Some(client(2))),
            (external("new"), None),
        ]);
        let (outcome, decision) = contact_row(row, found, &clients, &context());
        assert_eq!(decision.writes.is_empty(), decision.events.is_empty());
        (outcome, decision.events.len())
    }

    #[test]
    fn a_row_makes_changes_or_leaves_a_contact() {
        assert_eq!(outcome(&row("c1", None), None), (RowOutcome::Created, 1));
        assert_eq!(outcome(&row("new", None), None), (RowOutcome::Created, 0));
        assert_eq!(outcome(&row("c1", None), Some(&ana())), (RowOutcome::Unchanged, 0));
        assert_eq!(outcome(&row("c1", Some(Some("ana@acme.test"))), Some(&ana())), (RowOutcome::Unchanged, 0));
        assert_eq!(outcome(&row("c1", Some(Some("ana@new.test"))), Some(&ana())), (RowOutcome::Updated, 1));
        assert_eq!(outcome(&row("c1", Some(None)), Some(&ana())), (RowOutcome::Updated, 1));
    }

    #[test]
    fn a_row_takes_no_phone_away_that_it_does_not_name() {
        let phone = |kind, end: u32| (kind, PhoneNumber::new(&format!("+1512555{end:04}")).unwrap());
        let of = |phones: &[_]| ContactDetails::new([], phones.iter().cloned()).unwrap();
        let kept = of(&[phone(PhoneKind::Mobile, 1), phone(PhoneKind::Home, 2)]);
        let ana = Versioned::new(Version::FIRST, Contact { details: kept.clone(), ..ana().value });
        let outcome = |details| outcome(&ImportedContact { details, ..row("c1", None) }, Some(&ana)).0;
        assert_eq!(outcome(ImportedDetails::Unsaid), RowOutcome::Unchanged);
        assert_eq!(outcome(ImportedDetails::OfTheirKinds(of(&[phone(PhoneKind::Home, 2)]))), RowOutcome::Unchanged);
        assert_eq!(outcome(ImportedDetails::All(of(&[phone(PhoneKind::Home, 2)]))), RowOutcome::Updated);
        assert_eq!(outcome(ImportedDetails::OfTheirKinds(of(&[phone(PhoneKind::Home, 3)]))), RowOutcome::Updated);
        let ten: Vec<_> = (10..20).map(|it| phone(PhoneKind::Work, it)).collect();
        let too_many = RowOutcome::Refused(RowRefusal::TooManyDetails);
        assert_eq!(outcome(ImportedDetails::OfTheirKinds(of(&ten))), too_many);
        assert_eq!(outcome(ImportedDetails::All(of(&ten))), RowOutcome::Updated);
    }

    #[test]
    fn a_row_that_does_not_fit_is_refused_with_its_reason() {
        let refused = |why| (RowOutcome::Refused(why), 0);
        assert_eq!(outcome(&row("c9", None), None), refused(RowRefusal::UnknownClient));
        assert_eq!(outcome(&row("c2", None), Some(&ana())), refused(RowRefusal::OtherClient));
        assert_eq!(outcome(&row("new", None), Some(&ana())), refused(RowRefusal::OtherClient));
        let gone = Versioned::new(Version::FIRST, Contact { removed_at: Some(NOW), ..ana().value });
        assert_eq!(outcome(&row("c1", None), Some(&gone)), refused(RowRefusal::ContactRemoved));
    }

    #[test]
    fn a_clients_row_renames_it_or_leaves_it() {
        let row = |name: &str| ImportedClient { external_id: external("c1"), name: DisplayName::new(name).unwrap() };
        let outcome = |name, found: Option<&Versioned<Client>>| client_row(&row(name), found, &context()).0;
        assert_eq!(outcome("Acme", None), RowOutcome::Created);
        assert_eq!(outcome("Acme", Some(&client(1))), RowOutcome::Unchanged);
        assert_eq!(outcome("Acme Ltd", Some(&client(1))), RowOutcome::Updated);
    }

    #[test]
    fn a_second_row_of_one_id_is_doubled_and_one_of_another_kind_is_not() {
        let name = DisplayName::new("Acme").unwrap();
        let client = |id: &str| ImportRow::Client(ImportedClient { external_id: external(id), name: name.clone() });
        let rows = [client("k1"), ImportRow::Contact(row("k1", None)), client("k1"), client("K1")];
        assert_eq!(doubled(&rows), BTreeSet::from([2]));
    }
}
