//! The records of files.

use super::{Event, Hold, MediaType, Scan, Upload};
use crate::change::Area;
use crate::values::{Actor, BlobKey, ClientId, Digest, DocumentId, FileName, FolderId, Timestamp, UploadId, VersionId};

/// The area of folders and documents.
#[derive(Debug, Clone, Copy)]
pub struct Files;

impl Area for Files {
    type Key = Key;
    type Record = Record;
    type Event = Event;
}

/// Names one record of files, within its firm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// A folder.
    Folder(FolderId),
    /// A document.
    Document(DocumentId),
    /// A version of a document.
    Version(VersionId),
    /// An upload under way.
    Upload(UploadId),
    /// Bytes that are to be deleted from the blob store.
    Condemned(BlobKey),
}

/// One record of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// A folder. Its name is settled as it is committed, as a document's is.
    Folder(Folder),
    /// A document.
    ///
    /// The record carries the wanted name; the store settles it inside the commit with [`settle_name`](super::settle_name),
    /// so that no two live folders or documents in one folder share a folded name.
    Document(Document),
    /// A version of a document; nothing of it changes but what a scanner says of it.
    Version(DocumentVersion),
    /// An upload under way.
    Upload(Upload),
    /// Bytes that are to be deleted from the blob store.
    Condemned(Condemned),
}

impl Record {
    /// The key that names this record.
    pub fn key(&self) -> Key {
        match self {
            Self::Folder(folder) => Key::Folder(folder.id),
            Self::Document(document) => Key::Document(document.id),
            Self::Version(version) => Key::Version(version.id),
            Self::Upload(upload) => Key::Upload(upload.id),
            Self::Condemned(condemned) => Key::Condemned(condemned.blob),
        }
    }

    /// Where the record lies and what it is called, for those that have a name to settle.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Folder(folder) => Some(&folder.place),
            Self::Document(document) => Some(&document.place),
            Self::Version(_) | Self::Upload(_) | Self::Condemned(_) => None,
        }
    }
}

/// Where a folder or document lies, what it is called, and whether it is archived or in the trash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The client whose it is.
    pub client: ClientId,
    /// The folder it lies in; `None` for a client's root alone.
    pub parent: Option<FolderId>,
    /// What it is called.
    pub name: FileName,
    /// Whether it is archived, or was removed.
    pub removal: Removal,
    /// Who made it.
    pub created_by: Actor,
    /// When it was made.
    pub created_at: Timestamp,
    /// That it is to be kept, with all below it.
    pub hold: Option<Box<Hold>>,
}

/// Whether a folder or document was taken out of its folder's list, itself and not by something above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// It was not.
    Live,
    /// It is archived since then: there for whoever has access, and as it is.
    Archived(Timestamp),
    /// It lies in the trash since then.
    Trashed(Timestamp),
    /// It is gone for good since then, as soon as the sweeper comes by.
    Purged(Timestamp),
}

impl Removal {
    /// Whether it takes part in its folder: is listed there and holds its name.
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Live)
    }

    /// Whether it is there for whoever has access: in its folder's list, or archived.
    pub const fn is_there(self) -> bool {
        matches!(self, Self::Live | Self::Archived(_))
    }
}

/// What a folder is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FolderKind {
    /// The folder that holds all of a client's files; contacts never see it.
    Root,
    /// The folder that came with the client for its uploads, whatever it is called now.
    ClientUploads,
    /// Any other.
    Ordinary,
}

/// A folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The folder's id.
    pub id: FolderId,
    /// Where it lies and what it is called.
    pub place: Place,
    /// What it is for.
    pub kind: FolderKind,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// The document's id.
    pub id: DocumentId,
    /// Where it lies and what it is called.
    pub place: Place,
    /// The version that is shown.
    pub current: VersionId,
    /// When a team member first opened it, if a contact uploaded it.
    pub opened_at: Option<Timestamp>,
}

/// One version of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentVersion {
    /// The version's id.
    pub id: VersionId,
    /// The document.
    pub document: DocumentId,
    /// Where its bytes lie.
    pub blob: BlobKey,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// What the uploader said it is.
    pub declared_type: Option<MediaType>,
    /// What its content says it is; `None` when it says nothing, as plain text does.
    pub sniffed_type: Option<MediaType>,
    /// What a scanner said of it.
    pub scan: Scan,
    /// What the uploader's file was called, before the name was settled.
    pub uploaded_as: FileName,
    /// Who uploaded it.
    pub uploaded_by: Actor,
    /// When it was complete.
    pub uploaded_at: Timestamp,
}

/// Bytes that no record needs any more. The sweeper deletes them, then this row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Condemned {
    /// The bytes.
    pub blob: BlobKey,
    /// Since when.
    pub since: Timestamp,
}

/// What an uploader is given, and the firm keeps: proof of what arrived and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The document.
    pub document: DocumentId,
    /// The version that was uploaded.
    pub version: VersionId,
    /// What the document is called, once settled.
    pub name: FileName,
    /// What the uploader's file was called.
    pub uploaded_as: FileName,
    /// How many bytes arrived.
    pub size_bytes: u64,
    /// The SHA-256 of what arrived.
    pub sha256: Digest,
    /// Who uploaded it.
    pub uploaded_by: Actor,
    /// When it was complete.
    pub uploaded_at: Timestamp,
    /// Whether its uploader sees the document, as far as that was looked at: it may be withdrawn since, or not shared any more.
    pub seen: bool,
}

impl AsRef<Self> for Receipt {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl Receipt {
    /// The receipt for `version` of a document now called `name`.
    pub fn of(version: &DocumentVersion, name: &FileName) -> Self {
        Self {
            document: version.document,
            version: version.id,
            name: name.clone(),
            uploaded_as: version.uploaded_as.clone(),
            size_bytes: version.size_bytes,
            sha256: version.sha256,
            uploaded_by: version.uploaded_by,
            uploaded_at: version.uploaded_at,
            seen: true,
        }
    }
}
