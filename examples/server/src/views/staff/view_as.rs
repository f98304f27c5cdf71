//! What a contact sees, shown to staff.

use askama::Template;
use portal_core::sharing::Access;
use portal_core::values::{ContactId, DisplayName, FileName, NodeId, Timestamp};

use super::client::ClientHead;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Crumb, DocumentKind, Icon, ListPlace, StaffFrame};

/// `GET` of [`paths::view_as`], read only.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/view_as.html")]
pub struct ViewAs {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// As whom.
    pub contact: ContactId,
    /// Their name.
    pub contact_name: DisplayName,
    /// Why they could not look themselves just now, as a sentence, if they could not.
    pub obstacle: Option<String>,
    /// The folders from the shared root to this one; empty at the top.
    pub crumbs: Vec<Crumb>,
    /// What they see.
    pub rows: Vec<ViewAsLine>,
    /// Which page of the list it is.
    pub place: ListPlace,
}

/// A folder or document as the contact sees it.
#[derive(Debug, Clone)]
pub struct ViewAsLine {
    /// The folder or document.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// What they may do with it.
    pub access: Access,
    /// When it was made or last uploaded.
    pub at: Timestamp,
    /// How many bytes a document has.
    pub size_bytes: Option<u64>,
}

impl ViewAsLine {
    /// Its picture.
    pub fn icon(&self) -> Icon {
        match self.node {
            NodeId::Folder(_) => Icon::Folder,
            NodeId::Document(_) => DocumentKind::of(&self.name).icon(),
        }
    }
}
