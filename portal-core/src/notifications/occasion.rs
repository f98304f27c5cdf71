//! From an event and who is told of it to messages.
//!
//! Whoever did it is never told, and one mailbox is told once, however many of an audience share it.

use std::collections::BTreeSet;

use super::recipients::{Reader, TeamTold, Told};
use super::{Batch, MailKind, NewMessage, Recipient};
use crate::directory::Member;
use crate::event::Happened;
use crate::values::{Actor, ClientId, Digest, EmailAddress, EventId, FirmId, FolderId, Id as _, MessageId, Timestamp};

/// The messages that an event makes, all but for their recipients.
#[derive(Debug, Clone)]
pub struct Occasion<'a> {
    /// The firm that speaks.
    pub firm: FirmId,
    /// The client it happened at, if it was at one.
    pub client: Option<ClientId>,
    /// The event.
    pub happened: &'a Happened,
    /// What the mail says.
    pub kind: MailKind,
    /// The folder it speaks of.
    pub folder: Option<FolderId>,
    /// How it waits for more of its kind.
    pub batch: Option<Batch>,
    /// The address of whoever did it, if they have one.
    pub actor_address: Option<&'a EmailAddress>,
    /// When recipients are worked out.
    pub now: Timestamp,
}

impl Occasion<'_> {
    /// A message to each contact whom `told` tells by mail.
    pub fn to_contacts<'r>(
        &self,
        readers: impl IntoIterator<Item = Reader<'r>>,
        told: impl Fn(Reader<'r>) -> Told,
    ) -> Vec<NewMessage> {
        let mut seen = BTreeSet::new();
        readers
            .into_iter()
            .filter(|reader| !self.did_it(*reader) && told(*reader) == Told::ByMail)
            .filter_map(|reader| Some((reader.contact.id, reader.contact.email.as_ref()?)))
            .filter(|(_, address)| seen.insert((*address).clone()))
            .map(|(contact, address)| self.message(Recipient::Contact(contact), address))
            .collect()
    }

    /// A message to each of the team who is told.
    pub fn to_team(&self, team: &TeamTold) -> Vec<NewMessage> {
        let did_it = |member: &&Member| {
            self.happened.actor == Actor::Member(member.id) || self.actor_address == Some(&member.email)
        };
        let others = team.members.iter().filter(|member| !did_it(member));
        others.map(|member| self.message(Recipient::Member(member.id), &member.email)).collect()
    }

    /// A message to one recipient.
    pub fn message(&self, to: Recipient, address: &EmailAddress) -> NewMessage {
        NewMessage {
            id: message_id(self.happened.id, address, self.kind),
            firm: self.firm,
            to,
            address: address.clone(),
            kind: self.kind,
            client: self.client,
            folder: self.folder,
            event: self.happened.id,
            // A window counts from the upload, however late its recipients are worked out; and should the clock have been set
            // back since, from now.
            created_at: self.happened.at.min(self.now),
            batch: self.batch,
        }
    }

    /// Whether this contact, or another who reads the same mailbox, did it.
    fn did_it(&self, reader: Reader<'_>) -> bool {
        self.happened.actor == Actor::Contact(reader.contact.id)
            || self.actor_address.is_some_and(|address| reader.contact.email.as_ref() == Some(address))
    }
}

/// The id of the message that tells an address of an event: the same each time that recipients are worked out.
pub fn message_id(event: EventId, address: &EmailAddress, kind: MailKind) -> MessageId {
    let parts = [&event.as_u128().to_be_bytes()[..], address.canonical().as_bytes(), kind.name().as_bytes()];
    MessageId::from_u128(Digest::of_parts(&parts).leading_u128())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::event::Keyspace;
    use crate::files;
    use crate::notifications::team_told;
    use crate::notifications::tests_support::{CY, member, person, reader};
    use crate::sharing::tests_support::{ANA, BEN, CLIENT, at};
    use crate::values::{DocumentId, MemberId, Note, Salt, VersionId};

    fn uploaded(actor: Actor) -> Happened {
        let event = files::Event::Uploaded {
            client: ClientId::from_bits(CLIENT),
            folder: FolderId::from_bits(1),
            document: DocumentId::from_bits(2),
            version: VersionId::from_bits(3),
            name: Note::new(Salt::from_bytes([0; 16]), "w2.pdf"),
            size_bytes: 1,
            sha256: Digest::ZERO,
            shared: None,
        };
        let keyspace = Keyspace::Firm(FirmId::from_bits(9));
        Happened { id: EventId::from_bits(5), keyspace, at: at(100), actor, event: event.into() }
    }

    fn occasion(happened: &Happened) -> Occasion<'_> {
        Occasion {
            firm: FirmId::from_bits(9),
            client: Some(ClientId::from_bits(CLIENT)),
            happened,
            kind: MailKind::NewDocuments,
            folder: Some(FolderId::from_bits(1)),
            batch: Some(Batch { quiet: Duration::from_secs(300), longest: Duration::from_secs(1800) }),
            actor_address: None,
            now: at(200),
        }
    }

    const STAFF: Actor = Actor::Member(MemberId::from_bits(1));

    #[test]
    fn n01_who_did_it_is_not_told_at_the_same_mailbox_as_somebody_else() {
        let (ana, olga) = (person(ANA, Some("us@hill.test")), member(1, "US@hill.test"));
        let team = team_told(vec![olga.clone(), member(2, "eve@hill.test")], Vec::new());
        let by_ana = uploaded(Actor::Contact(ANA));
        let by_ana = Occasion { actor_address: ana.0.email.as_ref(), ..occasion(&by_ana) };
        assert_eq!(recipients(&by_ana.to_team(&team)), [Recipient::Member(MemberId::from_bits(2))]);
        let by_olga = uploaded(STAFF);
        let by_olga = Occasion { actor_address: Some(&olga.email), ..occasion(&by_olga) };
        assert!(by_olga.to_contacts([reader(&ana)], |_| Told::ByMail).is_empty());
    }

    fn recipients(messages: &[NewMessage]) -> Vec<Recipient> {
        messages.iter().map(|message| message.to).collect()
    }

    #[test]
    fn n01_who_did_it_is_never_told_nor_is_their_mailbox() {
        let (ana, ben, cy) = (
            person(ANA, Some("home@acme.test")),
            person(BEN, Some("Home@Acme.test")),
            person(CY, Some("cy@acme.test")),
        );
        let happened = uploaded(Actor::Contact(ANA));
        let occasion = Occasion { actor_address: ana.0.email.as_ref(), ..occasion(&happened) };
        let messages = occasion.to_contacts([&ana, &ben, &cy].map(reader), |_| Told::ByMail);
        assert_eq!(recipients(&messages), [Recipient::Contact(CY)]);
        let by_dana = uploaded(STAFF);
        let team = team_told(vec![member(1, "dana@hill.test"), member(2, "eve@hill.test")], Vec::new());
        let messages = super::tests::occasion(&by_dana).to_team(&team);
        assert_eq!(recipients(&messages), [Recipient::Member(MemberId::from_bits(2))]);
    }

    #[test]
    fn n02_one_address_twice_in_an_audience_is_one_mail() {
        let (ana, ben) = (person(ANA, Some("home@acme.test")), person(BEN, Some("HOME@acme.test")));
        let happened = uploaded(STAFF);
        let messages = occasion(&happened).to_contacts([&ana, &ben].map(reader), |_| Told::ByMail);
        assert_eq!(recipients(&messages), [Recipient::Contact(ANA)]);
        // Met again on another page of recipients, it is the same message.
        let again = occasion(&happened).to_contacts([reader(&ben)], |_| Told::ByMail);
        assert_eq!(again[0].id, messages[0].id);
        let team = team_told(vec![member(1, "us@hill.test"), member(2, "US@hill.test")], Vec::new());
        assert_eq!(occasion(&uploaded(Actor::Contact(ANA))).to_team(&team).len(), 1);
    }

    #[test]
    fn a_message_has_one_id_for_an_event_an_address_and_a_kind() {
        let address = |text| EmailAddress::new(text).unwrap();
        let (event, kind) = (EventId::from_bits(1), MailKind::Shared);
        let id = message_id(event, &address("ana@acme.test"), kind);
        assert_eq!(id, message_id(event, &address("ANA@acme.test"), kind));
        assert_ne!(id, message_id(event, &address("ben@acme.test"), kind));
        assert_ne!(id, message_id(EventId::from_bits(2), &address("ana@acme.test"), kind));
        assert_ne!(id, message_id(event, &address("ana@acme.test"), MailKind::NewDocuments));
    }

    #[test]
    fn n11_a_message_waits_from_the_upload_on_and_after_a_jump_of_the_clock_from_now() {
        let happened = uploaded(STAFF);
        let ana = person(ANA, Some("ana@acme.test"));
        let due = |now| {
            let occasion = Occasion { now, ..occasion(&happened) };
            occasion.to_contacts([reader(&ana)], |_| Told::ByMail)[0].due_at()
        };
        assert_eq!(due(at(5_000)), at(100 + 300));
        assert_eq!(due(at(40)), at(40 + 300));
    }
}
