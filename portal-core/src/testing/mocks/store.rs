//! The mock of a store.

use async_trait::async_trait;
use mockall::mock;

use crate::testing::methods::vocabulary::*;
use crate::testing::methods::{every_outbox_method, every_read};

mock! {
    #[derive(Debug)]
    pub Store {
        pub async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError>;
        pub async fn firm_by_external_id(&self, id: &ExternalId) -> Result<Option<Versioned<Firm>>, StoreError>;
        pub async fn firms(&self, page: &PageRequest) -> Result<Page<Firm>, StoreError>;
        pub async fn member(&self, firm: FirmId, member: &MemberRef) -> Result<Option<Versioned<Member>>, StoreError>;
        pub async fn members(&self, firm: FirmId, page: &PageRequest) -> Result<Page<Versioned<Member>>, StoreError>;
        pub async fn owners(&self, firm: FirmId) -> Result<Vec<Member>, StoreError>;
        pub async fn client(&self, firm: FirmId, client: &ClientRef) -> Result<Option<Versioned<Client>>, StoreError>;
        pub async fn clients_by_external_ids(
            &self,
            firm: FirmId,
            ids: &[ExternalId],
        ) -> Result<Vec<Versioned<Client>>, StoreError>;
        pub async fn clients(
            &self,
            firm: FirmId,
            query: &ClientQuery,
            page: &PageRequest,
        ) -> Result<Page<ClientRow>, StoreError>;
        pub async fn contact(&self, firm: FirmId, contact: &ContactRef) -> Result<Option<ContactRead>, StoreError>;
        pub async fn contacts_by_external_ids(
            &self,
            firm: FirmId,
            ids: &[ExternalId],
        ) -> Result<Vec<ContactRead>, StoreError>;
        pub async fn names(&self, firm: FirmId, actors: &[Actor]) -> Result<Vec<(Actor, String)>, StoreError>;
        pub async fn contacts(
            &self,
            firm: FirmId,
            client: ClientId,
            page: &PageRequest,
        ) -> Result<Page<ContactRead>, StoreError>;
        pub async fn contacts_by_email(&self, firm: FirmId, email: &EmailAddress) -> Result<Vec<ContactRead>, StoreError>;
        pub async fn assignment(
            &self,
            firm: FirmId,
            client: ClientId,
            member: MemberId,
        ) -> Result<Option<Versioned<Assignment>>, StoreError>;
        pub async fn assigned(&self, firm: FirmId, client: ClientId) -> Result<Vec<Member>, StoreError>;
        pub async fn assigned_among(
            &self,
            firm: FirmId,
            member: MemberId,
            clients: &[ClientId],
        ) -> Result<Vec<ClientId>, StoreError>;
        pub async fn mailings(
            &self,
            firm: FirmId,
            people: &[Addressee],
        ) -> Result<Vec<Versioned<Mailing>>, StoreError>;
        pub async fn folder_templates(&self, firm: FirmId) -> Result<Vec<Versioned<FolderTemplate>>, StoreError>;
        pub async fn folder_template(
            &self,
            firm: FirmId,
            template: FolderTemplateId,
        ) -> Result<Option<Versioned<FolderTemplate>>, StoreError>;
        pub async fn data_key(&self, firm: FirmId, number: u32) -> Result<Option<Versioned<DataKey>>, StoreError>;
        pub async fn current_data_key(&self, firm: FirmId) -> Result<Option<Versioned<DataKey>>, StoreError>;
        pub async fn data_keys(&self, page: &PageRequest) -> Result<Page<(FirmId, Versioned<DataKey>)>, StoreError>;
        pub async fn ancestry(&self, firm: FirmId, node: NodeId) -> Result<Option<Ancestry>, StoreError>;
        pub async fn ancestries(
            &self,
            firm: FirmId,
            nodes: &[NodeId],
            contacts: &[ContactId],
        ) -> Result<Vec<Ancestry>, StoreError>;
        pub async fn granted(
            &self,
            firm: FirmId,
            client: ClientId,
            contact: ContactId,
        ) -> Result<Vec<Ancestry>, StoreError>;
        pub async fn granted_below(
            &self,
            firm: FirmId,
            client: ClientId,
            folder: FolderId,
        ) -> Result<Vec<Ancestry>, StoreError>;
        pub async fn grant(&self, firm: FirmId, grant: GrantId) -> Result<Option<Versioned<Grant>>, StoreError>;
        pub async fn tree(&self, firm: FirmId, client: ClientId) -> Result<Option<Versioned<Tree>>, StoreError>;
        pub async fn node(&self, firm: FirmId, node: NodeId) -> Result<Option<NodeRead>, StoreError>;
        pub async fn children(
            &self,
            firm: FirmId,
            folder: FolderId,
            order: ListOrder,
            page: &PageRequest,
        ) -> Result<Page<Child>, StoreError>;
        pub async fn archived_children(
            &self,
            firm: FirmId,
            folder: FolderId,
            page: &PageRequest,
        ) -> Result<Page<Child>, StoreError>;
        pub async fn named_in(
            &self,
            firm: FirmId,
            places: &[(FolderId, FoldedName)],
        ) -> Result<Vec<NodeRead>, StoreError>;
        pub async fn height(&self, firm: FirmId, folder: FolderId) -> Result<usize, StoreError>;
        pub async fn document(&self, firm: FirmId, document: DocumentId) -> Result<Option<DocumentRead>, StoreError>;
        pub async fn documents_by_id(
            &self,
            firm: FirmId,
            documents: &[DocumentId],
        ) -> Result<Vec<DocumentRead>, StoreError>;
        pub async fn folders_by_id(&self, firm: FirmId, folders: &[FolderId]) -> Result<Vec<Folder>, StoreError>;
        pub async fn version(&self, firm: FirmId, version: VersionId) -> Result<Option<Versioned<DocumentVersion>>, StoreError>;
        pub async fn versions(
            &self,
            firm: FirmId,
            document: DocumentId,
            page: &PageRequest,
        ) -> Result<Page<DocumentVersion>, StoreError>;
        pub async fn recent_documents<'a>(
            &self,
            firm: FirmId,
            client: ClientId,
            roots: Option<&'a [NodeId]>,
            limit: usize,
        ) -> Result<Vec<DocumentRead>, StoreError>;
        pub async fn uploaded_by(
            &self,
            firm: FirmId,
            contact: ContactId,
            page: &PageRequest,
        ) -> Result<Page<DocumentRead>, StoreError>;
        pub async fn kept_uploads(&self, firm: FirmId, contact: ContactId) -> Result<KeptUploads, StoreError>;
        pub async fn trash(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<TrashRow>, StoreError>;
        pub async fn archive(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<TrashRow>, StoreError>;
        pub async fn extent(&self, firm: FirmId, node: NodeId) -> Result<Option<Extent>, StoreError>;
        pub async fn upload(&self, firm: FirmId, upload: UploadId) -> Result<Option<Versioned<Upload>>, StoreError>;
        pub async fn uploader_usage(
            &self,
            firm: FirmId,
            client: ClientId,
            by: Actor,
        ) -> Result<UploaderUsage, StoreError>;
        pub async fn firm_usage(&self, firm: FirmId) -> Result<Usage, StoreError>;
        pub async fn overdue_uploads(
            &self,
            now: Timestamp,
            limit: usize,
        ) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError>;
        pub async fn uploads_to_scan(
            &self,
            now: Timestamp,
            limit: usize,
        ) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError>;
        pub async fn condemned(&self, limit: usize) -> Result<Vec<(FirmId, Versioned<Condemned>)>, StoreError>;
        pub async fn purged(&self, limit: usize) -> Result<Vec<(FirmId, NodeRead)>, StoreError>;
        pub async fn contents(&self, firm: FirmId, folder: FolderId, limit: usize) -> Result<Vec<NodeRead>, StoreError>;
        pub async fn versions_to_sweep(
            &self,
            firm: FirmId,
            document: DocumentId,
        ) -> Result<Vec<Versioned<DocumentVersion>>, StoreError>;
        pub async fn grants_on(&self, firm: FirmId, node: NodeId) -> Result<Vec<Versioned<Grant>>, StoreError>;
        pub async fn named_blobs(&self, blobs: &[BlobKey]) -> Result<Vec<BlobKey>, StoreError>;
        pub async fn attempt(
            &self,
            address: AddressKey,
            attempt: AttemptId,
        ) -> Result<Option<Versioned<Attempt>>, StoreError>;
        pub async fn limits(&self, keys: &[(AddressKey, LimitKind)]) -> Result<Vec<Option<Versioned<Limit>>>, StoreError>;
        pub async fn login_by_address(&self, address: AddressKey) -> Result<Option<Versioned<Login>>, StoreError>;
        pub async fn login(&self, login: LoginId) -> Result<Option<Versioned<Login>>, StoreError>;
        pub async fn session(&self, login: LoginId, session: SessionId) -> Result<Option<Versioned<Session>>, StoreError>;
        pub async fn sessions(&self, login: LoginId, now: Timestamp) -> Result<Vec<Versioned<Session>>, StoreError>;
        pub async fn all_sessions(&self, login: LoginId) -> Result<Vec<Versioned<Session>>, StoreError>;
        pub async fn reached(&self, address: AddressKey) -> Result<Vec<Versioned<Reach>>, StoreError>;
        pub async fn reaching(&self, contact: ContactId) -> Result<Vec<Versioned<Reach>>, StoreError>;
        pub async fn stale_attempts(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Attempt>>, StoreError>;
        pub async fn stale_limits(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Limit>>, StoreError>;
        pub async fn stale_sessions(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Session>>, StoreError>;
        pub async fn firm_activity(&self, firm: FirmId, page: &PageRequest) -> Result<Page<Happened>, StoreError>;
        pub async fn activity(
            &self,
            firm: FirmId,
            client: ClientId,
            page: &PageRequest,
        ) -> Result<Page<Happened>, StoreError>;
        pub async fn found_activity(
            &self,
            firm: FirmId,
            client: Option<ClientId>,
            query: &ActivityQuery,
            page: &PageRequest,
        ) -> Result<Page<Happened>, StoreError>;
        pub async fn events(&self, keyspace: Keyspace, events: &[EventId]) -> Result<Vec<Happened>, StoreError>;
        pub async fn links(
            &self,
            keyspace: Keyspace,
            chain: ChainKey,
            after: u64,
            limit: usize,
        ) -> Result<Vec<(Link, Vec<String>)>, StoreError>;
        pub async fn version_of(&self, keyspace: Keyspace, key: Key) -> Result<Option<Version>, StoreError>;
        pub async fn deliveries(
            &self,
            firm: FirmId,
            query: &DeliveryQuery,
            page: &PageRequest,
        ) -> Result<Page<Message>, StoreError>;
        pub async fn deliveries_to(
            &self,
            firm: FirmId,
            contact: ContactId,
            page: &PageRequest,
        ) -> Result<Page<Message>, StoreError>;
        pub async fn delivery(&self, firm: FirmId, message: MessageId) -> Result<Option<Message>, StoreError>;
        pub async fn deliveries_by_id(&self, firm: FirmId, messages: &[MessageId]) -> Result<Vec<Message>, StoreError>;
        pub async fn claim_events(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedEvent>, StoreError>;
        pub async fn stage(
            &self,
            claim: &ClaimedEvent,
            messages: &[NewMessage],
            progress: &EventProgress,
        ) -> Result<bool, StoreError>;
        pub async fn claim_messages(
            &self,
            lane: Lane,
            lease: &Lease,
            limit: usize,
        ) -> Result<Vec<ClaimedMessage>, StoreError>;
        pub async fn settle(
            &self,
            claim: &ClaimedMessage,
            settlement: &Settlement,
            now: Timestamp,
        ) -> Result<bool, StoreError>;
        pub async fn erase_messages(&self, keyspace: Keyspace, messages: &[MessageId]) -> Result<(), StoreError>;
        pub async fn erase_notes<'a>(
            &self,
            keyspace: Keyspace,
            events: Option<&'a [EventId]>,
        ) -> Result<(), StoreError>;
        pub async fn backlog(&self) -> Result<OutboxBacklog, StoreError>;
        pub async fn messages(&self, keyspace: Keyspace, state: Option<MessageState>) -> Result<Vec<Message>, StoreError>;
        pub async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError>;
        pub async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError>;
        pub async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;
    }
}

// The methods are the mock's own, and the traits are made from them: mockall cannot mock those of an async trait that take an
// `Option<&T>`.
macro_rules! by_its_own {
    ({} $($reads:ident {
        $(async fn $method:ident(&self $(, $name:ident: $kind:ty)*) -> $answer:ty;)*
    })*) => {$(
        #[async_trait]
        impl $reads for MockStore {
            $(async fn $method(&self $(, $name: $kind)*) -> $answer {
                Self::$method(self $(, $name)*).await
            })*
        }
    )*};
}

every_read! { by_its_own }
every_outbox_method! { by_its_own }

#[async_trait]
impl Store for MockStore {
    async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
        Self::outcome(self, command).await
    }

    async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError> {
        Self::commit(self, changes).await
    }

    async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        Self::forget_outcomes(self, before, limit).await
    }
}
