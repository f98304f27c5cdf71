//! What is shared with a contact, and their uploads.

use std::sync::Arc;

use super::caller::{ContactAuthority, ContactCaller};
use super::{ContactHandle, Sight};
use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::run::{Answer, Operate};
use crate::engine::sight::{ContactDocument, ContactEntry, ContactListing};
use crate::engine::upload::{Announced, Started, receipt_again, settle_receipt, take_in};
use crate::engine::{Body, ByteRange, Call, Download, Engine, Error, Operation};
use crate::files::{self, FilesRefusal, MediaType, Receipt, Received, Upload, UploadInto};
use crate::ports::Preview;
use crate::ports::store::Committed;
use crate::record::{Key, Whole};
use crate::sharing::{self, Ancestry, effective_access, may_upload};
use crate::values::{Actor, ClientId, DocumentId, FileName, FolderId, ListOrder, Page, PageRequest, UploadId};

/// What is shared with a contact.
#[derive(Debug, Clone)]
pub struct ContactFiles {
    handle: ContactHandle,
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

    /// A shared document.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such document, or not for them.
    pub async fn document(&self, document: DocumentId) -> Result<ContactDocument, Error> {
        let authority = self.handle.authorize(Operation::ContactReadDocument).await?;
        Ok(self.handle.sight(&authority).document(document).await?.0)
    }

    /// Uploads a new document into a shared folder. It never replaces anything: a name that is taken gets a number, and the
    /// receipt tells which. With the receipt comes whether the team is told of it, or the firm's owners in its place.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal::ViewOnly`] when the folder is only theirs to look at;
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when it is not there for them, or was taken from them
    /// meanwhile; [`FilesRefusal::TooLarge`]; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) when the body breaks
    /// off. Nothing is kept then.
    pub fn upload(
        &self,
        folder: FolderId,
        name: FileName,
        body: impl Into<Body>,
    ) -> Call<ContactUploaded, ContactUpload> {
        let announced = Announced { name, declared_type: None };
        let upload = ContactUpload { caller: self.handle.caller.clone(), folder, announced, body: body.into() };
        Call::with(self.handle.engine.clone(), upload)
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

/// What became of a contact's upload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactUploaded {
    /// The contact's receipt.
    pub receipt: Receipt,
    /// Whether nobody of the team looks after the client now, so that the firm's owners are told of the upload instead. It is
    /// for the firm to know, and not for the contact.
    pub nobody_assigned: bool,
}

impl AsRef<Receipt> for ContactUploaded {
    fn as_ref(&self) -> &Receipt {
        &self.receipt
    }
}

impl Answer for ContactUploaded {
    fn made(&self) -> Vec<Key> {
        self.receipt.made()
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}

/// An upload by a contact; see [`ContactFiles::upload`].
#[derive(Debug)]
pub struct ContactUpload {
    caller: ContactCaller,
    folder: FolderId,
    announced: Announced,
    body: Body,
}

impl Call<ContactUploaded, ContactUpload> {
    /// Says what kind of file it is, as the browser declared it.
    pub fn declared_type(mut self, declared: Option<MediaType>) -> Self {
        self.operation.announced.declared_type = declared;
        self
    }
}

impl Perform for ContactUpload {
    type Output = ContactUploaded;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<ContactUploaded, Error> {
        let Self { caller, folder, announced, body } = self;
        let start = StartUpload { folder, announced: announced.clone() };
        take_in(&engine, &caller, key, start, body, move |upload, received| FinishUpload {
            upload: upload.id,
            folder,
            announced,
            received,
        })
        .await
    }
}

#[derive(serde::Serialize)]
struct StartUpload {
    folder: FolderId,
    announced: Announced,
}

/// The folder as the contact sees it: it must be there for them, and theirs to upload into.
async fn uploadable(engine: &Engine, by: &ContactAuthority, folder: FolderId) -> Result<Ancestry, Error> {
    let contact = &by.contact.contact;
    let sight = Sight { engine, firm: by.firm, client: contact.client, contact: contact.id };
    Ok(sight.seen(folder.into()).await?.0)
}

fn refuse_view_only(by: &ContactAuthority, ancestry: &Ancestry, context: &Context) -> Result<ClientId, Error> {
    let contact = by.contact.contact.id;
    // Time goes on between load and decide, and a grant may end in between.
    effective_access(contact, ancestry, context.now).ok_or(Error::NotFound)?;
    if may_upload(contact, ancestry, context.now) { Ok(ancestry.client) } else { Err(FilesRefusal::ViewOnly.into()) }
}

impl Operate for StartUpload {
    const OPERATION: Operation = Operation::ContactUpload;
    type By = ContactCaller;
    type Loaded = (Ancestry, u64);
    type Output = Started;

    async fn load(&self, engine: &Engine, authority: &ContactAuthority) -> Result<(Ancestry, u64), Error> {
        let ancestry = uploadable(engine, authority, self.folder).await?;
        let firm = engine.store.firm(authority.firm).await?.ok_or(Error::NotFound)?;
        Ok((ancestry, firm.settings.max_upload_bytes))
    }

    fn decide(
        &self,
        by: &ContactAuthority,
        (ancestry, limit_bytes): &(Ancestry, u64),
        context: &Context,
    ) -> Result<Decision<Whole, Started>, Error> {
        let client = refuse_view_only(by, ancestry, context)?;
        let (into, actor) = (UploadInto::NewDocument(self.folder), Actor::Contact(by.contact.contact.id));
        let Announced { name, declared_type } = &self.announced;
        let started = files::start_upload(client, into, name, declared_type.as_ref(), actor, context);
        Ok(started.map(|upload| Started { upload, limit_bytes: *limit_bytes }).lift())
    }
}

#[derive(serde::Serialize)]
struct FinishUpload {
    /// Each try has an upload of its own, so it is no part of what is asked.
    #[serde(skip)]
    upload: UploadId,
    folder: FolderId,
    announced: Announced,
    received: Received,
}

impl Operate for FinishUpload {
    const OPERATION: Operation = Operation::ContactUpload;
    type By = ContactCaller;
    type Loaded = (Versioned<Upload>, Ancestry, bool);
    type Output = ContactUploaded;

    async fn load(&self, engine: &Engine, authority: &ContactAuthority) -> Result<Self::Loaded, Error> {
        let upload = engine.store.upload(authority.firm, self.upload).await?.ok_or(FilesRefusal::UploadExpired)?;
        let ancestry = uploadable(engine, authority, self.folder).await?;
        let nobody_assigned = nobody_assigned(engine, authority).await?;
        Ok((upload, ancestry, nobody_assigned))
    }

    fn decide(
        &self,
        by: &ContactAuthority,
        (upload, ancestry, nobody_assigned): &Self::Loaded,
        context: &Context,
    ) -> Result<Decision<Whole, ContactUploaded>, Error> {
        let client = refuse_view_only(by, ancestry, context)?;
        let finished = files::finish_upload(upload, self.folder, self.received, None, context);
        let finished = finished.map(|receipt| ContactUploaded { receipt, nobody_assigned: *nobody_assigned });
        // INVARIANT: a revocation changes the tree, so that it and this commit exclude one another.
        Ok(finished.lift::<Whole>().expect(sharing::Key::Tree(client).into(), ancestry.tree))
    }

    fn settle(output: ContactUploaded, committed: &Committed) -> ContactUploaded {
        ContactUploaded { receipt: settle_receipt(output.receipt, committed), ..output }
    }

    async fn replay(
        &self,
        engine: &Engine,
        authority: &ContactAuthority,
        made: &[Key],
    ) -> Result<ContactUploaded, Error> {
        Ok(ContactUploaded {
            receipt: receipt_again(engine, authority.firm, made).await?,
            nobody_assigned: nobody_assigned(engine, authority).await?,
        })
    }
}

/// Whether nobody looks after the contact's client, so that the firm's fallback is told of what they upload.
async fn nobody_assigned(engine: &Engine, by: &ContactAuthority) -> Result<bool, Error> {
    Ok(engine.store.assigned(by.firm, by.contact.contact.client).await?.is_empty())
}
