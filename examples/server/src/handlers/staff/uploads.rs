//! Uploads by staff.

use axum::http::StatusCode;
use portal_core::values::{ClientId, DocumentId, FolderId, PageRequest};

use super::{Spot, head};
use crate::handlers::Ids;
use crate::handlers::arrived::Arrived;
use crate::views::staff::AddVersion;
use crate::views::{Flash, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::problem::Problem;
use crate::web::uploads::Uploading;

/// `POST /staff/clients/{client}/files/{folder}/upload`.
pub(crate) async fn upload(ids: Ids, uploading: Uploading<AsStaff>) -> Answer {
    let Uploading { actor: staff, mut files, by_script, .. } = uploading;
    let (client, folder): (ClientId, FolderId) = (ids.of("client")?, ids.of("folder")?);
    let into = staff.staff.files(client);
    let mut arrived = Arrived::default();
    while let Some(file) = arrived.next(&mut files).await? {
        let Some(name) = arrived.named(file.name) else { continue };
        let upload = into.upload(folder, name.clone(), file.body).declared_type(file.declared_type);
        let outcome = upload.await;
        if !arrived.note(&name, outcome, &mut files).await? {
            break;
        }
    }
    if by_script {
        return arrived.for_script(|document| paths::document(client, document));
    }
    let listing = into.list(Some(folder), &PageRequest::first(1)).await?;
    let place = if listing.folder.path.is_empty() { paths::files(client) } else { paths::folder(client, folder) };
    arrived.back_to_folder(&place)
}

/// `GET /staff/clients/{client}/documents/{document}/add-version`.
pub(crate) async fn add_version_form(staff: AsStaff, ids: Ids) -> Answer {
    page(&version_view(&staff, ids.of("client")?, ids.of("document")?, None).await?)
}

async fn version_view(
    staff: &AsStaff,
    client: ClientId,
    document: DocumentId,
    error: Option<String>,
) -> Result<AddVersion, Problem> {
    let spot = Spot::of(&staff.staff.files(client), document.into()).await?;
    let client = head(&staff.staff, client).await?;
    Ok(AddVersion { frame: staff.frame(), client, document, name: spot.name, error })
}

/// `POST` of the same: one file becomes the version that is shown.
pub(crate) async fn add_version(ids: Ids, uploading: Uploading<AsStaff>) -> Answer {
    let Uploading { actor: staff, mut files, by_script, .. } = uploading;
    let (client, document): (ClientId, DocumentId) = (ids.of("client")?, ids.of("document")?);
    let mut arrived = Arrived::default();
    if let Some(file) = files.next().await?
        && let Some(name) = arrived.named(file.name)
    {
        let version = staff.staff.files(client).add_version(document, name.clone(), file.body);
        let outcome = version.declared_type(file.declared_type).await;
        arrived.note(&name, outcome, &mut files).await?;
    }
    if by_script {
        return arrived.for_script(|document| paths::document(client, document));
    }
    match (arrived.problems.into_iter().next(), arrived.receipts.into_iter().next()) {
        (None, Some(receipt)) => {
            let said = format!("“{}” has a new version. The earlier ones are kept.", receipt.name);
            go_saying(&paths::document(client, document), Flash::done(said))
        }
        (problem, _) => {
            let (status, said) = match problem {
                Some((status, missed)) => (status, missed.said()),
                None => (StatusCode::UNPROCESSABLE_ENTITY, "Choose a file first.".to_owned()),
            };
            let mut response = refused(&version_view(&staff, client, document, Some(said)).await?)?;
            *response.status_mut() = status;
            Ok(response)
        }
    }
}
