//! Uploading versions of documents.

use std::sync::Arc;

use super::files::{StaffFiles, place_of};
use super::uploads::Starting;
use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::upload::{Announced, Started, receipt_again, settle_receipt, started_again, take_in};
use crate::engine::{Body, Call, Engine, Error, Operation};
use crate::files::{self, FilesRefusal, MediaType, Receipt, Received, Upload, UploadInto};
use crate::ports::store::{Committed, DocumentRead};
use crate::record::{Key, Whole};
use crate::sharing::{self, Ancestry};
use crate::values::{ClientId, DocumentId, FileName, UploadId};

impl StaffFiles {
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
        let announced = Announced { name, declared_type: None, announced_bytes: None };
        let (caller, client) = (self.staff.caller, self.client);
        let version = StaffVersion { caller, client, document, announced, body: body.into() };
        Call::with(self.engine().clone(), version)
    }
}

/// An upload of a new version by staff; see [`StaffFiles::add_version`].
#[derive(Debug)]
pub struct StaffVersion {
    caller: StaffCaller,
    client: ClientId,
    document: DocumentId,
    announced: Announced,
    body: Body,
}

impl Call<Receipt, StaffVersion> {
    /// Says what kind of file it is, as the browser declared it.
    pub fn declared_type(mut self, declared: Option<MediaType>) -> Self {
        self.operation.announced.declared_type = declared;
        self
    }
}

impl Perform for StaffVersion {
    type Output = Receipt;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<Receipt, Error> {
        let Self { caller, client, document, announced, body } = self;
        let start = StartVersion { client, document, announced: announced.clone() };
        take_in(&engine, &caller, key, start, body, true, move |upload, received| FinishVersion {
            upload: upload.id,
            client,
            document,
            announced,
            received,
        })
        .await
    }
}

#[derive(serde::Serialize)]
pub(super) struct StartVersion {
    pub(super) client: ClientId,
    pub(super) document: DocumentId,
    pub(super) announced: Announced,
}

impl Operate for StartVersion {
    const OPERATION: Operation = Operation::AddVersion;
    type By = StaffCaller;
    type Loaded = Starting;
    type Output = Started;

    async fn load(&self, engine: &Engine, by: &StaffAuthority) -> Result<Starting, Error> {
        Starting::load(engine, by, self.client, self.document.into()).await
    }

    fn decide(
        &self,
        by: &StaffAuthority,
        starting: &Starting,
        context: &Context,
    ) -> Result<Decision<Whole, Started>, Error> {
        starting.decide(by, UploadInto::NewVersion(self.document), &self.announced, context)
    }

    async fn replay(&self, engine: &Engine, by: &StaffAuthority, made: &[Key]) -> Result<Started, Error> {
        started_again(engine, by.firm, made).await
    }
}

#[derive(serde::Serialize)]
struct FinishVersion {
    /// Each try has an upload of its own, so it is no part of what is asked.
    #[serde(skip)]
    upload: UploadId,
    client: ClientId,
    document: DocumentId,
    announced: Announced,
    received: Received,
}

/// What an upload that becomes a version rests on.
pub(super) struct Finishing {
    pub(super) upload: Versioned<Upload>,
    ancestry: Ancestry,
    document: DocumentRead,
}

impl Finishing {
    pub(super) async fn load(
        engine: &Engine,
        by: &StaffAuthority,
        upload: Versioned<Upload>,
        document: DocumentId,
    ) -> Result<Self, Error> {
        let ancestry = place_of(engine, by.firm, upload.client, document.into()).await?;
        let document = engine.store.document(by.firm, document).await?.ok_or(Error::NotFound)?;
        Ok(Self { upload, ancestry, document })
    }

    pub(super) fn decide(&self, received: &Received, context: &Context) -> Result<Decision<Whole, Receipt>, Error> {
        let Self { upload, ancestry, document } = self;
        files::refuse_settled(ancestry)?;
        let finished =
            files::finish_version(upload, &document.document, ancestry.folders().skip(1).collect(), received, context)?;
        Ok(finished.lift::<Whole>().expect(sharing::Key::Tree(upload.client).into(), ancestry.tree))
    }
}

impl Operate for FinishVersion {
    const OPERATION: Operation = Operation::AddVersion;
    type By = StaffCaller;
    type Loaded = Finishing;
    type Output = Receipt;

    async fn load(&self, engine: &Engine, by: &StaffAuthority) -> Result<Finishing, Error> {
        let upload = engine.store.upload(by.firm, self.upload).await?.ok_or(FilesRefusal::UploadExpired)?;
        Finishing::load(engine, by, upload, self.document).await
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        finishing: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, Receipt>, Error> {
        finishing.decide(&self.received, context)
    }

    fn settle(output: Receipt, committed: &Committed) -> Receipt {
        settle_receipt(output, committed)
    }

    async fn replay(&self, engine: &Engine, authority: &StaffAuthority, made: &[Key]) -> Result<Receipt, Error> {
        receipt_again(engine, authority.firm, made).await
    }
}
