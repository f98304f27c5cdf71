//! What happened at a client, and at the firm.

use super::Staff;
use super::listing::Names;
use super::named::NodeNames;
use crate::engine::{Engine, Error, Operation};
use crate::event::Happened;
use crate::ports::store::ActivityQuery;
use crate::values::{Actor, ClientId, FileName, FirmId, Page, PageRequest};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// What, when and by whom.
    pub happened: Happened,
    /// The name of who did it, if it is known.
    pub actor_name: Option<String>,
    /// What the folder or document that it happened to is called now. `None` when it happened to none, or to one that is gone
    /// for good.
    pub node_name: Option<FileName>,
    /// Whom it was done to or for, besides, and their name, if it is known.
    pub person: Option<(Actor, String)>,
}

pub(super) async fn read(staff: &Staff, client: ClientId, page: &PageRequest) -> Result<Page<ActivityRow>, Error> {
    staff.authorize(Operation::ReadActivity).await?;
    let (engine, firm) = (&staff.engine, staff.caller.firm);
    super::client(engine, firm, client).await?;
    told(engine, firm, engine.store.activity(firm, client, page).await?).await
}

pub(super) async fn read_of_firm(staff: &Staff, page: &PageRequest) -> Result<Page<ActivityRow>, Error> {
    staff.authorize(Operation::ReadFirmActivity).await?;
    let (engine, firm) = (&staff.engine, staff.caller.firm);
    told(engine, firm, engine.store.firm_activity(firm, page).await?).await
}

pub(super) async fn find(
    staff: &Staff,
    client: Option<ClientId>,
    query: &ActivityQuery,
    page: &PageRequest,
) -> Result<Page<ActivityRow>, Error> {
    let (engine, firm) = (&staff.engine, staff.caller.firm);
    match client {
        Some(client) => {
            staff.authorize(Operation::ReadActivity).await?;
            super::client(engine, firm, client).await?;
        }
        None => drop(staff.authorize(Operation::ReadFirmActivity).await?),
    }
    told(engine, firm, engine.store.found_activity(firm, client, query, page).await?).await
}

/// The same with the names of all whom and what it speaks of.
async fn told(engine: &Engine, firm: FirmId, happened: Page<Happened>) -> Result<Page<ActivityRow>, Error> {
    let all = happened.items.iter();
    let people = all.clone().flat_map(|one| one.event.person().into_iter().chain([one.actor]));
    let names = Names::of(engine, firm, people).await?;
    let nodes = NodeNames::of(engine, firm, all.filter_map(|happened| happened.event.node())).await?;
    Ok(happened.map(|happened| ActivityRow {
        actor_name: names.actor(happened.actor),
        node_name: happened.event.node().and_then(|node| nodes.of_node(node)),
        person: happened.event.person().and_then(|who| Some((who, names.actor(who)?))),
        happened,
    }))
}
