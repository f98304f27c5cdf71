//! Who is told of what, by the rules alone; `occasion.rs` makes messages of it.

use std::collections::BTreeSet;

use crate::change::{Version, Versioned};
use crate::directory::{Contact, Frequency, Mailing, Member, PortalAccess, Topic, may_enter};
use crate::sharing::{Ancestry, Grant, ShareRequest, effective_access, hears_of_uploads, newly_given};
use crate::values::{Actor, EmailAddress, GrantId, Language, Timestamp};

/// Whether a contact is told, and if not, why.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Told {
    /// By mail.
    ByMail,
    /// By the next daily mail.
    Daily,
    /// By the next weekly mail.
    Weekly,
    /// Not: they turned such mail off.
    TurnedOff,
    /// Not, as long as it is so: mail to their address comes back.
    Bounced,
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
    /// Not: the mailbox is that of whoever does it.
    OwnMailbox,
}

impl Told {
    /// How often a mail for it goes; `None` where none is made. For an address from which mail comes back one is made, which
    /// the ledger shows as not sent unless the mark is taken away before.
    pub const fn often(self) -> Option<Frequency> {
        match self {
            Self::ByMail | Self::Bounced => Some(Frequency::AtOnce),
            Self::Daily => Some(Frequency::Daily),
            Self::Weekly => Some(Frequency::Weekly),
            _ => None,
        }
    }

    /// Whether they are mailed, now or later.
    pub const fn is_mailed(self) -> bool {
        matches!(self, Self::ByMail | Self::Daily | Self::Weekly)
    }
}

/// A contact, whether they may enter, and how mail reaches them, as far as telling goes.
#[derive(Debug, Clone, Copy)]
pub struct Reader<'a> {
    /// The contact.
    pub contact: &'a Contact,
    /// Whether they may enter.
    pub access: &'a PortalAccess,
    /// How mail reaches them, if they ever chose anything or it ever came back.
    pub mailing: Option<&'a Mailing>,
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

    /// How they are told of a topic that they are to hear of.
    fn told(self, topic: Topic) -> Told {
        let email = match self.reached() {
            Ok(email) => email,
            Err(why) => return why,
        };
        let often = self.often(topic);
        if often != Frequency::Off && self.mailing.is_some_and(|mailing| mailing.bounced_at(email).is_some()) {
            return Told::Bounced;
        }
        match often {
            Frequency::AtOnce => Told::ByMail,
            Frequency::Daily => Told::Daily,
            Frequency::Weekly => Told::Weekly,
            Frequency::Off => Told::TurnedOff,
        }
    }

    /// The language that they chose, if they did.
    pub fn language(&self) -> Option<Language> {
        self.mailing.and_then(|mailing| mailing.language.clone())
    }

    /// How often they want to hear of a topic.
    pub(super) fn often(self, topic: Topic) -> Frequency {
        self.mailing.map_or(Frequency::AtOnce, |mailing| mailing.often(topic))
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
    reader.told(Topic::Shared)
}

/// Whether a contact would be told if whoever reads mail at `by` shared the node as `request` says at `now`, for showing
/// before it is.
pub fn would_be_told(
    reader: Reader<'_>,
    request: &ShareRequest,
    ancestry: &Ancestry,
    by: &EmailAddress,
    now: Timestamp,
) -> Told {
    if !request.audience.includes(reader.contact.id) {
        return Told::NotMeant;
    }
    if ancestry.own_grant(request.audience).is_some_and(|grant| !grant.expired(now)) {
        return Told::HasAccess;
    }
    let (grant, shared) = as_if_shared(request, ancestry, now);
    match told_of_share(reader, grant, &shared, now) {
        told if told.often().is_some() && reader.contact.email.as_ref() == Some(by) => Told::OwnMailbox,
        told => told,
    }
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

/// Whether a contact is told of what was uploaded to where `ancestry` leads, and shared by the grant `shared` in the same go.
///
/// Whoever sees it by that grant alone is told of the share instead, or silently of nothing.
///
/// It is asked of the grants there are, and not of when they were given: clocks of several nodes differ, and a mail too many is
/// better than one too few.
pub fn told_of_upload(reader: Reader<'_>, ancestry: &Ancestry, shared: Option<GrantId>, now: Timestamp) -> Told {
    if let Some(shared) = shared {
        return told_of_upload(reader, &ancestry.without(shared), None, now);
    }
    if effective_access(reader.contact.id, ancestry, now).is_none() {
        return Told::NotMeant;
    }
    if !hears_of_uploads(reader.contact.id, ancestry, now) {
        return Told::AlertsOff;
    }
    reader.told(Topic::NewDocuments)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::{Addressee, Bounce};
    use crate::notifications::tests_support::{CY, member, person, reader};
    use crate::sharing::tests_support::{ALL, ANA, BEN, Path, at};
    use crate::sharing::{Access, Audience};
    use crate::values::{Digest, MemberId};

    const STAFF: Actor = Actor::Member(MemberId::from_bits(1));

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
    fn n08_whoever_turned_mail_off_is_not_told_whether_or_not_it_would_come_back() {
        let path = Path::root().folder(1).grant(ANA, Access::View);
        let ana = person(ANA, Some("ana@acme.test"));
        let mut mailing = Mailing::new(Addressee::Contact(ANA));
        let address = EmailAddress::new("ana@acme.test").unwrap();
        mailing.bounce = Some(Bounce { address, at: at(0), reason: "no such mailbox".to_owned() });
        let told = |mailing: &Mailing| {
            told_of_upload(Reader { mailing: Some(mailing), ..reader(&ana) }, &path.ancestry(), None, at(0))
        };
        assert_eq!(told(&mailing), Told::Bounced);
        mailing.often.insert(Topic::NewDocuments, Frequency::Off);
        assert_eq!(told(&mailing), Told::TurnedOff);
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
        let somebody = EmailAddress::new("dana@hill.test").unwrap();
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
                let before = would_be_told(reader(person), &request, &ancestry, &somebody, at(200));
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
        let told = |ancestry: &Ancestry, id, now| {
            told_of_upload(reader(&person(id, Some("a@acme.test"))), ancestry, None, now)
        };
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
    fn whoever_sees_an_upload_by_the_share_that_came_with_it_is_not_told_of_the_upload() {
        let path = Path::root().folder(1).grant(BEN, Access::View).document(2).grant_all(Access::View);
        let ancestry = path.ancestry();
        let shared = Some(ancestry.own_grant(ALL).unwrap().id);
        let told = |id| told_of_upload(reader(&person(id, Some("a@acme.test"))), &ancestry, shared, at(200));
        assert_eq!((told(ANA), told(BEN)), (Told::NotMeant, Told::ByMail));
    }

    #[test]
    fn n01_whoever_shares_is_not_told_at_the_mailbox_of_a_contact() {
        let request = ShareRequest::new(ALL, Access::View);
        let ancestry = Path::root().folder(1).ancestry();
        let ana = person(ANA, Some("ana@acme.test"));
        let told = |by| would_be_told(reader(&ana), &request, &ancestry, &EmailAddress::new(by).unwrap(), at(200));
        assert_eq!((told("Ana@Acme.test"), told("dana@hill.test")), (Told::OwnMailbox, Told::ByMail));
    }

    #[test]
    fn one_alerting_grant_is_enough() {
        let mut ancestry = Path::root().folder(1).grant(ANA, Access::View).folder(2).grant_all(Access::View).ancestry();
        ancestry.steps[0].grants[0].value.alerts = false;
        let ana = person(ANA, Some("ana@acme.test"));
        assert_eq!(told_of_upload(reader(&ana), &ancestry, None, at(0)), Told::ByMail);
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
}
