//! The way to the ports, with troubles of a test's choosing, and every operation tried over it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use portal_core::Operation;
use portal_core::memory::{MemoryBlobs, MemoryStore};
use portal_core::ports::store::StoreError;
use portal_core::testing::{VirtualClock, Watch, WatchedBlobs, WatchedCall, WatchedStore, World};

use crate::scene::Scene;

/// What a test makes of the way to the store and the blob store: it can lose answers, fail, or let others go first.
#[derive(Default)]
pub(crate) struct Line {
    /// The first commit of each command is carried out, and its answer lost.
    pub(crate) loses_answers: AtomicBool,
    /// The first commit of each command, and the first look at an outcome, do not get through.
    pub(crate) fails_first: AtomicBool,
    /// Whoever else is ready goes on before and after each call.
    pub(crate) yields: AtomicBool,
    seen: Mutex<BTreeSet<String>>,
}

impl Line {
    fn is_first(&self, call: WatchedCall<'_>) -> bool {
        let name = call.changes.map_or(call.name.to_owned(), |changes| changes.command.id.clone());
        self.seen.lock().unwrap().insert(name)
    }
}

#[async_trait]
impl Watch for Line {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if self.yields.load(Ordering::SeqCst) {
            others_first().await;
        }
        let fails = self.fails_first.load(Ordering::SeqCst) && matches!(call.name, "commit" | "outcome");
        if fails && self.is_first(call) { Err(StoreError::Unavailable("not now".into())) } else { Ok(()) }
    }

    async fn after(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if self.yields.load(Ordering::SeqCst) {
            others_first().await;
        }
        let loses = self.loses_answers.load(Ordering::SeqCst) && call.name == "commit";
        if loses && self.is_first(call) { Err(StoreError::Unavailable("lost".into())) } else { Ok(()) }
    }
}

/// A scene whose ports are reached by a line of the test's.
pub(crate) async fn scene() -> (Scene, Arc<Line>) {
    let line = Arc::new(Line::default());
    let store = WatchedStore::new(Arc::new(MemoryStore::new()), line.clone());
    // The world dates bytes by its own clock; these are dated by the same moment, where that clock begins.
    let blobs = MemoryBlobs::new().clock(Arc::new(VirtualClock::new()));
    let blobs = WatchedBlobs::new(Arc::new(blobs), line.clone());
    let world = World::builder().store(Arc::new(store)).blobs(Arc::new(blobs)).build().await.unwrap();
    (Scene::set(world).await, line)
}

/// Tries something with every operation that changes something, each in a scene of its own.
pub(crate) async fn with_each(tries: impl for<'a> Fn(&'a Scene, &'a Line, Operation) -> BoxFuture<'a, ()>) {
    let mut tried = 0;
    let (probe, _) = scene().await;
    for operation in Operation::ALL {
        if probe.carry_out(*operation, None, false).await.is_some() {
            let (scene, line) = scene().await;
            tries(&scene, &line, *operation).await;
            tried += 1;
        }
    }
    assert!(tried >= 30, "{tried} operations were tried");
}

/// What the same command answers the second time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Again {
    /// The same.
    Same,
    /// That it was used: what it gave is told once.
    Used,
    /// That the session ended, by this very command: authority comes before everything.
    SignedOut,
}

pub(crate) fn again(operation: Operation) -> Again {
    match operation {
        Operation::RedeemCode | Operation::RedeemLink => Again::Used,
        Operation::SignOut => Again::SignedOut,
        _ => Again::Same,
    }
}

/// Lets whoever else is ready go on: pending once, and ready to be polled again at once.
pub(crate) async fn others_first() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
