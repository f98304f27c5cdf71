//! What staff and contacts do alike with documents: downloads and pictures of pages.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use portal_core::files::DocumentVersion;
use portal_core::ports::{Preview, PreviewError};
use portal_core::values::FileName;
use portal_core::{ByteRange, ClientExport, Download, Error, FolderZip};

use crate::security::downloads::{Attachment, zip_head};
use crate::security::ranges::{Wanted, wanted};
use crate::views::{DocumentKind, PagePictures};
use crate::web::problem::Problem;

/// The strong tag of a version: its hash.
fn tag(version: &DocumentVersion) -> String {
    format!("\"{}\"", version.sha256)
}

/// What a request asks of a version that it may see; and, when that needs bytes, which.
pub(super) fn asked(headers: &HeaderMap, version: &DocumentVersion) -> (Wanted, Option<ByteRange>) {
    let wanted = wanted(headers, version.size_bytes, &tag(version));
    let range = match &wanted {
        Wanted::Whole => Some(ByteRange::All),
        Wanted::Part(range) => Some(ByteRange::From { start: range.start, end: Some(range.end) }),
        Wanted::Unsatisfiable | Wanted::Unchanged => None,
    };
    (wanted, range)
}

/// The answer without bytes: the range is past the end, the browser has it, or only the head was asked for.
pub(super) fn without_bytes(name: &FileName, version: &DocumentVersion, wanted: &Wanted) -> Response {
    let file = Attachment { name: name.as_str(), size_bytes: version.size_bytes, etag: &tag(version) };
    file.head(wanted).into_response()
}

/// The bytes on their way. The head tells of the very version that is sent, whatever came meanwhile.
pub(super) fn sent(download: Download) -> Response {
    let whole = download.range == (0..download.size_bytes);
    let wanted = if whole { Wanted::Whole } else { Wanted::Part(download.range.clone()) };
    let etag = format!("\"{}\"", download.sha256);
    let file = Attachment { name: download.name.as_str(), size_bytes: download.size_bytes, etag: &etag };
    let (status, headers) = file.head(&wanted);
    (status, headers, Body::from_stream(download.body)).into_response()
}

/// A folder's zip file on its way.
pub(super) fn zip_sent(zip: FolderZip) -> Response {
    (zip_head(zip.name.as_str()), Body::from_stream(zip.body)).into_response()
}

/// All that is kept of a client on its way.
pub(super) fn export_sent(export: ClientExport) -> Response {
    // What a name of a client may hold and one of a file may not is made safe as in any name.
    let name = FileName::new(export.name.as_str()).map_or_else(|_| "client".to_owned(), |name| name.to_string());
    (zip_head(&format!("{name} export")), Body::from_stream(export.body)).into_response()
}

/// Which picture of a page is asked for.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PictureQuery {
    width: Option<u32>,
}

impl PictureQuery {
    /// The width of a picture on a document's page. Asking for it tells how many pages there are, and is not in vain: the
    /// browser asks for the same one next.
    pub(in crate::handlers) const USUAL: u32 = 960;
    const WIDEST: u32 = 1600;
    /// Each page is drawn in these widths and no others, so that what was drawn can be shown again.
    const GIVEN: [u32; 4] = [240, 480, Self::USUAL, Self::WIDEST];

    /// The width in pixels: the next of those that are given.
    pub(super) fn width(&self) -> u32 {
        let asked = self.width.unwrap_or(Self::USUAL);
        Self::GIVEN.into_iter().find(|given| *given >= asked).unwrap_or(Self::WIDEST)
    }
}

/// The page as the engine counts them, from 0; addresses count from 1.
pub(super) fn page_index(page: u32) -> Result<u32, Problem> {
    page.checked_sub(1).ok_or(Problem::NotFound)
}

/// A picture of a page.
pub(super) fn picture(preview: Preview) -> Response {
    ([(header::CONTENT_TYPE, HeaderValue::from_static("image/png"))], preview.png).into_response()
}

/// Whether a document of this name is worth asking for pictures.
pub(super) fn may_have_pictures(name: &FileName) -> bool {
    DocumentKind::of(name).has_pictures()
}

/// How a document can be shown, by what asking for a small picture of its page gave.
pub(super) fn pictures(page: u32, preview: Option<Result<Preview, Error>>) -> Result<PagePictures, Problem> {
    let none = |because: &str| Ok(PagePictures::None { because: because.to_owned() });
    match preview {
        Some(Ok(preview)) => Ok(PagePictures::Pages { count: preview.pages, shown: page }),
        None | Some(Err(Error::Preview(PreviewError::Unsupported))) => {
            none("This kind of file has no preview. Download it to look at it.")
        }
        Some(Err(Error::Preview(PreviewError::NoSuchPage { .. }))) => Err(Problem::NotFound),
        Some(Err(Error::Preview(PreviewError::Unreadable { .. }))) => {
            none("This file is locked or damaged, so there is no preview. Download it to look at it.")
        }
        Some(Err(Error::Preview(PreviewError::TooMuch { .. }))) => {
            none("This file is too large for a preview. Download it to look at it.")
        }
        Some(Err(Error::Preview(_) | Error::Busy | Error::Unavailable(_))) => {
            none("There is no preview just now. Reload the page in a moment, or download the file.")
        }
        Some(Err(error)) => Err(error.into()),
    }
}
