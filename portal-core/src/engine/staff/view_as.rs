//! The portal as one contact sees it, for staff.

use super::Staff;
use super::opening::note_opening;
use crate::directory::Contact;
use crate::engine::content::Readable;
use crate::engine::sight::{ContactDocument, ContactEntry, ContactListing, Sight};
use crate::engine::{Error, Operation};
use crate::ports::Preview;
use crate::ports::store::ContactRead;
use crate::values::{Actor, ContactId, DocumentId, FolderId, ListOrder, PageRequest};

/// The portal as one contact sees it, read only: nothing is counted as seen by the contact.
#[derive(Debug, Clone)]
pub struct ViewAs {
    staff: Staff,
    contact: ContactId,
}

impl ViewAs {
    pub(super) fn new(staff: Staff, contact: ContactId) -> Self {
        Self { staff, contact }
    }

    /// The contact.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound); so for every call below.
    pub async fn contact(&self) -> Result<Contact, Error> {
        Ok(self.read().await?.contact.value)
    }

    /// What the contact sees at the top of their files.
    ///
    /// # Errors
    /// As for [`Self::contact`].
    pub async fn roots(&self) -> Result<Vec<ContactEntry>, Error> {
        let read = self.read().await?;
        self.sight(&read).roots().await
    }

    /// A page of a folder that the contact sees.
    ///
    /// # Errors
    /// As for [`Self::contact`], also for a folder that the contact does not see.
    pub async fn list(&self, folder: FolderId, page: &PageRequest) -> Result<ContactListing, Error> {
        let read = self.read().await?;
        self.sight(&read).list(folder, ListOrder::Name, page).await
    }

    /// A document that the contact sees.
    ///
    /// # Errors
    /// As for [`Self::list`].
    pub async fn document(&self, document: DocumentId) -> Result<ContactDocument, Error> {
        let read = self.read().await?;
        Ok(self.sight(&read).document(document).await?.0)
    }

    /// A picture of a page of a document that the contact sees.
    ///
    /// # Errors
    /// As for [`Self::list`]; [`Error::Preview`] says why there is no picture.
    pub async fn preview(&self, document: DocumentId, page: u32, width_pixels: u32) -> Result<Preview, Error> {
        let read = self.read().await?;
        let (_, document) = self.sight(&read).document(document).await?;
        let caller = self.staff.caller;
        note_opening(&self.staff.engine, &caller, &document).await?;
        let version = document.current.clone();
        let readable = Readable { firm: caller.firm, actor: Actor::Member(caller.member), read: document, version };
        readable.preview(&self.staff.engine, page, width_pixels).await
    }

    async fn read(&self) -> Result<ContactRead, Error> {
        self.staff.authorize(Operation::ViewAsContact).await?;
        let found = self.staff.engine.store.contact(self.staff.caller.firm, &self.contact.into()).await?;
        found.filter(|read| read.contact.removed_at.is_none()).ok_or(Error::NotFound)
    }

    fn sight(&self, read: &ContactRead) -> Sight<'_> {
        Sight {
            engine: &self.staff.engine,
            firm: self.staff.caller.firm,
            client: read.contact.client,
            contact: read.contact.id,
        }
    }
}
