//! Pages for what did not work.

use super::{ContactFrame, PlainFrame, StaffFrame};
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use askama::Template;

/// A page that says what happened and what to do now.
#[derive(Debug, Clone, Template)]
#[template(path = "error.html")]
pub struct ErrorPage {
    /// The frame; with the firm, where it is known without telling anything.
    pub frame: PlainFrame,
    /// The HTTP status.
    pub status: u16,
    /// What happened, in a few words.
    pub title: String,
    /// What it means and what to do now.
    pub text: String,
    /// Where to go from here: what it says, and the address.
    pub way_on: Option<(String, String)>,
}

impl ErrorPage {
    /// The words for a status: 400, 403, 404, 405, 409, 413, 422, 429, 503; others are told as 500.
    pub fn of(frame: PlainFrame, status: u16) -> Self {
        let (title, text) = match status {
            400 | 422 => (
                "That did not arrive as expected",
                "Something in the request was missing or not written as it should be. Go back and try once more.",
            ),
            403 => (
                "This page is out of date",
                "For your safety we only take forms from a page opened a short while ago, by the person it was opened for. \
                 Go back, copy what you typed if it is long, reload the page, and try once more: reloading empties the form.",
            ),
            404 => (
                "There is nothing here",
                "The address may be mistyped, or what was here is no longer shared with you. If you came from an email, \
                 ask the person who wrote it.",
            ),
            405 => ("This cannot be done here", "Go back and use the buttons on the page."),
            409 => (
                "Somebody was a moment faster",
                "What you were changing was changed by somebody else at the same time. Go back to see how it stands now.",
            ),
            413 => (
                "This file is too large",
                "It is larger than this portal takes. Split it into parts, or ask the firm for another way to send it.",
            ),
            429 => (
                "A short pause, please",
                "There were many requests from here in a short time. Wait a few minutes, then try once more.",
            ),
            503 => (
                "Busy just now",
                "The portal cannot answer at the moment. Nothing was lost. Wait a few seconds and reload the page.",
            ),
            _ => (
                "Something went wrong on our side",
                "It is not your doing, and nothing was lost. Try once more; if it stays like this, tell the firm.",
            ),
        };
        Self { frame, status, title: title.to_owned(), text: text.to_owned(), way_on: None }
    }

    /// With a link to where one can go on.
    #[must_use]
    pub fn with_way_on(self, words: impl Into<String>, href: impl Into<String>) -> Self {
        Self { way_on: Some((words.into(), href.into())), ..self }
    }
}

/// The same for somebody of the team, who can go on from there.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/error.html")]
pub struct StaffErrorPage {
    /// The frame.
    pub frame: StaffFrame,
    /// What it says.
    pub page: ErrorPage,
}

/// The same for a client's contact.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/error.html")]
pub struct ContactErrorPage {
    /// The frame.
    pub frame: ContactFrame,
    /// What it says.
    pub page: ErrorPage,
}
