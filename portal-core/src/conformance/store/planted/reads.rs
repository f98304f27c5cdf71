//! Bugs in reads.

use std::time::Duration;

use super::broken::{Bug, Layer};
use super::commits::unmarked;
use crate::change::Versioned;
use crate::directory::{Addressee, Mailing, Member};
use crate::event::{Event, Happened, Keyspace};
use crate::files::{DocumentVersion, Upload};
use crate::identity::{Limit, LimitKind, Session};
use crate::ports::store::{
    ActivityQuery, AuditReads as _, Child, ClientQuery, ClientRow, DirectoryReads as _, DocumentRead, Extent,
    FileReads as _, IdentityReads as _, NodeRead, SharingReads as _, StoreError, TrashRow,
};
use crate::sharing::Ancestry;
use crate::values::{
    Actor, AddressKey, ClientId, ContactId, Cursor, DocumentId, EventId, FirmId, FoldedName, FolderId, ListOrder,
    LoginId, MemberRef, NodeId, Page, PageRequest, Timestamp,
};

const FIRST: FirmId = FirmId::from_bits(1);

type Answer<T> = Result<T, StoreError>;

impl Layer {
    pub(super) async fn member(&self, firm: FirmId, member: &MemberRef) -> Answer<Option<Versioned<Member>>> {
        let mut found = self.inner.member(firm, member).await?;
        if found.is_none() && self.has(Bug::ForeignMembersAnswered) {
            found = self.inner.member(FIRST, member).await?;
        }
        Ok(found.filter(|member| !self.has(Bug::RemovedMembersUnknown) || member.removed_at.is_none()))
    }

    pub(super) async fn names(&self, firm: FirmId, actors: &[Actor]) -> Answer<Vec<(Actor, String)>> {
        let mut told = self.inner.names(firm, actors).await?;
        if self.has(Bug::NamesOfRemovedLost) {
            told.retain(|(_, name)| name != "Ben" && name != "Cal");
        }
        Ok(told)
    }

    pub(super) async fn mailings(&self, firm: FirmId, people: &[Addressee]) -> Answer<Vec<Versioned<Mailing>>> {
        let mut found = self.inner.mailings(firm, people).await?;
        if self.has(Bug::MailingsOfContactsAlone) {
            found.retain(|mailing| matches!(mailing.addressee, Addressee::Contact(_)));
        }
        Ok(found)
    }

    pub(super) async fn clients(
        &self,
        firm: FirmId,
        query: &ClientQuery,
        page: &PageRequest,
    ) -> Answer<Page<ClientRow>> {
        let mut query = query.clone();
        if self.has(Bug::ClientsByNameAlone) {
            query.order = ListOrder::Name;
        }
        if self.has(Bug::QueriesWithWildcards) {
            query.name_contains = query.name_contains.map(|text| text.replace(['%', '_'], ""));
        }
        self.inner.clients(firm, &query, page).await
    }

    pub(super) async fn ancestry(&self, firm: FirmId, node: NodeId) -> Answer<Option<Ancestry>> {
        let firm = if self.has(Bug::ForeignAncestryAnswered) { FIRST } else { firm };
        let found = self.inner.ancestry(firm, node).await?;
        Ok(found.map(|mut ancestry| {
            if self.has(Bug::AncestryWithoutRoot) && ancestry.steps.len() > 1 {
                ancestry.steps.pop();
            }
            for step in &mut ancestry.steps {
                step.trashed &= !self.has(Bug::AncestryWithoutTrash);
            }
            ancestry
        }))
    }

    pub(super) async fn ancestries(
        &self,
        firm: FirmId,
        nodes: &[NodeId],
        contacts: &[ContactId],
    ) -> Answer<Vec<Ancestry>> {
        if !self.has(Bug::GrantsOfOthersTold) {
            return self.inner.ancestries(firm, nodes, contacts).await;
        }
        let mut found = Vec::new();
        for node in nodes {
            found.extend(self.inner.ancestry(firm, *node).await?);
        }
        Ok(found)
    }

    pub(super) async fn granted(&self, firm: FirmId, client: ClientId, contact: ContactId) -> Answer<Vec<Ancestry>> {
        let mut granted = self.inner.granted(firm, client, contact).await?;
        if self.has(Bug::ExpiredNotGranted) {
            granted.retain(|ancestry| ancestry.steps[0].grants.iter().any(|grant| grant.until.is_none()));
        }
        if self.has(Bug::GrantedTwice) {
            granted.extend(granted.last().cloned());
        }
        Ok(granted)
    }

    pub(super) async fn children(
        &self,
        firm: FirmId,
        folder: FolderId,
        order: ListOrder,
        page: &PageRequest,
    ) -> Answer<Page<Child>> {
        let order = if self.has(Bug::FoldersByNameAlone) { ListOrder::Name } else { order };
        if self.has(Bug::PagesByOffset) {
            let all =
                self.inner.children(firm, folder, order, &PageRequest::first(PageRequest::MAX_LIMIT)).await?.items;
            let start: usize = page.cursor().and_then(|cursor| cursor.as_str().parse().ok()).unwrap_or(0);
            let end = start + page.limit();
            let next = (end < all.len()).then(|| Cursor::new(end.to_string()));
            return Ok(Page { items: all.into_iter().skip(start).take(page.limit()).collect(), next });
        }
        let mut found = self.inner.children(firm, folder, order, page).await?;
        if self.has(Bug::PagesSkip) && page.cursor().is_some() && found.items.len() > 1 {
            found.items.remove(0);
        }
        if self.has(Bug::PagesWithoutEnd) && found.next.is_none() {
            found.next = page.cursor().cloned().or_else(|| Some(Cursor::new("end")));
        }
        for child in &mut found.items {
            let place = match child {
                Child::Folder(read, _) => &mut read.folder.place,
                Child::Document(read, _) => &mut read.document.value.place,
            };
            place.name = unmarked(&place.name);
        }
        Ok(found)
    }

    pub(super) async fn named_in(&self, firm: FirmId, places: &[(FolderId, FoldedName)]) -> Answer<Vec<NodeRead>> {
        let mut found = self.inner.named_in(firm, places).await?;
        if self.has(Bug::FoldersByNameAsTyped) {
            found.retain(|node| {
                let name = match node {
                    NodeRead::Folder(folder) => &folder.place.name,
                    NodeRead::Document(document) => &document.place.name,
                };
                places.iter().any(|(_, folded)| folded.as_str() == name.as_str())
            });
        }
        Ok(found)
    }

    pub(super) async fn versions(
        &self,
        firm: FirmId,
        document: DocumentId,
        page: &PageRequest,
    ) -> Answer<Page<DocumentVersion>> {
        let mut found = self.inner.versions(firm, document, page).await?;
        if self.has(Bug::VersionsOldestFirst) {
            found.items.reverse();
        }
        let refused = self.has(Bug::CursorsRefused) && page.cursor().is_some_and(|cursor| cursor.as_str() == "garbage");
        if refused { Err(StoreError::Corrupt { what: "a cursor".to_owned() }) } else { Ok(found) }
    }

    pub(super) async fn recent_documents(
        &self,
        firm: FirmId,
        client: ClientId,
        roots: Option<&[NodeId]>,
        limit: usize,
    ) -> Answer<Vec<DocumentRead>> {
        let roots = roots.filter(|_| !self.has(Bug::RecentOutsideRoots));
        self.inner.recent_documents(firm, client, roots, limit).await
    }

    pub(super) async fn uploaded_by(
        &self,
        firm: FirmId,
        contact: ContactId,
        page: &PageRequest,
    ) -> Answer<Page<DocumentRead>> {
        let mut found = self.inner.uploaded_by(firm, contact, page).await?;
        if self.has(Bug::ReceiptsOfOthers) {
            for read in &mut found.items {
                if let Some(document) = self.inner.document(firm, read.document.id).await? {
                    *read = document;
                }
            }
        }
        Ok(found)
    }

    pub(super) async fn trash(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Answer<Page<TrashRow>> {
        let found = self.inner.trash(firm, client, page).await?;
        Ok(found.map(|row| TrashRow { restorable: row.restorable || self.has(Bug::TrashAlwaysRestorable), ..row }))
    }

    pub(super) async fn extent(&self, firm: FirmId, node: NodeId) -> Answer<Option<Extent>> {
        let found = self.inner.extent(firm, node).await?;
        Ok(found.map(|extent| match self.has(Bug::ExtentOfCurrentVersions) {
            true => Extent { versions: extent.documents, ..extent },
            false => extent,
        }))
    }

    pub(super) async fn overdue_uploads(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Answer<Vec<(FirmId, Versioned<Upload>)>> {
        let late = Duration::from_micros(u64::from(self.has(Bug::DeadlinesMissed)));
        self.inner.overdue_uploads(now - late, limit).await
    }

    pub(super) async fn limits(&self, keys: &[(AddressKey, LimitKind)]) -> Answer<Vec<Option<Versioned<Limit>>>> {
        let mut found = self.inner.limits(keys).await?;
        if self.has(Bug::CountsUnordered) {
            found.sort_by_key(|limit| limit.as_ref().map(|limit| limit.subject));
        }
        Ok(found)
    }

    pub(super) async fn sessions(&self, login: LoginId, now: Timestamp) -> Answer<Vec<Versioned<Session>>> {
        let late = Duration::from_micros(u64::from(self.has(Bug::SessionsTooLong)));
        self.inner.sessions(login, now - late).await
    }

    pub(super) async fn events(&self, keyspace: Keyspace, events: &[EventId]) -> Answer<Vec<Happened>> {
        let mut found = self.inner.events(keyspace, events).await?;
        if self.has(Bug::EventsUnordered) {
            found.sort_by_key(|happened| happened.id);
        }
        if self.has(Bug::EventsOfOthers) && found.is_empty() {
            found = self.inner.events(Keyspace::Firm(FIRST), events).await?;
        }
        if self.has(Bug::NotesLost) {
            for happened in &mut found {
                happened.event = Event::from_payload(&happened.event.payload()).unwrap();
            }
        }
        Ok(found)
    }

    pub(super) async fn found_activity(
        &self,
        firm: FirmId,
        client: Option<ClientId>,
        query: &ActivityQuery,
        page: &PageRequest,
    ) -> Answer<Page<Happened>> {
        let everybodys = ActivityQuery { only: None, ..*query };
        let query = if self.has(Bug::ActivityFoundOfAll) { &everybodys } else { query };
        self.inner.found_activity(firm, client, query, page).await
    }

    pub(super) async fn firm_activity(&self, firm: FirmId, page: &PageRequest) -> Answer<Page<Happened>> {
        let mut found = self.inner.firm_activity(firm, page).await?;
        if self.has(Bug::FirmActivityOldestFirst) {
            found.items.reverse();
        }
        Ok(found)
    }

    pub(super) async fn activity(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Answer<Page<Happened>> {
        let mut found = self.inner.activity(firm, client, page).await?;
        if self.has(Bug::ActivityOldestFirst) {
            found.items.reverse();
        }
        Ok(found)
    }

    pub(super) async fn links(
        &self,
        keyspace: Keyspace,
        chain: crate::audit::ChainKey,
        after: u64,
        limit: usize,
    ) -> Answer<Vec<(crate::audit::Link, Vec<String>)>> {
        let mut found = self.inner.links(keyspace, chain, after, limit).await?;
        if self.has(Bug::LinksPartial) {
            found.iter_mut().for_each(|(_, payloads)| payloads.truncate(1));
        }
        Ok(found)
    }
}
