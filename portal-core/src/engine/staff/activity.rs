//! What happened at a client.

use super::Staff;
use super::listing::Names;
use crate::engine::{Error, Operation};
use crate::event::Happened;
use crate::values::{ClientId, Page, PageRequest};

/// Something that happened at a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// What, when and by whom.
    pub happened: Happened,
    /// The name of who did it, if it is known.
    pub actor_name: Option<String>,
}

pub(super) async fn read(staff: &Staff, client: ClientId, page: &PageRequest) -> Result<Page<ActivityRow>, Error> {
    staff.authorize(Operation::ReadActivity).await?;
    let (engine, firm) = (&staff.engine, staff.caller.firm);
    super::client(engine, firm, client).await?;
    let happened = engine.store.activity(firm, client, page).await?;
    let names = Names::of(engine, firm, happened.items.iter().map(|happened| happened.actor)).await?;
    Ok(happened.map(|happened| ActivityRow { actor_name: names.actor(happened.actor), happened }))
}
