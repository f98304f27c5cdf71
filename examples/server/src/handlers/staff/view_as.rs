//! What a contact sees, shown to staff, read only.

use portal_core::directory::PortalStatus;
use portal_core::values::{ClientId, ContactId, FolderId};
use portal_core::{ContactEntry, ContactEntryKind, Crumb as SeenCrumb};

use super::head;
use crate::handlers::{Asked, Ids, Paging};
use crate::views::staff::{ViewAs, ViewAsLine};
use crate::views::{Crumb, ListPlace, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// `GET /staff/clients/{client}/contacts/{contact}/view-as`.
pub(crate) async fn roots(staff: AsStaff, ids: Ids) -> Answer {
    let (client, contact): (ClientId, ContactId) = (ids.of("client")?, ids.of("contact")?);
    let mut view = view(&staff, client, contact).await?;
    view.rows = staff.staff.view_as(contact).roots().await?.into_iter().map(line).collect();
    page(&view)
}

/// `GET /staff/clients/{client}/contacts/{contact}/view-as/{folder}`.
pub(crate) async fn folder(staff: AsStaff, ids: Ids, Asked(paging): Asked<Paging>) -> Answer {
    let (client, contact): (ClientId, ContactId) = (ids.of("client")?, ids.of("contact")?);
    let mut view = view(&staff, client, contact).await?;
    let folder: FolderId = ids.of("folder")?;
    let listing = staff.staff.view_as(contact).list(folder, &paging.request()).await?;
    view.crumbs = listing.path.into_iter().map(|SeenCrumb { folder, name }| Crumb { folder, name }).collect();
    view.crumbs.push(Crumb { folder: listing.folder, name: listing.name });
    view.rows = listing.entries.items.into_iter().map(line).collect();
    view.place = paging.place(paths::view_as_folder(client, contact, folder), listing.entries.next);
    page(&view)
}

async fn view(staff: &AsStaff, client: ClientId, contact: ContactId) -> Result<ViewAs, Problem> {
    let client = head(&staff.staff, client).await?;
    let line = client.contacts.iter().find(|line| line.id == contact).ok_or(Problem::NotFound)?;
    let obstacle = match line.status {
        PortalStatus::AccessRemoved => Some("Their portal access was taken away, so they see nothing now."),
        PortalStatus::EmailMissing => Some("They have no email address to sign in by, so they see nothing now."),
        _ => None,
    };
    Ok(ViewAs {
        frame: staff.frame(),
        contact,
        contact_name: line.name.clone(),
        obstacle: obstacle.map(str::to_owned),
        crumbs: Vec::new(),
        rows: Vec::new(),
        place: ListPlace::default(),
        client,
    })
}

fn line(entry: ContactEntry) -> ViewAsLine {
    let size_bytes = match &entry.kind {
        ContactEntryKind::Document { current, .. } => Some(current.size_bytes),
        ContactEntryKind::Folder { .. } => None,
    };
    ViewAsLine { node: entry.node(), at: entry.at(), name: entry.name, access: entry.access, size_bytes }
}
