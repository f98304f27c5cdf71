//! The records and events of sharing.

use crate::change::Area;
use crate::values::{Actor, ClientId, ContactId, GrantId, NodeId, Note, Timestamp};

/// The area of grants.
#[derive(Debug, Clone, Copy)]
pub struct Sharing;

impl Area for Sharing {
    type Key = Key;
    type Record = Record;
    type Event = Event;
}

/// Names one record of sharing, within its firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The shape of a client's tree and the grants on it, as one version.
    Tree(ClientId),
    /// A grant.
    Grant(GrantId),
}

/// One record of sharing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// The shape of a client's tree and the grants on it.
    Tree(Tree),
    /// A grant. A store refuses a second one of the same client, node and audience, as a conflict on the new one's key.
    Grant(Grant),
}

impl Record {
    /// The key that names this record.
    pub fn key(&self) -> Key {
        match self {
            Self::Tree(tree) => Key::Tree(tree.client),
            Self::Grant(grant) => Key::Grant(grant.id),
        }
    }
}

/// The shape of a client's tree and the grants on it, as one version: grants, moves, trash and restore change it;
/// uploads expect it and never change it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tree {
    /// The client.
    pub client: ClientId,
}

/// What a grant lets its audience do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// List, preview, download.
    View,
    /// That, and upload into the folder and what lies below it.
    ViewAndUpload,
}

/// Whom a grant is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// One contact.
    Contact(ContactId),
    /// All contacts of the client, present and future.
    AllContacts,
}

impl Audience {
    /// Whether `contact` belongs to this audience.
    pub fn includes(self, contact: ContactId) -> bool {
        match self {
            Self::Contact(only) => only == contact,
            Self::AllContacts => true,
        }
    }
}

/// A grant: an audience may do something with a folder and all below it, or with a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The grant's id.
    pub id: GrantId,
    /// The client whose folder or document it is.
    pub client: ClientId,
    /// The folder or document.
    pub node: NodeId,
    /// Whom it is for.
    pub audience: Audience,
    /// What it lets them do.
    pub access: Access,
    /// At this instant it gives nothing any more.
    pub until: Option<Timestamp>,
    /// Whether the audience is told of uploads by staff.
    pub alerts: bool,
    /// Who gave it.
    pub created_by: Actor,
    /// When it was given.
    pub created_at: Timestamp,
}

impl Grant {
    /// Whether the grant gives nothing any more at `now`: it ends at its instant, not after it.
    pub fn expired(&self, now: Timestamp) -> bool {
        self.until.is_some_and(|until| now >= until)
    }
}

/// What can happen to grants.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Event {
    /// Something was shared.
    Shared {
        /// The client.
        client: ClientId,
        /// The grant.
        grant: GrantId,
        /// What was shared.
        node: NodeId,
        /// Its name then.
        name: Note,
        /// With whom.
        audience: Audience,
        /// For what.
        access: Access,
        /// Until when.
        until: Option<Timestamp>,
        /// Whether those newly given access are told.
        notify: bool,
    },
    /// The terms of a grant were changed.
    TermsChanged {
        /// The client.
        client: ClientId,
        /// The grant.
        grant: GrantId,
        /// What is shared.
        node: NodeId,
        /// Its name then.
        name: Note,
        /// With whom.
        audience: Audience,
        /// For what, from now on.
        access: Access,
        /// Until when, from now on.
        until: Option<Timestamp>,
        /// Whether those newly given access are told.
        notify: bool,
    },
    /// A grant was taken away.
    Revoked {
        /// The client.
        client: ClientId,
        /// The grant.
        grant: GrantId,
        /// What was shared.
        node: NodeId,
        /// Its name then.
        name: Note,
        /// With whom it was shared.
        audience: Audience,
    },
}

impl Event {
    crate::values::noted! {
        Self::Shared { name, .. } | Self::TermsChanged { name, .. } | Self::Revoked { name, .. } => vec![name],
    }

    /// With whom.
    pub fn audience(&self) -> Audience {
        match self {
            Self::Shared { audience, .. } | Self::TermsChanged { audience, .. } | Self::Revoked { audience, .. } => {
                *audience
            }
        }
    }

    /// What was shared.
    pub fn node(&self) -> NodeId {
        match self {
            Self::Shared { node, .. } | Self::TermsChanged { node, .. } | Self::Revoked { node, .. } => *node,
        }
    }

    /// The client it happened at.
    pub fn client(&self) -> ClientId {
        match self {
            Self::Shared { client, .. } | Self::TermsChanged { client, .. } | Self::Revoked { client, .. } => *client,
        }
    }
}
