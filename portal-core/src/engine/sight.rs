//! What one contact sees: shared by the contact's own handle and by "view as client".

use std::collections::HashMap;

use super::{Engine, Error};
use crate::directory::Policies;
use crate::files::{self, Document, DocumentVersion, FilesRefusal, Folder, FolderKind};
use crate::ports::store::{Child, DocumentRead, NodeRead};
use crate::sharing::{self, Access, Ancestry, SharedRoot, effective_access, shared_roots, upload_folders};
use crate::values::{
    Actor, ClientId, ContactId, DocumentId, FileName, FirmId, FolderId, ListOrder, NodeId, Page, PageRequest, Timestamp,
};

/// A folder or document as a contact sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactEntry {
    /// What it is called.
    pub name: FileName,
    /// What the contact may do with it.
    pub access: Access,
    /// What it is.
    pub kind: ContactEntryKind,
}

/// What a contact sees.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ContactEntryKind {
    /// A folder.
    Folder {
        /// Which.
        id: FolderId,
        /// Whether it is the one for the client's uploads.
        client_uploads: bool,
        /// When it was made.
        created_at: Timestamp,
    },
    /// A document.
    Document {
        /// Which.
        id: DocumentId,
        /// The version that is shown.
        current: Box<DocumentVersion>,
        /// Whether the contact may withdraw it.
        withdrawable: Option<Withdrawable>,
    },
}

/// That a contact may withdraw what they uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Withdrawable {
    /// Until when; `None` for as long as they like.
    pub until: Option<Timestamp>,
}

impl ContactEntry {
    /// The folder or document.
    pub fn node(&self) -> NodeId {
        match &self.kind {
            ContactEntryKind::Folder { id, .. } => (*id).into(),
            ContactEntryKind::Document { id, .. } => (*id).into(),
        }
    }

    /// When it was made, or last uploaded.
    pub fn at(&self) -> Timestamp {
        match &self.kind {
            ContactEntryKind::Folder { created_at, .. } => *created_at,
            ContactEntryKind::Document { current, .. } => current.uploaded_at,
        }
    }
}

/// A document in the list of the latest: what may be done with it, and where it lies, is told where it is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecentDocument {
    /// The document.
    pub id: DocumentId,
    /// What it is called.
    pub name: FileName,
    /// The version that is shown.
    pub current: DocumentVersion,
}

/// A folder that the contact can see, on the way from the shared root to where they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// The folder.
    pub folder: FolderId,
    /// What it is called.
    pub name: FileName,
}

/// A folder as a contact sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactListing {
    /// The folder.
    pub folder: FolderId,
    /// What it is called.
    pub name: FileName,
    /// What the contact may do with it.
    pub access: Access,
    /// The folders above it that the contact sees, the topmost first. What lies above those is never named.
    pub path: Vec<Crumb>,
    /// Whether it is archived, by itself or by something above it.
    pub archived: bool,
    /// What lies in it.
    pub entries: Page<ContactEntry>,
}

/// A document as a contact sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactDocument {
    /// The document.
    pub id: DocumentId,
    /// What it is called.
    pub name: FileName,
    /// What the contact may do with it.
    pub access: Access,
    /// Whether it is archived, by itself or by something above it.
    pub archived: bool,
    /// The folders above it that the contact sees, the topmost first.
    pub path: Vec<Crumb>,
    /// The version that is shown.
    pub current: DocumentVersion,
    /// Whether the contact may withdraw it.
    pub withdrawable: Option<Withdrawable>,
    /// Why they may not, of what they uploaded themselves.
    pub stays: Option<FilesRefusal>,
}

/// One contact's eyes on one client's files.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sight<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) firm: FirmId,
    pub(crate) client: ClientId,
    pub(crate) contact: ContactId,
}

impl Sight<'_> {
    /// The node's ancestry, as far as it is granted to the contact, and what they may do with it; what they may not see is not
    /// there.
    pub(crate) async fn seen(&self, node: NodeId) -> Result<(Ancestry, Access), Error> {
        let found = self.engine.store.ancestries(self.firm, &[node], &[self.contact]).await?.pop();
        let ancestry = found.filter(|ancestry| ancestry.client == self.client).ok_or(Error::NotFound)?;
        let access = effective_access(self.contact, &ancestry, self.engine.clock.now()).ok_or(Error::NotFound)?;
        Ok((ancestry, access))
    }

    /// The topmost folders and documents that the contact sees and that are not archived.
    pub(crate) async fn roots(&self) -> Result<Vec<ContactEntry>, Error> {
        self.roots_that(|root| !root.archived).await
    }

    /// Those that are archived.
    pub(crate) async fn archived_roots(&self) -> Result<Vec<ContactEntry>, Error> {
        self.roots_that(|root| root.archived).await
    }

    async fn roots_that(&self, are: fn(&SharedRoot) -> bool) -> Result<Vec<ContactEntry>, Error> {
        let granted = self.engine.store.granted(self.firm, self.client, self.contact).await?;
        let mut roots = shared_roots(self.contact, &granted, self.engine.clock.now());
        roots.retain(are);
        self.entries(&granted, roots).await
    }

    /// The topmost folders and documents that the contact sees, and the folders that they upload into, wherever these lie.
    pub(crate) async fn home(&self) -> Result<(Vec<ContactEntry>, Vec<ContactEntry>), Error> {
        let granted = self.engine.store.granted(self.firm, self.client, self.contact).await?;
        let now = self.engine.clock.now();
        let mut roots = shared_roots(self.contact, &granted, now);
        roots.retain(|root| !root.archived);
        let uploads = upload_folders(self.contact, &granted, now);
        Ok((self.entries(&granted, roots).await?, self.entries(&granted, uploads).await?))
    }

    /// What is archived below what the contact sees, folders first and then the latest archived, of the client's latest.
    pub(crate) async fn archived_below(&self) -> Result<Vec<ContactEntry>, Error> {
        let page = PageRequest::first(PageRequest::MAX_LIMIT);
        let rows = self.engine.store.archive(self.firm, self.client, &page).await?.items;
        let node = |row: &crate::ports::store::TrashRow| match &row.node {
            NodeRead::Folder(folder) => NodeId::Folder(folder.id),
            NodeRead::Document(document) => NodeId::Document(document.id),
        };
        let nodes: Vec<NodeId> = rows.iter().map(node).collect();
        if nodes.is_empty() {
            return Ok(Vec::new());
        }
        let found = self.engine.store.ancestries(self.firm, &nodes, &[self.contact]).await?;
        let now = self.engine.clock.now();
        let below = |ancestry: &&Ancestry| {
            ancestry.grants().any(|(step, grant)| {
                ancestry.node().is_some_and(|node| node.node != step.node)
                    && grant.audience.includes(self.contact)
                    && !grant.expired(now)
            })
        };
        let mut seen: HashMap<NodeId, SharedRoot> = found
            .iter()
            .filter(below)
            .filter_map(|ancestry| sharing::seen(self.contact, ancestry, now))
            .map(|seen| (seen.node, seen))
            .collect();
        let archived = nodes.iter().filter_map(|node| seen.remove(node)).collect();
        self.entries(&found, archived).await
    }

    /// These of the `granted` nodes with what is to be told of each: folders first.
    async fn entries(&self, granted: &[Ancestry], roots: Vec<SharedRoot>) -> Result<Vec<ContactEntry>, Error> {
        let documents: Vec<DocumentId> = roots.iter().filter_map(|root| root.node.document()).collect();
        let folders: Vec<FolderId> = roots.iter().filter_map(|root| root.node.folder()).collect();
        let documents = self.engine.store.documents_by_id(self.firm, &documents).await?;
        let folders = self.engine.store.folders_by_id(self.firm, &folders).await?;
        let mut documents: HashMap<NodeId, DocumentRead> =
            documents.into_iter().map(|read| (read.document.id.into(), read)).collect();
        let folders: HashMap<NodeId, Folder> = folders.into_iter().map(|folder| (folder.id.into(), folder)).collect();
        // What went between the two reads is not there.
        let policies = self.policies(documents.values()).await?;
        let kept =
            |node| granted.iter().any(|found| found.node().is_some_and(|step| step.node == node) && found.kept());
        let entry = |SharedRoot { node, name, access, .. }: SharedRoot| {
            let kind = match node {
                NodeId::Folder(_) => folder_kind(folders.get(&node)?),
                NodeId::Document(id) => {
                    let read = documents.remove(&node)?;
                    let withdrawable = self.withdrawable(policies.as_ref(), kept(node), &read);
                    ContactEntryKind::Document { id, current: Box::new(read.current), withdrawable }
                }
            };
            Some(ContactEntry { name, access, kind })
        };
        let mut entries: Vec<ContactEntry> = roots.into_iter().filter_map(entry).collect();
        entries.sort_by_key(|entry| matches!(entry.kind, ContactEntryKind::Document { .. }));
        Ok(entries)
    }

    /// A page of a folder that the contact sees.
    pub(crate) async fn list(
        &self,
        folder: FolderId,
        order: ListOrder,
        page: &PageRequest,
    ) -> Result<ContactListing, Error> {
        let (ancestry, access) = self.seen(folder.into()).await?;
        let children = self.engine.store.children(self.firm, folder, order, page).await?;
        self.listing(folder, &ancestry, access, children).await
    }

    /// A page of what is archived in a folder that the contact sees.
    pub(crate) async fn archived_in(&self, folder: FolderId, page: &PageRequest) -> Result<ContactListing, Error> {
        let (ancestry, access) = self.seen(folder.into()).await?;
        let archived = self.engine.store.archived_children(self.firm, folder, page).await?;
        let mut listing = self.listing(folder, &ancestry, access, archived).await?;
        for entry in &mut listing.entries.items {
            entry.access = Access::View;
            if let ContactEntryKind::Document { withdrawable, .. } = &mut entry.kind {
                *withdrawable = None;
            }
        }
        Ok(listing)
    }

    async fn listing(
        &self,
        folder: FolderId,
        ancestry: &Ancestry,
        access: Access,
        children: Page<Child>,
    ) -> Result<ContactListing, Error> {
        let name = ancestry.node().map(|step| step.name.clone()).ok_or(Error::NotFound)?;
        let now = self.engine.clock.now();
        let documents = children.items.iter().filter_map(|child| match child {
            Child::Document(read, _) => Some(read),
            Child::Folder(..) => None,
        });
        let policies = self.policies(documents).await?;
        let entries = children.map(|child| self.entry(ancestry, child, policies.as_ref(), now));
        let entries = Page { items: entries.items.into_iter().flatten().collect(), next: entries.next };
        let (path, archived) = (self.path(ancestry, now), ancestry.archived());
        Ok(ContactListing { folder, name, access, path, archived, entries })
    }

    /// A document that the contact sees.
    pub(crate) async fn document(&self, document: DocumentId) -> Result<(ContactDocument, DocumentRead), Error> {
        let (ancestry, access) = self.seen(document.into()).await?;
        let read = self.engine.store.document(self.firm, document).await?.ok_or(Error::NotFound)?;
        let policies = self.policies([&read]).await?;
        let withdrawable = self.may_withdraw(policies.as_ref(), ancestry.kept(), &read);
        let seen = ContactDocument {
            withdrawable: withdrawable.ok(),
            stays: withdrawable.err().filter(|refusal| *refusal != FilesRefusal::NotYours),
            archived: ancestry.archived(),
            id: document,
            name: read.document.place.name.clone(),
            access,
            path: self.path(&ancestry, self.engine.clock.now()),
            current: read.current.clone(),
        };
        Ok((seen, read))
    }

    /// The latest documents at or below these of the roots that the contact sees.
    pub(crate) async fn recent(&self, roots: &[ContactEntry], limit: usize) -> Result<Vec<RecentDocument>, Error> {
        let roots: Vec<NodeId> = roots.iter().map(ContactEntry::node).collect();
        if roots.is_empty() {
            return Ok(Vec::new());
        }
        let latest = self.engine.store.recent_documents(self.firm, self.client, Some(&roots), limit).await?;
        let recent = |DocumentRead { document, current, .. }: DocumentRead| {
            let Document { id, place, .. } = document.value;
            RecentDocument { id, name: place.name, current }
        };
        Ok(latest.into_iter().map(recent).collect())
    }

    /// The firm's policies, if the contact made any of these documents: they say how long it may be withdrawn.
    async fn policies(
        &self,
        documents: impl IntoIterator<Item = &DocumentRead> + Send,
    ) -> Result<Option<Policies>, Error> {
        let theirs = Actor::Contact(self.contact);
        if !documents.into_iter().any(|read| read.document.place.created_by == theirs) {
            return Ok(None);
        }
        Ok(self.engine.store.firm(self.firm).await?.map(|firm| firm.settings.policies))
    }

    fn withdrawable(&self, policies: Option<&Policies>, held: bool, read: &DocumentRead) -> Option<Withdrawable> {
        self.may_withdraw(policies, held, read).ok()
    }

    fn may_withdraw(
        &self,
        policies: Option<&Policies>,
        held: bool,
        read: &DocumentRead,
    ) -> Result<Withdrawable, FilesRefusal> {
        let policies = policies.ok_or(FilesRefusal::NotYours)?;
        let now = self.engine.clock.now();
        let until = files::withdrawable(&read.document, &read.current, self.contact, policies, held, now)?;
        Ok(Withdrawable { until })
    }

    fn entry(
        &self,
        above: &Ancestry,
        child: Child,
        policies: Option<&Policies>,
        now: Timestamp,
    ) -> Option<ContactEntry> {
        let (node, name, kind, grants) = match child {
            Child::Folder(read, grants) => {
                let kind = folder_kind(&read.folder);
                (read.folder.id.into(), read.folder.place.name, kind, grants)
            }
            Child::Document(read, grants) => {
                let withdrawable = self.withdrawable(policies, above.kept(), &read);
                let Document { id, place, .. } = read.document.value;
                (
                    id.into(),
                    place.name,
                    ContactEntryKind::Document { id, current: Box::new(read.current), withdrawable },
                    grants,
                )
            }
        };
        let access = effective_access(self.contact, &above.below(node, &name, grants), now)?;
        Some(ContactEntry { name, access, kind })
    }

    /// The folders above the node that the contact sees, the topmost first.
    fn path(&self, ancestry: &Ancestry, now: Timestamp) -> Vec<Crumb> {
        let mut above = ancestry.clone();
        let mut crumbs = Vec::new();
        // What is above something that they do not see they do not see through it either.
        while above.steps.len() > 1 {
            above.steps.remove(0);
            if effective_access(self.contact, &above, now).is_none() {
                break;
            }
            let step = above.node();
            crumbs.extend(step.and_then(|step| Some(Crumb { folder: step.node.folder()?, name: step.name.clone() })));
        }
        crumbs.reverse();
        crumbs
    }
}

fn folder_kind(folder: &Folder) -> ContactEntryKind {
    let client_uploads = folder.kind == FolderKind::ClientUploads;
    ContactEntryKind::Folder { id: folder.id, client_uploads, created_at: folder.place.created_at }
}
