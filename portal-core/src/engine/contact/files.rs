//! What is shared with a contact.

use std::collections::HashSet;

use super::ContactHandle;
use crate::engine::sight::{ContactDocument, ContactEntry, ContactListing};
use crate::engine::{ByteRange, Download, Engine, Error, Operation};
use crate::files::Receipt;
use crate::ports::Preview;
use crate::sharing::effective_access;
use crate::values::{ContactId, DocumentId, FirmId, FolderId, ListOrder, NodeId, Page, PageRequest};

/// What is shared with a contact.
#[derive(Debug, Clone)]
pub struct ContactFiles {
    pub(super) handle: ContactHandle,
}

impl ContactFiles {
    pub(super) fn new(handle: ContactHandle) -> Self {
        Self { handle }
    }

    /// The topmost folders and documents shared with the contact: folders first, then by name.
    ///
    /// # Errors
    /// As for [`ContactHandle::me`].
    pub async fn roots(&self) -> Result<Vec<ContactEntry>, Error> {
        let authority = self.handle.authorize(Operation::ContactRoots).await?;
        self.handle.sight(&authority).roots().await
    }

    /// A page of a shared folder: folders first, then by name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such folder, or not for them.
    pub async fn list(&self, folder: FolderId, page: &PageRequest) -> Result<ContactListing, Error> {
        self.list_by(folder, ListOrder::Name, page).await
    }

    /// The same in another order; folders come first in each.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn list_by(
        &self,
        folder: FolderId,
        order: ListOrder,
        page: &PageRequest,
    ) -> Result<ContactListing, Error> {
        let authority = self.handle.authorize(Operation::ContactListFolder).await?;
        self.handle.sight(&authority).list(folder, order, page).await
    }

    /// The topmost folders and documents shared with the contact that are archived.
    ///
    /// # Errors
    /// As for [`ContactHandle::me`].
    pub async fn archived_roots(&self) -> Result<Vec<ContactEntry>, Error> {
        let authority = self.handle.authorize(Operation::ContactListArchive).await?;
        self.handle.sight(&authority).archived_roots().await
    }

    /// What is archived below what is shared with the contact, wherever it lies: folders first, then what was archived last. It is
    /// the latest of the client's archive that is looked through; [`Self::archived_in`] lists all of a folder.
    ///
    /// # Errors
    /// As for [`ContactHandle::me`].
    pub async fn archived_below(&self) -> Result<Vec<ContactEntry>, Error> {
        let authority = self.handle.authorize(Operation::ContactListArchive).await?;
        self.handle.sight(&authority).archived_below().await
    }

    /// A page of what is archived of a shared folder: folders first, then by name. All of it is theirs to look at.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn archived_in(&self, folder: FolderId, page: &PageRequest) -> Result<ContactListing, Error> {
        let authority = self.handle.authorize(Operation::ContactListArchive).await?;
        self.handle.sight(&authority).archived_in(folder, page).await
    }

    /// A shared document.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such document, or not for them.
    pub async fn document(&self, document: DocumentId) -> Result<ContactDocument, Error> {
        let authority = self.handle.authorize(Operation::ContactReadDocument).await?;
        Ok(self.handle.sight(&authority).document(document).await?.0)
    }

    /// Downloads a shared document.
    ///
    /// # Errors
    /// As for [`Self::document`]; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) for a range past the end.
    pub async fn download(&self, document: DocumentId, range: ByteRange) -> Result<Download, Error> {
        let readable = self.handle.readable(Operation::ContactDownload, document).await?;
        readable.download(&self.handle.engine, range).await
    }

    /// A picture of page `page` (from 0) of a shared document, at most `width_pixels` wide.
    ///
    /// # Errors
    /// As for [`Self::document`]; [`Error::Preview`] says why there is no picture.
    pub async fn preview(&self, document: DocumentId, page: u32, width_pixels: u32) -> Result<Preview, Error> {
        let readable = self.handle.readable(Operation::ContactPreview, document).await?;
        readable.preview(&self.handle.engine, page, width_pixels).await
    }

    /// The receipts of the contact's own uploads, the latest first. What the contact does not see any more is called as they
    /// called it: what it is called since is not theirs to know.
    ///
    /// # Errors
    /// As for [`ContactHandle::me`].
    pub async fn receipts(&self, page: &PageRequest) -> Result<Page<Receipt>, Error> {
        let authority = self.handle.authorize(Operation::ContactReceipts).await?;
        let (engine, firm, contact) = (&self.handle.engine, authority.firm, authority.contact.contact.id);
        let uploaded = engine.store.uploaded_by(firm, contact, page).await?;
        let documents: Vec<DocumentId> = uploaded.items.iter().map(|read| read.document.id).collect();
        let seen = seen_of(engine, firm, contact, &documents).await?;
        Ok(uploaded.map(|read| {
            let name =
                if seen.contains(&read.document.id) { &read.document.place.name } else { &read.current.uploaded_as };
            Receipt { seen: seen.contains(&read.document.id), ..Receipt::of(&read.current, name) }
        }))
    }
}

/// Those of the documents that the contact sees now.
pub(super) async fn seen_of(
    engine: &Engine,
    firm: FirmId,
    contact: ContactId,
    documents: &[DocumentId],
) -> Result<HashSet<DocumentId>, Error> {
    let nodes: Vec<NodeId> = documents.iter().map(|document| (*document).into()).collect();
    let found = if nodes.is_empty() { Vec::new() } else { engine.store.ancestries(firm, &nodes, &[contact]).await? };
    let now = engine.clock.now();
    let seen = found.iter().filter(|ancestry| effective_access(contact, ancestry, now).is_some());
    Ok(seen.filter_map(|ancestry| ancestry.node()?.node.document()).collect())
}
