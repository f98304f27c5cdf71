//! Counting what is uploaded, in the commit that brings it or takes it away.

use portal_core::files;
use portal_core::ports::store::StoreError;
use portal_core::record::Key;

use super::plan::{Planned, Step, firm_and_ids};
use crate::sql::{ROWS_AT_ONCE, Transaction, list};

/// Adds up the versions that are to go: while they are still there.
pub(super) async fn count_leaving(transaction: &mut Transaction, planned: &[Planned]) -> Result<(), StoreError> {
    count(transaction, planned, |step| matches!(step, Step::Delete(_)), "-").await
}

/// Adds up the versions that have come: once they are there.
pub(super) async fn count_arrived(transaction: &mut Transaction, planned: &[Planned]) -> Result<(), StoreError> {
    count(transaction, planned, |step| matches!(step, Step::Create(_)), "").await
}

async fn count(
    transaction: &mut Transaction,
    planned: &[Planned],
    which: impl Fn(&Step) -> bool,
    sign: &str,
) -> Result<(), StoreError> {
    let versions: Vec<&Planned> = planned
        .iter()
        .filter(|write| which(&write.step) && matches!(write.key, Key::Files(files::Key::Version(_))))
        .collect();
    for some in versions.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "INSERT INTO portal.usage AS u (firm_id, uploaded_by, uploaded_by_id, files, bytes) \
                 SELECT firm_id, uploaded_by, COALESCE(uploaded_by_id, firm_id), {sign}count(*), {sign}sum(size_bytes) \
                 FROM portal.document_versions WHERE firm_id = $1 AND version_id IN ({}) GROUP BY 1, 2, 3 \
             ON CONFLICT (firm_id, uploaded_by, uploaded_by_id) \
                 DO UPDATE SET files = u.files + excluded.files, bytes = u.bytes + excluded.bytes",
            list(some.len(), 2)
        );
        transaction.run(&sql, &firm_and_ids(some)).await?;
    }
    Ok(())
}
