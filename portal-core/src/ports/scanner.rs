//! Looking for what is harmful in files.

use async_trait::async_trait;

use super::{BlobStream, BoxError};

/// What a scanner says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It found nothing.
    Clean,
    /// The file is harmful.
    Infected {
        /// What the scanner calls it: shown to staff.
        threat: String,
    },
    /// The scanner cannot judge it, as it is set up now, and whoever set it up does not want it unjudged. No such upload is taken;
    /// what was kept before is refused to whoever asks, and judged anew the next time.
    Unjudged {
        /// Why: shown to staff.
        reason: String,
    },
}

/// Why a scanner says nothing of a file now.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ScanError {
    /// It cannot be reached, or the file could not be read to its end: worth trying again.
    #[error("the scanner cannot be reached")]
    Unavailable(#[source] BoxError),
}

/// Says whether a file is clean, before anybody but its uploader learns of it.
///
/// # Contract
/// - The whole stream is read, unless the verdict is known before its end; an error in it is [`ScanError::Unavailable`], and never
///   a verdict.
/// - A file that it cannot judge (too large for it, locked with a password) gets a verdict all the same: [`Verdict::Clean`] or
///   [`Verdict::Unjudged`] is for whoever sets the scanner up to decide. [`ScanError::Unavailable`] is tried again for as long
///   as it takes.
/// - It is dropped when it takes longer than the portal waits.
#[async_trait]
pub trait Scanner: Send + Sync {
    /// Looks at a file of `size_bytes`.
    ///
    /// # Errors
    /// [`ScanError::Unavailable`].
    async fn scan(&self, file: BlobStream, size_bytes: u64) -> Result<Verdict, ScanError>;
}
