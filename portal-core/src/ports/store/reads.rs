//! Reads, a trait an area, each shaped for the question it answers.
//!
//! What holds for every one of them:
//!
//! - It answers [`StoreError::Unavailable`] when the store cannot be reached, which is worth trying again, and
//!   [`StoreError::Corrupt`] when a row cannot be read; what is not there is no error.
//! - It sees every commit that was answered before it was asked.
//! - It costs what it gives, by an index: nothing is counted or walked that is not answered for.
//! - A `limit` of 0 gives nothing.

use async_trait::async_trait;

use super::StoreError;
use crate::audit::{ChainKey, Link};
use crate::change::{Version, Versioned};
use crate::directory::{
    Addressee, Assignment, Client, Contact, DataKey, Firm, FolderTemplate, Mailing, Member, PortalAccess,
};
use crate::event::{EventTopic, Happened, Keyspace};
use crate::files::{Condemned, Document, DocumentVersion, Folder, Upload, Usage};
use crate::identity::{Attempt, Limit, LimitKind, Login, Reach, Session};
use crate::sharing::{Ancestry, Grant, Tree};
use crate::values::{
    Actor, AddressKey, AttemptId, BlobKey, ClientId, ClientRef, ContactId, ContactRef, DocumentId, EmailAddress,
    EventId, ExternalId, FirmId, FoldedName, FolderId, FolderTemplateId, ListOrder, LoginId, MemberId, MemberRef,
    NodeId, Page, PageRequest, SessionId, Timestamp, UploadId, VersionId,
};

/// A contact and whether they may enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRead {
    /// The contact.
    pub contact: Versioned<Contact>,
    /// Whether they may enter.
    pub access: Versioned<PortalAccess>,
}

/// Which clients are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientQuery {
    /// In which order: by folded name, or by when they were added.
    pub order: ListOrder,
    /// Only those whose folded name contains this, once it is lower case too; no character in it means anything else.
    pub name_contains: Option<String>,
    /// Only those that this member is assigned to.
    pub assigned_to: Option<MemberId>,
}

impl ClientQuery {
    /// The same, of those that a member is assigned to.
    #[must_use]
    pub fn assigned_to(self, member: MemberId) -> Self {
        Self { assigned_to: Some(member), ..self }
    }
}

/// A client in a list, with the figures a list shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    /// The client.
    pub client: Client,
    /// How many contacts it has.
    pub contacts: u64,
    /// The names of the team members assigned, sorted.
    pub assigned: Vec<String>,
}

/// Reads of the directory. Removed members and contacts are found by either id, and left out of lists and counts.
#[async_trait]
pub trait DirectoryReads: Send + Sync {
    /// The firm.
    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError>;
    /// The firm with this external id.
    async fn firm_by_external_id(&self, id: &ExternalId) -> Result<Option<Versioned<Firm>>, StoreError>;
    /// All firms, by id.
    async fn firms(&self, page: &PageRequest) -> Result<Page<Firm>, StoreError>;
    /// The team member.
    async fn member(&self, firm: FirmId, member: &MemberRef) -> Result<Option<Versioned<Member>>, StoreError>;
    /// The team, by name and id.
    async fn members(&self, firm: FirmId, page: &PageRequest) -> Result<Page<Versioned<Member>>, StoreError>;
    /// The owners on the team, by name and id.
    async fn owners(&self, firm: FirmId) -> Result<Vec<Member>, StoreError>;
    /// The client.
    async fn client(&self, firm: FirmId, client: &ClientRef) -> Result<Option<Versioned<Client>>, StoreError>;
    /// The clients with these external ids, each once, in one query and in no order that matters; unknown ids are left out.
    async fn clients_by_external_ids(
        &self,
        firm: FirmId,
        ids: &[ExternalId],
    ) -> Result<Vec<Versioned<Client>>, StoreError>;
    /// Clients, in the order asked for.
    async fn clients(
        &self,
        firm: FirmId,
        query: &ClientQuery,
        page: &PageRequest,
    ) -> Result<Page<ClientRow>, StoreError>;
    /// The contact.
    async fn contact(&self, firm: FirmId, contact: &ContactRef) -> Result<Option<ContactRead>, StoreError>;
    /// The contacts with these external ids, removed ones too, each once, in one query and in no order that matters; unknown
    /// ids are left out.
    async fn contacts_by_external_ids(&self, firm: FirmId, ids: &[ExternalId]) -> Result<Vec<ContactRead>, StoreError>;
    /// The names of these members and contacts, removed ones too, in one query; in no order that matters. Actors that are
    /// neither, and unknown ones, are left out.
    async fn names(&self, firm: FirmId, actors: &[Actor]) -> Result<Vec<(Actor, String)>, StoreError>;
    /// The contacts of a client, by id.
    async fn contacts(
        &self,
        firm: FirmId,
        client: ClientId,
        page: &PageRequest,
    ) -> Result<Page<ContactRead>, StoreError>;
    /// The firm's contacts with this address.
    async fn contacts_by_email(&self, firm: FirmId, email: &EmailAddress) -> Result<Vec<ContactRead>, StoreError>;
    /// That the member looks after the client.
    async fn assignment(
        &self,
        firm: FirmId,
        client: ClientId,
        member: MemberId,
    ) -> Result<Option<Versioned<Assignment>>, StoreError>;
    /// The members assigned to a client, by name and id.
    async fn assigned(&self, firm: FirmId, client: ClientId) -> Result<Vec<Member>, StoreError>;
    /// Which of these clients the member is assigned to, in one query and in no order that matters.
    async fn assigned_among(
        &self,
        firm: FirmId,
        member: MemberId,
        clients: &[ClientId],
    ) -> Result<Vec<ClientId>, StoreError>;
    /// How mail reaches these people, in one query and in no order that matters; those who have no record of it are left out.
    async fn mailings(&self, firm: FirmId, people: &[Addressee]) -> Result<Vec<Versioned<Mailing>>, StoreError>;
    /// The firm's folder templates, by name and id: all of them, for they are few.
    async fn folder_templates(&self, firm: FirmId) -> Result<Vec<Versioned<FolderTemplate>>, StoreError>;
    /// One of them.
    async fn folder_template(
        &self,
        firm: FirmId,
        template: FolderTemplateId,
    ) -> Result<Option<Versioned<FolderTemplate>>, StoreError>;
    /// The firm's data key of this number.
    async fn data_key(&self, firm: FirmId, number: u32) -> Result<Option<Versioned<DataKey>>, StoreError>;
    /// The firm's data key with the highest number.
    async fn current_data_key(&self, firm: FirmId) -> Result<Option<Versioned<DataKey>>, StoreError>;
    /// The data keys of all firms, by firm and number.
    async fn data_keys(&self, page: &PageRequest) -> Result<Page<(FirmId, Versioned<DataKey>)>, StoreError>;
}

/// Reads of sharing.
#[async_trait]
pub trait SharingReads: Send + Sync {
    /// The node, its ancestors and the grants on them, in one query. What is purged, or lies below something purged, is not
    /// there any more.
    async fn ancestry(&self, firm: FirmId, node: NodeId) -> Result<Option<Ancestry>, StoreError>;
    /// The ancestries of these nodes, each once and in no order that matters, with no other grants than those to all contacts and
    /// to one of `contacts`. What is purged or unknown is left out. It costs the nodes and the contacts times the depth, and
    /// nothing for those whom the nodes are granted to besides.
    async fn ancestries(
        &self,
        firm: FirmId,
        nodes: &[NodeId],
        contacts: &[ContactId],
    ) -> Result<Vec<Ancestry>, StoreError>;
    /// The ancestry of every node of the client that has a grant whose audience includes `contact`, expired or not; those
    /// in the trash too. One query; it costs the number of grants times the depth, never the number of documents.
    async fn granted(&self, firm: FirmId, client: ClientId, contact: ContactId) -> Result<Vec<Ancestry>, StoreError>;
    /// The ancestry of every node of the client that lies below `folder` and has a grant, expired or not; those in the trash
    /// too, in no order that matters. One query, at the cost of [`Self::granted`] to everybody.
    async fn granted_below(
        &self,
        firm: FirmId,
        client: ClientId,
        folder: FolderId,
    ) -> Result<Vec<Ancestry>, StoreError>;
    /// A grant.
    async fn grant(&self, firm: FirmId, grant: crate::values::GrantId) -> Result<Option<Versioned<Grant>>, StoreError>;
    /// The client's tree.
    async fn tree(&self, firm: FirmId, client: ClientId) -> Result<Option<Versioned<Tree>>, StoreError>;
}

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

/// Reads of identity.
#[async_trait]
pub trait IdentityReads: Send + Sync {
    /// An attempt.
    async fn attempt(&self, address: AddressKey, attempt: AttemptId) -> Result<Option<Versioned<Attempt>>, StoreError>;
    /// Several counts of one or more subjects, in the order asked for.
    async fn limits(&self, keys: &[(AddressKey, LimitKind)]) -> Result<Vec<Option<Versioned<Limit>>>, StoreError>;
    /// The login of an address.
    async fn login_by_address(&self, address: AddressKey) -> Result<Option<Versioned<Login>>, StoreError>;
    /// A login.
    async fn login(&self, login: LoginId) -> Result<Option<Versioned<Login>>, StoreError>;
    /// A session.
    async fn session(&self, login: LoginId, session: SessionId) -> Result<Option<Versioned<Session>>, StoreError>;
    /// The sessions of a login that were not ended and not past their end at `now`, the last used first.
    async fn sessions(&self, login: LoginId, now: Timestamp) -> Result<Vec<Versioned<Session>>, StoreError>;
    /// Every session of a login, over or not, in no order that matters.
    async fn all_sessions(&self, login: LoginId) -> Result<Vec<Versioned<Session>>, StoreError>;
    /// Which contacts an address reaches, by firm and contact.
    async fn reached(&self, address: AddressKey) -> Result<Vec<Versioned<Reach>>, StoreError>;
    /// By which addresses a contact is reached.
    async fn reaching(&self, contact: ContactId) -> Result<Vec<Versioned<Reach>>, StoreError>;
    /// For the worker: attempts that expired before `before`, the oldest first.
    async fn stale_attempts(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Attempt>>, StoreError>;
    /// For the worker: counts that began before `before`, the oldest first.
    async fn stale_limits(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Limit>>, StoreError>;
    /// For the worker: sessions that ended, or were past their end, before `before`, the oldest first.
    async fn stale_sessions(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Session>>, StoreError>;
}

/// What is looked for in what happened; by itself everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActivityQuery {
    /// Only this.
    pub only: Option<ActivityOnly>,
    /// Only what happened from the first of these times on, and before the second.
    pub between: Option<(Timestamp, Timestamp)>,
}

/// One thing that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityOnly {
    /// What is about this.
    Topic(EventTopic),
    /// What this one did.
    By(Actor),
}

impl ActivityQuery {
    /// Whether it is looked for.
    pub fn fits(&self, happened: &Happened) -> bool {
        let only = match self.only {
            None => true,
            Some(ActivityOnly::Topic(topic)) => happened.event.topic() == topic,
            Some(ActivityOnly::By(actor)) => happened.actor == actor,
        };
        only && self.between.is_none_or(|(from, until)| (from..until).contains(&happened.at))
    }
}

/// Reads of what happened.
#[async_trait]
pub trait AuditReads: Send + Sync {
    /// What happened at a client, chained or only logged, the latest commit first and in it the last event first.
    async fn activity(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<Happened>, StoreError>;
    /// What happened at a firm and at none of its clients, the latest commit first and in it the last event first.
    async fn firm_activity(&self, firm: FirmId, page: &PageRequest) -> Result<Page<Happened>, StoreError>;
    /// What is looked for in what happened at a client; with `None`, at a firm and at none of its clients. The latest commit
    /// first and in it the last event first; with times that it happened between, the latest time first, and of one time so.
    /// Where times are asked for it costs what happened between them, and otherwise no more than what it gives.
    async fn found_activity(
        &self,
        firm: FirmId,
        client: Option<ClientId>,
        query: &ActivityQuery,
        page: &PageRequest,
    ) -> Result<Page<Happened>, StoreError>;
    /// Several events by id at once, in the order asked for.
    async fn events(&self, keyspace: Keyspace, events: &[EventId]) -> Result<Vec<Happened>, StoreError>;
    /// The links of a chain that follow number `after` (0 for the start), each with the payloads of its events as they are
    /// stored now. A login's chain is one, in whichever of identity's keyspaces its commits were made or it is asked for.
    async fn links(
        &self,
        keyspace: Keyspace,
        chain: ChainKey,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(Link, Vec<String>)>, StoreError>;
    /// The version of any record, for suites that compare stores.
    async fn version_of(&self, keyspace: Keyspace, key: crate::record::Key) -> Result<Option<Version>, StoreError>;
}
