//! Reads of files.

mod children;
mod extent;
mod kept;
mod lists;
mod recent;
mod sweep;
mod usage;

use std::collections::BTreeMap;

use async_trait::async_trait;
use portal_core::change::Versioned;
use portal_core::files::{Condemned, Document, DocumentVersion, Folder, Upload, Usage};
use portal_core::ports::store::{
    Child, DocumentRead, Extent, FileReads, KeptUploads, NodeRead, StoreError, TrashRow, UploaderUsage,
};
use portal_core::sharing::Grant;
use portal_core::values::{
    Actor, BlobKey, ClientId, ContactId, DocumentId, FirmId, FoldedName, FolderId, ListOrder, NodeId, Page,
    PageRequest, Timestamp, UploadId, VersionId,
};

use crate::SqliteStore;
use crate::rows::{DOCUMENT, FOLDER, LIVE, PURGED, Stored, actor, document_read, node, node_read};
use crate::sql::{ROWS_AT_ONCE, Value, list, tuples};

/// A document `d` with its current version `v`, as [`document_read`] reads them.
fn document_and_current() -> String {
    format!(
        "SELECT {}, {} FROM portal.nodes d LEFT JOIN portal.document_versions v \
         ON v.firm_id = d.firm_id AND v.version_id = d.current_id",
        Document::TABLE.select("d"),
        DocumentVersion::TABLE.select("v"),
    )
}

#[async_trait]
impl FileReads for SqliteStore {
    async fn node(&self, firm: FirmId, wanted: NodeId) -> Result<Option<NodeRead>, StoreError> {
        let sql = format!(
            "SELECT {} FROM portal.nodes n WHERE n.firm_id = $1 AND n.node_id = $2 AND n.is_document = $3 \
             AND n.removal <> {PURGED}",
            Folder::TABLE.select("n")
        );
        let [id, is_document] = node(wanted);
        let row = self.database.row(&sql, &[Value::id(firm), id, is_document]).await?;
        row.map(|row| node_read(&mut row.fields())).transpose()
    }

    async fn children(
        &self,
        firm: FirmId,
        folder: FolderId,
        order: ListOrder,
        request: &PageRequest,
    ) -> Result<Page<Child>, StoreError> {
        children::children(self, firm, folder, order, request).await
    }

    async fn document(&self, firm: FirmId, document: DocumentId) -> Result<Option<DocumentRead>, StoreError> {
        Ok(self.documents_by_id(firm, &[document]).await?.pop())
    }

    async fn documents_by_id(&self, firm: FirmId, documents: &[DocumentId]) -> Result<Vec<DocumentRead>, StoreError> {
        let mut found = BTreeMap::new();
        for some in documents.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "{} WHERE d.firm_id = $1 AND d.node_id IN ({}) AND d.is_document = {DOCUMENT} AND d.removal <> {PURGED}",
                document_and_current(),
                list(some.len(), 2)
            );
            let values: Vec<Value> =
                std::iter::once(Value::id(firm)).chain(some.iter().map(|id| Value::id(*id))).collect();
            for row in self.database.rows(&sql, &values).await? {
                let read = document_read(&mut row.fields())?;
                found.insert(read.document.id, read);
            }
        }
        Ok(documents.iter().filter_map(|id| found.get(id).cloned()).collect())
    }

    async fn folders_by_id(&self, firm: FirmId, folders: &[FolderId]) -> Result<Vec<Folder>, StoreError> {
        let mut found = Vec::with_capacity(folders.len());
        for some in folders.chunks(ROWS_AT_ONCE) {
            let wanted = format!(
                "firm_id = $1 AND node_id IN ({}) AND is_document = {FOLDER} AND removal <> {PURGED}",
                list(some.len(), 2)
            );
            let values: Vec<Value> =
                std::iter::once(Value::id(firm)).chain(some.iter().map(|id| Value::id(*id))).collect();
            let read: Vec<Versioned<Folder>> = self.all(&wanted, &values).await?;
            found.extend(read.into_iter().map(|folder| folder.value));
        }
        Ok(found)
    }

    async fn version(
        &self,
        firm: FirmId,
        version: VersionId,
    ) -> Result<Option<Versioned<DocumentVersion>>, StoreError> {
        let sql = format!(
            "SELECT {} FROM portal.document_versions v CROSS JOIN portal.nodes d \
             WHERE d.firm_id = v.firm_id AND d.node_id = v.document_id AND d.is_document = {DOCUMENT} \
             AND v.firm_id = $1 AND v.version_id = $2 AND d.removal <> {PURGED}",
            DocumentVersion::TABLE.select("v")
        );
        let row = self.database.row(&sql, &[Value::id(firm), Value::id(version)]).await?;
        row.map(|row| DocumentVersion::read(&mut row.fields())).transpose()
    }

    async fn versions(
        &self,
        firm: FirmId,
        document: DocumentId,
        request: &PageRequest,
    ) -> Result<Page<DocumentVersion>, StoreError> {
        lists::versions(self, firm, document, request).await
    }

    async fn recent_documents(
        &self,
        firm: FirmId,
        client: ClientId,
        roots: Option<&[NodeId]>,
        limit: usize,
    ) -> Result<Vec<DocumentRead>, StoreError> {
        recent::recent_documents(self, firm, client, roots, limit).await
    }

    async fn uploaded_by(
        &self,
        firm: FirmId,
        contact: ContactId,
        request: &PageRequest,
    ) -> Result<Page<DocumentRead>, StoreError> {
        lists::uploaded_by(self, firm, contact, request).await
    }

    async fn kept_uploads(&self, firm: FirmId, contact: ContactId) -> Result<KeptUploads, StoreError> {
        kept::kept_uploads(self, firm, contact).await
    }

    async fn trash(&self, firm: FirmId, client: ClientId, request: &PageRequest) -> Result<Page<TrashRow>, StoreError> {
        lists::trash(self, firm, client, request).await
    }

    async fn archive(
        &self,
        firm: FirmId,
        client: ClientId,
        request: &PageRequest,
    ) -> Result<Page<TrashRow>, StoreError> {
        lists::archive(self, firm, client, request).await
    }

    async fn archived_children(
        &self,
        firm: FirmId,
        folder: FolderId,
        request: &PageRequest,
    ) -> Result<Page<Child>, StoreError> {
        children::archived_children(self, firm, folder, request).await
    }

    async fn named_in(&self, firm: FirmId, places: &[(FolderId, FoldedName)]) -> Result<Vec<NodeRead>, StoreError> {
        let mut found = Vec::new();
        for some in places.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "SELECT {} FROM portal.nodes n WHERE n.firm_id = $1 AND n.removal = {LIVE} \
                 AND (n.parent_id, n.folded) IN (VALUES {})",
                Folder::TABLE.select("n"),
                tuples(some.len(), 2, 2)
            );
            let mut values = vec![Value::id(firm)];
            values.extend(some.iter().flat_map(|(folder, name)| [Value::id(*folder), Value::text(name.as_str())]));
            let rows = self.database.rows(&sql, &values).await?;
            for row in &rows {
                found.push(node_read(&mut row.fields())?);
            }
        }
        Ok(found)
    }

    async fn height(&self, firm: FirmId, folder: FolderId) -> Result<usize, StoreError> {
        extent::height(self, firm, folder).await
    }

    async fn extent(&self, firm: FirmId, node: NodeId) -> Result<Option<Extent>, StoreError> {
        extent::extent(self, firm, node).await
    }

    async fn upload(&self, firm: FirmId, upload: UploadId) -> Result<Option<Versioned<Upload>>, StoreError> {
        self.find("firm_id = $1 AND upload_id = $2", &[Value::id(firm), Value::id(upload)]).await
    }

    async fn uploads_under_way(
        &self,
        firm: FirmId,
        client: ClientId,
        by: Actor,
        limit: usize,
    ) -> Result<Vec<Versioned<Upload>>, StoreError> {
        let [kind, id] = actor(by);
        let mut values = vec![Value::id(firm), Value::id(client), kind, Value::limit(limit)];
        let own = if id.is_null() { "IS NULL" } else { "= $5" };
        values.extend(Some(id).filter(|id| !id.is_null()));
        let whose = format!(
            "firm_id = $1 AND client_id = $2 AND uploaded_by = $3 AND uploaded_by_id {own} \
             ORDER BY started_at DESC, upload_id DESC LIMIT $4"
        );
        self.all(&whose, &values).await
    }

    async fn uploader_usage(&self, firm: FirmId, client: ClientId, by: Actor) -> Result<UploaderUsage, StoreError> {
        usage::of_uploader(self, firm, client, by).await
    }

    async fn firm_usage(&self, firm: FirmId) -> Result<Usage, StoreError> {
        usage::of_firm(self, firm).await
    }

    async fn overdue_uploads(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError> {
        let overdue = "deadline <= $1 ORDER BY deadline, upload_id LIMIT $2";
        self.all_of_firms(overdue, &[Value::time(now), Value::limit(limit)]).await
    }

    async fn uploads_to_scan(
        &self,
        now: Timestamp,
        limit: usize,
    ) -> Result<Vec<(FirmId, Versioned<Upload>)>, StoreError> {
        let due = "scan_due <= $1 ORDER BY scan_due, upload_id LIMIT $2";
        self.all_of_firms(due, &[Value::time(now), Value::limit(limit)]).await
    }

    async fn condemned(&self, limit: usize) -> Result<Vec<(FirmId, Versioned<Condemned>)>, StoreError> {
        self.all_of_firms("TRUE ORDER BY since, blob_key LIMIT $1", &[Value::limit(limit)]).await
    }

    async fn purged(&self, limit: usize) -> Result<Vec<(FirmId, NodeRead)>, StoreError> {
        sweep::purged(self, limit).await
    }

    async fn contents(&self, firm: FirmId, folder: FolderId, limit: usize) -> Result<Vec<NodeRead>, StoreError> {
        sweep::contents(self, firm, folder, limit).await
    }

    async fn versions_to_sweep(
        &self,
        firm: FirmId,
        document: DocumentId,
    ) -> Result<Vec<Versioned<DocumentVersion>>, StoreError> {
        self.all("firm_id = $1 AND document_id = $2", &[Value::id(firm), Value::id(document)]).await
    }

    async fn grants_on(&self, firm: FirmId, wanted: NodeId) -> Result<Vec<Versioned<Grant>>, StoreError> {
        let [id, is_document] = node(wanted);
        let on = "firm_id = $1 AND node_id = $2 AND is_document = $3 ORDER BY grant_id";
        self.all(on, &[Value::id(firm), id, is_document]).await
    }

    async fn named_blobs(&self, blobs: &[BlobKey]) -> Result<Vec<BlobKey>, StoreError> {
        sweep::named_blobs(self, blobs).await
    }
}
