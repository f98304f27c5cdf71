//! One document, to look at and download.

use portal_core::values::{DocumentId, FileName, Timestamp};

use crate::views::{ContactFrame, Crumb, PagePictures};

/// `GET /p/{firm}/{contact}/documents/{document}?page=`.
#[derive(Debug, Clone)]
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
    /// How it is shown.
    pub pictures: PagePictures,
}
