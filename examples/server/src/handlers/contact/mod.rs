//! The pages of a client's contact.

pub(crate) mod folders;
pub(crate) mod withdrawing;

use std::cmp::Reverse;

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use portal_core::directory::{Frequency, MailingChange, Topic};
use portal_core::files::{DocumentVersion, Receipt, UploadInto};
use portal_core::sharing::Access;
use portal_core::values::{Actor, DocumentId, FileName, FolderId, ListOrder, NodeId, PageRequest};
use portal_core::{ContactEntry, ContactEntryKind, Crumb as SeenCrumb, RecentDocument, SessionRow, UploadProgress};

use super::arrived::Arrived;
use super::documents::{
    PictureQuery, asked, may_have_pictures, page_index, picture, pictures, sent, without_bytes, zip_sent,
};
use super::{Asked, Ids, Listing, Paging, Sort};
use crate::views::contact::{
    HomePage, MyDocumentPage, MyFileLine, MyFileWhat, MyFilesPage, MySettingsPage, ReceiptsPage, SessionLine,
};
use crate::views::{Crumb, Flash, ListPlace, MailChoice, ReceiptLines, Unfinished, paths};
use crate::web::actors::AsContact;
use crate::web::pages::{Answer, go_saying, page};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;
use crate::web::sorts::Sorted;
use crate::web::uploads::Uploading;

/// `GET /p/{firm}/{contact}`: Home.
pub(crate) async fn home(me: AsContact) -> Answer {
    let home = me.contact.home().await?;
    let recent = home.recent.into_iter();
    let recent = recent.map(|RecentDocument { id, name, current }| document_line(&me, id, name, &current)).collect();
    let shared = home.roots.len();
    let uploads = home.uploads.into_iter().map(|folder| seen(&me, folder)).collect();
    page(&HomePage { frame: me.frame().await?, recent, uploads, roots: shared })
}

pub(super) fn seen(me: &AsContact, entry: ContactEntry) -> MyFileLine {
    let ContactEntry { name, access, kind } = entry;
    match kind {
        ContactEntryKind::Document { id, current, withdrawable } => {
            let line = document_line(me, id, name, &current);
            MyFileLine { withdrawable: withdrawable.is_some(), ..line }
        }
        ContactEntryKind::Folder { id, created_at, .. } => {
            let what = MyFileWhat::Folder { id, may_upload: access == Access::ViewAndUpload };
            MyFileLine { name, what, at: created_at, withdrawable: false }
        }
    }
}

fn document_line(me: &AsContact, id: DocumentId, name: FileName, version: &DocumentVersion) -> MyFileLine {
    let what = MyFileWhat::Document { id, size_bytes: version.size_bytes, by: uploader(me, version.uploaded_by) };
    MyFileLine { name, what, at: version.uploaded_at, withdrawable: false }
}

/// Who uploaded, as contacts are told: themselves, their firm, or somebody else at their client.
fn uploader(me: &AsContact, by: Actor) -> String {
    match by {
        Actor::Contact(contact) if contact == me.me.contact.id => "You".to_owned(),
        Actor::Contact(_) => me.me.client.name.to_string(),
        _ => me.me.firm.name.to_string(),
    }
}

pub(super) fn crumb(crumb: SeenCrumb) -> Crumb {
    Crumb { folder: crumb.folder, name: crumb.name }
}

/// `GET /p/{firm}/{contact}/files`: what is shared, at the top.
pub(crate) async fn roots(me: AsContact, Asked(listing): Asked<Listing>) -> Answer {
    let asked = listing.order();
    let order = me.visit.sorts.of(Sorted::MyFiles, asked);
    let mut entries = me.contact.files().roots().await?;
    sort(&mut entries, order);
    let path = paths::my_files(&me.address, me.me.contact.id);
    let mut response = page(&MyFilesPage {
        frame: me.frame().await?,
        crumbs: Vec::new(),
        access: None,
        archived: false,
        has_archive: true,
        makes_folders: false,
        rows: entries.into_iter().map(|entry| seen(&me, entry)).collect(),
        place: ListPlace { order: Some(order), ..ListPlace::at(path) },
        max_upload_bytes: me.me.firm.settings.max_upload_bytes,
        unfinished: Vec::new(),
        receipts: Vec::new(),
        missed: Vec::new(),
    })?;
    me.visit.sorts.remember(Sorted::MyFiles, asked, &mut response);
    Ok(response)
}

/// What is shared at the top comes whole: it is sorted as folders are, folders first.
pub(super) fn sort(entries: &mut [ContactEntry], order: ListOrder) {
    entries.sort_by_cached_key(|entry| (entry.name.folded(), entry.node()));
    match order {
        ListOrder::Name => {}
        ListOrder::NameBackwards => entries.reverse(),
        ListOrder::Newest => entries.sort_by_key(|entry| Reverse(entry.at())),
        ListOrder::Oldest => entries.sort_by_key(|entry| entry.at()),
    }
    entries.sort_by_key(|entry| matches!(entry.kind, ContactEntryKind::Document { .. }));
}

/// The query of something shared: a folder is listed in pages, a document shown page by page.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ItemQuery {
    sort: Option<Sort>,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
    page: Option<u32>,
}

/// `GET /p/{firm}/{contact}/files/{node}`: a folder or a document; mails link to both alike.
pub(crate) async fn item(me: AsContact, ids: Ids, Asked(query): Asked<ItemQuery>) -> Answer {
    let ItemQuery { sort, after, back, page } = query;
    match ids.of("node")? {
        NodeId::Folder(id) => folder(me, id, Listing { sort, after, back }).await,
        NodeId::Document(id) => document(me, id, page.unwrap_or(1)).await,
    }
}

async fn folder(me: AsContact, folder: FolderId, listing: Listing) -> Answer {
    let asked = listing.order();
    let order = me.visit.sorts.of(Sorted::MyFiles, asked);
    let paging = listing.paging();
    let found = me.contact.files().list_by(folder, order, &paging.request()).await?;
    let mut crumbs: Vec<Crumb> = found.path.into_iter().map(crumb).collect();
    crumbs.push(Crumb { folder: found.folder, name: found.name });
    let mut receipts = Vec::new();
    for document in &me.visit.carried.uploaded {
        // What was just uploaded and is gone again has no receipt to show here; and the browser may say that it uploaded anything.
        if let Ok(found) = me.contact.files().document(*document).await
            && found.current.uploaded_by == Actor::Contact(me.me.contact.id)
        {
            receipts.push(receipt_lines(&me, Receipt::of(&found.current, &found.name)));
        }
    }
    let archive = me.contact.files().archived_in(folder, &PageRequest::first(1)).await?;
    let path = paths::my_folder(&me.address, me.me.contact.id, folder);
    let mut response = page(&MyFilesPage {
        frame: me.frame().await?,
        crumbs,
        access: Some(found.access),
        archived: found.archived,
        has_archive: !archive.entries.items.is_empty(),
        makes_folders: me.me.firm.settings.policies.contacts_make_folders && found.access == Access::ViewAndUpload,
        rows: found.entries.items.into_iter().map(|entry| seen(&me, entry)).collect(),
        place: ListPlace { order: Some(order), ..paging.place(path, found.entries.next) },
        max_upload_bytes: me.me.firm.settings.max_upload_bytes,
        unfinished: unfinished(&me, folder).await?,
        receipts,
        missed: me.visit.carried.missed.clone(),
    })?;
    me.visit.sorts.remember(Sorted::MyFiles, asked, &mut response);
    Ok(response)
}

/// Their uploads to a folder that broke off.
async fn unfinished(me: &AsContact, folder: FolderId) -> Result<Vec<Unfinished>, Problem> {
    let all = me.contact.files().uploads().list().await?;
    let here = all.iter().filter(|upload| upload.into == UploadInto::NewDocument(folder));
    let line =
        |upload: &UploadProgress| Unfinished::of(upload, paths::my_discard(&me.address, me.me.contact.id, upload.id));
    Ok(here.map(line).collect())
}

fn receipt_lines(me: &AsContact, receipt: Receipt) -> ReceiptLines {
    let uploaded_by = match receipt.uploaded_by {
        Actor::Contact(contact) if contact == me.me.contact.id => me.me.contact.name.to_string(),
        other => uploader(me, other),
    };
    ReceiptLines { receipt, uploaded_by, folder: None }
}

/// `POST /p/{firm}/{contact}/files/{node}/upload`: into a folder.
pub(crate) async fn upload(ids: Ids, uploading: Uploading<AsContact>) -> Answer {
    let Uploading { actor: me, mut files, by_script, .. } = uploading;
    let folder: FolderId = ids.of("node")?;
    let mut arrived = Arrived::default();
    while let Some(file) = arrived.next(&mut files).await? {
        let Some(name) = arrived.named(file.name) else { continue };
        let upload = me.contact.files().upload(folder, name.clone(), file.body).declared_type(file.declared_type);
        let outcome = upload.await.map(|uploaded| uploaded.receipt);
        if !arrived.note(&name, outcome, &mut files).await? {
            break;
        }
    }
    if by_script {
        arrived.for_script(|document| paths::my_document(&me.address, me.me.contact.id, document))
    } else {
        arrived.back_to_folder(&paths::my_folder(&me.address, me.me.contact.id, folder))
    }
}

/// `POST /p/{firm}/{contact}/files/{node}/done`: they are done uploading into a folder.
pub(crate) async fn done_uploading(ids: Ids, posted: Posted<AsContact, NoFields>) -> Answer {
    let (me, folder): (_, FolderId) = (posted.actor, ids.of("node")?);
    me.contact.files().done_uploading(folder).command(posted.command).await?;
    let said = format!("Thank you. {} is told now of what you sent.", me.me.firm.name);
    go_saying(&paths::my_folder(&me.address, me.me.contact.id, folder), Flash::done(said))
}

async fn document(me: AsContact, id: DocumentId, shown: u32) -> Answer {
    let files = me.contact.files();
    let document = files.document(id).await?;
    let preview = match may_have_pictures(&document.name) {
        true => Some(files.preview(document.id, page_index(shown)?, PictureQuery::USUAL).await),
        false => None,
    };
    page(&MyDocumentPage {
        frame: me.frame().await?,
        document: document.id,
        crumbs: document.path.into_iter().map(crumb).collect(),
        size_bytes: document.current.size_bytes,
        by: uploader(&me, document.current.uploaded_by),
        at: document.current.uploaded_at,
        withdrawable: document.withdrawable.map(|it| it.until),
        stays: document.stays.map(|why| withdrawing::why_not(&me, why)),
        archived: document.archived,
        pictures: pictures(shown, preview)?,
        name: document.name,
    })
}

/// `GET /p/{firm}/{contact}/documents/{document}/download`.
pub(crate) async fn download(method: Method, me: AsContact, ids: Ids, headers: HeaderMap) -> Answer {
    let files = me.contact.files();
    let found = files.document(ids.of("document")?).await?;
    let (wanted, range) = asked(&headers, &found.current);
    match range {
        Some(range) if method != Method::HEAD => Ok(sent(files.download(found.id, range).await?)),
        _ => Ok(without_bytes(&found.name, &found.current, &wanted)),
    }
}

/// `GET /p/{firm}/{contact}/files/{node}/zip`: a folder as one file.
pub(crate) async fn zip(me: AsContact, ids: Ids) -> Answer {
    Ok(zip_sent(me.contact.files().download_folder(ids.of("node")?).await?))
}

/// `GET /p/{firm}/{contact}/documents/{document}/pages/{page}`.
pub(crate) async fn page_picture(
    me: AsContact,
    ids: Ids,
    Asked(query): Asked<PictureQuery>,
) -> Result<Response, Problem> {
    let page = page_index(ids.of("page")?)?;
    Ok(picture(me.contact.files().preview(ids.of("document")?, page, query.width()).await?))
}

/// `GET /p/{firm}/{contact}/receipts`.
pub(crate) async fn receipts(me: AsContact, Asked(paging): Asked<Paging>) -> Answer {
    let found = me.contact.files().receipts(&paging.request()).await?;
    let rows = found.items.into_iter().map(|receipt| receipt_lines(&me, receipt)).collect();
    let place = paging.place(paths::my_receipts(&me.address, me.me.contact.id), found.next);
    page(&ReceiptsPage { frame: me.frame().await?, rows, place })
}

/// `GET /p/{firm}/{contact}/settings`.
pub(crate) async fn settings(me: AsContact) -> Answer {
    let signed_in = me.visit.app.portal.signed_in(&me.token).await?;
    let sessions = signed_in.sessions().await?.into_iter().map(session_line).collect();
    let mail = MailChoice::all(&me.contact.notifications().read().await?);
    page(&MySettingsPage { frame: me.frame().await?, email: signed_in.email().await?, mail, sessions })
}

/// How often each kind of mail goes to a contact, by the names that the library gives them.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Notifications {
    shared: Frequency,
    new_documents: Frequency,
}

/// `POST /p/{firm}/{contact}/notifications`.
pub(crate) async fn notifications(posted: Posted<AsContact, Notifications>) -> Answer {
    let Posted { actor: me, fields, command, .. } = posted;
    let often = [(Topic::Shared, fields.shared), (Topic::NewDocuments, fields.new_documents)].into();
    let change = MailingChange { often, ..MailingChange::default() };
    me.contact.notifications().choose(change).command(command).await?;
    go_saying(&paths::my_settings(&me.address, me.me.contact.id), Flash::done("Your choice was saved."))
}

fn session_line(row: SessionRow) -> SessionLine {
    let SessionRow { id, device, created_at, seen_at, is_current, .. } = row;
    SessionLine { id, device, created_at, seen_at, here: is_current }
}

/// `POST /p/{firm}/{contact}/sessions/{session}/end`.
pub(crate) async fn end_session(ids: Ids, posted: Posted<AsContact, NoFields>) -> Answer {
    let me = posted.actor;
    let signed_in = me.visit.app.portal.signed_in(&me.token).await?;
    signed_in.end_session(ids.of("session")?).await?;
    go_saying(&paths::my_settings(&me.address, me.me.contact.id), Flash::done("That device is signed out."))
}

/// `POST /p/{firm}/{contact}/sessions/end-others`.
pub(crate) async fn end_other_sessions(posted: Posted<AsContact, NoFields>) -> Answer {
    let me = posted.actor;
    me.visit.app.portal.signed_in(&me.token).await?.end_other_sessions().await?;
    go_saying(&paths::my_settings(&me.address, me.me.contact.id), Flash::done("You are signed out everywhere else."))
}
