//! Uploading documents.

use std::sync::Arc;

use super::files::{StaffFiles, place_of};
use super::sharing::{Meant, meant_by, share_with};
use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::upload::{Announced, Started, receipt_again, room, settle_receipt, started_again, take_in};
use crate::engine::{Body, Call, Engine, Error, Operation};
use crate::files::{self, FilesRefusal, MediaType, Receipt, Received, Room, Upload, UploadInto, Wanted};
use crate::ports::store::Committed;
use crate::record::{Key, Whole};
use crate::sharing::{self, Ancestry, ShareRequest};
use crate::values::{ClientId, FileName, FolderId, NodeId, UploadId};

impl StaffFiles {
    /// Uploads a document into a folder. A name that is taken gets a number; the receipt tells which.
    ///
    /// # Errors
    /// Awaiting it: [`FilesRefusal`]; [`ErrorKind::Invalid`](crate::engine::ErrorKind::Invalid) when the body breaks off.
    pub fn upload(&self, folder: FolderId, name: FileName, body: impl Into<Body>) -> Call<Receipt, StaffUpload> {
        let announced = Announced { name, declared_type: None, announced_bytes: None };
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
        take_in(&engine, &caller, key, start, body, share.is_none(), move |upload, received| FinishUpload {
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
pub(super) struct StartUpload {
    pub(super) client: ClientId,
    pub(super) folder: FolderId,
    pub(super) announced: Announced,
    pub(super) share: Option<ShareRequest>,
}

impl Operate for StartUpload {
    const OPERATION: Operation = Operation::Upload;
    type By = StaffCaller;
    type Loaded = Starting;
    type Output = Started;

    async fn load(&self, engine: &Engine, by: &StaffAuthority) -> Result<Starting, Error> {
        meant_by_share(engine, by, self.client, self.share).await?;
        Starting::load(engine, by, self.client, self.folder.into()).await
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        starting: &Starting,
        context: &Context,
    ) -> Result<Decision<Whole, Started>, Error> {
        starting.decide(by, UploadInto::NewDocument(self.folder), &self.announced, context)
    }

    async fn replay(&self, engine: &Engine, by: &StaffAuthority, made: &[Key]) -> Result<Started, Error> {
        started_again(engine, by.firm, made).await
    }
}

/// What an upload that begins rests on.
pub(super) struct Starting {
    ancestry: Ancestry,
    room: Room,
}

impl Starting {
    pub(super) async fn load(
        engine: &Engine,
        by: &StaffAuthority,
        client: ClientId,
        node: NodeId,
    ) -> Result<Self, Error> {
        let ancestry = place_of(engine, by.firm, client, node).await?;
        let room = room(engine, by.firm, client, by.actor()).await?;
        Ok(Self { ancestry, room })
    }

    pub(super) fn decide(
        &self,
        by: &StaffAuthority,
        into: UploadInto,
        announced: &Announced,
        context: &Context,
    ) -> Result<Decision<Whole, Started>, Error> {
        files::refuse_settled(&self.ancestry)?;
        let wanted = Wanted {
            client: self.ancestry.client,
            into,
            name: &announced.name,
            declared_type: announced.declared_type.as_ref(),
            announced_bytes: announced.announced_bytes,
            room: &self.room,
            by: by.actor(),
        };
        Ok(files::start_upload(&wanted, context)?.map(|(upload, limit)| Started { upload, limit }).lift())
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

/// What an upload that becomes a document rests on.
pub(super) struct Finishing {
    pub(super) upload: Versioned<Upload>,
    ancestry: Ancestry,
    share: Option<(ShareRequest, Meant)>,
}

impl Finishing {
    pub(super) async fn load(
        engine: &Engine,
        by: &StaffAuthority,
        upload: Versioned<Upload>,
        folder: FolderId,
        share: Option<ShareRequest>,
    ) -> Result<Self, Error> {
        let client = upload.client;
        let ancestry = place_of(engine, by.firm, client, folder.into()).await?;
        Ok(Self { upload, ancestry, share: share.zip(meant_by_share(engine, by, client, share).await?) })
    }

    pub(super) fn decide(
        &self,
        by: &StaffAuthority,
        folder: FolderId,
        received: &Received,
        context: &Context,
    ) -> Result<Decision<Whole, Receipt>, Error> {
        let Self { upload, ancestry, share } = self;
        files::refuse_settled(ancestry)?;
        let above = ancestry.folders().collect();
        let Some((request, meant)) = share else {
            let finished = files::finish_upload(upload, folder, above, received, None, context).lift::<Whole>();
            return Ok(finished.expect(sharing::Key::Tree(upload.client).into(), ancestry.tree));
        };
        // The share changes the tree itself, and tells its audience of the document.
        let document = files::new_document(context);
        let below = ancestry.below(document.into(), &upload.name, Vec::new());
        let shared = share_with(request, meant, &below, by.actor(), context)?;
        let grant = shared.output.grant;
        let finished = files::finish_upload(upload, folder, above, received, Some(grant), context);
        Ok(finished.lift::<Whole>().and(shared))
    }
}

impl Operate for FinishUpload {
    const OPERATION: Operation = Operation::Upload;
    type By = StaffCaller;
    type Loaded = Finishing;
    type Output = Receipt;

    async fn load(&self, engine: &Engine, by: &StaffAuthority) -> Result<Finishing, Error> {
        let upload = engine.store.upload(by.firm, self.upload).await?.ok_or(FilesRefusal::UploadExpired)?;
        Finishing::load(engine, by, upload, self.folder, self.share).await
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        finishing: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, Receipt>, Error> {
        finishing.decide(by, self.folder, &self.received, context)
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
