//! What is archived of what is shared with a contact.

use askama::Template;

use super::MyFileLine;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{ContactFrame, Crumb, ListPlace};

/// `GET /p/{firm}/{contact}/archive`, and `GET /p/{firm}/{contact}/files/{node}/archive?after=&back=`.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/archive.html")]
pub struct MyArchivePage {
    /// The frame.
    pub frame: ContactFrame,
    /// The folders from the shared root to the one of whose archive it is; empty at the top.
    pub crumbs: Vec<Crumb>,
    /// What is archived there.
    pub rows: Vec<MyFileLine>,
    /// At the top: what is archived below what they see, the latest.
    pub below: Vec<MyFileLine>,
    /// Which page of the list it is.
    pub place: ListPlace,
}
