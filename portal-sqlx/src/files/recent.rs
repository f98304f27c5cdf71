//! The newest documents below some folders.

use std::cmp::Reverse;

use portal_core::ports::store::{DocumentRead, StoreError};
use portal_core::values::{ClientId, FirmId, NodeId};

use super::document_and_current;
use crate::SqliteStore;
use crate::rows::{DOCUMENT, FOLDER, LIVE, document_read, node};
use crate::sql::{ROWS_AT_ONCE, Value, tuples};

/// Costs the folders below the roots and the limit, never the documents: of each folder only the newest are looked at.
pub(super) async fn recent_documents(
    store: &SqliteStore,
    firm: FirmId,
    client: ClientId,
    roots: Option<&[NodeId]>,
    limit: usize,
) -> Result<Vec<DocumentRead>, StoreError> {
    let mut newest: Vec<DocumentRead> = Vec::new();
    let everywhere = "SELECT root_id, 0 FROM portal.clients WHERE firm_id = $1 AND client_id = $2";
    match roots {
        None => newest = below(store, everywhere, &[], firm, client, limit).await?,
        Some(roots) => {
            for some in roots.chunks(ROWS_AT_ONCE) {
                let nodes: Vec<Value> = some.iter().flat_map(|root| node(*root)).collect();
                let given = format!("VALUES {}", tuples(some.len(), 2, 4));
                newest.extend(below(store, &given, &nodes, firm, client, limit).await?);
            }
        }
    }
    newest.sort_by_key(|read| Reverse((read.current.uploaded_at, read.document.id)));
    newest.dedup_by_key(|read| read.document.id);
    newest.truncate(limit);
    Ok(newest)
}

/// Up from every root, to see that nothing above it is removed; then down through live folders; then the newest in each.
async fn below(
    store: &SqliteStore,
    roots: &str,
    nodes: &[Value],
    firm: FirmId,
    client: ClientId,
    limit: usize,
) -> Result<Vec<DocumentRead>, StoreError> {
    let sql = format!(
        "WITH RECURSIVE root(node_id, is_document) AS ({roots}), \
         way(root_id, root_is_document, parent_id, removal) AS ( \
             SELECT n.node_id, n.is_document, n.parent_id, n.removal FROM root r CROSS JOIN portal.nodes n \
             WHERE n.firm_id = $1 AND n.node_id = r.node_id AND n.is_document = r.is_document AND n.client_id = $2 \
             UNION ALL \
             SELECT w.root_id, w.root_is_document, n.parent_id, n.removal FROM way w CROSS JOIN portal.nodes n \
             WHERE n.firm_id = $1 AND n.node_id = w.parent_id AND n.is_document = {FOLDER}), \
         awake(node_id, is_document) AS (SELECT root_id, root_is_document FROM way \
             GROUP BY root_id, root_is_document HAVING max(removal) = {LIVE}), \
         folder(node_id) AS ( \
             SELECT node_id FROM awake WHERE is_document = {FOLDER} \
             UNION \
             SELECT n.node_id FROM folder f CROSS JOIN portal.nodes n WHERE n.firm_id = $1 AND n.parent_id = f.node_id \
             AND n.removal = {LIVE} AND n.is_document = {FOLDER}), \
         newest(node_id) AS ( \
             SELECT node_id FROM awake WHERE is_document = {DOCUMENT} \
             UNION \
             SELECT n.node_id FROM folder f CROSS JOIN portal.nodes n WHERE n.firm_id = $1 AND n.is_document = {DOCUMENT} \
             AND n.node_id IN (SELECT i.node_id FROM portal.nodes i WHERE i.firm_id = $1 AND i.parent_id = f.node_id \
                 AND i.removal = {LIVE} AND i.is_document = {DOCUMENT} \
                 ORDER BY i.current_at DESC, i.node_id DESC LIMIT $3)) \
         {} WHERE d.firm_id = $1 AND d.is_document = {DOCUMENT} AND d.node_id IN (SELECT node_id FROM newest) \
         ORDER BY d.current_at DESC, d.node_id DESC LIMIT $3",
        document_and_current()
    );
    let mut values = vec![Value::id(firm), Value::id(client), Value::limit(limit)];
    values.extend(nodes.iter().cloned());
    let rows = store.database.rows(&sql, &values).await?;
    rows.iter().map(|row| document_read(&mut row.fields())).collect()
}
