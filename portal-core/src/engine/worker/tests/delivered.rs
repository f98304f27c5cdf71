//! Delivery: leases, retries, the ledger, and clocks that jump.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use futures_util::FutureExt as _;

use super::world::{LEASE, Mood, WINDOW, World, email, minutes, node_with_keys, seconds};
use crate::directory::ContactChange;
use crate::engine::Portal;
use crate::event::Lane;
use crate::notifications::{DropReason, LetterKind, MessageState, Settlement, TemplatePart};
use crate::ports::store::{DeliveryQuery, Lease, Outbox as _};
use crate::ports::{Clock as _, KeyError, LinkKeySource, MailerFault};
use crate::sharing::{Access, Audience};
use crate::testing::{WatchedStore, Yields};
use crate::values::LinkKey;
use crate::values::{ContactId, FolderId, PageRequest};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A world where something was just shared with a contact, and nothing worked out yet.
async fn shared() -> (World, ContactId, FolderId) {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
    (world, ana, folder)
}

#[tokio::test]
async fn n05_a_crash_after_sending_sends_the_same_message_id_again() {
    let (world, ..) = shared().await;
    world.mailer.mood(Mood::TakesAndHangs);
    assert!(world.portal.worker().run_due().now_or_never().is_none(), "the node dies while it waits for the answer");
    world.mailer.mood(Mood::Works);
    world.work().await;
    assert_eq!(world.mailer.inner.sent().len(), 1, "its lease keeps others off");
    world.clock.advance(LEASE);
    world.another_node(2).worker().run_due().await.unwrap();
    let sent = world.mailer.inner.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1], "the very same mail");
    world.clock.advance(DAY);
    world.work().await;
    assert_eq!(world.mailer.inner.sent().len(), 2);
}

/// Works until nothing is left to be done, by whomever; says how many mails it sent.
async fn work_to_the_end(node: &Portal) -> usize {
    let (worker, mut sent) = (node.worker(), 0);
    loop {
        let left = worker.backlog().await.unwrap();
        if (left.events, left.messages) == (0, 0) {
            return sent;
        }
        sent += worker.run_due().await.unwrap().sent;
    }
}

#[tokio::test]
async fn n06_two_workers_send_once() {
    for seed in 0..30 {
        let (world, ..) = shared().await;
        let nodes = [seed, seed + 100].map(|seed| world.node_that_yields(seed));
        let (one, other) = futures_util::future::join(work_to_the_end(&nodes[0]), work_to_the_end(&nodes[1])).await;
        assert_eq!(one + other, 1, "seed {seed}");
        assert_eq!(world.mailer.inner.sent().len(), 1, "seed {seed}");
    }
}

#[tokio::test]
async fn n06_many_workers_on_threads_send_each_message_once() {
    let world = World::new().await;
    for number in 0..40 {
        world.contact("Somebody", &format!("c{number}@acme.test")).await;
    }
    for called in ["2024", "2025"] {
        let folder = world.folder(called).await;
        world.files().share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();
    }
    let nodes: Vec<_> = (10..18).map(|seed| world.another_node(seed)).collect();
    std::thread::scope(|scope| {
        for node in &nodes {
            scope.spawn(|| {
                let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
                for _ in 0..20 {
                    runtime.block_on(node.worker().run_due()).unwrap();
                }
            });
        }
    });
    assert_eq!(world.mailer.inner.sent().len(), 80);
    assert_eq!(world.mailer.inner.delivered().len(), 80, "each under a Message-ID of its own");
}

#[tokio::test]
async fn n07_a_stale_lease_cannot_settle() {
    let (world, ..) = shared().await;
    let now = world.clock.now();
    for claim in world.store.claim_events(Lane::Ordinary, &lease(1, now), 10).await.unwrap() {
        drop(claim);
    }
    world.clock.advance(LEASE);
    world.mailer.mood(Mood::Fails(MailerFault::Transient));
    world.work().await;
    world.clock.advance(minutes(1));
    let slow =
        world.store.claim_messages(Lane::Ordinary, &lease(2, world.clock.now()), 1).await.unwrap().pop().unwrap();
    world.clock.advance(LEASE);
    world.mailer.mood(Mood::Works);
    world.work().await;
    assert_eq!(world.mailed(), ["ana@acme.test"]);
    let dead = Settlement::Dead { error: "late".into() };
    assert!(!world.store.settle(&slow, &dead, world.clock.now()).await.unwrap());
    assert_eq!(world.messages(Some(MessageState::Sent)).await.len(), 1);
}

fn lease(holder: u128, now: crate::values::Timestamp) -> Lease {
    Lease { holder, now, until: now + LEASE }
}

#[tokio::test]
async fn a_lease_that_ended_while_the_mail_was_put_into_words_sends_nothing() {
    use crate::testing::{VirtualClock, Watch, WatchedCall, WatchedStore};
    struct Sleeps(VirtualClock);
    #[async_trait::async_trait]
    impl Watch for Sleeps {
        async fn after(&self, call: WatchedCall<'_>) -> Result<(), crate::ports::store::StoreError> {
            if call.name == "contacts_by_email" {
                self.0.advance(LEASE);
            }
            Ok(())
        }
    }
    let (world, ..) = shared().await;
    let watch = std::sync::Arc::new(Sleeps(world.clock.clone()));
    let store = WatchedStore::new(std::sync::Arc::new(world.store.clone()), watch);
    let sleepy = world.node_on(std::sync::Arc::new(store), 3);
    let report = sleepy.worker().run_due().await.unwrap();
    assert_eq!((report.sent, world.mailer.tries.load(Ordering::Relaxed)), (0, 0));
    assert!(report.failed > 0);
    world.work().await;
    assert_eq!(world.mailed(), ["ana@acme.test"]);
}

#[tokio::test]
async fn n11_a_clock_that_jumps_back_sends_nothing_twice_and_loses_nothing() {
    let (world, ana, folder) = shared().await;
    world.work().await;
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    let before = world.clock.now();
    world.clock.jump_to(before - DAY);
    world.work().await;
    world.upload(folder, "w3.pdf").await;
    world.work().await;
    for _ in 0..30 {
        world.clock.advance(Duration::from_secs(60 * 60));
        world.work().await;
    }
    let mails = world.mails();
    assert_eq!(mails.len(), 2, "the share, and both uploads: {ana}");
    assert_ne!(mails[0].message_id, mails[1].message_id);
    assert!(mails[1].text.contains("w2.pdf") && mails[1].text.contains("w3.pdf"), "{}", mails[1].text);
}

#[tokio::test]
async fn n12_a_mail_server_that_is_down_for_a_day_loses_nothing_and_keeps_the_order() {
    for fault in [MailerFault::Transient, MailerFault::Ours] {
        let world = World::new().await;
        let ana = world.contact("Ana", "ana@acme.test").await;
        let ben = world.contact("Ben", "ben@acme.test").await;
        world.mailer.mood(Mood::Fails(fault));
        for hour in 0..24 {
            let folder = world.folder(&format!("hour {hour:02}")).await;
            for contact in [ana, ben] {
                world.files().share(folder, Audience::Contact(contact), Access::View).notify().await.unwrap();
            }
            world.work().await;
            world.clock.advance(Duration::from_secs(60 * 60));
        }
        assert_eq!(world.mailed(), [""; 0]);
        let tries = world.mailer.tries.load(Ordering::Relaxed);
        assert!(tries < 100, "{tries} tries: one message an address is tried, and less and less often");

        world.mailer.mood(Mood::Works);
        world.clock.advance(Duration::from_secs(4 * 60 * 60));
        world.work().await;
        let mails = world.mails();
        assert_eq!(mails.len(), 48, "{fault:?}");
        for to in ["ana@acme.test", "ben@acme.test"] {
            let subjects: Vec<&str> =
                mails.iter().filter(|mail| mail.to.as_str() == to).map(|mail| mail.subject.as_str()).collect();
            assert_eq!(subjects.len(), 24);
            assert!(subjects.is_sorted(), "{subjects:?}");
        }
    }
}

#[tokio::test]
async fn what_never_works_is_given_up_after_days_and_shown_with_the_reason() {
    let (world, ..) = shared().await;
    world.mailer.mood(Mood::Fails(MailerFault::Transient));
    for _ in 0..(24 * 5) {
        world.work().await;
        world.clock.advance(Duration::from_secs(60 * 60));
    }
    let dead = world.messages(Some(MessageState::Dead)).await;
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].tries, dead[0].last_error.as_deref()), (24, Some("the server says no")));
}

#[tokio::test]
async fn a_permanent_answer_is_given_up_at_once_and_holds_nobody_up() {
    let (world, ana, _) = shared().await;
    world.mailer.mood(Mood::Fails(MailerFault::Permanent));
    world.work().await;
    world.mailer.mood(Mood::Works);
    world.staff.contacts(world.client).clear_bounce(ana).await.unwrap();
    let folder = world.folder("2026").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), ["ana@acme.test"]);
    let query = DeliveryQuery { client: Some(world.client), dead_only: true, assigned_to: None };
    let ledger = world.staff.deliveries().list(&query, &PageRequest::default()).await.unwrap();
    assert_eq!(ledger.items.len(), 1);
    assert_eq!((ledger.items[0].state, ledger.items[0].tries), (MessageState::Dead, 1));
}

#[tokio::test]
async fn what_a_batch_tells_is_told_in_one_order_however_fast_each_mail_goes() {
    let mut told = Vec::new();
    for seed in 0..12 {
        let world = World::new().await;
        for number in 0..6 {
            world.contact(&format!("Reader {number}"), &format!("reader{number}@acme.test")).await;
        }
        let folder = world.folder("2025 Tax").await;
        world.files().share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();
        world.mailer.mood(Mood::Fails(MailerFault::Permanent));
        let yields = WatchedStore::new(Arc::new(world.store.clone()), Arc::new(Yields::seeded(seed)));
        let slow = world.node_on(Arc::new(yields), 2);
        while slow.worker().run_due().await.unwrap().more {}
        let bounced = world.bounced().await;
        assert_eq!(bounced.len(), 6);
        told.push(bounced);
    }
    assert!(told.iter().all(|order| *order == told[0]), "{told:#?}");
}

#[tokio::test]
async fn a_dead_message_is_sent_once_more_to_where_its_recipient_is_reached_now() {
    let (world, ana, folder) = shared().await;
    world.mailer.mood(Mood::Fails(MailerFault::Permanent));
    world.work().await;
    let dead = world.messages(Some(MessageState::Dead)).await[0].id;
    let elsewhere = ContactChange { email: Some(Some(email("ana@new.test"))), ..ContactChange::default() };
    world.staff.contacts(world.client).change(ana, elsewhere).await.unwrap();
    world.mailer.mood(Mood::Works);
    world.staff.deliveries().resend(dead).command("once").await.unwrap();
    world.staff.deliveries().resend(dead).command("once").await.unwrap();
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.to.as_str(), mail.subject.as_str()), ("ana@new.test", "Hill & Co shared “2025 Tax” with you"));
    assert!(!mail.message_id.contains(&dead.to_string()), "it goes under a Message-ID of its own");

    // And once more, from the message that was itself sent once more; but not what was revoked meanwhile.
    let again = world.messages(Some(MessageState::Sent)).await[0].id;
    world.staff.deliveries().resend(again).await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), ["ana@new.test"]);
    world.files().revoke(folder, Audience::Contact(ana)).await.unwrap();
    world.staff.deliveries().resend(dead).await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), [""; 0]);
    assert_eq!(world.messages(Some(MessageState::Dropped(DropReason::AccessGone))).await.len(), 1);
}

#[tokio::test]
async fn a_mail_of_many_uploads_is_sent_once_more_whole() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    for number in 1..=12 {
        world.upload(folder, &format!("scan {number}.pdf")).await;
    }
    world.mailer.mood(Mood::Fails(MailerFault::Permanent));
    world.work_past_window().await;
    let dead = world.messages(Some(MessageState::Dead)).await[0].id;
    world.mailer.mood(Mood::Works);
    world.staff.deliveries().resend(dead).await.unwrap();
    world.work().await;
    let mails = world.mails();
    assert_eq!(mails[0].subject, "Hill & Co: 12 new documents in “2025 Tax”");
    assert!(mails[0].text.contains("scan 10.pdf") && mails[0].text.contains("and 2 more"));
}

#[tokio::test]
async fn a_template_of_the_hosts_that_fails_holds_a_mail_back_until_it_is_mended() {
    let (world, ..) = shared().await;
    let templates = &world.portal.engine.templates;
    // It passes on every sample and fails on this firm's name.
    let picky = "{% if firm_name == 'Hill & Co' %}{{ nothing }}{% endif %}shared";
    templates.replace(&crate::values::Language::ENGLISH, LetterKind::Shared, TemplatePart::Subject, picky).unwrap();
    world.work().await;
    assert_eq!(world.mailed(), [""; 0]);
    let waiting = world.messages(Some(MessageState::Waiting)).await;
    assert!(waiting[0].last_error.as_ref().unwrap().contains("shared.subject.txt"), "{waiting:?}");
    templates.replace(&crate::values::Language::ENGLISH, LetterKind::Shared, TemplatePart::Subject, "mended").unwrap();
    world.clock.advance(seconds(30));
    world.work().await;
    assert_eq!(world.mails()[0].subject, "mended");
}

/// A key store that cannot be reached.
struct NoKeys;

#[async_trait::async_trait]
impl LinkKeySource for NoKeys {
    async fn link_key(&self) -> Result<LinkKey, KeyError> {
        Err(KeyError::Unavailable("down".into()))
    }
}

#[tokio::test]
async fn a_key_store_that_is_down_holds_up_mail_and_loses_none() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let visitor = world.portal.visitor("192.0.2.1".parse::<std::net::IpAddr>().unwrap());
    let browser = visitor.browser_token().unwrap();
    visitor.ask(world.firm, email("ana@acme.test"), &browser).await.unwrap();
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
    let keyless = node_with_keys(&world, NoKeys);
    let report = keyless.worker().run_due().await.unwrap();
    assert!(report.sent == 0 && report.postponed == 2 && report.failed > 0, "{report:?}");
    assert!(world.mails().is_empty(), "none goes without the link by which it is turned off");
    world.clock.advance(seconds(30));
    world.work().await;
    let subjects: Vec<String> = world.mails().into_iter().map(|mail| mail.subject).collect();
    assert_eq!(subjects, ["Sign in to Hill & Co", "Hill & Co shared “2025 Tax” with you"]);
    assert_eq!(world.portal.worker().backlog().await.unwrap().events, 0, "the index was fed after");
}

#[tokio::test]
async fn the_backlog_tells_what_waits_and_when_the_next_is_due() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    world.work().await;
    let worker = world.portal.worker();
    assert_eq!(worker.backlog().await.unwrap(), crate::ports::store::OutboxBacklog::default());
    world.upload(folder, "w2.pdf").await;
    assert_eq!(worker.backlog().await.unwrap().events, 1);
    let uploaded = world.clock.now();
    world.work().await;
    let backlog = worker.backlog().await.unwrap();
    assert_eq!((backlog.events, backlog.messages, backlog.next_due_at), (0, 1, Some(uploaded + WINDOW)));
}
