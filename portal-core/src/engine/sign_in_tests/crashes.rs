//! Processes that are killed at every call of the store there is, one after the other, and answers that get lost.

use std::future::IntoFuture as _;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use futures_util::FutureExt as _;

use super::world::{Asker, Practice, World, email, minutes, read, refusal};
use crate::engine::NewSession;
use crate::event::Keyspace;
use crate::identity::{AttemptState, BrowserToken, IdentityRefusal};
use crate::ports::store::{IdentityReads as _, Outbox as _, StoreError};
use crate::ports::{Challenge, Clock as _};
use crate::testing::{Watch, WatchedCall, Yields};

/// A process that comes to no answer any more from its nth step on: each call of the store is two, one before the store
/// has done it and one after.
struct KilledAt {
    step: usize,
    steps: AtomicUsize,
}

impl KilledAt {
    fn step(step: usize) -> Self {
        Self { step, steps: AtomicUsize::new(0) }
    }

    async fn pass(&self) -> Result<(), StoreError> {
        if self.steps.fetch_add(1, Ordering::Relaxed) >= self.step {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

#[async_trait]
impl Watch for KilledAt {
    async fn before(&self, _call: WatchedCall<'_>) -> Result<(), StoreError> {
        self.pass().await
    }

    async fn after(&self, _call: WatchedCall<'_>) -> Result<(), StoreError> {
        self.pass().await
    }
}

/// Loses the answer to the first commit: it was carried out, and nobody hears of it.
#[derive(Default)]
struct LosesFirstAnswer {
    commits: AtomicUsize,
}

#[async_trait]
impl Watch for LosesFirstAnswer {
    async fn after(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if call.name == "commit" && self.commits.fetch_add(1, Ordering::Relaxed) == 0 {
            return Err(StoreError::Unavailable("the line broke".into()));
        }
        Ok(())
    }
}

/// A world in which Ana is known, and everything that was to be done is done.
async fn world() -> (World, Practice) {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    world.work().await;
    (world, practice)
}

/// Carries `story` out with a process that is killed at its first step, then in a new world at its second, and so on until
/// it is killed no more; says how many steps there were. The story says whether it was killed.
async fn killed_everywhere(story: impl AsyncFn(KilledAt) -> bool) -> usize {
    for step in 0..1000 {
        if !story(KilledAt::step(step)).await {
            return step;
        }
    }
    panic!("the story has no end")
}

async fn sessions(world: &World, asker: &Asker) -> usize {
    let Some(login) = world.store.login_by_address(asker.asked.address).await.unwrap() else { return 0 };
    world.store.sessions(login.id, world.clock.now()).await.unwrap().len()
}

#[tokio::test]
async fn n04_n05_a_worker_killed_anywhere_leaves_one_mail_whose_link_and_code_work_once() {
    let steps = killed_everywhere(async |killed| {
        let (world, practice) = world().await;
        let asker = world.ask(practice.firm, "ana@acme.test").await;
        let node = world.watched_node(2, killed);
        let was_killed = node.worker().run_due().now_or_never().is_none();
        // What it held is free again once its leases have ended.
        world.clock.advance(minutes(2));
        world.work().await;

        let sent = world.mailer.sent();
        assert!(!sent.is_empty());
        assert!(sent.iter().all(|mail| *mail == sent[0]), "every try sends the identical mail");
        assert_eq!(sent[0].to, email("ana@acme.test"));
        let challenge = read(&sent[0]);
        let session = asker.by_link(&challenge).await.unwrap();
        assert!(world.portal.signed_in(&session.token).await.is_ok());
        let code = challenge.code.expose_text();
        assert_eq!(refusal(asker.by_code(code).await), IdentityRefusal::AttemptOver);
        assert_eq!(refusal(asker.by_link(&challenge).await), IdentityRefusal::AttemptOver);
        assert_eq!(sessions(&world, &asker).await, 1);
        was_killed
    })
    .await;
    assert!(steps > 20, "claims, reads, commit, staging, sending and settling: {steps} steps");
}

#[tokio::test]
async fn an_unknown_address_leaves_an_asked_attempt_and_never_a_mail_wherever_the_worker_is_killed() {
    let steps = killed_everywhere(async |killed| {
        let (world, practice) = world().await;
        let asker = world.ask(practice.firm, "eve@acme.test").await;
        let was_killed = world.watched_node(2, killed).worker().run_due().now_or_never().is_none();
        world.clock.advance(minutes(2));
        world.work().await;
        assert!(world.mailer.sent().is_empty());
        let attempt = world.store.attempt(asker.asked.address, asker.asked.attempt).await.unwrap().unwrap();
        assert_eq!(attempt.state, AttemptState::Asked);
        assert!(world.store.messages(Keyspace::Address(asker.asked.address), None).await.unwrap().is_empty());
        assert_eq!(world.store.backlog().await.unwrap().events, 0);
        was_killed
    })
    .await;
    assert!(steps > 4, "{steps} steps");
}

#[tokio::test]
async fn asking_killed_anywhere_and_repeated_under_its_key_asks_once() {
    let steps = killed_everywhere(async |killed| {
        let (world, practice) = world().await;
        let browser = BrowserToken::new([5; 32]);
        let source = std::net::IpAddr::from([192, 0, 2, 1]);
        let node = world.watched_node(2, killed);
        let asking = |portal: &crate::engine::Portal| {
            portal.visitor(source).ask(practice.firm, email("ana@acme.test"), &browser).command("form-1").into_future()
        };
        let was_killed = asking(&node).now_or_never().is_none();
        let asked = asking(&world.portal).await.unwrap();
        world.work().await;
        assert_eq!(world.mailer.sent().len(), 1);
        let asker = Asker { visitor: world.visitor("192.0.2.1"), browser: browser.clone(), asked };
        asker.by_link(&world.mail(&asker).await.unwrap()).await.unwrap();
        was_killed
    })
    .await;
    assert!(steps > 4, "{steps} steps");
}

#[tokio::test]
async fn l04_redeeming_killed_anywhere_makes_one_session_at_most_and_spoils_nothing() {
    let steps = killed_everywhere(async |killed| {
        let (world, practice) = world().await;
        let asker = world.ask(practice.firm, "ana@acme.test").await;
        world.work().await;
        let challenge = world.mail(&asker).await.unwrap();
        let node = world.watched_node(2, killed);
        let visitor = node.visitor(std::net::IpAddr::from([192, 0, 2, 1]));
        let elsewhere = Asker { visitor, browser: asker.browser.clone(), asked: asker.asked.clone() };
        let was_killed = elsewhere.by_link(&challenge).now_or_never().is_none();
        match sessions(&world, &asker).await {
            0 => {
                asker.by_link(&challenge).await.expect("nothing was used up");
            }
            // The session is there and its token was told to nobody: one asks anew.
            made => {
                assert_eq!(made, 1);
                assert_eq!(refusal(asker.by_link(&challenge).await), IdentityRefusal::AttemptOver);
            }
        }
        assert_eq!(sessions(&world, &asker).await, 1);
        was_killed
    })
    .await;
    assert!(steps >= 8, "three reads and a commit: {steps} steps");
}

#[tokio::test]
async fn a_sign_in_whose_answer_was_lost_still_gives_its_session() {
    let (world, practice) = world().await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();
    let node = world.watched_node(2, LosesFirstAnswer::default());
    let visitor = node.visitor(std::net::IpAddr::from([192, 0, 2, 1]));
    let elsewhere = Asker { visitor, browser: asker.browser.clone(), asked: asker.asked.clone() };
    let session: NewSession = elsewhere.by_link(&challenge).await.unwrap();
    assert!(world.portal.signed_in(&session.token).await.is_ok());
    assert_eq!(sessions(&world, &asker).await, 1);
}

#[tokio::test]
async fn l09_a_wrong_code_whose_answer_was_lost_is_counted_once_and_told_as_wrong() {
    let (world, practice) = world().await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    let node = world.watched_node(2, LosesFirstAnswer::default());
    let visitor = node.visitor(std::net::IpAddr::from([192, 0, 2, 1]));
    let elsewhere = Asker { visitor, browser: asker.browser.clone(), asked: asker.asked.clone() };
    assert_eq!(refusal(elsewhere.by_code("12345").await), IdentityRefusal::WrongCode { tries_left: 4 });
    let attempt = world.store.attempt(asker.asked.address, asker.asked.attempt).await.unwrap().unwrap();
    assert_eq!(attempt.failures, 1);
}

#[tokio::test]
async fn n06_two_workers_at_once_send_one_mail() {
    for seed in 0..30 {
        let (world, practice) = world().await;
        let asker = world.ask(practice.firm, "ana@acme.test").await;
        let [here, there] = [seed, seed + 100].map(|seed| world.watched_node(seed, Yields::seeded(seed)).worker());
        let (one, two) = tokio::join!(here.run_due(), there.run_due());
        assert_eq!(one.unwrap().sent + two.unwrap().sent, 1, "seed {seed}");
        assert_eq!(world.mailer.sent().len(), 1, "seed {seed}");
        let challenge: Challenge = world.mail(&asker).await.unwrap();
        asker.by_code(challenge.code.expose_text()).await.unwrap();
    }
}

#[tokio::test]
async fn a_worker_that_comes_a_minute_and_a_half_before_the_end_sends_nothing() {
    let (world, practice) = world().await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.clock.advance(minutes(8) + minutes(1) / 2);
    world.work().await;
    assert!(world.mailer.sent().is_empty());
    let attempt = world.store.attempt(asker.asked.address, asker.asked.attempt).await.unwrap().unwrap();
    assert_eq!(attempt.state, AttemptState::Asked);
}
