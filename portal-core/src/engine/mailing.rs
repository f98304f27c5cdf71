//! How mail reaches people, as operations of several handles read and mark it.

use std::collections::BTreeMap;

use super::{Engine, Error};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Addressee, Contact, Mailing};
use crate::ports::store::StoreError;
use crate::record::Whole;
use crate::values::{EmailAddress, FirmId};

/// How mail reaches somebody, if they ever chose anything or it ever came back.
pub(crate) async fn mailing_of(
    engine: &Engine,
    firm: FirmId,
    addressee: Addressee,
) -> Result<Option<Versioned<Mailing>>, Error> {
    Ok(engine.store.mailings(firm, &[addressee]).await?.pop())
}

/// How mail reaches several, by who they are.
pub(crate) async fn mailings_of(
    engine: &Engine,
    firm: FirmId,
    people: &[Addressee],
) -> Result<BTreeMap<Addressee, Versioned<Mailing>>, StoreError> {
    let found = engine.store.mailings(firm, people).await?;
    Ok(found.into_iter().map(|mailing| (mailing.addressee, mailing)).collect())
}

/// The contacts of a firm who read mail at one address, and how it reaches them.
pub(crate) struct Mailbox {
    address: EmailAddress,
    readers: Vec<(Contact, Option<Versioned<Mailing>>)>,
}

impl Mailbox {
    /// Those who have the address now.
    pub(crate) async fn load(engine: &Engine, firm: FirmId, address: &EmailAddress) -> Result<Self, Error> {
        let found = engine.store.contacts_by_email(firm, address).await?;
        let people: Vec<Addressee> = found.iter().map(|read| Addressee::Contact(read.contact.id)).collect();
        let mut mailings = mailings_of(engine, firm, &people).await?;
        let mailing = |contact: Contact| {
            let mailing = mailings.remove(&Addressee::Contact(contact.id));
            (contact, mailing)
        };
        let readers = found.into_iter().map(|read| read.contact.value).map(mailing).collect();
        Ok(Self { address: address.clone(), readers })
    }

    /// Marks each of them whose mail was not known to come back.
    pub(crate) fn mark_bounced(&self, reason: &str, context: &Context) -> Decision<Whole> {
        let marks = self.readers.iter().map(|(contact, mailing)| {
            directory::mark_bounced(contact, mailing.as_ref(), &self.address, reason, context)
        });
        marks.fold(Decision::nothing(()), Decision::and).lift()
    }
}
