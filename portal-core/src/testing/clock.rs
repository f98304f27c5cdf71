//! Time that a test owns.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};
use std::time::Duration;

use async_trait::async_trait;

use crate::ports::Clock;
use crate::values::Timestamp;

/// A [`Clock`] on which time passes only when it is told to.
///
/// Clones are the same clock. A new one *hurries*: whoever waits lets the time pass by as much and goes on at once, so that
/// a test of retries never stands still. [`stepped`](Self::stepped) makes one on which waiting ends when the test has
/// [advanced](Self::advance) far enough, for tests in which the order of things matters.
///
/// The time can jump, back too, as on a real machine. Waiting is measured by what was advanced; no jump shortens it.
///
/// # Examples
/// ```
/// use std::time::Duration;
/// use portal_core::ports::Clock as _;
/// use portal_core::testing::VirtualClock;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let clock = VirtualClock::new();
/// let start = clock.now();
/// clock.pause(Duration::from_secs(60)).await;
/// clock.advance(Duration::from_secs(5));
/// assert_eq!(clock.now(), start + Duration::from_secs(65));
/// clock.jump_to(start);
/// assert_eq!(clock.now(), start);
/// # }).expect("a clock that hurries never waits");
/// ```
#[derive(Debug, Clone)]
pub struct VirtualClock {
    hurries: bool,
    time: Arc<Mutex<Time>>,
}

#[derive(Debug)]
struct Time {
    now: Timestamp,
    /// How much time was advanced since the clock was made: it never goes back.
    passed: Duration,
    /// Those who wait, each until so much has passed, by the number that they drew.
    waiting: BTreeMap<u64, (Duration, Waker)>,
    drawn: u64,
}

impl VirtualClock {
    /// Where the time begins: 2026-02-02T09:00:00Z, a Monday.
    pub const START: Timestamp = Timestamp::from_micros(1_770_022_800_000_000);

    /// A clock that hurries.
    pub fn new() -> Self {
        Self { hurries: true, time: Arc::new(Mutex::new(Time::new())) }
    }

    /// A clock on which waiting ends once the test has advanced far enough.
    pub fn stepped() -> Self {
        Self { hurries: false, ..Self::new() }
    }

    /// The same clock, on which this handle's waiting ends once somebody has advanced far enough.
    #[must_use]
    pub fn as_stepped(&self) -> Self {
        Self { hurries: false, time: Arc::clone(&self.time) }
    }

    /// Lets time pass, and wakes whoever has waited for it.
    pub fn advance(&self, span: Duration) {
        let woken = self.time().advance(span);
        woken.into_iter().for_each(Waker::wake);
    }

    /// Sets the time, back too. Nobody's waiting ends by it.
    pub fn jump_to(&self, moment: Timestamp) {
        self.time().now = moment;
    }

    /// How long until the first of those who wait goes on; `None` when nobody waits.
    pub fn next_wake(&self) -> Option<Duration> {
        let time = self.time();
        time.waiting.values().map(|(until, _)| until.saturating_sub(time.passed)).min()
    }

    fn time(&self) -> MutexGuard<'_, Time> {
        self.time.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Time {
    fn new() -> Self {
        Self { now: VirtualClock::START, passed: Duration::ZERO, waiting: BTreeMap::new(), drawn: 0 }
    }

    fn advance(&mut self, span: Duration) -> Vec<Waker> {
        self.now = self.now + span;
        self.passed = self.passed.saturating_add(span);
        let passed = self.passed;
        self.waiting.extract_if(.., |_, (until, _)| *until <= passed).map(|(_, (_, waker))| waker).collect()
    }
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        self.time().now
    }

    async fn pause(&self, span: Duration) {
        if self.hurries {
            self.advance(span);
            return;
        }
        let waiting = Waiting::until(self, span);
        std::future::poll_fn(|context| waiting.poll(context.waker())).await;
    }
}

/// Somebody who waits; who stops waiting is forgotten.
struct Waiting<'a> {
    clock: &'a VirtualClock,
    number: u64,
    until: Duration,
}

impl<'a> Waiting<'a> {
    fn until(clock: &'a VirtualClock, span: Duration) -> Self {
        let mut time = clock.time();
        time.drawn += 1;
        Self { clock, number: time.drawn, until: time.passed.saturating_add(span) }
    }

    fn poll(&self, waker: &Waker) -> Poll<()> {
        let mut time = self.clock.time();
        if time.passed >= self.until {
            return Poll::Ready(());
        }
        time.waiting.insert(self.number, (self.until, waker.clone()));
        Poll::Pending
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.clock.time().waiting.remove(&self.number);
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn waiting_on_a_stepped_clock_ends_no_earlier_than_asked() {
        let clock = VirtualClock::stepped();
        let waiting = tokio::spawn({
            let clock = clock.clone();
            async move { clock.pause(Duration::from_secs(10)).await }
        });
        while clock.next_wake().is_none() {
            tokio::task::yield_now().await;
        }
        clock.jump_to(VirtualClock::START + Duration::from_secs(3600));
        clock.advance(Duration::from_secs(9));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        assert_eq!(clock.next_wake(), Some(Duration::from_secs(1)));
        clock.advance(Duration::from_secs(1));
        waiting.await.unwrap();
        assert_eq!(clock.next_wake(), None);
    }

    #[test]
    fn the_time_jumps_back_and_waiting_goes_on() {
        let clock = VirtualClock::new();
        clock.jump_to(VirtualClock::START - Duration::from_secs(86_400));
        assert_eq!(clock.pause(Duration::from_secs(1)).now_or_never(), Some(()));
        assert_eq!(clock.now(), VirtualClock::START - Duration::from_secs(86_399));
        let stepped = clock.as_stepped();
        assert_eq!(stepped.pause(Duration::from_secs(1)).now_or_never(), None);
        assert_eq!(clock.next_wake(), None, "who stopped waiting is forgotten");
        assert_eq!(stepped.pause(Duration::ZERO).now_or_never(), Some(()));
    }
}
