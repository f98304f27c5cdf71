//! A folder as one file, for staff.

use super::files::{StaffFiles, ancestry_of};
use crate::engine::folder_zip::{FolderZip, Found, Walk, small_enough, zipped};
use crate::engine::zip_stream::ZipTurn;
use crate::engine::{ByteRange, Download, Error, Operation};
use crate::files::FilesRefusal;
use crate::ports::store::Child;
use crate::values::{Cursor, DocumentId, FolderId, ListOrder, PageRequest};

impl StaffFiles {
    /// Downloads a folder as one zip file, with all that lies in it and not in the trash. Each document in it is logged as
    /// downloaded.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such folder;
    /// [`FilesRefusal::InTrash`], [`FilesRefusal::TooMuchForOneFile`].
    pub async fn download_folder(&self, folder: FolderId) -> Result<FolderZip, Error> {
        let by = self.staff.authorize(Operation::DownloadFolder).await?;
        let ancestry = ancestry_of(self.engine(), self.firm(), self.client, folder.into()).await?;
        if ancestry.trashed() {
            return Err(FilesRefusal::InTrash.into());
        }
        small_enough(self.engine(), self.firm(), folder).await?;
        let name = ancestry.node().map(|step| step.name.clone()).ok_or(Error::NotFound)?;
        let turn = ZipTurn::take(self.engine(), self.firm(), by.actor()).await?;
        Ok(FolderZip { folder, name, body: zipped(turn, self.clone(), folder) })
    }
}

impl Walk for StaffFiles {
    async fn page(&self, folder: FolderId, after: Option<Cursor>) -> Result<(Vec<Found>, Option<Cursor>), Error> {
        self.staff.authorize(Operation::DownloadFolder).await?;
        let ancestry = ancestry_of(self.engine(), self.firm(), self.client, folder.into()).await?;
        if ancestry.trashed() {
            return Err(Error::NotFound);
        }
        let page = PageRequest::default().after(after);
        let children = self.engine().store.children(self.firm(), folder, ListOrder::Name, &page).await?;
        let found = |child: Child| match child {
            Child::Folder(read, _) => {
                let place = read.folder.place;
                Found::Folder(read.folder.id, place.name, place.created_at)
            }
            Child::Document(read, _) => Found::Document(read.document.id, read.document.value.place.name),
        };
        Ok((children.items.into_iter().map(found).collect(), children.next))
    }

    async fn open(&self, document: DocumentId) -> Result<Download, Error> {
        self.staff.authorize(Operation::DownloadFolder).await?;
        self.readable(document, None).await?.download(self.engine(), ByteRange::All).await
    }
}
