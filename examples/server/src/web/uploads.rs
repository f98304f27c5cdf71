//! Files as they come: read from the form part by part, and never held whole.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header;
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use multer::{Constraints, Field, Multipart, SizeLimit};
use portal_core::Body;
use portal_core::files::MediaType;
use portal_core::values::{FileName, FileNameError};

use super::actors::Holder;
use super::asked::{text, wants_json};
use super::posted::ours;
use super::problem::Problem;
use crate::app::App;
use crate::security::bodies::Flowing;
use crate::security::forms::TOKEN_FIELD;
use crate::security::heads::{HeadLimit, ShortHeads};

/// How long the rest of a refused upload is read.
const DRAINING: Duration = Duration::from_secs(20);

/// So many parts at most has a form that is held whole.
const MOST_HELD: usize = 4;

/// An upload form that somebody posted: its token came first and was good, its files are still to come.
pub(crate) struct Uploading<A> {
    pub(crate) actor: A,
    pub(crate) files: Files,
    /// Whether a script asks, which wants its answer as JSON.
    pub(crate) by_script: bool,
    /// Names the page that the form was shown on.
    pub(crate) page: String,
}

impl<A> FromRequest<App> for Uploading<A>
where
    A: FromRequestParts<App, Rejection = Problem> + Holder + Send,
{
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let actor = A::from_request_parts(&mut parts, app).await?;
        let by_script = wants_json(&parts.headers);
        let boundary = multer::parse_boundary(text(&parts.headers, &header::CONTENT_TYPE).unwrap_or_default())
            .map_err(|_| Problem::Malformed)?;
        // The files have a limit of their own, which is the firm's; only heads and the token are held in memory.
        let limits = Constraints::new().size_limit(SizeLimit::new().for_field(TOKEN_FIELD, 1024));
        let (body, heads) = ShortHeads::new(Flowing::new(body, app.limits.stall));
        let mut form = Multipart::with_constraints(body, boundary, limits);
        let token = token(&mut form, &heads, app.limits.answer).await?;
        let page = ours(app, &actor, Some(&token))?.to_owned();
        Ok(Self { actor, files: Files { form, heads, current: Current::default() }, by_script, page })
    }
}

/// The token, which comes first. Until it has come it is nobody's upload, and has no more time than any other form.
async fn token(form: &mut Multipart<'static>, heads: &HeadLimit, within: Duration) -> Result<String, Problem> {
    let reading = async {
        let first = form.next_field().await.map_err(|_| Problem::Malformed)?;
        let first = first.filter(|field| field.name() == Some(TOKEN_FIELD)).ok_or(Problem::NotOurForm)?;
        // The piece that holds the token may be a head's whole allowance, with much of a file in it; the token has a limit of
        // its own.
        heads.lift();
        first.text().await.map_err(|_| Problem::Malformed)
    };
    tokio::time::timeout(within, reading).await.unwrap_or(Err(Problem::Malformed))
}

/// The files of an upload form, one after the other.
pub(crate) struct Files {
    form: Multipart<'static>,
    heads: HeadLimit,
    current: Current,
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
        while let Some(field) = self.field().await? {
            if field.name() != Some("file") {
                return Err(Problem::Malformed);
            }
            let name = field.file_name().ok_or(Problem::Malformed)?;
            let name = (!name.is_empty()).then(|| FileName::new(name));
            let declared_type = field.content_type().and_then(|kind| MediaType::new(kind.as_ref()));
            let body = Body::from_stream(self.current.begin(field));
            if let Some(name) = name {
                return Ok(Some(Incoming { name, declared_type, body }));
            }
        }
        Ok(None)
    }

    /// All that is left of the form, each part by its name; of the bytes of one, which are held in memory, no more than one beyond
    /// `max_bytes`: whoever looks sees by it that there are too many.
    pub(crate) async fn held(&mut self, max_bytes: usize) -> Result<Vec<(String, Vec<u8>)>, Problem> {
        let mut parts: Vec<(String, Vec<u8>)> = Vec::new();
        while let Some(mut field) = self.field().await? {
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|_| Problem::Malformed)? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > max_bytes {
                    bytes.truncate(max_bytes + 1);
                    break;
                }
            }
            let over = bytes.len() > max_bytes;
            let name = field.name().unwrap_or_default().to_owned();
            if name.is_empty() || parts.len() == MOST_HELD {
                return Err(Problem::Malformed);
            }
            parts.push((name, bytes));
            if over {
                drop(field);
                self.drain().await;
                break;
            }
        }
        Ok(parts)
    }

    /// The next part, once the one before is behind us: only there may more come than the head of a part has.
    async fn field(&mut self) -> Result<Option<Field<'static>>, Problem> {
        if let Some(mut left) = self.current.take_back() {
            while left.next().await.transpose().map_err(|_| Problem::Malformed)?.is_some() {}
        }
        self.heads.begin();
        let field = self.form.next_field().await.map_err(|_| Problem::Malformed)?;
        self.heads.lift();
        Ok(field)
    }

    /// Reads what still comes and drops it, for a while: a browser looks at the answer only once it has sent everything.
    pub(crate) async fn drain(&mut self) {
        let rest = async {
            while let Ok(Some(field)) = self.field().await {
                self.current.begin(field);
            }
        };
        let _ = tokio::time::timeout(DRAINING, rest).await;
    }
}

/// The part that is being read, shared with whoever reads it: what they leave of it is read past here.
#[derive(Clone, Default)]
struct Current(Arc<Mutex<State>>);

#[derive(Default)]
enum State {
    Reading(Box<Field<'static>>),
    Ended,
    #[default]
    TakenBack,
}

impl Current {
    /// The bytes of a part that begins.
    fn begin(&mut self, field: Field<'static>) -> Self {
        // Whoever still holds the part before must not read this one.
        *self = Self(Arc::new(Mutex::new(State::Reading(Box::new(field)))));
        self.clone()
    }

    /// What was not read of the part.
    fn take_back(&self) -> Option<Box<Field<'static>>> {
        let mut state = self.lock();
        match std::mem::take(&mut *state) {
            State::Reading(field) => Some(field),
            State::Ended => {
                *state = State::Ended;
                None
            }
            State::TakenBack => None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream for Current {
    type Item = std::io::Result<Bytes>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut state = self.lock();
        match &mut *state {
            State::Reading(field) => {
                let polled = std::task::ready!(field.poll_next_unpin(context));
                if polled.is_none() {
                    *state = State::Ended;
                }
                Poll::Ready(polled.map(|chunk| chunk.map_err(std::io::Error::other)))
            }
            State::Ended => Poll::Ready(None),
            State::TakenBack => Poll::Ready(Some(Err(std::io::Error::other("the rest of the file was dropped")))),
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    /// Sends one letter a second, so that it never stalls.
    fn dripping(text: &'static str) -> (Multipart<'static>, HeadLimit) {
        let letters = stream::iter(text.as_bytes().chunks(1)).then(|letter| async move {
            tokio::time::sleep(SECOND).await;
            Ok::<_, std::io::Error>(Bytes::from_static(letter))
        });
        let (body, heads) = ShortHeads::new(Box::pin(letters));
        (Multipart::new(body, "edge"), heads)
    }

    #[tokio::test(start_paused = true)]
    async fn l23_a_form_whose_token_comes_too_slowly_is_not_waited_for() {
        let form = "--edge\r\nContent-Disposition: form-data; name=\"_csrf\"\r\n\r\nabc\r\n--edge--\r\n";
        let began = tokio::time::Instant::now();
        let (mut slow, heads) = dripping(form);
        assert_eq!(token(&mut slow, &heads, SECOND * 30).await, Err(Problem::Malformed));
        assert_eq!(began.elapsed(), SECOND * 30);
        let (mut slow, heads) = dripping(form);
        assert_eq!(token(&mut slow, &heads, SECOND * 3600).await.as_deref(), Ok("abc"));
    }

    #[tokio::test]
    async fn a_form_is_taken_in_whatever_pieces_it_comes() {
        let part = |name: &str| format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"");
        let token_part = format!("{}\r\n\r\nabc\r\n", part("_csrf"));
        let file = "x".repeat(60_000);
        let whole = format!("{token_part}{}; filename=\"a.pdf\"\r\n\r\n{file}\r\n--edge--\r\n", part("file"));
        for length in [whole.len(), 40_000, 16 * 1024, 16 * 1024 - 1, 100, token_part.len()] {
            let pieces: Vec<Bytes> = whole.as_bytes().chunks(length).map(Bytes::copy_from_slice).collect();
            let (body, heads) = ShortHeads::new(stream::iter(pieces).map(Ok::<_, std::io::Error>));
            let mut form = Multipart::new(body, "edge");
            assert_eq!(token(&mut form, &heads, SECOND * 30).await.as_deref(), Ok("abc"), "in pieces of {length}");
            let mut files = Files { form, heads, current: Current::default() };
            let incoming = files.next().await.unwrap().unwrap();
            drop(incoming);
            let mut left = files.current.take_back().unwrap();
            let mut came = 0;
            while let Some(piece) = left.next().await.transpose().unwrap() {
                came += piece.len();
            }
            assert_eq!(came, 60_000, "in pieces of {length}");
            drop(left);
            assert!(files.next().await.unwrap().is_none(), "in pieces of {length}");
        }
    }
}
