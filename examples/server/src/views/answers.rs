//! What upload routes answer to scripts: `Accept: application/json`, one file a request.

use portal_core::files::Receipt;

/// The answer to one upload.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum UploadAnswer {
    /// `201`: it arrived.
    Receipt {
        /// What the document is called, once settled.
        name: String,
        /// How many bytes arrived.
        size_bytes: u64,
        /// The SHA-256 of what arrived.
        sha256: String,
        /// When it was complete, in RFC 3339.
        uploaded_at: String,
        /// The document's page.
        href: String,
    },
    /// Any other status: it did not.
    Problem {
        /// What happened and what to do, as a sentence.
        text: String,
    },
}

impl UploadAnswer {
    /// The receipt, with the address of the document's page.
    pub fn receipt(receipt: &Receipt, href: impl Into<String>) -> Self {
        Self::Receipt {
            name: receipt.name.to_string(),
            size_bytes: receipt.size_bytes,
            sha256: receipt.sha256.to_string(),
            uploaded_at: receipt.uploaded_at.to_string(),
            href: href.into(),
        }
    }

    /// The problem.
    pub fn problem(text: impl Into<String>) -> Self {
        Self::Problem { text: text.into() }
    }
}
