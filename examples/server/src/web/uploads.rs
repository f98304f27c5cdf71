//! Files as they come: read from the form part by part, and never held whole.

use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};
use futures_util::StreamExt as _;
use multer::{Constraints, Multipart, SizeLimit};
use portal_core::Body;
use portal_core::files::MediaType;
use portal_core::values::{FileName, FileNameError};

use super::actors::Holder;
use super::posted::ours;
use super::problem::Problem;
use crate::app::App;
use crate::security::bodies::Flowing;
use crate::security::forms::TOKEN_FIELD;

/// How long the rest of a refused upload is read.
const DRAINING: Duration = Duration::from_secs(20);

/// An upload form that somebody posted: its token came first and was good, its files are still to come.
pub(crate) struct Uploading<A> {
    pub(crate) actor: A,
    pub(crate) files: Files,
    /// Whether a script asks, which wants its answer as JSON.
    pub(crate) by_script: bool,
}

impl<A> FromRequest<App> for Uploading<A>
where
    A: FromRequestParts<App, Rejection = Problem> + Holder + Send,
{
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let actor = A::from_request_parts(&mut parts, app).await?;
        let by_script = text(&parts.headers, header::ACCEPT).starts_with("application/json");
        let boundary =
            multer::parse_boundary(text(&parts.headers, header::CONTENT_TYPE)).map_err(|_| Problem::Malformed)?;
        // The files have a limit of their own, which is the firm's; only the token is held in memory.
        let limits = Constraints::new().size_limit(SizeLimit::new().for_field(TOKEN_FIELD, 1024));
        let mut form = Multipart::with_constraints(Flowing::new(body, app.limits.stall), boundary, limits);
        let first = form.next_field().await.map_err(|_| Problem::Malformed)?;
        let first = first.filter(|field| field.name() == Some(TOKEN_FIELD)).ok_or(Problem::NotOurForm)?;
        let token = first.text().await.map_err(|_| Problem::Malformed)?;
        ours(app, &actor, Some(&token))?;
        Ok(Self { actor, files: Files { form }, by_script })
    }
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

/// The files of an upload form, one after the other.
pub(crate) struct Files {
    form: Multipart<'static>,
}

/// A file that is coming in. It has to be read, or dropped, before the next one.
pub(crate) struct Incoming {
    /// What it is called, made safe; or why it cannot be called that.
    pub(crate) name: Result<FileName, FileNameError>,
    /// What the browser says it is.
    pub(crate) declared_type: Option<MediaType>,
    /// Its bytes.
    pub(crate) body: Body,
}

impl Files {
    /// The next file. A file field that was left empty is no file; any other field is refused.
    pub(crate) async fn next(&mut self) -> Result<Option<Incoming>, Problem> {
        while let Some(field) = self.form.next_field().await.map_err(|_| Problem::Malformed)? {
            if field.name() != Some("file") {
                return Err(Problem::Malformed);
            }
            let name = field.file_name().ok_or(Problem::Malformed)?;
            if name.is_empty() {
                continue;
            }
            let name = FileName::new(name);
            let declared_type = field.content_type().and_then(|kind| MediaType::new(kind.as_ref()));
            let body = Body::from_stream(field.map(|chunk| chunk.map_err(std::io::Error::other)));
            return Ok(Some(Incoming { name, declared_type, body }));
        }
        Ok(None)
    }

    /// Reads what still comes and drops it, for a while: a browser looks at the answer only once it has sent everything.
    pub(crate) async fn drain(&mut self) {
        let rest = async { while let Ok(Some(_)) = self.form.next_field().await {} };
        let _ = tokio::time::timeout(DRAINING, rest).await;
    }
}
