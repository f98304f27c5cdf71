//! How much lies below a folder or document, and how deep.

use portal_core::ports::store::{Extent, StoreError};
use portal_core::values::{FirmId, FolderId, NodeId};

use crate::SqliteStore;
use crate::rows::{ARCHIVED, DOCUMENT, FOLDER, LIVE, PURGED, TRASHED, node};
use crate::sql::Value;

/// Down from the node; only figures come back.
pub(super) async fn extent(store: &SqliteStore, firm: FirmId, wanted: NodeId) -> Result<Option<Extent>, StoreError> {
    let sql = format!(
        "WITH RECURSIVE below(node_id, is_document, held) AS ( \
             SELECT n.node_id, n.is_document, n.held_since FROM portal.nodes n \
             WHERE n.firm_id = $1 AND n.node_id = $2 AND n.is_document = $3 AND n.removal <> {PURGED} \
             UNION ALL \
             SELECT n.node_id, n.is_document, n.held_since FROM below b CROSS JOIN portal.nodes n \
             WHERE b.is_document = {FOLDER} AND n.firm_id = $1 AND n.parent_id = b.node_id AND n.removal <> {PURGED}), \
         sizes(bytes, at) AS (SELECT v.size_bytes, v.uploaded_at FROM below b CROSS JOIN portal.document_versions v \
             WHERE b.is_document = {DOCUMENT} AND v.firm_id = $1 AND v.document_id = b.node_id) \
         SELECT (SELECT count(*) FROM below WHERE is_document = {FOLDER}), \
             (SELECT count(*) FROM below WHERE is_document = {DOCUMENT}), \
             (SELECT count(*) FROM sizes), (SELECT CAST(COALESCE(sum(bytes), 0) AS bigint) FROM sizes), \
             (SELECT count(*) FROM below WHERE held IS NOT NULL), (SELECT max(at) FROM sizes)"
    );
    let [id, is_document] = node(wanted);
    let Some(row) = store.database.row(&sql, &[Value::id(firm), id, is_document]).await? else { return Ok(None) };
    let mut fields = row.fields();
    let extent = Extent {
        folders: fields.unsigned()?,
        documents: fields.unsigned()?,
        versions: fields.unsigned()?,
        size_bytes: fields.unsigned()?,
        holds: fields.unsigned()?,
        newest_at: fields.maybe_time()?,
    };
    Ok((extent != Extent::default()).then_some(extent))
}

/// Down through the folders, level by level.
pub(super) async fn height(store: &SqliteStore, firm: FirmId, folder: FolderId) -> Result<usize, StoreError> {
    let sql = format!(
        "WITH RECURSIVE below(node_id, level) AS ( \
             SELECT $2, 0 \
             UNION ALL \
             SELECT n.node_id, b.level + 1 FROM below b CROSS JOIN portal.nodes n \
             WHERE n.firm_id = $1 AND n.parent_id = b.node_id AND n.removal IN ({ARCHIVED}, {LIVE}, {TRASHED}) \
             AND n.is_document = {FOLDER}) \
         SELECT max(level) FROM below"
    );
    let Some(row) = store.database.row(&sql, &[Value::id(firm), Value::id(folder)]).await? else { return Ok(0) };
    let levels = row.fields().unsigned()?;
    Ok(usize::try_from(levels).unwrap_or(usize::MAX))
}
