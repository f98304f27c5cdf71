//! Everything outside the domain: a trait and its error each.
//!
//! Traits are object safe and take `&self`. Their errors say what a caller can do about it and carry a boxed source, so that
//! no dependency's type is public. Each trait's documentation states its contract; an adapter of the store, the
//! blobs or the mailer is right when it passes [its conformance suite](crate::conformance).

mod authenticator;
mod blobs;
mod clock;
mod entropy;
mod keys;
mod links;
mod mailer;
mod previewer;
mod scanner;
pub mod store;

pub use authenticator::{Authenticator, AuthenticatorError, Challenge, Response};
pub use blobs::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, MAX_PARTS, PART_BYTES, Part};
pub use clock::{Clock, SystemClock};
pub use entropy::{Entropy, EntropyError, SystemEntropy};
pub use keys::{KeyError, KeyRing, LinkKeySource, WrappedKey};
pub use links::Links;
pub use mailer::{InlineImage, Mail, Mailer, MailerError, MailerFault, Sender};
pub use previewer::{PageCount, Preview, PreviewError, Previewer};
pub use scanner::{ScanError, Scanner, Verdict};
pub use store::Store;

/// Where an error came from, without saying by which dependency.
pub type BoxError = Box<dyn std::error::Error + Send + Sync + 'static>;
