//! Paths with grants on them, for the tests beside the rules.

use super::{Access, Ancestry, Audience, Grant, Step};
use crate::change::{Version, Versioned};
use crate::values::{Actor, ClientId, ContactId, DocumentId, FileName, FolderId, GrantId, Id as _, NodeId, Timestamp};

pub(crate) const ANA: ContactId = ContactId::from_bits(1);
pub(crate) const BEN: ContactId = ContactId::from_bits(2);
pub(crate) const ALL: Audience = Audience::AllContacts;
pub(crate) const CLIENT: u128 = 7;

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_micros(seconds * 1_000_000)
}

/// A way down from a client's root, built step by step.
#[derive(Debug, Clone)]
pub(crate) struct Path(Vec<Step>);

impl Path {
    pub(crate) fn root() -> Self {
        Self(Vec::new()).node(FolderId::from_u128(0).into(), "Files")
    }

    pub(crate) fn folder(self, number: u128) -> Self {
        self.node(FolderId::from_u128(number).into(), &format!("folder {number}"))
    }

    pub(crate) fn document(self, number: u128) -> Self {
        self.node(DocumentId::from_u128(number).into(), &format!("document {number}.pdf"))
    }

    fn node(mut self, node: NodeId, name: &str) -> Self {
        self.0.insert(
            0,
            Step {
                node,
                name: FileName::new(name).unwrap(),
                trashed: false,
                archived: false,
                held: false,
                grants: Vec::new(),
            },
        );
        self
    }

    pub(crate) fn trashed(mut self) -> Self {
        self.0[0].trashed = true;
        self
    }

    pub(crate) fn archived(mut self) -> Self {
        self.0[0].archived = true;
        self
    }

    pub(crate) fn held(mut self) -> Self {
        self.0[0].held = true;
        self
    }

    pub(crate) fn grant(self, contact: ContactId, access: Access) -> Self {
        self.give(Audience::Contact(contact), access, None)
    }

    pub(crate) fn grant_all(self, access: Access) -> Self {
        self.give(Audience::AllContacts, access, None)
    }

    pub(crate) fn grant_until(self, contact: ContactId, access: Access, until: Timestamp) -> Self {
        self.give(Audience::Contact(contact), access, Some(until))
    }

    /// The grants on the node say that nobody is told of uploads.
    pub(crate) fn muted(mut self) -> Self {
        self.0[0].grants.iter_mut().for_each(|grant| grant.value.alerts = false);
        self
    }

    fn give(mut self, audience: Audience, access: Access, until: Option<Timestamp>) -> Self {
        let depth = self.0.len() as u128;
        let step = &mut self.0[0];
        let number = depth * 100 + step.grants.len() as u128;
        let grant = Grant {
            id: GrantId::from_u128(number),
            client: ClientId::from_u128(CLIENT),
            node: step.node,
            audience,
            access,
            until,
            alerts: true,
            created_by: Actor::Host,
            created_at: at(-100 + i64::try_from(number).unwrap()),
        };
        step.grants.push(Versioned::new(Version::FIRST, grant));
        self
    }

    pub(crate) fn ancestry(&self) -> Ancestry {
        Ancestry { client: ClientId::from_u128(CLIENT), tree: Version::from_u64(3), steps: self.0.clone() }
    }
}
