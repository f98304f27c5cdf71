//! Uploads that come to nothing.

use crate::change::{Context, Decision, Versioned};
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::event::Keyspace;
use crate::files::{self, Upload};
use crate::record::Whole;
use crate::values::{FirmId, UploadId};

/// Gives an upload up: from then on it cannot become a document, and its bytes are condemned.
pub(super) async fn condemn(engine: &Engine, firm: FirmId, upload: UploadId) -> Result<(), Error> {
    run(engine, &WorkerCaller { keyspace: Keyspace::Firm(firm) }, None, &CondemnUpload { firm, upload }).await
}

#[derive(serde::Serialize)]
struct CondemnUpload {
    firm: FirmId,
    upload: UploadId,
}

impl Operate for CondemnUpload {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Option<Versioned<Upload>>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Self::Loaded, Error> {
        Ok(engine.store.upload(self.firm, self.upload).await?)
    }

    fn decide(&self, _: &Unguarded, upload: &Self::Loaded, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(upload.as_ref().map_or(Decision::nothing(()), |upload| files::condemn_upload(upload, context).lift()))
    }
}
