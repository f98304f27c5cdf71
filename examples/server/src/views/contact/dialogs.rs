//! The small dialogs: each a page of its own, lifted into the page that links to it.

use askama::Template;
use portal_core::values::{DocumentId, FileName, FolderId, Timestamp};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{ContactFrame, Field};

/// `GET`/`POST` of [`paths::my_withdraw`]; posts no field.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/withdraw.html")]
pub struct WithdrawDialog {
    /// The frame.
    pub frame: ContactFrame,
    /// The document.
    pub document: DocumentId,
    /// Its name.
    pub name: FileName,
    /// Until when it may be withdrawn, if not for as long as they like.
    pub until: Option<Timestamp>,
    /// Why it may not be, or not any more.
    pub refused: Option<String>,
}

/// `GET`/`POST` of [`paths::my_new_folder`]; posts `name`.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/new_folder.html")]
pub struct MyNewFolder {
    /// The frame.
    pub frame: ContactFrame,
    /// The folder it is made in.
    pub parent: FolderId,
    /// That folder's name.
    pub parent_name: FileName,
    /// The name.
    pub name: Field,
}
