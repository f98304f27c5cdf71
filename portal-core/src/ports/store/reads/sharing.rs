//! Reads of sharing.

use async_trait::async_trait;

use crate::change::Versioned;
use crate::ports::store::StoreError;
use crate::sharing::{Ancestry, Grant, Tree};
use crate::values::{ClientId, ContactId, FirmId, FolderId, NodeId};

/// Reads of sharing.
#[async_trait]
pub trait SharingReads: Send + Sync {
    /// The node, its ancestors and the grants on them, in one query. What is purged, or lies below something purged, is not
    /// there any more.
    async fn ancestry(&self, firm: FirmId, node: NodeId) -> Result<Option<Ancestry>, StoreError>;
    /// The ancestries of these nodes, each once and in no order that matters, with no other grants than those to all contacts and
    /// to one of `contacts`. What is purged or unknown is left out. It costs the nodes and the contacts times the depth, and
    /// nothing for those whom the nodes are granted to besides.
    async fn ancestries(
        &self,
        firm: FirmId,
        nodes: &[NodeId],
        contacts: &[ContactId],
    ) -> Result<Vec<Ancestry>, StoreError>;
    /// The ancestry of every node of the client that has a grant whose audience includes `contact`, expired or not; those
    /// in the trash too. One query; it costs the number of grants times the depth, never the number of documents.
    async fn granted(&self, firm: FirmId, client: ClientId, contact: ContactId) -> Result<Vec<Ancestry>, StoreError>;
    /// The ancestry of every node of the client that lies below `folder` and has a grant, expired or not; those in the trash
    /// too, in no order that matters. One query, at the cost of [`Self::granted`] to everybody.
    async fn granted_below(
        &self,
        firm: FirmId,
        client: ClientId,
        folder: FolderId,
    ) -> Result<Vec<Ancestry>, StoreError>;
    /// A grant.
    async fn grant(&self, firm: FirmId, grant: crate::values::GrantId) -> Result<Option<Versioned<Grant>>, StoreError>;
    /// The client's tree.
    async fn tree(&self, firm: FirmId, client: ClientId) -> Result<Option<Versioned<Tree>>, StoreError>;
}
