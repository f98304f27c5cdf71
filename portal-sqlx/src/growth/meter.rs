//! Steps of SQLite's machine, and real time beside them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// What something cost.
pub(super) struct Cost {
    pub(super) name: &'static str,
    pub(super) steps: u64,
    pub(super) statements: u64,
    pub(super) time: Duration,
}

/// Measures what is done, one thing after the other.
pub(super) struct Meter {
    pub(super) steps: Arc<AtomicU64>,
    pub(super) costs: Vec<Cost>,
}

impl Meter {
    pub(super) async fn of<T>(&mut self, name: &'static str, doing: impl Future<Output = T>) -> T {
        let (before, statements) = (self.steps.load(Ordering::Relaxed), crate::plans::count());
        #[expect(clippy::disallowed_methods, reason = "real time is shown beside the steps; nothing rests on it")]
        let began = std::time::Instant::now();
        let done = doing.await;
        let (steps, time) = (self.steps.load(Ordering::Relaxed) - before, began.elapsed());
        self.costs.push(Cost { name, steps, statements: crate::plans::count() - statements, time });
        done
    }
}
