//! An upload under way, and how far it has come.

use crate::files::{MediaType, UploadScan};
use crate::values::{
    Actor, BlobKey, ClientId, DocumentId, FileName, FolderId, NodeId, RunningDigest, Timestamp, UploadId,
};

/// What an upload becomes once it is complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum UploadInto {
    /// A new document in the folder.
    NewDocument(FolderId),
    /// A new version of the document.
    NewVersion(DocumentId),
}

impl UploadInto {
    /// The node on which the right to upload is decided.
    pub fn node(self) -> NodeId {
        match self {
            Self::NewDocument(folder) => folder.into(),
            Self::NewVersion(document) => document.into(),
        }
    }
}

/// An upload under way. Its row comes before its first byte, and the sweeper takes it after its deadline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    /// The upload's id.
    pub id: UploadId,
    /// The client.
    pub client: ClientId,
    /// What it becomes.
    pub into: UploadInto,
    /// What the file is called.
    pub name: FileName,
    /// What the uploader said it is.
    pub declared_type: Option<MediaType>,
    /// How many bytes were announced, of an upload that can be resumed; `None` of one that comes in one go.
    pub announced_bytes: Option<u64>,
    /// Where its bytes go.
    pub blob: BlobKey,
    /// What has come of it; of an upload in one go, nothing until it is complete.
    pub taken: Taken,
    /// What a scanner said of it, once it is whole.
    pub scan: UploadScan,
    /// Who uploads.
    pub by: Actor,
    /// When it began.
    pub started_at: Timestamp,
    /// From when on the sweeper may condemn it: it moves with every byte that is taken.
    pub deadline: Timestamp,
}

impl Upload {
    /// Whether every byte that was announced has come.
    pub fn is_whole(&self) -> bool {
        self.announced_bytes == Some(self.taken.size_bytes)
    }
}

/// What has come of an upload: what another process needs to go on with it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    /// How many bytes have come.
    pub size_bytes: u64,
    /// The blob store's word for the upload, once it has one.
    pub token: Option<String>,
    /// The blob store's words for the parts that it took, from number 1 on.
    pub parts: Vec<String>,
    /// The digest of those parts.
    pub digest: RunningDigest,
    /// What their content says the file is.
    pub sniffed_type: Option<MediaType>,
    /// What came after the last whole part.
    pub tail: Option<Tail>,
}

/// The bytes after the last whole part: a blob store takes parts of one size, so they are kept apart until more come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tail {
    /// Where they lie.
    pub blob: BlobKey,
    /// How many they are.
    pub size_bytes: u64,
}
