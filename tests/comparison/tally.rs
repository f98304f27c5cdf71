//! How often each operation was tried, and how often it was accepted.

use std::sync::atomic::{AtomicU64, Ordering};

use portal_core::Operation;

/// Counts of operations, by their place in [`Operation::ALL`].
pub(crate) struct Tally {
    tried: Vec<AtomicU64>,
    accepted: Vec<AtomicU64>,
}

impl Tally {
    pub(crate) fn new() -> Self {
        let zeros = || Operation::ALL.iter().map(|_| AtomicU64::new(0)).collect();
        Self { tried: zeros(), accepted: zeros() }
    }

    pub(crate) fn count(&self, operation: Operation, accepted: bool) {
        let place = Operation::ALL.iter().position(|other| *other == operation).unwrap();
        self.tried[place].fetch_add(1, Ordering::Relaxed);
        self.accepted[place].fetch_add(u64::from(accepted), Ordering::Relaxed);
    }

    /// How often it was tried, and how often of these accepted.
    pub(crate) fn of(&self, operation: Operation) -> (u64, u64) {
        let place = Operation::ALL.iter().position(|other| *other == operation).unwrap();
        (self.tried[place].load(Ordering::Relaxed), self.accepted[place].load(Ordering::Relaxed))
    }

    /// How many of those that change something were tried, and how many of these accepted.
    pub(crate) fn changing(&self) -> (u64, u64) {
        let sum = |counts: &[AtomicU64]| {
            let all = Operation::ALL.iter().zip(counts);
            all.filter(|(it, _)| crate::play::CHANGING.contains(it)).map(|(_, it)| it.load(Ordering::Relaxed)).sum()
        };
        (sum(&self.tried), sum(&self.accepted))
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (operation, (tried, accepted)) in Operation::ALL.iter().zip(self.tried.iter().zip(&self.accepted)) {
            let (tried, accepted) = (tried.load(Ordering::Relaxed), accepted.load(Ordering::Relaxed));
            writeln!(f, "{:>20} {tried:>9} {accepted:>9}", operation.name())?;
        }
        let (tried, accepted) = self.changing();
        writeln!(f, "{accepted} of {tried} changing operations were accepted: {} %", accepted * 100 / tried.max(1))
    }
}
