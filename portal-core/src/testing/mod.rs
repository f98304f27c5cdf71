//! What tests need beside the ports in [`memory`](crate::memory): time that they own, randomness that comes again, and
//! things going wrong on purpose. Behind the feature `testing`.
//!
//! - [`VirtualClock`]: time passes when the test says so.
//! - [`SeededEntropy`] and [`Dice`]: the same seed gives the same run.

mod clock;
mod entropy;

pub use clock::VirtualClock;
pub use entropy::{Dice, NoEntropy, SeededEntropy};
