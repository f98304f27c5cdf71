//! Every port in memory: the reference adapters, and the fakes that tests of embedders stand on.
//!
//! They keep the same contracts as the adapters on real servers, pass the same conformance suites, and forget everything when
//! they are dropped. Each is cheap to clone; clones share what they hold, so that a test can look into what the portal uses.

mod store;

pub use store::MemoryStore;
