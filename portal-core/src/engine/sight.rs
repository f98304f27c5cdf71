//! What one contact sees: shared by the contact's own handle and by "view as client".

use std::collections::HashMap;

use super::{Engine, Error};
use crate::files::{DocumentVersion, FolderKind};
use crate::ports::store::{Child, DocumentRead};
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
        let documents: Vec<DocumentId> = roots.iter().filter_map(|root| root.node.document()).collect();
        let folders: Vec<FolderId> = roots.iter().filter_map(|root| root.node.folder()).collect();
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
        let access = effective_access(self.contact, &above.below(node, &place.name, grants), now)?;
        let at = document.as_ref().map_or(place.created_at, |version| version.uploaded_at);
        Some(ContactEntry { node, name: place.name, access, document, client_uploads, at: Some(at) })
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
