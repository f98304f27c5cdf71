//! Files that a script sends part by part: announced, gone on with from wherever they are, given up.

use std::future::Future;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use futures_util::TryStreamExt as _;
use portal_core::files::{FilesRefusal, Receipt};
use portal_core::values::{ClientId, DocumentId, FolderId, UploadId};
use portal_core::{Body, ContactUploads, Error, Refusal, StaffUploads, UploadProgress};

use super::Ids;
use super::arrived::Arrived;
use crate::app::App;
use crate::security::bodies::Flowing;
use crate::views::answers::UploadAnswer;
use crate::views::{Flash, paths};
use crate::web::actors::{AsContact, AsStaff};
use crate::web::announced::{Announced, NewFile, told};
use crate::web::pages::{Answer, go_saying};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::{CHECKED_LATER, Problem, refusal_sentence};

/// Uploads of whoever sends.
trait Uploads: Clone + Send + Sync + 'static {
    fn begin(&self, folder: FolderId, file: NewFile) -> impl Future<Output = Result<UploadProgress, Problem>> + Send;
    fn take(
        &self,
        upload: UploadId,
        from: u64,
        body: Body,
    ) -> impl Future<Output = Result<UploadProgress, Error>> + Send;
    fn finish(&self, upload: UploadId) -> impl Future<Output = Result<Receipt, Error>> + Send;
}

macro_rules! uploads {
    ($uploads:ident, $receipt:expr) => {
        impl Uploads for $uploads {
            async fn begin(&self, folder: FolderId, file: NewFile) -> Result<UploadProgress, Problem> {
                let NewFile { name, declared_type, size_bytes, command } = file;
                let name = name.map_err(|error| Problem::Refused(Arrived::unnamed(&error).to_owned()))?;
                let begin = $uploads::begin(self, folder, name, size_bytes).declared_type(declared_type);
                Ok(match command {
                    Some(command) => begin.command(command).await?,
                    None => begin.await?,
                })
            }

            async fn take(&self, upload: UploadId, from: u64, body: Body) -> Result<UploadProgress, Error> {
                self.resume(upload, from, body).await
            }

            async fn finish(&self, upload: UploadId) -> Result<Receipt, Error> {
                $uploads::finish(self, upload).await.map($receipt)
            }
        }
    };
}

uploads!(ContactUploads, |uploaded| uploaded.receipt);
uploads!(StaffUploads, |receipt| receipt);

/// `POST` of an announcement: `201` and where to send the file's bytes.
async fn begin<A>(
    announced: Announced<A>,
    uploads: &impl Uploads,
    folder: FolderId,
    place: impl Fn(UploadId) -> String,
) -> Answer {
    if let Some(answer) = announced.other_version() {
        return Ok(answer);
    }
    let progress = uploads.begin(folder, announced.file()?).await?;
    let location = HeaderValue::try_from(place(progress.id)).map_err(Problem::fault)?;
    let created = (StatusCode::CREATED, [(header::LOCATION, location)]).into_response();
    Ok(told(created, Some(&progress)))
}

/// `PATCH` with bytes: how far the file has come with them; once it is whole, its receipt.
async fn take<A>(
    app: &App,
    announced: Announced<A>,
    uploads: &impl Uploads,
    upload: UploadId,
    href: impl Fn(DocumentId) -> String,
) -> Answer {
    if let Some(answer) = announced.other_version() {
        return Ok(answer);
    }
    let (from, words) = (announced.offset()?, announced.wants_words());
    let bytes = Flowing::new(announced.body, app.limits.stall).map_err(std::io::Error::other);
    let (taking, body) = (uploads.clone(), Body::from_stream(bytes));
    // Apart from the request, which is dropped when the line breaks: what came until then is still to be kept.
    let taken = tokio::spawn(async move {
        match taking.take(upload, from, body).await {
            Ok(progress) if progress.taken_bytes < progress.size_bytes => Ok((Some(progress), None)),
            Ok(progress) => Ok((Some(progress), Some(taking.finish(upload).await?))),
            // It may be finished, and the answer to that was lost.
            Err(Error::NotFound) => Ok((None, Some(taking.finish(upload).await?))),
            Err(error) => Err(error),
        }
    });
    let (progress, receipt) = match taken.await.map_err(Problem::fault)? {
        Err(Error::AwaitingScan) => return checked_later(words),
        taken => taken.map_err(not_taken)?,
    };
    let answer = match receipt {
        Some(receipt) => arrived(words, receipt, href)?,
        None => StatusCode::NO_CONTENT.into_response(),
    };
    Ok(told(answer, progress.as_ref()))
}

fn arrived(words: bool, receipt: Receipt, href: impl Fn(DocumentId) -> String) -> Answer {
    if words {
        return Arrived { receipts: vec![receipt], problems: Vec::new() }.for_script(href);
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// The file has come, and is no document yet.
fn checked_later(words: bool) -> Answer {
    if !words {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    let answer = UploadAnswer::Checking { text: CHECKED_LATER.to_owned() };
    let json = serde_json::to_vec(&answer).map_err(Problem::fault)?;
    Ok((StatusCode::ACCEPTED, [(header::CONTENT_TYPE, "application/json")], json).into_response())
}

/// Whoever sent from a wrong place, or while somebody else did, asks where to go on.
fn not_taken(error: Error) -> Problem {
    match error {
        Error::Refused(Refusal::Files(FilesRefusal::WrongOffset { .. } | FilesRefusal::UploadContested)) => {
            Problem::Conflict
        }
        Error::Refused(refusal) => Problem::Refused(refusal_sentence(refusal)),
        // The line was silent or broke: what came is kept, and the rest may be sent again.
        Error::BrokenOff(_) => Problem::Busy,
        error => error.into(),
    }
}

/// `HEAD` (and `GET`): how far it has come.
fn progress(progress: &UploadProgress) -> Response {
    told(StatusCode::OK.into_response(), Some(progress))
}

fn gone() -> Response {
    told(StatusCode::NO_CONTENT.into_response(), None)
}

/// `POST /p/{firm}/{contact}/files/{node}/uploads`.
pub(crate) async fn begin_mine(ids: Ids, announced: Announced<AsContact>) -> Answer {
    let me = announced.actor.clone();
    let place = |upload| paths::my_upload_under_way(&me.address, me.me.contact.id, upload);
    begin(announced, &me.contact.files().uploads(), ids.of("node")?, place).await
}

/// `GET`, `HEAD /p/{firm}/{contact}/uploads/{upload}`.
pub(crate) async fn my_progress(me: AsContact, ids: Ids) -> Answer {
    Ok(progress(&me.contact.files().uploads().progress(ids.of("upload")?).await?))
}

/// `PATCH` of the same.
pub(crate) async fn take_mine(State(app): State<App>, ids: Ids, announced: Announced<AsContact>) -> Answer {
    let me = announced.actor.clone();
    let href = |document| paths::my_document(&me.address, me.me.contact.id, document);
    take(&app, announced, &me.contact.files().uploads(), ids.of("upload")?, href).await
}

/// `DELETE` of the same.
pub(crate) async fn give_up_mine(ids: Ids, announced: Announced<AsContact>) -> Answer {
    announced.actor.contact.files().uploads().give_up(ids.of("upload")?).await?;
    Ok(gone())
}

/// `POST /p/{firm}/{contact}/uploads/{upload}/discard`: without scripts.
pub(crate) async fn discard_mine(ids: Ids, posted: Posted<AsContact, NoFields>) -> Answer {
    let me = posted.actor;
    let (uploads, upload): (_, UploadId) = (me.contact.files().uploads(), ids.of("upload")?);
    let found = uploads.progress(upload).await?;
    uploads.give_up(upload).command(posted.command).await?;
    let back = match found.into.node().folder() {
        Some(folder) => paths::my_folder(&me.address, me.me.contact.id, folder),
        None => paths::my_files(&me.address, me.me.contact.id),
    };
    go_saying(&back, Flash::done(format!("What had come of “{}” is discarded.", found.name)))
}

/// `POST /staff/clients/{client}/files/{folder}/uploads`.
pub(crate) async fn begin_ours(ids: Ids, announced: Announced<AsStaff>) -> Answer {
    let client: ClientId = ids.of("client")?;
    let uploads = announced.actor.staff.files(client).uploads();
    begin(announced, &uploads, ids.of("folder")?, |upload| paths::upload_under_way(client, upload)).await
}

/// `GET`, `HEAD /staff/clients/{client}/uploads/{upload}`.
pub(crate) async fn our_progress(staff: AsStaff, ids: Ids) -> Answer {
    Ok(progress(&staff.staff.files(ids.of("client")?).uploads().progress(ids.of("upload")?).await?))
}

/// `PATCH` of the same.
pub(crate) async fn take_ours(State(app): State<App>, ids: Ids, announced: Announced<AsStaff>) -> Answer {
    let client: ClientId = ids.of("client")?;
    let uploads = announced.actor.staff.files(client).uploads();
    take(&app, announced, &uploads, ids.of("upload")?, |document| paths::document(client, document)).await
}

/// `DELETE` of the same.
pub(crate) async fn give_up_ours(ids: Ids, announced: Announced<AsStaff>) -> Answer {
    announced.actor.staff.files(ids.of("client")?).uploads().give_up(ids.of("upload")?).await?;
    Ok(gone())
}

/// `POST /staff/clients/{client}/uploads/{upload}/discard`: without scripts.
pub(crate) async fn discard_ours(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let (client, upload): (ClientId, UploadId) = (ids.of("client")?, ids.of("upload")?);
    let uploads = posted.actor.staff.files(client).uploads();
    let found = uploads.progress(upload).await?;
    uploads.give_up(upload).command(posted.command).await?;
    let back = found.into.node().folder().map_or_else(|| paths::files(client), |folder| paths::folder(client, folder));
    go_saying(&posted.back.or(back), Flash::done(format!("What had come of “{}” is discarded.", found.name)))
}
