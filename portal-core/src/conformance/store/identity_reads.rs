//! What identity answers.

use super::samples::{at, attempt, id, limit, login, reach, session};
use super::world::{World, create, delete, update};
use crate::identity::{self, LimitKind, Reach, Session, SessionEnd};
use crate::ports::Store;
use crate::values::Id as _;

/// An attempt is found under its own address alone. (Requirement 6.)
pub async fn an_attempt_belongs_to_its_address(store: &dyn Store) {
    let world = World::address(store, 1);
    world.write([create(attempt(5, 1)), create(attempt(6, 2))]).await;
    assert_eq!(store.attempt(id(1), id(5)).await.unwrap().map(|read| read.value), Some(attempt(5, 1)));
    assert_eq!(store.attempt(id(2), id(5)).await.unwrap(), None);
    assert_eq!(store.attempt(id(1), id(6)).await.unwrap(), None);
    world.write([create(attempt(5, 2))]).await;
    assert_eq!(store.attempt(id(2), id(5)).await.unwrap().map(|read| read.value), Some(attempt(5, 2)));
}

/// A session belongs to its login alone. (Requirement 21.)
pub async fn a_session_belongs_to_its_login(store: &dyn Store) {
    let world = World::login(store, 1);
    world.write([create(session(5, 1))]).await;
    assert_eq!(store.session(id(1), id(5)).await.unwrap().map(|read| read.value), Some(session(5, 1)));
    assert_eq!(store.session(id(2), id(5)).await.unwrap(), None);
    assert_eq!(store.login(id(1)).await.unwrap(), None);
}

/// Counts come in the order asked for, with a gap for each that was never begun.
pub async fn counts_come_in_the_order_asked(store: &dyn Store) {
    let world = World::address(store, 1);
    world.write([create(limit(1, LimitKind::TypedFailures)), create(limit(2, LimitKind::AskedBySource))]).await;
    let mut more = limit(2, LimitKind::AskedBySource);
    more.count = 7;
    world.write([update(1, more)]).await;
    let asked = [
        (id(2), LimitKind::AskedBySource),
        (id(2), LimitKind::TypedFailures),
        (id(1), LimitKind::AskedByAddressAndSource),
        (id(1), LimitKind::TypedFailures),
    ];
    let told = store.limits(&asked).await.unwrap();
    let told: Vec<_> =
        told.iter().map(|it| it.as_ref().map(|it| (it.version.as_u64(), it.subject.as_u128(), it.count))).collect();
    assert_eq!(told, [Some((2, 2, 7)), None, None, Some((1, 1, 1))]);
    assert_eq!(store.limits(&[]).await.unwrap(), []);
}

/// The sessions of a login are those that go on, the last used first. (Requirements 19 and 20.)
pub async fn sessions_are_those_that_go_on(store: &dyn Store) {
    let world = World::login(store, 1);
    let used = |number: u128, seconds| Session { seen_at: at(seconds), expires_at: at(100), ..session(number, 1) };
    let ended = Session { ended: Some(SessionEnd { at: at(5) }), ..used(4, 50) };
    let short = Session { expires_at: at(60), ..used(5, 40) };
    world.write([create(used(1, 10)), create(used(2, 30)), create(used(3, 30)), create(ended), create(short)]).await;
    world.write([create(session(6, 2))]).await;
    let going_on = async |seconds| {
        let sessions = store.sessions(id(1), at(seconds)).await.unwrap();
        sessions.iter().map(|session| session.id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(going_on(59).await, [5, 3, 2, 1]);
    assert_eq!(going_on(60).await, [3, 2, 1]);
    assert_eq!(going_on(100).await, [0; 0]);
    let all = store.all_sessions(id(1)).await.unwrap();
    let all: std::collections::BTreeSet<u128> = all.iter().map(|session| session.id.as_u128()).collect();
    assert_eq!(all, (1..=5).collect(), "those that are over among them");
    assert!(store.sessions(id(3), at(0)).await.unwrap().is_empty());
}

/// A login is found by its id and by its address.
pub async fn a_login_is_found_by_its_address(store: &dyn Store) {
    let world = World::address(store, 7);
    world.write([create(login(1, 7)), create(login(2, u128::MAX))]).await;
    assert_eq!(store.login_by_address(id(u128::MAX)).await.unwrap().map(|read| read.value), Some(login(2, u128::MAX)));
    assert_eq!(store.login(id(1)).await.unwrap().map(|read| read.value), Some(login(1, 7)));
    assert_eq!(store.login_by_address(id(1)).await.unwrap(), None);
    world.write([update(1, login(1, 8))]).await;
    assert_eq!(store.login_by_address(id(7)).await.unwrap(), None);
    assert_eq!(store.login_by_address(id(8)).await.unwrap().map(|read| read.version.as_u64()), Some(2));
}

/// What an address reaches is listed by firm and contact, and found from the contact's side too.
pub async fn reach_is_found_from_both_sides(store: &dyn Store) {
    let world = World::address(store, 1);
    let at_firm = |address, firm: u128, contact| Reach { firm: id(firm), ..reach(address, contact) };
    let all = [at_firm(1, 2, 10), at_firm(1, 1, 30), at_firm(1, 1, 20), at_firm(1, 1 << 127, 5), at_firm(2, 1, 20)];
    world.write(all.clone().map(create)).await;
    let reached = async |address| {
        let reached = store.reached(id(address)).await.unwrap();
        reached.iter().map(|reach| (reach.firm.as_u128(), reach.contact.as_u128())).collect::<Vec<_>>()
    };
    assert_eq!(reached(1).await, [(1, 20), (1, 30), (2, 10), (1 << 127, 5)]);
    assert_eq!(reached(3).await, []);
    let mut reaching: Vec<u128> =
        store.reaching(id(20)).await.unwrap().iter().map(|reach| reach.address.as_u128()).collect();
    reaching.sort_unstable();
    assert_eq!(reaching, [1, 2]);
    world.write([delete(identity::Key::Reach(id(1), id(20)), 1)]).await;
    assert_eq!(store.reaching(id(20)).await.unwrap().len(), 1);
    assert_eq!(reached(1).await.len(), 3);
    assert!(store.reaching(id(99)).await.unwrap().is_empty());
}
