//! Reads of sharing: what an access decision rests on, at the cost of the depth.

use async_trait::async_trait;
use portal_core::change::{Version, Versioned};
use portal_core::ports::store::{SharingReads, StoreError};
use portal_core::sharing::{Ancestry, Grant, Step, Tree};
use portal_core::values::{ClientId, ContactId, FirmId, GrantId, NodeId};

use crate::SqliteStore;
use crate::rows::{ALL_CONTACTS, LIVE, ONE_CONTACT, PURGED, Stored, node, read_file_name, read_node};
use crate::sql::{Row, Value};

/// From the nodes that `origins` gives, in the firm `$1`, all the way up, with the grants on every step: the origin and its
/// depth lead each row.
fn upwards(origins: &str) -> String {
    format!(
        "WITH RECURSIVE origin(node_id, is_document) AS ({origins}), \
         way(origin_id, origin_is_document, depth, node_id, is_document) AS ( \
             SELECT o.node_id, o.is_document, 0, o.node_id, o.is_document FROM origin o \
             UNION ALL \
             SELECT w.origin_id, w.origin_is_document, w.depth + 1, n.parent_id, 0 FROM way w \
             CROSS JOIN portal.nodes n WHERE n.firm_id = $1 AND n.node_id = w.node_id \
             AND n.is_document = w.is_document AND n.parent_id IS NOT NULL) \
         SELECT w.origin_is_document, w.origin_id, w.depth, n.node_id, n.is_document, n.client_id, n.name, n.removal, \
             t.version, {} \
         FROM way w \
         LEFT JOIN portal.nodes n ON n.firm_id = $1 AND n.node_id = w.node_id AND n.is_document = w.is_document \
         LEFT JOIN portal.trees t ON t.firm_id = $1 AND t.client_id = n.client_id \
         LEFT JOIN portal.grants g ON g.firm_id = $1 AND g.node_id = n.node_id AND g.is_document = n.is_document \
         ORDER BY w.origin_is_document, w.origin_id, w.depth, g.grant_id",
        Grant::TABLE.select("g")
    )
}

/// Ancestries as they are put together, one origin after the other.
#[derive(Default)]
struct Gathering {
    whole: Vec<Ancestry>,
    origin: Option<(i64, u128)>,
    depth: i64,
    current: Option<Ancestry>,
}

impl Gathering {
    fn take(&mut self, row: &Row) -> Result<(), StoreError> {
        let mut fields = row.fields();
        let (origin, depth) = ((fields.int()?, fields.bits()?), fields.int()?);
        let starts = self.origin != Some(origin);
        if starts {
            self.whole.extend(self.current.take());
            self.origin = Some(origin);
        }
        if starts || self.depth != depth {
            self.depth = depth;
            let step = fields.joined(6, |fields| {
                let (node, client, name) = (read_node(fields)?, fields.id::<ClientId>()?, read_file_name(fields)?);
                let (removal, tree) = (fields.int()?, fields.version()?);
                Ok((client, tree, removal, Step { node, name, trashed: removal != LIVE, grants: Vec::new() }))
            })?;
            self.step(starts, step);
        } else {
            fields.skip(6)?;
        }
        let grant = fields.joined(Grant::TABLE.width(), Grant::read)?;
        if let Some(last) = self.current.as_mut().and_then(|ancestry| ancestry.steps.last_mut()) {
            last.grants.extend(grant);
        }
        Ok(())
    }

    /// One step further up. What is purged or lies below it, and what hangs in the air, is not there.
    fn step(&mut self, starts: bool, step: Option<(ClientId, Version, i64, Step)>) {
        match step {
            Some((_, _, PURGED, _)) | None => self.current = None,
            Some((client, tree, _, step)) if starts => {
                self.current = Some(Ancestry { client, tree, steps: vec![step] });
            }
            Some((_, _, _, step)) => {
                if let Some(ancestry) = &mut self.current {
                    ancestry.steps.push(step);
                }
            }
        }
    }

    fn all(rows: &[Row]) -> Result<Vec<Ancestry>, StoreError> {
        let mut gathering = Self::default();
        rows.iter().try_for_each(|row| gathering.take(row))?;
        gathering.whole.extend(gathering.current);
        Ok(gathering.whole)
    }
}

#[async_trait]
impl SharingReads for SqliteStore {
    async fn ancestry(&self, firm: FirmId, wanted: NodeId) -> Result<Option<Ancestry>, StoreError> {
        let origin = "SELECT node_id, is_document FROM portal.nodes \
                      WHERE firm_id = $1 AND node_id = $2 AND is_document = $3";
        let [id, is_document] = node(wanted);
        let rows = self.database.rows(&upwards(origin), &[Value::id(firm), id, is_document]).await?;
        Ok(Gathering::all(&rows)?.pop())
    }

    async fn granted(&self, firm: FirmId, client: ClientId, contact: ContactId) -> Result<Vec<Ancestry>, StoreError> {
        // Two lookups in one index; an OR would be none.
        let origins = format!(
            "SELECT node_id, is_document FROM portal.grants \
                 WHERE firm_id = $1 AND client_id = $2 AND audience = {ALL_CONTACTS} \
             UNION SELECT node_id, is_document FROM portal.grants \
                 WHERE firm_id = $1 AND client_id = $2 AND audience = {ONE_CONTACT} AND contact_id = $3"
        );
        let values = [Value::id(firm), Value::id(client), Value::id(contact)];
        Gathering::all(&self.database.rows(&upwards(&origins), &values).await?)
    }

    async fn grant(&self, firm: FirmId, grant: GrantId) -> Result<Option<Versioned<Grant>>, StoreError> {
        self.find("firm_id = $1 AND grant_id = $2", &[Value::id(firm), Value::id(grant)]).await
    }

    async fn tree(&self, firm: FirmId, client: ClientId) -> Result<Option<Versioned<Tree>>, StoreError> {
        self.find("firm_id = $1 AND client_id = $2", &[Value::id(firm), Value::id(client)]).await
    }
}
