//! Who acts, and what is acted on: the names that several areas share.

use super::{ContactId, DocumentId, FolderId, Id as _, LoginId, MemberId};

/// Who did something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The software that embeds the portal.
    Host,
    /// A team member, on the host's word.
    Member(MemberId),
    /// A client's contact.
    Contact(ContactId),
    /// Somebody signed in, before they said as which contact.
    Login(LoginId),
    /// Nobody yet.
    Visitor,
    /// The portal itself.
    Worker,
}

/// A folder or a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NodeId {
    /// A folder.
    Folder(FolderId),
    /// A document.
    Document(DocumentId),
}

impl NodeId {
    /// The folder, if it is one.
    pub const fn folder(self) -> Option<FolderId> {
        match self {
            Self::Folder(id) => Some(id),
            Self::Document(_) => None,
        }
    }

    /// The document, if it is one.
    pub const fn document(self) -> Option<DocumentId> {
        match self {
            Self::Folder(_) => None,
            Self::Document(id) => Some(id),
        }
    }

    /// The 128 bits of its id, which no folder and document have in common.
    pub fn as_u128(self) -> u128 {
        match self {
            Self::Folder(id) => id.as_u128(),
            Self::Document(id) => id.as_u128(),
        }
    }
}

impl From<FolderId> for NodeId {
    fn from(id: FolderId) -> Self {
        Self::Folder(id)
    }
}

impl From<DocumentId> for NodeId {
    fn from(id: DocumentId) -> Self {
        Self::Document(id)
    }
}

impl std::fmt::Display for NodeId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Folder(id) => id.fmt(f),
            Self::Document(id) => id.fmt(f),
        }
    }
}

impl std::str::FromStr for NodeId {
    type Err = super::IdError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::Folder).or_else(|_| text.parse().map(Self::Document))
    }
}
