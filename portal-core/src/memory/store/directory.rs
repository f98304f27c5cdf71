//! Reads of the directory.

use std::cmp::Reverse;
use std::collections::BTreeSet;
use std::ops::Bound;

use async_trait::async_trait;

use super::lists::{Listed, Unique};
use super::paging::{page, position, sorted_page};
use super::rows::{Rows, Space};
use super::{MemoryStore, State};
use crate::change::Versioned;
use crate::directory::{
    Addressee, Assignment, Client, Contact, DataKey, Firm, FolderTemplate, Key, Mailing, Member, Role,
};
use crate::ports::store::{ClientQuery, ClientRow, ContactRead, DirectoryReads, StoreError};
use crate::record;
use crate::values::{
    Actor, ClientId, ClientRef, ContactId, ContactRef, EmailAddress, ExternalId, FirmId, FolderTemplateId, ListOrder,
    MemberId, MemberRef, Page, PageRequest,
};

const MEMBERS: (Key, Key) = (Key::Member(MemberId::from_bits(0)), Key::Member(MemberId::from_bits(u128::MAX)));

impl Rows {
    fn team(&self, firm: FirmId) -> impl Iterator<Item = Versioned<Member>> {
        self.range::<Member>(Space::Firm(firm), MEMBERS.0, MEMBERS.1).filter(|member| member.removed_at.is_none())
    }

    fn looking_after(&self, firm: FirmId, client: ClientId) -> Vec<Member> {
        let (first, last) = (MemberId::from_bits(0), MemberId::from_bits(u128::MAX));
        let mut members: Vec<Member> = self
            .range::<Assignment>(Space::Firm(firm), Key::Assignment(client, first), Key::Assignment(client, last))
            .filter_map(|assignment| self.look::<Member>(Space::Firm(firm), Key::Member(assignment.member)))
            .filter(|member| member.removed_at.is_none())
            .cloned()
            .collect();
        members.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        members
    }

    /// Whether a member is assigned to a client.
    pub(super) fn looks_after(&self, firm: FirmId, member: MemberId, client: ClientId) -> bool {
        self.version((Space::Firm(firm), Key::Assignment(client, member).into())).is_some()
    }

    /// The clients of a firm after a position, by folded name and id.
    fn clients(&self, firm: FirmId, after: Option<(String, ClientId)>) -> impl Iterator<Item = (&String, &Client)> {
        let first = Bound::Included(Listed::Client(String::new(), ClientId::from_bits(0)));
        let start = after.map_or(first, |(name, id)| Bound::Excluded(Listed::Client(name, id)));
        let listed = self.from(Space::Firm(firm), start).map_while(|(listed, _)| match listed {
            Listed::Client(name, id) => Some((name, *id)),
            _ => None,
        });
        listed.filter_map(move |(name, id)| Some((name, self.look::<Client>(Space::Firm(firm), Key::Client(id))?)))
    }

    /// The clients that a member is assigned to, or all of the firm's, each with its folded name.
    fn clients_of(&self, firm: FirmId, member: Option<MemberId>) -> Vec<(String, &Client)> {
        let Some(member) = member else {
            return self.clients(firm, None).map(|(name, client)| (name.clone(), client)).collect();
        };
        let assigned = self.at(Space::Firm(firm), Listed::LookedAfterBy(member)).filter_map(|(_, key)| match key {
            record::Key::Directory(Key::Assignment(client, _)) => self.look(Space::Firm(firm), Key::Client(client)),
            _ => None,
        });
        assigned.map(|client: &Client| (client.name.folded(), client)).collect()
    }

    fn client_row(&self, firm: FirmId, client: &Client) -> ClientRow {
        ClientRow {
            client: client.clone(),
            contacts: self.at(Space::Firm(firm), Listed::ContactOf(client.id)).count() as u64,
            assigned: self.looking_after(firm, client.id).iter().map(|member| member.name.to_string()).collect(),
        }
    }
}

impl State {
    fn contact_read(&self, firm: FirmId, contact: ContactId) -> Result<Option<ContactRead>, StoreError> {
        let space = Space::Firm(firm);
        let Some(found) = self.rows.read::<Contact>(space, Key::Contact(contact)) else { return Ok(None) };
        let access = self
            .rows
            .read(space, Key::PortalAccess(contact))
            .ok_or_else(|| StoreError::Corrupt { what: format!("{contact} without its portal access") })?;
        Ok(Some(ContactRead { contact: found, access }))
    }

    fn contact_reads(
        &self,
        firm: FirmId,
        ids: impl Iterator<Item = record::Key>,
    ) -> Result<Vec<ContactRead>, StoreError> {
        ids.filter_map(|key| match key {
            record::Key::Directory(Key::Contact(id)) => self.contact_read(firm, id).transpose(),
            _ => None,
        })
        .collect()
    }

    /// The key of what has an external id of the firm.
    fn named(&self, firm: FirmId, unique: Unique) -> Option<record::Key> {
        self.rows.holder(Space::Firm(firm), unique).map(|(_, key)| key)
    }
}

#[async_trait]
impl DirectoryReads for MemoryStore {
    async fn firm(&self, firm: FirmId) -> Result<Option<Versioned<Firm>>, StoreError> {
        Ok(self.state().rows.read(Space::Firm(firm), Key::Firm(firm)))
    }

    async fn firm_by_external_id(&self, id: &ExternalId) -> Result<Option<Versioned<Firm>>, StoreError> {
        let rows = &self.state().rows;
        let holder = rows.holder(Space::Deployment, Unique::FirmExternal(id.clone()));
        Ok(holder.and_then(|(space, key)| rows.read(space, key)))
    }

    async fn firms(&self, request: &PageRequest) -> Result<Page<Firm>, StoreError> {
        let state = self.state();
        Ok(sorted_page(request, state.rows.all::<Firm>().map(|(_, firm)| (firm.id, firm.clone()))))
    }

    async fn member(&self, firm: FirmId, member: &MemberRef) -> Result<Option<Versioned<Member>>, StoreError> {
        let state = self.state();
        let key = match member {
            MemberRef::Id(id) => Some(Key::Member(*id).into()),
            MemberRef::External(id) => state.named(firm, Unique::MemberExternal(id.clone())),
        };
        Ok(key.and_then(|key| state.rows.read(Space::Firm(firm), key)))
    }

    async fn members(&self, firm: FirmId, request: &PageRequest) -> Result<Page<Versioned<Member>>, StoreError> {
        let state = self.state();
        let by_name = state.rows.team(firm).map(|member| ((member.name.to_string(), member.id), member));
        Ok(sorted_page(request, by_name))
    }

    async fn owners(&self, firm: FirmId) -> Result<Vec<Member>, StoreError> {
        let mut owners: Vec<Member> = self
            .state()
            .rows
            .team(firm)
            .map(|member| member.value)
            .filter(|member| member.role == Role::Owner)
            .collect();
        owners.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        Ok(owners)
    }

    async fn client(&self, firm: FirmId, client: &ClientRef) -> Result<Option<Versioned<Client>>, StoreError> {
        let state = self.state();
        let key = match client {
            ClientRef::Id(id) => Some(Key::Client(*id).into()),
            ClientRef::External(id) => state.named(firm, Unique::ClientExternal(id.clone())),
        };
        Ok(key.and_then(|key| state.rows.read(Space::Firm(firm), key)))
    }

    async fn clients_by_external_ids(
        &self,
        firm: FirmId,
        ids: &[ExternalId],
    ) -> Result<Vec<Versioned<Client>>, StoreError> {
        let state = self.state();
        let ids: BTreeSet<&ExternalId> = ids.iter().collect();
        let found = ids.into_iter().filter_map(|id| state.named(firm, Unique::ClientExternal(id.clone())));
        Ok(found.filter_map(|key| state.rows.read(Space::Firm(firm), key)).collect())
    }

    async fn clients(
        &self,
        firm: FirmId,
        query: &ClientQuery,
        request: &PageRequest,
    ) -> Result<Page<ClientRow>, StoreError> {
        let rows = &self.state().rows;
        let wanted = query.name_contains.as_ref().map(|text| text.to_lowercase());
        let is_wanted = |name: &String| wanted.as_ref().is_none_or(|it| name.contains(it));
        let found = || rows.clients_of(firm, query.assigned_to).into_iter().filter(|(name, _)| is_wanted(name));
        let page = match query.order {
            ListOrder::Name if query.assigned_to.is_none() => {
                let found = rows.clients(firm, position(request)).filter(|(name, _)| is_wanted(name));
                page(request, found.map(|(name, client)| ((name.clone(), client.id), client)))
            }
            ListOrder::Name => sorted_page(request, found().map(|(name, client)| ((name, client.id), client))),
            ListOrder::NameBackwards => {
                sorted_page(request, found().map(|(name, client)| (Reverse((name, client.id)), client)))
            }
            ListOrder::Newest => {
                sorted_page(request, found().map(|(_, client)| (Reverse((client.created_at, client.id)), client)))
            }
            ListOrder::Oldest => {
                sorted_page(request, found().map(|(_, client)| ((client.created_at, client.id), client)))
            }
        };
        Ok(page.map(|client| rows.client_row(firm, client)))
    }

    async fn contact(&self, firm: FirmId, contact: &ContactRef) -> Result<Option<ContactRead>, StoreError> {
        let state = self.state();
        let key = match contact {
            ContactRef::Id(id) => Some(Key::Contact(*id).into()),
            ContactRef::External(id) => state.named(firm, Unique::ContactExternal(id.clone())),
        };
        Ok(state.contact_reads(firm, key.into_iter())?.pop())
    }

    async fn contacts_by_external_ids(&self, firm: FirmId, ids: &[ExternalId]) -> Result<Vec<ContactRead>, StoreError> {
        let state = self.state();
        let ids: BTreeSet<&ExternalId> = ids.iter().collect();
        let found = ids.into_iter().filter_map(|id| state.named(firm, Unique::ContactExternal(id.clone())));
        state.contact_reads(firm, found)
    }

    async fn names(&self, firm: FirmId, actors: &[Actor]) -> Result<Vec<(Actor, String)>, StoreError> {
        let rows = &self.state().rows;
        let asked: BTreeSet<Actor> = actors.iter().copied().collect();
        let name = |actor: &Actor| match actor {
            Actor::Member(id) => rows.look::<Member>(Space::Firm(firm), Key::Member(*id)).map(|it| it.name.to_string()),
            Actor::Contact(id) => {
                rows.look::<Contact>(Space::Firm(firm), Key::Contact(*id)).map(|it| it.name.to_string())
            }
            Actor::Host | Actor::Login(_) | Actor::Visitor | Actor::Worker => None,
        };
        Ok(asked.into_iter().filter_map(|actor| Some((actor, name(&actor)?))).collect())
    }

    async fn contacts(
        &self,
        firm: FirmId,
        client: ClientId,
        request: &PageRequest,
    ) -> Result<Page<ContactRead>, StoreError> {
        let state = self.state();
        let ids = state.rows.at(Space::Firm(firm), Listed::ContactOf(client)).map(|(_, key)| key);
        let reads = state.contact_reads(firm, ids)?;
        Ok(sorted_page(request, reads.into_iter().map(|read| (read.contact.id, read))))
    }

    async fn contacts_by_email(&self, firm: FirmId, email: &EmailAddress) -> Result<Vec<ContactRead>, StoreError> {
        let state = self.state();
        let at = Listed::ContactAt(email.canonical().to_owned());
        state.contact_reads(firm, state.rows.at(Space::Firm(firm), at).map(|(_, key)| key))
    }

    async fn assignment(
        &self,
        firm: FirmId,
        client: ClientId,
        member: MemberId,
    ) -> Result<Option<Versioned<Assignment>>, StoreError> {
        Ok(self.state().rows.read(Space::Firm(firm), Key::Assignment(client, member)))
    }

    async fn assigned(&self, firm: FirmId, client: ClientId) -> Result<Vec<Member>, StoreError> {
        Ok(self.state().rows.looking_after(firm, client))
    }

    async fn assigned_among(
        &self,
        firm: FirmId,
        member: MemberId,
        clients: &[ClientId],
    ) -> Result<Vec<ClientId>, StoreError> {
        let rows = &self.state().rows;
        let clients: BTreeSet<ClientId> = clients.iter().copied().collect();
        Ok(clients.into_iter().filter(|client| rows.looks_after(firm, member, *client)).collect())
    }

    async fn mailings(&self, firm: FirmId, people: &[Addressee]) -> Result<Vec<Versioned<Mailing>>, StoreError> {
        let rows = &self.state().rows;
        let people: BTreeSet<Addressee> = people.iter().copied().collect();
        Ok(people.into_iter().filter_map(|person| rows.read(Space::Firm(firm), Key::Mailing(person))).collect())
    }

    async fn folder_templates(&self, firm: FirmId) -> Result<Vec<Versioned<FolderTemplate>>, StoreError> {
        let (first, last) = (FolderTemplateId::from_bits(0), FolderTemplateId::from_bits(u128::MAX));
        let (first, last) = (Key::FolderTemplate(first), Key::FolderTemplate(last));
        let state = self.state();
        let mut all: Vec<Versioned<FolderTemplate>> = state.rows.range(Space::Firm(firm), first, last).collect();
        all.sort_by(|one, other| (&one.name, one.id).cmp(&(&other.name, other.id)));
        Ok(all)
    }

    async fn folder_template(
        &self,
        firm: FirmId,
        template: FolderTemplateId,
    ) -> Result<Option<Versioned<FolderTemplate>>, StoreError> {
        Ok(self.state().rows.read(Space::Firm(firm), Key::FolderTemplate(template)))
    }

    async fn data_key(&self, firm: FirmId, number: u32) -> Result<Option<Versioned<DataKey>>, StoreError> {
        Ok(self.state().rows.read(Space::Firm(firm), Key::DataKey(number)))
    }

    async fn current_data_key(&self, firm: FirmId) -> Result<Option<Versioned<DataKey>>, StoreError> {
        let (first, last) = (Key::DataKey(0), Key::DataKey(u32::MAX));
        Ok(self.state().rows.range(Space::Firm(firm), first, last).last())
    }

    async fn data_keys(&self, request: &PageRequest) -> Result<Page<(FirmId, Versioned<DataKey>)>, StoreError> {
        let state = self.state();
        let firms: Vec<FirmId> = state.rows.all::<Firm>().map(|(_, firm)| firm.id).collect();
        let (first, last) = (Key::DataKey(0), Key::DataKey(u32::MAX));
        let of = |firm: FirmId| state.rows.range::<DataKey>(Space::Firm(firm), first, last).map(move |key| (firm, key));
        let all = firms.into_iter().flat_map(of);
        Ok(sorted_page(request, all.map(|(firm, key)| ((firm, key.number), (firm, key)))))
    }
}
