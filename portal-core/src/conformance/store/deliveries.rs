//! What staff and health pages see of the outbox.

use super::post::{again_at, batched, claim, made_at, message, numbers, settle, stage, tell_and_claim};
use super::samples::{asked, assignment, at, email, id, member};
use super::world::{World, create, delete, everything};
use crate::directory::Key;
use crate::notifications::{MailKind, MessageState, NewMessage, Recipient, Settlement};
use crate::ports::Store;
use crate::ports::store::{DeliveryQuery, EventProgress, OutboxBacklog};
use crate::values::{Id as _, PageRequest};

async fn listed(store: &dyn Store, firm: u128, client: Option<u128>, dead_only: bool) -> Vec<u128> {
    let query = DeliveryQuery { client: client.map(id), dead_only, assigned_to: None };
    let page = store.deliveries(id(firm), &query, &everything()).await.unwrap();
    page.items.iter().map(|message| message.id.as_u128()).collect()
}

/// The ledger lists a firm's messages, the last made first; by client, or only those that were given up.
pub async fn the_ledger_lists_the_last_made_first(store: &dyn Store) {
    let (one, two) = (World::firm(store, 1), World::firm(store, 2));
    stage(&one, |event| vec![made_at(9, message(5, event, "ana@acme.test"))]).await;
    stage(&one, |event| {
        vec![
            NewMessage { client: Some(id(2)), ..made_at(-3, message(3, event, "ben@acme.test")) },
            NewMessage { client: None, ..message(4, event, "cal@acme.test") },
        ]
    })
    .await;
    stage(&two, |event| vec![NewMessage { firm: id(2), ..message(6, event, "ana@acme.test") }]).await;
    stage(&one, |event| vec![message(1, event, "dan@acme.test")]).await;
    for claim in claim(store, 1, 100).await {
        let dead = Settlement::Dead { error: "no such mailbox".to_owned() };
        let settlement = if claim.message.id.as_u128() % 2 == 1 { dead } else { Settlement::Sent };
        settle(store, &claim, &settlement, 101).await;
    }
    assert_eq!(listed(store, 1, None, false).await, [1, 4, 3, 5]);
    assert_eq!(listed(store, 1, Some(1), false).await, [1, 5]);
    assert_eq!(listed(store, 1, Some(2), true).await, [3]);
    assert_eq!(listed(store, 1, None, true).await, [1, 3, 5]);
    assert_eq!(listed(store, 2, None, false).await, [6]);
    assert_eq!(listed(store, 2, None, true).await, [0; 0]);
    assert_eq!(listed(store, 3, None, false).await, [0; 0]);
}

/// The ledger of a member lists what is about clients that they are assigned to, and nothing else; in pages, too.
pub async fn the_ledger_of_a_member_is_of_their_clients(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.add_client(2).await;
    world.write([create(member(1, "Mia")), create(member(2, "Noah"))]).await;
    world.write([create(assignment(1, 1)), create(assignment(2, 1)), create(assignment(2, 2))]).await;
    for number in 1..=6_u128 {
        let client = [Some(id(1)), Some(id(2)), None][usize::try_from(number % 3).unwrap()];
        let to = format!("contact{number}@acme.test");
        stage(&world, |event| vec![NewMessage { client, ..message(number, event, &to) }]).await;
    }
    for claim in claim(store, 1, 100).await {
        let dead = Settlement::Dead { error: "no such mailbox".to_owned() };
        let settlement = if claim.message.id.as_u128() > 3 { dead } else { Settlement::Sent };
        settle(store, &claim, &settlement, 101).await;
    }
    let listed = async |query: DeliveryQuery| {
        let (mut found, mut request) = (Vec::new(), PageRequest::first(1));
        loop {
            let page = store.deliveries(id(1), &query, &request).await.unwrap();
            found.extend(page.items.iter().map(|message| message.id.as_u128()));
            let Some(next) = page.next else { return found };
            request = PageRequest::first(1).after(Some(next));
        }
    };
    let of = |member| DeliveryQuery::default().assigned_to(id(member));
    assert_eq!(listed(of(1)).await, [6, 4, 3, 1]);
    assert_eq!(listed(of(2)).await, [4, 1]);
    assert_eq!(listed(of(3)).await, [0; 0]);
    assert_eq!(listed(DeliveryQuery { dead_only: true, ..of(1) }).await, [6, 4]);
    assert_eq!(listed(DeliveryQuery { client: Some(id(1)), ..of(1) }).await, [6, 3]);
    assert_eq!(listed(DeliveryQuery { client: Some(id(1)), ..of(2) }).await, [0; 0]);
    world.write([delete(Key::Assignment(id(2), id(2)), 1)]).await;
    assert_eq!(listed(of(2)).await, [0; 0]);
}

/// A message is found at its own firm alone, as the outbox keeps it. (Requirement 33.)
pub async fn a_delivery_is_found_at_its_own_firm(store: &dyn Store) {
    let world = World::firm(store, 1);
    stage(&world, |event| vec![message(1, event, "ana@acme.test")]).await;
    settle(store, &claim(store, 1, 0).await[0], &again_at(99), 1).await;
    let found = store.delivery(id(1), id(1)).await.unwrap().unwrap();
    assert_eq!((found.due_at, found.tries, found.last_error.as_deref()), (at(99), 1, Some("mailbox busy")));
    assert_eq!(store.messages(world.keyspace, None).await.unwrap(), std::slice::from_ref(&found));
    assert_eq!(store.delivery(id(2), id(1)).await.unwrap(), None);
    assert_eq!(store.delivery(id(1), id(2)).await.unwrap(), None);
    assert_eq!(store.deliveries_by_id(id(1), &[id(2), id(1)]).await.unwrap(), [found]);
    assert_eq!(store.deliveries_by_id(id(2), &[id(1)]).await.unwrap(), []);
    assert_eq!(store.deliveries_by_id(id(1), &[]).await.unwrap(), []);
}

/// Sign-in mail is in no firm's ledger, though a firm's page was where it was asked for.
pub async fn sign_in_mail_is_in_no_ledger(store: &dyn Store) {
    let address = World::address(store, 7);
    let ask = tell_and_claim(&address, asked(7, 1).into()).await;
    let (to, address_typed) = (Recipient::Attempt(id(7), id(1)), email("ana@acme.test"));
    let new = message(1, ask.happened.id, "x@acme.test");
    let sign_in = NewMessage { to, kind: MailKind::SignIn, address: address_typed, client: None, folder: None, ..new };
    assert!(store.stage(&ask, &[sign_in], &EventProgress::Done).await.unwrap());
    assert_eq!(listed(store, 1, None, false).await, [0; 0]);
    assert_eq!(store.delivery(id(1), id(1)).await.unwrap(), None);
    assert_eq!(numbers(&address).await, [1]);
    assert_eq!(numbers(&World::firm(store, 1)).await, [0; 0]);
}

/// The backlog counts what waits and says when the first of it is due.
pub async fn the_backlog_counts_what_waits(store: &dyn Store) {
    assert_eq!(store.backlog().await.unwrap(), OutboxBacklog::default());
    let world = World::firm(store, 1);
    stage(&world, |event| vec![batched(message(1, event, "ana@acme.test"))]).await;
    let waits =
        |events, messages, seconds: Option<i64>| OutboxBacklog { events, messages, next_due_at: seconds.map(at) };
    assert_eq!(store.backlog().await.unwrap(), waits(0, 1, Some(300)));
    stage(&world, |event| vec![made_at(50, message(2, event, "ben@acme.test"))]).await;
    world.tell([super::samples::uploaded(1, 9).into()]).await;
    assert_eq!(store.backlog().await.unwrap(), waits(1, 2, Some(50)));
    for (holder, seconds, left) in [(1, 60, waits(1, 1, Some(300))), (2, 400, waits(1, 0, None))] {
        settle(store, &claim(store, holder, seconds).await[0], &Settlement::Sent, seconds).await;
        assert_eq!(store.backlog().await.unwrap(), left);
    }
}

/// Messages are told in the order in which they were made, by keyspace and state.
pub async fn messages_are_told_in_the_order_they_were_made(store: &dyn Store) {
    let (one, two) = (World::firm(store, 1), World::firm(store, 2));
    for number in [9_u32, 2, 7] {
        let to = format!("contact{number}@acme.test");
        stage(&one, |event| vec![made_at(-i64::from(number), message(number.into(), event, &to))]).await;
    }
    stage(&two, |event| vec![NewMessage { firm: id(2), ..message(5, event, "ana@acme.test") }]).await;
    assert_eq!(numbers(&one).await, [9, 2, 7]);
    assert_eq!(numbers(&two).await, [5]);
    let held = claim(store, 1, 0).await;
    settle(store, held.iter().find(|claim| claim.message.id == id(2)).unwrap(), &Settlement::Sent, 0).await;
    let waiting = store.messages(one.keyspace, Some(MessageState::Waiting)).await.unwrap();
    assert_eq!(waiting.iter().map(|message| message.id.as_u128()).collect::<Vec<_>>(), [9, 7]);
    assert!(store.messages(one.keyspace, Some(MessageState::Dead)).await.unwrap().is_empty());
}
