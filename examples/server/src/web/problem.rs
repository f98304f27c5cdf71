//! What went wrong, and the page or answer that tells of it.

use std::error::Error as _;

use askama::Template as _;
use axum::extract::{FromRequestParts as _, Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use portal_core::directory::DirectoryRefusal;
use portal_core::files::FilesRefusal;
use portal_core::identity::IdentityRefusal;
use portal_core::ports::PreviewError;
use portal_core::{Error, Refusal};

use super::actors::{AsContact, AsStaff, AtFirm};
use super::asked::wants_json;
use super::carried::{put, put_wanted};
use super::visit::{SESSION, STAFF};
use crate::app::App;
use crate::security::headers::Nonce;
use crate::security::requests::RequestId;
use crate::staff_login::AccountsError;
use crate::views::answers::UploadAnswer;
use crate::views::errors::{ContactErrorPage, ErrorPage, StaffErrorPage};
use crate::views::{ContactFrame, Hidden, PlainFrame, StaffFrame, paths, words};

/// Why a request was not answered as asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Problem {
    /// Nobody is signed in: they are led to where one signs in.
    SignedOut,
    /// There is nothing here, or not for them.
    NotFound,
    /// They may not do this.
    Denied,
    /// The form is not from a page of ours that was shown to them.
    NotOurForm,
    /// The request is not written as it should be.
    Malformed,
    /// A rule refuses; the sentence says which and what to do.
    Refused(String),
    /// More bytes than are taken.
    TooLarge,
    /// Somebody was faster.
    Conflict,
    /// Not now: nothing was lost.
    Busy,
    /// No room is left.
    Full,
    /// Our own fault. What happened, for the log.
    Fault(String),
}

impl Problem {
    /// Our own fault.
    pub(crate) fn fault(error: impl std::error::Error) -> Self {
        let mut told = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            told = format!("{told}: {cause}");
            source = cause.source();
        }
        Self::Fault(told)
    }

    /// The status of its answer.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::SignedOut => StatusCode::UNAUTHORIZED,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Denied | Self::NotOurForm => StatusCode::FORBIDDEN,
            Self::Malformed => StatusCode::BAD_REQUEST,
            Self::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Conflict => StatusCode::CONFLICT,
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::Full => StatusCode::INSUFFICIENT_STORAGE,
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match &error {
            // Where there is no picture, there is none to be had by asking otherwise.
            Error::Preview(error) if !matches!(error, PreviewError::Failed(_)) => Self::NotFound,
            Error::NotFound => Self::NotFound,
            Error::Denied => Self::Denied,
            Error::SignedOut => Self::SignedOut,
            Error::Refused(Refusal::Files(FilesRefusal::TooLarge { .. })) => Self::TooLarge,
            Error::Refused(refusal) => Self::Refused(refusal_sentence(*refusal)),
            // The dialog shows to whom; whoever moves in any other way is told that it is to be looked at first.
            Error::GivesAccess(gives) => Self::Refused(sentence(&gives.to_string())),
            Error::OutOfRange { .. } | Error::BrokenOff(_) => Self::Malformed,
            Error::Busy | Error::Unavailable(_) | Error::Preview(_) => {
                log(None, &error.to_string(), error.source());
                Self::Busy
            }
            Error::CommandReused => Self::Conflict,
            Error::Full(_) => {
                log(None, &error.to_string(), error.source());
                Self::Full
            }
            _ => Self::fault(error),
        }
    }
}

impl From<AccountsError> for Problem {
    fn from(error: AccountsError) -> Self {
        log(None, &error.to_string(), error.source());
        Self::Busy
    }
}

impl IntoResponse for Problem {
    /// The status, and the problem for [`tell`] to make a page of.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// What is said of a file that waits for the scanner.
pub(crate) const CHECKED_LATER: &str =
    "The file has arrived. It is checked for viruses now, and shown once that is done. There is nothing more to do.";

/// A refusal as people are told of it.
pub(crate) fn refusal_sentence(refusal: Refusal) -> String {
    let said = match refusal {
        Refusal::Files(FilesRefusal::TooLarge { limit_bytes }) => {
            format!("This file is larger than {}, the most that is taken here.", words::bytes(&limit_bytes))
        }
        Refusal::Files(FilesRefusal::QuotaUsedUp { left_bytes: 0 }) => {
            "Nothing more is taken from you: what the firm keeps of your uploads is used up. Ask it to make room."
                .to_owned()
        }
        Refusal::Files(FilesRefusal::QuotaUsedUp { left_bytes }) => {
            let left = words::bytes(&left_bytes);
            format!(
                "This file is too large for the room that is left: {left} more are taken from you. Ask the firm to make room."
            )
        }
        Refusal::Files(FilesRefusal::Infected) => {
            "The virus scanner refused this file: it is harmful, or cannot be checked. Nobody can open it here."
                .to_owned()
        }
        Refusal::Files(FilesRefusal::Retained { until }) => {
            format!("The firm keeps uploads for a time. It can be deleted for good from {} on.", words::exact(&until))
        }
        Refusal::Files(refusal) => refusal.to_string(),
        Refusal::Sharing(refusal) => refusal.to_string(),
        Refusal::Directory(DirectoryRefusal::LastOwner) => {
            "This is the firm's only owner. Make somebody else an owner first.".to_owned()
        }
        Refusal::Directory(refusal) => refusal.to_string(),
        Refusal::Identity(IdentityRefusal::WrongCode { tries_left: 1 }) => {
            "This is not the code in the mail. You can try once more.".to_owned()
        }
        Refusal::Identity(IdentityRefusal::WrongCode { tries_left }) => {
            format!("This is not the code in the mail. You can try {tries_left} more times.")
        }
        refusal => refusal.to_string(),
    };
    sentence(&said)
}

fn sentence(said: &str) -> String {
    let mut letters = said.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    let end = if said.ends_with('.') { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}

/// Makes a page, or an answer for a script, of whatever went wrong further in; for `axum::middleware::from_fn_with_state`.
pub(crate) async fn tell(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = request.extensions().get::<RequestId>().cloned();
    let (method, path) = (request.method().clone(), request.uri().path().to_owned());
    let nonce = request.extensions().get::<Nonce>().cloned();
    let for_script = wants_json(request.headers());
    let (parts, body) = request.into_parts();
    let asked = parts.clone();
    let response = next.run(Request::from_parts(parts, body)).await;
    let status = response.status();
    // An answer that has said what it is, or which bytes there are, speaks for itself.
    let blank = ![header::CONTENT_TYPE, header::CONTENT_RANGE].iter().any(|name| response.headers().contains_key(name));
    let problem = response.extensions().get::<Problem>().cloned();
    match problem {
        None if status.as_u16() >= 400 && blank => told(&app, asked, nonce.as_ref(), status, None, for_script).await,
        None => response,
        Some(Problem::SignedOut) if !for_script => lead_to_sign_in(&method, &path),
        Some(problem) => {
            if let Problem::Fault(what) = &problem {
                log(id.as_ref(), what, None);
            }
            told(&app, asked, nonce.as_ref(), status, Some(&problem), for_script).await
        }
    }
}

/// Leads to where one signs in: back to this very page afterwards, if it was looked at and nothing was sent.
fn lead_to_sign_in(method: &Method, path: &str) -> Response {
    let firm = path.strip_prefix("/p/").and_then(|rest| rest.split('/').next());
    let (place, cookie) = match firm {
        Some(firm) => (format!("/p/{firm}"), SESSION),
        None => (paths::staff_sign_in().to_owned(), STAFF),
    };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, place)]).into_response();
    if method == Method::GET {
        put_wanted(path, &mut response);
    }
    put(&mut response, cookie.clear().ok());
    response
}

async fn told(
    app: &App,
    asked: Parts,
    nonce: Option<&Nonce>,
    status: StatusCode,
    problem: Option<&Problem>,
    for_script: bool,
) -> Response {
    let nonce = nonce.map(|nonce| nonce.as_str().to_owned()).unwrap_or_default();
    let frame = PlainFrame { firm: None, csrf: Hidden::new(""), nonce, flash: None, now: app.clock.now() };
    let mut view = ErrorPage::of(frame, status.as_u16());
    match problem {
        Some(Problem::NotFound) if for_script && asked.method == Method::POST => {
            "This folder is not there any more, or not open for uploads any more".clone_into(&mut view.title);
            "Nothing of the file was kept. Reload the page to see where you can upload.".clone_into(&mut view.text);
        }
        Some(Problem::Refused(why)) => {
            "This was not done".clone_into(&mut view.title);
            view.text = format!("{why} Go back to change it.");
        }
        Some(Problem::Denied) => {
            "This is for owners and admins".clone_into(&mut view.title);
            "Ask an owner or an admin of your firm to do it, or to give you that role.".clone_into(&mut view.text);
        }
        Some(Problem::SignedOut) => {
            "You are signed out".clone_into(&mut view.title);
            "Sign in again, then go on where you were.".clone_into(&mut view.text);
        }
        Some(Problem::Full) => {
            "There is no room left".clone_into(&mut view.title);
            "The portal cannot take more files at the moment. Nothing of yours was lost. Please tell the firm."
                .clone_into(&mut view.text);
        }
        _ => {}
    }
    if for_script {
        let text = match problem {
            Some(Problem::Refused(why)) => why.clone(),
            _ => format!("{}. {}", view.title, view.text),
        };
        return match serde_json::to_string(&UploadAnswer::problem(text)) {
            Ok(body) => (status, [(header::CONTENT_TYPE, "application/json")], body).into_response(),
            Err(_) => status.into_response(),
        };
    }
    // Where the fault is ours, nothing more is asked for.
    let html = if status.is_server_error() { view.render() } else { framed(app, asked, view).await };
    html.map_or_else(|_| status.into_response(), |html| (status, Html(html)).into_response())
}

/// The page within the frame of whoever asked, with the way back to what is theirs.
async fn framed(app: &App, mut asked: Parts, view: ErrorPage) -> Result<String, askama::Error> {
    let path = asked.uri.path().to_owned();
    if path.starts_with("/staff/") && path != paths::staff_sign_in() {
        if let Ok(staff) = AsStaff::from_request_parts(&mut asked, app).await {
            let frame = StaffFrame { flash: None, ..staff.frame() };
            return StaffErrorPage { frame, page: view.with_way_on("To the clients", paths::clients()) }.render();
        }
    } else if path.starts_with("/p/") {
        if let Ok(me) = AsContact::from_request_parts(&mut asked, app).await
            && let Ok(frame) = me.frame().await
        {
            let home = paths::home(&frame.firm.address, frame.contact);
            let frame = ContactFrame { flash: None, ..frame };
            return ContactErrorPage { frame, page: view.with_way_on("To your portal", home) }.render();
        }
        if let Ok(at) = AtFirm::from_request_parts(&mut asked, app).await {
            let frame = PlainFrame { flash: None, ..at.frame() };
            let page = ErrorPage { frame, ..view };
            return page.with_way_on("To the sign-in page", paths::access(&at.address)).render();
        }
    }
    view.with_way_on("To the start page", "/").render()
}

/// One line on the standard error. What is logged holds no line breaks, so that no line can be forged.
pub(crate) fn log(request: Option<&RequestId>, what: &str, source: Option<&(dyn std::error::Error + 'static)>) {
    let mut line = what.to_owned();
    let mut cause = source;
    while let Some(error) = cause {
        line = format!("{line}: {error}");
        cause = error.source();
    }
    let line: String = line.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    match request {
        Some(id) => eprintln!("portal-server: request {id}: {line}"),
        None => eprintln!("portal-server: {line}"),
    }
}
