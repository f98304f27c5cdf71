//! Reads of the directory.

use async_trait::async_trait;

use crate::change::Versioned;
use crate::directory::{
    Addressee, Assignment, Client, Contact, DataKey, Firm, FolderTemplate, Mailing, Member, PortalAccess,
};
use crate::ports::store::StoreError;
use crate::values::{
    Actor, ClientId, ClientRef, ContactRef, EmailAddress, ExternalId, FirmId, FolderTemplateId, ListOrder, MemberId,
    MemberRef, Page, PageRequest,
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
