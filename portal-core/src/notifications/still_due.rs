//! What is checked once more before a mail goes: who may still read it, and what of it is still there (S14).

use super::recipients::Reader;
use super::{DropReason, Message};
use crate::directory::{Frequency, may_enter};
use crate::event::{Event, Happened};
use crate::files;
use crate::sharing::{Access, Ancestry, effective_access, hears_of_uploads};
use crate::values::{Actor, ContactId, DocumentId, FileName, Timestamp};

/// A document that a message speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mentioned {
    /// The document.
    pub document: DocumentId,
    /// Whether it was there already and got a new version.
    pub new_version: bool,
    /// Who uploaded.
    pub by: Actor,
}

/// The document that an event tells of, if it tells of one.
pub fn mentioned(happened: &Happened) -> Option<Mentioned> {
    let (document, new_version) = match &happened.event {
        Event::Files(files::Event::Uploaded { document, .. }) => (*document, false),
        Event::Files(files::Event::VersionAdded { document, .. }) => (*document, true),
        _ => return None,
    };
    Some(Mentioned { document, new_version, by: happened.actor })
}

/// Who reads a mail, as far as what they may see and are to hear of goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sight {
    /// Somebody of the team, who sees all that is not removed.
    Team,
    /// The contacts who read one mailbox: together they see what any of them does.
    Mailbox(Vec<ContactId>),
}

impl Sight {
    /// The contacts among them.
    pub fn contacts(&self) -> &[ContactId] {
        match self {
            Self::Team => &[],
            Self::Mailbox(contacts) => contacts,
        }
    }

    /// Whether they see a folder and what lies in it.
    pub fn sees(&self, folder: &Ancestry, now: Timestamp) -> bool {
        match self {
            Self::Team => !folder.trashed(),
            Self::Mailbox(contacts) => contacts.iter().any(|it| effective_access(*it, folder, now).is_some()),
        }
    }

    /// How a document stands for them at `now`; `None` for what is not there any more.
    pub fn standing(&self, document: Option<&Ancestry>, now: Timestamp) -> Standing {
        let Some(document) = document.filter(|document| !document.trashed()) else { return Standing::Removed };
        match self {
            Self::Team => Standing::Due,
            Self::Mailbox(contacts) => {
                contacts.iter().map(|it| stands(*it, document, now)).min().unwrap_or(Standing::Hidden)
            }
        }
    }

    /// The first of them who is to hear of a document: a mail about it leads there.
    pub fn first_due(&self, document: &Ancestry, now: Timestamp) -> Option<ContactId> {
        self.contacts().iter().copied().find(|it| stands(*it, document, now) == Standing::Due)
    }
}

fn stands(contact: ContactId, document: &Ancestry, now: Timestamp) -> Standing {
    match effective_access(contact, document, now) {
        Some(_) if hears_of_uploads(contact, document, now) => Standing::Due,
        Some(_) => Standing::Muted,
        None => Standing::Hidden,
    }
}

/// What became of a document that a message was to speak of; of several readers' standings the least counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is to be told of.
    Due,
    /// They see it, and are not to hear of uploads.
    Muted,
    /// It is there, and not for them any more.
    Hidden,
    /// It was removed.
    Removed,
}

impl Standing {
    /// Why a mail that has nothing else to tell does not go.
    pub const fn drop_reason(self) -> Option<DropReason> {
        match self {
            Self::Due => None,
            Self::Muted => Some(DropReason::AlertsOff),
            Self::Hidden => Some(DropReason::AccessGone),
            Self::Removed => Some(DropReason::NothingLeft),
        }
    }
}

/// What a shared node is called and allows, if its mail is still due to `contact`; `None` for what is not there any more.
///
/// # Errors
/// The reason why nothing is to be said.
pub fn share_due(
    contact: ContactId,
    node: Option<&Ancestry>,
    now: Timestamp,
) -> Result<(&FileName, Access), DropReason> {
    let ancestry = node.filter(|ancestry| !ancestry.trashed()).ok_or(DropReason::NothingLeft)?;
    let access = effective_access(contact, ancestry, now).ok_or(DropReason::AccessGone)?;
    Ok((&ancestry.node().ok_or(DropReason::NothingLeft)?.name, access))
}

/// Whether a contact still reads mail at a message's address, may enter, and wants it. How often they want it now does not
/// matter: what waits for its time goes when it comes.
///
/// # Errors
/// The reason why not.
pub fn reached(reader: Reader<'_>, message: &Message) -> Result<(), DropReason> {
    let address = &message.address;
    if !may_enter(reader.contact, reader.access, |theirs| theirs == address) {
        let elsewhere = reader.contact.removed_at.is_none() && reader.access.allowed;
        return Err(if elsewhere { DropReason::AddressGone } else { DropReason::AccessGone });
    }
    if reader.mailing.is_some_and(|mailing| mailing.bounced_at(address).is_some()) {
        return Err(DropReason::Bounced);
    }
    match message.kind.topic() {
        Some(topic) if reader.often(topic) == Frequency::Off => Err(DropReason::TurnedOff),
        _ => Ok(()),
    }
}

/// Of the contacts who read mail at a message's address: those of its client, or of any if it gathers what happened at several;
/// whom it was made for first.
pub fn by_right<'a>(message: &Message, found: impl IntoIterator<Item = Reader<'a>>) -> Vec<Reader<'a>> {
    let mut readers: Vec<Reader<'a>> =
        found.into_iter().filter(|it| message.client.is_none_or(|client| it.contact.client == client)).collect();
    readers.sort_by_key(|reader| (super::Recipient::Contact(reader.contact.id) != message.to, reader.contact.id));
    readers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Addressee, Bounce, Contact, Mailing, PortalAccess, Topic};
    use crate::event::Keyspace;
    use crate::notifications::tests_support::{person, reader};
    use crate::notifications::{MailKind, MessageState, Recipient};
    use crate::sharing::tests_support::{ANA, BEN, CLIENT, Path, at};
    use crate::values::{ClientId, EmailAddress, FirmId, MessageId};

    fn stands(contacts: &[ContactId], path: &Path, now: Timestamp) -> Standing {
        Sight::Mailbox(contacts.to_vec()).standing(Some(&path.ancestry()), now)
    }

    #[test]
    fn s14_what_a_contact_may_not_see_any_more_is_not_told() {
        let shared = Path::root().folder(1).grant_until(ANA, Access::View, at(10)).document(5);
        assert_eq!(stands(&[ANA], &shared, at(9)), Standing::Due);
        assert_eq!(stands(&[ANA], &shared, at(10)), Standing::Hidden);
        assert_eq!(
            stands(&[ANA], &Path::root().folder(1).grant(BEN, Access::View).document(5), at(0)),
            Standing::Hidden
        );
        assert_eq!(stands(&[ANA], &Path::root().folder(1).document(5).grant(ANA, Access::View), at(0)), Standing::Due);
    }

    #[test]
    fn whoever_is_not_to_hear_of_uploads_any_more_is_not_told() {
        let muted = Path::root().folder(1).grant(ANA, Access::View).muted();
        assert_eq!(stands(&[ANA], &muted.clone().document(5), at(0)), Standing::Muted);
        // One grant that says so is enough, on the document as on the folder.
        assert_eq!(stands(&[ANA], &muted.clone().document(5).grant(ANA, Access::View), at(0)), Standing::Due);
        assert_eq!(stands(&[ANA], &muted.grant_all(Access::View).document(5), at(0)), Standing::Due);
    }

    #[test]
    fn those_who_read_one_mailbox_are_told_of_what_any_of_them_sees_and_led_there_as_who_sees_it() {
        let bens = Path::root().folder(1).grant(BEN, Access::View).document(5);
        assert_eq!(stands(&[ANA], &bens, at(0)), Standing::Hidden);
        assert_eq!(stands(&[ANA, BEN], &bens, at(0)), Standing::Due);
        assert_eq!(stands(&[], &bens, at(0)), Standing::Hidden);
        assert_eq!(Sight::Mailbox(vec![ANA, BEN]).first_due(&bens.ancestry(), at(0)), Some(BEN));
        assert_eq!(Sight::Mailbox(vec![ANA]).first_due(&bens.ancestry(), at(0)), None);
    }

    #[test]
    fn what_was_removed_meanwhile_is_not_told_to_anybody() {
        let shared = || Path::root().folder(1).grant(ANA, Access::View);
        let trashed = [shared().document(5).trashed(), shared().trashed().document(5)];
        for sight in [Sight::Team, Sight::Mailbox(vec![ANA])] {
            assert_eq!(sight.standing(Some(&shared().document(5).ancestry()), at(0)), Standing::Due);
            for path in &trashed {
                assert_eq!(sight.standing(Some(&path.ancestry()), at(0)), Standing::Removed);
            }
            assert_eq!(sight.standing(None, at(0)), Standing::Removed);
        }
    }

    #[test]
    fn s14_a_share_is_told_while_it_stands_and_with_what_it_allows_now() {
        let path = Path::root().folder(1).grant(ANA, Access::View);
        let ancestry = path.ancestry();
        let (name, access) = share_due(ANA, Some(&ancestry), at(0)).unwrap();
        assert_eq!((name.as_str(), access), ("folder 1", Access::View));
        assert_eq!(share_due(BEN, Some(&ancestry), at(0)), Err(DropReason::AccessGone));
        assert_eq!(share_due(ANA, None, at(0)), Err(DropReason::NothingLeft));
        assert_eq!(share_due(ANA, Some(&path.trashed().ancestry()), at(0)), Err(DropReason::NothingLeft));
    }

    fn message(kind: MailKind, address: &str) -> Message {
        Message {
            id: MessageId::from_bits(1),
            keyspace: Keyspace::Firm(FirmId::from_bits(1)),
            firm: FirmId::from_bits(1),
            to: Recipient::Contact(BEN),
            address: EmailAddress::new(address).unwrap(),
            kind,
            client: Some(ClientId::from_bits(CLIENT)),
            folder: None,
            events: Vec::new(),
            batched: false,
            created_at: at(0),
            due_at: at(0),
            state: MessageState::Waiting,
            tries: 1,
            last_error: None,
            settled_at: None,
        }
    }

    #[test]
    fn whoever_moved_or_was_shut_out_is_not_reached() {
        let shared = message(MailKind::Shared, "ana@acme.test");
        let ana = person(ANA, Some("Ana@Acme.test"));
        assert_eq!(reached(reader(&ana), &shared), Ok(()));
        assert_eq!(reached(reader(&person(ANA, Some("ana@new.test"))), &shared), Err(DropReason::AddressGone));
        let shut = (ana.0.clone(), PortalAccess { allowed: false, ..ana.1.clone() });
        assert_eq!(reached(reader(&shut), &shared), Err(DropReason::AccessGone));
        let gone = (Contact { removed_at: Some(at(1)), ..ana.0 }, ana.1);
        assert_eq!(reached(reader(&gone), &shared), Err(DropReason::AccessGone));
    }

    #[test]
    fn n08_what_was_turned_off_meanwhile_and_what_would_come_back_does_not_go() {
        let ana = person(ANA, Some("ana@acme.test"));
        let mut mailing = Mailing::new(Addressee::Contact(ANA));
        let stands = |mailing: &Mailing, kind, address| {
            reached(Reader { mailing: Some(mailing), ..reader(&ana) }, &message(kind, address))
        };
        mailing.often.insert(Topic::Shared, Frequency::Off);
        assert_eq!(stands(&mailing, MailKind::Shared, "ana@acme.test"), Err(DropReason::TurnedOff));
        assert_eq!(stands(&mailing, MailKind::NewDocuments, "ana@acme.test"), Ok(()));
        mailing.often.insert(Topic::Shared, Frequency::Daily);
        assert_eq!(stands(&mailing, MailKind::Shared, "ana@acme.test"), Ok(()), "it goes when it would have gone");
        let bounced = |address| Bounce {
            address: EmailAddress::new(address).unwrap(),
            at: at(0),
            reason: "no such mailbox".to_owned(),
        };
        mailing.bounce = Some(bounced("ana@old.test"));
        assert_eq!(stands(&mailing, MailKind::Shared, "ana@acme.test"), Ok(()));
        mailing.bounce = Some(bounced("Ana@Acme.test"));
        assert_eq!(stands(&mailing, MailKind::Shared, "ana@acme.test"), Err(DropReason::Bounced));
    }

    #[test]
    fn s07_a_mail_is_for_readers_of_its_own_client_and_first_for_whom_it_was_made() {
        let message = message(MailKind::Shared, "home@acme.test");
        let people = [ANA, BEN].map(|id| person(id, Some("home@acme.test")));
        let (contact, access) = person(ContactId::from_bits(0), Some("home@acme.test"));
        let elsewhere = (Contact { client: ClientId::from_bits(99), ..contact }, access);
        let found = || people.iter().chain([&elsewhere]).map(reader);
        let order = |message: &Message| -> Vec<ContactId> {
            by_right(message, found()).iter().map(|reader| reader.contact.id).collect()
        };
        assert_eq!(order(&message), [BEN, ANA]);
        let digest = Message { client: None, ..message };
        assert_eq!(order(&digest), [BEN, ContactId::from_bits(0), ANA], "what is gathered at all clients is for all");
    }
}
