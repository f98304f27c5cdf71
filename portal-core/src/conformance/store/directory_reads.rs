//! What the directory answers.

use super::samples::{
    access, assignment, at, client, contact, data_key, email, external, firm, id, mailing, member, named, template,
};
use super::world::{World, create, delete, everything, update};
use crate::change::Version;
use crate::directory::{Addressee, Client, Contact, DataKey, Key, Mailing, Member, Role};
use crate::ports::Store;
use crate::ports::store::ClientQuery;
use crate::values::{
    Actor, ClientId, ClientRef, ContactId, ContactRef, ExternalId, FirmId, Id, Language, MemberId, MemberRef,
    PageRequest, RingKeyId,
};

/// Numbers whose order shows whether all 128 bits are compared, and without a sign.
const SPREAD: [u128; 5] = [1, 2, 1 << 64, 1 << 127, u128::MAX];

/// A firm answers for itself alone: whatever another asks about its ids is unknown.
pub async fn s08_l33_another_firms_directory_is_unknown(store: &dyn Store) {
    let world = World::with_client(store).await;
    let mia = Member { external_id: Some(external("m")), role: Role::Owner, ..member(1, "Mia") };
    let ana = Contact { external_id: Some(external("k")), ..contact(1, 1) };
    let mut acme = client(2, "Acme");
    acme.external_id = Some(external("c"));
    world.write([create(firm(1)), create(mia), create(acme), create(assignment(1, 1))]).await;
    world.write([create(ana), create(access(1)), create(mailing(1))]).await;
    World::firm(store, 2).write([create(firm(2))]).await;

    let other: FirmId = id(2);
    let (of_member, of_client, of_contact) = (MemberId::from_bits(1), ClientId::from_bits(1), ContactId::from_bits(1));
    assert_eq!(store.member(other, &of_member.into()).await.unwrap(), None);
    assert_eq!(store.member(other, &MemberRef::external("m").unwrap()).await.unwrap(), None);
    assert_eq!(store.client(other, &of_client.into()).await.unwrap(), None);
    assert_eq!(store.client(other, &ClientRef::external("c").unwrap()).await.unwrap(), None);
    assert_eq!(store.contact(other, &of_contact.into()).await.unwrap(), None);
    assert_eq!(store.contact(other, &ContactRef::external("k").unwrap()).await.unwrap(), None);
    assert_eq!(store.assignment(other, of_client, of_member).await.unwrap(), None);
    assert!(store.clients_by_external_ids(other, &[external("c")]).await.unwrap().is_empty());
    assert!(store.contacts_by_external_ids(other, &[external("k")]).await.unwrap().is_empty());
    assert!(store.members(other, &everything()).await.unwrap().items.is_empty());
    assert!(store.owners(other).await.unwrap().is_empty());
    assert!(store.clients(other, &ClientQuery::default(), &everything()).await.unwrap().items.is_empty());
    assert!(store.contacts(other, of_client, &everything()).await.unwrap().items.is_empty());
    assert!(store.contacts_by_email(other, &email("contact1@acme.test")).await.unwrap().is_empty());
    assert!(store.assigned(other, of_client).await.unwrap().is_empty());
    let people = [Addressee::Contact(of_contact), Addressee::Member(of_member)];
    assert!(store.mailings(other, &people).await.unwrap().is_empty());
    assert!(store.names(other, &[Actor::Member(of_member), Actor::Contact(of_contact)]).await.unwrap().is_empty());
}

/// The current data key is the one with the highest number, whenever it was made; each is found by its number, at its firm.
pub async fn the_current_data_key_has_the_highest_number(store: &dyn Store) {
    let world = World::firm(store, 1);
    assert_eq!(store.current_data_key(id(1)).await.unwrap(), None);
    for number in [1, 10, 2, u32::MAX, 256] {
        world.write([create(data_key(number))]).await;
    }
    World::firm(store, 2).write([create(data_key(3))]).await;
    assert_eq!(store.current_data_key(id(1)).await.unwrap().map(|key| key.value), Some(data_key(u32::MAX)));
    assert_eq!(store.current_data_key(id(2)).await.unwrap().map(|key| key.number), Some(3));
    assert_eq!(store.current_data_key(id(3)).await.unwrap(), None);
    assert_eq!(store.data_key(id(1), 10).await.unwrap().map(|key| key.value), Some(data_key(10)));
    for (firm, number) in [(1, 3), (2, 1), (3, 1), (1, 0)] {
        assert_eq!(store.data_key(id(firm), number).await.unwrap(), None, "{number} of {firm}");
    }
    let wrapped = DataKey { wrapped_by: RingKeyId::new("ring-2").unwrap(), ..data_key(10) };
    world.write([update(1, wrapped.clone())]).await;
    let found = store.data_key(id(1), 10).await.unwrap().unwrap();
    assert_eq!((found.version, found.value), (Version::FIRST.next(), wrapped));
}

/// The data keys of all firms are listed by firm and number, in pages of any size.
pub async fn data_keys_are_listed_by_firm_and_number(store: &dyn Store) {
    assert!(store.data_keys(&everything()).await.unwrap().items.is_empty());
    for number in SPREAD.into_iter().rev() {
        World::firm(store, number).write([create(firm(number)), create(data_key(2)), create(data_key(1))]).await;
    }
    let expected: Vec<(FirmId, u32)> = SPREAD.into_iter().flat_map(|firm| [(id(firm), 1), (id(firm), 2)]).collect();
    for limit in [1, 3, 10, 100] {
        let (mut listed, mut request) = (Vec::new(), PageRequest::first(limit));
        loop {
            let page = store.data_keys(&request).await.unwrap();
            listed.extend(page.items.into_iter().map(|(firm, key)| (firm, key.number)));
            let Some(next) = page.next else { break };
            request = PageRequest::first(limit).after(Some(next));
        }
        assert_eq!(listed, expected, "pages of {limit}");
    }
}

/// Firms are listed by id.
pub async fn firms_are_listed_by_id(store: &dyn Store) {
    for number in SPREAD.into_iter().rev() {
        World::firm(store, number).write([create(firm(number))]).await;
    }
    let listed: Vec<FirmId> = store.firms(&everything()).await.unwrap().items.iter().map(|firm| firm.id).collect();
    assert_eq!(listed, SPREAD.map(id));
}

/// The team is listed by name and id, without those who left; they are found by either id all the same.
pub async fn the_team_is_listed_by_name(store: &dyn Store) {
    let world = World::firm(store, 1);
    let names = ["Zoe", "alice", "Bob", "Bob", "Åsa"];
    for (number, name) in SPREAD.into_iter().rev().zip(names) {
        world.write([create(member(number, name))]).await;
    }
    let left = Member { removed_at: Some(at(1)), external_id: Some(external("u")), ..member(77, "Bea") };
    world.write([create(left.clone())]).await;
    let listed = store.members(id(1), &everything()).await.unwrap().items;
    let listed: Vec<(&str, u128)> = listed.iter().map(|it| (it.name.as_str(), it.id.as_u128())).collect();
    let expected = [("Bob", 2), ("Bob", 1 << 64), ("Zoe", u128::MAX), ("alice", 1 << 127), ("Åsa", 1)];
    assert_eq!(listed, expected);
    let by_id = MemberRef::Id(id(77));
    let by_external = MemberRef::External(external("u"));
    for named in [by_id, by_external] {
        assert_eq!(store.member(id(1), &named).await.unwrap().map(|read| read.value), Some(left.clone()));
    }
}

/// Owners are those of the team who are one now, by name.
pub async fn owners_are_those_on_the_team(store: &dyn Store) {
    let world = World::firm(store, 1);
    let owner = |number, name| Member { role: Role::Owner, ..member(number, name) };
    let admin = Member { role: Role::Admin, ..member(4, "Abe") };
    let left = Member { removed_at: Some(at(1)), ..owner(3, "Cal") };
    world
        .write([
            create(owner(1, "Mia")),
            create(owner(2, "Ann")),
            create(left),
            create(admin),
            create(member(5, "Max")),
        ])
        .await;
    let owners = async || store.owners(id(1)).await.unwrap().iter().map(|it| it.id.as_u128()).collect::<Vec<_>>();
    assert_eq!(owners().await, [2, 1]);
    world.write([update(1, member(2, "Ann"))]).await;
    assert_eq!(owners().await, [1]);
}

/// The contacts of a client are listed by id, without those who were removed.
pub async fn contacts_are_listed_by_id(store: &dyn Store) {
    let world = World::with_client(store).await;
    for number in SPREAD.into_iter().rev() {
        world.write([create(contact(number, 1)), create(access(number))]).await;
    }
    let removed = Contact { removed_at: Some(at(1)), external_id: Some(external("k")), ..contact(77, 1) };
    world.write([create(removed.clone()), create(access(77)), create(contact(78, 2)), create(access(78))]).await;
    let mut refused = access(2);
    refused.allowed = false;
    world.write([update(1, refused.clone())]).await;

    let listed = store.contacts(id(1), id(1), &everything()).await.unwrap().items;
    assert_eq!(listed.iter().map(|read| read.contact.id).collect::<Vec<_>>(), SPREAD.map(id));
    assert_eq!((listed[1].access.version, &listed[1].access.value), (Version::from_u64(2), &refused));
    assert_eq!(listed[1].contact.version, Version::FIRST);
    for named in [ContactRef::Id(id(77)), ContactRef::External(external("k"))] {
        let found = store.contact(id(1), &named).await.unwrap().map(|read| read.contact.value);
        assert_eq!(found, Some(removed.clone()));
    }
    assert_eq!(store.contact(id(1), &ContactRef::Id(id(79))).await.unwrap(), None);
}

/// What has an external id of a list is found, each once, removed contacts too; ids are compared exactly, and those of clients
/// and of contacts are apart.
pub async fn many_are_found_by_their_external_ids(store: &dyn Store) {
    let world = World::with_client(store).await;
    let ids: Vec<ExternalId> = (1..=120).map(|number| external(&format!("x_{number}"))).collect();
    for (number, external_id) in (1..).zip(&ids).skip(1).step_by(2) {
        let own = Some(external_id.clone());
        let removed_at = (number % 4 == 0).then(|| at(1));
        let contact = Contact { external_id: own.clone(), removed_at, ..contact(number + 1, 1) };
        let named = Client { external_id: own, ..client(number, "Acme") };
        world.write([create(named), create(contact), create(access(number + 1))]).await;
    }
    world.write([create(Client { external_id: Some(external("X_1")), ..client(999, "Acme") })]).await;
    let asked: Vec<ExternalId> = ids.iter().chain(&ids).cloned().collect();
    let mut clients = store.clients_by_external_ids(id(1), &asked).await.unwrap();
    clients.sort_by_key(|client| client.id);
    assert_eq!(clients.iter().map(|it| it.id.as_u128()).collect::<Vec<_>>(), (2..=120).step_by(2).collect::<Vec<_>>());
    assert_eq!((clients[0].version, clients[0].external_id.as_ref()), (Version::FIRST, Some(&ids[1])));
    let mut contacts = store.contacts_by_external_ids(id(1), &asked).await.unwrap();
    contacts.sort_by_key(|read| read.contact.id);
    let numbers: Vec<u128> = contacts.iter().map(|read| read.contact.id.as_u128()).collect();
    assert_eq!(numbers, (3..=121).step_by(2).collect::<Vec<_>>());
    assert_eq!(contacts.iter().filter(|read| read.contact.removed_at.is_some()).count(), 30);
    assert_eq!(contacts[0].access.contact, contacts[0].contact.id);
    assert!(store.clients_by_external_ids(id(1), &[]).await.unwrap().is_empty());
    assert!(store.contacts_by_external_ids(id(1), &[external("x_1")]).await.unwrap().is_empty());
}

/// Contacts are found by their address, however it was typed: every one who has it now, and no one who was removed.
pub async fn contacts_are_found_by_address(store: &dyn Store) {
    let world = World::with_client(store).await;
    let with = |number, client, address: Option<&str>| Contact { email: address.map(email), ..contact(number, client) };
    for contact in [
        with(1, 1, Some("Ana.José@ACME.test")),
        with(2, 2, Some("ana.jose\u{301}@acme.test")),
        with(3, 1, Some("ben@acme.test")),
        with(4, 1, None),
        Contact { removed_at: Some(at(1)), ..with(5, 1, Some("ana.josé@acme.test")) },
    ] {
        let number = contact.id.as_u128();
        world.write([create(contact), create(access(number))]).await;
    }
    let found = async |address: &str| {
        let mut found: Vec<_> = store.contacts_by_email(id(1), &email(address)).await.unwrap();
        found.sort_by_key(|read| read.contact.id);
        found.iter().map(|read| read.contact.id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(found("ana.josé@Acme.Test").await, [1, 2]);
    assert_eq!(found("ana.jose@acme.test").await, [0; 0]);
    world.write([update(1, with(1, 1, Some("ben@acme.test")))]).await;
    assert_eq!(found("ana.josé@acme.test").await, [2]);
    assert_eq!(found("BEN@acme.test").await, [1, 3]);
}

/// Names are told of members and contacts, of those who were removed too, each once.
pub async fn names_are_told_of_members_and_contacts(store: &dyn Store) {
    let world = World::with_client(store).await;
    let left = Member { removed_at: Some(at(1)), ..member(2, "Cal") };
    let gone = Contact { removed_at: Some(at(1)), name: named("Ben"), ..contact(2, 1) };
    world.write([create(member(1, "Mia")), create(left), create(contact(1, 1)), create(gone)]).await;
    let (mia, cal) = (Actor::Member(id(1)), Actor::Member(id(2)));
    let (ana, ben) = (Actor::Contact(id(1)), Actor::Contact(id(2)));
    let others =
        [Actor::Host, Actor::Visitor, Actor::Worker, Actor::Login(id(1)), Actor::Member(id(9)), Actor::Contact(id(9))];
    let mut told = store.names(id(1), &[&[ben, mia, ana, cal, mia], &others[..]].concat()).await.unwrap();
    told.sort();
    let expected = [(mia, "Mia"), (cal, "Cal"), (ana, "Contact 1"), (ben, "Ben")];
    assert_eq!(told, expected.map(|(actor, name)| (actor, name.to_owned())));
    assert_eq!(store.names(id(1), &[]).await.unwrap(), []);
}

/// How mail reaches people is told of those asked for, each once: a member and a contact of the same bits are two.
pub async fn mailings_are_told_of_those_asked_for(store: &dyn Store) {
    let world = World::firm(store, 1);
    let member = |number| Addressee::Member(id(number));
    let contact = |number| Addressee::Contact(id(number));
    for number in SPREAD {
        world.write([create(mailing(number))]).await;
    }
    let german = Mailing { language: Some(Language::GERMAN), ..Mailing::new(member(1)) };
    world.write([create(german.clone())]).await;
    let asked = async |people: &[Addressee]| {
        let mut told = store.mailings(id(1), people).await.unwrap();
        told.sort_by_key(|read| read.addressee);
        told.into_iter().map(|read| read.value).collect::<Vec<_>>()
    };
    assert_eq!(asked(&[]).await, []);
    assert_eq!(asked(&[contact(9), member(2)]).await, []);
    assert_eq!(asked(&[member(1), contact(1), contact(9), contact(1)]).await, [mailing(1), german]);
    let all: Vec<Addressee> = (1..=300).chain(SPREAD).map(contact).collect();
    assert_eq!(asked(&all).await.len(), SPREAD.len());
}

/// Who is nowhere is found nowhere.
pub async fn an_empty_directory_answers_with_nothing(store: &dyn Store) {
    assert_eq!(store.firm(id(1)).await.unwrap(), None);
    let nobody: ExternalId = external("nobody");
    assert_eq!(store.firm_by_external_id(&nobody).await.unwrap(), None);
    assert!(store.firms(&everything()).await.unwrap().items.is_empty());
    assert_eq!(store.member(id(1), &MemberRef::External(nobody.clone())).await.unwrap(), None);
    assert_eq!(store.client(id(1), &ClientRef::External(nobody.clone())).await.unwrap(), None);
    assert_eq!(store.contact(id(1), &ContactRef::External(nobody)).await.unwrap(), None);
    assert!(store.owners(id(1)).await.unwrap().is_empty());
}

/// A firm's folder templates come by name, and by id of one name.
pub async fn folder_templates_are_listed_by_name(store: &dyn Store) {
    let world = World::firm(store, 1);
    assert!(store.folder_templates(id(1)).await.unwrap().is_empty());
    for (number, name) in SPREAD.into_iter().rev().zip(["b", "B", "a", "b", "1040"]) {
        world.write([create(template(number, name))]).await;
    }
    World::firm(store, 2).write([create(template(7, "another firm's"))]).await;
    let listed = store.folder_templates(id(1)).await.unwrap();
    let [one, two, third, fourth, last] = SPREAD;
    let ids: Vec<u128> = listed.iter().map(|template| template.id.as_u128()).collect();
    assert_eq!(ids, [one, fourth, third, two, last]);
    assert_eq!(store.folder_template(id(1), id(two)).await.unwrap().map(|it| it.value), Some(template(two, "b")));
    assert_eq!(store.folder_template(id(2), id(two)).await.unwrap(), None);
    world.write([delete(Key::FolderTemplate(id(one)), 1)]).await;
    assert_eq!(store.folder_templates(id(1)).await.unwrap().len(), 4);
}
