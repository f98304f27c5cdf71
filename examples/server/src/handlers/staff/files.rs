//! A client's files, and what is done in a folder.

use axum::http::StatusCode;
use portal_core::files::{FolderKind, Receipt, UploadInto};
use portal_core::values::{ClientId, FileName, FileNameError, FolderId, NodeId};
use portal_core::{Entry, EntryKind, Error, StaffFiles, UploadProgress};

use super::activity::names;
use super::bulk::{Done, after};
use super::clients::NameForm;
use super::holds::held;
use super::trashed::in_trash;
use super::{Spot, head, named, sharers};
use crate::handlers::documents::zip_sent;
use crate::handlers::{Asked, Ids, Listing, Paging};
use crate::views::staff::{FileLine, FileWhat, FilesPage, Held, NewFolder};
use crate::views::{Crumb, Field, Flash, ListPlace, ReceiptLines, Toggle, Unfinished, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::Posted;
use crate::web::problem::Problem;
use crate::web::sorts::Sorted;

/// `GET /staff/clients/{client}/files`.
pub(crate) async fn root(staff: AsStaff, ids: Ids, Asked(listing): Asked<Listing>) -> Answer {
    list(&staff, ids.of("client")?, None, listing, None).await
}

/// `GET /staff/clients/{client}/files/{folder}`.
pub(crate) async fn folder(staff: AsStaff, ids: Ids, Asked(listing): Asked<Listing>) -> Answer {
    list(&staff, ids.of("client")?, Some(ids.of("folder")?), listing, None).await
}

/// `GET /staff/clients/{client}/files/{folder}/zip`: a folder as one file.
pub(crate) async fn zip(staff: AsStaff, ids: Ids) -> Answer {
    Ok(zip_sent(staff.staff.files(ids.of("client")?).download_folder(ids.of("folder")?).await?))
}

/// A page of a folder, after what was just done in it.
pub(super) async fn list(
    staff: &AsStaff,
    client: ClientId,
    folder: Option<FolderId>,
    listing: Listing,
    done: Option<Done>,
) -> Answer {
    let asked = listing.order();
    let order = staff.visit.sorts.of(Sorted::Files, asked);
    let mut paging = listing.paging();
    let files = staff.staff.files(client);
    let mut found = files.list_by(folder, order, &paging.request()).await?;
    if found.entries.items.is_empty() && !paging.is_first() {
        paging = Paging::default();
        found = files.list_by(folder, order, &paging.request()).await?;
    }
    let here = found.folder;
    if here.in_trash {
        return in_trash(staff, client, here.id.into(), here.name).await;
    }
    let path = if here.kind == FolderKind::Root { paths::files(client) } else { paths::folder(client, here.id) };
    let mut crumbs: Vec<Crumb> = here.path.into_iter().skip(1).map(|(folder, name)| Crumb { folder, name }).collect();
    if here.kind != FolderKind::Root {
        crumbs.push(Crumb { folder: here.id, name: here.name });
    }
    let place = ListPlace { order: Some(order), ..paging.place(path, found.entries.next) };
    let client_head = head(&staff.staff, client).await?;
    let held = match here.hold {
        // Who put it there is looked up only where something is.
        hold @ Some(_) => held(here.on_hold, hold, &names(staff, &client_head).await?),
        None => Held { on_hold: here.on_hold, own: None },
    };
    let mut response = page(&FilesPage {
        frame: after(staff.frame(), &place, done.as_ref()),
        client: client_head,
        held,
        crumbs,
        folder: here.id,
        rows: found.entries.items.into_iter().filter_map(line).collect(),
        results: done.as_ref().map(Done::lines).unwrap_or_default(),
        selected: done.as_ref().map(Done::missed).unwrap_or_default(),
        unfinished: unfinished(client, here.id, &files).await?,
        receipts: receipts(staff, &files).await?,
        missed: staff.visit.carried.missed.clone(),
        max_upload_bytes: staff.firm.settings.max_upload_bytes,
        archived: here.archived,
        place,
    })?;
    if done.is_some_and(|done| done.failed()) {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    staff.visit.sorts.remember(Sorted::Files, asked, &mut response);
    Ok(response)
}

/// Their own uploads to a folder that broke off.
async fn unfinished(client: ClientId, folder: FolderId, files: &StaffFiles) -> Result<Vec<Unfinished>, Problem> {
    let all = files.uploads().list().await?;
    let here = all.iter().filter(|upload| upload.into == UploadInto::NewDocument(folder));
    let line = |upload: &UploadProgress| Unfinished::of(upload, paths::discard(client, upload.id));
    Ok(here.map(line).collect())
}

/// Receipts of what was just uploaded by the plain form. What is gone again meanwhile has none to show.
async fn receipts(staff: &AsStaff, files: &StaffFiles) -> Result<Vec<ReceiptLines>, Problem> {
    let mut receipts = Vec::new();
    for document in &staff.visit.carried.uploaded {
        match files.document(*document).await {
            Ok(found) => receipts.push(ReceiptLines {
                receipt: Receipt::of(&found.current, &found.name),
                uploaded_by: found.uploaded_by_name.unwrap_or_else(|| staff.me.name.to_string()),
                folder: None,
            }),
            Err(Error::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(receipts)
}

fn line(entry: Entry) -> Option<FileLine> {
    let what = match (entry.node, &entry.kind) {
        (NodeId::Folder(id), EntryKind::Folder(kind)) => {
            FileWhat::Folder { id, client_uploads: *kind == FolderKind::ClientUploads }
        }
        (NodeId::Document(id), EntryKind::Document(version)) => {
            FileWhat::Document { id, size_bytes: version.size_bytes }
        }
        // INVARIANT: a folder's kind comes with a folder's id, a version with a document's.
        _ => return None,
    };
    Some(FileLine {
        what,
        shared_with: sharers(&entry.shared_with),
        visible: Toggle::of(&entry.visibility, entry.node, |contact| named(&entry, contact)),
        on_hold: entry.on_hold,
        by: entry.by_name.clone().unwrap_or_else(|| "The portal".to_owned()),
        at: entry.at,
        name: entry.name,
    })
}

/// `GET /staff/clients/{client}/files/{folder}/new-folder`.
pub(crate) async fn new_folder_form(staff: AsStaff, ids: Ids) -> Answer {
    let view = new_folder_view(&staff, ids.of("client")?, ids.of("folder")?, Field::default()).await?;
    page(&view)
}

async fn new_folder_view(
    staff: &AsStaff,
    client: ClientId,
    parent: FolderId,
    name: Field,
) -> Result<NewFolder, Problem> {
    let spot = Spot::of(&staff.staff.files(client), parent.into()).await?;
    Ok(NewFolder {
        frame: staff.frame(),
        client: head(&staff.staff, client).await?,
        parent,
        parent_name: spot.parent.map(|_| spot.name),
        name,
    })
}

/// `POST` of the same.
pub(crate) async fn new_folder(ids: Ids, posted: Posted<AsStaff, NameForm>) -> Answer {
    let Posted { actor: staff, fields, command, back } = posted;
    let (client, parent): (ClientId, FolderId) = (ids.of("client")?, ids.of("folder")?);
    let name = match FileName::new(&fields.name) {
        Ok(name) => name,
        Err(error) => {
            let field = Field::refused(fields.name, file_name_error(&error));
            return refused(&new_folder_view(&staff, client, parent, field).await?);
        }
    };
    let files = staff.staff.files(client);
    let folder = files.add_folder(parent, name).command(command).await?;
    let spot = Spot::of(&files, folder.into()).await?;
    go_saying(
        &back.within(spot.page(client)),
        Flash::done(format!("“{}” was made. Share it to let contacts see it.", spot.name)),
    )
}

/// What is wrong with the name of a file or folder, as it is said beside the field.
pub(in crate::handlers) fn file_name_error(error: &FileNameError) -> &'static str {
    match error {
        FileNameError::TooLong => "A name has at most 200 characters. Shorten it.",
        _ => "Type a name with at least one letter or digit.",
    }
}
