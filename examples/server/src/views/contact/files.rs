//! What is shared with a contact.

use askama::Template;
use portal_core::sharing::Access;
use portal_core::values::{DocumentId, FileName, FolderId, Timestamp};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{ContactFrame, Crumb, DocumentKind, Icon, ListPlace, MissedFile, ReceiptLines, Unfinished};

/// `GET /p/{firm}/{contact}/files[/{folder}]?after=`. The upload form posts multipart: the token, then one or more
/// `file`s.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/files.html")]
pub struct MyFilesPage {
    /// The frame.
    pub frame: ContactFrame,
    /// The folders from the shared root to this one; empty at the top. Nothing above the root is named.
    pub crumbs: Vec<Crumb>,
    /// What they may do in this folder; `None` at the top.
    pub access: Option<Access>,
    /// Whether it is archived.
    pub archived: bool,
    /// Whether something is archived of it; at the top that is not looked up.
    pub has_archive: bool,
    /// Whether they may make folders in it.
    pub makes_folders: bool,
    /// What lies here.
    pub rows: Vec<MyFileLine>,
    /// Which page of the list it is.
    pub place: ListPlace,
    /// The most bytes an upload may have.
    pub max_upload_bytes: u64,
    /// Their uploads to this folder that broke off.
    pub unfinished: Vec<Unfinished>,
    /// Receipts of what was just uploaded by the plain form.
    pub receipts: Vec<ReceiptLines>,
    /// What was not.
    pub missed: Vec<MissedFile>,
}

impl MyFilesPage {
    /// The folder, unless one is at the top.
    pub fn folder(&self) -> Option<&Crumb> {
        self.crumbs.last()
    }

    /// Whether something that they uploaded lies here: then they may be done.
    pub fn sent_something(&self) -> bool {
        let own = |row: &MyFileLine| matches!(&row.what, MyFileWhat::Document { by, .. } if by == "You");
        !self.receipts.is_empty() || self.rows.iter().any(own)
    }

    /// Where folders are sent to, before what lies in them; empty where none are taken.
    fn folders(&self) -> String {
        match self.folder().filter(|_| self.makes_folders) {
            Some(here) => paths::my_folders(&self.frame.firm.address, self.frame.contact, here.folder),
            None => String::new(),
        }
    }

    /// Whether they may upload here.
    pub fn uploads(&self) -> bool {
        self.access == Some(Access::ViewAndUpload)
    }
}

/// A folder or document.
#[derive(Debug, Clone)]
pub struct MyFileLine {
    /// Its name.
    pub name: FileName,
    /// What it is.
    pub what: MyFileWhat,
    /// When it was made or last uploaded.
    pub at: Timestamp,
    /// Whether they may withdraw it.
    pub withdrawable: bool,
}

/// What lies in a folder.
#[derive(Debug, Clone)]
pub enum MyFileWhat {
    /// A folder.
    Folder {
        /// Which.
        id: FolderId,
        /// Whether they may upload into it.
        may_upload: bool,
    },
    /// A document.
    Document {
        /// Which.
        id: DocumentId,
        /// How many bytes it has.
        size_bytes: u64,
        /// Who uploaded it: `You`, or a name.
        by: String,
    },
}

impl MyFileLine {
    /// Its picture.
    pub fn icon(&self) -> Icon {
        match self.what {
            MyFileWhat::Folder { .. } => Icon::Folder,
            MyFileWhat::Document { .. } => DocumentKind::of(&self.name).icon(),
        }
    }

    /// The address of the picture of its first page, without width, as its reader at a firm has it.
    pub(super) fn picture(&self, frame: &ContactFrame) -> Option<String> {
        match self.what {
            MyFileWhat::Document { id, .. } if DocumentKind::of(&self.name).has_pictures() => {
                Some(format!("{}1", paths::my_page_pictures(&frame.firm.address, frame.contact, id)))
            }
            _ => None,
        }
    }
}

/// `GET /p/{firm}/{contact}/receipts?after=`: what they uploaded.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/receipts.html")]
pub struct ReceiptsPage {
    /// The frame.
    pub frame: ContactFrame,
    /// The receipts, the latest first.
    pub rows: Vec<ReceiptLines>,
    /// Which page of the list it is.
    pub place: ListPlace,
}
