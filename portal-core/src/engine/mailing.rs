//! How mail reaches people, as operations of several handles read and mark it.

use std::collections::BTreeMap;

use super::{Engine, Error};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Addressee, Contact, Firm, Frequency, Mailing, Topic};
use crate::event::{Event, Happened};
use crate::ports::Sender;
use crate::ports::store::StoreError;
use crate::record::Whole;
use crate::values::{Actor, ClientId, EmailAddress, FirmId, MemberId};

/// Who a firm's mail is from: its name, at the address that the deployment sends from.
pub(crate) fn sender_of(engine: &Engine, firm: &Firm) -> Sender {
    let name = firm.settings.sender_name.as_ref().unwrap_or(&firm.name);
    Sender { name: name.as_str().to_owned(), address: engine.sender.clone() }
}

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

/// Those of a firm who read mail at one address, and how it reaches them.
pub(crate) struct Mailbox {
    address: EmailAddress,
    readers: Vec<MailboxReader>,
}

struct MailboxReader {
    addressee: Addressee,
    contact: Option<Contact>,
    mailing: Option<Versioned<Mailing>>,
}

impl Mailbox {
    /// The contacts who have the address now.
    pub(crate) async fn load(engine: &Engine, firm: FirmId, address: &EmailAddress) -> Result<Self, Error> {
        let found = engine.store.contacts_by_email(firm, address).await?;
        let people: Vec<Addressee> = found.iter().map(|read| Addressee::Contact(read.contact.id)).collect();
        let mut mailings = mailings_of(engine, firm, &people).await?;
        let reader = |contact: Contact| {
            let addressee = Addressee::Contact(contact.id);
            MailboxReader { addressee, mailing: mailings.remove(&addressee), contact: Some(contact) }
        };
        let readers = found.into_iter().map(|read| read.contact.value).map(reader).collect();
        Ok(Self { address: address.clone(), readers })
    }

    /// One team member, whose address it is.
    pub(crate) async fn of_member(
        engine: &Engine,
        firm: FirmId,
        member: MemberId,
        address: &EmailAddress,
    ) -> Result<Self, Error> {
        let addressee = Addressee::Member(member);
        let mailing = mailing_of(engine, firm, addressee).await?;
        Ok(Self { address: address.clone(), readers: vec![MailboxReader { addressee, contact: None, mailing }] })
    }

    /// Whether all of them have a topic turned off.
    pub(crate) fn all_off(&self, topic: Topic) -> bool {
        self.readers.iter().all(|reader| reader.often(topic) == Frequency::Off)
    }

    /// Whether the link in a mail can take back that a topic is off, for one of them at least.
    pub(crate) fn can_be_on_again(&self, topic: Topic) -> bool {
        let by_link = |mailing: &Versioned<Mailing>| mailing.off_by_link.contains_key(&topic);
        self.readers.iter().any(|reader| reader.mailing.as_ref().is_some_and(by_link))
    }

    /// Whose mail was chosen by this event, if by a link and of one of them.
    pub(crate) fn chosen_by_link(&self, happened: &Happened) -> bool {
        match &happened.event {
            Event::Directory(directory::Event::MailChosen { addressee, .. }) => {
                happened.actor == Actor::Visitor && self.readers.iter().any(|reader| reader.addressee == *addressee)
            }
            _ => false,
        }
    }

    /// Turns a topic off for all of them, by the link in a mail.
    pub(crate) fn turn_off(&self, topic: Topic) -> Result<Decision<Whole>, Error> {
        let mut all = Decision::nothing(());
        for reader in &self.readers {
            let mailing = reader.mailing.as_ref();
            all = all.and(directory::turn_off_by_link(reader.addressee, reader.client(), mailing, topic)?);
        }
        Ok(all.lift())
    }

    /// Takes that back, for those for whom a link did it.
    pub(crate) fn turn_on_again(&self, topic: Topic) -> Decision<Whole> {
        let back = |reader: &MailboxReader| directory::turn_on_by_link(reader.client(), reader.mailing.as_ref(), topic);
        self.readers.iter().map(back).fold(Decision::nothing(()), Decision::and).lift()
    }

    /// Marks each of the contacts whose mail was not known to come back.
    pub(crate) fn mark_bounced(&self, reason: &str, context: &Context) -> Decision<Whole> {
        let contacts = self.readers.iter().filter_map(|reader| Some((reader.contact.as_ref()?, reader)));
        let marks = contacts.map(|(contact, reader)| {
            directory::mark_bounced(contact, reader.mailing.as_ref(), &self.address, reason, context)
        });
        marks.fold(Decision::nothing(()), Decision::and).lift()
    }

    /// Takes the mark away from all whom it was put on.
    pub(crate) fn clear_bounce(&self) -> Decision<Whole> {
        let contacts = self.readers.iter().filter_map(|reader| Some((reader.contact.as_ref()?, reader)));
        let cleared = contacts.map(|(contact, reader)| directory::clear_bounce(contact, reader.mailing.as_ref()));
        cleared.fold(Decision::nothing(()), Decision::and).lift()
    }
}

impl MailboxReader {
    fn client(&self) -> Option<ClientId> {
        self.contact.as_ref().map(|contact| contact.client)
    }

    fn often(&self, topic: Topic) -> Frequency {
        self.mailing.as_ref().map_or(Frequency::AtOnce, |mailing| mailing.often(topic))
    }
}
