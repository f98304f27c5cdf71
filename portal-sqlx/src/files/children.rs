//! What lies in a folder, in the order asked for, in pages.

use portal_core::files::{DocumentVersion, Folder};
use portal_core::ports::store::{Child, DocumentRead, FolderRead, NodeRead, StoreError};
use portal_core::sharing::Grant;
use portal_core::values::{FirmId, FolderId, ListOrder, Page, PageRequest};

use crate::SqliteStore;
use crate::paging::{one_more, page_of, reached};
use crate::rows::{ARCHIVED, DOCUMENT, FOLDER, LIVE, Stored, node_read};
use crate::sql::{Fields, Value, unreadable};

/// The column by which folders and documents stand, which way, and what kind of value it holds.
struct Order {
    folders: &'static str,
    documents: &'static str,
    falls: bool,
    dated: bool,
}

impl Order {
    fn of(order: ListOrder) -> Self {
        let named = |falls| Self { folders: "folded", documents: "folded", falls, dated: false };
        let dated = |falls| Self { folders: "created_at", documents: "current_at", falls, dated: true };
        match order {
            ListOrder::Name => named(false),
            ListOrder::NameBackwards => named(true),
            ListOrder::Newest => dated(true),
            ListOrder::Oldest => dated(false),
        }
    }

    fn read(&self, fields: &mut Fields<'_>) -> Result<Value, StoreError> {
        if self.dated { Ok(Value::Int(fields.int()?)) } else { Ok(Value::text(fields.text()?)) }
    }
}

/// What is archived in a folder itself, by name.
pub(super) async fn archived_children(
    store: &SqliteStore,
    firm: FirmId,
    folder: FolderId,
    request: &PageRequest,
) -> Result<Page<Child>, StoreError> {
    children_that_are(ARCHIVED, store, firm, folder, ListOrder::Name, request).await
}

/// What lies live in a folder.
pub(super) async fn children(
    store: &SqliteStore,
    firm: FirmId,
    folder: FolderId,
    order: ListOrder,
    request: &PageRequest,
) -> Result<Page<Child>, StoreError> {
    children_that_are(LIVE, store, firm, folder, order, request).await
}

/// Folders and documents are looked up apart, each along its own index, and one page is made of both.
async fn children_that_are(
    removal: i64,
    store: &SqliteStore,
    firm: FirmId,
    folder: FolderId,
    order: ListOrder,
    request: &PageRequest,
) -> Result<Page<Child>, StoreError> {
    let order = Order::of(order);
    let (beyond, way) = if order.falls { ("<", " DESC") } else { (">", "") };
    let column = if order.dated { Value::Int(0) } else { Value::text("") };
    let place = match reached(request, &[Value::Int(0), column, Value::bits(0)]) {
        Some([Value::Int(kind @ (FOLDER | DOCUMENT)), place, id]) => Some((kind, place, id)),
        _ => None,
    };
    let mut values = vec![Value::id(firm), Value::id(folder), one_more(request)];
    let mut kinds = Vec::new();
    for (kind, column) in [(FOLDER, order.folders), (DOCUMENT, order.documents)] {
        let from = match &place {
            // After a document there are no folders any more.
            Some((after, _, _)) if *after > kind => continue,
            Some((after, place, id)) if *after == kind => {
                values.extend([place.clone(), id.clone()]);
                format!(" AND (n.{column}, n.node_id) {beyond} ($4, $5)")
            }
            _ => String::new(),
        };
        kinds.push(format!(
            "SELECT * FROM (SELECT n.*, n.{column} AS place FROM portal.nodes n \
                 WHERE n.firm_id = $1 AND n.parent_id = $2 AND n.removal = {removal} AND n.is_document = {kind}{from} \
                 ORDER BY n.{column}{way}, n.node_id{way} LIMIT $3) AS kind{kind}"
        ));
    }
    let sql = format!(
        "WITH page AS (SELECT * FROM ({}) AS kinds ORDER BY is_document, place{way}, node_id{way} LIMIT $3) \
         SELECT p.is_document, p.place, p.node_id, {}, {}, {} FROM page p \
         LEFT JOIN portal.document_versions v ON v.firm_id = p.firm_id AND v.version_id = p.current_id \
         LEFT JOIN portal.grants g \
             ON g.firm_id = p.firm_id AND g.node_id = p.node_id AND g.is_document = p.is_document \
         ORDER BY p.is_document, p.place{way}, p.node_id{way}, g.grant_id",
        kinds.join(" UNION ALL "),
        Folder::TABLE.select("p"),
        DocumentVersion::TABLE.select("v"),
        Grant::TABLE.select("g"),
    );
    let mut all: Vec<(Vec<Value>, Child)> = Vec::new();
    for row in store.database.rows(&sql, &values).await? {
        let mut fields = row.fields();
        let place = vec![Value::Int(fields.int()?), order.read(&mut fields)?, Value::bits(fields.bits()?)];
        let node = node_read(&mut fields)?;
        let version = fields.joined(DocumentVersion::TABLE.width(), DocumentVersion::read)?;
        let grant = fields.joined(Grant::TABLE.width(), Grant::read)?;
        if all.last().is_none_or(|(last, _)| *last != place) {
            all.push((place, child(node, version.map(|version| version.value))?));
        }
        if let Some((_, Child::Folder(_, grants) | Child::Document(_, grants))) = all.last_mut() {
            grants.extend(grant);
        }
    }
    Ok(page_of(request, all))
}

fn child(node: NodeRead, current: Option<DocumentVersion>) -> Result<Child, StoreError> {
    match (node, current) {
        (NodeRead::Folder(folder), _) => Ok(Child::Folder(FolderRead { folder: folder.value }, Vec::new())),
        (NodeRead::Document(document), Some(current)) => {
            Ok(Child::Document(DocumentRead { document, current }, Vec::new()))
        }
        (NodeRead::Document(document), None) => {
            Err(unreadable(format_args!("{} without its current version", document.id)))
        }
    }
}
