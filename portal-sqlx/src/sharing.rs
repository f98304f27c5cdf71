//! Reads of sharing: what an access decision rests on, at the cost of the depth, where ways meet only once.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use portal_core::change::{Version, Versioned};
use portal_core::ports::store::{SharingReads, StoreError};
use portal_core::sharing::{Ancestry, Audience, Grant, Step, Tree};
use portal_core::values::{ClientId, ContactId, FirmId, FolderId, GrantId, NodeId};

use crate::SqliteStore;
use crate::rows::{
    ALL_CONTACTS, ARCHIVED, LIVE, ONE_CONTACT, PURGED, Stored, audience, node, read_file_name, read_node,
};
use crate::sql::{ROWS_AT_ONCE, Row, Value, tuples, unreadable};

/// The nodes that `origins` gives, in the firm `$1`, and all that lies above any of them, each once however many lie below
/// it, with the grants on it of which `which` holds.
fn upwards(origins: &str, which: &str) -> String {
    format!(
        "WITH RECURSIVE way(node_id, is_document) AS ( \
             {origins} \
             UNION \
             SELECT n.parent_id, 0 FROM way w \
             CROSS JOIN portal.nodes n WHERE n.firm_id = $1 AND n.node_id = w.node_id \
             AND n.is_document = w.is_document AND n.parent_id IS NOT NULL) \
         SELECT n.node_id, n.is_document, n.parent_id, n.client_id, n.name, n.removal, \
             CASE WHEN n.held_since IS NULL THEN 0 ELSE 1 END, t.version, {} \
         FROM way w \
         CROSS JOIN portal.nodes n \
         LEFT JOIN portal.trees t ON t.firm_id = $1 AND t.client_id = n.client_id \
         LEFT JOIN portal.grants g ON g.firm_id = $1 AND g.node_id = n.node_id AND g.is_document = n.is_document {which} \
         WHERE n.firm_id = $1 AND n.node_id = w.node_id AND n.is_document = w.is_document",
        Grant::TABLE.select("g")
    )
}

/// So many nodes and all above them, with the grants to so many audiences alone: looked up one by one, for a node may be granted
/// to very many others.
fn granted_to(nodes: usize, audiences: usize) -> String {
    let origins = format!(
        "SELECT node_id, is_document FROM portal.nodes WHERE firm_id = $1 AND (node_id, is_document) IN (VALUES {})",
        tuples(nodes, 2, 2)
    );
    let which = format!(
        "AND g.client_id = n.client_id AND (g.audience, g.contact_id) IN (VALUES {})",
        tuples(audiences, 2, 2 + 2 * nodes)
    );
    upwards(&origins, &which)
}

fn asked(firm: FirmId, nodes: &[NodeId], audiences: &[Audience]) -> Vec<Value> {
    let nodes = nodes.iter().flat_map(|wanted| node(*wanted));
    let audiences = audiences.iter().flat_map(|wanted| audience(*wanted));
    std::iter::once(Value::id(firm)).chain(nodes).chain(audiences).collect()
}

/// A node on some way up.
struct Passed {
    parent: Option<FolderId>,
    client: ClientId,
    purged: bool,
    tree: Version,
    step: Step,
}

/// Every node that lies on a way up, by its id.
#[derive(Default)]
struct Passages(BTreeMap<NodeId, Passed>);

impl Passages {
    fn of(rows: &[Row]) -> Result<Self, StoreError> {
        let mut passages = Self::default();
        rows.iter().try_for_each(|row| passages.take(row))?;
        passages.0.values_mut().for_each(|passed| passed.step.grants.sort_by_key(|grant| grant.id));
        Ok(passages)
    }

    fn take(&mut self, row: &Row) -> Result<(), StoreError> {
        let mut fields = row.fields();
        let node = read_node(&mut fields)?;
        let passed = match self.0.entry(node) {
            Entry::Occupied(passed) => {
                fields.skip(6)?;
                passed.into_mut()
            }
            Entry::Vacant(passed) => {
                let (parent, client, name) = (fields.maybe_id()?, fields.id()?, read_file_name(&mut fields)?);
                let (removal, held, tree) = (fields.int()?, fields.flag()?, fields.version()?);
                let step = Step {
                    node,
                    name,
                    trashed: removal > LIVE,
                    archived: removal == ARCHIVED,
                    held,
                    grants: Vec::new(),
                };
                passed.insert(Passed { parent, client, purged: removal == PURGED, tree, step })
            }
        };
        passed.step.grants.extend(fields.joined(Grant::TABLE.width(), Grant::read)?);
        Ok(())
    }

    /// The way up from a node. What is purged or lies below it, and what hangs in the air, is not there.
    fn ancestry(&self, origin: NodeId) -> Result<Option<Ancestry>, StoreError> {
        let Some(Passed { client, tree, .. }) = self.0.get(&origin) else { return Ok(None) };
        let (mut steps, mut next) = (Vec::new(), Some(origin));
        while let Some(node) = next {
            let Some(passed) = self.0.get(&node).filter(|passed| !passed.purged) else { return Ok(None) };
            if steps.len() == self.0.len() {
                return Err(unreadable(format_args!("{node} lies below itself")));
            }
            steps.push(passed.step.clone());
            next = passed.parent.map(NodeId::Folder);
        }
        Ok(Some(Ancestry { client: *client, tree: *tree, steps }))
    }

    /// The ways up from the nodes on which there is such a grant.
    fn granted(&self, is: impl Fn(&Grant) -> bool) -> Result<Vec<Ancestry>, StoreError> {
        let origins = self.0.iter().filter(|(_, passed)| passed.step.grants.iter().any(|grant| is(grant)));
        origins.filter_map(|(node, _)| self.ancestry(*node).transpose()).collect()
    }
}

#[async_trait]
impl SharingReads for SqliteStore {
    async fn ancestry(&self, firm: FirmId, wanted: NodeId) -> Result<Option<Ancestry>, StoreError> {
        let origin = "SELECT node_id, is_document FROM portal.nodes \
                      WHERE firm_id = $1 AND node_id = $2 AND is_document = $3";
        let [id, is_document] = node(wanted);
        let rows = self.database.rows(&upwards(origin, ""), &[Value::id(firm), id, is_document]).await?;
        Passages::of(&rows)?.ancestry(wanted)
    }

    async fn ancestries(
        &self,
        firm: FirmId,
        nodes: &[NodeId],
        contacts: &[ContactId],
    ) -> Result<Vec<Ancestry>, StoreError> {
        let nodes: Vec<NodeId> = nodes.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let contacts: BTreeSet<ContactId> = contacts.iter().copied().collect();
        let all = std::iter::once(Audience::AllContacts);
        let audiences: Vec<Audience> = all.chain(contacts.into_iter().map(Audience::Contact)).collect();
        let mut found = Vec::with_capacity(nodes.len());
        for some in nodes.chunks(ROWS_AT_ONCE) {
            let mut rows = Vec::new();
            for few in audiences.chunks(ROWS_AT_ONCE) {
                rows.extend(self.database.rows(&granted_to(some.len(), few.len()), &asked(firm, some, few)).await?);
            }
            let passages = Passages::of(&rows)?;
            for node in some {
                found.extend(passages.ancestry(*node)?);
            }
        }
        Ok(found)
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
        Passages::of(&self.database.rows(&upwards(&origins, ""), &values).await?)?
            .granted(|grant| grant.audience.includes(contact))
    }

    async fn granted_below(
        &self,
        firm: FirmId,
        client: ClientId,
        folder: FolderId,
    ) -> Result<Vec<Ancestry>, StoreError> {
        let origins = "SELECT node_id, is_document FROM portal.grants WHERE firm_id = $1 AND client_id = $2";
        let rows = self.database.rows(&upwards(origins, ""), &[Value::id(firm), Value::id(client)]).await?;
        let mut granted = Passages::of(&rows)?.granted(|_| true)?;
        granted.retain(|found| found.steps.iter().skip(1).any(|step| step.node == folder.into()));
        Ok(granted)
    }

    async fn grant(&self, firm: FirmId, grant: GrantId) -> Result<Option<Versioned<Grant>>, StoreError> {
        self.find("firm_id = $1 AND grant_id = $2", &[Value::id(firm), Value::id(grant)]).await
    }

    async fn tree(&self, firm: FirmId, client: ClientId) -> Result<Option<Versioned<Tree>>, StoreError> {
        self.find("firm_id = $1 AND client_id = $2", &[Value::id(firm), Value::id(client)]).await
    }
}
