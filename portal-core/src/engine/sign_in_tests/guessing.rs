//! Limits: guessers are slowed down, and nobody can lock out somebody else.

use super::world::{Asker, World, minutes, refusal, wrong};
use crate::engine::worker::sweep_identity;
use crate::identity::{IdentityRefusal, LimitKind};
use crate::ports::store::{IdentityReads as _, Outbox as _};
use crate::testing::{SeededEntropy, Yields};

async fn attempts_written(world: &World) -> u64 {
    world.store.backlog().await.unwrap().events
}

/// An attempt whose mail went, asked for from a source that nobody used before.
async fn asker(world: &World, firm: crate::values::FirmId, number: usize) -> Asker {
    let asker = world.ask_from(&format!("198.51.{}.{}", number / 250, number % 250), firm, "ana@acme.test").await;
    world.work().await;
    asker
}

#[tokio::test]
async fn l09_a_hundred_wrong_codes_pause_codes_over_all_attempts_while_the_link_goes_on() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    for attempt in 0..20 {
        let asker = asker(&world, practice.firm, attempt).await;
        let code = wrong(&world.mail(&asker).await.unwrap());
        for tries_left in (0..5).rev() {
            assert_eq!(refusal(asker.by_code(code).await), IdentityRefusal::WrongCode { tries_left });
        }
    }
    let next = asker(&world, practice.firm, 20).await;
    let challenge = world.mail(&next).await.unwrap();
    let right = challenge.code.expose_text();
    let IdentityRefusal::CodesPaused { until } = refusal(next.by_code(right).await) else { panic!("not paused") };

    // A restart forgets nothing.
    let restarted = World { portal: world.node(SeededEntropy::new(2)), ..world };
    let again = asker(&restarted, practice.firm, 21).await;
    let challenge_again = restarted.mail(&again).await.unwrap();
    let refused = refusal(again.by_code(challenge_again.code.expose_text()).await);
    assert_eq!(refused, IdentityRefusal::CodesPaused { until });

    next.by_link(&challenge).await.unwrap();
    again.by_code(challenge_again.code.expose_text()).await.expect("a success begins the count anew");
}

#[tokio::test]
async fn l09_once_the_pause_is_over_the_right_code_works() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    for attempt in 0..20 {
        let asker = asker(&world, practice.firm, attempt).await;
        let code = wrong(&world.mail(&asker).await.unwrap());
        for _ in 0..5 {
            refusal(asker.by_code(code).await);
        }
    }
    world.clock.advance(minutes(15));
    let asker = asker(&world, practice.firm, 30).await;
    let challenge = world.mail(&asker).await.unwrap();
    asker.by_code(challenge.code.expose_text()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l09_wrong_codes_typed_at_once_on_many_nodes_are_all_counted() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let asker = asker(&world, practice.firm, 1).await;
    let code = wrong(&world.mail(&asker).await.unwrap());
    let typing: Vec<_> = (0..20)
        .map(|seed| {
            let node = world.watched_node(seed + 10, Yields::seeded(seed));
            let visitor = node.visitor(std::net::IpAddr::from([192, 0, 2, 1]));
            let call = visitor.redeem_code(asker.asked.address, asker.asked.attempt, code, &asker.browser, "Firefox");
            tokio::spawn(async move { call.await })
        })
        .collect();
    let mut told = Vec::new();
    for typed in typing {
        told.push(match refusal(typed.await.unwrap()) {
            IdentityRefusal::WrongCode { tries_left } => Some(tries_left),
            refused => {
                assert_eq!(refused, IdentityRefusal::AttemptOver);
                None
            }
        });
    }
    told.sort_unstable();
    assert_eq!(told.iter().flatten().copied().collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    let counted = world.store.limits(&[(asker.asked.address, LimitKind::TypedFailures)]).await.unwrap();
    assert_eq!(counted[0].as_ref().unwrap().count, 5);
}

#[tokio::test]
async fn l10_asking_too_often_sends_nothing_more_answers_the_same_and_hinders_nobody_else() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    world.work().await;
    for number in 1..=5 {
        world.ask_from("203.0.113.9", practice.firm, "ana@acme.test").await;
        assert_eq!(attempts_written(&world).await, number);
    }
    let over = world.ask_from("203.0.113.9", practice.firm, "ana@acme.test").await;
    assert_eq!(attempts_written(&world).await, 5, "no event, so no mail");
    assert_eq!(over.asked.masked_email, "a•••@acme.test");

    // Another node, after a restart, knows; another source goes on; the same source asks for others.
    let other_node = World { portal: world.node(SeededEntropy::new(2)), ..world };
    other_node.ask_from("203.0.113.9", practice.firm, "ana@acme.test").await;
    assert_eq!(attempts_written(&other_node).await, 5);
    let herself = other_node.ask_from("192.0.2.1", practice.firm, "ana@acme.test").await;
    other_node.ask_from("203.0.113.9", practice.firm, "ben@acme.test").await;
    assert_eq!(attempts_written(&other_node).await, 7);
    other_node.work().await;
    let challenge = other_node.mail(&herself).await.unwrap();
    herself.by_code(challenge.code.expose_text()).await.unwrap();

    other_node.clock.advance(minutes(15));
    other_node.work().await;
    let before = attempts_written(&other_node).await;
    other_node.ask_from("203.0.113.9", practice.firm, "ana@acme.test").await;
    assert_eq!(attempts_written(&other_node).await, before + 1, "counting began anew");
}

#[tokio::test]
async fn l10_one_source_asks_for_thirty_in_a_quarter_of_an_hour() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    world.work().await;
    for number in 0..35 {
        world.ask_from("203.0.113.9", practice.firm, &format!("guess{number}@acme.test")).await;
    }
    assert_eq!(attempts_written(&world).await, 30);
}

#[tokio::test]
async fn what_is_over_is_swept_with_the_address_in_it_and_what_is_open_is_not() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let session = world.sign_in(practice.firm, "ana@acme.test").await;
    world.portal.signed_in(&session.token).await.unwrap().sign_out().await.unwrap();
    let over = world.ask(practice.firm, "ana@acme.test").await;
    refusal(over.by_code("12345").await);
    let row = async || world.store.attempt(over.asked.address, over.asked.attempt).await.unwrap();
    let engine = &world.portal.engine;

    world.clock.advance(minutes(24 * 60));
    assert_eq!(sweep_identity(engine, 100).await.unwrap(), 0);
    assert!(row().await.is_some());
    world.clock.advance(minutes(11));
    assert_eq!(sweep_identity(engine, 100).await.unwrap(), 2);
    assert!(row().await.is_none());

    world.clock.advance(minutes(38 * 24 * 60));
    assert_eq!(sweep_identity(engine, 1).await.unwrap(), 2, "one count and the session");
    while sweep_identity(engine, 1).await.unwrap() > 0 {}
    assert!(world.store.session(session.login, session.session).await.unwrap().is_none());
    let counted = world.store.limits(&[(over.asked.address, LimitKind::TypedFailures)]).await.unwrap();
    assert!(counted[0].is_none());
}
