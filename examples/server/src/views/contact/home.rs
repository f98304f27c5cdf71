//! A contact's Home.

use super::files::MyFileLine;
use crate::views::ContactFrame;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use askama::Template;

/// `GET /p/{firm}/{contact}`.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/home.html")]
pub struct HomePage {
    /// The frame.
    pub frame: ContactFrame,
    /// What is new, the latest first; documents only.
    pub recent: Vec<MyFileLine>,
    /// The folders into which they may upload.
    pub uploads: Vec<MyFileLine>,
    /// How many folders and documents are shared with them at the top.
    pub roots: usize,
}
