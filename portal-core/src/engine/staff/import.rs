//! Lists of clients and contacts, brought in by an administrator.

use super::clients::StaffClients;
use crate::directory::ImportRow;
use crate::engine::import::{ImportReport, import, preview};
use crate::engine::{Call, Error, Operation};

impl StaffClients {
    /// Makes clients and contacts, or changes them, until they are as the rows say, as
    /// [`HostSync::rows`](crate::engine::HostSync::rows) does. Nobody is mailed about it.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins;
    /// [`DirectoryRefusal::TooManyRows`](crate::directory::DirectoryRefusal::TooManyRows).
    pub fn import(&self, rows: impl Into<Vec<ImportRow>>) -> Call<ImportReport> {
        import(self.staff.engine.clone(), self.staff.caller, rows.into())
    }

    /// What [`import`](Self::import) would do, row by row, as things stand: nothing is written.
    ///
    /// # Errors
    /// As for [`import`](Self::import).
    pub async fn preview_import(&self, rows: impl Into<Vec<ImportRow>> + Send) -> Result<ImportReport, Error> {
        let rows = rows.into();
        self.staff.authorize(Operation::PreviewImport).await?;
        preview(&self.staff.engine, self.staff.caller.firm, rows).await
    }
}
