//! What the worker reads to take things away.

use portal_core::files::Folder;
use portal_core::ports::store::{NodeRead, StoreError};
use portal_core::values::{BlobKey, FirmId, FolderId};

use crate::SqliteStore;
use crate::rows::{PURGED, Stored, node_read};
use crate::sql::{ROWS_AT_ONCE, Value, list};

pub(super) async fn purged(store: &SqliteStore, limit: usize) -> Result<Vec<(FirmId, NodeRead)>, StoreError> {
    let sql = format!(
        "SELECT {} FROM portal.nodes n WHERE n.removal = {PURGED} ORDER BY n.removed_at, n.node_id LIMIT $1",
        Folder::TABLE.select("n")
    );
    let rows = store.database.rows(&sql, &[Value::limit(limit)]).await?;
    rows.iter().map(|row| Ok((row.fields().id()?, node_read(&mut row.fields())?))).collect()
}

pub(super) async fn contents(
    store: &SqliteStore,
    firm: FirmId,
    folder: FolderId,
    limit: usize,
) -> Result<Vec<NodeRead>, StoreError> {
    let sql = format!(
        "SELECT {} FROM portal.nodes n WHERE n.firm_id = $1 AND n.parent_id = $2 LIMIT $3",
        Folder::TABLE.select("n")
    );
    let rows = store.database.rows(&sql, &[Value::id(firm), Value::id(folder), Value::limit(limit)]).await?;
    rows.iter().map(|row| node_read(&mut row.fields())).collect()
}

pub(super) async fn named_blobs(store: &SqliteStore, blobs: &[BlobKey]) -> Result<Vec<BlobKey>, StoreError> {
    let mut named = Vec::new();
    for some in blobs.chunks(ROWS_AT_ONCE) {
        let among = list(some.len(), 1);
        let sql = format!(
            "SELECT blob_key FROM portal.document_versions WHERE blob_key IN ({among}) \
             UNION SELECT blob_key FROM portal.uploads WHERE blob_key IN ({among}) \
             UNION SELECT tail_key FROM portal.uploads WHERE tail_key IN ({among}) \
             UNION SELECT logo_key FROM portal.firms WHERE logo_key IN ({among}) \
             UNION SELECT blob_key FROM portal.condemned_blobs WHERE blob_key IN ({among})"
        );
        let values: Vec<Value> = some.iter().map(|blob| Value::id(*blob)).collect();
        for row in store.database.rows(&sql, &values).await? {
            named.push(row.fields().id()?);
        }
    }
    Ok(blobs.iter().copied().filter(|blob| named.contains(blob)).collect())
}
