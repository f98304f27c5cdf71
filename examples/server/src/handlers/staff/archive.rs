//! What is archived of a client.

use portal_core::files::Removal;
use portal_core::ports::store::{NodeRead, TrashRow};
use portal_core::values::{ClientId, NodeId};

use super::{Spot, head};
use crate::app::App;
use crate::handlers::{Asked, Ids, Paging};
use crate::views::staff::{ArchiveLine, ArchivePage};
use crate::views::{Flash, Undo, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page};
use crate::web::posted::{NoFields, Posted};

/// `GET /staff/clients/{client}/archive`.
pub(crate) async fn list(staff: AsStaff, ids: Ids, Asked(paging): Asked<Paging>) -> Answer {
    let client: ClientId = ids.of("client")?;
    let found = staff.staff.files(client).archived(&paging.request()).await?;
    page(&ArchivePage {
        frame: staff.frame(),
        client: head(&staff.staff, client).await?,
        rows: found.items.into_iter().map(|row| line(&staff.visit.app, row)).collect(),
        place: paging.place(paths::archive(client), found.next),
    })
}

fn line(app: &App, row: TrashRow) -> ArchiveLine {
    let (node, place) = match row.node {
        NodeRead::Folder(folder) => (NodeId::Folder(folder.value.id), folder.value.place),
        NodeRead::Document(document) => (NodeId::Document(document.value.id), document.value.place),
    };
    let archived_at = match place.removal {
        Removal::Archived(at) | Removal::Trashed(at) | Removal::Purged(at) => at,
        Removal::Live => app.clock.now(),
    };
    ArchiveLine { node, name: place.name, lies_in: row.parent_name, archived_at }
}

/// `POST /staff/clients/{client}/nodes/{node}/archive`.
pub(crate) async fn archive(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let Posted { actor: staff, back, .. } = posted;
    let files = staff.staff.files(client);
    let spot = Spot::of(&files, node).await?;
    files.archive(node).await?;
    let said = format!("“{}” is archived. Whoever has access can go on to read it.", spot.name);
    let undo = Undo::at(paths::unarchive(client, node));
    go_saying(&back.within(spot.page(client)), Flash::done(said).undone_by(undo))
}

/// `POST /staff/clients/{client}/nodes/{node}/unarchive`.
pub(crate) async fn unarchive(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let Posted { actor: staff, back, .. } = posted;
    let files = staff.staff.files(client);
    files.unarchive(node).await?;
    let spot = Spot::of(&files, node).await?;
    let said = format!("“{}” is back in its folder.", spot.name);
    let undo = Undo::at(paths::archive_node(client, node));
    go_saying(&back.or(spot.page(client)), Flash::done(said).undone_by(undo))
}
