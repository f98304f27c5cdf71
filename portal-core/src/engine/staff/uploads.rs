//! Uploading documents and versions of them.

use std::sync::Arc;

use super::files::{StaffFiles, ancestry_of};
use super::listing::below;
use super::sharing::audience_of;
use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::upload::{Announced, Started, take_in};
use crate::engine::{Body, Call, Engine, Error, Operation};
use crate::files::{self, FilesRefusal, MediaType, Receipt, Received, Upload, UploadInto};
use crate::ports::store::{Committed, DocumentRead};
use crate::record::{Key, Whole};
use crate::sharing::{self, Ancestry, ShareRequest};
use crate::values::{ClientId, DocumentId, FileName, FirmId, FolderId, UploadId};

impl StaffFiles {
    /// Uploads a document into a folder. A name that is taken gets a number; the receipt tells which.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal`]; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) when the body breaks off.
    pub fn upload(&self, folder: FolderId, name: FileName, body: impl Into<Body>) -> Call<Receipt, StaffUpload> {
        let upload = self.take(UploadInto::NewDocument(folder), name, body.into());
        Call::with(self.engine().clone(), upload)
    }

    /// Uploads a new version of a document, which keeps its name.
    ///
    /// # Errors
    /// As for [`Self::upload`].
    pub fn add_version(
        &self,
        document: DocumentId,
        name: FileName,
        body: impl Into<Body>,
    ) -> Call<Receipt, StaffVersion> {
        let upload = self.take(UploadInto::NewVersion(document), name, body.into());
        Call::with(self.engine().clone(), StaffVersion(upload))
    }

    fn take(&self, into: UploadInto, name: FileName, body: Body) -> StaffUpload {
        let announced = Announced { name, declared_type: None };
        StaffUpload { caller: self.staff.caller, client: self.client, into, announced, body, share: None }
    }
}

/// An upload by staff; see [`StaffFiles::upload`].
#[derive(Debug)]
pub struct StaffUpload {
    caller: StaffCaller,
    client: ClientId,
    into: UploadInto,
    announced: Announced,
    body: Body,
    share: Option<ShareRequest>,
}

impl Call<Receipt, StaffUpload> {
    /// Says what kind of file it is, as the browser declared it.
    pub fn declared_type(mut self, declared: Option<MediaType>) -> Self {
        self.operation.announced.declared_type = declared;
        self
    }

    /// Shares the document in the same go: those who are told of the share are not told of the upload too.
    pub fn share(mut self, request: ShareRequest) -> Self {
        self.operation.share = Some(request);
        self
    }
}

/// An upload of a new version by staff; see [`StaffFiles::add_version`].
#[derive(Debug)]
pub struct StaffVersion(StaffUpload);

impl Call<Receipt, StaffVersion> {
    /// Says what kind of file it is, as the browser declared it.
    pub fn declared_type(mut self, declared: Option<MediaType>) -> Self {
        self.operation.0.announced.declared_type = declared;
        self
    }
}

impl Perform for StaffVersion {
    type Output = Receipt;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<Receipt, Error> {
        self.0.perform(engine, key).await
    }
}

impl Perform for StaffUpload {
    type Output = Receipt;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<Receipt, Error> {
        let Self { caller, client, into, announced, body, share } = self;
        let start = StartUpload { client, into, announced: announced.clone(), share };
        take_in(&engine, &caller, key, start, body, move |upload, received| FinishUpload {
            upload: upload.id,
            client,
            into,
            announced,
            received,
            share,
        })
        .await
    }
}

#[derive(serde::Serialize)]
struct StartUpload {
    client: ClientId,
    into: UploadInto,
    announced: Announced,
    share: Option<ShareRequest>,
}

impl Operate for StartUpload {
    const OPERATION: Operation = Operation::Upload;
    type By = StaffCaller;
    type Loaded = (Ancestry, u64);
    type Output = Started;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<(Ancestry, u64), Error> {
        let ancestry = ancestry_of(engine, authority.firm, self.client, self.into.node()).await?;
        readers_of(engine, authority.firm, self.client, self.share).await?;
        let firm = super::firm(engine, authority.firm).await?;
        Ok((ancestry, firm.settings.max_upload_bytes))
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        (ancestry, limit_bytes): &(Ancestry, u64),
        context: &Context,
    ) -> Result<Decision<Whole, Started>, Error> {
        if ancestry.trashed() {
            return Err(FilesRefusal::InTrash.into());
        }
        let Announced { name, declared_type } = &self.announced;
        let started = files::start_upload(self.client, self.into, name, declared_type.as_ref(), by.actor(), context);
        Ok(started.map(|upload| Started { upload, limit_bytes: *limit_bytes }).lift())
    }
}

#[derive(serde::Serialize)]
struct FinishUpload {
    /// Each try has an upload of its own, so it is no part of what is asked.
    #[serde(skip)]
    upload: UploadId,
    client: ClientId,
    into: UploadInto,
    announced: Announced,
    received: Received,
    share: Option<ShareRequest>,
}

struct Finishing {
    upload: Versioned<Upload>,
    ancestry: Ancestry,
    document: Option<DocumentRead>,
}

impl Operate for FinishUpload {
    const OPERATION: Operation = Operation::Upload;
    type By = StaffCaller;
    type Loaded = Finishing;
    type Output = Receipt;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Finishing, Error> {
        let upload = engine.store.upload(authority.firm, self.upload).await?;
        let document = match self.into {
            UploadInto::NewDocument(_) => None,
            UploadInto::NewVersion(document) => engine.store.document(authority.firm, document).await?,
        };
        readers_of(engine, authority.firm, self.client, self.share).await?;
        Ok(Finishing {
            upload: upload.ok_or(FilesRefusal::UploadExpired)?,
            ancestry: ancestry_of(engine, authority.firm, self.client, self.into.node()).await?,
            document,
        })
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        loaded: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, Receipt>, Error> {
        let Finishing { upload, ancestry, document } = loaded;
        if ancestry.trashed() {
            return Err(FilesRefusal::InTrash.into());
        }
        let rests_on_tree =
            |decision: Decision<Whole, Receipt>| decision.expect(sharing::Key::Tree(self.client).into(), ancestry.tree);
        match (self.into, document, &self.share) {
            (UploadInto::NewVersion(_), Some(read), _) => {
                let finished = files::finish_version(upload, &read.document, self.received, context)?;
                Ok(rests_on_tree(finished.lift()))
            }
            (UploadInto::NewVersion(_), None, _) => Err(Error::NotFound),
            (UploadInto::NewDocument(folder), _, None) => {
                Ok(rests_on_tree(files::finish_upload(upload, folder, self.received, true, context).lift()))
            }
            (UploadInto::NewDocument(folder), _, Some(request)) => {
                // The share changes the tree itself, and its mail stands for the upload's.
                let finished = files::finish_upload(upload, folder, self.received, false, context);
                let document = finished.output.document.into();
                let below = below(ancestry, document, &self.announced.name, Vec::new());
                let shared = sharing::share(request, &below, by.actor(), context)?;
                Ok(finished.lift::<Whole>().and(shared.lift()))
            }
        }
    }

    fn settle(output: Receipt, committed: &Committed) -> Receipt {
        settle_receipt(output, committed)
    }

    async fn replay(&self, engine: &Engine, authority: &StaffAuthority, made: &[Key]) -> Result<Receipt, Error> {
        receipt_again(engine, authority.firm, made).await
    }
}

/// Whoever a document is shared with as it is uploaded is one of that very client, as in any other sharing.
async fn readers_of(engine: &Engine, firm: FirmId, client: ClientId, share: Option<ShareRequest>) -> Result<(), Error> {
    match share {
        Some(request) => audience_of(engine, firm, client, request.audience).await.map(|_| ()),
        None => Ok(()),
    }
}

/// The receipt with the name that the document got.
pub(in crate::engine) fn settle_receipt(receipt: Receipt, committed: &Committed) -> Receipt {
    match committed.settled_name(files::Key::Document(receipt.document).into()) {
        Some(name) => Receipt { name: name.clone(), ..receipt },
        None => receipt,
    }
}

/// The receipt of an upload that was finished before.
pub(in crate::engine) async fn receipt_again(engine: &Engine, firm: FirmId, made: &[Key]) -> Result<Receipt, Error> {
    let [Key::Files(files::Key::Document(document)), Key::Files(files::Key::Version(version))] = made else {
        return Err(Error::corrupt("the outcome of an upload"));
    };
    let read = engine.store.document(firm, *document).await?.ok_or(Error::NotFound)?;
    let version = engine.store.version(firm, *version).await?.ok_or(Error::NotFound)?;
    Ok(Receipt::of(&version, &read.document.place.name))
}
