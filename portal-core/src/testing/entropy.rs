//! Randomness that comes again.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::ports::{Entropy, EntropyError};
use crate::values::Digest;

/// An [`Entropy`] whose draws follow from a seed: the same seed gives the same draws in the same order.
///
/// Clones share one sequence. Never use it outside of tests: whoever knows the seed knows every secret.
///
/// # Examples
/// ```
/// use portal_core::ports::Entropy as _;
/// use portal_core::testing::SeededEntropy;
///
/// let (one, other) = (SeededEntropy::new(7), SeededEntropy::new(7));
/// let first = one.draw()?;
/// assert_eq!(first, other.draw()?);
/// assert_ne!(first, one.draw()?);
/// # Ok::<(), portal_core::ports::EntropyError>(())
/// ```
#[derive(Debug, Clone)]
pub struct SeededEntropy {
    seed: u64,
    drawn: Arc<AtomicU64>,
}

impl SeededEntropy {
    /// The sequence of a seed, from its start.
    pub fn new(seed: u64) -> Self {
        Self { seed, drawn: Arc::default() }
    }
}

impl Entropy for SeededEntropy {
    fn draw(&self) -> Result<[u8; 32], EntropyError> {
        let number = self.drawn.fetch_add(1, Ordering::Relaxed);
        Ok(*Digest::of_parts(&[&self.seed.to_be_bytes(), &number.to_be_bytes()]).as_bytes())
    }
}

/// An [`Entropy`] that cannot be read.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoEntropy;

impl Entropy for NoEntropy {
    fn draw(&self) -> Result<[u8; 32], EntropyError> {
        Err(EntropyError("the test took it away".into()))
    }
}

/// Choices that follow from a seed, for tests that try many things: SplitMix64 (Steele, Lea, Flood 2014).
///
/// # Examples
/// ```
/// use portal_core::testing::Dice;
///
/// let mut dice = Dice::new(7);
/// assert!(dice.below(6) < 6);
/// assert!(dice.pick(&["ana", "ben"]).is_some());
/// assert_eq!(Dice::new(7).number(), Dice::new(7).number());
/// ```
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The sequence of a seed, from its start.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Any number.
    pub const fn number(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// A number below `end`; 0 when `end` is.
    pub const fn below(&mut self, end: u64) -> u64 {
        match self.number().checked_rem(end) {
            Some(number) => number,
            None => 0,
        }
    }

    /// Yes, in `percent` of 100 cases.
    pub const fn chance(&mut self, percent: u8) -> bool {
        self.below(100) < percent as u64
    }

    /// One of `items`; `None` when there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> Option<&'a T> {
        let index = self.below(items.len() as u64);
        usize::try_from(index).ok().and_then(|index| items.get(index))
    }
}
