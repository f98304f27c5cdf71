//! What somebody else does between the last look and the commit.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use super::{Watch, WatchedCall};
use crate::ports::store::StoreError;

/// A [`Watch`] under which something of a test's choosing happens once, right before a commit that tells an event: what the
/// operation rested on was read, and nothing of it is written.
///
/// Commits without events, such as the one that begins an upload, are let through.
///
/// # Examples
/// ```
/// use std::sync::Arc;
/// use portal_core::memory::MemoryStore;
/// use portal_core::ErrorKind;
/// use portal_core::testing::{Meanwhile, WatchedStore, World};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let store = Arc::new(MemoryStore::new());
/// let world = World::builder().store(store.clone()).build().await?;
///
/// // Another node on the same store: while it is about to assign Noah, he leaves.
/// let meanwhile = Arc::new(Meanwhile::default());
/// let watched = Arc::new(WatchedStore::new(store, meanwhile.clone()));
/// let (portal, ..) = World::builder().store(watched).seed(2).empty()?;
/// let (owner, noah) = (world.owner.me().await?.id, world.unassigned.me().await?.id);
/// let team = world.owner.team();
/// meanwhile.happens(async move { team.remove(noah).await.unwrap() });
/// let assign = portal.staff(world.firm, owner).await?.assignments(world.acme.id).assign(noah);
/// assert_eq!(assign.await.unwrap_err().kind(), ErrorKind::NotFound);
/// assert!(meanwhile.took_place());
/// # Ok::<(), portal_core::testing::WorldError>(())
/// # }).expect("nothing in memory waits")?;
/// # Ok::<(), portal_core::testing::WorldError>(())
/// ```
#[derive(Default)]
pub struct Meanwhile(Mutex<Option<BoxFuture<'static, ()>>>);

impl Meanwhile {
    /// Has this happen right before the next commit that tells an event.
    pub fn happens(&self, happens: impl Future<Output = ()> + Send + 'static) {
        *self.lock() = Some(happens.boxed());
    }

    /// Whether it happened, so that a test fails whose race never took place.
    pub fn took_place(&self) -> bool {
        self.lock().is_none()
    }

    fn lock(&self) -> MutexGuard<'_, Option<BoxFuture<'static, ()>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Meanwhile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Meanwhile").field("took_place", &self.took_place()).finish()
    }
}

#[async_trait]
impl Watch for Meanwhile {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        let tells = call.changes.is_some_and(|changes| !changes.events.is_empty());
        let happens = if tells { self.lock().take() } else { None };
        if let Some(happens) = happens {
            happens.await;
        }
        Ok(())
    }
}
