//! What staff and contacts do alike with documents: downloads, pictures of pages, uploads.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use portal_core::files::{DocumentVersion, FilesRefusal, Receipt};
use portal_core::ports::{Preview, PreviewError};
use portal_core::values::{DocumentId, FileName, FileNameError};
use portal_core::{ByteRange, Download, Error, Refusal};

use crate::security::downloads::Attachment;
use crate::security::ranges::{Wanted, wanted};
use crate::views::answers::{UploadAnswer, UploadReceipt};
use crate::views::{DocumentKind, Flash, PagePictures};
use crate::web::carried::Carried;
use crate::web::pages::{Answer, go};
use crate::web::problem::{Problem, refusal_sentence};
use crate::web::uploads::{Files, Incoming};

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

/// The answer without bytes: the range is past the end, or the browser has it.
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

/// What came of an upload form: receipts, and what went wrong, each with the status it would have alone.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    pub(super) receipts: Vec<Receipt>,
    pub(super) problems: Vec<(StatusCode, String)>,
}

impl Arrived {
    /// What a file is called; or it is taken down that it cannot be called so.
    pub(super) fn named(&mut self, name: Result<FileName, FileNameError>) -> Option<FileName> {
        let said = match name {
            Ok(name) => return Some(name),
            Err(FileNameError::TooLong) => {
                "A file was not uploaded: its name is longer than 200 characters. Shorten it first."
            }
            Err(_) => "A file was not uploaded: nothing is left of its name once it is made safe. Rename it first.",
        };
        self.problems.push((StatusCode::UNPROCESSABLE_ENTITY, said.to_owned()));
        None
    }

    /// The next file. Where the form cannot be read any further the upload ends.
    pub(super) async fn next(&mut self, files: &mut Files) -> Result<Option<Incoming>, Problem> {
        match files.next().await {
            Err(problem) => {
                self.end(problem, "What came after it could not be read. Send it once more.")?;
                Ok(None)
            }
            next => next,
        }
    }

    /// Takes down what became of one file, and says whether to go on. What concerns all of them alike ends the upload.
    pub(super) async fn note(
        &mut self,
        name: &FileName,
        outcome: Result<Receipt, Error>,
        rest: &mut Files,
    ) -> Result<bool, Problem> {
        let error = match outcome {
            Ok(receipt) => {
                self.receipts.push(receipt);
                return Ok(true);
            }
            Err(error) => error,
        };
        match file_problem(error) {
            Ok((status, said)) => self.problems.push((status, format!("“{name}” was not uploaded. {said}"))),
            Err(problem) => {
                rest.drain().await;
                self.end(problem, &format!("“{name}” was not uploaded, nor what came after it. Send it once more."))?;
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Ends the upload: by the problem alone, unless something arrived before it, which is told.
    fn end(&mut self, problem: Problem, said: &str) -> Result<(), Problem> {
        if self.receipts.is_empty() && self.problems.is_empty() {
            return Err(problem);
        }
        self.problems.push((problem.status(), said.to_owned()));
        Ok(())
    }

    /// The answer to a script, which sends one file a request.
    pub(super) fn for_script(&self, href: impl Fn(DocumentId) -> String) -> Answer {
        let receipt = |receipt: &Receipt| UploadReceipt::of(receipt, href(receipt.document));
        let (status, answer) = match (self.receipts.last(), self.problems.first()) {
            (_, Some((status, said))) => {
                let arrived = self.receipts.iter().map(receipt).collect();
                (*status, UploadAnswer::Problem { text: said.clone(), arrived })
            }
            (Some(only), None) => (StatusCode::CREATED, UploadAnswer::Receipt(receipt(only))),
            (None, None) => (StatusCode::UNPROCESSABLE_ENTITY, UploadAnswer::problem("No file was chosen.")),
        };
        let json = serde_json::to_vec(&answer).map_err(Problem::fault)?;
        Ok((status, [(header::CONTENT_TYPE, "application/json")], json).into_response())
    }

    /// Back to the folder, which says what arrived.
    pub(super) fn back_to_folder(self, path: &str) -> Answer {
        let flash = match (self.problems.first(), self.receipts.as_slice()) {
            (Some((_, said)), _) if self.problems.len() == 1 => Flash::problem(said),
            (Some((_, said)), _) => {
                Flash::problem(format!("{said} {} more were not uploaded either.", self.problems.len() - 1))
            }
            (None, []) => Flash::problem("Choose a file first."),
            (None, [only]) => Flash::done(format!("“{}” was uploaded.", only.name)),
            (None, many) => Flash::done(format!("{} files were uploaded.", many.len())),
        };
        let uploaded = self.receipts.iter().map(|receipt| receipt.document).collect();
        let mut response = go(path)?;
        Carried { flash: Some(flash), uploaded }.put(&mut response);
        Ok(response)
    }
}

/// What is said of one file that was not taken. What concerns all of them alike is a problem of the request.
fn file_problem(error: Error) -> Result<(StatusCode, String), Problem> {
    let told = match &error {
        Error::Refused(refusal @ Refusal::Files(FilesRefusal::TooLarge { .. })) => {
            (StatusCode::PAYLOAD_TOO_LARGE, refusal_sentence(*refusal))
        }
        Error::Refused(refusal) => (StatusCode::UNPROCESSABLE_ENTITY, refusal_sentence(*refusal)),
        Error::Full(_) => (
            StatusCode::INSUFFICIENT_STORAGE,
            "There is no room left on the portal. Nothing of yours was lost; please tell the firm.".to_owned(),
        ),
        Error::BrokenOff(_) => (StatusCode::BAD_REQUEST, "The connection broke off. Try once more.".to_owned()),
        _ => return Err(error.into()),
    };
    Ok(told)
}
