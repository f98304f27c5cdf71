//! Time, and waiting for it.

use std::time::Duration;

use async_trait::async_trait;

use crate::values::Timestamp;

/// Tells the time and waits.
///
/// # Contract
/// The time may jump, back too; nothing in the portal relies on it never doing so. Waiting ends no earlier than asked by
/// whatever measures spans, a jump of the time or not; a wait that is dropped is over.
#[async_trait]
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;

    /// Waits for `span`.
    async fn pause(&self, span: Duration);
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the port through which everybody else asks for the time")]
    fn now(&self) -> Timestamp {
        time::OffsetDateTime::now_utc().into()
    }

    async fn pause(&self, span: Duration) {
        futures_timer::Delay::new(span).await;
    }
}
