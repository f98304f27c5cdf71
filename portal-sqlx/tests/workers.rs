//! Two workers, each with a store of its own on one file.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use portal_core::Portal;
use portal_core::directory::NewContact;
use portal_core::memory::FixedLinks;
use portal_core::notifications::MessageState;
use portal_core::ports::store::DeliveryQuery;
use portal_core::ports::{Mail, Mailer, MailerError, MailerFault};
use portal_core::sharing::{Access, Audience};
use portal_core::testing::{SeededEntropy, World};
use portal_core::values::{DisplayName, EmailAddress, FileName, LinkKey, PageRequest};
use portal_sqlx::SqliteStore;
use tokio::sync::{Barrier, Notify};

async fn store(file: &Path) -> SqliteStore {
    let store = SqliteStore::open(file).await.unwrap();
    store.migrate().await.unwrap();
    store
}

async fn world(file: &Path) -> World {
    World::builder().store(Arc::new(store(file).await)).build().await.unwrap()
}

/// Another process, as far as the database can tell.
async fn node(file: &Path, world: &World, seed: u64, mailer: impl Mailer + 'static) -> Portal {
    Portal::builder()
        .store(store(file).await)
        .shared_blobs(world.ports.blobs.clone())
        .mailer(mailer)
        .links(FixedLinks::new("https://portal.test").unwrap())
        .sender(EmailAddress::new("portal@portal.test").unwrap())
        .unencrypted(LinkKey::new([7; 32]))
        .clock(world.clock.clone())
        .entropy(SeededEntropy::new(seed))
        .build()
        .unwrap()
}

/// Shares a new folder with all of Acme's contacts, which tells each of them.
async fn share(world: &World, called: &str) {
    let files = world.owner.files(world.acme.id);
    let folder = files.add_folder(world.acme.root, FileName::new(called).unwrap()).await.unwrap();
    files.share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn n06_two_workers_at_once_send_each_message_once() {
    const ROUNDS: usize = 4;
    const CONTACTS: usize = 30;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let world = world(&file).await;
    for number in 2..CONTACTS {
        let address = EmailAddress::new(&format!("c{number}@acme.test")).unwrap();
        let contact = NewContact::new(DisplayName::new("Somebody").unwrap(), address);
        world.owner.contacts(world.acme.id).add(contact).await.unwrap();
    }
    world.run_worker().await.unwrap();
    let nodes =
        [node(&file, &world, 10, world.mailer.clone()).await, node(&file, &world, 11, world.mailer.clone()).await];
    let mut sent_by = [0; 2];
    for round in 0..ROUNDS {
        share(&world, &format!("Round {round}")).await;
        let start = Arc::new(Barrier::new(nodes.len()));
        let working = nodes.clone().map(|node| {
            let start = start.clone();
            tokio::spawn(async move {
                let mut sent = 0;
                start.wait().await;
                while node.worker().backlog().await.unwrap().messages + node.worker().backlog().await.unwrap().events
                    > 0
                {
                    sent += node.worker().run_due().await.unwrap().sent;
                }
                sent
            })
        });
        for (total, working) in sent_by.iter_mut().zip(working) {
            *total += working.await.unwrap();
        }
    }
    let sent = world.mailer.sent();
    let ids: BTreeSet<&str> = sent.iter().map(|mail| mail.message_id.as_str()).collect();
    assert_eq!((sent.len(), ids.len()), (ROUNDS * CONTACTS, ROUNDS * CONTACTS));
    assert_eq!(sent_by.iter().sum::<usize>(), ROUNDS * CONTACTS);
    assert!(sent_by.iter().all(|sent| *sent > 0), "both had something to do: {sent_by:?}");
}

/// A mail server that is so slow that whoever waits for it has lost the lease, and says in the end that it took nothing.
#[derive(Clone, Default)]
struct Slow {
    asked: Arc<Notify>,
    answers: Arc<Notify>,
}

#[async_trait]
impl Mailer for Slow {
    async fn send(&self, _mail: &Mail) -> Result<(), MailerError> {
        self.asked.notify_one();
        self.answers.notified().await;
        Err(MailerError::new(MailerFault::Transient, "busy"))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn n07_a_worker_that_lost_its_lease_cannot_settle_what_another_sent() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let world = world(&file).await;
    world.run_worker().await.unwrap();
    let slow = Slow::default();
    let (one, other) =
        (node(&file, &world, 10, slow.clone()).await, node(&file, &world, 11, world.mailer.clone()).await);
    let files = world.owner.files(world.acme.id);
    files.share(world.tax, world.ana.audience(), Access::View).notify().await.unwrap();
    let worker = one.worker();
    let waiting = tokio::spawn(async move { worker.run_due().await });
    slow.asked.notified().await;
    other.worker().run_due().await.unwrap();
    assert_eq!(world.mailer.sent().len(), 0, "its lease keeps others off");
    world.clock.advance(Duration::from_secs(2 * 60));
    other.worker().run_due().await.unwrap();
    assert_eq!(world.mailer.sent().len(), 1);

    // What it says now would have the mail sent once more.
    slow.answers.notify_one();
    let report = waiting.await.unwrap().unwrap();
    assert_eq!((report.sent, report.postponed), (0, 0), "{report:?}");
    for _ in 0..24 {
        world.clock.advance(Duration::from_secs(60 * 60));
        other.worker().run_due().await.unwrap();
    }
    assert_eq!(world.mailer.sent().len(), 1);
    let page = PageRequest::default();
    let ledger = world.owner.deliveries().list(&DeliveryQuery::default(), &page).await.unwrap().items;
    let states: Vec<MessageState> = ledger.iter().map(|message| message.state).collect();
    assert_eq!(states, [MessageState::Sent]);
}
