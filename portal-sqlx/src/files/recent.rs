//! The newest documents below some folders.
//!
//! Either the client's latest documents are looked at one after the other, each with its way up: that finds them at once
//! where most of the client lies below the roots. Or the folders below the roots are, and in each its newest: that finds
//! them where little does, and where much of the latest is in the trash. The first way is gone a few steps, and then the
//! second: what it costs is the folders below the roots, never the documents.

use std::cmp::Reverse;

use portal_core::files::{Document, DocumentVersion};
use portal_core::ports::store::{DocumentRead, StoreError};
use portal_core::values::{ClientId, FirmId, NodeId};

use super::document_and_current;
use crate::SqliteStore;
use crate::rows::{DOCUMENT, FOLDER, LIVE, Stored as _, document_read, node};
use crate::sql::{ROWS_AT_ONCE, Value, tuples};

pub(super) async fn recent_documents(
    store: &SqliteStore,
    firm: FirmId,
    client: ClientId,
    roots: Option<&[NodeId]>,
    limit: usize,
) -> Result<Vec<DocumentRead>, StoreError> {
    let roots = match roots {
        None => vec![Roots::of_client()],
        Some(roots) => roots.chunks(ROWS_AT_ONCE).map(Roots::of_nodes).collect(),
    };
    // Beyond what is ever asked for, so that twice as many are still a number.
    let limit = limit.min(1 << 32);
    let search = Search { store, firm, client, limit };
    let mut newest = Vec::new();
    let mut whole = true;
    for some in &roots {
        whole &= search.among_the_latest(some, &mut newest).await?;
    }
    search.keep_newest(&mut newest);
    if whole || newest.len() >= limit {
        return Ok(newest);
    }
    newest.clear();
    for some in &roots {
        search.folder_by_folder(some, &mut newest).await?;
    }
    search.keep_newest(&mut newest);
    Ok(newest)
}

/// Roots of one statement: what it calls them, and the values for it.
struct Roots {
    text: String,
    values: Vec<Value>,
}

impl Roots {
    /// The first parameter that is theirs.
    const FIRST: usize = 4;

    fn of_client() -> Self {
        let text = "SELECT root_id, 0 FROM portal.clients WHERE firm_id = $1 AND client_id = $2";
        Self { text: text.to_owned(), values: Vec::new() }
    }

    fn of_nodes(nodes: &[NodeId]) -> Self {
        let text = format!("VALUES {}", tuples(nodes.len(), 2, Self::FIRST));
        Self { text, values: nodes.iter().flat_map(|root| node(*root)).collect() }
    }
}

struct Search<'a> {
    store: &'a SqliteStore,
    firm: FirmId,
    client: ClientId,
    limit: usize,
}

impl Search<'_> {
    fn values(&self, roots: &Roots) -> Vec<Value> {
        let mut values = vec![Value::id(self.firm), Value::id(self.client), Value::limit(self.limit)];
        values.extend(roots.values.iter().cloned());
        values
    }

    /// Finds those among the client's latest documents; `true` when these are known to be all that it has.
    async fn among_the_latest(&self, roots: &Roots, found: &mut Vec<DocumentRead>) -> Result<bool, StoreError> {
        let sql = format!(
            "WITH RECURSIVE root(node_id, is_document) AS ({}), \
             latest AS (SELECT n.node_id, n.parent_id, n.current_at FROM portal.nodes n \
                 WHERE n.firm_id = $1 AND n.client_id = $2 AND n.removal = {LIVE} AND n.is_document = {DOCUMENT} \
                 ORDER BY n.current_at DESC, n.node_id DESC LIMIT $3 * 2 + 20), \
             way(document_id, at, node_id, is_document, parent_id, removal) AS ( \
                 SELECT l.node_id, l.current_at, l.node_id, {DOCUMENT}, l.parent_id, {LIVE} FROM latest l \
                 UNION ALL \
                 SELECT w.document_id, w.at, n.node_id, n.is_document, n.parent_id, n.removal FROM way w \
                 CROSS JOIN portal.nodes n WHERE n.firm_id = $1 AND n.node_id = w.parent_id AND n.is_document = {FOLDER}), \
             shown(node_id) AS (SELECT w.document_id FROM way w GROUP BY w.document_id HAVING max(w.removal) = {LIVE} AND min(w.removal) = {LIVE} \
                 AND max(CASE WHEN (w.node_id, w.is_document) IN (SELECT node_id, is_document FROM root) \
                     THEN 1 ELSE 0 END) = 1 \
                 ORDER BY max(w.at) DESC, w.document_id DESC LIMIT $3) \
             SELECT (SELECT count(*) FROM latest) < $3 * 2 + 20, {}, {} \
             FROM shown s CROSS JOIN portal.nodes d CROSS JOIN portal.document_versions v \
             WHERE d.firm_id = $1 AND d.node_id = s.node_id AND d.is_document = {DOCUMENT} \
             AND v.firm_id = $1 AND v.version_id = d.current_id",
            roots.text,
            Document::TABLE.select("d"),
            DocumentVersion::TABLE.select("v"),
        );
        let mut all = false;
        for row in self.store.database.rows(&sql, &self.values(roots)).await? {
            let mut fields = row.fields();
            all = fields.flag()?;
            found.push(document_read(&mut fields)?);
        }
        Ok(all)
    }

    /// Up from every root, to see that nothing above it is removed or archived; then down through live folders; then, of as many as are
    /// wanted, those whose newest is the latest, the newest in each.
    async fn folder_by_folder(&self, roots: &Roots, found: &mut Vec<DocumentRead>) -> Result<(), StoreError> {
        let newest_in_f = format!(
            "SELECT i.node_id FROM portal.nodes i WHERE i.firm_id = $1 AND i.parent_id = f.node_id \
             AND i.removal = {LIVE} AND i.is_document = {DOCUMENT} ORDER BY i.current_at DESC, i.node_id DESC LIMIT"
        );
        let sql = format!(
            "WITH RECURSIVE root(node_id, is_document) AS ({}), \
             way(root_id, root_is_document, parent_id, removal) AS ( \
                 SELECT n.node_id, n.is_document, n.parent_id, n.removal FROM root r CROSS JOIN portal.nodes n \
                 WHERE n.firm_id = $1 AND n.node_id = r.node_id AND n.is_document = r.is_document AND n.client_id = $2 \
                 UNION ALL \
                 SELECT w.root_id, w.root_is_document, n.parent_id, n.removal FROM way w CROSS JOIN portal.nodes n \
                 WHERE n.firm_id = $1 AND n.node_id = w.parent_id AND n.is_document = {FOLDER}), \
             awake(node_id, is_document) AS (SELECT root_id, root_is_document FROM way \
                 GROUP BY root_id, root_is_document HAVING max(removal) = {LIVE} AND min(removal) = {LIVE}), \
             folder(node_id) AS ( \
                 SELECT node_id FROM awake WHERE is_document = {FOLDER} \
                 UNION \
                 SELECT n.node_id FROM folder f CROSS JOIN portal.nodes n WHERE n.firm_id = $1 \
                 AND n.parent_id = f.node_id AND n.removal = {LIVE} AND n.is_document = {FOLDER}), \
             latest(node_id) AS (SELECT f.node_id FROM folder f CROSS JOIN portal.nodes n \
                 WHERE n.firm_id = $1 AND n.is_document = {DOCUMENT} AND n.node_id = ({newest_in_f} 1) \
                 ORDER BY n.current_at DESC, n.node_id DESC LIMIT $3), \
             newest(node_id) AS ( \
                 SELECT node_id FROM awake WHERE is_document = {DOCUMENT} \
                 UNION \
                 SELECT n.node_id FROM latest f CROSS JOIN portal.nodes n WHERE n.firm_id = $1 \
                 AND n.is_document = {DOCUMENT} AND n.node_id IN ({newest_in_f} $3)) \
             {} WHERE d.firm_id = $1 AND d.is_document = {DOCUMENT} AND d.node_id IN (SELECT node_id FROM newest) \
             ORDER BY d.current_at DESC, d.node_id DESC LIMIT $3",
            roots.text,
            document_and_current()
        );
        for row in self.store.database.rows(&sql, &self.values(roots)).await? {
            found.push(document_read(&mut row.fields())?);
        }
        Ok(())
    }

    fn keep_newest(&self, found: &mut Vec<DocumentRead>) {
        found.sort_by_key(|read| Reverse((read.current.uploaded_at, read.document.id)));
        found.dedup_by_key(|read| read.document.id);
        found.truncate(self.limit);
    }
}
