//! What lies in a client's trash.

use std::collections::HashMap;

use axum::http::StatusCode;
use portal_core::files::{FilesRefusal, Removal};
use portal_core::ports::store::{Extent, NodeRead, TrashRow};
use portal_core::values::{ClientId, NodeId};
use portal_core::{Error, Refusal};

use super::bulk::{Done, after};
use super::{Spot, activity, head};
use crate::app::App;
use crate::handlers::{Asked, Ids, Paging};
use crate::views::staff::{PurgeNode, TrashLine, TrashPage};
use crate::views::{Flash, paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::{Problem, refusal_sentence};

/// `GET /staff/clients/{client}/trash`.
pub(crate) async fn list(staff: AsStaff, ids: Ids, Asked(paging): Asked<Paging>) -> Answer {
    show(&staff, ids.of("client")?, paging, None).await
}

/// A page of the trash, after what was just done in it.
pub(super) async fn show(staff: &AsStaff, client: ClientId, mut paging: Paging, done: Option<Done>) -> Answer {
    let files = staff.staff.files(client);
    let mut found = files.trashed(&paging.request()).await?;
    if found.items.is_empty() && !paging.is_first() {
        paging = Paging::default();
        found = files.trashed(&paging.request()).await?;
    }
    let place = paging.place(paths::trash(client), found.next);
    let head = head(&staff.staff, client).await?;
    let by = activity::removed_by(staff, &head).await?;
    let mut response = page(&TrashPage {
        frame: after(staff.frame(), &place, done.as_ref()),
        client: head,
        rows: found.items.into_iter().map(|row| line(&staff.visit.app, row, &by)).collect(),
        results: done.as_ref().map(Done::lines).unwrap_or_default(),
        selected: done.as_ref().map(Done::missed).unwrap_or_default(),
        place,
    })?;
    if done.is_some_and(|done| done.failed()) {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

fn line(app: &App, row: TrashRow, by: &HashMap<NodeId, String>) -> TrashLine {
    let (node, place) = match row.node {
        NodeRead::Folder(folder) => (NodeId::Folder(folder.value.id), folder.value.place),
        NodeRead::Document(document) => (NodeId::Document(document.value.id), document.value.place),
    };
    let trashed_at = match place.removal {
        Removal::Trashed(at) | Removal::Purged(at) => at,
        Removal::Live | Removal::Archived(_) => app.clock.now(),
    };
    TrashLine {
        node,
        name: place.name,
        was_in: row.parent_name,
        trashed_at,
        by: by.get(&node).cloned(),
        on_hold: place.hold.is_some(),
        restorable: row.restorable,
    }
}

/// `GET /staff/clients/{client}/nodes/{node}/purge`.
pub(crate) async fn purge_form(staff: AsStaff, ids: Ids) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let (lost, kept, until) = match staff.staff.files(client).lost_by_purge(node).await {
        Ok(lost) => (said(node, lost), None, None),
        Err(Error::Refused(Refusal::Files(FilesRefusal::Retained { until }))) => {
            (Vec::new(), Some("Your firm keeps uploads for a time.".to_owned()), Some(until))
        }
        Err(Error::Refused(refusal @ Refusal::Files(FilesRefusal::Held))) => {
            (Vec::new(), Some(refusal_sentence(refusal)), None)
        }
        Err(error) => return Err(error.into()),
    };
    let name = Spot::of(&staff.staff.files(client), node).await?.name;
    let client = head(&staff.staff, client).await?;
    page(&PurgeNode { frame: staff.frame(), client, node, name, lost, kept, until })
}

/// What is lost, a line for each kind of thing.
fn said(node: NodeId, lost: Extent) -> Vec<String> {
    let Extent { folders, documents, versions, size_bytes, .. } = lost;
    let size = words::bytes(&size_bytes);
    let earlier = versions.saturating_sub(documents);
    let mut lines = Vec::new();
    match node {
        NodeId::Folder(_) => {
            lines.push(match folders.saturating_sub(1) {
                0 => "this folder".to_owned(),
                below => format!("this folder and {} in it", words::counted(&below, "folder", "folders")),
            });
            lines.push(match documents {
                0 => "no documents: there are none in it".to_owned(),
                _ => format!("{} ({size})", words::counted(&documents, "document", "documents")),
            });
        }
        NodeId::Document(_) => lines.push(format!("this document ({size})")),
    }
    if earlier > 0 {
        lines
            .push(format!("{}, counted in that size", words::counted(&earlier, "earlier version", "earlier versions")));
    }
    lines
}

/// `POST` of the same.
pub(crate) async fn purge(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let staff = posted.actor;
    if !staff.me.role.administers() {
        return Err(Problem::Denied);
    }
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let name = Spot::of(&staff.staff.files(client), node).await?.name;
    staff.staff.files(client).purge(node).await?;
    go_saying(&paths::trash(client), Flash::done(format!("“{name}” is gone for good.")))
}
