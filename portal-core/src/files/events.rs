//! What can happen to files.

use crate::values::{ClientId, Digest, DocumentId, FolderId, GrantId, NodeId, Note, VersionId};

/// What can happen to files.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Event {
    /// A folder was made.
    FolderAdded {
        /// The client.
        client: ClientId,
        /// The folder.
        folder: FolderId,
        /// Its name, before it was settled.
        name: Note,
    },
    /// A document was uploaded.
    Uploaded {
        /// The client.
        client: ClientId,
        /// The folder it was uploaded into.
        folder: FolderId,
        /// The folders in which that lay then, the nearest first: what is moved before its recipients are worked out tells nobody
        /// who sees it by the move alone.
        #[serde(default)]
        above: Vec<FolderId>,
        /// The document.
        document: DocumentId,
        /// Its first version.
        version: VersionId,
        /// What the file was called.
        name: Note,
        /// How many bytes it has.
        size_bytes: u64,
        /// The SHA-256 of its bytes.
        sha256: Digest,
        /// The grant by which it was shared in the same go: whoever sees it by that alone is not told of the upload.
        shared: Option<GrantId>,
    },
    /// A contact said that they are done uploading into a folder.
    DoneUploading {
        /// The client.
        client: ClientId,
        /// The folder.
        folder: FolderId,
        /// Its name then.
        name: Note,
    },
    /// A version was added to a document.
    VersionAdded {
        /// The client.
        client: ClientId,
        /// The folder it lies in.
        folder: FolderId,
        /// The folders in which that lies, the nearest first.
        #[serde(default)]
        above: Vec<FolderId>,
        /// The document.
        document: DocumentId,
        /// The version.
        version: VersionId,
        /// What the document is called.
        name: Note,
        /// How many bytes it has.
        size_bytes: u64,
        /// The SHA-256 of its bytes.
        sha256: Digest,
    },
    /// A folder or document was renamed.
    Renamed {
        /// The client.
        client: ClientId,
        /// What was renamed.
        node: NodeId,
        /// What it was called before.
        from: Note,
        /// What it is called now, before it was settled.
        to: Note,
    },
    /// A folder or document was moved to another folder of its client.
    Moved {
        /// The client.
        client: ClientId,
        /// What was moved.
        node: NodeId,
        /// Its name, before it was settled there.
        name: Note,
        /// The folder it lay in.
        from: FolderId,
        /// What that was called.
        from_name: Note,
        /// The folder it lies in now.
        to: FolderId,
        /// What that was called.
        to_name: Note,
    },
    /// A contact took back what they uploaded: it lies in the trash.
    Withdrawn {
        /// The client.
        client: ClientId,
        /// The document.
        document: DocumentId,
        /// Its name.
        name: Note,
    },
    /// A team member opened what a contact uploaded, as the first.
    Opened {
        /// The client.
        client: ClientId,
        /// The document.
        document: DocumentId,
        /// Its name.
        name: Note,
    },
    /// A scanner found a file harmful: one that was uploaded, which nobody else saw then, or one that was kept before.
    Infected {
        /// The client.
        client: ClientId,
        /// Where it was uploaded to, or the document that it is.
        node: NodeId,
        /// What the file was called.
        name: Note,
        /// What the scanner calls what it found.
        threat: Note,
    },
    /// A hold was put on a folder or document.
    HoldPlaced {
        /// The client.
        client: ClientId,
        /// What is held.
        node: NodeId,
        /// Its name.
        name: Note,
        /// Why.
        reason: Note,
    },
    /// A hold was taken off.
    HoldReleased {
        /// The client.
        client: ClientId,
        /// What was held.
        node: NodeId,
        /// Its name.
        name: Note,
    },
    /// A folder or document was archived.
    Archived {
        /// The client.
        client: ClientId,
        /// What was archived.
        node: NodeId,
        /// Its name.
        name: Note,
    },
    /// A folder or document was taken out of the archive.
    Unarchived {
        /// The client.
        client: ClientId,
        /// What was archived.
        node: NodeId,
        /// Its name.
        name: Note,
    },
    /// A folder or document was put in the trash.
    Trashed {
        /// The client.
        client: ClientId,
        /// What was trashed.
        node: NodeId,
        /// Its name.
        name: Note,
    },
    /// A folder or document was taken out of the trash.
    Restored {
        /// The client.
        client: ClientId,
        /// What was restored.
        node: NodeId,
        /// Its name.
        name: Note,
    },
    /// A folder or document was removed for good.
    Purged {
        /// The client.
        client: ClientId,
        /// What was purged.
        node: NodeId,
        /// Its name.
        name: Note,
    },
    /// A document was downloaded: logged, and not chained.
    Downloaded {
        /// The client.
        client: ClientId,
        /// The document.
        document: DocumentId,
        /// The version.
        version: VersionId,
        /// Its name.
        name: Note,
    },
}

impl Event {
    crate::values::noted! {
        Self::FolderAdded { name, .. }
        | Self::DoneUploading { name, .. }
        | Self::Uploaded { name, .. }
        | Self::VersionAdded { name, .. }
        | Self::Withdrawn { name, .. }
        | Self::Opened { name, .. }
        | Self::HoldReleased { name, .. }
        | Self::Archived { name, .. }
        | Self::Unarchived { name, .. }
        | Self::Trashed { name, .. }
        | Self::Restored { name, .. }
        | Self::Purged { name, .. }
        | Self::Downloaded { name, .. } => vec![name],
        Self::Renamed { from, to, .. } => vec![from, to],
        Self::HoldPlaced { name, reason, .. } => vec![name, reason],
        Self::Infected { name, threat, .. } => vec![name, threat],
        Self::Moved { name, from_name, to_name, .. } => vec![name, from_name, to_name],
    }

    /// The folder or document it happened to.
    pub fn node(&self) -> NodeId {
        match self {
            Self::FolderAdded { folder, .. } | Self::DoneUploading { folder, .. } => (*folder).into(),
            Self::Uploaded { document, .. }
            | Self::VersionAdded { document, .. }
            | Self::Withdrawn { document, .. }
            | Self::Opened { document, .. }
            | Self::Downloaded { document, .. } => (*document).into(),
            Self::Renamed { node, .. }
            | Self::Moved { node, .. }
            | Self::Infected { node, .. }
            | Self::HoldPlaced { node, .. }
            | Self::HoldReleased { node, .. }
            | Self::Archived { node, .. }
            | Self::Unarchived { node, .. }
            | Self::Trashed { node, .. }
            | Self::Restored { node, .. }
            | Self::Purged { node, .. } => *node,
        }
    }

    /// The client it happened at.
    pub fn client(&self) -> ClientId {
        match self {
            Self::FolderAdded { client, .. }
            | Self::DoneUploading { client, .. }
            | Self::Uploaded { client, .. }
            | Self::VersionAdded { client, .. }
            | Self::Renamed { client, .. }
            | Self::Moved { client, .. }
            | Self::Withdrawn { client, .. }
            | Self::Opened { client, .. }
            | Self::Infected { client, .. }
            | Self::HoldPlaced { client, .. }
            | Self::HoldReleased { client, .. }
            | Self::Archived { client, .. }
            | Self::Unarchived { client, .. }
            | Self::Trashed { client, .. }
            | Self::Restored { client, .. }
            | Self::Purged { client, .. }
            | Self::Downloaded { client, .. } => *client,
        }
    }
}
