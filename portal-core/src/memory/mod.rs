//! Every port in memory: the reference adapters, and the fakes that tests of embedders stand on.
//!
//! They keep the same contracts as the adapters on real servers, pass the same conformance suites, and forget everything when
//! they are dropped. Each is cheap to clone; clones share what they hold, so that a test can look into what the portal uses.
//!
//! | port | here |
//! |---|---|
//! | [`Store`](crate::ports::Store) | [`MemoryStore`] |
//! | [`BlobStore`](crate::ports::BlobStore) | [`MemoryBlobs`] |
//! | [`Mailer`](crate::ports::Mailer) | [`MemoryMailer`], which keeps what it was handed |
//! | [`Links`](crate::ports::Links) | [`FixedLinks`] |
//! | [`Previewer`](crate::ports::Previewer) | [`MemoryPreviewer`], which shows one grey pixel |
//! | [`Scanner`](crate::ports::Scanner) | [`MemoryScanner`], which finds the EICAR test file |
//! | [`KeyRing`](crate::ports::KeyRing) | [`MemoryKeyRing`], and with it [`MemoryFirmKeys`] for [`FirmKeys`](crate::encryption::FirmKeys) |
//!
//! Time and randomness for tests are in `testing`, with the feature of that name.

mod blobs;
mod firm_keys;
mod key_ring;
mod links;
mod mailer;
mod previewer;
mod scanner;
mod store;

pub use blobs::MemoryBlobs;
pub use firm_keys::MemoryFirmKeys;
pub use key_ring::MemoryKeyRing;
pub use links::FixedLinks;
pub use mailer::MemoryMailer;
pub use previewer::MemoryPreviewer;
pub use scanner::MemoryScanner;
pub use store::MemoryStore;
