//! What records refer to.
//!
//! The database is not told: there are no foreign keys between records. A commit fails for the reasons that the port names,
//! and a record that points nowhere is none of them; a store is written to record by record, in whatever order and company,
//! and 72 of the 125 cases of its suite write one without what it belongs to. What keeps references whole is above the
//! store: a decision expects the version of what it rests on, within the commit and under lock, and a purge goes from the
//! leaves up. And they cost: with all of those below as deferred constraints, and an index for each, the commit of an upload
//! takes nearly twice as long beside the flush of the disk.
//!
//! So every reference stands here instead, and tests that let the engine do whatever it does look whether one points nowhere.
//! The outbox and the outcomes do have foreign keys, since nobody but the store writes there.

use portal_core::ports::store::StoreError;

use crate::SqliteStore;

/// The column of a row `r` that names another row, and how that one is found as `t`: in the same firm, if it is a firm's.
struct Reference {
    from: &'static str,
    column: &'static str,
    to: &'static str,
    on: &'static str,
    /// Which rows name another at all.
    when: &'static str,
}

const fn reference(from: &'static str, column: &'static str, to: &'static str, on: &'static str) -> Reference {
    Reference { from, column, to, on, when: "TRUE" }
}

impl Reference {
    const fn when(self, when: &'static str) -> Self {
        Self { when, ..self }
    }
}

const REFERENCES: [Reference; 22] = [
    reference("members", "firm_id", "firms", "t.firm_id = r.firm_id"),
    reference("clients", "firm_id", "firms", "t.firm_id = r.firm_id"),
    reference("data_keys", "firm_id", "firms", "t.firm_id = r.firm_id"),
    reference("folder_templates", "firm_id", "firms", "t.firm_id = r.firm_id"),
    reference("clients", "root_id", "nodes", "t.node_id = r.root_id AND t.is_document = 0"),
    reference("contacts", "client_id", "clients", "t.client_id = r.client_id"),
    reference("portal_access", "contact_id", "contacts", "t.contact_id = r.contact_id"),
    reference("assignments", "client_id", "clients", "t.client_id = r.client_id"),
    reference("assignments", "member_id", "members", "t.member_id = r.member_id"),
    reference("mailings", "addressee_id", "contacts", "t.contact_id = r.addressee_id").when("r.addressee = 0"),
    reference("mailings", "addressee_id", "members", "t.member_id = r.addressee_id").when("r.addressee = 1"),
    reference("trees", "client_id", "clients", "t.client_id = r.client_id"),
    reference("nodes", "client_id", "clients", "t.client_id = r.client_id"),
    reference("nodes", "parent_id", "nodes", "t.node_id = r.parent_id AND t.is_document = 0"),
    reference("nodes", "current_id", "document_versions", "t.version_id = r.current_id"),
    reference("document_versions", "document_id", "nodes", "t.node_id = r.document_id AND t.is_document = 1"),
    reference("uploads", "client_id", "clients", "t.client_id = r.client_id"),
    reference("grants", "client_id", "clients", "t.client_id = r.client_id"),
    reference("grants", "node_id", "nodes", "t.node_id = r.node_id AND t.is_document = r.is_document"),
    reference("grants", "contact_id", "contacts", "t.contact_id = r.contact_id").when("r.audience = 1"),
    reference("reaches", "contact_id", "contacts", "t.contact_id = r.contact_id"),
    reference("sessions", "login_id", "logins", "t.login_id = r.login_id"),
];

impl SqliteStore {
    /// The references between records that point nowhere, as `table.column`, each with how many do.
    ///
    /// There are none unless something else than this library wrote to the file. It looks at every record: it is for
    /// operators, after a restore, and for tests.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be read.
    pub async fn dangling_references(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let each = |Reference { from, column, to, on, when }: &Reference| {
            // What lies in identity's keyspace does not lead with a firm.
            let firm = if *from == "sessions" { "" } else { "t.firm_id = r.firm_id AND " };
            format!(
                "SELECT '{from}.{column}', count(*) FROM portal.{from} r WHERE {when} AND r.{column} IS NOT NULL \
                 AND NOT EXISTS (SELECT 1 FROM portal.{to} t WHERE {firm}{on})"
            )
        };
        let sql = REFERENCES.iter().map(each).collect::<Vec<_>>().join(" UNION ALL ");
        let mut dangling = Vec::new();
        for row in self.database.rows(&sql, &[]).await? {
            let mut fields = row.fields();
            let found = (fields.text()?.to_owned(), fields.unsigned()?);
            if found.1 > 0 {
                dangling.push(found);
            }
        }
        Ok(dangling)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::sql::Row;

    async fn fresh() -> (SqliteStore, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
        store.migrate().await.unwrap();
        (store, folder)
    }

    async fn texts(store: &SqliteStore, sql: &str) -> Vec<String> {
        let text = |row: &Row| row.fields().text().unwrap().to_owned();
        store.database.rows(sql, &[]).await.unwrap().iter().map(text).collect()
    }

    #[tokio::test]
    async fn what_points_nowhere_is_found() {
        let (store, _folder) = fresh().await;
        assert_eq!(store.dangling_references().await.unwrap(), []);
        let by_hand = "INSERT INTO portal_trees VALUES (x'01', x'02', 1), (x'01', x'03', 1); \
             INSERT INTO portal_sessions SELECT x'01', x'02', 1, x'03', x'04', x'05', 0, 0, '', 0, 0, 0, NULL, 0; \
             INSERT INTO portal_members SELECT x'01', x'09', 1, NULL, '', '', 0, 0, NULL; \
             INSERT INTO portal_grants SELECT x'01', x'08', 1, x'02', x'03', 0, 0, x'00', 0, NULL, 0, 0, NULL, 0; \
             INSERT INTO portal_grants SELECT x'01', x'09', 1, x'02', x'03', 0, 1, x'04', 0, NULL, 0, 0, NULL, 0;";
        let mut transaction = store.database.begin().await.unwrap();
        sqlx::raw_sql(by_hand).execute(transaction.connection().unwrap()).await.unwrap();
        transaction.end(Ok::<_, StoreError>(())).await.unwrap();
        let found: BTreeMap<String, u64> = store.dangling_references().await.unwrap().into_iter().collect();
        let wanted = [
            ("grants.client_id", 2),
            ("grants.contact_id", 1),
            ("grants.node_id", 2),
            ("members.firm_id", 1),
            ("sessions.login_id", 1),
            ("trees.client_id", 2),
        ];
        assert_eq!(found, wanted.map(|(name, count)| (name.to_owned(), count)).into());
    }

    /// Keys that do not lead as their table does: each finds by itself what leads.
    const LEAD_ELSEWHERE: [&str; 2] = ["portal_firms_external", "portal_logins_by_address"];

    #[tokio::test]
    async fn every_unique_and_foreign_key_contains_what_leads_its_table() {
        let (store, _folder) = fresh().await;
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'portal\\_%' ESCAPE '\\' \
                      AND name <> 'portal_migrations'";
        let mut keys = 0;
        for table in texts(&store, tables).await {
            let lead = texts(&store, &format!("SELECT name FROM pragma_table_info('{table}') WHERE cid = 0")).await;
            // Events and messages are numbered over all keyspaces; what leads comes second.
            let lead = match lead[0].as_str() {
                "number" => "lead_id".to_owned(),
                _ => lead[0].clone(),
            };
            let unique = format!("SELECT name FROM pragma_index_list('{table}') WHERE \"unique\" = 1");
            for index in texts(&store, &unique).await {
                let columns = texts(&store, &format!("SELECT name FROM pragma_index_info('{index}')")).await;
                let leads = columns.contains(&lead) || LEAD_ELSEWHERE.contains(&index.as_str());
                assert!(leads, "{index} of {table} is unique over more than one {lead}: {columns:?}");
                keys += 1;
            }
            let foreign = format!("SELECT DISTINCT id || '' FROM pragma_foreign_key_list('{table}')");
            for key in texts(&store, &foreign).await {
                let from = format!("SELECT \"from\" FROM pragma_foreign_key_list('{table}') WHERE id = {key}");
                let columns = texts(&store, &from).await;
                assert!(columns.contains(&lead), "a foreign key of {table} leaves its {lead}: {columns:?}");
                keys += 1;
            }
        }
        assert!(keys > 30, "only {keys} keys were seen");
    }
}
