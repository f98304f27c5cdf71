//! Many recipients: what one node holds in memory does not grow with them.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;

use super::world::{WINDOW, World};
use crate::engine::Portal;
use crate::ports::store::StoreError;
use crate::sharing::{Access, Audience};
use crate::testing::{Watch, WatchedCall, WatchedStore};

/// Counts the calls by which recipients are read and staged, and those that would bring everybody's grants.
#[derive(Default)]
struct Counts {
    pages: AtomicUsize,
    staged: AtomicUsize,
    everybodys: AtomicUsize,
}

#[async_trait]
impl Watch for Counts {
    async fn after(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        match call.name {
            "contacts" => self.pages.fetch_add(1, Ordering::Relaxed),
            "stage" => self.staged.fetch_add(1, Ordering::Relaxed),
            "ancestry" | "granted" | "granted_below" | "grants_on" => self.everybodys.fetch_add(1, Ordering::Relaxed),
            _ => 0,
        };
        Ok(())
    }
}

async fn work_through(node: &Portal) -> (usize, usize) {
    let (mut sent, mut calls) = (0, 0);
    loop {
        let report = node.worker().run_due().await.unwrap();
        assert!(report.events <= 32 * 16 && report.sent <= 32 * 16, "one call does a bounded amount: {report:?}");
        (sent, calls) = (sent + report.sent, calls + 1);
        if !report.more {
            return (sent, calls);
        }
    }
}

#[tokio::test]
async fn n10_thousands_of_recipients_are_worked_out_two_hundred_at_a_time() {
    const CONTACTS: usize = 3_000;
    let world = World::new().await;
    for number in 0..CONTACTS {
        world.contact("Somebody", &format!("c{number}@acme.test")).await;
    }
    world.work().await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();

    let counts = Arc::new(Counts::default());
    let store = WatchedStore::new(Arc::new(world.store.clone()), counts.clone());
    let node = world.node_on(Arc::new(store), 4);
    let (sent, calls) = work_through(&node).await;
    assert_eq!(sent, CONTACTS);
    assert_eq!(world.mailer.inner.sent().len(), CONTACTS);
    assert!(calls > 1, "so many mails are more than one call");
    // A page of two hundred is read and staged before the next is asked for.
    let (pages, staged) = (counts.pages.load(Ordering::Relaxed), counts.staged.load(Ordering::Relaxed));
    assert_eq!((pages, staged), (CONTACTS / 200, CONTACTS / 200));
}

#[tokio::test]
async fn n10_whoever_a_folder_is_granted_to_one_by_one_is_told_without_reading_all_their_grants() {
    const CONTACTS: usize = 500;
    let world = World::new().await;
    let folder = world.folder("2025 Tax").await;
    for number in 0..CONTACTS {
        let contact = world.contact("Somebody", &format!("c{number}@acme.test")).await;
        world.files().share(folder, Audience::Contact(contact), Access::View).await.unwrap();
    }
    world.contact("Nobody", "nobody@acme.test").await;
    world.upload(folder, "w2.pdf").await;
    let counts = Arc::new(Counts::default());
    let store = WatchedStore::new(Arc::new(world.store.clone()), counts.clone());
    let node = world.node_on(Arc::new(store), 4);
    work_through(&node).await;
    world.clock.advance(WINDOW);
    assert_eq!(work_through(&node).await.0, CONTACTS);
    // Neither expanding nor sending asks who else has it: for so many recipients that would grow with their square.
    assert_eq!(counts.everybodys.load(Ordering::Relaxed), 0);
}
