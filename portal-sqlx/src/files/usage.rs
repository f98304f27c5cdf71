//! How much is uploaded.

use portal_core::files::{UPLOADS_UNDER_WAY, Usage};
use portal_core::ports::store::{StoreError, UploaderUsage};
use portal_core::values::{Actor, ClientId, FirmId};

use crate::SqliteStore;
use crate::rows::actor;
use crate::sql::{Fields, Value};

/// A count beside what is under way.
pub(super) async fn of_uploader(
    store: &SqliteStore,
    firm: FirmId,
    client: ClientId,
    by: Actor,
) -> Result<UploaderUsage, StoreError> {
    let [kind, id] = actor(by);
    let nobody = id.is_null();
    let own = if nobody { "uploaded_by_id IS NULL" } else { "uploaded_by_id = $4" };
    let counted = if nobody { "uploaded_by_id = firm_id" } else { "uploaded_by_id = $4" };
    let sql = format!(
        "SELECT count(*), CAST(COALESCE(sum(announced_bytes), 0) AS bigint), \
             COALESCE((SELECT files FROM portal.usage WHERE firm_id = $1 AND uploaded_by = $3 AND {counted}), 0), \
             COALESCE((SELECT bytes FROM portal.usage WHERE firm_id = $1 AND uploaded_by = $3 AND {counted}), 0) \
         FROM (SELECT announced_bytes FROM portal.uploads \
             WHERE firm_id = $1 AND client_id = $2 AND uploaded_by = $3 AND {own} LIMIT {UPLOADS_UNDER_WAY}) q"
    );
    let mut values = vec![Value::id(firm), Value::id(client), kind];
    values.extend(Some(id).filter(|id| !id.is_null()));
    let Some(row) = store.database.row(&sql, &values).await? else { return Ok(UploaderUsage::default()) };
    let mut fields = row.fields();
    Ok(UploaderUsage { under_way: read(&mut fields)?, kept: read(&mut fields)? })
}

/// The sum over all who uploaded, and all that is under way.
pub(super) async fn of_firm(store: &SqliteStore, firm: FirmId) -> Result<Usage, StoreError> {
    let sql = "SELECT CAST(COALESCE(sum(files), 0) AS bigint), CAST(COALESCE(sum(bytes), 0) AS bigint) FROM ( \
                   SELECT files, bytes FROM portal.usage WHERE firm_id = $1 \
                   UNION ALL SELECT 1, COALESCE(announced_bytes, 0) FROM portal.uploads WHERE firm_id = $1) q";
    let row = store.database.row(sql, &[Value::id(firm)]).await?;
    row.map_or(Ok(Usage::default()), |row| read(&mut row.fields()))
}

fn read(fields: &mut Fields<'_>) -> Result<Usage, StoreError> {
    Ok(Usage { files: fields.unsigned()?, bytes: fields.unsigned()? })
}
