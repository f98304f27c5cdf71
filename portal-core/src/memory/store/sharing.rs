//! Reads of sharing.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::MemoryStore;
use super::lists::Listed;
use super::rows::{Rows, Space};
use crate::change::Versioned;
use crate::files::{self, Document, Folder, Place, Removal};
use crate::ports::store::{SharingReads, StoreError};
use crate::sharing::{Ancestry, Audience, Grant, Key, Step, Tree};
use crate::values::{ClientId, ContactId, FirmId, FolderId, GrantId, NodeId};

impl Rows {
    /// Where a node lies.
    pub(super) fn place(&self, firm: FirmId, node: NodeId) -> Option<&Place> {
        let space = Space::Firm(firm);
        match node {
            NodeId::Folder(id) => self.look::<Folder>(space, files::Key::Folder(id)).map(|folder| &folder.place),
            NodeId::Document(id) => {
                self.look::<Document>(space, files::Key::Document(id)).map(|document| &document.place)
            }
        }
    }

    /// The node and what lies above it, up to the root; `None` when any of it is purged or unknown.
    pub(super) fn path(&self, firm: FirmId, node: NodeId) -> Option<Vec<(NodeId, &Place)>> {
        let mut steps = Vec::new();
        let mut next = Some(node);
        while let Some(node) = next {
            let place = self.place(firm, node)?;
            if matches!(place.removal, Removal::Purged(_)) {
                return None;
            }
            steps.push((node, place));
            next = place.parent.map(NodeId::Folder);
        }
        Some(steps)
    }

    /// The grants on a node, by id.
    pub(super) fn grants(&self, firm: FirmId, node: NodeId) -> Vec<Versioned<Grant>> {
        self.at(Space::Firm(firm), Listed::GrantOn(node)).filter_map(|(space, key)| self.read(space, key)).collect()
    }

    fn ancestry(&self, firm: FirmId, node: NodeId) -> Result<Option<Ancestry>, StoreError> {
        self.ancestry_for(firm, node, |_| true)
    }

    /// An ancestry with those grants alone that are asked for.
    fn ancestry_for(
        &self,
        firm: FirmId,
        node: NodeId,
        is_asked_for: impl Fn(&Grant) -> bool,
    ) -> Result<Option<Ancestry>, StoreError> {
        let Some(path) = self.path(firm, node) else { return Ok(None) };
        let Some(client) = path.first().map(|(_, place)| place.client) else { return Ok(None) };
        let tree = self
            .version((Space::Firm(firm), Key::Tree(client).into()))
            .ok_or_else(|| StoreError::Corrupt { what: format!("{client} without its tree") })?;
        let steps = path
            .into_iter()
            .map(|(node, place)| Step {
                node,
                name: place.name.clone(),
                trashed: !place.removal.is_there(),
                archived: matches!(place.removal, Removal::Archived(_)),
                held: place.hold.is_some(),
                grants: self.grants(firm, node).into_iter().filter(|grant| is_asked_for(grant)).collect(),
            })
            .collect();
        Ok(Some(Ancestry { client, tree, steps }))
    }
}

#[async_trait]
impl SharingReads for MemoryStore {
    async fn ancestry(&self, firm: FirmId, node: NodeId) -> Result<Option<Ancestry>, StoreError> {
        self.state().rows.ancestry(firm, node)
    }

    async fn ancestries(
        &self,
        firm: FirmId,
        nodes: &[NodeId],
        contacts: &[ContactId],
    ) -> Result<Vec<Ancestry>, StoreError> {
        let rows = &self.state().rows;
        let (nodes, asked): (BTreeSet<_>, BTreeSet<_>) = (nodes.iter().collect(), contacts.iter().collect());
        let mut found = Vec::new();
        for node in nodes {
            found.extend(rows.ancestry_for(firm, *node, |grant| match grant.audience {
                Audience::AllContacts => true,
                Audience::Contact(contact) => asked.contains(&contact),
            })?);
        }
        Ok(found)
    }

    async fn granted(&self, firm: FirmId, client: ClientId, contact: ContactId) -> Result<Vec<Ancestry>, StoreError> {
        let rows = &self.state().rows;
        let nodes: BTreeSet<NodeId> = rows
            .at(Space::Firm(firm), Listed::GrantOf(client))
            .filter_map(|(space, key)| rows.look::<Grant>(space, key))
            .filter(|grant| grant.audience.includes(contact))
            .map(|grant| grant.node)
            .collect();
        nodes.into_iter().filter_map(|node| rows.ancestry(firm, node).transpose()).collect()
    }

    async fn granted_below(
        &self,
        firm: FirmId,
        client: ClientId,
        folder: FolderId,
    ) -> Result<Vec<Ancestry>, StoreError> {
        let rows = &self.state().rows;
        let nodes: BTreeSet<NodeId> = rows
            .at(Space::Firm(firm), Listed::GrantOf(client))
            .filter_map(|(space, key)| rows.look::<Grant>(space, key))
            .map(|grant| grant.node)
            .collect();
        let is_below = |found: &Ancestry| found.steps.iter().skip(1).any(|step| step.node == folder.into());
        let found = nodes.into_iter().filter_map(|node| rows.ancestry(firm, node).transpose());
        found.filter(|found| found.as_ref().map_or(true, is_below)).collect()
    }

    async fn grant(&self, firm: FirmId, grant: GrantId) -> Result<Option<Versioned<Grant>>, StoreError> {
        Ok(self.state().rows.read(Space::Firm(firm), Key::Grant(grant)))
    }

    async fn tree(&self, firm: FirmId, client: ClientId) -> Result<Option<Versioned<Tree>>, StoreError> {
        Ok(self.state().rows.read(Space::Firm(firm), Key::Tree(client)))
    }
}
