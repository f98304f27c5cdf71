//! What keeps what somebody uploaded.

use portal_core::ports::store::{KeptUploads, StoreError};
use portal_core::values::{Actor, ContactId, FirmId};

use crate::SqliteStore;
use crate::rows::{DOCUMENT, FOLDER, PURGED, actor};
use crate::sql::Value;

/// Up from what they uploaded; only figures come back.
pub(super) async fn kept_uploads(
    store: &SqliteStore,
    firm: FirmId,
    contact: ContactId,
) -> Result<KeptUploads, StoreError> {
    let sql = format!(
        "WITH RECURSIVE own(document_id, at) AS ( \
             SELECT v.document_id, v.uploaded_at FROM portal.document_versions v CROSS JOIN portal.nodes d \
             WHERE v.firm_id = $1 AND v.uploaded_by = $2 AND v.uploaded_by_id = $3 \
             AND d.firm_id = v.firm_id AND d.node_id = v.document_id AND d.is_document = {DOCUMENT} AND d.removal <> {PURGED}), \
         way(node_id, is_document) AS ( \
             SELECT o.document_id, {DOCUMENT} FROM own o \
             UNION \
             SELECT n.parent_id, {FOLDER} FROM way w CROSS JOIN portal.nodes n \
             WHERE n.firm_id = $1 AND n.node_id = w.node_id AND n.is_document = w.is_document \
             AND n.parent_id IS NOT NULL) \
         SELECT (SELECT count(*) FROM way w CROSS JOIN portal.nodes n \
             WHERE n.firm_id = $1 AND n.node_id = w.node_id AND n.is_document = w.is_document \
             AND n.held_since IS NOT NULL), (SELECT max(at) FROM own)"
    );
    let [which, who] = actor(Actor::Contact(contact));
    let Some(row) = store.database.row(&sql, &[Value::id(firm), which, who]).await? else {
        return Ok(KeptUploads::default());
    };
    let mut fields = row.fields();
    Ok(KeptUploads { holds: fields.unsigned()?, newest_at: fields.maybe_time()? })
}
