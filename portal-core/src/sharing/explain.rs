//! Why there is access, or why there is none.

use super::access::{effective_access, highest_grant};
use super::{Access, Ancestry, Audience};
use crate::directory::{Contact, PortalAccess};
use crate::values::{FileName, GrantId, NodeId, Timestamp};

/// The answer to "why does this contact see this, or why not?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// What the contact may do with the node once they are in the portal.
    pub access: Option<Access>,
    /// Whether it is archived, so that nobody uploads there, whatever was granted.
    pub archived: bool,
    /// What keeps the contact from it, whatever was granted.
    pub obstacles: Vec<Obstacle>,
    /// Every grant on the node and above it, the nearest first, and what it does for this contact.
    pub reasons: Vec<Reason>,
}

impl Explanation {
    /// What the contact may do now, with nothing in the way.
    pub fn effective(&self) -> Option<Access> {
        if self.obstacles.is_empty() { self.access } else { None }
    }
}

/// Something that keeps a contact from what was granted.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The node, or a folder above it, lies in the trash.
    InTrash {
        /// What was put in the trash.
        node: NodeId,
        /// Its name.
        name: FileName,
    },
    /// The contact was taken off the client.
    ContactRemoved,
    /// The firm took the contact's portal access away.
    AccessRemoved,
    /// The contact has no email address to sign in by.
    EmailMissing,
}

/// What one grant does for a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// The grant.
    pub grant: GrantId,
    /// The node that it is on.
    pub node: NodeId,
    /// That node's name.
    pub name: FileName,
    /// Whom it is for.
    pub audience: Audience,
    /// What it lets them do.
    pub access: Access,
    /// What it does for this contact.
    pub effect: Effect,
}

/// What a grant does for a contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// It gives the access there is.
    Decides,
    /// It gives less than another, or as much as a nearer one.
    Exceeded,
    /// It ended.
    Expired(Timestamp),
    /// It is for somebody else.
    ForAnother,
}

/// Explains what `contact` may do with the node at `now`.
pub fn explain(contact: &Contact, entry: &PortalAccess, ancestry: &Ancestry, now: Timestamp) -> Explanation {
    // What the grants alone would give, so that the trash is told as an obstacle and not as a lack of grants.
    let granted = highest_grant(contact.id, ancestry, now);
    let mut decided = false;
    let reasons = ancestry
        .grants()
        .map(|(step, grant)| {
            let effect = match grant.until {
                _ if !grant.audience.includes(contact.id) => Effect::ForAnother,
                Some(until) if grant.expired(now) => Effect::Expired(until),
                _ if Some(grant.access) == granted && !decided => {
                    decided = true;
                    Effect::Decides
                }
                _ => Effect::Exceeded,
            };
            Reason {
                grant: grant.id,
                node: step.node,
                name: step.name.clone(),
                audience: grant.audience,
                access: grant.access,
                effect,
            }
        })
        .collect();
    let access = effective_access(contact.id, &ancestry.awake(), now);
    Explanation { access, archived: ancestry.archived(), obstacles: obstacles(contact, entry, ancestry), reasons }
}

fn obstacles(contact: &Contact, entry: &PortalAccess, ancestry: &Ancestry) -> Vec<Obstacle> {
    let trashed = ancestry.steps.iter().filter(|step| step.trashed);
    let mut found: Vec<Obstacle> =
        trashed.map(|step| Obstacle::InTrash { node: step.node, name: step.name.clone() }).collect();
    if contact.removed_at.is_some() {
        found.push(Obstacle::ContactRemoved);
    } else if !entry.allowed {
        found.push(Obstacle::AccessRemoved);
    }
    if contact.email.is_none() {
        found.push(Obstacle::EmailMissing);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sharing::tests_support::{ANA, BEN, CLIENT, Path, at};
    use crate::values::{ClientId, ContactId, DisplayName, EmailAddress};

    fn person(id: ContactId) -> (Contact, PortalAccess) {
        let contact = Contact {
            id,
            client: ClientId::from_bits(CLIENT),
            external_id: None,
            name: DisplayName::new("Ana").unwrap(),
            email: Some(EmailAddress::new("ana@acme.test").unwrap()),
            details: crate::directory::ContactDetails::default(),
            created_at: at(0),
            removed_at: None,
        };
        (contact, PortalAccess { contact: id, allowed: true, last_signed_in_at: None })
    }

    #[test]
    fn every_grant_is_told_with_what_it_does() {
        let path = Path::root()
            .folder(1)
            .grant_all(Access::View)
            .grant_until(ANA, Access::ViewAndUpload, at(-1))
            .folder(2)
            .grant(BEN, Access::ViewAndUpload)
            .grant_all(Access::View);
        let (ana, entry) = person(ANA);
        let told = explain(&ana, &entry, &path.ancestry(), at(0));
        assert_eq!(told.effective(), Some(Access::View));
        let effects: Vec<Effect> = told.reasons.iter().map(|reason| reason.effect).collect();
        assert_eq!(effects, [Effect::ForAnother, Effect::Decides, Effect::Exceeded, Effect::Expired(at(-1))]);
    }

    #[test]
    fn a_grant_that_will_end_is_not_told_as_ended() {
        let path = Path::root().folder(1).grant_until(ANA, Access::View, at(10));
        let (ana, entry) = person(ANA);
        let effect = |now| explain(&ana, &entry, &path.ancestry(), now).reasons[0].effect;
        assert_eq!((effect(at(9)), effect(at(10))), (Effect::Decides, Effect::Expired(at(10))));
    }

    #[test]
    fn what_stands_in_the_way_is_told_beside_what_was_granted() {
        let path = Path::root().folder(1).grant(ANA, Access::View).trashed().folder(2);
        let (mut ana, mut entry) = person(ANA);
        ana.email = None;
        entry.allowed = false;
        let told = explain(&ana, &entry, &path.ancestry(), at(0));
        assert_eq!((told.access, told.effective()), (Some(Access::View), None));
        assert!(matches!(
            told.obstacles[..],
            [Obstacle::InTrash { .. }, Obstacle::AccessRemoved, Obstacle::EmailMissing]
        ));
    }

    #[test]
    fn explain_and_access_never_disagree() {
        let (ana, entry) = person(ANA);
        for path in [
            Path::root().folder(1),
            Path::root().folder(1).grant(BEN, Access::View),
            Path::root().folder(1).grant(ANA, Access::View).folder(2).grant_all(Access::ViewAndUpload),
            Path::root().folder(1).trashed().folder(2).grant(ANA, Access::View),
            Path::root().folder(1).grant_until(ANA, Access::View, at(0)),
        ] {
            let told = explain(&ana, &entry, &path.ancestry(), at(0));
            assert_eq!(told.effective(), effective_access(ANA, &path.ancestry(), at(0)));
        }
    }
}
