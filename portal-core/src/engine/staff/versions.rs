//! Uploading versions of documents.

use std::sync::Arc;

use super::files::{StaffFiles, ancestry_of};
use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::upload::{Announced, Started, receipt_again, settle_receipt, take_in};
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
        let announced = Announced { name, declared_type: None };
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
        take_in(&engine, &caller, key, start, body, move |upload, received| FinishVersion {
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
struct StartVersion {
    client: ClientId,
    document: DocumentId,
    announced: Announced,
}

impl Operate for StartVersion {
    const OPERATION: Operation = Operation::AddVersion;
    type By = StaffCaller;
    type Loaded = (Ancestry, u64);
    type Output = Started;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<(Ancestry, u64), Error> {
        let ancestry = ancestry_of(engine, authority.firm, self.client, self.document.into()).await?;
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
        let into = UploadInto::NewVersion(self.document);
        let started = files::start_upload(self.client, into, name, declared_type.as_ref(), by.actor(), context);
        Ok(started.map(|upload| Started { upload, limit_bytes: *limit_bytes }).lift())
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

struct Finishing {
    upload: Versioned<Upload>,
    ancestry: Ancestry,
    document: DocumentRead,
}

impl Operate for FinishVersion {
    const OPERATION: Operation = Operation::AddVersion;
    type By = StaffCaller;
    type Loaded = Finishing;
    type Output = Receipt;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Finishing, Error> {
        let upload = engine.store.upload(authority.firm, self.upload).await?;
        let document = engine.store.document(authority.firm, self.document).await?;
        Ok(Finishing {
            upload: upload.ok_or(FilesRefusal::UploadExpired)?,
            ancestry: ancestry_of(engine, authority.firm, self.client, self.document.into()).await?,
            document: document.ok_or(Error::NotFound)?,
        })
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        Finishing { upload, ancestry, document }: &Finishing,
        context: &Context,
    ) -> Result<Decision<Whole, Receipt>, Error> {
        if ancestry.trashed() {
            return Err(FilesRefusal::InTrash.into());
        }
        let finished = files::finish_version(upload, &document.document, self.received, context)?;
        Ok(finished.lift::<Whole>().expect(sharing::Key::Tree(self.client).into(), ancestry.tree))
    }

    fn settle(output: Receipt, committed: &Committed) -> Receipt {
        settle_receipt(output, committed)
    }

    async fn replay(&self, engine: &Engine, authority: &StaffAuthority, made: &[Key]) -> Result<Receipt, Error> {
        receipt_again(engine, authority.firm, made).await
    }
}
