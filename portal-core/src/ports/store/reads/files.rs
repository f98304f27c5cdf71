//! Reads of files.

use async_trait::async_trait;

use crate::change::Versioned;
use crate::files::{Condemned, Document, DocumentVersion, Folder, Upload, Usage};
use crate::ports::store::StoreError;
use crate::sharing::Grant;
use crate::values::{
    Actor, BlobKey, ClientId, ContactId, DocumentId, FirmId, FoldedName, FolderId, ListOrder, NodeId, Page,
    PageRequest, Timestamp, UploadId, VersionId,
};

/// A folder or a document with its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NodeRead {
    /// A folder.
    Folder(Versioned<Folder>),
    /// A document.
    Document(Versioned<Document>),
}

/// A folder in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderRead {
    /// The folder.
    pub folder: Folder,
}

/// A document with the version that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRead {
    /// The document.
    pub document: Versioned<Document>,
    /// Its current version.
    pub current: DocumentVersion,
}

/// What lies in a folder, with the grants on it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a page of them is read and taken apart at once, and most are documents")]
pub enum Child {
    /// A folder.
    Folder(FolderRead, Vec<Versioned<Grant>>),
    /// A document.
    Document(DocumentRead, Vec<Versioned<Grant>>),
}

/// Something that lies in the trash itself, or is archived itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrashRow {
    /// The folder or document.
    pub node: NodeRead,
    /// The name of the folder it lay in.
    pub parent_name: Option<crate::values::FileName>,
    /// Whether that folder is not in the trash, by itself or by something above it, so that it can be restored.
    pub restorable: bool,
}

/// How much a folder or document is: itself, and all that lies below it, in the trash or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// How many folders.
    pub folders: u64,
    /// How many documents.
    pub documents: u64,
    /// How many versions these have together, the ones that are shown among them.
    pub versions: u64,
    /// How many bytes all of these versions have.
    pub size_bytes: u64,
    /// How many of the folders and documents have a hold of their own.
    pub holds: u64,
    /// When the newest of the versions came.
    pub newest_at: Option<Timestamp>,
}

/// How much somebody uploaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct UploaderUsage {
    /// What is kept of it at the firm, in the trash or not, until it is swept.
    pub kept: Usage,
    /// What they have under way at the client, with the bytes that were announced.
    pub under_way: Usage,
}

/// What keeps what somebody uploaded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct KeptUploads {
    /// How many holds there are on the documents and on the folders above them.
    pub holds: u64,
    /// When the newest of their versions came.
    pub newest_at: Option<Timestamp>,
}

/// Reads of files. What is marked as purged is not there any more, nor are the versions of such a document, except for the
/// worker's reads. What lies above is looked at where it is said.
#[async_trait]
pub trait FileReads: Send + Sync {
    /// A folder or document, by itself.
    async fn node(&self, firm: FirmId, node: NodeId) -> Result<Option<NodeRead>, StoreError>;
    /// What lies live in a folder: folders first, then in the order asked for, where a folder's time is when it was made and a
    /// document's when its current version came; with the current version and grants of each.
    async fn children(
        &self,
        firm: FirmId,
        folder: FolderId,
        order: ListOrder,
        page: &PageRequest,
    ) -> Result<Page<Child>, StoreError>;
    /// What is archived in a folder itself: folders first, then by name; with the current version and grants of each.
    async fn archived_children(
        &self,
        firm: FirmId,
        folder: FolderId,
        page: &PageRequest,
    ) -> Result<Page<Child>, StoreError>;
    /// What lies live in these folders under these names, in one query and in no order that matters.
    async fn named_in(&self, firm: FirmId, places: &[(FolderId, FoldedName)]) -> Result<Vec<NodeRead>, StoreError>;
    /// How many folders lie in one another below a folder, archived or in the trash or not: 0 when none lies in it. It costs the
    /// folders, never the documents.
    async fn height(&self, firm: FirmId, folder: FolderId) -> Result<usize, StoreError>;
    /// A document and its current version.
    async fn document(&self, firm: FirmId, document: DocumentId) -> Result<Option<DocumentRead>, StoreError>;
    /// Several documents by id at once, in the order asked for; unknown and purged ones are left out.
    async fn documents_by_id(&self, firm: FirmId, documents: &[DocumentId]) -> Result<Vec<DocumentRead>, StoreError>;
    /// Several folders by id at once, in no order that matters; unknown and purged ones are left out.
    async fn folders_by_id(&self, firm: FirmId, folders: &[FolderId]) -> Result<Vec<Folder>, StoreError>;
    /// One version.
    async fn version(&self, firm: FirmId, version: VersionId)
    -> Result<Option<Versioned<DocumentVersion>>, StoreError>;
    /// The versions of a document, newest first.
    async fn versions(
        &self,
        firm: FirmId,
        document: DocumentId,
        page: &PageRequest,
    ) -> Result<Page<DocumentVersion>, StoreError>;
    /// The client's live documents, newest version first, that are not below anything in the trash and lie in one of
    /// `roots` or below it (or are one of them). `None` for roots means everywhere. For "recent files".
    async fn recent_documents(
        &self,
        firm: FirmId,
        client: ClientId,
        roots: Option<&[NodeId]>,
        limit: usize,
    ) -> Result<Vec<DocumentRead>, StoreError>;
    /// What a contact uploaded to a client, newest first: each version with its document as it is now; purged ones are left
    /// out. Here `current` is the version that they uploaded, whatever was added since: it is what their receipt speaks of.
    async fn uploaded_by(
        &self,
        firm: FirmId,
        contact: ContactId,
        page: &PageRequest,
    ) -> Result<Page<DocumentRead>, StoreError>;
    /// What keeps the versions that a contact uploaded, of documents that are not purged: one query, at the cost of how many they
    /// are times the depth.
    async fn kept_uploads(&self, firm: FirmId, contact: ContactId) -> Result<KeptUploads, StoreError>;
    /// What lies in the client's trash itself and not below something purged, the latest first; of one time, documents
    /// before folders.
    async fn trash(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<TrashRow>, StoreError>;
    /// What is archived of the client itself and lies below nothing in the trash, the latest first; of one time, documents before
    /// folders.
    async fn archive(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<TrashRow>, StoreError>;
    /// How much a folder or document is, counted by the store; what is purged below it counts for nothing.
    async fn extent(&self, firm: FirmId, node: NodeId) -> Result<Option<Extent>, StoreError>;
    /// An upload under way.
    async fn upload(&self, firm: FirmId, upload: UploadId) -> Result<Option<Versioned<Upload>>, StoreError>;
    /// The uploads that somebody has under way at a client, the latest begun first.
    async fn uploads_under_way(
        &self,
        firm: FirmId,
        client: ClientId,
        by: Actor,
        limit: usize,
    ) -> Result<Vec<Versioned<Upload>>, StoreError>;

    /// How much somebody uploaded: counted as it comes and goes, so that it costs the same however much it is. Of what is under
    /// way no more is looked at than [`UPLOADS_UNDER_WAY`](crate::files::UPLOADS_UNDER_WAY).
    async fn uploader_usage(&self, firm: FirmId, client: ClientId, by: Actor) -> Result<UploaderUsage, StoreError>;
    /// How much all uploaded at a firm, with what they have under way as it was announced: as many rows are looked at as there are
    /// uploaders and uploads.
    async fn firm_usage(&self, firm: FirmId) -> Result<Usage, StoreError>;

    /// For the worker: uploads whose deadline has come, of any firm; the oldest deadline first, equal ones by id.
    async fn overdue_uploads(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError>;
    /// For the worker: uploads that wait for the scanner, of any firm, from when it is to be asked again on; what is due first
    /// comes first, equal ones by id.
    async fn uploads_to_scan(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError>;
    /// For the worker: bytes to delete, of any firm; what was condemned first comes first, equal ones by blob.
    async fn condemned(&self, limit: usize) -> Result<Vec<(FirmId, Versioned<Condemned>)>, StoreError>;
    /// For the worker: nodes marked as purged, of any firm; what was purged first comes first, folders and documents alike,
    /// equal ones by id.
    async fn purged(&self, limit: usize) -> Result<Vec<(FirmId, NodeRead)>, StoreError>;
    /// For the worker: what lies in a folder, live or not, in no order that matters.
    async fn contents(&self, firm: FirmId, folder: FolderId, limit: usize) -> Result<Vec<NodeRead>, StoreError>;
    /// For the worker: the versions of a document with theirs.
    async fn versions_to_sweep(
        &self,
        firm: FirmId,
        document: DocumentId,
    ) -> Result<Vec<Versioned<DocumentVersion>>, StoreError>;
    /// For the worker: every grant on a node.
    async fn grants_on(&self, firm: FirmId, node: NodeId) -> Result<Vec<Versioned<Grant>>, StoreError>;
    /// For the sweeper: which of these blobs some version, upload or condemned row still names.
    async fn named_blobs(&self, blobs: &[BlobKey]) -> Result<Vec<BlobKey>, StoreError>;
}
