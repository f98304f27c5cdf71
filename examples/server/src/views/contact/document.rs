//! One document, to look at and download.

use askama::Template;
use portal_core::values::{DocumentId, FileName, Timestamp};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{ContactFrame, Crumb, PagePictures};

/// `GET /p/{firm}/{contact}/documents/{document}?page=`.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/document.html")]
pub struct MyDocumentPage {
    /// The frame.
    pub frame: ContactFrame,
    /// The document.
    pub document: DocumentId,
    /// Its name.
    pub name: FileName,
    /// The folders from the shared root to it.
    pub crumbs: Vec<Crumb>,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// Who uploaded it: `You`, or a name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Whether they may withdraw it, and until when, if not for as long as they like.
    pub withdrawable: Option<Option<Timestamp>>,
    /// Why they may not, of what they uploaded.
    pub stays: Option<String>,
    /// Whether it is archived.
    pub archived: bool,
    /// How it is shown.
    pub pictures: PagePictures,
}

impl MyDocumentPage {
    fn picture(&self) -> String {
        paths::my_page_pictures(&self.frame.firm.address, self.frame.contact, self.document)
    }
}
