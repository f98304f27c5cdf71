//! What happened at a client.

use super::Staff;
use super::listing::Names;
use super::named::NodeNames;
use crate::engine::{Error, Operation};
use crate::event::Happened;
use crate::values::{ClientId, FileName, Page, PageRequest};

/// Something that happened at a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// What, when and by whom.
    pub happened: Happened,
    /// The name of who did it, if it is known.
    pub actor_name: Option<String>,
    /// What the folder or document that it happened to is called now. `None` when it happened to none, or to one that is gone
    /// for good.
    pub node_name: Option<FileName>,
}

pub(super) async fn read(staff: &Staff, client: ClientId, page: &PageRequest) -> Result<Page<ActivityRow>, Error> {
    staff.authorize(Operation::ReadActivity).await?;
    let (engine, firm) = (&staff.engine, staff.caller.firm);
    super::client(engine, firm, client).await?;
    let happened = engine.store.activity(firm, client, page).await?;
    let names = Names::of(engine, firm, happened.items.iter().map(|happened| happened.actor)).await?;
    let nodes = NodeNames::of(engine, firm, happened.items.iter().filter_map(|happened| happened.event.node())).await?;
    Ok(happened.map(|happened| ActivityRow {
        actor_name: names.actor(happened.actor),
        node_name: happened.event.node().and_then(|node| nodes.of_node(node)),
        happened,
    }))
}
