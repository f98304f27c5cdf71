//! What lists of clients tell, and in which order.

use super::samples::{access, assignment, at, client, contact, id, member};
use super::world::{World, create, delete, everything, update};
use crate::directory::{Client, Contact, Key, Member};
use crate::ports::Store;
use crate::ports::store::ClientQuery;
use crate::values::{ClientId, Id, ListOrder, PageRequest};

/// Numbers whose order shows whether all 128 bits are compared, and without a sign.
const SPREAD: [u128; 5] = [1, 2, 1 << 64, 1 << 127, u128::MAX];

/// Clients are listed by folded name and id, with the figures of now.
pub async fn clients_are_listed_by_folded_name(store: &dyn Store) {
    let world = World::firm(store, 1);
    let names = ["zebra", "Acme", "acme", "ACME", "Émile"];
    for (number, name) in SPREAD.into_iter().rev().zip(names) {
        world.write([create(client(number, name))]).await;
    }
    let listed = store.clients(id(1), &ClientQuery::default(), &everything()).await.unwrap().items;
    let listed: Vec<(&str, u128)> =
        listed.iter().map(|row| (row.client.name.as_str(), row.client.id.as_u128())).collect();
    let expected = [("ACME", 2), ("acme", 1 << 64), ("Acme", 1 << 127), ("zebra", u128::MAX), ("Émile", 1)];
    assert_eq!(listed, expected);
    world.write([update(1, client(2, "Zorro"))]).await;
    let renamed = store.clients(id(1), &ClientQuery::default(), &everything()).await.unwrap().items;
    assert_eq!(
        renamed.iter().map(|row| row.client.id.as_u128()).collect::<Vec<_>>(),
        [1 << 64, 1 << 127, u128::MAX, 2, 1]
    );
}

/// Clients come in the order asked for; each order is another from its end, and finds by name alike.
pub async fn clients_are_listed_in_the_order_asked(store: &dyn Store) {
    let world = World::firm(store, 1);
    let dated = [("b", 5), ("A", 9), ("c", 5), ("b", 7), ("d", -3)];
    for (number, (name, seconds)) in SPREAD.into_iter().zip(dated) {
        world.write([create(Client { created_at: at(seconds), ..client(number, name) })]).await;
    }
    let listed = async |order, name_contains: Option<&str>| {
        let query = ClientQuery { order, name_contains: name_contains.map(str::to_owned), assigned_to: None };
        let rows = store.clients(id(1), &query, &everything()).await.unwrap().items;
        rows.iter().map(|row| row.client.id.as_u128()).collect::<Vec<_>>()
    };
    let [one, two, third, fourth, last] = SPREAD;
    for (order, from_the_end, expected) in [
        (ListOrder::Name, ListOrder::NameBackwards, [two, one, fourth, third, last]),
        (ListOrder::Oldest, ListOrder::Newest, [last, one, third, fourth, two]),
    ] {
        assert_eq!(listed(order, None).await, expected);
        assert_eq!(listed(from_the_end, None).await, expected.into_iter().rev().collect::<Vec<_>>());
    }
    assert_eq!(listed(ListOrder::Newest, Some("B")).await, [fourth, one]);
    assert_eq!(listed(ListOrder::NameBackwards, Some("B")).await, [fourth, one]);
}

/// A client's row counts its contacts and names who looks after it; those who were removed are left out.
pub async fn a_clients_row_counts_and_names(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.add_client(2).await;
    let left = Member { removed_at: Some(at(1)), ..member(3, "Cal") };
    world.write([create(member(1, "Zoe")), create(member(2, "Bob")), create(left), create(member(4, "Ann"))]).await;
    world.write([1, 2, 3].map(|number| create(assignment(1, number)))).await;
    world.write([create(assignment(2, 4))]).await;
    for number in 1..=4 {
        let removed_at = (number == 3).then(|| at(1));
        world.write([create(Contact { removed_at, ..contact(number, 1) }), create(access(number))]).await;
    }
    let rows = store.clients(id(1), &ClientQuery::default(), &everything()).await.unwrap().items;
    let figures: Vec<_> = rows.iter().map(|row| (row.contacts, row.assigned.join(", "))).collect();
    assert_eq!(figures, [(3, "Bob, Zoe".to_owned()), (0, "Ann".to_owned())]);

    let assigned: Vec<_> = store.assigned(id(1), id(1)).await.unwrap().iter().map(|it| it.id.as_u128()).collect();
    assert_eq!(assigned, [2, 1]);
    assert!(store.assigned(id(1), id(9)).await.unwrap().is_empty());
    assert!(store.assignment(id(1), id(1), id(2)).await.unwrap().is_some());
    assert_eq!(store.assignment(id(1), id(2), id(1)).await.unwrap(), None);
}

/// Clients are found by any part of their name, without regard to case; no character in the query means anything else.
pub async fn clients_are_found_by_part_of_their_name(store: &dyn Store) {
    let world = World::firm(store, 1);
    let names =
        ["Acme Ltd", "Back to Acme", "100% Juice", "1000 Juices", "Under_score", "Underscore", "O'Neill\\", "ÉMILE"];
    for (number, name) in (1..).zip(names) {
        world.write([create(client(number, name))]).await;
    }
    let found = async |text: &str, limit| {
        let query = ClientQuery { name_contains: Some(text.to_owned()), ..ClientQuery::default() };
        let page = store.clients(id(1), &query, &PageRequest::first(limit)).await.unwrap();
        page.items.iter().map(|row| row.client.id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(found("acme", 9).await, [1, 2]);
    assert_eq!(found("ACME", 9).await, [1, 2]);
    assert_eq!(found("acme", 1).await, [1]);
    assert_eq!(found("%", 9).await, [3]);
    assert_eq!(found("0% j", 9).await, [3]);
    assert_eq!(found("r_s", 9).await, [5]);
    assert_eq!(found("'neill\\", 9).await, [7]);
    assert_eq!(found("Émi", 9).await, [8]);
    assert_eq!(found("*", 9).await, [0; 0]);
    assert_eq!(found("", 9).await.len(), names.len());
}

/// The clients of a member are those that they are assigned to, in the order asked for and by part of their name.
pub async fn clients_of_a_member_are_those_they_are_assigned_to(store: &dyn Store) {
    let world = World::firm(store, 1);
    for (number, name) in (1..).zip(["Elm", "acme", "Birch", "Cedar", "Dogwood", "Acme"]) {
        let seconds = i64::try_from(number).unwrap();
        world.write([create(Client { created_at: at(-seconds), ..client(number, name) })]).await;
    }
    world.write([create(member(1, "Mia")), create(member(2, "Noah"))]).await;
    world.write([1, 2, 4, 6].map(|number| create(assignment(number, 1)))).await;
    world.write([create(assignment(3, 2))]).await;
    let listed = async |query: ClientQuery| {
        let (mut found, mut request) = (Vec::new(), PageRequest::first(3));
        loop {
            let page = store.clients(id(1), &query, &request).await.unwrap();
            found.extend(page.items.iter().map(|row| row.client.id.as_u128()));
            let Some(next) = page.next else { return found };
            request = PageRequest::first(3).after(Some(next));
        }
    };
    let of = |order, member| ClientQuery { order, ..ClientQuery::default() }.assigned_to(id(member));
    assert_eq!(listed(of(ListOrder::Name, 1)).await, [2, 6, 4, 1]);
    assert_eq!(listed(of(ListOrder::NameBackwards, 1)).await, [1, 4, 6, 2]);
    assert_eq!(listed(of(ListOrder::Newest, 1)).await, [1, 2, 4, 6]);
    assert_eq!(listed(of(ListOrder::Oldest, 1)).await, [6, 4, 2, 1]);
    assert_eq!(listed(of(ListOrder::Name, 2)).await, [3]);
    assert_eq!(listed(of(ListOrder::Name, 9)).await, [0; 0]);
    let found = ClientQuery { name_contains: Some("C".to_owned()), ..of(ListOrder::Name, 1) };
    assert_eq!(listed(found).await, [2, 6, 4]);

    let among = async |member, clients: &[u128]| {
        let clients: Vec<ClientId> = clients.iter().map(|client| id(*client)).collect();
        let mut found = store.assigned_among(id(1), id(member), &clients).await.unwrap();
        found.sort_unstable();
        found.into_iter().map(|client| client.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(among(1, &[6, 1, 3, 9]).await, [1, 6]);
    assert_eq!(among(2, &[6, 1, 3, 9]).await, [3]);
    assert_eq!(among(1, &[]).await, [0; 0]);
    world.write([delete(Key::Assignment(id(6), id(1)), 1)]).await;
    assert_eq!(listed(of(ListOrder::Name, 1)).await, [2, 4, 1]);
    assert_eq!(among(1, &[6, 1]).await, [1]);
    assert!(store.clients(id(2), &of(ListOrder::Name, 1), &everything()).await.unwrap().items.is_empty());
}
