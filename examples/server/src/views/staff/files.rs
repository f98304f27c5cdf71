//! A client's files, and its trash.

use askama::Template;
use portal_core::values::{DocumentId, FileName, FolderId, NodeId, Timestamp};

use super::client::ClientHead;
use super::holds::Held;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Crumb, DocumentKind, Icon, ListPlace, MissedFile, ReceiptLines, StaffFrame, Toggle, Unfinished};

/// `GET`/`POST /staff/clients/{client}/files[/{folder}]?sort=&after=&back=`. The form of the list posts `act` (`share`, `show`,
/// `hide`, `trash`, `restore`), `node` (several) and the page's place. Rows post `visible` (`true` or `false`) to
/// [`paths::visible`], and no field to `trash_node`. The upload form posts multipart: the
/// token, then one or more `file`s.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/files.html")]
pub struct FilesPage {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The folders on the way, from the one below the client's root to this one; empty at the root.
    pub crumbs: Vec<Crumb>,
    /// The folder that is listed: the client's root, or the last of `crumbs`.
    pub folder: FolderId,
    /// Whether it is on hold, and why.
    pub held: Held,
    /// What lies in it.
    pub rows: Vec<FileLine>,
    /// Which page of the list it is.
    pub place: ListPlace,
    /// What became of each of those that something was just done to.
    pub results: Vec<BulkLine>,
    /// What is selected.
    pub selected: Vec<NodeId>,
    /// Their uploads to this folder that broke off.
    pub unfinished: Vec<Unfinished>,
    /// Receipts of what was just uploaded by the plain form.
    pub receipts: Vec<ReceiptLines>,
    /// What was not.
    pub missed: Vec<MissedFile>,
    /// The most bytes an upload may have.
    pub max_upload_bytes: u64,
    /// Whether the folder is archived, so that it takes nothing new.
    pub archived: bool,
}

impl FilesPage {
    fn is_selected(&self, row: &FileLine) -> bool {
        self.selected.contains(&row.node())
    }

    fn node(&self) -> NodeId {
        self.folder.into()
    }

    /// Whether this is the client's root.
    pub fn is_root(&self) -> bool {
        self.crumbs.is_empty()
    }

    /// The folder that is listed, by name; `None` at the root.
    pub fn here(&self) -> Option<&Crumb> {
        self.crumbs.last()
    }
}

/// A folder or document in a list.
#[derive(Debug, Clone)]
pub struct FileLine {
    /// Its name.
    pub name: FileName,
    /// What it is.
    pub what: FileWhat,
    /// With whom it is shared.
    pub shared_with: SharedWith,
    /// Its visible toggle.
    pub visible: Toggle,
    /// Whether it is on hold, by itself or by something above it.
    pub on_hold: bool,
    /// Who made or uploaded it.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

/// What lies in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileWhat {
    /// A folder.
    Folder {
        /// Which.
        id: FolderId,
        /// Whether it is the one that came with the client for its uploads.
        client_uploads: bool,
    },
    /// A document.
    Document {
        /// Which.
        id: DocumentId,
        /// How many bytes its current version has.
        size_bytes: u64,
    },
}

impl FileLine {
    /// Its id.
    pub fn node(&self) -> NodeId {
        match self.what {
            FileWhat::Folder { id, .. } => id.into(),
            FileWhat::Document { id, .. } => id.into(),
        }
    }

    /// Its picture.
    pub fn icon(&self) -> Icon {
        match self.what {
            FileWhat::Folder { client_uploads: true, .. } => Icon::Inbox,
            FileWhat::Folder { .. } => Icon::Folder,
            FileWhat::Document { .. } => DocumentKind::of(&self.name).icon(),
        }
    }
}

impl FilesPage {
    /// The address of the picture of a document's first page, without width.
    fn picture(&self, row: &FileLine) -> Option<String> {
        match row.what {
            FileWhat::Document { id, .. } if DocumentKind::of(&row.name).has_pictures() => {
                Some(format!("{}1", paths::page_pictures(self.client.id, id)))
            }
            _ => None,
        }
    }
}

/// With whom something is shared, by its own grants and by those above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SharedWith {
    /// With nobody.
    Nobody,
    /// With all contacts.
    AllContacts,
    /// With these, by name.
    Contacts(Vec<String>),
}

/// A folder or document in the trash, at its own address. Its form posts no field to [`paths::restore`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/in_trash.html")]
pub struct InTrash {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The folder or document.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// Whether it can be restored; what lies below something else in the trash cannot.
    pub restorable: bool,
}

/// `GET`/`POST /staff/clients/{client}/trash?after=&back=`. The form of the list posts `act` (`restore`, `trash`), `node`
/// (several) and the page's place. Rows post no field to [`paths::restore`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/trash.html")]
pub struct TrashPage {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// What lies in the trash, the latest first.
    pub rows: Vec<TrashLine>,
    /// Which page of the list it is.
    pub place: ListPlace,
    /// What became of each of those that something was just done to.
    pub results: Vec<BulkLine>,
    /// What is selected.
    pub selected: Vec<NodeId>,
}

impl TrashPage {
    fn is_selected(&self, row: &TrashLine) -> bool {
        self.selected.contains(&row.node)
    }
}

/// What became of one of several that something was done to at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkLine {
    /// Its name, while it is there.
    pub name: Option<String>,
    /// What was done, or why it was not.
    pub said: String,
    /// Whether it was.
    pub done: bool,
}

/// Something in the trash.
#[derive(Debug, Clone)]
pub struct TrashLine {
    /// The folder or document.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// The folder it lay in, where that is known by name.
    pub was_in: Option<FileName>,
    /// When it was put there.
    pub trashed_at: Timestamp,
    /// Who put it there, as far as that is not long ago: `Ana, who withdrew it`.
    pub by: Option<String>,
    /// Whether it is on hold itself: then it is not deleted for good.
    pub on_hold: bool,
    /// Whether it can be put back: its folder is there.
    pub restorable: bool,
}

impl TrashLine {
    /// Its picture.
    pub fn icon(&self) -> Icon {
        match self.node {
            NodeId::Folder(_) => Icon::Folder,
            NodeId::Document(_) => DocumentKind::of(&self.name).icon(),
        }
    }
}

/// `GET /staff/clients/{client}/archive?after=&back=`. Rows post no field to [`paths::unarchive`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/archive.html")]
pub struct ArchivePage {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// What is archived, the latest first.
    pub rows: Vec<ArchiveLine>,
    /// Which page of the list it is.
    pub place: ListPlace,
}

/// Something that is archived.
#[derive(Debug, Clone)]
pub struct ArchiveLine {
    /// The folder or document.
    pub node: NodeId,
    /// Its name.
    pub name: FileName,
    /// The folder it lies in, where that is known by name.
    pub lies_in: Option<FileName>,
    /// Since when.
    pub archived_at: Timestamp,
}

impl ArchiveLine {
    /// Its picture.
    pub fn icon(&self) -> Icon {
        match self.node {
            NodeId::Folder(_) => Icon::Folder,
            NodeId::Document(_) => DocumentKind::of(&self.name).icon(),
        }
    }
}
