//! Uploading documents.

use std::sync::Arc;

use super::files::{StaffFiles, ancestry_of};
use super::sharing::{Meant, meant_by, share_with};
use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::upload::{Announced, Started, receipt_again, settle_receipt, take_in};
use crate::engine::{Body, Call, Engine, Error, Operation};
use crate::files::{self, FilesRefusal, MediaType, Receipt, Received, Upload, UploadInto};
use crate::ports::store::Committed;
use crate::record::{Key, Whole};
use crate::sharing::{self, Ancestry, ShareRequest};
use crate::values::{ClientId, FileName, FolderId, UploadId};

impl StaffFiles {
    /// Uploads a document into a folder. A name that is taken gets a number; the receipt tells which.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal`]; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) when the body breaks off.
    pub fn upload(&self, folder: FolderId, name: FileName, body: impl Into<Body>) -> Call<Receipt, StaffUpload> {
        let announced = Announced { name, declared_type: None };
        let (caller, client) = (self.staff.caller, self.client);
        let upload = StaffUpload { caller, client, folder, announced, body: body.into(), share: None };
        Call::with(self.engine().clone(), upload)
    }
}

/// An upload by staff; see [`StaffFiles::upload`].
#[derive(Debug)]
pub struct StaffUpload {
    caller: StaffCaller,
    client: ClientId,
    folder: FolderId,
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

    /// Shares the document in the same go. Whoever sees it by that share alone is not told of the upload: they are told of
    /// the share, if that is to be told, and otherwise of nothing.
    pub fn share(mut self, request: ShareRequest) -> Self {
        self.operation.share = Some(request);
        self
    }
}

impl Perform for StaffUpload {
    type Output = Receipt;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<Receipt, Error> {
        let Self { caller, client, folder, announced, body, share } = self;
        let start = StartUpload { client, folder, announced: announced.clone(), share };
        take_in(&engine, &caller, key, start, body, move |upload, received| FinishUpload {
            upload: upload.id,
            client,
            folder,
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
    folder: FolderId,
    announced: Announced,
    share: Option<ShareRequest>,
}

impl Operate for StartUpload {
    const OPERATION: Operation = Operation::Upload;
    type By = StaffCaller;
    type Loaded = (Ancestry, u64);
    type Output = Started;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<(Ancestry, u64), Error> {
        let ancestry = ancestry_of(engine, authority.firm, self.client, self.folder.into()).await?;
        meant_by_share(engine, authority, self.client, self.share).await?;
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
        let into = UploadInto::NewDocument(self.folder);
        let started = files::start_upload(self.client, into, name, declared_type.as_ref(), by.actor(), context);
        Ok(started.map(|upload| Started { upload, limit_bytes: *limit_bytes }).lift())
    }
}

#[derive(serde::Serialize)]
struct FinishUpload {
    /// Each try has an upload of its own, so it is no part of what is asked.
    #[serde(skip)]
    upload: UploadId,
    client: ClientId,
    folder: FolderId,
    announced: Announced,
    received: Received,
    share: Option<ShareRequest>,
}

struct Finishing {
    upload: Versioned<Upload>,
    ancestry: Ancestry,
    meant: Option<Meant>,
}

impl Operate for FinishUpload {
    const OPERATION: Operation = Operation::Upload;
    type By = StaffCaller;
    type Loaded = Finishing;
    type Output = Receipt;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Finishing, Error> {
        let upload = engine.store.upload(authority.firm, self.upload).await?;
        Ok(Finishing {
            upload: upload.ok_or(FilesRefusal::UploadExpired)?,
            ancestry: ancestry_of(engine, authority.firm, self.client, self.folder.into()).await?,
            meant: meant_by_share(engine, authority, self.client, self.share).await?,
        })
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        Finishing { upload, ancestry, meant }: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, Receipt>, Error> {
        if ancestry.trashed() {
            return Err(FilesRefusal::InTrash.into());
        }
        let (Some(request), Some(meant)) = (&self.share, meant) else {
            let finished = files::finish_upload(upload, self.folder, self.received, None, context).lift::<Whole>();
            return Ok(finished.expect(sharing::Key::Tree(self.client).into(), ancestry.tree));
        };
        // The share changes the tree itself, and tells its audience of the document.
        let document = files::new_document(context);
        let below = ancestry.below(document.into(), &self.announced.name, Vec::new());
        let shared = share_with(request, meant, &below, by.actor(), context)?;
        let grant = shared.output.grant;
        let finished = files::finish_upload(upload, self.folder, self.received, Some(grant), context);
        Ok(finished.lift::<Whole>().and(shared))
    }

    fn settle(output: Receipt, committed: &Committed) -> Receipt {
        settle_receipt(output, committed)
    }

    async fn replay(&self, engine: &Engine, authority: &StaffAuthority, made: &[Key]) -> Result<Receipt, Error> {
        receipt_again(engine, authority.firm, made).await
    }
}

/// Whom a share is meant for that comes with an upload; it takes the right to share, as any other does.
async fn meant_by_share(
    engine: &Engine,
    by: &StaffAuthority,
    client: ClientId,
    share: Option<ShareRequest>,
) -> Result<Option<Meant>, Error> {
    let Some(request) = share else { return Ok(None) };
    by.may(Operation::Share)?;
    meant_by(engine, by.firm, client, request.audience).await.map(Some)
}
