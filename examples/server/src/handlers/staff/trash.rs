//! What lies in a client's trash.

use portal_core::files::Removal;
use portal_core::ports::store::{NodeRead, TrashRow};
use portal_core::values::{ClientId, FileName, NodeId, PageRequest};

use super::head;
use crate::app::App;
use crate::handlers::{Asked, Ids, Paging};
use crate::views::staff::{PurgeNode, TrashLine, TrashPage};
use crate::views::{Flash, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;

/// `GET /staff/clients/{client}/trash`.
pub(crate) async fn list(staff: AsStaff, ids: Ids, Asked(paging): Asked<Paging>) -> Answer {
    let client: ClientId = ids.of("client")?;
    let found = staff.staff.files(client).trashed(&paging.request()).await?;
    page(&TrashPage {
        frame: staff.frame(),
        client: head(&staff.staff, client).await?,
        rows: found.items.into_iter().map(|row| line(&staff.visit.app, row)).collect(),
        first: paging.is_first(),
        next: found.next,
    })
}

fn line(app: &App, row: TrashRow) -> TrashLine {
    let (node, place) = match row.node {
        NodeRead::Folder(folder) => (NodeId::Folder(folder.value.id), folder.value.place),
        NodeRead::Document(document) => (NodeId::Document(document.value.id), document.value.place),
    };
    let trashed_at = match place.removal {
        Removal::Trashed(at) | Removal::Purged(at) => at,
        Removal::Live => app.clock.now(),
    };
    TrashLine { node, name: place.name, was_in: row.parent_name, trashed_at, restorable: row.restorable }
}

/// `GET /staff/clients/{client}/nodes/{node}/purge`.
pub(crate) async fn purge_form(staff: AsStaff, ids: Ids) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let name = trashed_name(&staff, client, node).await?;
    let client = head(&staff.staff, client).await?;
    page(&PurgeNode { frame: staff.frame(), client, node, name, lost: Vec::new() })
}

/// The name of something in the trash.
async fn trashed_name(staff: &AsStaff, client: ClientId, node: NodeId) -> Result<FileName, Problem> {
    let mut paging = PageRequest::first(PageRequest::MAX_LIMIT);
    loop {
        let found = staff.staff.files(client).trashed(&paging).await?;
        let lines = found.items.into_iter().map(|row| line(&staff.visit.app, row));
        if let Some(line) = lines.into_iter().find(|line| line.node == node) {
            return Ok(line.name);
        }
        match found.next {
            Some(next) => paging = paging.after(Some(next)),
            None => return Err(Problem::NotFound),
        }
    }
}

/// `POST` of the same.
pub(crate) async fn purge(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let staff = posted.actor;
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let name = trashed_name(&staff, client, node).await?;
    staff.staff.files(client).purge(node).await?;
    go_saying(&paths::trash(client), Flash::done(format!("“{name}” is gone for good.")))
}
