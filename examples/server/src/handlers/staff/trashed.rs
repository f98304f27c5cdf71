//! A folder or document that lies in the trash, looked at by its own address.

use portal_core::ports::store::NodeRead;
use portal_core::values::{ClientId, FileName, NodeId, PageRequest};

use super::head;
use crate::views::staff::InTrash;
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// The page that says so and offers to restore it, unless it lies below something else in the trash.
pub(super) async fn in_trash(staff: &AsStaff, client: ClientId, node: NodeId, name: FileName) -> Answer {
    let restorable = restorable(staff, client, node).await?;
    let client = head(&staff.staff, client).await?;
    page(&InTrash { frame: staff.frame(), client, node, name, restorable })
}

/// Whether it can be restored by itself.
async fn restorable(staff: &AsStaff, client: ClientId, node: NodeId) -> Result<bool, Problem> {
    let mut paging = PageRequest::first(PageRequest::MAX_LIMIT);
    loop {
        let found = staff.staff.files(client).trashed(&paging).await?;
        let here = found.items.into_iter().find_map(|row| {
            let id = match row.node {
                NodeRead::Folder(folder) => NodeId::Folder(folder.value.id),
                NodeRead::Document(document) => NodeId::Document(document.value.id),
            };
            (id == node).then_some(row.restorable)
        });
        if let Some(restorable) = here {
            return Ok(restorable);
        }
        match found.next {
            Some(next) => paging = paging.after(Some(next)),
            None => return Ok(false),
        }
    }
}
