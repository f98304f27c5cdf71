//! Messages: made once, joined while they wait, claimed in order, settled by who holds them.

use std::time::Duration;

use futures_util::future::join_all;

use super::post::{
    LEASE_SECONDS, again_at, all, batched, claim, claimed, claimed_event, due, lease, made_at, message, numbers, one,
    settle, stage, tell_and_claim,
};
use super::samples::{asked, at, email, id};
use super::world::World;
use crate::event::Keyspace;
use crate::event::Lane;
use crate::notifications::{Batch, DropReason, MailKind, Message, MessageState, NewMessage, Recipient, Settlement};
use crate::ports::Store;
use crate::ports::store::{ClaimedMessage, EventProgress};
use crate::values::{EventId, Id as _};

const ANA: &str = "ana@acme.test";
const BEN: &str = "ben@acme.test";

/// A message has all that it was staged with, each kind and recipient of them.
pub async fn a_message_is_made_as_it_was_staged(store: &dyn Store) {
    let world = World::firm(store, 1);
    let mut expected = Vec::new();
    let event = stage(&world, |event| {
        let recipients = [Recipient::Contact(id(5)), Recipient::Member(id(6)), Recipient::Contact(id(u128::MAX))];
        let kinds = [MailKind::Shared, MailKind::NewDocuments, MailKind::ClientUploaded];
        let addresses = ["Ana.José@ACME.test", "mia@miller.test", "o'neill+tax@acme.test"];
        let mut made: Vec<NewMessage> = Vec::new();
        for (number, ((to, kind), address)) in (1..).zip(recipients.into_iter().zip(kinds).zip(addresses)) {
            made.push(NewMessage { to, kind, ..made_at(-9, message(number, event, address)) });
        }
        made[1] = NewMessage { client: None, folder: None, ..batched(made[1].clone()) };
        expected.extend(made.iter().map(|new| begun(world.keyspace, new)));
        made
    })
    .await;
    assert_eq!(all(&world).await, expected);
    assert_eq!(all(&world).await[0].address.as_str(), "Ana.José@ACME.test");
    assert!(all(&world).await.iter().all(|message| message.events == [event]));
}

/// A message as it should be once it was staged.
fn begun(keyspace: Keyspace, new: &NewMessage) -> Message {
    Message {
        id: new.id,
        keyspace,
        firm: new.firm,
        to: new.to,
        address: new.address.clone(),
        kind: new.kind,
        client: new.client,
        folder: new.folder,
        events: vec![new.event],
        batched: new.batch.is_some(),
        created_at: new.created_at,
        due_at: new.due_at(),
        state: MessageState::Waiting,
        tries: 0,
        last_error: None,
        settled_at: None,
    }
}

/// One event tells one address one kind once, though it is staged again, in another spelling, under another id, or after
/// the message was sent. (Cases N2 and N4.)
pub async fn n02_an_event_tells_an_address_once(store: &dyn Store) {
    let world = World::firm(store, 1);
    let first = claimed_event(&world).await;
    let event = first.happened.id;
    let twice = [message(1, event, ANA), message(1, event, ANA), message(2, event, "ANA@acme.test")];
    let more = EventProgress::More(crate::values::Cursor::new("on"));
    assert!(store.stage(&first, &twice, &more).await.unwrap());
    settle(store, &claim(store, 1, 0).await[0], &Settlement::Sent, 1).await;
    let again = store.claim_events(Lane::Ordinary, &lease(2, 0), 9).await.unwrap().remove(0);
    let other_kind = NewMessage { kind: MailKind::ClientUploaded, ..message(4, event, ANA) };
    let messages = [message(1, event, ANA), message(3, event, ANA), other_kind, message(5, event, BEN)];
    assert!(store.stage(&again, &messages, &EventProgress::Done).await.unwrap());
    assert_eq!(numbers(&world).await, [1, 4, 5]);
    stage(&world, |event| vec![message(6, event, ANA)]).await;
    assert_eq!(numbers(&world).await, [1, 4, 5, 6]);
}

/// Batched messages join the one that waits, which then waits for quiet anew, to its longest at most. (Case N3.)
pub async fn n03_batched_messages_join(store: &dyn Store) {
    let world = World::firm(store, 1);
    let mut events = Vec::new();
    for (seconds, due_at) in
        [(0, 300), (100, 400), (399, 699), (600, 900), (880, 1_180), (1_170, 1_470), (1_460, 1_760), (1_750, 1_800)]
    {
        let number = u128::try_from(seconds + 1).unwrap();
        events.push(stage(&world, |event| vec![made_at(seconds, batched(message(number, event, ANA)))]).await);
        let [waiting] = &all(&world).await[..] else { panic!("there is one message") };
        assert_eq!((waiting.due_at, waiting.created_at, waiting.id), (due(due_at), at(0), id(1)));
        assert_eq!(waiting.events, events);
    }
    assert_eq!(claimed(store, 1, 1_799).await, []);
    assert_eq!(claim(store, 1, 1_800).await[0].message.events, events);
}

/// What has joined once joins no second time.
pub async fn a_message_joins_once(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| vec![batched(message(1, event, ANA))]).await;
    let joining = claimed_event(&world).await;
    let new = made_at(50, batched(message(2, joining.happened.id, ANA)));
    let more = EventProgress::More(crate::values::Cursor::new("on"));
    assert!(store.stage(&joining, &[new.clone(), new.clone()], &more).await.unwrap());
    let again = store.claim_events(Lane::Ordinary, &lease(2, 0), 9).await.unwrap().remove(0);
    assert!(store.stage(&again, &[made_at(99, new)], &EventProgress::Done).await.unwrap());
    let waiting = one(&world, 1).await;
    assert_eq!((waiting.events.len(), waiting.due_at), (2, due(350)));
    assert_eq!(numbers(&world).await, [1]);
}

/// What hastens sends at once what waits, and where nothing waits it makes nothing.
pub async fn what_hastens_sends_what_waits_and_makes_nothing(store: &dyn Store) {
    let world = World::with_client(store).await;
    let hastens = |message: NewMessage| {
        let batch = Some(Batch { quiet: Duration::ZERO, longest: Duration::ZERO });
        NewMessage { batch, hastens: true, ..batched(message) }
    };
    stage(&world, |event| vec![made_at(5, hastens(message(1, event, ANA)))]).await;
    assert!(all(&world).await.is_empty());
    stage(&world, |event| vec![made_at(10, batched(message(2, event, ANA)))]).await;
    stage(&world, |event| vec![made_at(10, batched(message(3, event, "ben@acme.test")))]).await;
    stage(&world, |event| vec![made_at(20, hastens(message(4, event, ANA)))]).await;
    let waiting: Vec<_> = all(&world).await.into_iter().map(|it| (it.id.as_u128(), it.due_at)).collect();
    assert_eq!(waiting, [(2, at(10)), (3, at(310))], "it is due, and the other waits");
    assert_eq!(claimed(store, 9, 21).await, [2]);
}

/// Only what is of the same address, kind, client and folder joins, and only what is batched.
pub async fn only_the_same_is_joined(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| vec![batched(message(1, event, ANA))]).await;
    stage(&world, |event| {
        let same = batched(message(2, event, "Ana@Acme.Test"));
        vec![
            NewMessage { id: id(10), address: email(BEN), ..same.clone() },
            NewMessage { id: id(11), kind: MailKind::ClientUploaded, ..same.clone() },
            same,
        ]
    })
    .await;
    let others: [fn(NewMessage) -> NewMessage; 5] = [
        |new| NewMessage { client: Some(id(2)), ..new },
        |new| NewMessage { client: None, ..new },
        |new| NewMessage { folder: Some(id(2)), ..new },
        |new| NewMessage { folder: None, ..new },
        |new| NewMessage { batch: None, ..new },
    ];
    for (number, other) in (20..).zip(others) {
        stage(&world, |event| vec![other(batched(message(number, event, ANA)))]).await;
    }
    assert_eq!(numbers(&world).await, [1, 10, 11, 20, 21, 22, 23, 24]);
    assert_eq!(one(&world, 1).await.events.len(), 2);
    stage(&world, |event| vec![NewMessage { folder: None, ..batched(message(30, event, ANA)) }]).await;
    assert_eq!(one(&world, 23).await.events.len(), 2, "what speaks of no folder joins its like");
}

/// Nothing joins a message that was claimed, is to be tried again, or was settled. (Case N5.)
pub async fn n05_a_claimed_message_is_joined_by_nothing(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| vec![batched(message(1, event, ANA))]).await;
    let held = claim(store, 1, 300).await.remove(0);
    stage(&world, |event| vec![batched(message(2, event, ANA))]).await;
    settle(store, &held, &again_at(1_000), 301).await;
    stage(&world, |event| vec![batched(message(3, event, ANA))]).await;
    assert_eq!(numbers(&world).await, [1, 2]);
    let retried = claim(store, 2, 1_000).await.remove(0);
    assert_eq!((retried.message.id, retried.message.events.len()), (id(1), 1));
    settle(store, &retried, &Settlement::Sent, 1_001).await;
    let next = claim(store, 3, 1_001).await.remove(0);
    settle(store, &next, &Settlement::Sent, 1_002).await;
    stage(&world, |event| vec![batched(message(4, event, ANA))]).await;
    assert_eq!(numbers(&world).await, [1, 2, 4]);
}

/// Messages are claimed once they are due, the one due first first, no more at a time than asked; each claim is a try.
pub async fn messages_are_claimed_once_they_are_due(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| {
        let to =
            |number: u128, seconds| made_at(seconds, message(number, event, &format!("contact{number}@acme.test")));
        vec![to(1, 30), to(2, 10), to(3, 20), to(4, 20), to(5, 99)]
    })
    .await;
    assert_eq!(claimed(store, 1, 9).await, []);
    let first = store.claim_messages(Lane::Ordinary, &lease(1, 40), 2).await.unwrap();
    assert_eq!(
        first.iter().map(|claim| (claim.message.id.as_u128(), claim.message.tries, claim.holder)).collect::<Vec<_>>(),
        [(2, 1, 1), (3, 1, 1)]
    );
    assert_eq!(claimed(store, 2, 40).await, [4, 1]);
    assert_eq!(claimed(store, 3, 98).await, []);
    assert_eq!(claimed(store, 3, 99).await, [5]);
    assert_eq!(one(&world, 2).await.tries, 1);
    assert_eq!(one(&world, 2).await.state, MessageState::Waiting);
}

/// One message an address goes at a time, in the order in which they are due; other addresses wait for none.
pub async fn one_message_an_address_goes_at_a_time(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| vec![made_at(5, message(1, event, ANA)), message(9, event, BEN)]).await;
    stage(&world, |event| vec![made_at(2, message(2, event, "Ana@ACME.test"))]).await;
    stage(&world, |event| vec![made_at(8, message(3, event, ANA))]).await;
    let first = claim(store, 1, 10).await;
    assert_eq!(first.iter().map(|claim| claim.message.id.as_u128()).collect::<Vec<_>>(), [9, 2]);
    assert_eq!(claimed(store, 2, 10).await, []);
    settle(store, &first[1], &Settlement::Sent, 11).await;
    assert_eq!(claimed(store, 3, 11).await, [1]);
    assert_eq!(claimed(store, 4, 12).await, []);
    assert_eq!(claimed(store, 5, 12 + LEASE_SECONDS).await, [9, 1]);
}

/// What was tried and waits to be tried again holds up what is newer to the same address, and nothing else does. (Case N12.)
pub async fn n12_a_message_that_is_tried_again_goes_before_newer_ones(store: &dyn Store) {
    let world = World::firm(store, 1);
    for number in 1..=3_i64 {
        stage(&world, |event| vec![made_at(number, message(u128::try_from(number).unwrap(), event, ANA))]).await;
    }
    stage(&world, |event| vec![batched(message(4, event, BEN))]).await;
    stage(&world, |event| vec![message(5, event, BEN)]).await;
    let mut seconds = 10;
    for round in 1..=5 {
        let tried = claim(store, round, seconds).await;
        let ana = tried.iter().find(|claim| claim.message.address == email(ANA)).unwrap();
        assert_eq!((ana.message.id, ana.message.tries), (id(1), u32::try_from(round).unwrap()));
        if round == 1 {
            assert_eq!(tried.len(), 2, "what only waits for its time holds up nothing: {tried:?}");
        }
        settle(store, ana, &again_at(seconds + 1_000), seconds).await;
        assert_eq!(claimed(store, 99, seconds + 1).await.len(), 0);
        seconds += 1_000;
    }
    for number in 1..=3 {
        let next = claim(store, 200 + number, seconds).await;
        let ana = next.iter().find(|claim| claim.message.address == email(ANA)).unwrap();
        assert_eq!(ana.message.id, id(number));
        settle(store, ana, &Settlement::Sent, seconds).await;
    }
}

/// A newer message that is to be tried again does not hold up an older one.
pub async fn a_newer_message_does_not_hold_up_an_older_one(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| vec![batched(message(1, event, ANA))]).await;
    stage(&world, |event| vec![message(2, event, ANA)]).await;
    let newer = claim(store, 1, 0).await.remove(0);
    assert_eq!(newer.message.id, id(2));
    settle(store, &newer, &again_at(1_000), 1).await;
    assert_eq!(claimed(store, 2, 300).await, [1]);
    assert_eq!(claimed(store, 3, 320).await, []);
}

/// Sign-in mail has its own lane and waits behind nothing; nor does one firm's mail behind another's.
pub async fn lanes_and_firms_do_not_hold_up_one_another(store: &dyn Store) {
    let (one, two, address) = (World::firm(store, 1), World::firm(store, 2), World::address(store, 7));
    stage(&one, |event| vec![message(1, event, ANA)]).await;
    stage(&two, |event| vec![NewMessage { firm: id(2), ..message(2, event, ANA) }]).await;
    let ask = tell_and_claim(&address, asked(7, 1).into()).await;
    let sign_in = NewMessage {
        to: Recipient::Attempt(id(7), id(1)),
        kind: MailKind::SignIn,
        client: None,
        folder: None,
        ..message(3, ask.happened.id, ANA)
    };
    assert!(store.stage(&ask, std::slice::from_ref(&sign_in), &EventProgress::Done).await.unwrap());
    assert_eq!(claimed(store, 1, 0).await, [1, 2]);
    let claims = store.claim_messages(Lane::SignIn, &lease(2, 0), 9).await.unwrap();
    let expected = Message { tries: 1, ..begun(address.keyspace, &sign_in) };
    assert_eq!(claims, [ClaimedMessage { message: expected, holder: 2 }]);
    assert_eq!(numbers(&address).await, [3]);
}

/// What is under a lease is nobody else's until the lease ends; then it is tried once more, under the same id. (Cases N4,
/// N5, N6 and N11.)
pub async fn n06_a_leased_message_is_nobody_elses(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| vec![message(1, event, ANA)]).await;
    assert_eq!(claimed(store, 1, 100).await, [1]);
    for seconds in [100, 100 + LEASE_SECONDS - 1, 0, -1_000] {
        assert_eq!(claimed(store, 2, seconds).await, [], "at {seconds}");
    }
    let again = claim(store, 2, 100 + LEASE_SECONDS).await;
    assert_eq!((again[0].message.id, again[0].message.tries, again[0].holder), (id(1), 2, 2));
}

/// Who lost the lease settles nothing and is told so; who holds it still may, though its time is over. (Case N7.)
pub async fn n07_a_lost_lease_settles_nothing(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| vec![message(1, event, ANA)]).await;
    let lost = claim(store, 1, 0).await.remove(0);
    let held = claim(store, 2, LEASE_SECONDS).await.remove(0);
    let dead = Settlement::Dead { error: "no such mailbox".to_owned() };
    for settlement in [Settlement::Sent, Settlement::Dropped(DropReason::TooLate), again_at(9), dead] {
        assert!(!store.settle(&lost, &settlement, at(70)).await.unwrap());
    }
    assert_eq!(one(&world, 1).await, held.message);
    settle(store, &held, &Settlement::Sent, 10_000).await;
    for claim in [&held, &lost] {
        assert!(!store.settle(claim, &again_at(9), at(10_001)).await.unwrap());
    }
    assert_eq!(one(&world, 1).await.state, MessageState::Sent);
}

/// Each settlement leaves its state, time and reason, and what is settled for good is claimed no more. (Case N11.)
pub async fn a_settlement_leaves_its_state(store: &dyn Store) {
    let world = World::firm(store, 1);
    let dropped = [
        DropReason::AccessGone,
        DropReason::NothingLeft,
        DropReason::TooLate,
        DropReason::AddressGone,
        DropReason::AlertsOff,
        DropReason::TurnedOff,
        DropReason::Bounced,
    ];
    let mut settlements = vec![Settlement::Sent, Settlement::Dead { error: "no such mailbox: '\u{1F98A}".to_owned() }];
    settlements.extend(dropped.map(Settlement::Dropped));
    stage(&world, |event| {
        let to = |number: u128| message(number, event, &format!("contact{number}@acme.test"));
        (1..=8).map(to).collect()
    })
    .await;
    let mut claims = claim(store, 1, 0).await;
    let again = claims.pop().unwrap();
    for (claim, settlement) in claims.iter().zip(&settlements) {
        settle(store, claim, settlement, 5).await;
    }
    settle(store, &again, &again_at(50), 5).await;

    let state = |number: u128| match number {
        1 => (MessageState::Sent, None),
        2 => (MessageState::Dead, Some("no such mailbox: '\u{1F98A}")),
        8 => (MessageState::Waiting, Some("mailbox busy")),
        _ => (MessageState::Dropped(dropped[usize::try_from(number).unwrap() - 3]), None),
    };
    for number in 1..=8 {
        let message = one(&world, number).await;
        assert_eq!((message.state, message.last_error.as_deref()), state(number), "message {number}");
        assert_eq!(message.settled_at, (number != 8).then(|| at(5)));
        assert_eq!((message.due_at, message.tries), (at(if number == 8 { 50 } else { 0 }), 1));
        let in_state = store.messages(world.keyspace, Some(message.state)).await.unwrap();
        assert_eq!(in_state, [message]);
    }
    assert_eq!(claimed(store, 2, -1_000).await, []);
    let retried = claim(store, 2, 10_000).await;
    assert_eq!((retried.len(), retried[0].message.id, retried[0].message.tries), (1, id(8), 2));
    settle(store, &retried[0], &Settlement::Sent, 10_001).await;
    let sent = one(&world, 8).await;
    assert_eq!((sent.state, sent.last_error.as_deref()), (MessageState::Sent, Some("mailbox busy")));
}

/// Many claims at once share no message and no address, and leave none. (Case N6.)
pub async fn n06_claims_at_once_share_no_message(store: &dyn Store) {
    let world = World::firm(store, 1);
    for round in 0..4 {
        stage(&world, |event: EventId| {
            (0..10).map(|to| message(round * 10 + to + 1, event, &format!("contact{to}@acme.test"))).collect()
        })
        .await;
    }
    let mut sent = Vec::new();
    for round in 0..40_u128 {
        let holders = (0..6).map(|holder| round * 100 + holder);
        let claims: Vec<ClaimedMessage> = join_all(holders.map(|holder| {
            let lease = lease(holder, 0);
            async move { store.claim_messages(Lane::Ordinary, &lease, 2).await.unwrap() }
        }))
        .await
        .concat();
        let mut addresses: Vec<_> = claims.iter().map(|claim| claim.message.address.clone()).collect();
        addresses.sort();
        addresses.dedup();
        assert_eq!(addresses.len(), claims.len(), "two to one address at once: {claims:?}");
        for claim in &claims {
            settle(store, claim, &Settlement::Sent, 1).await;
        }
        sent.extend(claims.iter().map(|claim| claim.message.id.as_u128()));
    }
    sent.sort_unstable();
    assert_eq!(sent, (1..=40).collect::<Vec<u128>>());
}
