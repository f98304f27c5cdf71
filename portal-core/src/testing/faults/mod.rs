//! Things going wrong on purpose: by a script, or by a seed.

mod blobs;
mod mailer;
mod store;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Dice;
pub use blobs::{BlobFault, FaultyBlobs};
pub use mailer::{FaultyMailer, MailFault};
pub use store::{FaultyStore, StoreFault};

/// Which calls go wrong, and how.
///
/// Clones share one plan, so that a test can go on planning after it handed the wrapper over, and count what happened.
///
/// # Examples
/// ```
/// use portal_core::testing::{Faults, MailFault};
///
/// let faults = Faults::script([None, Some(MailFault::Transient)]);
/// assert_eq!((faults.draw(), faults.draw(), faults.draw()), (None, Some(MailFault::Transient), None));
/// faults.next_is(MailFault::Permanent);
/// assert_eq!(faults.draw(), Some(MailFault::Permanent));
/// assert_eq!(faults.count(MailFault::Transient), 1);
///
/// let seeded = Faults::seeded(7, 50, [MailFault::Transient, MailFault::SentUnanswered]);
/// let same = Faults::seeded(7, 50, [MailFault::Transient, MailFault::SentUnanswered]);
/// assert!((0..100).all(|_| seeded.draw() == same.draw()));
/// assert!(seeded.count(MailFault::SentUnanswered) > 10);
/// ```
#[derive(Debug, Clone)]
pub struct Faults<F>(Arc<Mutex<Plan<F>>>);

#[derive(Debug)]
struct Plan<F> {
    script: VecDeque<Option<F>>,
    seeded: Option<(Dice, u8, Vec<F>)>,
    happened: Vec<F>,
}

impl<F: Copy + PartialEq> Faults<F> {
    /// Nothing goes wrong until [`next_is`](Self::next_is) says so.
    pub fn none() -> Self {
        Self::script([])
    }

    /// The calls go as told, one after another; all after them go well.
    pub fn script(script: impl IntoIterator<Item = Option<F>>) -> Self {
        Self::planned(Plan { script: script.into_iter().collect(), seeded: None, happened: Vec::new() })
    }

    /// `percent` of 100 calls go wrong, in one of `kinds` each, as follows from the seed.
    pub fn seeded(seed: u64, percent: u8, kinds: impl IntoIterator<Item = F>) -> Self {
        let seeded = Some((Dice::new(seed), percent, kinds.into_iter().collect()));
        Self::planned(Plan { script: VecDeque::new(), seeded, happened: Vec::new() })
    }

    /// The next call goes wrong so, whatever was planned; what was planned comes after it.
    pub fn next_is(&self, fault: F) {
        self.plan().script.push_front(Some(fault));
    }

    /// From now on everything goes well.
    pub fn stop(&self) {
        let mut plan = self.plan();
        plan.script.clear();
        plan.seeded = None;
    }

    /// How the next call goes: what a wrapper asks.
    pub fn draw(&self) -> Option<F> {
        let mut plan = self.plan();
        let drawn = match plan.script.pop_front() {
            Some(planned) => planned,
            None => plan.seeded.as_mut().and_then(|(dice, percent, kinds)| {
                let goes_wrong = dice.chance(*percent);
                dice.pick(kinds).copied().filter(|_| goes_wrong)
            }),
        };
        plan.happened.extend(drawn);
        drawn
    }

    /// How many calls went wrong so.
    pub fn count(&self, fault: F) -> usize {
        self.plan().happened.iter().filter(|happened| **happened == fault).count()
    }

    fn planned(plan: Plan<F>) -> Self {
        Self(Arc::new(Mutex::new(plan)))
    }

    fn plan(&self) -> MutexGuard<'_, Plan<F>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<F: Copy + PartialEq> Default for Faults<F> {
    fn default() -> Self {
        Self::none()
    }
}

/// What a fault carries as its source.
fn planned() -> crate::ports::BoxError {
    "the test planned it".into()
}
