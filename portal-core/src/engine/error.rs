//! Why a call did not do what was asked.

use crate::directory::DirectoryRefusal;
use crate::files::FilesRefusal;
use crate::identity::IdentityRefusal;
use crate::ports::store::StoreError;
use crate::ports::{AuthenticatorError, BlobError, BoxError, EntropyError, KeyError, PreviewError};
use crate::sharing::{AccessChange, SharingRefusal};

/// What a caller can do about an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// There is no such thing, or not for whoever asks.
    NotFound,
    /// Whoever asks may not do this at all.
    Denied,
    /// The session ended: sign in again.
    SignedOut,
    /// The rules refuse: [`Error::refusal`] says which.
    Refused,
    /// The input is broken: a range past the end, a body that broke off.
    Invalid,
    /// Too many do the same at once: try again.
    Busy,
    /// The idempotency key was used for something else.
    CommandReused,
    /// The file has come and waits for the scanner: there is nothing to do.
    AwaitingScan,
    /// Something outside cannot be reached: try again.
    Unavailable,
    /// The blob store is full.
    Full,
    /// What is stored cannot be read: trying again does not help.
    Corrupt,
}

/// A rule that refuses, by area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The directory refuses.
    #[error(transparent)]
    Directory(#[from] DirectoryRefusal),
    /// Sharing refuses.
    #[error(transparent)]
    Sharing(#[from] SharingRefusal),
    /// Files refuse.
    #[error(transparent)]
    Files(#[from] FilesRefusal),
    /// Identity refuses.
    #[error(transparent)]
    Identity(#[from] IdentityRefusal),
}

/// Why a call did not do what was asked. Nothing was changed, unless it is [`ErrorKind::Unavailable`]: then the same call with
/// the same command tells; or [`ErrorKind::AwaitingScan`]: then an upload is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// There is no such thing, or not for whoever asks.
    #[error("there is no such thing")]
    NotFound,
    /// Whoever asks may not do this at all.
    #[error("not allowed")]
    Denied,
    /// The session ended.
    #[error("the session ended; sign in again")]
    SignedOut,
    /// A rule refuses.
    #[error(transparent)]
    Refused(Refusal),
    /// A move would give somebody more access than they have, and nobody said that it may.
    #[error(transparent)]
    GivesAccess(GivesAccess),
    /// A range lies outside of the bytes.
    #[error("the range lies outside of the {size_bytes} bytes there are")]
    OutOfRange {
        /// How many bytes there are.
        size_bytes: u64,
    },
    /// The body of an upload broke off.
    #[error("the upload broke off")]
    BrokenOff(#[source] std::io::Error),
    /// There is no preview.
    #[error(transparent)]
    Preview(PreviewError),
    /// Too many do the same at once.
    #[error("too many do the same at once; try again")]
    Busy,
    /// The idempotency key was used for something else.
    #[error("the command id was used for something else")]
    CommandReused,
    /// The file has come whole, and the scanner did not say yet whether it is clean: it is shown once it did.
    #[error("the file has come, and is shown once it was checked")]
    AwaitingScan,
    /// The blob store is full.
    #[error("there is no room left for files")]
    Full(#[source] BoxError),
    /// Something outside cannot be reached.
    #[error("something that is needed cannot be reached; try again")]
    Unavailable(#[source] BoxError),
    /// What is stored cannot be read.
    #[error("what is stored cannot be read: {what}")]
    Corrupt {
        /// What could not be read.
        what: String,
    },
}

/// Those to whom a move would give more access than they have now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", SharingRefusal::GivesAccess)]
pub struct GivesAccess {
    /// Who gains, as it is now: what to look at, and to confirm with [`giving`](crate::Call::giving).
    pub gains: Vec<AccessChange>,
}

impl Error {
    /// What a caller can do about it.
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::NotFound => ErrorKind::NotFound,
            Self::Denied => ErrorKind::Denied,
            Self::SignedOut => ErrorKind::SignedOut,
            Self::Refused(_) | Self::GivesAccess(_) => ErrorKind::Refused,
            Self::OutOfRange { .. } | Self::BrokenOff(_) => ErrorKind::Invalid,
            Self::Preview(PreviewError::Failed(_)) => ErrorKind::Unavailable,
            Self::Preview(PreviewError::NoSuchPage { .. }) => ErrorKind::NotFound,
            Self::Preview(_) => ErrorKind::Invalid,
            Self::Busy => ErrorKind::Busy,
            Self::CommandReused => ErrorKind::CommandReused,
            Self::AwaitingScan => ErrorKind::AwaitingScan,
            Self::Full(_) => ErrorKind::Full,
            Self::Unavailable(_) => ErrorKind::Unavailable,
            Self::Corrupt { .. } => ErrorKind::Corrupt,
        }
    }

    /// The rule that refuses, if one does.
    pub fn refusal(&self) -> Option<Refusal> {
        match self {
            Self::Refused(refusal) => Some(*refusal),
            Self::GivesAccess(_) => Some(SharingRefusal::GivesAccess.into()),
            _ => None,
        }
    }

    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt { what: what.into() }
    }
}

impl<R: Into<Refusal>> From<R> for Error {
    fn from(refusal: R) -> Self {
        Self::Refused(refusal.into())
    }
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(source) => Self::Unavailable(source),
            StoreError::Corrupt { what } => Self::Corrupt { what },
        }
    }
}

impl From<BlobError> for Error {
    fn from(error: BlobError) -> Self {
        match error {
            BlobError::NotFound => Self::corrupt("the bytes of a document are missing"),
            BlobError::OutOfRange { size_bytes } => Self::OutOfRange { size_bytes },
            BlobError::Full(source) => Self::Full(source),
            BlobError::Corrupt { what } => Self::corrupt(what),
            BlobError::Unavailable(source) => Self::Unavailable(source),
        }
    }
}

impl From<AuthenticatorError> for Error {
    fn from(error: AuthenticatorError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<EntropyError> for Error {
    fn from(error: EntropyError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Self {
        Self::Unavailable(Box::new(error))
    }
}
