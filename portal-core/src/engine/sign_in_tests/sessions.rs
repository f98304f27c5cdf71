//! Sessions: one's own list, ending them, and their ends.

use super::world::{World, minutes};
use crate::engine::ErrorKind;
use crate::identity::SessionToken;
use crate::testing::SeededEntropy;
use crate::values::SessionId;

const DAY: u64 = 24 * 60;

#[tokio::test]
async fn l19_signing_in_again_gives_a_new_token_and_the_one_held_is_dead() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let held = world.sign_in(practice.firm, "ana@acme.test").await;

    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();
    let redeem = |held: &SessionToken| {
        let (address, attempt) = (asker.asked.address, asker.asked.attempt);
        let link = challenge.link.expose_text();
        asker.visitor.redeem_link(address, attempt, link, &asker.browser, "Firefox").replacing(Some(held.clone()))
    };
    let new = redeem(&held.token).await.unwrap();
    assert_ne!(new.token.expose(), held.token.expose());
    assert!(world.portal.signed_in(&new.token).await.is_ok());
    let dead = world.portal.signed_in(&held.token).await.unwrap_err();
    assert_eq!(dead.kind(), ErrorKind::SignedOut);

    // Who knows only the ids in a token ends nothing by it.
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.work().await;
    let challenge = world.mail(&asker).await.unwrap();
    let (address, attempt, link) = (asker.asked.address, asker.asked.attempt, challenge.link.expose_text());
    let forged = SessionToken::new(new.login, new.session, [0; 32]);
    asker.visitor.redeem_link(address, attempt, link, &asker.browser, "").replacing(Some(forged)).await.unwrap();
    assert!(world.portal.signed_in(&new.token).await.is_ok());
}

#[tokio::test]
async fn l20_a_session_ends_a_day_after_its_last_use_and_thirty_days_after_it_began() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let [unused, used] =
        [world.sign_in(practice.firm, "ana@acme.test").await, world.sign_in(practice.firm, "ana@acme.test").await];
    for _ in 0..30 {
        assert!(world.portal.signed_in(&used.token).await.is_ok());
        world.clock.advance(minutes(DAY - 1));
    }
    let over = world.portal.signed_in(&unused.token).await.unwrap_err();
    assert_eq!(over.kind(), ErrorKind::SignedOut);
    let signed_in = world.portal.signed_in(&used.token).await.unwrap();
    assert_eq!(signed_in.sessions().await.unwrap().len(), 1, "one that ended is not in the list");
    world.clock.advance(minutes(30));
    assert_eq!(signed_in.portals().await.unwrap_err().kind(), ErrorKind::SignedOut);
    assert_eq!(world.portal.signed_in(&used.token).await.unwrap_err().kind(), ErrorKind::SignedOut);
}

#[tokio::test]
async fn l21_ending_a_session_holds_on_every_node_at_the_next_call() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let ana = practice.contact("Ana", "ana@acme.test").await;
    let [one, two, three] = [
        world.sign_in(practice.firm, "ana@acme.test").await,
        world.sign_in(practice.firm, "ana@acme.test").await,
        world.sign_in(practice.firm, "ana@acme.test").await,
    ];
    let other_node = world.node(SeededEntropy::new(2));
    let elsewhere = other_node.signed_in(&two.token).await.unwrap();
    let elsewhere_as_ana = other_node.contact(&two.token, ana).await.unwrap();

    let here = world.portal.signed_in(&one.token).await.unwrap();
    let rows = here.sessions().await.unwrap();
    assert_eq!(rows.len(), 3);
    assert_eq!(rows.iter().filter(|row| row.is_current).map(|row| row.id).collect::<Vec<_>>(), [one.session]);
    here.end_session(two.session).await.unwrap();
    here.end_session(two.session).await.expect("over already, nothing happens");
    assert_eq!(elsewhere.portals().await.unwrap_err().kind(), ErrorKind::SignedOut);
    assert_eq!(elsewhere.end_other_sessions().await.unwrap_err().kind(), ErrorKind::SignedOut);
    assert_eq!(elsewhere_as_ana.home().await.unwrap_err().kind(), ErrorKind::SignedOut);

    here.end_other_sessions().await.unwrap();
    assert!(world.portal.signed_in(&three.token).await.is_err());
    here.sign_out().await.unwrap();
    assert_eq!(here.sessions().await.unwrap_err().kind(), ErrorKind::SignedOut);
}

#[tokio::test]
async fn nobody_ends_the_session_of_somebody_else() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    practice.contact("Ben", "ben@acme.test").await;
    let ana = world.sign_in(practice.firm, "ana@acme.test").await;
    let ben = world.sign_in(practice.firm, "ben@acme.test").await;
    let as_ben = world.portal.signed_in(&ben.token).await.unwrap();
    for unreachable in [ana.session, SessionId::from_bits(404)] {
        assert_eq!(as_ben.end_session(unreachable).await.unwrap_err().kind(), ErrorKind::NotFound);
    }
    as_ben.end_other_sessions().await.unwrap();
    assert!(world.portal.signed_in(&ana.token).await.is_ok());
}

#[tokio::test]
async fn a_token_of_no_session_is_signed_out() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    practice.contact("Ana", "ana@acme.test").await;
    let session = world.sign_in(practice.firm, "ana@acme.test").await;
    let other_secret = SessionToken::new(session.login, session.session, [0; 32]);
    let other_session = SessionToken::new(session.login, SessionId::from_bits(1), [0; 32]);
    for forged in [other_secret, other_session] {
        assert_eq!(world.portal.signed_in(&forged).await.unwrap_err().kind(), ErrorKind::SignedOut);
    }
}
