//! The facts that audit, notifications and the host's own hooks all read: one variant an area.

mod topic;

pub use topic::EventTopic;

use crate::audit::ChainKey;
use crate::sharing::Audience;
use crate::values::{
    Actor, AddressKey, ClientId, EventId, FirmId, Language, LoginId, MemberId, MessageId, NodeId, Note, Timestamp,
};
use crate::{directory, files, identity, sharing};

/// Which keyspace something belongs to, and the column that leads its rows. No commit spans two kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Keyspace {
    /// A firm's records.
    Firm(FirmId),
    /// Identity, before there is a login: by the keyed hash of the address typed.
    Address(AddressKey),
    /// Identity, by login.
    Login(LoginId),
}

impl Keyspace {
    /// The firm, if it is a firm's.
    pub const fn firm(self) -> Option<FirmId> {
        match self {
            Self::Firm(firm) => Some(firm),
            Self::Address(_) | Self::Login(_) => None,
        }
    }
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// Of the directory.
    Directory(directory::Event),
    /// Of sharing.
    Sharing(sharing::Event),
    /// Of files.
    Files(files::Event),
    /// Of identity.
    Identity(identity::Event),
    /// Of the delivery of mail.
    Delivery(DeliveryEvent),
}

/// What can happen to the delivery of mail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum DeliveryEvent {
    /// A team member asked that a message be sent once more. It goes as a new message, with a Message-ID of its own.
    Resent {
        /// The message that did not arrive.
        message: MessageId,
        /// The client it spoke of, if it did of one.
        client: Option<ClientId>,
    },
    /// A team member asked for a mail with made-up content, to see it in their own mailbox.
    TestAsked {
        /// The member.
        member: MemberId,
        /// The name of the kind of mail.
        specimen: String,
        /// The language.
        language: Language,
    },
}

/// Which queue what is to be told waits in. Sign-in mail waits behind nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lane {
    /// Sign-in and security mail.
    SignIn,
    /// Everything else.
    Ordinary,
}

impl Event {
    /// The client it happened at, if it was at one.
    pub fn client(&self) -> Option<ClientId> {
        match self {
            Self::Directory(event) => event.client(),
            Self::Sharing(event) => Some(event.client()),
            Self::Files(event) => Some(event.client()),
            Self::Identity(_) => None,
            Self::Delivery(DeliveryEvent::Resent { client, .. }) => *client,
            Self::Delivery(DeliveryEvent::TestAsked { .. }) => None,
        }
    }

    /// The folder or document it happened to, if it was to one.
    pub fn node(&self) -> Option<NodeId> {
        match self {
            Self::Sharing(event) => Some(event.node()),
            Self::Files(event) => Some(event.node()),
            Self::Directory(_) | Self::Identity(_) | Self::Delivery(_) => None,
        }
    }

    /// The member or contact whom it was done to or for, if it was for one.
    pub fn person(&self) -> Option<Actor> {
        match self {
            Self::Directory(event) => event.person(),
            Self::Sharing(event) => match event.audience() {
                Audience::Contact(contact) => Some(Actor::Contact(contact)),
                Audience::AllContacts => None,
            },
            Self::Files(_) | Self::Identity(_) | Self::Delivery(_) => None,
        }
    }

    /// The chain that it is linked into, in `keyspace`; `None` for what is only logged.
    pub fn chain(&self, keyspace: Keyspace) -> Option<ChainKey> {
        match self {
            Self::Files(files::Event::Downloaded { .. }) => None,
            Self::Identity(event) => event.login().map(ChainKey::Login),
            _ => self.client().map(ChainKey::Client).or_else(|| keyspace.firm().map(ChainKey::Firm)),
        }
    }

    /// The queue of the outbox that it waits in: somebody may have to be told, or the other keyspace fed. `None` for what
    /// concerns nobody else.
    pub fn lane(&self) -> Option<Lane> {
        let travels = match self {
            Self::Sharing(event) => matches!(
                event,
                sharing::Event::Shared { notify: true, .. } | sharing::Event::TermsChanged { notify: true, .. }
            ),
            Self::Files(event) => {
                matches!(
                    event,
                    files::Event::Uploaded { .. }
                        | files::Event::VersionAdded { .. }
                        | files::Event::DoneUploading { .. }
                )
            }
            Self::Directory(event) => matches!(
                event,
                directory::Event::ContactAdded { .. }
                    | directory::Event::ContactChanged { .. }
                    | directory::Event::ContactRemoved { .. }
                    | directory::Event::ContactErased { .. }
            ),
            Self::Identity(identity::Event::Asked { .. }) => return Some(Lane::SignIn),
            Self::Identity(event) => matches!(event, identity::Event::SignedIn { .. }),
            Self::Delivery(DeliveryEvent::Resent { .. } | DeliveryEvent::TestAsked { .. }) => true,
        };
        travels.then_some(Lane::Ordinary)
    }

    /// The personal texts in it, in a fixed order.
    pub fn notes(&self) -> Vec<&Note> {
        match self {
            Self::Directory(event) => event.notes(),
            Self::Sharing(event) => event.notes(),
            Self::Files(event) => event.notes(),
            Self::Identity(event) => event.notes(),
            Self::Delivery(_) => Vec::new(),
        }
    }

    /// The same, for a store that puts the texts back.
    pub fn notes_mut(&mut self) -> Vec<&mut Note> {
        match self {
            Self::Directory(event) => event.notes_mut(),
            Self::Sharing(event) => event.notes_mut(),
            Self::Files(event) => event.notes_mut(),
            Self::Identity(event) => event.notes_mut(),
            Self::Delivery(_) => Vec::new(),
        }
    }

    /// The text that is hashed and kept: ids and digests, no personal text.
    pub fn payload(&self) -> String {
        // INVARIANT: events hold only what serializes: ids, enums, numbers and digests.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a payload back; personal texts come from beside it.
    ///
    /// # Errors
    /// When the payload is none that this version of the library writes.
    pub fn from_payload(payload: &str) -> Result<Self, PayloadError> {
        serde_json::from_str(payload).map_err(|error| PayloadError { reason: error.to_string() })
    }
}

/// A stored event that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an event's payload cannot be read: {reason}")]
pub struct PayloadError {
    reason: String,
}

/// An event as it was committed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happened {
    /// The event's id.
    pub id: EventId,
    /// Where it happened.
    pub keyspace: Keyspace,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: Actor,
    /// What.
    pub event: Event,
}
