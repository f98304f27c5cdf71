//! Every method of a store, listed once: wrappers and mocks are made from it.
//!
//! A method that is new in a port and missing here does not compile: the wrapper would not be a store.

/// What the signatures speak of; whoever makes something from them brings it into scope.
pub(crate) mod vocabulary {
    pub(crate) use crate::audit::{ChainKey, Link};
    pub(crate) use crate::change::{Version, Versioned};
    pub(crate) use crate::directory::{Addressee, Assignment, Client, DataKey, Firm, FolderTemplate, Mailing, Member};
    pub(crate) use crate::event::{Happened, Keyspace, Lane};
    pub(crate) use crate::files::{Condemned, DocumentVersion, Folder, Upload, Usage};
    pub(crate) use crate::identity::{Attempt, Limit, LimitKind, Login, Reach, Session};
    pub(crate) use crate::notifications::{Message, MessageState, NewMessage, Settlement};
    pub(crate) use crate::ports::store::{
        ActivityQuery, AuditReads, Changes, Child, ClaimedEvent, ClaimedMessage, ClientQuery, ClientRow, Command,
        CommandOutcome, CommitError, Committed, ContactRead, Deliveries, DeliveryQuery, DirectoryReads, DocumentRead,
        EventProgress, Extent, FileReads, IdentityReads, KeptUploads, Lease, NodeRead, Outbox, OutboxBacklog,
        SharingReads, Store, StoreError, TrashRow, UploaderUsage,
    };
    pub(crate) use crate::record::Key;
    pub(crate) use crate::sharing::{Ancestry, Grant, Tree};
    pub(crate) use crate::values::{
        Actor, AddressKey, AttemptId, BlobKey, ClientId, ClientRef, ContactId, ContactRef, DocumentId, EmailAddress,
        EventId, ExternalId, FirmId, FoldedName, FolderId, FolderTemplateId, GrantId, ListOrder, LoginId, MemberId,
        MemberRef, MessageId, NodeId, Page, PageRequest, SessionId, Timestamp, UploadId, VersionId,
    };
}

/// Calls `$make!` with `{ $with }` and every read of a store.
macro_rules! every_read {
    ($make:ident $($with:tt)*) => {
        $make! {
            { $($with)* }
            DirectoryReads {
                async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError>;
                async fn firm_by_external_id(&self, id: &ExternalId) -> Result<Option<Versioned<Firm>>, StoreError>;
                async fn firms(&self, page: &PageRequest) -> Result<Page<Firm>, StoreError>;
                async fn member(&self, firm: FirmId, member: &MemberRef) -> Result<Option<Versioned<Member>>, StoreError>;
                async fn members(&self, firm: FirmId, page: &PageRequest) -> Result<Page<Versioned<Member>>, StoreError>;
                async fn owners(&self, firm: FirmId) -> Result<Vec<Member>, StoreError>;
                async fn client(&self, firm: FirmId, client: &ClientRef) -> Result<Option<Versioned<Client>>, StoreError>;
                async fn clients_by_external_ids(&self, firm: FirmId, ids: &[ExternalId]) -> Result<Vec<Versioned<Client>>, StoreError>;
                async fn clients(&self, firm: FirmId, query: &ClientQuery, page: &PageRequest) -> Result<Page<ClientRow>, StoreError>;
                async fn contact(&self, firm: FirmId, contact: &ContactRef) -> Result<Option<ContactRead>, StoreError>;
                async fn contacts_by_external_ids(&self, firm: FirmId, ids: &[ExternalId]) -> Result<Vec<ContactRead>, StoreError>;
                async fn names(&self, firm: FirmId, actors: &[Actor]) -> Result<Vec<(Actor, String)>, StoreError>;
                async fn contacts(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<ContactRead>, StoreError>;
                async fn contacts_by_email(&self, firm: FirmId, email: &EmailAddress) -> Result<Vec<ContactRead>, StoreError>;
                async fn assignment(&self, firm: FirmId, client: ClientId, member: MemberId) -> Result<Option<Versioned<Assignment>>, StoreError>;
                async fn assigned(&self, firm: FirmId, client: ClientId) -> Result<Vec<Member>, StoreError>;
                async fn assigned_among(&self, firm: FirmId, member: MemberId, clients: &[ClientId]) -> Result<Vec<ClientId>, StoreError>;
                async fn mailings(&self, firm: FirmId, people: &[Addressee]) -> Result<Vec<Versioned<Mailing>>, StoreError>;
                async fn folder_templates(&self, firm: FirmId) -> Result<Vec<Versioned<FolderTemplate>>, StoreError>;
                async fn folder_template(&self, firm: FirmId, template: FolderTemplateId) -> Result<Option<Versioned<FolderTemplate>>, StoreError>;
                async fn data_key(&self, firm: FirmId, number: u32) -> Result<Option<Versioned<DataKey>>, StoreError>;
                async fn current_data_key(&self, firm: FirmId) -> Result<Option<Versioned<DataKey>>, StoreError>;
                async fn data_keys(&self, page: &PageRequest) -> Result<Page<(FirmId, Versioned<DataKey>)>, StoreError>;
            }
            SharingReads {
                async fn ancestry(&self, firm: FirmId, node: NodeId) -> Result<Option<Ancestry>, StoreError>;
                async fn ancestries(&self, firm: FirmId, nodes: &[NodeId], contacts: &[ContactId]) -> Result<Vec<Ancestry>, StoreError>;
                async fn granted(&self, firm: FirmId, client: ClientId, contact: ContactId) -> Result<Vec<Ancestry>, StoreError>;
                async fn granted_below(&self, firm: FirmId, client: ClientId, folder: FolderId) -> Result<Vec<Ancestry>, StoreError>;
                async fn grant(&self, firm: FirmId, grant: GrantId) -> Result<Option<Versioned<Grant>>, StoreError>;
                async fn tree(&self, firm: FirmId, client: ClientId) -> Result<Option<Versioned<Tree>>, StoreError>;
            }
            FileReads {
                async fn node(&self, firm: FirmId, node: NodeId) -> Result<Option<NodeRead>, StoreError>;
                async fn children(&self, firm: FirmId, folder: FolderId, order: ListOrder, page: &PageRequest) -> Result<Page<Child>, StoreError>;
                async fn archived_children(&self, firm: FirmId, folder: FolderId, page: &PageRequest) -> Result<Page<Child>, StoreError>;
                async fn named_in(&self, firm: FirmId, places: &[(FolderId, FoldedName)]) -> Result<Vec<NodeRead>, StoreError>;
                async fn height(&self, firm: FirmId, folder: FolderId) -> Result<usize, StoreError>;
                async fn document(&self, firm: FirmId, document: DocumentId) -> Result<Option<DocumentRead>, StoreError>;
                async fn documents_by_id(&self, firm: FirmId, documents: &[DocumentId]) -> Result<Vec<DocumentRead>, StoreError>;
                async fn folders_by_id(&self, firm: FirmId, folders: &[FolderId]) -> Result<Vec<Folder>, StoreError>;
                async fn version(&self, firm: FirmId, version: VersionId) -> Result<Option<Versioned<DocumentVersion>>, StoreError>;
                async fn versions(&self, firm: FirmId, document: DocumentId, page: &PageRequest) -> Result<Page<DocumentVersion>, StoreError>;
                async fn recent_documents(&self, firm: FirmId, client: ClientId, roots: Option<&[NodeId]>, limit: usize) -> Result<Vec<DocumentRead>, StoreError>;
                async fn uploaded_by(&self, firm: FirmId, contact: ContactId, page: &PageRequest) -> Result<Page<DocumentRead>, StoreError>;
                async fn kept_uploads(&self, firm: FirmId, contact: ContactId) -> Result<KeptUploads, StoreError>;
                async fn trash(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<TrashRow>, StoreError>;
                async fn archive(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<TrashRow>, StoreError>;
                async fn extent(&self, firm: FirmId, node: NodeId) -> Result<Option<Extent>, StoreError>;
                async fn upload(&self, firm: FirmId, upload: UploadId) -> Result<Option<Versioned<Upload>>, StoreError>;
                async fn uploads_under_way(&self, firm: FirmId, client: ClientId, by: Actor, limit: usize) -> Result<Vec<Versioned<Upload>>, StoreError>;
                async fn uploader_usage(&self, firm: FirmId, client: ClientId, by: Actor) -> Result<UploaderUsage, StoreError>;
                async fn firm_usage(&self, firm: FirmId) -> Result<Usage, StoreError>;
                async fn overdue_uploads(&self, now: Timestamp, limit: usize) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError>;
                async fn uploads_to_scan(&self, now: Timestamp, limit: usize) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError>;
                async fn condemned(&self, limit: usize) -> Result<Vec<(FirmId, Versioned<Condemned>)>, StoreError>;
                async fn purged(&self, limit: usize) -> Result<Vec<(FirmId, NodeRead)>, StoreError>;
                async fn contents(&self, firm: FirmId, folder: FolderId, limit: usize) -> Result<Vec<NodeRead>, StoreError>;
                async fn versions_to_sweep(&self, firm: FirmId, document: DocumentId) -> Result<Vec<Versioned<DocumentVersion>>, StoreError>;
                async fn grants_on(&self, firm: FirmId, node: NodeId) -> Result<Vec<Versioned<Grant>>, StoreError>;
                async fn named_blobs(&self, blobs: &[BlobKey]) -> Result<Vec<BlobKey>, StoreError>;
            }
            IdentityReads {
                async fn attempt(&self, address: AddressKey, attempt: AttemptId) -> Result<Option<Versioned<Attempt>>, StoreError>;
                async fn limits(&self, keys: &[(AddressKey, LimitKind)]) -> Result<Vec<Option<Versioned<Limit>>>, StoreError>;
                async fn login_by_address(&self, address: AddressKey) -> Result<Option<Versioned<Login>>, StoreError>;
                async fn login(&self, login: LoginId) -> Result<Option<Versioned<Login>>, StoreError>;
                async fn session(&self, login: LoginId, session: SessionId) -> Result<Option<Versioned<Session>>, StoreError>;
                async fn sessions(&self, login: LoginId, now: Timestamp) -> Result<Vec<Versioned<Session>>, StoreError>;
                async fn all_sessions(&self, login: LoginId) -> Result<Vec<Versioned<Session>>, StoreError>;
                async fn reached(&self, address: AddressKey) -> Result<Vec<Versioned<Reach>>, StoreError>;
                async fn reaching(&self, contact: ContactId) -> Result<Vec<Versioned<Reach>>, StoreError>;
                async fn stale_attempts(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Attempt>>, StoreError>;
                async fn stale_limits(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Limit>>, StoreError>;
                async fn stale_sessions(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Session>>, StoreError>;
            }
            AuditReads {
                async fn firm_activity(&self, firm: FirmId, page: &PageRequest) -> Result<Page<Happened>, StoreError>;
                async fn activity(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<Happened>, StoreError>;
                async fn found_activity(&self, firm: FirmId, client: Option<ClientId>, query: &ActivityQuery, page: &PageRequest) -> Result<Page<Happened>, StoreError>;
                async fn events(&self, keyspace: Keyspace, events: &[EventId]) -> Result<Vec<Happened>, StoreError>;
                async fn links(&self, keyspace: Keyspace, chain: ChainKey, after: u64, limit: usize) -> Result<Vec<(Link, Vec<String>)>, StoreError>;
                async fn version_of(&self, keyspace: Keyspace, key: Key) -> Result<Option<Version>, StoreError>;
            }
            Deliveries {
                async fn deliveries(&self, firm: FirmId, query: &DeliveryQuery, page: &PageRequest) -> Result<Page<Message>, StoreError>;
                async fn deliveries_to(&self, firm: FirmId, contact: ContactId, page: &PageRequest) -> Result<Page<Message>, StoreError>;
                async fn delivery(&self, firm: FirmId, message: MessageId) -> Result<Option<Message>, StoreError>;
                async fn deliveries_by_id(&self, firm: FirmId, messages: &[MessageId]) -> Result<Vec<Message>, StoreError>;
            }
        }
    };
}

/// Calls `$make!` with `{ $with }` and every method of the outbox.
macro_rules! every_outbox_method {
    ($make:ident $($with:tt)*) => {
        $make! {
            { $($with)* }
            Outbox {
                async fn claim_events(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedEvent>, StoreError>;
                async fn stage(&self, claim: &ClaimedEvent, messages: &[NewMessage], progress: &EventProgress) -> Result<bool, StoreError>;
                async fn claim_messages(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedMessage>, StoreError>;
                async fn settle(&self, claim: &ClaimedMessage, settlement: &Settlement, now: Timestamp) -> Result<bool, StoreError>;
                async fn erase_messages(&self, keyspace: Keyspace, messages: &[MessageId]) -> Result<(), StoreError>;
                async fn erase_notes(&self, keyspace: Keyspace, events: Option<&[EventId]>) -> Result<(), StoreError>;
                async fn backlog(&self) -> Result<OutboxBacklog, StoreError>;
                async fn messages(&self, keyspace: Keyspace, state: Option<MessageState>) -> Result<Vec<Message>, StoreError>;
            }
        }
    };
}

pub(crate) use {every_outbox_method, every_read};
