//! A contact's uploads that can be resumed: begun, gone on with from wherever they are, finished or given up.

use std::sync::Arc;

use super::ContactFiles;
use super::caller::{ContactAuthority, ContactCaller};
use super::uploads::{ContactUploaded, Finishing, StartUpload, refuse_view_only, settled, uploadable, uploaded_again};
use crate::change::{Context, Decision};
use crate::engine::call::Perform;
use crate::engine::run::{Operate, run};
use crate::engine::upload::{
    Announced, GiveUp, Own, UploadProgress, Uploader, Waiting, finish, progress, received, resume, under_way,
};
use crate::engine::{Body, Call, Engine, Error, Operation};
use crate::files::{MediaType, Scan, Upload, UploadInto};
use crate::ports::store::Committed;
use crate::record::{Key, Whole};
use crate::values::{ContactId, FileName, FolderId, UploadId};

/// A contact's uploads that can be resumed.
///
/// Whoever was cut off asks how far the upload came and goes on from there, from the same device or through another node: what
/// has come is kept for three days after its last byte.
///
/// # Examples
/// ```no_run
/// # use portal_core::values::FileName;
/// # async fn go_on(ana: portal_core::ContactHandle, folder: portal_core::values::FolderId) -> Result<(), Box<dyn std::error::Error>> {
/// let uploads = ana.files().uploads();
/// let begun = uploads.begin(folder, FileName::new("w2.pdf")?, 10).await?;
/// uploads.resume(begun.id, 0, "first").await?;
/// // … the line broke; later:
/// let begun = uploads.list().await?.remove(0);
/// uploads.resume(begun.id, begun.taken_bytes, "other").await?;
/// let receipt = uploads.finish(begun.id).await?.receipt;
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct ContactUploads {
    files: ContactFiles,
}

impl ContactFiles {
    /// The contact's uploads that can be resumed.
    pub fn uploads(&self) -> ContactUploads {
        ContactUploads { files: self.clone() }
    }
}

impl ContactUploads {
    /// Begins an upload of a file of `size_bytes` into a shared folder. No byte has come yet.
    ///
    /// # Errors
    /// Awaiting it: as for [`ContactFiles::upload`]; [`FilesRefusal::TooManyUploads`](crate::files::FilesRefusal::TooManyUploads).
    pub fn begin(&self, folder: FolderId, name: FileName, size_bytes: u64) -> Call<UploadProgress, BeginContactUpload> {
        let announced = Announced { name, declared_type: None, announced_bytes: Some(size_bytes) };
        let begin = BeginContactUpload { caller: self.caller().clone(), start: StartUpload { folder, announced } };
        Call::with(self.engine().clone(), begin)
    }

    /// Takes in the bytes that follow the first `from`. When the body ends or breaks off before the file is whole, what came is
    /// kept; a call that is dropped may lose the last 20 MB of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when they have no such upload, or may not upload there any
    /// more; [`FilesRefusal::WrongOffset`](crate::files::FilesRefusal::WrongOffset) says from where to go on;
    /// [`FilesRefusal::UploadContested`](crate::files::FilesRefusal::UploadContested) when it was gone on with from elsewhere
    /// meanwhile; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) when the body broke off.
    pub async fn resume(
        &self,
        upload: UploadId,
        from: u64,
        body: impl Into<Body> + Send,
    ) -> Result<UploadProgress, Error> {
        resume(self.engine(), self.caller(), own(upload), from, body.into()).await
    }

    /// Makes a document of an upload that is whole: once, however often it is asked for.
    ///
    /// # Errors
    /// Awaiting it: as for [`ContactFiles::upload`]; [`FilesRefusal::Incomplete`](crate::files::FilesRefusal::Incomplete) while
    /// bytes are missing.
    pub fn finish(&self, upload: UploadId) -> Call<ContactUploaded, FinishContactUpload> {
        let finish = FinishContactUpload { caller: self.caller().clone(), upload };
        Call::with(self.engine().clone(), finish)
    }

    /// Gives an upload up; what has come of it goes.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when they have no such upload.
    pub fn give_up(&self, upload: UploadId) -> Call<()> {
        let operation = GiveUp { own: own(upload), caller: self.caller().clone() };
        Call::plain(self.engine().clone(), self.caller().clone(), operation)
    }

    /// The uploads that are under way and can be resumed, the latest first.
    ///
    /// # Errors
    /// As for [`ContactHandle::me`](super::ContactHandle::me).
    pub async fn list(&self) -> Result<Vec<UploadProgress>, Error> {
        let authority = self.files.handle.authorize(Operation::ContactListUploads).await?;
        under_way(self.engine(), self.caller(), authority.contact.contact.client).await
    }

    /// One of them: how far it has come.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when they have no such upload.
    pub async fn progress(&self, upload: UploadId) -> Result<UploadProgress, Error> {
        progress(self.engine(), self.caller(), own(upload)).await
    }

    fn engine(&self) -> &Arc<Engine> {
        &self.files.handle.engine
    }

    fn caller(&self) -> &ContactCaller {
        &self.files.handle.caller
    }
}

/// A contact has one client.
const fn own(upload: UploadId) -> Own {
    Own { client: None, upload }
}

impl Uploader for ContactCaller {
    const RESUME: Operation = Operation::ContactResumeUpload;
    const GIVE_UP: Operation = Operation::ContactGiveUpUpload;

    async fn may_go_on(engine: &Engine, by: &ContactAuthority, upload: &Upload) -> Result<(), Error> {
        let ancestry = uploadable(engine, by, folder_of(upload)?).await?;
        refuse_view_only(by, &ancestry, engine.clock.now()).map(drop)
    }
}

/// Contacts make new documents, and never versions.
fn folder_of(upload: &Upload) -> Result<FolderId, Error> {
    match upload.into {
        UploadInto::NewDocument(folder) => Ok(folder),
        UploadInto::NewVersion(_) => Err(Error::NotFound),
    }
}

/// An upload by a contact that begins; see [`ContactUploads::begin`].
pub struct BeginContactUpload {
    caller: ContactCaller,
    start: StartUpload,
}

impl std::fmt::Debug for BeginContactUpload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BeginContactUpload").finish_non_exhaustive()
    }
}

impl Call<UploadProgress, BeginContactUpload> {
    /// Says what kind of file it is, as the browser declared it.
    pub fn declared_type(mut self, declared: Option<MediaType>) -> Self {
        self.operation.start.announced.declared_type = declared;
        self
    }
}

impl Perform for BeginContactUpload {
    type Output = UploadProgress;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<UploadProgress, Error> {
        let started = run(&engine, &self.caller, key, &self.start).await?;
        UploadProgress::of(started.upload).ok_or(Error::NotFound)
    }
}

/// An upload by a contact that is to become a document; see [`ContactUploads::finish`].
#[derive(Debug)]
pub struct FinishContactUpload {
    caller: ContactCaller,
    upload: UploadId,
}

impl Perform for FinishContactUpload {
    type Output = ContactUploaded;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<ContactUploaded, Error> {
        let Self { caller, upload } = self;
        finish(&engine, &caller, own(upload), key, true, |scan| FinishResumed { upload, caller: caller.clone(), scan })
            .await
    }
}

#[derive(serde::Serialize)]
struct FinishResumed {
    upload: UploadId,
    #[serde(skip)]
    caller: ContactCaller,
    #[serde(skip)]
    scan: Scan,
}

/// Finishes an upload that waited for the scanner in the name of the contact, who is not here any more.
pub(crate) async fn finish_waiting(engine: &Engine, waiting: Waiting, contact: ContactId) -> Result<(), Error> {
    let caller = ContactCaller::of_earlier_upload(waiting.firm, contact);
    let finish = FinishResumed { upload: waiting.upload, caller: caller.clone(), scan: waiting.scan };
    run(engine, &caller, Some(waiting.command()), &finish).await.map(drop)
}

impl Operate for FinishResumed {
    const OPERATION: Operation = Operation::ContactResumeUpload;
    type By = ContactCaller;
    type Loaded = Finishing;
    type Output = ContactUploaded;

    async fn load(&self, engine: &Engine, by: &ContactAuthority) -> Result<Finishing, Error> {
        let upload = own(self.upload).find(engine, &self.caller).await?;
        let folder = folder_of(&upload)?;
        Finishing::load(engine, by, upload, folder).await
    }

    fn decide(
        &self,
        by: &ContactAuthority,
        finishing: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, ContactUploaded>, Error> {
        let upload = finishing.upload();
        finishing.decide(by, folder_of(upload)?, &received(upload, self.scan)?, context)
    }

    fn settle(output: ContactUploaded, committed: &Committed) -> ContactUploaded {
        settled(output, committed)
    }

    async fn replay(&self, engine: &Engine, by: &ContactAuthority, made: &[Key]) -> Result<ContactUploaded, Error> {
        uploaded_again(engine, by, made).await
    }
}
