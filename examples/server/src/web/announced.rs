//! What a script says of a file that it sends part by part, in the words of tus 1.0.0 (tus.io, the protocol for resumable
//! uploads): core, creation and termination.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use portal_core::UploadProgress;
use portal_core::files::MediaType;
use portal_core::values::{Digest, FileName, FileNameError};

use super::actors::Holder;
use super::asked::{text, wants_json};
use super::posted::ours;
use super::problem::Problem;
use crate::app::App;

/// The version of the protocol that is spoken here, and no other.
const VERSION: HeaderValue = HeaderValue::from_static("1.0.0");
const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const TUS_VERSION: HeaderName = HeaderName::from_static("tus-version");
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
const UPLOAD_METADATA: HeaderName = HeaderName::from_static("upload-metadata");
/// The form's token of the page that sends it: no form stands around these bytes.
const TOKEN: HeaderName = HeaderName::from_static("x-form-token");
/// Names the file that is begun, so that asking twice begins it once.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// The type of a body that is a part of a file.
const PART: &str = "application/offset+octet-stream";

/// Something of an upload that is gone on with, sent by a script of ours: its token was good.
pub(crate) struct Announced<A> {
    pub(crate) actor: A,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Body,
    /// Names this very request of this page.
    page: String,
}

impl<A> FromRequest<App> for Announced<A>
where
    A: FromRequestParts<App, Rejection = Problem> + Holder + Send,
{
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let actor = A::from_request_parts(&mut parts, app).await?;
        let page = ours(app, &actor, text(&parts.headers, &TOKEN))?.to_owned();
        Ok(Self { actor, headers: parts.headers, body, page })
    }
}

/// A file that is to be sent.
pub(crate) struct NewFile {
    pub(crate) name: Result<FileName, FileNameError>,
    pub(crate) declared_type: Option<MediaType>,
    pub(crate) size_bytes: u64,
    /// Names this file, where its sender does: asking twice begins it once.
    pub(crate) command: Option<String>,
}

impl<A> Announced<A> {
    /// The answer to whoever speaks another version of the protocol.
    pub(crate) fn other_version(&self) -> Option<Response> {
        let same = self.headers.get(TUS_RESUMABLE) == Some(&VERSION);
        (!same).then(|| (StatusCode::PRECONDITION_FAILED, [(TUS_VERSION, VERSION)]).into_response())
    }

    /// The file that is announced.
    pub(crate) fn file(&self) -> Result<NewFile, Problem> {
        let size_bytes = number(&self.headers, &UPLOAD_LENGTH)?;
        let metadata = text(&self.headers, &UPLOAD_METADATA).unwrap_or_default();
        let name = metadatum(metadata, "filename").ok_or(Problem::Malformed)?;
        let declared_type = metadatum(metadata, "filetype").and_then(|kind| MediaType::new(&kind));
        Ok(NewFile { name: FileName::new(&name), declared_type, size_bytes, command: self.command() })
    }

    /// The folder that is announced: its name, and what names it as a command, where its sender does.
    pub(crate) fn folder(&self) -> Result<(Result<FileName, FileNameError>, Option<String>), Problem> {
        let metadata = text(&self.headers, &UPLOAD_METADATA).unwrap_or_default();
        let name = metadatum(metadata, "foldername").ok_or(Problem::Malformed)?;
        Ok((FileName::new(&name), self.command()))
    }

    /// What is announced, named by its sender.
    fn command(&self) -> Option<String> {
        let named = |key: &str| Digest::of_parts(&[self.page.as_bytes(), key.as_bytes()]).to_string();
        text(&self.headers, &KEY).map(named)
    }

    /// Where in the file its bytes belong.
    pub(crate) fn offset(&self) -> Result<u64, Problem> {
        if text(&self.headers, &header::CONTENT_TYPE) != Some(PART) {
            return Err(Problem::Malformed);
        }
        number(&self.headers, &UPLOAD_OFFSET)
    }

    /// Whether it is to be answered with words for a page.
    pub(crate) fn wants_words(&self) -> bool {
        wants_json(&self.headers)
    }
}

fn number(headers: &HeaderMap, name: &HeaderName) -> Result<u64, Problem> {
    let digits = text(headers, name).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or(Problem::Malformed)
}

/// One of the pairs of `Upload-Metadata`: a key, a space and a text in Base64, with commas between the pairs.
fn metadatum(metadata: &str, key: &str) -> Option<String> {
    let mut pairs = metadata.split(',').map(|pair| pair.trim().split_once(' ').unwrap_or((pair.trim(), "")));
    let (_, value) = pairs.find(|(name, _)| *name == key)?;
    String::from_utf8(BASE64.decode(value).ok()?).ok()
}

/// Says in the headers of an answer how far an upload has come.
pub(crate) fn told(mut response: Response, progress: Option<&UploadProgress>) -> Response {
    let headers = response.headers_mut();
    headers.insert(TUS_RESUMABLE, VERSION);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Some(progress) = progress {
        headers.insert(UPLOAD_OFFSET, progress.taken_bytes.into());
        headers.insert(UPLOAD_LENGTH, progress.size_bytes.into());
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_are_read_as_tus_writes_them() {
        // "w2 größe.pdf", "application/pdf"
        let metadata = "filename dzIgZ3LDtsOfZS5wZGY=,filetype YXBwbGljYXRpb24vcGRm,is_confidential";
        assert_eq!(metadatum(metadata, "filename").as_deref(), Some("w2 größe.pdf"));
        assert_eq!(metadatum(metadata, "filetype").as_deref(), Some("application/pdf"));
        assert_eq!(metadatum(metadata, "is_confidential").as_deref(), Some(""));
        assert_eq!(metadatum(metadata, "name"), None);
        for broken in ["filename", "filename ***", "filename /w==", ""] {
            assert_eq!(metadatum(broken, "filename").filter(|name| !name.is_empty()), None, "{broken}");
        }
    }

    #[test]
    fn a_number_is_digits_and_nothing_else() {
        let read = |text: &'static str| {
            let headers = HeaderMap::from_iter([(UPLOAD_OFFSET, HeaderValue::from_static(text))]);
            number(&headers, &UPLOAD_OFFSET).ok()
        };
        assert_eq!(read("0"), Some(0));
        assert_eq!(read("18446744073709551615"), Some(u64::MAX));
        for broken in ["", "-1", "+1", "1.5", "0x10", "18446744073709551616"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }
}
