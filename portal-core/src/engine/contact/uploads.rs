//! What a contact uploads.

use std::sync::Arc;

use super::caller::{ContactAuthority, ContactCaller};
use super::files::seen_of;
use super::{ContactFiles, Sight};
use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::run::{Answer, Operate};
use crate::engine::upload::{Announced, Started, receipt_again, room, settle_receipt, started_again, take_in};
use crate::engine::{Body, Call, Engine, Error, Operation};
use crate::files::{self, FilesRefusal, MediaType, Receipt, Received, Room, Upload, UploadInto, Wanted};
use crate::ports::store::Committed;
use crate::record::{Key, Whole};
use crate::sharing::{self, Ancestry, effective_access, may_upload};
use crate::values::{Actor, ClientId, FileName, FolderId, Timestamp, UploadId};

impl ContactFiles {
    /// Uploads a new document into a shared folder. It never replaces anything: a name that is taken gets a number, and the
    /// receipt tells which. With the receipt comes whether the team is told of it, or the firm's owners in its place.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal::ViewOnly`] when the folder is only theirs to look at, [`FilesRefusal::Archived`] when it is archived;
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when it is not there for them, or was taken from them
    /// meanwhile; [`FilesRefusal::TooLarge`]; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) when the body breaks
    /// off. Nothing is kept then.
    pub fn upload(
        &self,
        folder: FolderId,
        name: FileName,
        body: impl Into<Body>,
    ) -> Call<ContactUploaded, ContactUpload> {
        let announced = Announced { name, declared_type: None, announced_bytes: None };
        let upload = ContactUpload { caller: self.handle.caller.clone(), folder, announced, body: body.into() };
        Call::with(self.handle.engine.clone(), upload)
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
        take_in(&engine, &caller, key, start, body, true, move |upload, received| FinishUpload {
            upload: upload.id,
            folder,
            announced,
            received,
        })
        .await
    }
}

#[derive(serde::Serialize)]
pub(super) struct StartUpload {
    pub(super) folder: FolderId,
    pub(super) announced: Announced,
}

/// The folder as the contact sees it: it must be there for them, and theirs to upload into.
pub(super) async fn uploadable(engine: &Engine, by: &ContactAuthority, folder: FolderId) -> Result<Ancestry, Error> {
    let contact = &by.contact.contact;
    let sight = Sight { engine, firm: by.firm, client: contact.client, contact: contact.id };
    Ok(sight.seen(folder.into()).await?.0)
}

pub(super) fn refuse_view_only(by: &ContactAuthority, ancestry: &Ancestry, now: Timestamp) -> Result<ClientId, Error> {
    let contact = by.contact.contact.id;
    // Time goes on between load and decide, and a grant may end in between.
    effective_access(contact, ancestry, now).ok_or(Error::NotFound)?;
    files::refuse_settled(ancestry)?;
    if may_upload(contact, ancestry, now) { Ok(ancestry.client) } else { Err(FilesRefusal::ViewOnly.into()) }
}

pub(super) struct Starting {
    ancestry: Ancestry,
    room: Room,
}

impl Operate for StartUpload {
    const OPERATION: Operation = Operation::ContactUpload;
    type By = ContactCaller;
    type Loaded = Starting;
    type Output = Started;

    async fn load(&self, engine: &Engine, by: &ContactAuthority) -> Result<Starting, Error> {
        let contact = &by.contact.contact;
        let ancestry = uploadable(engine, by, self.folder).await?;
        let room = room(engine, by.firm, contact.client, Actor::Contact(contact.id)).await?;
        Ok(Starting { ancestry, room })
    }

    fn decide(
        &self,
        by: &ContactAuthority,
        Starting { ancestry, room }: &Starting,
        context: &Context,
    ) -> Result<Decision<Whole, Started>, Error> {
        let wanted = Wanted {
            client: refuse_view_only(by, ancestry, context.now)?,
            into: UploadInto::NewDocument(self.folder),
            name: &self.announced.name,
            declared_type: self.announced.declared_type.as_ref(),
            announced_bytes: self.announced.announced_bytes,
            room,
            by: Actor::Contact(by.contact.contact.id),
        };
        let started = files::start_upload(&wanted, context)?;
        Ok(started.map(|(upload, limit)| Started { upload, limit }).lift())
    }

    async fn replay(&self, engine: &Engine, by: &ContactAuthority, made: &[Key]) -> Result<Started, Error> {
        started_again(engine, by.firm, made).await
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

/// What a finished upload rests on.
pub(super) struct Finishing {
    upload: Versioned<Upload>,
    ancestry: Ancestry,
    nobody_assigned: bool,
}

impl Finishing {
    pub(super) async fn load(
        engine: &Engine,
        by: &ContactAuthority,
        upload: Versioned<Upload>,
        folder: FolderId,
    ) -> Result<Self, Error> {
        let ancestry = uploadable(engine, by, folder).await?;
        Ok(Self { upload, ancestry, nobody_assigned: nobody_assigned(engine, by).await? })
    }

    pub(super) fn decide(
        &self,
        by: &ContactAuthority,
        folder: FolderId,
        received: &Received,
        context: &Context,
    ) -> Result<Decision<Whole, ContactUploaded>, Error> {
        let client = refuse_view_only(by, &self.ancestry, context.now)?;
        let finished =
            files::finish_upload(&self.upload, folder, self.ancestry.folders().collect(), received, None, context);
        let nobody_assigned = self.nobody_assigned;
        let finished = finished.map(|receipt| ContactUploaded { receipt, nobody_assigned });
        // INVARIANT: a revocation changes the tree, so that it and this commit exclude one another.
        Ok(finished.lift::<Whole>().expect(sharing::Key::Tree(client).into(), self.ancestry.tree))
    }

    pub(super) fn upload(&self) -> &Upload {
        &self.upload
    }
}

impl Operate for FinishUpload {
    const OPERATION: Operation = Operation::ContactUpload;
    type By = ContactCaller;
    type Loaded = Finishing;
    type Output = ContactUploaded;

    async fn load(&self, engine: &Engine, by: &ContactAuthority) -> Result<Finishing, Error> {
        let upload = engine.store.upload(by.firm, self.upload).await?.ok_or(FilesRefusal::UploadExpired)?;
        Finishing::load(engine, by, upload, self.folder).await
    }

    fn decide(
        &self,
        by: &ContactAuthority,
        finishing: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, ContactUploaded>, Error> {
        finishing.decide(by, self.folder, &self.received, context)
    }

    fn settle(output: ContactUploaded, committed: &Committed) -> ContactUploaded {
        settled(output, committed)
    }

    async fn replay(&self, engine: &Engine, by: &ContactAuthority, made: &[Key]) -> Result<ContactUploaded, Error> {
        uploaded_again(engine, by, made).await
    }
}

pub(super) fn settled(output: ContactUploaded, committed: &Committed) -> ContactUploaded {
    ContactUploaded { receipt: settle_receipt(output.receipt, committed), ..output }
}

pub(super) async fn uploaded_again(
    engine: &Engine,
    by: &ContactAuthority,
    made: &[Key],
) -> Result<ContactUploaded, Error> {
    let receipt = receipt_again(engine, by.firm, made).await?;
    let seen = seen_of(engine, by.firm, by.contact.contact.id, &[receipt.document]).await?;
    let name = if seen.contains(&receipt.document) { receipt.name } else { receipt.uploaded_as.clone() };
    let receipt = Receipt { name, ..receipt };
    Ok(ContactUploaded { receipt, nobody_assigned: nobody_assigned(engine, by).await? })
}

/// Whether nobody looks after the contact's client, so that the firm's fallback is told of what they upload.
async fn nobody_assigned(engine: &Engine, by: &ContactAuthority) -> Result<bool, Error> {
    Ok(engine.store.assigned(by.firm, by.contact.contact.client).await?.is_empty())
}
