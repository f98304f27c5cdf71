//! What became of the files of an upload form, one by one.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use portal_core::files::{FilesRefusal, Receipt};
use portal_core::values::{DocumentId, FileName, FileNameError};
use portal_core::{Error, Refusal};

use crate::views::answers::{UploadAnswer, UploadReceipt};
use crate::views::{Flash, MissedFile, words};
use crate::web::carried::Carried;
use crate::web::pages::{Answer, go};
use crate::web::problem::{CHECKED_LATER, Problem, refusal_sentence};
use crate::web::uploads::{Files, Incoming};

/// What came of an upload form: receipts, and what went wrong, each with the status it would have alone.
#[derive(Debug, Default)]
pub(super) struct Arrived {
    pub(super) receipts: Vec<Receipt>,
    pub(super) problems: Vec<(StatusCode, MissedFile)>,
}

impl Arrived {
    /// What a file is called; or it is taken down that it cannot be called so.
    pub(super) fn named(&mut self, name: Result<FileName, FileNameError>) -> Option<FileName> {
        match name {
            Ok(name) => Some(name),
            Err(error) => {
                let why = Self::unnamed(&error).to_owned();
                self.problems.push((StatusCode::UNPROCESSABLE_ENTITY, MissedFile { name: None, why }));
                None
            }
        }
    }

    /// Why a file cannot be called so.
    pub(super) const fn unnamed(error: &FileNameError) -> &'static str {
        match error {
            FileNameError::TooLong => {
                "A file was not uploaded: its name is longer than 200 characters. Shorten it first."
            }
            _ => "A file was not uploaded: nothing is left of its name once it is made safe. Rename it first.",
        }
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
        // Nothing can be read any more: what would have come is not known.
        let goes_on = !matches!(error, Error::BrokenOff(_));
        match file_problem(error) {
            Ok((status, why)) => self.problems.push((status, MissedFile { name: Some(name.to_string()), why })),
            Err(problem) => {
                rest.drain().await;
                self.end(problem, &format!("“{name}” was not uploaded, nor what came after it. Send it once more."))?;
                return Ok(false);
            }
        }
        Ok(goes_on)
    }

    /// Ends the upload: by the problem alone, unless something arrived before it, which is told.
    fn end(&mut self, problem: Problem, said: &str) -> Result<(), Problem> {
        if self.receipts.is_empty() && self.problems.is_empty() {
            return Err(problem);
        }
        self.problems.push((problem.status(), MissedFile { name: None, why: said.to_owned() }));
        Ok(())
    }

    /// The answer to a script, which sends one file a request.
    pub(super) fn for_script(&self, href: impl Fn(DocumentId) -> String) -> Answer {
        let receipt = |receipt: &Receipt| UploadReceipt::of(receipt, href(receipt.document));
        let (status, answer) = match (self.receipts.last(), self.problems.first()) {
            (_, Some((status, missed))) => {
                let arrived = self.receipts.iter().map(receipt).collect();
                (*status, UploadAnswer::Problem { text: missed.said(), arrived })
            }
            (Some(only), None) => (StatusCode::CREATED, UploadAnswer::Receipt(receipt(only))),
            (None, None) => (StatusCode::UNPROCESSABLE_ENTITY, UploadAnswer::problem("No file was chosen.")),
        };
        let json = serde_json::to_vec(&answer).map_err(Problem::fault)?;
        Ok((status, [(header::CONTENT_TYPE, "application/json")], json).into_response())
    }

    /// Back to the folder, which says of each what became of it.
    pub(super) fn back_to_folder(self, path: &str) -> Answer {
        let (arrived, missed) = (self.receipts.as_slice(), self.problems.as_slice());
        let files = |count: usize| words::counted(&(count as u64), "file was", "files were");
        let flash = match (arrived, missed) {
            ([], []) => Flash::problem("Choose a file first."),
            ([only], []) => Flash::done(format!("“{}” was uploaded.", only.name)),
            (many, []) => Flash::done(format!("{} files were uploaded.", many.len())),
            ([], [(_, only)]) => Flash::problem(only.said()),
            (arrived, missed) => {
                Flash::problem(format!("{} uploaded, {} not.", files(arrived.len()), files(missed.len())))
            }
        };
        let uploaded = arrived.iter().map(|receipt| receipt.document).collect();
        let missed = self.problems.into_iter().map(|(_, missed)| missed).collect();
        let mut response = go(path)?;
        Carried { flash: Some(flash), uploaded, missed }.put(&mut response);
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
        Error::AwaitingScan => (StatusCode::ACCEPTED, CHECKED_LATER.to_owned()),
        Error::BrokenOff(_) => (StatusCode::BAD_REQUEST, "The connection broke off. Try once more.".to_owned()),
        _ => return Err(error.into()),
    };
    Ok(told)
}
