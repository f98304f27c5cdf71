//! Folders and documents as pages show them.

use portal_core::files::Receipt;
use portal_core::sharing::{Audience, Visibility};
use portal_core::values::{ContactId, DocumentId, FileName, FolderId, NodeId};

use super::icons::Icon;

/// A folder on the way to where one is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// The folder.
    pub folder: FolderId,
    /// Its name.
    pub name: FileName,
}

/// What kind of document a name promises: for its picture in lists, and for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A PDF.
    Pdf,
    /// A picture.
    Image,
    /// A spreadsheet.
    Sheet,
    /// An archive.
    Archive,
    /// Anything else.
    Other,
}

impl DocumentKind {
    /// What the name's extension promises.
    pub fn of(name: &FileName) -> Self {
        let extension = name.split_extension().1.to_ascii_lowercase();
        match extension.as_str() {
            ".pdf" => Self::Pdf,
            ".png" | ".jpg" | ".jpeg" | ".gif" | ".webp" | ".heic" | ".tif" | ".tiff" | ".bmp" => Self::Image,
            ".xls" | ".xlsx" | ".ods" | ".csv" | ".numbers" => Self::Sheet,
            ".zip" | ".7z" | ".rar" | ".gz" | ".tar" => Self::Archive,
            _ => Self::Other,
        }
    }

    /// Its picture.
    pub fn icon(self) -> Icon {
        match self {
            Self::Pdf => Icon::Pdf,
            Self::Image => Icon::Image,
            Self::Sheet => Icon::Sheet,
            Self::Archive => Icon::Archive,
            Self::Other => Icon::Document,
        }
    }

    /// Whether there may be pictures of its pages.
    pub fn has_pictures(self) -> bool {
        matches!(self, Self::Pdf | Self::Image)
    }

    /// What it is called.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pdf => "PDF",
            Self::Image => "Picture",
            Self::Sheet => "Spreadsheet",
            Self::Archive => "Archive",
            Self::Other => "Document",
        }
    }
}

/// The visible toggle of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Toggle {
    /// No contact sees it.
    Off,
    /// All contacts see it, and the toggle takes that away.
    On,
    /// Somebody sees it by another grant: on, disabled, and why, as a sentence.
    Fixed {
        /// Why it cannot be turned off here.
        because: String,
    },
}

impl Toggle {
    /// The toggle of `node`, with the names of contacts told by `who`.
    pub fn of(visibility: &Visibility, node: NodeId, who: impl FnOnce(ContactId) -> String) -> Self {
        match visibility {
            Visibility::Off => Self::Off,
            Visibility::On => Self::On,
            Visibility::OnByAnother { node: above, name, audience } => {
                let with = match audience {
                    Audience::AllContacts => "all contacts".to_owned(),
                    Audience::Contact(contact) => who(*contact),
                };
                let because = if *above == node {
                    format!("Shared with {with}. Change it under Share.")
                } else {
                    format!("“{name}” above it is shared with {with}.")
                };
                Self::Fixed { because }
            }
        }
    }

    /// Whether it shows as on.
    pub fn is_on(&self) -> bool {
        !matches!(self, Self::Off)
    }
}

/// How a document can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PagePictures {
    /// It has so many pages, the `shown` one of which is on the screen (both from 1).
    Pages {
        /// How many.
        count: u32,
        /// Which is shown.
        shown: u32,
    },
    /// There is no picture, and why, as a sentence.
    None {
        /// Why.
        because: String,
    },
}

/// A file that was sent and not taken.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct MissedFile {
    /// What it is called; `None` where that is the trouble, or where more than one is meant.
    pub name: Option<String>,
    /// Why, as sentences.
    pub why: String,
}

impl MissedFile {
    /// The same as sentences that stand alone.
    pub fn said(&self) -> String {
        match &self.name {
            Some(name) => format!("“{name}” was not uploaded. {}", self.why),
            None => self.why.clone(),
        }
    }
}

/// What a receipt says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptLines {
    /// The receipt.
    pub receipt: Receipt,
    /// Who uploaded it.
    pub uploaded_by: String,
    /// The folder it went into, where that is known.
    pub folder: Option<FileName>,
}

impl ReceiptLines {
    /// The document it is for.
    pub fn document(&self) -> DocumentId {
        self.receipt.document
    }

    /// Its picture.
    pub fn icon(&self) -> Icon {
        DocumentKind::of(&self.receipt.name).icon()
    }
}
