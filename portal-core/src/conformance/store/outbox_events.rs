//! Events that wait for their recipients to be worked out.

use futures_util::future::join_all;

use super::post::{LEASE_SECONDS, lease, message, numbers};
use super::samples::{asked, at, downloaded, id, note, revoked, signed_in, signed_out, uploaded};
use super::world::{World, as_happened};
use crate::change::Write;
use crate::directory;
use crate::event::Event;
use crate::event::Lane;
use crate::files;
use crate::ports::Store;
use crate::ports::store::{ClaimedEvent, EventProgress};
use crate::values::{Cursor, EventId};

const LANE: Lane = Lane::Ordinary;

async fn claim(store: &dyn Store, holder: u128, seconds: i64, limit: usize) -> Vec<ClaimedEvent> {
    store.claim_events(LANE, &lease(holder, seconds), limit).await.unwrap()
}

async fn claimed(store: &dyn Store, holder: u128, seconds: i64) -> Vec<EventId> {
    claim(store, holder, seconds, 100).await.into_iter().map(|claim| claim.happened.id).collect()
}

/// Only what travels enters the outbox, with all that it holds, in the order of commits and of their events.
pub async fn only_what_travels_is_claimed_in_order(store: &dyn Store) {
    let world = World::firm(store, 1);
    let added = directory::Event::ContactAdded {
        client: id(1),
        contact: id(1),
        name: note("Ana"),
        email: None,
        details: vec![],
    };
    let removed = directory::Event::ContactRemoved { client: id(1), contact: id(1) };
    let resent = crate::event::DeliveryEvent::Resent { message: id(1), client: None };
    let commits: [Vec<Event>; 4] = [
        vec![uploaded(1, 1).into(), downloaded(1, 1).into(), added.into()],
        vec![revoked(1, 1).into(), downloaded(1, 2).into()],
        vec![resent.into(), uploaded(2, 3).into(), uploaded(1, 4).into()],
        vec![removed.into()],
    ];
    let mut expected = Vec::new();
    for events in commits {
        let changes = world.changes([], events);
        store.commit(&changes).await.unwrap();
        expected.extend(as_happened(&changes).into_iter().filter(|happened| happened.event.lane().is_some()));
    }
    assert_eq!(expected.len(), 6);
    assert_eq!(store.backlog().await.unwrap().events, 6);
    let claims = claim(store, 1, 0, 100).await;
    assert_eq!(claims.iter().map(|claim| claim.happened.clone()).collect::<Vec<_>>(), expected);
    let texts = claims.iter().flat_map(|claim| claim.happened.event.notes()).filter_map(|note| note.text());
    assert!(texts.eq(["scan.pdf", "Ana", "scan.pdf", "scan.pdf"]));
    assert!(claims.iter().all(|claim| claim.cursor.is_none() && claim.holder == 1));
}

/// Asking to sign in has a lane of its own; a sign-in that came about is ordinary.
pub async fn asking_to_sign_in_has_its_own_lane(store: &dyn Store) {
    let (firm, address) = (World::firm(store, 1), World::address(store, 7));
    let ordinary = firm.tell([uploaded(1, 1).into()]).await;
    let changes = address.changes([], [asked(7, 1).into()]);
    store.commit(&changes).await.unwrap();
    let signed_in = address.tell([signed_in(5, 7).into(), signed_out(5).into()]).await;
    let claims = store.claim_events(Lane::SignIn, &lease(1, 0), 100).await.unwrap();
    assert_eq!(claims.into_iter().map(|claim| claim.happened).collect::<Vec<_>>(), as_happened(&changes));
    assert_eq!(claimed(store, 2, 0).await, [ordinary[0], signed_in[0]]);
}

/// What is under a lease is nobody else's until the lease ends, at that instant; a clock that jumped back gives nothing away.
/// (Cases N6 and N11.)
pub async fn n06_a_leased_event_is_nobody_elses(store: &dyn Store) {
    let world = World::firm(store, 1);
    let told = world.tell([uploaded(1, 1).into()]).await;
    assert_eq!(claimed(store, 1, 100).await, told);
    for seconds in [100, 100 + LEASE_SECONDS - 1, 0, -1_000] {
        assert_eq!(claimed(store, 2, seconds).await, [], "at {seconds}");
    }
    assert_eq!(claimed(store, 2, 100 + LEASE_SECONDS).await, told);
}

/// Claims give the oldest first, no more at a time than asked.
pub async fn events_are_claimed_oldest_first(store: &dyn Store) {
    let world = World::firm(store, 1);
    let mut told = Vec::new();
    for number in 1..=5 {
        told.extend(world.tell([uploaded(1, number).into()]).await);
    }
    let first: Vec<EventId> = claim(store, 1, 0, 2).await.into_iter().map(|claim| claim.happened.id).collect();
    assert_eq!(first, told[..2]);
    assert_eq!(claimed(store, 2, 0).await, told[2..]);
    assert_eq!(claimed(store, 3, LEASE_SECONDS).await, told);
}

/// Many claims at once share no event, and leave none.
pub async fn n06_claims_at_once_share_no_event(store: &dyn Store) {
    let world = World::firm(store, 1);
    let mut told = world.tell((1..=40).map(|number| uploaded(1, number).into()).collect::<Vec<Event>>()).await;
    let mut all: Vec<EventId> = Vec::new();
    while all.len() < told.len() {
        let before = all.len();
        let holders = (0..8).map(|holder| u128::try_from(before).unwrap() * 100 + holder);
        let claims = join_all(holders.map(|holder| claim(store, holder, 0, 3))).await;
        all.extend(claims.into_iter().flatten().map(|claim| claim.happened.id));
        assert!(all.len() > before, "nobody got anything, though {} wait", told.len() - before);
    }
    all.sort();
    told.sort();
    assert_eq!(all, told);
}

/// An expansion goes on from where it stood, by whoever claims it next, until it is done.
pub async fn an_expansion_goes_on_from_its_cursor(store: &dyn Store) {
    let world = World::firm(store, 1);
    let told = world.tell([uploaded(1, 1).into()]).await;
    for (step, cursor) in (1..).zip([None, Some("contact 100; '\u{1F98A}"), Some("")]) {
        let claims = claim(store, step, 0, 9).await;
        assert_eq!(claims[0].cursor, cursor.map(Cursor::new));
        let address = format!("contact{step}@acme.test");
        let messages = [message(step, told[0], &address)];
        let next = ["contact 100; '\u{1F98A}", ""].get(usize::try_from(step).unwrap() - 1);
        let progress = next.map_or(EventProgress::Done, |next| EventProgress::More(Cursor::new(*next)));
        assert!(store.stage(&claims[0], &messages, &progress).await.unwrap());
    }
    assert_eq!(claimed(store, 9, 10_000).await, []);
    assert_eq!(numbers(&world).await, [1, 2, 3]);
    assert_eq!(store.backlog().await.unwrap().events, 0);
}

/// An expansion that could not be worked out is tried again at its time, from the same cursor.
pub async fn an_expansion_is_tried_again_at_its_time(store: &dyn Store) {
    let world = World::firm(store, 1);
    let told = world.tell([uploaded(1, 1).into()]).await;
    let claims = claim(store, 1, 0, 9).await;
    assert!(store.stage(&claims[0], &[], &EventProgress::More(Cursor::new("there"))).await.unwrap());
    let claims = claim(store, 2, 0, 9).await;
    assert!(store.stage(&claims[0], &[], &EventProgress::Again(at(500))).await.unwrap());
    assert_eq!(claimed(store, 3, 499).await, []);
    let claims = claim(store, 4, 500, 9).await;
    assert_eq!((claims[0].happened.id, claims[0].cursor.clone()), (told[0], Some(Cursor::new("there"))));
    assert_eq!(store.backlog().await.unwrap().events, 1);
}

/// Who lost the lease stages nothing and is told so; who holds it still may, though its time is over. (Case N7.)
pub async fn n07_a_lost_lease_stages_nothing(store: &dyn Store) {
    let world = World::firm(store, 1);
    let told = world.tell([uploaded(1, 1).into()]).await;
    let lost = claim(store, 1, 0, 9).await.remove(0);
    let held = claim(store, 2, LEASE_SECONDS, 9).await.remove(0);
    for progress in [EventProgress::Done, EventProgress::More(Cursor::new("x")), EventProgress::Again(at(9))] {
        assert!(!store.stage(&lost, &[message(1, told[0], "ana@acme.test")], &progress).await.unwrap());
    }
    assert_eq!(numbers(&world).await, []);
    assert!(store.stage(&held, &[message(2, told[0], "ben@acme.test")], &EventProgress::Done).await.unwrap());
    for claim in [&held, &lost] {
        assert!(!store.stage(claim, &[message(3, told[0], "cal@acme.test")], &EventProgress::Done).await.unwrap());
    }
    assert_eq!(numbers(&world).await, [2]);

    world.tell([uploaded(1, 2).into()]).await;
    let late = claim(store, 3, 0, 9).await.remove(0);
    assert!(store.stage(&late, &[], &EventProgress::Done).await.unwrap());
    assert_eq!(claimed(store, 4, 10_000).await, []);
}

/// A claim ends with the staging: staging by it again does nothing, also when there is more to come.
pub async fn a_claim_ends_with_its_staging(store: &dyn Store) {
    let world = World::firm(store, 1);
    let told = world.tell([uploaded(1, 1).into()]).await;
    let claimed = claim(store, 1, 0, 9).await.remove(0);
    let more = EventProgress::More(Cursor::new("there"));
    assert!(store.stage(&claimed, &[message(1, told[0], "ana@acme.test")], &more).await.unwrap());
    assert!(!store.stage(&claimed, &[message(2, told[0], "ben@acme.test")], &EventProgress::Done).await.unwrap());
    assert_eq!(numbers(&world).await, [1]);
    assert_eq!(claim(store, 2, 0, 9).await[0].cursor, Some(Cursor::new("there")));
}

/// A commit that failed or was repeated puts nothing into the outbox.
pub async fn only_what_was_committed_travels(store: &dyn Store) {
    let world = World::firm(store, 1);
    let missing = Write::Expect(files::Key::Folder(id(1)).into(), crate::change::Version::FIRST);
    let failing = world.changes([missing], [uploaded(1, 1).into()]);
    assert!(store.commit(&failing).await.is_err());
    assert_eq!(claimed(store, 1, 0).await, []);
    let changes = world.changes([], [uploaded(1, 1).into()]);
    store.commit(&changes).await.unwrap();
    assert!(store.commit(&changes).await.is_err());
    assert_eq!(claimed(store, 1, 0).await, [changes.event_id(0)]);
}
