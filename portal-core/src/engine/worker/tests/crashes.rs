//! A node that dies at any step: others go on, and everybody is told exactly once.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures_util::FutureExt as _;

use super::world::{LEASE, Mood, WINDOW, World, minutes};
use crate::notifications::MessageState;
use crate::ports::store::StoreError;
use crate::sharing::{Access, Audience};
use crate::testing::{Watch, WatchedCall, WatchedStore};

/// Dies at the step number `at`: before the store does what it is asked, or after it did and before the answer.
struct Dies {
    at: usize,
    step: AtomicUsize,
}

impl Dies {
    async fn step(&self) -> Result<(), StoreError> {
        if self.step.fetch_add(1, Ordering::Relaxed) == self.at {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[async_trait]
impl Watch for Dies {
    async fn before(&self, _: WatchedCall<'_>) -> Result<(), StoreError> {
        self.step().await
    }

    async fn after(&self, _: WatchedCall<'_>) -> Result<(), StoreError> {
        self.step().await
    }
}

/// The same, but the store says that it cannot be reached, and the node goes on.
struct Fails(Dies);

#[async_trait]
impl Watch for Fails {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        self.after(call).await
    }

    async fn after(&self, _: WatchedCall<'_>) -> Result<(), StoreError> {
        if self.0.step.fetch_add(1, Ordering::Relaxed) == self.0.at {
            return Err(StoreError::Unavailable("the line broke".into()));
        }
        Ok(())
    }
}

/// A share with three contacts and uploads that two of them, and the team, hear of. Returns who must be told how often.
async fn busy() -> (World, Vec<&'static str>) {
    let world = World::new().await;
    world.assigned("Dana", "dana@hill.test").await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    for (called, address) in [("Ben", "ben@acme.test"), ("Cy", "cy@acme.test")] {
        world.contact(called, address).await;
    }
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "w2.pdf").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();
    let purged = world.upload(folder, "draft.pdf").await;
    world.files().trash(purged).await.unwrap();
    world.files().purge(purged).await.unwrap();
    (world, vec!["ana@acme.test", "ben@acme.test", "cy@acme.test", "dana@hill.test"])
}

async fn step_count() -> usize {
    let (world, _) = busy().await;
    let counter = Arc::new(Dies { at: usize::MAX, step: AtomicUsize::new(0) });
    let node = world.node_on(Arc::new(WatchedStore::new(Arc::new(world.store.clone()), counter.clone())), 9);
    node.worker().run_due().await.unwrap();
    world.clock.advance(WINDOW);
    node.worker().run_due().await.unwrap();
    counter.step.load(Ordering::Relaxed)
}

async fn others_go_on(world: &World, died_at: usize, expected: &[&str]) {
    for _ in 0..3 {
        world.clock.advance(LEASE.max(minutes(6)));
        world.work().await;
    }
    let mut told: Vec<String> = world.mailer.inner.delivered().iter().map(|mail| mail.to.as_str().to_owned()).collect();
    told.sort();
    assert_eq!(told, expected, "after dying at step {died_at}");
    assert!(world.messages(Some(MessageState::Waiting)).await.is_empty(), "after dying at step {died_at}");
    assert_eq!(world.portal.worker().backlog().await.unwrap().events, 0, "after dying at step {died_at}");
}

#[tokio::test]
async fn n04_a_node_that_dies_at_any_step_leaves_nothing_untold_and_nothing_told_twice() {
    let steps = step_count().await;
    assert!(steps > 60, "{steps}");
    for at in 0..steps {
        let (world, expected) = busy().await;
        let watch = Arc::new(Dies { at, step: AtomicUsize::new(0) });
        let dying = world.node_on(Arc::new(WatchedStore::new(Arc::new(world.store.clone()), watch)), 9);
        let mut died = dying.worker().run_due().now_or_never().is_none();
        if !died {
            world.clock.advance(WINDOW);
            died = dying.worker().run_due().now_or_never().is_none();
        }
        assert!(died, "step {at} of {steps} was never reached");
        others_go_on(&world, at, &expected).await;
    }
}

#[tokio::test]
async fn a_store_that_breaks_off_at_any_step_leaves_nothing_untold_and_nothing_told_twice() {
    let steps = step_count().await;
    for at in 0..steps {
        let (world, expected) = busy().await;
        let watch = Arc::new(Fails(Dies { at, step: AtomicUsize::new(0) }));
        let node = world.node_on(Arc::new(WatchedStore::new(Arc::new(world.store.clone()), watch.clone())), 9);
        // The commit loop goes on after a line that broke; everything else is told and left for the next call.
        if node.worker().run_due().await.is_ok() {
            world.clock.advance(WINDOW);
            let _told_or_gone_on = node.worker().run_due().await;
        }
        assert!(watch.0.step.load(Ordering::Relaxed) > at, "step {at} of {steps} was never reached");
        others_go_on(&world, at, &expected).await;
    }
}

#[tokio::test]
async fn n04_a_mail_server_that_never_answers_gets_the_same_mail_from_another_node() {
    let (world, expected) = busy().await;
    world.mailer.mood(Mood::TakesAndHangs);
    assert!(world.portal.worker().run_due().now_or_never().is_none());
    world.mailer.mood(Mood::Works);
    others_go_on(&world, 0, &expected).await;
}
