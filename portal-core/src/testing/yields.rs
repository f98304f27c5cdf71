//! Ports that wait, so that what runs at the same time interleaves.

use std::sync::{Mutex, PoisonError};
use std::task::Poll;

use async_trait::async_trait;

use super::{Dice, Watch, WatchedCall};
use crate::ports::store::StoreError;

/// A [`Watch`] under which whoever calls a port lets others go first, before and after the call, as often as follows from a
/// seed.
///
/// A port in memory never waits: on a runtime of one thread a task then runs from its first call to its last, and two that
/// were started at the same time never meet. Under this one they meet between any two calls, and each seed is another order.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use portal_core::memory::MemoryStore;
/// use portal_core::ports::store::DirectoryReads as _;
/// use portal_core::testing::{WatchedStore, Yields};
/// use portal_core::values::FirmId;
///
/// # use futures_util::FutureExt as _;
/// let store = WatchedStore::new(Arc::new(MemoryStore::new()), Arc::new(Yields::seeded(7)));
/// let lets_others_go_first = (0..9).any(|_| store.firm(FirmId::from_bits(1)).now_or_never().is_none());
/// assert!(lets_others_go_first);
/// ```
#[derive(Debug)]
pub struct Yields(Mutex<Dice>);

impl Yields {
    /// Waits as follows from a seed.
    pub fn seeded(seed: u64) -> Self {
        Self(Mutex::new(Dice::new(seed)))
    }

    /// Lets others go first up to three times.
    async fn pass(&self) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner).below(4);
        std::future::poll_fn(|context| {
            if left == 0 {
                return Poll::Ready(());
            }
            left -= 1;
            context.waker().wake_by_ref();
            Poll::Pending
        })
        .await;
    }
}

#[async_trait]
impl Watch for Yields {
    async fn before(&self, _call: WatchedCall<'_>) -> Result<(), StoreError> {
        self.pass().await;
        Ok(())
    }

    async fn after(&self, _call: WatchedCall<'_>) -> Result<(), StoreError> {
        self.pass().await;
        Ok(())
    }
}
