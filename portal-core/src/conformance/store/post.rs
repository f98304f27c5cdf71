//! The outbox made short.

use std::time::Duration;

use super::samples::{at, email, id, uploaded};
use super::world::World;
use crate::event::Event;
use crate::event::Lane;
use crate::notifications::{Batch, MailKind, Message, NewMessage, Recipient, Settlement};
use crate::ports::Store;
use crate::ports::store::{ClaimedEvent, ClaimedMessage, EventProgress, Lease};
use crate::values::{EventId, Id as _, Timestamp};

/// How long the leases of the suite last.
pub(super) const LEASE_SECONDS: i64 = 60;

/// The lease that `holder` takes at `seconds`.
pub(super) fn lease(holder: u128, seconds: i64) -> Lease {
    Lease { holder, now: at(seconds), until: at(seconds + LEASE_SECONDS) }
}

/// A message that goes at once, to contact 1 of the firm 1.
pub(super) fn message(number: u128, event: EventId, address: &str) -> NewMessage {
    NewMessage {
        id: id(number),
        firm: id(1),
        to: Recipient::Contact(id(1)),
        address: email(address),
        kind: MailKind::Shared,
        client: Some(id(1)),
        folder: Some(id(1)),
        event,
        created_at: at(0),
        batch: None,
        hastens: false,
    }
}

/// The same, made at `seconds`.
pub(super) fn made_at(seconds: i64, message: NewMessage) -> NewMessage {
    NewMessage { created_at: at(seconds), ..message }
}

/// The same, which waits for five minutes of quiet, and half an hour at most.
pub(super) fn batched(message: NewMessage) -> NewMessage {
    let batch = Batch { quiet: Duration::from_secs(300), longest: Duration::from_secs(1_800) };
    NewMessage { kind: MailKind::NewDocuments, batch: Some(batch), ..message }
}

/// Commits an event that travels and claims it; all before it must have been staged.
pub(super) async fn claimed_event(world: &World<'_>) -> ClaimedEvent {
    tell_and_claim(world, uploaded(1, 1).into()).await
}

pub(super) async fn tell_and_claim(world: &World<'_>, event: Event) -> ClaimedEvent {
    let told = world.tell([event]).await;
    let lane = if world.keyspace.firm().is_some() { Lane::Ordinary } else { Lane::SignIn };
    let mut claimed = world.store.claim_events(lane, &lease(u128::MAX, 0), 9).await.unwrap();
    let claim = claimed.pop().unwrap();
    assert_eq!((claim.happened.id, claimed.len()), (told[0], 0));
    claim
}

/// Stages messages of one event, which is done by that.
pub(super) async fn stage(world: &World<'_>, make: impl FnOnce(EventId) -> Vec<NewMessage>) -> EventId {
    let claim = claimed_event(world).await;
    let event = claim.happened.id;
    assert!(world.store.stage(&claim, &make(event), &EventProgress::Done).await.unwrap());
    event
}

/// Claims what is due at `seconds`, in the ordinary lane.
pub(super) async fn claim(store: &dyn Store, holder: u128, seconds: i64) -> Vec<ClaimedMessage> {
    store.claim_messages(Lane::Ordinary, &lease(holder, seconds), 100).await.unwrap()
}

/// The numbers of what is claimed at `seconds`.
pub(super) async fn claimed(store: &dyn Store, holder: u128, seconds: i64) -> Vec<u128> {
    claim(store, holder, seconds).await.iter().map(|claim| claim.message.id.as_u128()).collect()
}

/// Settles at `seconds`, and holds the message still.
pub(super) async fn settle(store: &dyn Store, claim: &ClaimedMessage, settlement: &Settlement, seconds: i64) {
    assert!(store.settle(claim, settlement, at(seconds)).await.unwrap(), "{claim:?}");
}

/// A failure that is tried again at `seconds`.
pub(super) fn again_at(seconds: i64) -> Settlement {
    Settlement::Again { at: at(seconds), error: "mailbox busy".to_owned() }
}

/// Every message of the world's keyspace, by number.
pub(super) async fn all(world: &World<'_>) -> Vec<Message> {
    world.store.messages(world.keyspace, None).await.unwrap()
}

pub(super) async fn numbers(world: &World<'_>) -> Vec<u128> {
    all(world).await.iter().map(|message| message.id.as_u128()).collect()
}

pub(super) async fn one(world: &World<'_>, number: u128) -> Message {
    all(world).await.into_iter().find(|message| message.id == id(number)).unwrap()
}

pub(super) const fn due(seconds: i64) -> Timestamp {
    at(seconds)
}
