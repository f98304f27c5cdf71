//! What is shared with a contact.

use super::ContactHandle;
use crate::engine::sight::{ContactDocument, ContactEntry, ContactListing};
use crate::engine::{ByteRange, Download, Error, Operation};
use crate::files::Receipt;
use crate::ports::Preview;
use crate::values::{DocumentId, FolderId, ListOrder, Page, PageRequest};

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

    /// The receipts of the contact's own uploads, the latest first.
    ///
    /// # Errors
    /// As for [`ContactHandle::me`].
    pub async fn receipts(&self, page: &PageRequest) -> Result<Page<Receipt>, Error> {
        let authority = self.handle.authorize(Operation::ContactReceipts).await?;
        let uploaded = self.handle.engine.store.uploaded_by(authority.firm, authority.contact.contact.id, page).await?;
        Ok(uploaded.map(|read| Receipt::of(&read.current, &read.document.place.name)))
    }
}
