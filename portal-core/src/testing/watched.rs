//! A store and a blob store that a test watches: it may act before and after each call, and answer in their stead.

use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use crate::audit::{ChainKey, Link};
use crate::change::{Version, Versioned};
use crate::directory::{Assignment, Client, Firm, Member};
use crate::event::{Happened, Keyspace};
use crate::files::{Condemned, DocumentVersion, Folder, Upload};
use crate::identity::{Attempt, Limit, LimitKind, Login, Reach, Session};
use crate::notifications::{Lane, Message, MessageState, NewMessage, Settlement};
use crate::ports::store::{
    AuditReads, Changes, Child, ClaimedEvent, ClaimedMessage, ClientQuery, ClientRow, Command, CommandOutcome,
    CommitError, Committed, ContactRead, Deliveries, DeliveryQuery, DirectoryReads, DocumentRead, EventProgress,
    FileReads, IdentityReads, Lease, NodeRead, Outbox, OutboxBacklog, SharingReads, StoreError, TrashRow,
};
use crate::ports::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Part, Store};
use crate::record::Key;
use crate::sharing::{Ancestry, Grant, Tree};
use crate::values::{
    Actor, AddressKey, AttemptId, BlobKey, ClientId, ClientRef, ContactId, ContactRef, Cursor, DocumentId,
    EmailAddress, EventId, ExternalId, FirmId, FolderId, GrantId, LoginId, MemberId, MemberRef, MessageId, NodeId,
    Page, PageRequest, SessionId, Timestamp, UploadId, VersionId,
};

/// A call of a watched port: the name of its method, and what it commits, if it does.
#[derive(Debug, Clone, Copy)]
pub struct WatchedCall<'a> {
    /// The name of the method.
    pub name: &'static str,
    /// What is committed, for `commit` alone.
    pub changes: Option<&'a Changes>,
}

/// What a test does around the calls of a port. Each does nothing unless it is written.
///
/// An error given here is what the caller hears: before the call the port never learns of it, after it the port has done what
/// it was asked.
#[async_trait]
pub trait Watch: Send + Sync {
    /// Before the port is called.
    async fn before(&self, _call: WatchedCall<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    /// After the port has done it.
    async fn after(&self, _call: WatchedCall<'_>) -> Result<(), StoreError> {
        Ok(())
    }
}

/// A [`Store`] that is watched.
#[derive(Clone)]
pub struct WatchedStore {
    inner: Arc<dyn Store>,
    watch: Arc<dyn Watch>,
}

impl std::fmt::Debug for WatchedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchedStore").finish_non_exhaustive()
    }
}

impl WatchedStore {
    /// Watches `inner`.
    pub fn new(inner: Arc<dyn Store>, watch: Arc<dyn Watch>) -> Self {
        Self { inner, watch }
    }
}

macro_rules! watched {
    ($($port:ident { $(fn $name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)* })*) => {$(
        #[async_trait]
        impl $port for WatchedStore {$(
            async fn $name(&self, $($arg: $type),*) -> Result<$answer, StoreError> {
                let call = WatchedCall { name: stringify!($name), changes: None };
                self.watch.before(call).await?;
                let answer = self.inner.$name($($arg),*).await?;
                self.watch.after(call).await?;
                Ok(answer)
            }
        )*}
    )*};
}

watched! {
    DirectoryReads {
        fn firm(firm: FirmId) -> Option<Versioned<Firm>>;
        fn firm_by_external_id(id: &ExternalId) -> Option<Versioned<Firm>>;
        fn firms(page: &PageRequest) -> Page<Firm>;
        fn member(firm: FirmId, member: &MemberRef) -> Option<Versioned<Member>>;
        fn members(firm: FirmId, page: &PageRequest) -> Page<Versioned<Member>>;
        fn owners(firm: FirmId) -> Vec<Member>;
        fn client(firm: FirmId, client: &ClientRef) -> Option<Versioned<Client>>;
        fn clients(firm: FirmId, query: &ClientQuery, page: &PageRequest) -> Page<ClientRow>;
        fn contact(firm: FirmId, contact: &ContactRef) -> Option<ContactRead>;
        fn names(firm: FirmId, actors: &[Actor]) -> Vec<(Actor, String)>;
        fn contacts(firm: FirmId, client: ClientId, page: &PageRequest) -> Page<ContactRead>;
        fn contacts_by_email(firm: FirmId, email: &EmailAddress) -> Vec<ContactRead>;
        fn assignment(firm: FirmId, client: ClientId, member: MemberId) -> Option<Versioned<Assignment>>;
        fn assigned(firm: FirmId, client: ClientId) -> Vec<Member>;
    }
    SharingReads {
        fn ancestry(firm: FirmId, node: NodeId) -> Option<Ancestry>;
        fn granted(firm: FirmId, client: ClientId, contact: ContactId) -> Vec<Ancestry>;
        fn grant(firm: FirmId, grant: GrantId) -> Option<Versioned<Grant>>;
        fn tree(firm: FirmId, client: ClientId) -> Option<Versioned<Tree>>;
    }
    FileReads {
        fn node(firm: FirmId, node: NodeId) -> Option<NodeRead>;
        fn children(firm: FirmId, folder: FolderId, page: &PageRequest) -> Page<Child>;
        fn document(firm: FirmId, document: DocumentId) -> Option<DocumentRead>;
        fn documents_by_id(firm: FirmId, documents: &[DocumentId]) -> Vec<DocumentRead>;
        fn folders_by_id(firm: FirmId, folders: &[FolderId]) -> Vec<Folder>;
        fn version(firm: FirmId, version: VersionId) -> Option<DocumentVersion>;
        fn versions(firm: FirmId, document: DocumentId, page: &PageRequest) -> Page<DocumentVersion>;
        fn recent_documents(firm: FirmId, client: ClientId, roots: Option<&[NodeId]>, limit: usize) -> Vec<DocumentRead>;
        fn uploaded_by(firm: FirmId, contact: ContactId, page: &PageRequest) -> Page<DocumentRead>;
        fn trash(firm: FirmId, client: ClientId, page: &PageRequest) -> Page<TrashRow>;
        fn upload(firm: FirmId, upload: UploadId) -> Option<Versioned<Upload>>;
        fn overdue_uploads(now: Timestamp, limit: usize) -> Vec<(FirmId, Versioned<Upload>)>;
        fn condemned(limit: usize) -> Vec<(FirmId, Versioned<Condemned>)>;
        fn purged(limit: usize) -> Vec<(FirmId, NodeRead)>;
        fn contents(firm: FirmId, folder: FolderId, limit: usize) -> Vec<NodeRead>;
        fn versions_to_sweep(firm: FirmId, document: DocumentId) -> Vec<Versioned<DocumentVersion>>;
        fn grants_on(firm: FirmId, node: NodeId) -> Vec<Versioned<Grant>>;
        fn named_blobs(blobs: &[BlobKey]) -> Vec<BlobKey>;
    }
    IdentityReads {
        fn attempt(address: AddressKey, attempt: AttemptId) -> Option<Versioned<Attempt>>;
        fn limits(keys: &[(AddressKey, LimitKind)]) -> Vec<Option<Versioned<Limit>>>;
        fn login_by_address(address: AddressKey) -> Option<Versioned<Login>>;
        fn login(login: LoginId) -> Option<Versioned<Login>>;
        fn session(login: LoginId, session: SessionId) -> Option<Versioned<Session>>;
        fn sessions(login: LoginId, now: Timestamp) -> Vec<Versioned<Session>>;
        fn reached(address: AddressKey) -> Vec<Versioned<Reach>>;
        fn reaching(contact: ContactId) -> Vec<Versioned<Reach>>;
        fn stale_attempts(before: Timestamp, limit: usize) -> Vec<Versioned<Attempt>>;
        fn stale_limits(before: Timestamp, limit: usize) -> Vec<Versioned<Limit>>;
        fn stale_sessions(before: Timestamp, limit: usize) -> Vec<Versioned<Session>>;
    }
    AuditReads {
        fn activity(firm: FirmId, client: ClientId, page: &PageRequest) -> Page<Happened>;
        fn events(keyspace: Keyspace, events: &[EventId]) -> Vec<Happened>;
        fn links(keyspace: Keyspace, chain: ChainKey, after: u64, limit: usize) -> Vec<(Link, Vec<String>)>;
        fn version_of(keyspace: Keyspace, key: Key) -> Option<Version>;
    }
    Deliveries {
        fn deliveries(firm: FirmId, query: &DeliveryQuery, page: &PageRequest) -> Page<Message>;
        fn delivery(firm: FirmId, message: MessageId) -> Option<Message>;
    }
    Outbox {
        fn claim_events(lane: Lane, lease: &Lease, limit: usize) -> Vec<ClaimedEvent>;
        fn stage(claim: &ClaimedEvent, messages: &[NewMessage], progress: &EventProgress) -> bool;
        fn claim_messages(lane: Lane, lease: &Lease, limit: usize) -> Vec<ClaimedMessage>;
        fn settle(claim: &ClaimedMessage, settlement: &Settlement, now: Timestamp) -> bool;
        fn backlog() -> OutboxBacklog;
        fn messages(keyspace: Keyspace, state: Option<MessageState>) -> Vec<Message>;
    }
}

#[async_trait]
impl Store for WatchedStore {
    async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
        let call = WatchedCall { name: "outcome", changes: None };
        self.watch.before(call).await?;
        let answer = self.inner.outcome(command).await?;
        self.watch.after(call).await?;
        Ok(answer)
    }

    async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError> {
        let call = WatchedCall { name: "commit", changes: Some(changes) };
        self.watch.before(call).await?;
        let answer = self.inner.commit(changes).await?;
        self.watch.after(call).await?;
        Ok(answer)
    }

    async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let call = WatchedCall { name: "forget_outcomes", changes: None };
        self.watch.before(call).await?;
        let answer = self.inner.forget_outcomes(before, limit).await?;
        self.watch.after(call).await?;
        Ok(answer)
    }
}

/// A [`BlobStore`] that is watched.
#[derive(Clone)]
pub struct WatchedBlobs {
    inner: Arc<dyn BlobStore>,
    watch: Arc<dyn Watch>,
}

impl std::fmt::Debug for WatchedBlobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchedBlobs").finish_non_exhaustive()
    }
}

impl WatchedBlobs {
    /// Watches `inner`.
    pub fn new(inner: Arc<dyn BlobStore>, watch: Arc<dyn Watch>) -> Self {
        Self { inner, watch }
    }
}

fn as_blobs_say(error: StoreError) -> BlobError {
    match error {
        StoreError::Unavailable(source) => BlobError::Unavailable(source),
        StoreError::Corrupt { what } => BlobError::Unavailable(what.into()),
    }
}

macro_rules! watched_blobs {
    ($(fn $name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl BlobStore for WatchedBlobs {$(
            async fn $name(&self, $($arg: $type),*) -> Result<$answer, BlobError> {
                let call = WatchedCall { name: stringify!($name), changes: None };
                self.watch.before(call).await.map_err(as_blobs_say)?;
                let answer = self.inner.$name($($arg),*).await?;
                self.watch.after(call).await.map_err(as_blobs_say)?;
                Ok(answer)
            }
        )*}
    };
}

watched_blobs! {
    fn begin(key: BlobKey) -> BlobUpload;
    fn put_part(upload: &BlobUpload, number: u32, bytes: Bytes) -> Part;
    fn complete(upload: &BlobUpload, parts: &[Part]) -> ();
    fn abort(upload: &BlobUpload) -> ();
    fn read(key: BlobKey, range: Range<u64>) -> BlobStream;
    fn delete(key: BlobKey) -> ();
    fn list(after: Option<&Cursor>, limit: usize) -> BlobPage;
}
