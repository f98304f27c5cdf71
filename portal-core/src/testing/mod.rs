//! What tests need beside the ports in [`memory`](crate::memory): time that they own, randomness that comes again, and
//! things going wrong on purpose. Behind the feature `testing`.
//!
//! - [`VirtualClock`]: time passes when the test says so.
//! - [`SeededEntropy`] and [`Dice`]: the same seed gives the same run.
//! - [`WatchedStore`] and [`WatchedBlobs`]: a test acts before and after each call, and answers in the port's stead.
//! - [`World`]: a portal in memory with two firms, their teams, clients, contacts and folders.

mod clock;
mod entropy;
mod watched;
mod world;

pub use clock::VirtualClock;
pub use entropy::{Dice, NoEntropy, SeededEntropy};
pub use watched::{Watch, WatchedBlobs, WatchedCall, WatchedStore};
pub use world::{Person, World, WorldBuilder, WorldClient, WorldError, WorldPorts};
