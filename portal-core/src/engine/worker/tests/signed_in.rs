//! Sign-in mail: ahead of everything, and only while it is worth something.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::FutureExt as _;

use super::world::{Mood, World, code_in, email, minutes, seconds};
use crate::event::Keyspace;
use crate::identity::{Asked, BrowserToken};
use crate::notifications::{DropReason, MessageState};
use crate::ports::MailerFault;
use crate::ports::store::{Outbox as _, StoreError};
use crate::sharing::{Access, Audience};
use crate::testing::{Watch, WatchedCall, WatchedStore};

async fn ask(world: &World, address: &str) -> (Asked, BrowserToken) {
    let visitor = world.portal.visitor("192.0.2.1".parse::<IpAddr>().unwrap());
    let browser = visitor.browser_token().unwrap();
    let asked = visitor.ask(world.firm, email(address), &browser).await.unwrap();
    (asked, browser)
}

async fn state(world: &World, asked: &Asked) -> Vec<MessageState> {
    let messages = world.store.messages(Keyspace::Address(asked.address), None).await.unwrap();
    messages.into_iter().map(|message| message.state).collect()
}

#[tokio::test]
async fn a_sign_in_mail_holds_a_link_and_a_code_that_work() {
    let world = World::new().await;
    world.contact("Ana Ruiz", "Ana@acme.test").await;
    let (asked, browser) = ask(&world, "ana@ACME.test").await;
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.to.as_str(), mail.to_name.as_str()), ("Ana@acme.test", "Ana Ruiz"));
    assert_eq!(mail.subject, "Sign in to Hill & Co");
    let link = format!("https://portal.test/access/{}/{}/{}/", world.firm, asked.address, asked.attempt);
    assert!(mail.text.contains(&link) && mail.html.contains(&link), "{}", mail.text);
    let visitor = world.portal.visitor("192.0.2.1".parse::<IpAddr>().unwrap());
    let session = visitor.redeem_code(asked.address, asked.attempt, &code_in(mail), &browser, "Firefox").await;
    assert!(session.is_ok());
}

#[tokio::test]
async fn an_address_that_nobody_knows_gets_nothing() {
    let world = World::new().await;
    let (asked, _) = ask(&world, "stranger@acme.test").await;
    world.work().await;
    assert_eq!(world.mailed(), [""; 0]);
    assert!(state(&world, &asked).await.is_empty());
}

#[tokio::test]
async fn a_retry_sends_the_identical_mail_until_it_is_too_late() {
    let world = World::new().await;
    world.contact("Ana", "ana@acme.test").await;
    let (asked, _) = ask(&world, "ana@acme.test").await;
    world.mailer.mood(Mood::TakesAndHangs);
    assert!(world.portal.worker().run_sign_in().now_or_never().is_none());
    world.mailer.mood(Mood::Fails(MailerFault::Ours));
    world.clock.advance(seconds(30));
    world.work().await;
    world.mailer.mood(Mood::Works);
    world.clock.advance(seconds(30));
    world.work().await;
    let sent = world.mailer.inner.sent();
    assert_eq!(sent.len(), 2);
    assert_eq!(sent[0], sent[1]);
    assert_eq!(state(&world, &asked).await, [MessageState::Sent]);

    let (late, _) = ask(&world, "ana@acme.test").await;
    world.mailer.mood(Mood::Fails(MailerFault::Transient));
    world.work().await;
    world.clock.advance(minutes(8) + seconds(1));
    world.mailer.mood(Mood::Works);
    world.work().await;
    assert_eq!(world.mailer.inner.sent().len(), 2);
    assert_eq!(state(&world, &late).await, [MessageState::Sent, MessageState::Dropped(DropReason::TooLate)]);
}

#[tokio::test]
async fn portal_access_taken_away_before_the_mail_goes_drops_it() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let (asked, _) = ask(&world, "ana@acme.test").await;
    world.mailer.mood(Mood::Fails(MailerFault::Transient));
    world.work().await;
    world.staff.contacts(world.client).set_portal_access(ana, false).await.unwrap();
    world.mailer.mood(Mood::Works);
    world.clock.advance(seconds(30));
    world.work().await;
    assert_eq!(world.mailed(), [""; 0]);
    assert_eq!(state(&world, &asked).await, [MessageState::Dropped(DropReason::AccessGone)]);
}

#[tokio::test]
async fn sign_in_mail_goes_first_and_waits_behind_no_undeliverable_mail_to_the_same_address() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
    world.mailer.mood(Mood::Fails(MailerFault::Transient));
    world.work().await;
    for number in 0..50 {
        world.contact("Somebody", &format!("c{number}@acme.test")).await;
    }
    let other = world.folder("2026").await;
    world.files().share(other, Audience::AllContacts, Access::View).notify().await.unwrap();
    ask(&world, "ana@acme.test").await;
    world.mailer.mood(Mood::Works);
    let before = world.mailer.tries.load(Ordering::Relaxed);
    world.portal.worker().run_sign_in().await.unwrap();
    assert_eq!(world.mailer.tries.load(Ordering::Relaxed), before + 1, "nothing else was worked on");
    let mails = world.mails();
    assert_eq!(mails[0].subject, "Sign in to Hill & Co");
    world.work().await;
    assert_eq!(world.mails().len(), 50);
}

#[tokio::test]
async fn in_one_run_sign_in_mail_goes_before_all_other() {
    let world = World::new().await;
    for number in 0..40 {
        world.contact("Somebody", &format!("c{number}@acme.test")).await;
    }
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();
    ask(&world, "c7@acme.test").await;
    world.portal.worker().run_due().await.unwrap();
    let mails = world.mails();
    assert_eq!((mails.len(), mails[0].subject.as_str()), (41, "Sign in to Hill & Co"));
}

/// A store that answers no more once the recipients of a share are worked out.
struct HangsOnShares;

#[async_trait::async_trait]
impl Watch for HangsOnShares {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if call.name == "ancestries" {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[tokio::test]
async fn sign_in_mail_is_gone_before_anything_else_is_worked_out() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
    ask(&world, "ana@acme.test").await;
    let store = WatchedStore::new(Arc::new(world.store.clone()), Arc::new(HangsOnShares));
    let slow = world.node_on(Arc::new(store), 6);
    assert!(slow.worker().run_due().now_or_never().is_none());
    assert_eq!(world.mails()[0].subject, "Sign in to Hill & Co");
}

#[tokio::test]
async fn l38_no_report_or_record_of_the_worker_prints_link_or_code() {
    let world = World::new().await;
    world.contact("Ana", "ana@acme.test").await;
    let (asked, _) = ask(&world, "ana@acme.test").await;
    let report = world.work().await;
    let mails = world.mails();
    let code = code_in(&mails[0]);
    let link = mails[0].text.lines().find(|line| line.starts_with("https://")).unwrap();
    let secret = link.rsplit('/').next().unwrap();
    let messages = world.store.messages(Keyspace::Address(asked.address), None).await.unwrap();
    let printed = format!("{report:?} {messages:?} {:?} {mails:?}", world.portal.worker());
    assert!(!printed.contains(&code) && !printed.contains(secret), "{printed}");
}
