//! From an event and who is told of it to messages.
//!
//! Whoever did it is never told, and one mailbox is told once, however many of an audience share it: as soon as the first of
//! them wants it.

use std::collections::BTreeMap;
use std::time::Duration;

use super::recipients::{Reader, TeamTold, Told};
use super::{Batch, MailKind, NewMessage, Recipient};
use crate::directory::{FirmSettings, Frequency, Member};
use crate::event::Happened;
use crate::values::{
    Actor, ClientId, ContactId, Digest, EmailAddress, EventId, FirmId, FolderId, Id as _, MemberId, MessageId,
    Timestamp,
};

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
    /// A message to each contact whom `told` tells by mail, at once or when the firm's daily and weekly mail goes.
    ///
    /// Of several who share a mailbox and are met together, whoever wants it soonest decides; those who are met on another page
    /// of recipients find it told already.
    pub fn to_contacts<'r>(
        &self,
        settings: &FirmSettings,
        readers: impl IntoIterator<Item = Reader<'r>>,
        told: impl Fn(Reader<'r>) -> Told,
    ) -> Vec<NewMessage> {
        let mut found: Vec<(ContactId, &EmailAddress, Frequency)> = Vec::new();
        let mut mailboxes = BTreeMap::new();
        for reader in readers.into_iter().filter(|reader| !self.did_it(*reader)) {
            let (Some(address), Some(often)) = (&reader.contact.email, told(reader).often()) else { continue };
            let place = *mailboxes.entry(address).or_insert(found.len());
            match found.get_mut(place) {
                Some((_, _, soonest)) => *soonest = often.min(*soonest),
                None => found.push((reader.contact.id, address, often)),
            }
        }
        let message = |(contact, address, often)| self.gathered(settings, Recipient::Contact(contact), address, often);
        found.into_iter().map(message).collect()
    }

    /// A message to each of the team who is told, as often as they want to be.
    pub fn to_team(
        &self,
        settings: &FirmSettings,
        team: &TeamTold,
        often: impl Fn(MemberId) -> Frequency,
    ) -> Vec<NewMessage> {
        let did_it = |member: &&Member| {
            self.happened.actor == Actor::Member(member.id) || self.actor_address == Some(&member.email)
        };
        let others = team.members.iter().filter(|member| !did_it(member));
        let wanted = others.filter(|member| often(member.id) != Frequency::Off);
        wanted.map(|it| self.gathered(settings, Recipient::Member(it.id), &it.email, often(it.id))).collect()
    }

    /// A message to one recipient, which waits for its time with others of its kind where they are told daily or weekly.
    fn gathered(&self, settings: &FirmSettings, to: Recipient, address: &EmailAddress, often: Frequency) -> NewMessage {
        let message = self.message(to, address);
        // From when it happened: what happened before eight goes with eight's mail, however late its recipients are worked out.
        match settings.digests.next(often, &settings.time_zone, message.created_at) {
            Some(time) => {
                let batch = Some(Batch::until(time, message.created_at));
                NewMessage { client: None, folder: None, batch, ..message }
            }
            None => message,
        }
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
            hastens: false,
        }
    }

    /// To each of the team whose mail of this kind waits to go at once: that it goes now.
    pub fn haste(&self, team: &TeamTold) -> Vec<NewMessage> {
        let now = Batch { quiet: Duration::ZERO, longest: Duration::ZERO };
        let message = |member: &Member| {
            let message = self.message(Recipient::Member(member.id), &member.email);
            NewMessage { batch: Some(now), hastens: true, ..message }
        };
        team.members.iter().map(message).collect()
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
    use crate::values::{DocumentId, Note, Salt, TimeZone, VersionId};

    fn uploaded(actor: Actor) -> Happened {
        let event = files::Event::Uploaded {
            client: ClientId::from_bits(CLIENT),
            folder: FolderId::from_bits(1),
            above: Vec::new(),
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

    fn settings() -> FirmSettings {
        FirmSettings { time_zone: TimeZone::new("Europe/Berlin").unwrap(), ..FirmSettings::default() }
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
        assert_eq!(
            recipients(&by_ana.to_team(&settings(), &team, |_| Frequency::AtOnce)),
            [Recipient::Member(MemberId::from_bits(2))]
        );
        let by_olga = uploaded(STAFF);
        let by_olga = Occasion { actor_address: Some(&olga.email), ..occasion(&by_olga) };
        assert!(by_olga.to_contacts(&settings(), [reader(&ana)], |_| Told::ByMail).is_empty());
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
        let messages = occasion.to_contacts(&settings(), [&ana, &ben, &cy].map(reader), |_| Told::ByMail);
        assert_eq!(recipients(&messages), [Recipient::Contact(CY)]);
        let by_dana = uploaded(STAFF);
        let team = team_told(vec![member(1, "dana@hill.test"), member(2, "eve@hill.test")], Vec::new());
        let messages = super::tests::occasion(&by_dana).to_team(&settings(), &team, |_| Frequency::AtOnce);
        assert_eq!(recipients(&messages), [Recipient::Member(MemberId::from_bits(2))]);
    }

    #[test]
    fn n02_one_address_twice_in_an_audience_is_one_mail() {
        let (ana, ben) = (person(ANA, Some("home@acme.test")), person(BEN, Some("HOME@acme.test")));
        let happened = uploaded(STAFF);
        let messages = occasion(&happened).to_contacts(&settings(), [&ana, &ben].map(reader), |_| Told::ByMail);
        assert_eq!(recipients(&messages), [Recipient::Contact(ANA)]);
        // Met again on another page of recipients, it is the same message.
        let again = occasion(&happened).to_contacts(&settings(), [reader(&ben)], |_| Told::ByMail);
        assert_eq!(again[0].id, messages[0].id);
        let team = team_told(vec![member(1, "us@hill.test"), member(2, "US@hill.test")], Vec::new());
        assert_eq!(
            occasion(&uploaded(Actor::Contact(ANA))).to_team(&settings(), &team, |_| Frequency::AtOnce).len(),
            1
        );
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
            occasion.to_contacts(&settings(), [reader(&ana)], |_| Told::ByMail)[0].due_at()
        };
        assert_eq!(due(at(5_000)), at(100 + 300));
        assert_eq!(due(at(40)), at(40 + 300));
    }

    #[test]
    fn n08_what_is_wanted_daily_waits_until_morning_and_speaks_of_no_one_client() {
        let (happened, ana) = (uploaded(STAFF), person(ANA, Some("ana@acme.test")));
        let told = |told| occasion(&happened).to_contacts(&settings(), [reader(&ana)], |_| told);
        let daily = told(Told::Daily).remove(0);
        assert_eq!((daily.client, daily.folder), (None, None));
        assert_eq!(daily.due_at(), settings().time_zone.next(at(100), settings().digests.hour, None));
        let begun = daily.begin(happened.keyspace);
        assert!(begun.is_digest());
        // Another that comes in the evening goes with it, and does not put it off.
        let evening = NewMessage { created_at: at(20_000), ..told(Told::Daily).remove(0) };
        let evening = NewMessage { batch: Some(Batch::until(daily.due_at(), at(20_000))), ..evening };
        assert!(evening.joins(&begun));
        assert_eq!(evening.due_at_joined(&begun), daily.due_at());
        // Nor does one that comes once it is due, and was not sent yet: the next morning is not its time.
        let next = Batch::until(at(200_000), at(100_000));
        let late = NewMessage { batch: Some(next), created_at: at(100_000), ..evening };
        assert_eq!(late.due_at_joined(&begun), daily.due_at());
        assert!(told(Told::Weekly)[0].due_at() > daily.due_at());
        assert!(!told(Told::ByMail)[0].begin(happened.keyspace).is_digest());
        assert!(told(Told::TurnedOff).is_empty());
        assert_eq!(told(Told::Bounced).len(), 1, "so that the ledger shows that it did not go");
    }

    #[test]
    fn n08_of_two_who_read_one_mailbox_whoever_wants_it_soonest_decides() {
        let (ana, ben) = (person(ANA, Some("home@acme.test")), person(BEN, Some("HOME@acme.test")));
        let happened = uploaded(STAFF);
        let both = |anas, bens| {
            let told = move |reader: Reader<'_>| if reader.contact.id == ANA { anas } else { bens };
            let messages = occasion(&happened).to_contacts(&settings(), [&ana, &ben].map(reader), told);
            messages.iter().map(|it| it.begin(happened.keyspace).is_digest()).collect::<Vec<_>>()
        };
        assert_eq!(both(Told::Weekly, Told::ByMail), [false]);
        assert_eq!(both(Told::TurnedOff, Told::Daily), [true]);
        assert_eq!(both(Told::TurnedOff, Told::TurnedOff), [false; 0]);
    }

    #[test]
    fn n08_a_member_is_told_as_often_as_they_want() {
        let happened = uploaded(Actor::Contact(ANA));
        let team = team_told(vec![member(1, "olga@hill.test"), member(2, "eve@hill.test")], Vec::new());
        let often = |id| if id == MemberId::from_bits(1) { Frequency::Off } else { Frequency::Weekly };
        let messages = occasion(&happened).to_team(&settings(), &team, often);
        assert_eq!(recipients(&messages), [Recipient::Member(MemberId::from_bits(2))]);
        assert!(messages[0].begin(happened.keyspace).is_digest());
    }
}
