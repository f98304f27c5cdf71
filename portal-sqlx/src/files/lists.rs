//! Lists of files, in pages.

use portal_core::files::{Document, DocumentVersion, Folder};
use portal_core::ports::store::{DocumentRead, StoreError, TrashRow};
use portal_core::values::{ClientId, ContactId, DocumentId, FirmId, Page, PageRequest};

use crate::SqliteStore;
use crate::paging::{one_more, page, position};
use crate::rows::{
    ARCHIVED, DOCUMENT, FOLDER, LIVE, PURGED, Stored, TRASHED, actor, document_read, node_read, read_file_name,
};
use crate::sql::{Row, Value};

/// After everything, in lists that begin with the latest.
const LATEST: Value = Value::Int(i64::MAX);

fn greatest_id() -> Value {
    Value::bits(u128::MAX)
}

pub(super) async fn versions(
    store: &SqliteStore,
    firm: FirmId,
    document: DocumentId,
    request: &PageRequest,
) -> Result<Page<DocumentVersion>, StoreError> {
    let [at, id] = position(request, [LATEST, greatest_id()]);
    let sql = format!(
        "SELECT {} FROM portal.document_versions v \
         WHERE v.firm_id = $1 AND v.document_id = $2 AND (v.uploaded_at, v.version_id) < ($3, $4) \
         AND EXISTS (SELECT 1 FROM portal.nodes d WHERE d.firm_id = $1 AND d.node_id = $2 \
             AND d.is_document = {DOCUMENT} AND d.removal <> {PURGED}) \
         ORDER BY v.uploaded_at DESC, v.version_id DESC LIMIT $5",
        DocumentVersion::TABLE.select("v")
    );
    let values = [Value::id(firm), Value::id(document), at, id, one_more(request)];
    let rows = store.database.rows(&sql, &values).await?;
    page(request, &rows, |row| {
        let version = DocumentVersion::read(&mut row.fields())?.value;
        Ok((vec![Value::time(version.uploaded_at), Value::id(version.id)], version))
    })
}

pub(super) async fn uploaded_by(
    store: &SqliteStore,
    firm: FirmId,
    contact: ContactId,
    request: &PageRequest,
) -> Result<Page<DocumentRead>, StoreError> {
    let [at, id] = position(request, [LATEST, greatest_id()]);
    let [which, who] = actor(portal_core::values::Actor::Contact(contact));
    let sql = format!(
        "SELECT {}, {} FROM portal.document_versions v CROSS JOIN portal.nodes d \
         WHERE d.firm_id = v.firm_id AND d.node_id = v.document_id AND d.is_document = {DOCUMENT} \
         AND v.firm_id = $1 AND v.uploaded_by = $2 AND v.uploaded_by_id = $3 \
         AND (v.uploaded_at, v.version_id) < ($4, $5) AND d.removal <> {PURGED} \
         ORDER BY v.uploaded_at DESC, v.version_id DESC LIMIT $6",
        Document::TABLE.select("d"),
        DocumentVersion::TABLE.select("v")
    );
    let rows = store.database.rows(&sql, &[Value::id(firm), which, who, at, id, one_more(request)]).await?;
    page(request, &rows, |row| {
        let read = document_read(&mut row.fields())?;
        Ok((vec![Value::time(read.current.uploaded_at), Value::id(read.current.id)], read))
    })
}

/// What lies in the trash itself and below nothing purged.
pub(super) async fn trash(
    store: &SqliteStore,
    firm: FirmId,
    client: ClientId,
    request: &PageRequest,
) -> Result<Page<TrashRow>, StoreError> {
    apart(TRASHED, &format!("t.above <> {PURGED}"), store, firm, client, request).await
}

/// What is archived itself and lies below nothing that was removed.
pub(super) async fn archive(
    store: &SqliteStore,
    firm: FirmId,
    client: ClientId,
    request: &PageRequest,
) -> Result<Page<TrashRow>, StoreError> {
    apart(ARCHIVED, &format!("t.above = {LIVE}"), store, firm, client, request).await
}

/// What was taken out of its folder's list so, each with the way up from the folder it lay in.
async fn apart(
    removal: i64,
    above: &str,
    store: &SqliteStore,
    firm: FirmId,
    client: ClientId,
    request: &PageRequest,
) -> Result<Page<TrashRow>, StoreError> {
    let [at, is_document, id] = position(request, [LATEST, Value::Int(i64::MAX), greatest_id()]);
    // What lies below something purged is left out before the page is cut, one after the other: until the worker has taken it
    // away.
    let sql = format!(
        "SELECT t.removed_at, t.is_document, t.node_id, t.above, p.name, {} FROM ( \
             SELECT n.*, ( \
                 WITH RECURSIVE way(parent_id, removal) AS ( \
                     SELECT p.parent_id, p.removal FROM portal.nodes p \
                     WHERE p.firm_id = $1 AND p.node_id = n.parent_id AND p.is_document = {FOLDER} \
                     UNION ALL \
                     SELECT p.parent_id, p.removal FROM way w CROSS JOIN portal.nodes p \
                     WHERE p.firm_id = $1 AND p.node_id = w.parent_id AND p.is_document = {FOLDER}) \
                 SELECT max(removal) FROM way) AS above \
             FROM portal.nodes n WHERE n.firm_id = $1 AND n.client_id = $2 AND n.removal = {removal} \
             AND (n.removed_at, n.is_document, n.node_id) < ($3, $4, $5)) t \
         CROSS JOIN portal.nodes p \
         WHERE {above} AND p.firm_id = $1 AND p.node_id = t.parent_id AND p.is_document = {FOLDER} \
         ORDER BY t.removed_at DESC, t.is_document DESC, t.node_id DESC LIMIT $6",
        Folder::TABLE.select("t")
    );
    let values = [Value::id(firm), Value::id(client), at, is_document, id, one_more(request)];
    let rows = store.database.rows(&sql, &values).await?;
    page(request, &rows, trash_row)
}

fn trash_row(row: &Row) -> Result<(Vec<Value>, TrashRow), StoreError> {
    let mut fields = row.fields();
    let place = vec![Value::Int(fields.int()?), Value::Int(fields.int()?), Value::bits(fields.bits()?)];
    let restorable = fields.int()? == LIVE;
    let parent_name = Some(read_file_name(&mut fields)?);
    Ok((place, TrashRow { node: node_read(&mut fields)?, parent_name, restorable }))
}
