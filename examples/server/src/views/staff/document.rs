//! One document of a client.

use askama::Template;
use portal_core::values::{Cursor, Digest, DocumentId, FileName, Timestamp, VersionId};

use super::client::{ActivityLine, ClientHead};
use super::files::SharedWith;
use super::holds::Held;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Crumb, DocumentKind, StaffFrame};

/// `GET /staff/clients/{client}/documents/{document}?page=`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/document.html")]
pub struct DocumentPage {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The document.
    pub document: DocumentId,
    /// Its name.
    pub name: FileName,
    /// The folders it lies in, below the client's root.
    pub crumbs: Vec<Crumb>,
    /// Whether it is on hold, and why.
    pub held: Held,
    /// With whom it is shared.
    pub shared_with: SharedWith,
    /// Its visible toggle.
    pub visible: Toggle,
    /// How it is shown.
    pub pictures: PagePictures,
    /// Its versions, newest first; never empty. Each is its receipt too.
    pub versions: Vec<VersionLine>,
    /// Where older versions begin; they are asked for by `?versions_after=`.
    pub more_versions: Option<Cursor>,
    /// What happened to it, the latest first, as far as the page shows.
    pub activity: Vec<ActivityLine>,
}

impl DocumentPage {
    fn node(&self) -> NodeId {
        self.document.into()
    }

    fn icon(&self) -> Icon {
        DocumentKind::of(&self.name).icon()
    }

    fn picture(&self) -> String {
        paths::page_pictures(self.client.id, self.document)
    }
}

/// A version, and the receipt for it.
#[derive(Debug, Clone)]
pub struct VersionLine {
    /// The version.
    pub id: VersionId,
    /// Which it is: 1 is the first.
    pub number: u64,
    /// What the uploader's file was called.
    pub uploaded_as: FileName,
    /// Who uploaded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// The SHA-256 of its bytes.
    pub sha256: Digest,
    /// What is to be known before somebody opens it.
    pub warning: Option<String>,
}
