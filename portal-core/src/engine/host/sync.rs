//! The host's own lists, brought in again and again.

use std::sync::Arc;

use crate::directory::ImportRow;
use crate::engine::caller::{Caller as _, HostCaller};
use crate::engine::import::{ImportReport, import, preview};
use crate::engine::{Call, Engine, Error, Operation};
use crate::values::FirmId;

/// The host's own lists of a firm's clients and contacts.
#[derive(Debug, Clone)]
pub struct HostSync {
    engine: Arc<Engine>,
    caller: HostCaller,
}

impl HostSync {
    pub(super) fn new(engine: Arc<Engine>, firm: FirmId) -> Self {
        Self { engine, caller: HostCaller { firm } }
    }

    /// Makes clients and contacts, or changes them, until they are as the rows say; found by the host's ids, what says the same
    /// already is neither written nor noted. One row is enough, and so are all that the host has: the order does not matter,
    /// since clients come before contacts.
    ///
    /// Rows are written 50 a commit. One that is refused holds up no other. What breaks off is run again, and goes on. Nobody is
    /// mailed about any of it. Under a [`command`](Call::command) each commit has its own outcome: what was written before is told
    /// again as it was told then.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) without such a firm;
    /// [`DirectoryRefusal::TooManyRows`](crate::directory::DirectoryRefusal::TooManyRows) with more than 100,000.
    pub fn rows(&self, rows: impl Into<Vec<ImportRow>>) -> Call<ImportReport> {
        import(self.engine.clone(), self.caller, rows.into())
    }

    /// What [`rows`](Self::rows) would do, row by row, as things stand: nothing is written.
    ///
    /// # Errors
    /// As for [`rows`](Self::rows).
    pub async fn preview(&self, rows: impl Into<Vec<ImportRow>> + Send) -> Result<ImportReport, Error> {
        let rows = rows.into();
        self.caller.authorize(&self.engine, Operation::SyncDirectory).await?;
        self.engine.store.firm(self.caller.firm).await?.ok_or(Error::NotFound)?;
        preview(&self.engine, self.caller.firm, rows).await
    }
}
