//! Staff's uploads that can be resumed: begun, gone on with from wherever they are, finished or given up.

use std::sync::Arc;

use super::files::{StaffFiles, place_of};
use super::uploads::StartUpload;
use super::versions::StartVersion;
use super::{uploads, versions};
use crate::change::{Context, Decision};
use crate::engine::call::Perform;
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::restriction::About;
use crate::engine::run::{Operate, run};
use crate::engine::upload::{
    Announced, GiveUp, Own, UploadProgress, Uploader, Waiting, finish, progress, receipt_again, received, resume,
    settle_receipt, under_way,
};
use crate::engine::{Body, Call, Engine, Error, Operation};
use crate::files::{self, MediaType, Receipt, Scan, Upload, UploadInto};
use crate::ports::store::Committed;
use crate::record::{Key, Whole};
use crate::sharing::ShareRequest;
use crate::values::{DocumentId, FileName, FolderId, MemberId, UploadId};

/// A member's uploads at a client that can be resumed: what has come is kept for three days after its last byte.
#[derive(Debug, Clone)]
pub struct StaffUploads {
    files: StaffFiles,
}

impl StaffFiles {
    /// The member's own uploads at this client that can be resumed.
    pub fn uploads(&self) -> StaffUploads {
        StaffUploads { files: self.clone() }
    }
}

impl StaffUploads {
    /// Begins an upload of a file of `size_bytes` into a folder. No byte has come yet.
    ///
    /// # Errors
    /// Awaiting it: as for [`StaffFiles::upload`]; [`FilesRefusal::TooManyUploads`](files::FilesRefusal::TooManyUploads).
    pub fn begin(&self, folder: FolderId, name: FileName, size_bytes: u64) -> Call<UploadProgress, BeginStaffUpload> {
        self.begin_into(UploadInto::NewDocument(folder), name, size_bytes)
    }

    /// Begins an upload of a new version of a document, which keeps its name.
    ///
    /// # Errors
    /// As for [`Self::begin`].
    pub fn begin_version(
        &self,
        document: DocumentId,
        name: FileName,
        size_bytes: u64,
    ) -> Call<UploadProgress, BeginStaffUpload> {
        self.begin_into(UploadInto::NewVersion(document), name, size_bytes)
    }

    fn begin_into(&self, into: UploadInto, name: FileName, size_bytes: u64) -> Call<UploadProgress, BeginStaffUpload> {
        let announced = Announced { name, declared_type: None, announced_bytes: Some(size_bytes) };
        let begin = BeginStaffUpload { files: self.files.clone(), into, announced };
        Call::with(self.files.engine().clone(), begin)
    }

    /// Takes in the bytes that follow the first `from`. When the body ends or breaks off before the file is whole, what came is
    /// kept; a call that is dropped may lose the last 20 MB of it.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when they have no such upload here;
    /// [`FilesRefusal::WrongOffset`](files::FilesRefusal::WrongOffset) says from where to go on; [`FilesRefusal::UploadContested`](files::FilesRefusal::UploadContested) when it was gone on with from
    /// elsewhere meanwhile; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) when the body broke off.
    pub async fn resume(
        &self,
        upload: UploadId,
        from: u64,
        body: impl Into<Body> + Send,
    ) -> Result<UploadProgress, Error> {
        resume(self.files.engine(), &self.caller(), self.own(upload), from, body.into()).await
    }

    /// Makes a document or version of an upload that is whole: once, however often it is asked for.
    ///
    /// # Errors
    /// Awaiting it: as for [`StaffFiles::upload`]; [`FilesRefusal::Incomplete`](files::FilesRefusal::Incomplete) while bytes are missing.
    pub fn finish(&self, upload: UploadId) -> Call<Receipt, FinishStaffUpload> {
        let finish = FinishStaffUpload { caller: self.caller(), own: self.own(upload), share: None };
        Call::with(self.files.engine().clone(), finish)
    }

    /// Gives an upload up; what has come of it goes.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when they have no such upload here.
    pub fn give_up(&self, upload: UploadId) -> Call<()> {
        self.files.staff.call(GiveUp { own: self.own(upload), caller: self.caller() })
    }

    /// The uploads that are under way and can be resumed, the latest first.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such client.
    pub async fn list(&self) -> Result<Vec<UploadProgress>, Error> {
        let authority = self.files.staff.authorize(Operation::ListUploads).await?;
        super::client(self.files.engine(), authority.firm, self.files.client).await?;
        under_way(self.files.engine(), &self.caller(), self.files.client).await
    }

    /// One of them: how far it has come.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when they have no such upload here.
    pub async fn progress(&self, upload: UploadId) -> Result<UploadProgress, Error> {
        progress(self.files.engine(), &self.caller(), self.own(upload)).await
    }

    fn caller(&self) -> StaffCaller {
        self.files.staff.caller
    }

    fn own(&self, upload: UploadId) -> Own {
        Own { client: Some(self.files.client), upload }
    }
}

impl Uploader for StaffCaller {
    const RESUME: Operation = Operation::ResumeUpload;
    const GIVE_UP: Operation = Operation::GiveUpUpload;

    async fn may_go_on(engine: &Engine, by: &StaffAuthority, upload: &Upload) -> Result<(), Error> {
        let ancestry = place_of(engine, by.firm, upload.client, upload.into.node()).await?;
        Ok(files::refuse_settled(&ancestry)?)
    }
}

/// An upload by staff that begins; see [`StaffUploads::begin`].
#[derive(Debug)]
pub struct BeginStaffUpload {
    files: StaffFiles,
    into: UploadInto,
    announced: Announced,
}

impl Call<UploadProgress, BeginStaffUpload> {
    /// Says what kind of file it is, as the browser declared it.
    pub fn declared_type(mut self, declared: Option<MediaType>) -> Self {
        self.operation.announced.declared_type = declared;
        self
    }
}

impl Perform for BeginStaffUpload {
    type Output = UploadProgress;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<UploadProgress, Error> {
        let Self { files, into, announced } = self;
        let (caller, client) = (files.staff.caller, files.client);
        let started = match into {
            UploadInto::NewDocument(folder) => {
                run(&engine, &caller, key, &StartUpload { client, folder, announced, share: None }).await?
            }
            UploadInto::NewVersion(document) => {
                run(&engine, &caller, key, &StartVersion { client, document, announced }).await?
            }
        };
        UploadProgress::of(started.upload).ok_or(Error::NotFound)
    }
}

/// An upload by staff that is to become a document or version; see [`StaffUploads::finish`].
#[derive(Debug)]
pub struct FinishStaffUpload {
    caller: StaffCaller,
    own: Own,
    share: Option<ShareRequest>,
}

impl Call<Receipt, FinishStaffUpload> {
    /// Shares the document in the same go, as an upload in one go does. A version is shared as its document is, and this says
    /// nothing of it.
    pub fn share(mut self, request: ShareRequest) -> Self {
        self.operation.share = Some(request);
        self
    }
}

impl Perform for FinishStaffUpload {
    type Output = Receipt;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<Receipt, Error> {
        let Self { caller, own, share } = self;
        finish(&engine, &caller, own, key, share.is_none(), |scan| FinishResumed { own, caller, share, scan }).await
    }
}

#[derive(serde::Serialize)]
struct FinishResumed {
    own: Own,
    #[serde(skip)]
    caller: StaffCaller,
    share: Option<ShareRequest>,
    #[serde(skip)]
    scan: Scan,
}

enum Finishing {
    Document(FolderId, uploads::Finishing),
    Version(versions::Finishing),
}

/// Finishes an upload that waited for the scanner in the name of the member, who is not here any more.
pub(crate) async fn finish_waiting(engine: &Engine, waiting: Waiting, member: MemberId) -> Result<(), Error> {
    let caller = StaffCaller { firm: waiting.firm, member, about: About::Client(waiting.client) };
    let own = Own { client: Some(waiting.client), upload: waiting.upload };
    let finish = FinishResumed { own, caller, share: None, scan: waiting.scan };
    run(engine, &caller, Some(waiting.command()), &finish).await.map(drop)
}

impl Operate for FinishResumed {
    const OPERATION: Operation = Operation::ResumeUpload;
    type By = StaffCaller;
    type Loaded = Finishing;
    type Output = Receipt;

    async fn load(&self, engine: &Engine, by: &StaffAuthority) -> Result<Finishing, Error> {
        let upload = self.own.find(engine, &self.caller).await?;
        Ok(match upload.into {
            UploadInto::NewDocument(folder) => {
                Finishing::Document(folder, uploads::Finishing::load(engine, by, upload, folder, self.share).await?)
            }
            UploadInto::NewVersion(document) => {
                Finishing::Version(versions::Finishing::load(engine, by, upload, document).await?)
            }
        })
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        finishing: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, Receipt>, Error> {
        match finishing {
            Finishing::Document(folder, finishing) => {
                finishing.decide(by, *folder, &received(&finishing.upload, self.scan)?, context)
            }
            Finishing::Version(finishing) => finishing.decide(&received(&finishing.upload, self.scan)?, context),
        }
    }

    fn settle(output: Receipt, committed: &Committed) -> Receipt {
        settle_receipt(output, committed)
    }

    async fn replay(&self, engine: &Engine, by: &StaffAuthority, made: &[Key]) -> Result<Receipt, Error> {
        receipt_again(engine, by.firm, made).await
    }
}
