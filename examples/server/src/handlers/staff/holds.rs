//! Holds: what is to be kept, whatever else holds.

use portal_core::files::{FolderKind, Hold};
use portal_core::values::{ClientId, DisplayName, NodeId, PageRequest, TextError};
use portal_core::{Error, Refusal};

use super::activity::{Names, names};
use super::{Spot, head};
use crate::handlers::Ids;
use crate::views::staff::{ClientHead, Held, HoldDialog, HoldLine};
use crate::views::{Field, Flash, Undo, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::{Problem, refusal_sentence};

/// How something stands, for a page that shows it.
pub(super) fn held(on_hold: bool, own: Option<Hold>, names: &Names) -> Held {
    let line = |hold: Hold| HoldLine { reason: hold.reason.to_string(), by: names.of(hold.by), since: hold.since };
    Held { on_hold, own: own.map(line) }
}

/// What is held: its name, the hold on it, and whether one covers it.
struct Kept {
    what: String,
    hold: Option<Hold>,
    on_hold: bool,
}

async fn kept(staff: &AsStaff, client: &ClientHead, node: NodeId) -> Result<Kept, Problem> {
    let files = staff.staff.files(client.id);
    Ok(match node {
        NodeId::Folder(folder) => {
            let found = files.list(Some(folder), &PageRequest::first(1)).await?.folder;
            let what = match found.kind {
                FolderKind::Root => format!("all files of {}", client.name),
                _ => format!("“{}”", found.name),
            };
            Kept { what, hold: found.hold, on_hold: found.on_hold }
        }
        NodeId::Document(document) => {
            let found = files.document(document).await?;
            Kept { what: format!("“{}”", found.name), hold: found.hold, on_hold: found.on_hold }
        }
    })
}

/// `GET /staff/clients/{client}/nodes/{node}/hold`.
pub(crate) async fn form(staff: AsStaff, ids: Ids) -> Answer {
    page(&dialog(&staff, ids.of("client")?, ids.of("node")?, Field::default()).await?)
}

async fn dialog(staff: &AsStaff, client: ClientId, node: NodeId, reason: Field) -> Result<HoldDialog, Problem> {
    let client = head(&staff.staff, client).await?;
    let Kept { what, hold, on_hold } = kept(staff, &client, node).await?;
    let held = held(on_hold, hold, &names(staff, &client).await?);
    Ok(HoldDialog { frame: staff.frame(), node, what, held, reason, client })
}

/// What the dialog posts.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    reason: String,
}

/// `POST` of the same.
pub(crate) async fn place(ids: Ids, posted: Posted<AsStaff, Fields>) -> Answer {
    let Posted { actor: staff, fields, command, back } = posted;
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let reason = match DisplayName::new(&fields.reason) {
        Ok(reason) => reason,
        Err(error) => {
            let field = Field::refused(fields.reason, reason_error(&error));
            return refused(&dialog(&staff, client, node, field).await?);
        }
    };
    let files = staff.staff.files(client);
    match files.place_hold(node, reason).command(command).await {
        Ok(()) => {}
        Err(Error::Refused(refusal @ Refusal::Files(_))) => {
            let field = Field::refused(fields.reason, refusal_sentence(refusal));
            return refused(&dialog(&staff, client, node, field).await?);
        }
        Err(error) => return Err(error.into()),
    }
    let what = kept(&staff, &head(&staff.staff, client).await?, node).await?.what;
    let flash = Flash::done(format!("On hold now: {what}. Nothing of it is deleted for good."));
    let flash = match staff.me.role.administers() {
        true => flash.undone_by(Undo::at(paths::release(client, node))),
        false => flash,
    };
    go_saying(&back.or(shown(&staff, client, node).await?), flash)
}

fn reason_error(error: &TextError) -> &'static str {
    match error {
        TextError::Empty => "Say why, in a few words.",
        TextError::TooLong { .. } => "A reason has at most 200 characters. Shorten it.",
        _ => "A reason has letters, digits and signs, and nothing invisible. Type it anew.",
    }
}

/// `POST /staff/clients/{client}/nodes/{node}/release`.
pub(crate) async fn release(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let Posted { actor: staff, command, back, .. } = posted;
    if !staff.me.role.administers() {
        return Err(Problem::Denied);
    }
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let Kept { what, hold, .. } = kept(&staff, &head(&staff.staff, client).await?, node).await?;
    staff.staff.files(client).release_hold(node).command(command).await?;
    let flash = Flash::done(format!("Not on hold any more: {what}."));
    let flash = match hold {
        Some(hold) => flash.undone_by(Undo::at(paths::hold(client, node)).field("reason", hold.reason)),
        None => flash,
    };
    go_saying(&back.or(shown(&staff, client, node).await?), flash)
}

/// Where it is shown: a folder by itself, a document in its list.
async fn shown(staff: &AsStaff, client: ClientId, node: NodeId) -> Result<String, Problem> {
    Ok(match node {
        NodeId::Folder(folder) => paths::folder(client, folder),
        NodeId::Document(_) => Spot::of(&staff.staff.files(client), node).await?.page(client),
    })
}
