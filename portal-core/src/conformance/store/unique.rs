//! What no two records share. A second one is a conflict on its own key.

use futures_util::future::join_all;

use super::samples::{IntoRecord, access, client, contact, external, firm, grant, id, login, member, tree};
use super::world::{World, create, delete, key_of, update};
use crate::change::{Version, Write};
use crate::directory::{self, Client, Contact, Firm, Member};
use crate::identity;
use crate::ports::Store;
use crate::record::Whole;
use crate::sharing::{self, Audience};
use crate::values::{ClientRef, ContactRef, DocumentId, ExternalId, FolderId, MemberRef};

fn firm_called(number: u128, text: &str) -> Firm {
    Firm { external_id: Some(external(text)), ..firm(number) }
}

fn member_called(number: u128, text: &str) -> Member {
    Member { external_id: Some(external(text)), ..member(number, "Mia") }
}

fn client_called(number: u128, text: &str) -> Client {
    Client { external_id: Some(external(text)), ..client(number, "Acme") }
}

fn contact_called(number: u128, text: &str) -> Contact {
    Contact { external_id: Some(external(text)), ..contact(number, 1) }
}

/// Creates a record of a number and an external id, or updates it from a version.
type Called = fn(u128, &str, Option<u64>) -> Write<Whole>;

const KINDS: [Called; 3] = [
    |number, text, version| write(version, member_called(number, text)),
    |number, text, version| write(version, client_called(number, text)),
    |number, text, version| write(version, contact_called(number, text)),
];

fn write(version: Option<u64>, record: impl IntoRecord) -> Write<Whole> {
    match version {
        None => create(record),
        Some(version) => update(version, record),
    }
}

/// An external id is held by one member, client or contact of a firm; each kind and each firm has its own.
pub async fn an_external_id_is_held_once_in_its_firm(store: &dyn Store) {
    let (one, other) = (World::firm(store, 1), World::firm(store, 2));
    for called in KINDS {
        let (first, second) = (key_of(&called(11, "x_1", None)), key_of(&called(12, "x_1", None)));
        one.write([called(11, "x_1", None)]).await;
        one.conflict(second, [called(12, "x_1", None)]).await;
        other.write([called(12, "x_1", None)]).await;

        one.write([called(12, "x_2", None)]).await;
        one.conflict(second, [called(12, "x_1", Some(1))]).await;
        one.write([called(12, "x_2", Some(1))]).await;

        one.write([delete(first, 1)]).await;
        one.write([called(12, "x_1", Some(2))]).await;
    }
}

/// External ids are compared as the host wrote them, character by character.
pub async fn external_ids_are_compared_exactly(store: &dyn Store) {
    let world = World::firm(store, 1);
    for (number, text) in (1..).zip(["u_1", "U_1", "u_1 ", "u%1", "u_2", "é", "e\u{301}"]) {
        world
            .write([create(member_called(number, text)), create(contact_called(number, text)), create(access(number))])
            .await;
        let found = store.member(id(1), &MemberRef::external(text).unwrap()).await.unwrap();
        assert_eq!(found.map(|found| found.id), Some(id(number)), "{text:?}");
        let found = store.contact(id(1), &ContactRef::external(text).unwrap()).await.unwrap();
        assert_eq!(found.map(|found| found.contact.id), Some(id(number)), "{text:?}");
    }
    for text in ["x", "%", "u"] {
        assert_eq!(store.member(id(1), &MemberRef::external(text).unwrap()).await.unwrap(), None, "{text:?}");
        assert_eq!(store.client(id(1), &ClientRef::external(text).unwrap()).await.unwrap(), None, "{text:?}");
    }
}

/// Whoever left keeps their external id: it is found, and nobody else gets it.
pub async fn who_was_removed_keeps_their_external_id(store: &dyn Store) {
    let world = World::firm(store, 1);
    let removed_at = Some(super::samples::at(1));
    world.write([create(Member { removed_at, ..member_called(1, "u_1") })]).await;
    world.write([create(Contact { removed_at, ..contact_called(1, "k_1") }), create(access(1))]).await;
    world.conflict(directory::Key::Member(id(2)), [create(member_called(2, "u_1"))]).await;
    world.conflict(directory::Key::Contact(id(2)), [create(contact_called(2, "k_1"))]).await;
    assert!(store.member(id(1), &MemberRef::external("u_1").unwrap()).await.unwrap().is_some());
    assert!(store.contact(id(1), &ContactRef::external("k_1").unwrap()).await.unwrap().is_some());
}

/// A firm's external id is held once in the deployment.
pub async fn a_firms_external_id_is_held_once_in_the_deployment(store: &dyn Store) {
    let (one, other) = (World::firm(store, 1), World::firm(store, 2));
    one.write([create(firm_called(1, "f_1"))]).await;
    other.conflict(directory::Key::Firm(id(2)), [create(firm_called(2, "f_1"))]).await;
    other.write([create(firm(2))]).await;
    other.conflict(directory::Key::Firm(id(2)), [update(1, firm_called(2, "f_1"))]).await;
    let found = |text| async move {
        let id: ExternalId = external(text);
        store.firm_by_external_id(&id).await.unwrap().map(|firm| firm.id)
    };
    assert_eq!((found("f_1").await, found("F_1").await, found("f_2").await), (Some(id(1)), None, None));
    one.write([update(1, firm_called(1, "f_2"))]).await;
    other.write([update(1, firm_called(2, "f_1"))]).await;
    assert_eq!((found("f_1").await, found("f_2").await), (Some(id(2)), Some(id(1))));
}

/// An address has one login.
pub async fn an_address_has_one_login(store: &dyn Store) {
    let world = World::address(store, 7);
    world.write([create(login(1, 7))]).await;
    world.conflict(identity::Key::Login(id(2)), [create(login(2, 7))]).await;
    World::address(store, 8).conflict(identity::Key::Login(id(2)), [create(login(2, 7))]).await;
    world.write([create(login(2, 8))]).await;
    world.conflict(identity::Key::Login(id(2)), [update(1, login(2, 7))]).await;
    assert_eq!(store.login_by_address(id(7)).await.unwrap().map(|login| login.id), Some(id(1)));
    assert_eq!(store.login_by_address(id(9)).await.unwrap(), None);
    world.write([delete(identity::Key::Login(id(1)), 1)]).await;
    assert_eq!(store.login_by_address(id(7)).await.unwrap(), None);
    world.write([create(login(3, 7))]).await;
}

/// An audience has one grant on a node.
pub async fn s16_an_audience_has_one_grant_on_a_node(store: &dyn Store) {
    let world = World::with_client(store).await;
    let node = FolderId::from_bits(5);
    let (ana, all) = (Audience::Contact(id(1)), Audience::AllContacts);
    world.write([create(grant(1, 1, node, ana)), create(grant(2, 1, node, all))]).await;
    world
        .write([create(grant(3, 1, node, Audience::Contact(id(2)))), create(grant(4, 1, FolderId::from_bits(6), ana))])
        .await;
    world.write([create(grant(5, 1, DocumentId::from_bits(5), ana))]).await;
    for (number, audience) in [(6, ana), (7, all)] {
        world.conflict(sharing::Key::Grant(id(number)), [create(grant(number, 1, node, audience))]).await;
    }
    world
        .conflict(
            sharing::Key::Grant(id(6)),
            [create(grant(9, 1, node, Audience::Contact(id(9)))), create(grant(6, 1, node, all))],
        )
        .await;
    World::firm(store, 2).write([create(grant(1, 1, node, ana))]).await;
}

/// What a commit deletes it may give to what it creates.
pub async fn what_a_commit_frees_it_may_take(store: &dyn Store) {
    let world = World::with_client(store).await;
    let node = FolderId::from_bits(5);
    world.write([create(grant(1, 1, node, Audience::AllContacts)), create(member_called(1, "u_1"))]).await;
    let again = [
        create(grant(2, 1, node, Audience::AllContacts)),
        create(member_called(2, "u_1")),
        delete(sharing::Key::Grant(id(1)), 1),
        delete(directory::Key::Member(id(1)), 1),
    ];
    world.write(again).await;
    assert_eq!(world.version(sharing::Key::Grant(id(1))).await, None);
    assert_eq!(world.version(sharing::Key::Grant(id(2))).await, Some(Version::FIRST));
}

/// Two of one commit cannot share what is unique either; the second is named.
pub async fn two_of_one_commit_do_not_share(store: &dyn Store) {
    let world = World::with_client(store).await;
    let node = FolderId::from_bits(5);
    let twice = [create(grant(1, 1, node, Audience::AllContacts)), create(grant(2, 1, node, Audience::AllContacts))];
    world.conflict(sharing::Key::Grant(id(2)), twice).await;
    world.conflict(directory::Key::Member(id(3)), [create(member_called(4, "u")), create(member_called(3, "u"))]).await;
    assert_eq!(world.version(sharing::Key::Grant(id(1))).await, None);
}

/// Of many at once that want the same, one gets it.
pub async fn s16_of_many_that_want_the_same_at_once_one_gets_it(store: &dyn Store) {
    let world = World::with_client(store).await;
    let node = FolderId::from_bits(5);
    let grants: Vec<_> =
        (1..=20).map(|number| world.changes([create(grant(number, 1, node, Audience::AllContacts))], [])).collect();
    let members: Vec<_> = (1..=20).map(|number| world.changes([create(member_called(number, "u_1"))], [])).collect();
    for all in [grants, members] {
        let answers = join_all(all.iter().map(|changes| store.commit(changes))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    }
    world.write([update(1, tree(1))]).await;
    assert_eq!(store.grants_on(id(1), node.into()).await.unwrap().len(), 1);
}
