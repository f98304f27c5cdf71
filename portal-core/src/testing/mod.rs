//! What tests need beside the ports in [`memory`](crate::memory): time that they own, randomness that comes again, and
//! things going wrong on purpose. Behind the feature `testing`.
//!
//! - [`VirtualClock`]: time passes when the test says so.
//! - [`SeededEntropy`] and [`Dice`]: the same seed gives the same run.
//! - [`FaultyStore`], [`FaultyBlobs`] and [`FaultyMailer`]: wrappers that fail by a script or by a seed, see [`Faults`].
//! - [`WatchedStore`] and [`WatchedBlobs`]: a test acts before and after each call, and answers in the port's stead.
//! - [`Meanwhile`]: something happens between the last look and the commit.
//! - [`Yields`]: whoever calls a port lets others go first, so that tests of what happens at once are tests of that.
//! - [`mocks`]: a [`mockall`] mock of each port, for tests that ask which calls were made.
//! - [`png_head`]: a picture as far as a measure reads it.
//! - [`World`]: a portal in memory with two firms, their teams, clients, contacts and folders.

mod clock;
mod entropy;
mod faults;
mod meanwhile;
pub(crate) mod methods;
pub mod mocks;
mod pictures;
mod watched;
mod world;
mod yields;

pub use clock::VirtualClock;
pub use entropy::{Dice, NoEntropy, SeededEntropy};
pub use faults::{BlobFault, Faults, FaultyBlobs, FaultyMailer, FaultyStore, MailFault, StoreFault};
pub use meanwhile::Meanwhile;
pub use pictures::png_head;
pub use watched::{Watch, WatchedBlobs, WatchedCall, WatchedStore};
pub use world::{Person, World, WorldBuilder, WorldClient, WorldError, WorldPorts};
pub use yields::Yields;
