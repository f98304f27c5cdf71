//! A folder as one file, for a contact.

use super::ContactFiles;
use crate::engine::folder_zip::{FolderZip, Found, Walk, small_enough, zipped};
use crate::engine::sight::{ContactEntry, ContactEntryKind};
use crate::engine::zip_stream::ZipTurn;
use crate::engine::{ByteRange, Download, Error, Operation};
use crate::values::{Actor, Cursor, DocumentId, FolderId, ListOrder, PageRequest};

impl ContactFiles {
    /// Downloads a shared folder as one zip file, with all that lies in it. Access is read anew at each document: when it is
    /// taken away, the rest is not sent, and the file breaks off. Each document in it is logged as downloaded.
    ///
    /// # Errors
    /// As for [`Self::list`]; [`FilesRefusal::TooMuchForOneFile`](crate::files::FilesRefusal::TooMuchForOneFile).
    pub async fn download_folder(&self, folder: FolderId) -> Result<FolderZip, Error> {
        let authority = self.handle.authorize(Operation::ContactDownloadFolder).await?;
        let listing = self.handle.sight(&authority).list(folder, ListOrder::Name, &PageRequest::first(1)).await?;
        small_enough(&self.handle.engine, authority.firm, folder).await?;
        let actor = Actor::Contact(authority.contact.contact.id);
        let turn = ZipTurn::take(&self.handle.engine, authority.firm, actor).await?;
        Ok(FolderZip { folder, name: listing.name, body: zipped(turn, self.clone(), folder) })
    }
}

impl Walk for ContactFiles {
    async fn page(&self, folder: FolderId, after: Option<Cursor>) -> Result<(Vec<Found>, Option<Cursor>), Error> {
        let authority = self.handle.authorize(Operation::ContactDownloadFolder).await?;
        let page = PageRequest::default().after(after);
        let listing = self.handle.sight(&authority).list(folder, ListOrder::Name, &page).await?;
        let found = |entry: ContactEntry| match entry.kind {
            ContactEntryKind::Folder { id, created_at, .. } => Found::Folder(id, entry.name, created_at),
            ContactEntryKind::Document { id, .. } => Found::Document(id, entry.name),
        };
        Ok((listing.entries.items.into_iter().map(found).collect(), listing.entries.next))
    }

    async fn open(&self, document: DocumentId) -> Result<Download, Error> {
        let readable = self.handle.readable(Operation::ContactDownloadFolder, document).await?;
        readable.download(&self.handle.engine, ByteRange::All).await
    }
}
