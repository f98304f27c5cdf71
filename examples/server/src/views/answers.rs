//! What upload routes answer to scripts: `Accept: application/json`, one file a request.

use portal_core::files::Receipt;

/// The answer to one upload.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadAnswer {
    /// `201`: it arrived.
    Receipt(UploadReceipt),
    /// `202`: it arrived, and is shown once it was checked.
    Checking {
        /// What is to be known of it, as a sentence.
        text: String,
    },
    /// Any other status: it did not.
    Problem {
        /// What happened and what to do, as a sentence.
        text: String,
        /// What arrived before it happened, of a form with several files.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        arrived: Vec<UploadReceipt>,
    },
}

/// What arrived.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct UploadReceipt {
    /// What the document is called, once settled.
    pub name: String,
    /// How many bytes arrived.
    pub size_bytes: u64,
    /// The SHA-256 of what arrived.
    pub sha256: String,
    /// When it was complete, in RFC 3339.
    pub uploaded_at: String,
    /// The document's page.
    pub href: String,
}

impl UploadReceipt {
    /// The receipt, with the address of the document's page.
    pub fn of(receipt: &Receipt, href: impl Into<String>) -> Self {
        Self {
            name: receipt.name.to_string(),
            size_bytes: receipt.size_bytes,
            sha256: receipt.sha256.to_string(),
            uploaded_at: receipt.uploaded_at.to_string(),
            href: href.into(),
        }
    }
}

impl UploadAnswer {
    /// The problem.
    pub fn problem(text: impl Into<String>) -> Self {
        Self::Problem { text: text.into(), arrived: Vec::new() }
    }
}

/// The answer to a folder that was sent, `201`: where what lies in it goes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct FolderAnswer {
    /// The folder's page.
    pub href: String,
    /// Where its files are announced.
    pub uploads: String,
    /// Where the folders in it are.
    pub folders: String,
}
