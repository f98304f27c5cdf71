//! One document of a client.

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use portal_core::StaffFiles;
use portal_core::files::{DocumentVersion, Scan, disagree};
use portal_core::values::{Actor, ClientId, Cursor, DocumentId, NodeId, PageRequest, VersionId};

use super::holds::held;
use super::trashed::in_trash;
use super::{head, sharers};
use crate::handlers::documents::{
    PictureQuery, asked, may_have_pictures, page_index, picture, pictures, sent, without_bytes,
};
use crate::handlers::{Asked, Ids};
use crate::views::staff::{DocumentPage, VersionLine};
use crate::views::{Crumb, Toggle};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// How many versions the page shows at a time.
const VERSIONS: usize = 50;

/// Which page of a document is looked at, and which of its versions.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PageQuery {
    page: Option<u32>,
    versions_after: Option<String>,
}

/// `GET /staff/clients/{client}/documents/{document}`.
pub(crate) async fn show(staff: AsStaff, ids: Ids, Asked(query): Asked<PageQuery>) -> Answer {
    let (client, id): (ClientId, DocumentId) = (ids.of("client")?, ids.of("document")?);
    let files = staff.staff.files(client);
    let document = files.document(id).await?;
    if document.in_trash {
        return in_trash(&staff, client, id.into(), document.name).await;
    }
    let head = head(&staff.staff, client).await?;
    let paging = PageRequest::first(VERSIONS).after(query.versions_after.clone().map(Cursor::new));
    let versions = files.versions(id, &paging).await?;
    let names = super::activity::names(&staff, &head).await?;
    let shown = query.page.unwrap_or(1);
    let preview = match may_have_pictures(&document.name) {
        true => Some(files.preview(id, page_index(shown)?, PictureQuery::USUAL).await),
        false => None,
    };
    let sharing = files.sharing(id).await?;
    let contact = |contact| names.of(Actor::Contact(contact));
    let visible = Toggle::of(&sharing.visibility, NodeId::Document(id), contact);
    let count = count_from(&files, id, versions.next.clone()).await? + versions.items.len() as u64;
    let line = |(index, version): (usize, DocumentVersion)| VersionLine {
        id: version.id,
        number: count.saturating_sub(index as u64),
        by: names.of(version.uploaded_by),
        uploaded_as: version.uploaded_as.clone(),
        at: version.uploaded_at,
        size_bytes: version.size_bytes,
        sha256: version.sha256,
        warning: warning(&version),
    };
    let activity = super::activity::about(&staff, client, NodeId::Document(id), &names).await?;
    page(&DocumentPage {
        frame: staff.frame(),
        document: id,
        held: held(document.on_hold, document.hold, &names),
        crumbs: document.path.into_iter().skip(1).map(|(folder, name)| Crumb { folder, name }).collect(),
        shared_with: sharers(&document.shared_with),
        visible,
        pictures: pictures(shown, preview)?,
        versions: versions.items.into_iter().enumerate().map(line).collect(),
        more_versions: versions.next,
        activity,
        name: document.name,
        client: head,
    })
}

/// What is to be known before somebody opens it.
fn warning(version: &DocumentVersion) -> Option<String> {
    if matches!(version.scan, Scan::Infected(_)) {
        return Some("The virus scanner refused it: nobody can open it.".to_owned());
    }
    let (declared, sniffed) = version.declared_type.as_ref().zip(version.sniffed_type.as_ref())?;
    let odd = disagree(declared, sniffed);
    odd.then(|| format!("It came as {declared}, and its content is {sniffed}. Ask who sent it before you open it."))
}

/// How many versions follow a cursor: they are numbered from the oldest.
async fn count_from(files: &StaffFiles, document: DocumentId, mut next: Option<Cursor>) -> Result<u64, Problem> {
    let mut count = 0;
    while let Some(cursor) = next {
        let paging = PageRequest::first(PageRequest::MAX_LIMIT).after(Some(cursor));
        let page = files.versions(document, &paging).await?;
        count += page.items.len() as u64;
        next = page.next;
    }
    Ok(count)
}

/// Which version is downloaded.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DownloadQuery {
    version: Option<VersionId>,
}

/// `GET /staff/clients/{client}/documents/{document}/download`.
pub(crate) async fn download(
    method: Method,
    staff: AsStaff,
    ids: Ids,
    Asked(query): Asked<DownloadQuery>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (client, id): (ClientId, DocumentId) = (ids.of("client")?, ids.of("document")?);
    let files = staff.staff.files(client);
    let document = files.document(id).await?;
    let version = match query.version {
        Some(version) => version_of(&files, id, version).await?,
        None => document.current,
    };
    let (wanted, range) = asked(&headers, &version);
    match range {
        Some(range) if method != Method::HEAD => Ok(sent(files.download(id, Some(version.id), range).await?)),
        _ => Ok(without_bytes(&document.name, &version, &wanted)),
    }
}

/// One version of a document.
async fn version_of(files: &StaffFiles, document: DocumentId, version: VersionId) -> Result<DocumentVersion, Problem> {
    let mut paging = PageRequest::first(PageRequest::MAX_LIMIT);
    loop {
        let page = files.versions(document, &paging).await?;
        if let Some(found) = page.items.into_iter().find(|found| found.id == version) {
            return Ok(found);
        }
        match page.next {
            Some(next) => paging = paging.after(Some(next)),
            None => return Err(Problem::NotFound),
        }
    }
}

/// `GET /staff/clients/{client}/documents/{document}/pages/{page}`.
pub(crate) async fn page_picture(
    staff: AsStaff,
    ids: Ids,
    Asked(query): Asked<PictureQuery>,
) -> Result<Response, Problem> {
    let page = page_index(ids.of("page")?)?;
    let files = staff.staff.files(ids.of("client")?);
    Ok(picture(files.preview(ids.of("document")?, page, query.width()).await?))
}
