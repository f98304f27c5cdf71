//! What is checked once more before a mail goes: who may still read it, and what of it is still there (S14).

use std::collections::BTreeMap;

use super::recipients::Reader;
use super::{DropReason, Message};
use crate::directory::{Frequency, may_enter};
use crate::event::{Event, Happened};
use crate::files::{self, Document};
use crate::sharing::{Access, Ancestry, effective_access, hears_of_uploads};
use crate::values::{Actor, ContactId, DocumentId, FileName, FolderId, NodeId, Timestamp};

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
#[derive(Debug, Clone)]
pub enum Sight {
    /// Somebody of the team, who sees all that is not removed.
    Team,
    /// The contacts who read one mailbox: together they see what any of them does.
    Mailbox(Vec<ContactSight>),
}

/// What one contact sees, and hears of.
#[derive(Debug, Clone)]
pub struct ContactSight {
    /// The contact.
    pub contact: ContactId,
    /// The nodes that are granted to them by themselves.
    granted: BTreeMap<NodeId, Standing>,
}

impl ContactSight {
    /// What a contact sees, of whom `granted` is every ancestry of a node granted to them.
    pub fn new(contact: ContactId, granted: &[Ancestry], now: Timestamp) -> Self {
        let stands = |ancestry: &Ancestry| Some((ancestry.node()?.node, stands(contact, ancestry, now)));
        Self { contact, granted: granted.iter().filter_map(stands).collect() }
    }

    /// How a document stands for them in its `folder`.
    pub fn standing(&self, document: DocumentId, folder: &Ancestry, now: Timestamp) -> Standing {
        let by_itself = self.granted.get(&document.into()).copied().unwrap_or(Standing::Hidden);
        by_itself.min(stands(self.contact, folder, now))
    }
}

fn stands(contact: ContactId, ancestry: &Ancestry, now: Timestamp) -> Standing {
    match effective_access(contact, ancestry, now) {
        Some(_) if hears_of_uploads(contact, ancestry, now) => Standing::Due,
        Some(_) => Standing::Muted,
        None => Standing::Hidden,
    }
}

impl Sight {
    /// Whether they see what lies in a folder.
    pub fn sees_into(&self, folder: &Ancestry, now: Timestamp) -> bool {
        match self {
            Self::Team => !folder.trashed(),
            Self::Mailbox(sights) => sights.iter().any(|sight| effective_access(sight.contact, folder, now).is_some()),
        }
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

/// How a document stands for its readers at `now`; `folders` are the ancestries of the folders in which documents lie.
pub fn standing(
    document: &Document,
    folders: &BTreeMap<FolderId, Ancestry>,
    sight: &Sight,
    now: Timestamp,
) -> Standing {
    let Some(folder) = document.place.parent.and_then(|parent| folders.get(&parent)) else { return Standing::Removed };
    if !document.place.removal.is_live() || folder.trashed() {
        return Standing::Removed;
    }
    match sight {
        Sight::Team => Standing::Due,
        Sight::Mailbox(sights) => {
            let of_each = sights.iter().map(|sight| sight.standing(document.id, folder, now));
            of_each.min().unwrap_or(Standing::Hidden)
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
    use crate::files::{Place, Removal};
    use crate::notifications::tests_support::{person, reader};
    use crate::notifications::{MailKind, MessageState, Recipient};
    use crate::sharing::tests_support::{ANA, BEN, CLIENT, Path, at};
    use crate::values::{ClientId, EmailAddress, FirmId, MessageId, VersionId};

    const FOLDER: FolderId = FolderId::from_bits(1);

    fn document(removal: Removal) -> Document {
        let place = Place {
            client: ClientId::from_bits(CLIENT),
            parent: Some(FOLDER),
            name: FileName::new("w2.pdf").unwrap(),
            removal,
            created_by: Actor::Host,
            created_at: at(0),
            hold: None,
        };
        Document { id: DocumentId::from_bits(5), place, current: VersionId::from_bits(6), opened_at: None }
    }

    fn ana(granted: &[Ancestry], now: Timestamp) -> Sight {
        Sight::Mailbox(vec![ContactSight::new(ANA, granted, now)])
    }

    fn in_folder(path: &Path) -> BTreeMap<FolderId, Ancestry> {
        BTreeMap::from([(FOLDER, path.ancestry())])
    }

    #[test]
    fn s14_what_a_contact_may_not_see_any_more_is_not_told() {
        let live = document(Removal::Live);
        let stands =
            |path: &Path, granted: &[Ancestry], now| standing(&live, &in_folder(path), &ana(granted, now), now);
        let shared = Path::root().folder(1).grant_until(ANA, Access::View, at(10));
        assert_eq!(stands(&shared, &[shared.ancestry()], at(9)), Standing::Due);
        assert_eq!(stands(&shared, &[shared.ancestry()], at(10)), Standing::Hidden);
        assert_eq!(stands(&Path::root().folder(1).grant(BEN, Access::View), &[], at(0)), Standing::Hidden);
        let alone = Path::root().folder(1).document(5).grant(ANA, Access::View);
        assert_eq!(stands(&Path::root().folder(1), &[alone.ancestry()], at(0)), Standing::Due);
    }

    #[test]
    fn whoever_is_not_to_hear_of_uploads_any_more_is_not_told() {
        let live = document(Removal::Live);
        let muted = Path::root().folder(1).grant(ANA, Access::View).muted();
        let stands = |path: &Path, granted: &[Ancestry]| standing(&live, &in_folder(path), &ana(granted, at(0)), at(0));
        assert_eq!(stands(&muted, &[muted.ancestry()]), Standing::Muted);
        // One grant that says so is enough, on the document as on the folder.
        let alone = Path::root().folder(1).document(5).grant(ANA, Access::View);
        assert_eq!(stands(&muted, &[muted.ancestry(), alone.ancestry()]), Standing::Due);
        assert_eq!(stands(&muted.clone().grant_all(Access::View), &[]), Standing::Due);
    }

    #[test]
    fn those_who_read_one_mailbox_are_told_of_what_any_of_them_sees() {
        let live = document(Removal::Live);
        let bens = Path::root().folder(1).grant(BEN, Access::View);
        let sight = |contact| ContactSight::new(contact, &[], at(0));
        let stands = |who: Vec<ContactSight>| standing(&live, &in_folder(&bens), &Sight::Mailbox(who), at(0));
        assert_eq!(stands(vec![sight(ANA)]), Standing::Hidden);
        assert_eq!(stands(vec![sight(ANA), sight(BEN)]), Standing::Due);
        assert_eq!(stands(Vec::new()), Standing::Hidden);
    }

    #[test]
    fn what_was_removed_meanwhile_is_not_told_to_anybody() {
        let shared = Path::root().folder(1).grant(ANA, Access::View);
        let sights = [Sight::Team, ana(&[shared.ancestry()], at(0))];
        for sight in &sights {
            assert_eq!(standing(&document(Removal::Live), &in_folder(&shared), sight, at(0)), Standing::Due);
            for removal in [Removal::Trashed(at(0)), Removal::Purged(at(0))] {
                assert_eq!(standing(&document(removal), &in_folder(&shared), sight, at(0)), Standing::Removed);
            }
            let below_trash = in_folder(&Path::root().folder(9).trashed().folder(1).grant(ANA, Access::View));
            assert_eq!(standing(&document(Removal::Live), &below_trash, sight, at(0)), Standing::Removed);
            assert_eq!(standing(&document(Removal::Live), &BTreeMap::new(), sight, at(0)), Standing::Removed);
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
