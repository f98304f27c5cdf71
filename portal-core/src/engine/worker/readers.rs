//! The contacts who may be told, a page of them or those of one mailbox, each with how mail reaches them.

use std::collections::BTreeMap;

use crate::change::Versioned;
use crate::directory::{Addressee, Mailing};
use crate::engine::Engine;
use crate::engine::mailing::mailings_of;
use crate::notifications::Reader;
use crate::ports::store::{ContactRead, StoreError};
use crate::values::FirmId;

/// Contacts, and how mail reaches them.
pub(super) struct Readers {
    contacts: Vec<ContactRead>,
    mailings: BTreeMap<Addressee, Versioned<Mailing>>,
}

impl Readers {
    /// These contacts of a firm; one query more, however many they are.
    pub(super) async fn of(engine: &Engine, firm: FirmId, contacts: Vec<ContactRead>) -> Result<Self, StoreError> {
        let people: Vec<Addressee> = contacts.iter().map(|read| Addressee::Contact(read.contact.id)).collect();
        let mailings = if people.is_empty() { BTreeMap::new() } else { mailings_of(engine, firm, &people).await? };
        Ok(Self { contacts, mailings })
    }

    /// Each of them, in their order.
    pub(super) fn iter(&self) -> impl Iterator<Item = Reader<'_>> {
        self.contacts.iter().map(|read| Reader {
            contact: &read.contact,
            access: &read.access,
            mailing: self.mailings.get(&Addressee::Contact(read.contact.id)).map(|mailing| &mailing.value),
        })
    }
}
