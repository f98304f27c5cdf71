//! What tests need beside the ports in [`memory`](crate::memory): time that they own, randomness that comes again, and
//! things going wrong on purpose. Behind the feature `testing`.
//!
//! - [`VirtualClock`]: time passes when the test says so.
//! - [`SeededEntropy`] and [`Dice`]: the same seed gives the same run.
//! - [`WatchedStore`] and [`WatchedBlobs`]: a test acts before and after each call, and answers in the port's stead.

mod clock;
mod entropy;
mod watched;

pub use clock::VirtualClock;
pub use entropy::{Dice, NoEntropy, SeededEntropy};
pub use watched::{Watch, WatchedBlobs, WatchedCall, WatchedStore};
