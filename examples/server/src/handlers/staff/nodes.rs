//! What is done to one folder or document: renaming, hiding, and the trash.

use portal_core::StaffFiles;
use portal_core::values::{ClientId, FileName, NodeId};

use super::clients::NameForm;
use super::files::file_name_error;
use super::{Spot, head};
use crate::handlers::Ids;
use crate::views::staff::Rename;
use crate::views::{Field, Flash, Undo, paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;

/// `GET /staff/clients/{client}/nodes/{node}/rename`.
pub(crate) async fn rename_form(staff: AsStaff, ids: Ids) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let spot = Spot::of(&staff.staff.files(client), node).await?;
    let name = Field::of(&spot.name);
    page(&rename_view(&staff, client, node, &spot, name).await?)
}

async fn rename_view(
    staff: &AsStaff,
    client: ClientId,
    node: NodeId,
    spot: &Spot,
    name: Field,
) -> Result<Rename, Problem> {
    let client = head(&staff.staff, client).await?;
    Ok(Rename { frame: staff.frame(), client, node: Some(node), before: spot.name.to_string(), name })
}

/// `POST` of the same.
pub(crate) async fn rename(ids: Ids, posted: Posted<AsStaff, NameForm>) -> Answer {
    let Posted { actor: staff, fields, back, .. } = posted;
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let files = staff.staff.files(client);
    let spot = Spot::of(&files, node).await?;
    let name = match FileName::new(&fields.name) {
        Ok(name) => name,
        Err(error) => {
            let field = Field::refused(fields.name, file_name_error(&error));
            return refused(&rename_view(&staff, client, node, &spot, field).await?);
        }
    };
    let renamed = files.rename(node, name).await?;
    let undo = Undo::at(paths::rename_node(client, node)).field("name", &spot.name);
    let said = format!("“{}” is now called “{}”.", spot.name, renamed.name);
    go_saying(&back.or(spot.page(client)), Flash::done(said).undone_by(undo))
}

/// The form of the visible toggle.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct VisibleForm {
    visible: bool,
}

/// `POST /staff/clients/{client}/nodes/{node}/visible`.
pub(crate) async fn visible(ids: Ids, posted: Posted<AsStaff, VisibleForm>) -> Answer {
    let Posted { actor: staff, fields: VisibleForm { visible }, back, .. } = posted;
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let files = staff.staff.files(client);
    let spot = Spot::of(&files, node).await?;
    files.set_visible(node, visible).await?;
    let said = match visible {
        true => format!("All contacts see “{}” now. Nobody was emailed.", spot.name),
        false => match still_seen_by(&files, node).await?.as_slice() {
            [] => format!("“{}” is hidden from contacts.", spot.name),
            names => format!(
                "“{}” is not shared with all contacts any more. {} still {} it, by another sharing; change that under Share.",
                spot.name,
                words::listed(names),
                if names.len() == 1 { "sees" } else { "see" },
            ),
        },
    };
    let undo = Undo::at(paths::visible(client, node)).field("visible", !visible);
    go_saying(&back.or(spot.page(client)), Flash::done(said).undone_by(undo))
}

/// Who sees something, each once.
pub(super) async fn still_seen_by(files: &StaffFiles, node: NodeId) -> Result<Vec<String>, Problem> {
    let seen_by = files.sharing(node).await?.shared_with;
    let mut names: Vec<String> =
        seen_by.into_iter().map(|seen| seen.name.unwrap_or_else(|| "All contacts".to_owned())).collect();
    names.dedup();
    Ok(names)
}

/// `POST /staff/clients/{client}/nodes/{node}/trash`.
pub(crate) async fn trash(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let Posted { actor: staff, back, .. } = posted;
    let files = staff.staff.files(client);
    let spot = Spot::of(&files, node).await?;
    files.trash(node).await?;
    let undo = Undo::at(paths::restore(client, node));
    let said = format!("“{}” is in the trash.", spot.name);
    go_saying(&back.within(spot.page(client)), Flash::done(said).undone_by(undo))
}

/// `POST /staff/clients/{client}/nodes/{node}/restore`.
pub(crate) async fn restore(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let (client, node): (ClientId, NodeId) = (ids.of("client")?, ids.of("node")?);
    let Posted { actor: staff, back, .. } = posted;
    let files = staff.staff.files(client);
    files.restore(node).await?;
    let spot = Spot::of(&files, node).await?;
    let said = format!("“{}” is back, with whom it was shared.", spot.name);
    go_saying(&back.or(spot.page(client)), Flash::done(said))
}
