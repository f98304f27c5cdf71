//! What one contact sees: shared by the contact's own handle and by "view as client".

use std::collections::HashMap;

use super::{Engine, Error};
use crate::files::{DocumentVersion, FolderKind};
use crate::ports::store::{Child, DocumentRead, NodeRead};
use crate::sharing::{Access, Ancestry, effective_access, shared_roots};
use crate::values::{
    ClientId, ContactId, DocumentId, FileName, FirmId, FolderId, ListOrder, NodeId, Page, PageRequest, Timestamp,
};

/// A folder or document as a contact sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactEntry {
    /// The folder or document.
    pub node: NodeId,
    /// What it is called.
    pub name: FileName,
    /// What the contact may do with it.
    pub access: Access,
    /// For a document, the version that is shown.
    pub document: Option<DocumentVersion>,
    /// For a folder, whether it is the one for the client's uploads.
    pub client_uploads: bool,
    /// When it was made or last uploaded; not known for every folder at the top.
    pub at: Option<Timestamp>,
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
    /// The folders above it that the contact sees, the topmost first.
    pub path: Vec<Crumb>,
    /// The version that is shown.
    pub current: DocumentVersion,
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
    /// The node's ancestry and what the contact may do with it; what they may not see is not there.
    pub(crate) async fn seen(&self, node: NodeId) -> Result<(Ancestry, Access), Error> {
        let found = self.engine.store.ancestry(self.firm, node).await?;
        let ancestry = found.filter(|ancestry| ancestry.client == self.client).ok_or(Error::NotFound)?;
        let access = effective_access(self.contact, &ancestry, self.engine.clock.now()).ok_or(Error::NotFound)?;
        Ok((ancestry, access))
    }

    /// The topmost folders and documents that the contact sees.
    pub(crate) async fn roots(&self) -> Result<Vec<ContactEntry>, Error> {
        let granted = self.engine.store.granted(self.firm, self.client, self.contact).await?;
        let roots = shared_roots(self.contact, &granted, self.engine.clock.now());
        let documents: Vec<DocumentId> = roots.iter().filter_map(|root| document_id(root.node)).collect();
        let folders: Vec<FolderId> = roots.iter().filter_map(|root| folder_id(root.node)).collect();
        let documents = self.engine.store.documents_by_id(self.firm, &documents).await?;
        let folders = self.engine.store.folders_by_id(self.firm, &folders).await?;
        let documents: HashMap<NodeId, _> = documents.iter().map(|read| (read.document.id.into(), read)).collect();
        let folders: HashMap<NodeId, _> = folders.iter().map(|folder| (folder.id.into(), folder)).collect();
        let entry = |root: crate::sharing::SharedRoot| {
            let (document, folder) = (documents.get(&root.node), folders.get(&root.node));
            let at = document.map(|read| read.current.uploaded_at).or(folder.map(|folder| folder.place.created_at));
            ContactEntry {
                node: root.node,
                name: root.name,
                access: root.access,
                document: document.map(|read| read.current.clone()),
                client_uploads: folder.is_some_and(|folder| folder.kind == FolderKind::ClientUploads),
                at,
            }
        };
        let mut entries: Vec<ContactEntry> = roots.into_iter().map(entry).collect();
        entries.sort_by_key(|entry| matches!(entry.node, NodeId::Document(_)));
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
        let name = ancestry.node().map(|step| step.name.clone()).ok_or(Error::NotFound)?;
        let now = self.engine.clock.now();
        let children = self.engine.store.children(self.firm, folder, order, page).await?;
        let entries = children.map(|child| self.entry(&ancestry, child, now));
        let entries = Page { items: entries.items.into_iter().flatten().collect(), next: entries.next };
        Ok(ContactListing { folder, name, access, path: self.path(&ancestry, now), entries })
    }

    /// A document that the contact sees.
    pub(crate) async fn document(&self, document: DocumentId) -> Result<(ContactDocument, DocumentRead), Error> {
        let (ancestry, access) = self.seen(document.into()).await?;
        let read = self.engine.store.document(self.firm, document).await?.ok_or(Error::NotFound)?;
        let seen = ContactDocument {
            id: document,
            name: read.document.place.name.clone(),
            access,
            path: self.path(&ancestry, self.engine.clock.now()),
            current: read.current.clone(),
        };
        Ok((seen, read))
    }

    /// The latest documents that the contact sees.
    pub(crate) async fn recent(&self, limit: usize) -> Result<Vec<DocumentRead>, Error> {
        let granted = self.engine.store.granted(self.firm, self.client, self.contact).await?;
        let roots = shared_roots(self.contact, &granted, self.engine.clock.now());
        let roots: Vec<NodeId> = roots.into_iter().map(|root| root.node).collect();
        if roots.is_empty() {
            return Ok(Vec::new());
        }
        Ok(self.engine.store.recent_documents(self.firm, self.client, Some(&roots), limit).await?)
    }

    fn entry(&self, above: &Ancestry, child: Child, now: Timestamp) -> Option<ContactEntry> {
        let (node, place, document, client_uploads, grants) = match child {
            Child::Folder(read, grants) => {
                let client_uploads = read.folder.kind == FolderKind::ClientUploads;
                (read.folder.id.into(), read.folder.place, None, client_uploads, grants)
            }
            Child::Document(read, grants) => {
                let document = read.document.value;
                (document.id.into(), document.place, Some(read.current), false, grants)
            }
        };
        let step = crate::sharing::Step { node, name: place.name.clone(), trashed: false, grants };
        let steps = std::iter::once(step).chain(above.steps.iter().cloned()).collect();
        let ancestry = Ancestry { client: above.client, tree: above.tree, steps };
        let access = effective_access(self.contact, &ancestry, now)?;
        let at = document.as_ref().map_or(place.created_at, |version| version.uploaded_at);
        Some(ContactEntry { node, name: place.name, access, document, client_uploads, at: Some(at) })
    }

    /// The folders above the node that the contact sees, the topmost first.
    fn path(&self, ancestry: &Ancestry, now: Timestamp) -> Vec<Crumb> {
        let seen_at = |index: usize| {
            let above = Ancestry { steps: ancestry.steps.iter().skip(index).cloned().collect(), ..ancestry.clone() };
            effective_access(self.contact, &above, now).is_some()
        };
        let above = ancestry.steps.iter().enumerate().skip(1).take_while(|(index, _)| seen_at(*index));
        let mut crumbs: Vec<Crumb> = above
            .filter_map(|(_, step)| folder_id(step.node).map(|folder| Crumb { folder, name: step.name.clone() }))
            .collect();
        crumbs.reverse();
        crumbs
    }
}

fn document_id(node: NodeId) -> Option<DocumentId> {
    match node {
        NodeId::Document(document) => Some(document),
        NodeId::Folder(_) => None,
    }
}

fn folder_id(node: NodeId) -> Option<FolderId> {
    match node {
        NodeId::Folder(folder) => Some(folder),
        NodeId::Document(_) => None,
    }
}

/// A folder read by itself.
impl NodeRead {
    /// The folder, if it is one.
    pub fn folder(&self) -> Option<&crate::files::Folder> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Document(_) => None,
        }
    }
}
