//! Who is told of what: from an event, and what was loaded for it, to messages.
//!
//! Whoever did it is never told, and one mailbox is told once, however many of an audience share it.

use std::collections::BTreeSet;

use super::{Batch, MailKind, NewMessage, Recipient};
use crate::change::{Version, Versioned};
use crate::directory::{Contact, Member, PortalAccess, may_enter};
use crate::event::Happened;
use crate::sharing::{Ancestry, Grant, ShareRequest, effective_access, newly_given};
use crate::values::{
    Actor, ClientId, Digest, EmailAddress, EventId, FirmId, FolderId, GrantId, Id as _, MessageId, Timestamp,
};

/// Whether a contact is told, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Told {
    /// By mail.
    ByMail,
    /// Not: there is no address to send to.
    EmailMissing,
    /// Not: the firm took their portal access away.
    AccessRemoved,
    /// Not: they see it already, by another grant.
    HasAccess,
    /// Not: it is for somebody else, or gives them nothing.
    NotMeant,
    /// Not: their grants say that they are not told of uploads.
    AlertsOff,
}

/// A contact and whether they may enter, as far as telling goes.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The contact.
    pub contact: &'a Contact,
    /// Whether they may enter.
    pub access: &'a PortalAccess,
}

impl<'a> Reader<'a> {
    /// Where they are told, or why they are not.
    fn reached(self) -> Result<&'a EmailAddress, Told> {
        match &self.contact.email {
            Some(email) if may_enter(self.contact, self.access, |_| true) => Ok(email),
            None if self.contact.removed_at.is_none() && self.access.allowed => Err(Told::EmailMissing),
            _ => Err(Told::AccessRemoved),
        }
    }
}

/// Whether a contact is told that `grant` was given, or woke again, at `at`.
///
/// A grant that was taken away meanwhile tells nobody.
pub fn told_of_share(reader: Reader<'_>, grant: GrantId, ancestry: &Ancestry, at: Timestamp) -> Told {
    let contact = reader.contact.id;
    let meant = ancestry.node().is_some_and(|step| {
        step.grants.iter().any(|given| given.id == grant && given.audience.includes(contact) && !given.expired(at))
    });
    if !meant || ancestry.trashed() {
        return Told::NotMeant;
    }
    if !newly_given(contact, grant, ancestry, at) {
        return Told::HasAccess;
    }
    reader.reached().map_or_else(|why| why, |_| Told::ByMail)
}

/// Whether a contact would be told if the node were shared as `request` says at `now`, for showing before it is.
pub fn would_be_told(reader: Reader<'_>, request: &ShareRequest, ancestry: &Ancestry, now: Timestamp) -> Told {
    if !request.audience.includes(reader.contact.id) {
        return Told::NotMeant;
    }
    if ancestry.own_grant(request.audience).is_some_and(|grant| !grant.expired(now)) {
        return Told::HasAccess;
    }
    let (grant, shared) = as_if_shared(request, ancestry, now);
    told_of_share(reader, grant, &shared, now)
}

fn as_if_shared(request: &ShareRequest, ancestry: &Ancestry, now: Timestamp) -> (GrantId, Ancestry) {
    let mut shared = ancestry.clone();
    let id = ancestry.own_grant(request.audience).map_or(GrantId::from_bits(u128::MAX), |grant| grant.id);
    if let Some(step) = shared.steps.first_mut() {
        step.grants.retain(|grant| grant.id != id);
        let grant = Grant {
            id,
            client: ancestry.client,
            node: step.node,
            audience: request.audience,
            access: request.access,
            until: request.until,
            alerts: request.alerts,
            created_by: Actor::Worker,
            created_at: now,
        };
        step.grants.push(Versioned::new(Version::FIRST, grant));
    }
    (id, shared)
}

/// Whether a contact is told of what was uploaded to where `ancestry` leads.
///
/// It is asked of the grants there are, and not of when they were given: clocks of several nodes differ, and a mail too many is
/// better than one too few.
pub fn told_of_upload(reader: Reader<'_>, ancestry: &Ancestry, now: Timestamp) -> Told {
    if effective_access(reader.contact.id, ancestry, now).is_none() {
        return Told::NotMeant;
    }
    let alerting = |grant: &Grant| grant.alerts && grant.audience.includes(reader.contact.id) && !grant.expired(now);
    if !ancestry.grants().any(|(_, grant)| alerting(grant)) {
        return Told::AlertsOff;
    }
    reader.reached().map_or_else(|why| why, |_| Told::ByMail)
}

/// Who of the team is told of a client's upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamTold {
    /// The members, those who share a mailbox once.
    pub members: Vec<Member>,
    /// Whether nobody is assigned to the client, so that the firm's owners are told instead.
    pub nobody_assigned: bool,
}

/// Who of the team is told: those assigned to the client, or else the firm's `owners`.
pub fn team_told(assigned: Vec<Member>, owners: Vec<Member>) -> TeamTold {
    let live = |members: Vec<Member>| {
        let mut seen = BTreeSet::new();
        let here = members.into_iter().filter(|member| member.removed_at.is_none());
        here.filter(|member| seen.insert(member.email.clone())).collect::<Vec<_>>()
    };
    let assigned = live(assigned);
    let nobody_assigned = assigned.is_empty();
    TeamTold { members: if nobody_assigned { live(owners) } else { assigned }, nobody_assigned }
}

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
    /// The address of the contact who did it, if a contact did.
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
        let others = team.members.iter().filter(|member| self.happened.actor != Actor::Member(member.id));
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
    use crate::sharing::tests_support::{ALL, ANA, BEN, CLIENT, Path, at};
    use crate::sharing::{Access, Audience};
    use crate::values::{ContactId, DisplayName, DocumentId, MemberId, Note, Salt, VersionId};

    const CY: ContactId = ContactId::from_bits(3);

    fn person(id: ContactId, email: Option<&str>) -> (Contact, PortalAccess) {
        let contact = Contact {
            id,
            client: ClientId::from_bits(CLIENT),
            external_id: None,
            name: DisplayName::new("Somebody").unwrap(),
            email: email.map(|email| EmailAddress::new(email).unwrap()),
            created_at: at(0),
            removed_at: None,
        };
        (contact, PortalAccess { contact: id, allowed: true, last_signed_in_at: None })
    }

    fn reader(person: &(Contact, PortalAccess)) -> Reader<'_> {
        Reader { contact: &person.0, access: &person.1 }
    }

    fn member(bits: u128, email: &str) -> Member {
        Member {
            id: MemberId::from_bits(bits),
            external_id: None,
            name: DisplayName::new("Dana").unwrap(),
            email: EmailAddress::new(email).unwrap(),
            role: crate::directory::Role::Member,
            created_at: at(0),
            removed_at: None,
        }
    }

    fn uploaded(actor: Actor) -> Happened {
        let event = files::Event::Uploaded {
            client: ClientId::from_bits(CLIENT),
            folder: FolderId::from_bits(1),
            document: DocumentId::from_bits(2),
            version: VersionId::from_bits(3),
            name: Note::new(Salt::from_bytes([0; 16]), "w2.pdf"),
            size_bytes: 1,
            sha256: Digest::ZERO,
            notify: true,
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

    fn recipients(messages: &[NewMessage]) -> Vec<Recipient> {
        messages.iter().map(|message| message.to).collect()
    }

    #[test]
    fn those_newly_given_access_are_told_of_a_share_and_others_are_not_and_why() {
        let path = Path::root().folder(1).grant(BEN, Access::View).folder(2).grant_all(Access::View);
        let ancestry = path.ancestry();
        let grant = ancestry.own_grant(ALL).unwrap().id;
        let told = |person: &(Contact, PortalAccess)| told_of_share(reader(person), grant, &ancestry, at(200));
        assert_eq!(told(&person(ANA, Some("ana@acme.test"))), Told::ByMail);
        assert_eq!(told(&person(BEN, Some("ben@acme.test"))), Told::HasAccess);
        assert_eq!(told(&person(CY, None)), Told::EmailMissing);
        let (contact, mut access) = person(CY, Some("cy@acme.test"));
        access.allowed = false;
        assert_eq!(told(&(contact, access)), Told::AccessRemoved);
        let (mut contact, access) = person(CY, Some("cy@acme.test"));
        contact.removed_at = Some(at(1));
        assert_eq!(told(&(contact, access)), Told::AccessRemoved);
    }

    #[test]
    fn s14_a_grant_that_was_taken_away_before_anybody_was_told_tells_nobody() {
        let shared = Path::root().folder(1).grant(ANA, Access::View).ancestry();
        let grant = shared.steps[0].grants[0].id;
        let ana = person(ANA, Some("ana@acme.test"));
        assert_eq!(told_of_share(reader(&ana), grant, &shared, at(200)), Told::ByMail);
        for gone in [Path::root().folder(1), Path::root().folder(1).grant(BEN, Access::View)] {
            let other = GrantId::from_bits(u128::MAX - 1);
            assert_eq!(told_of_share(reader(&ana), other, &gone.ancestry(), at(200)), Told::NotMeant);
        }
        let trashed = Path::root().folder(1).grant(ANA, Access::View).trashed().ancestry();
        assert_eq!(told_of_share(reader(&ana), grant, &trashed, at(200)), Told::NotMeant);
    }

    #[test]
    fn what_is_shown_before_sharing_is_what_happens_after() {
        let requests = [
            ShareRequest::new(ALL, Access::View),
            ShareRequest::new(Audience::Contact(ANA), Access::ViewAndUpload),
            ShareRequest { until: Some(at(500)), ..ShareRequest::new(ALL, Access::View) },
        ];
        let paths = [
            Path::root().folder(1),
            Path::root().folder(1).grant(ANA, Access::View),
            Path::root().folder(1).grant_until(ANA, Access::View, at(150)),
            Path::root().folder(1).grant(BEN, Access::View).folder(2),
            Path::root().folder(1).grant_all(Access::View),
            Path::root().folder(1).grant_all(Access::View).folder(2),
            Path::root().folder(1).grant_until(BEN, Access::View, at(150)).folder(2),
        ];
        let people = [person(ANA, Some("ana@acme.test")), person(BEN, Some("ben@acme.test")), person(CY, None)];
        let mut seen = BTreeSet::new();
        for (path, request) in paths.iter().flat_map(|path| requests.iter().map(move |request| (path, request))) {
            let ancestry = path.ancestry();
            let context = crate::change::Context::new(at(200), Digest::of(b"share"), [0; 32]);
            let request = ShareRequest { notify: true, ..*request };
            let decision = crate::sharing::share(&request, &ancestry, STAFF, &context).unwrap();
            // What the store would hold then: the node with the grant that was written.
            let mut after = ancestry.clone();
            let mut notified = false;
            for write in &decision.writes {
                if let crate::change::Write::Create(crate::sharing::Record::Grant(grant))
                | crate::change::Write::Update(_, crate::sharing::Record::Grant(grant)) = write
                {
                    after.steps[0].grants.retain(|other| other.id != grant.id);
                    after.steps[0].grants.push(Versioned::new(Version::FIRST, grant.clone()));
                }
            }
            for event in &decision.events {
                use crate::sharing::Event::{Shared, TermsChanged};
                notified |= matches!(event, Shared { notify: true, .. } | TermsChanged { notify: true, .. });
            }
            for person in &people {
                let before = would_be_told(reader(person), &request, &ancestry, at(200));
                let told = told_of_share(reader(person), decision.output.grant, &after, at(200));
                let mailed = notified && told == Told::ByMail;
                assert_eq!(before == Told::ByMail, mailed, "{request:?} on {ancestry:?}: {before:?}, {told:?}");
                seen.insert(before);
            }
        }
        assert_eq!(seen.len(), 4, "mail, no email, has access, not meant: {seen:?}");
    }

    #[test]
    fn an_upload_tells_those_with_access_and_alerts() {
        let path = Path::root().folder(1).grant(ANA, Access::View).folder(2).grant_until(BEN, Access::View, at(50));
        let mut ancestry = path.ancestry();
        let told =
            |ancestry: &Ancestry, id, now| told_of_upload(reader(&person(id, Some("a@acme.test"))), ancestry, now);
        assert_eq!(told(&ancestry, ANA, at(49)), Told::ByMail);
        assert_eq!(told(&ancestry, BEN, at(49)), Told::ByMail);
        assert_eq!(told(&ancestry, BEN, at(50)), Told::NotMeant);
        assert_eq!(told(&ancestry, CY, at(49)), Told::NotMeant);
        ancestry.steps[1].grants[0].value.alerts = false;
        assert_eq!(told(&ancestry, ANA, at(49)), Told::AlertsOff);
        let trashed = Path::root().folder(1).grant(ANA, Access::View).trashed().folder(2).ancestry();
        assert_eq!(told(&trashed, ANA, at(49)), Told::NotMeant);
    }

    #[test]
    fn one_alerting_grant_is_enough() {
        let mut ancestry = Path::root().folder(1).grant(ANA, Access::View).folder(2).grant_all(Access::View).ancestry();
        ancestry.steps[0].grants[0].value.alerts = false;
        let ana = person(ANA, Some("ana@acme.test"));
        assert_eq!(told_of_upload(reader(&ana), &ancestry, at(0)), Told::ByMail);
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
    fn n13_nobody_assigned_tells_the_owners_and_says_so() {
        let owner = member(7, "owner@hill.test");
        let told = team_told(Vec::new(), vec![owner.clone()]);
        assert_eq!((told.members, told.nobody_assigned), (vec![owner.clone()], true));
        let left = Member { removed_at: Some(at(1)), ..member(1, "dana@hill.test") };
        assert!(team_told(vec![left], vec![owner.clone()]).nobody_assigned);
        let told = team_told(vec![member(2, "eve@hill.test")], vec![owner]);
        assert_eq!((told.members.len(), told.nobody_assigned), (1, false));
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
