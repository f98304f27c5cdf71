//! Every list in pages, by cursors that come through strangers' hands.

use std::collections::BTreeSet;

use super::post::{lease, message, stage};
use super::samples::{
    access, assignment, at, client, contact, document, firm, folder, id, member, place, uploaded, version,
};
use super::world::{World, create, delete, everything, update};
use crate::change::Version;
use crate::directory;
use crate::event::Lane;
use crate::files::{Document, DocumentVersion, Folder, FolderKind, Place, Removal};
use crate::ports::Store;
use crate::ports::store::{Child, ClientQuery, DeliveryQuery, EventProgress, NodeRead};
use crate::values::{Actor, Cursor, Digest, ListOrder, Page, PageRequest};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum List {
    Firms,
    Members,
    Clients(ListOrder),
    FoundClients(ListOrder),
    MembersClients(ListOrder),
    Contacts,
    Children(ListOrder),
    Versions,
    UploadedBy,
    Trash,
    Activity,
    Deliveries,
    MembersDeliveries,
}

const LISTS: [List; 23] = [
    List::Firms,
    List::Members,
    List::Clients(ListOrder::Name),
    List::Clients(ListOrder::NameBackwards),
    List::Clients(ListOrder::Newest),
    List::Clients(ListOrder::Oldest),
    List::FoundClients(ListOrder::Name),
    List::FoundClients(ListOrder::NameBackwards),
    List::FoundClients(ListOrder::Newest),
    List::FoundClients(ListOrder::Oldest),
    List::MembersClients(ListOrder::Name),
    List::MembersClients(ListOrder::Newest),
    List::Contacts,
    List::Children(ListOrder::Name),
    List::Children(ListOrder::NameBackwards),
    List::Children(ListOrder::Newest),
    List::Children(ListOrder::Oldest),
    List::Versions,
    List::UploadedBy,
    List::Trash,
    List::Activity,
    List::Deliveries,
    List::MembersDeliveries,
];

/// The member whose clients are listed.
const MEMBER: u128 = 7;
/// The document whose versions are listed.
const DOCUMENT: u128 = 3;

impl List {
    /// A page, each item by its id.
    async fn page(self, store: &dyn Store, request: &PageRequest) -> Page<String> {
        let (one, contact) = (id(1), id(1));
        let clients =
            async |query| store.clients(one, &query, request).await.unwrap().map(|row| row.client.id.to_string());
        match self {
            Self::Firms => store.firms(request).await.unwrap().map(|firm| firm.id.to_string()),
            Self::Members => store.members(one, request).await.unwrap().map(|member| member.id.to_string()),
            Self::Clients(order) => clients(ClientQuery { order, ..ClientQuery::default() }).await,
            Self::FoundClients(order) => {
                let name_contains = Some("found".to_owned());
                clients(ClientQuery { order, name_contains, ..ClientQuery::default() }).await
            }
            Self::MembersClients(order) => {
                clients(ClientQuery { order, ..ClientQuery::default() }.assigned_to(id(MEMBER))).await
            }
            Self::Contacts => {
                store.contacts(one, id(1), request).await.unwrap().map(|read| read.contact.id.to_string())
            }
            Self::Children(order) => {
                store.children(one, id(1), order, request).await.unwrap().map(|child| match child {
                    Child::Folder(read, _) => read.folder.id.to_string(),
                    Child::Document(read, _) => read.document.id.to_string(),
                })
            }
            Self::Versions => store.versions(one, id(DOCUMENT), request).await.unwrap().map(|it| it.id.to_string()),
            Self::UploadedBy => {
                store.uploaded_by(one, contact, request).await.unwrap().map(|read| read.current.id.to_string())
            }
            Self::Trash => store.trash(one, id(1), request).await.unwrap().map(|row| match row.node {
                NodeRead::Folder(folder) => folder.id.to_string(),
                NodeRead::Document(document) => document.id.to_string(),
            }),
            Self::Activity => store.activity(one, id(1), request).await.unwrap().map(|it| it.id.to_string()),
            Self::Deliveries => {
                let page = store.deliveries(one, &DeliveryQuery::default(), request).await.unwrap();
                page.map(|message| message.id.to_string())
            }
            Self::MembersDeliveries => {
                let query = DeliveryQuery::default().assigned_to(id(MEMBER));
                store.deliveries(one, &query, request).await.unwrap().map(|message| message.id.to_string())
            }
        }
    }

    async fn whole(self, store: &dyn Store) -> Vec<String> {
        let page = self.page(store, &everything()).await;
        assert_eq!(page.next, None, "{self:?} fits on one page");
        page.items
    }
}

/// Adds one item to each list for each number: scattered over the lists, with ties in times and names.
async fn add(world: &World<'_>, numbers: std::ops::Range<u64>) {
    for number in numbers {
        let bits = Digest::of(&number.to_be_bytes()).leading_u128();
        let fifth = number % 5;
        World::firm(world.store, bits).write([create(firm(bits))]).await;
        world.write([create(member(bits, &format!("member {fifth}")))]).await;
        let name = if number % 2 == 0 { format!("Found {fifth}") } else { format!("lost {fifth}") };
        world.write([create(client(bits, &name)), create(contact(bits, 1)), create(access(bits))]).await;
        world.write([create(assignment(bits, MEMBER))]).await;

        let seconds = i64::try_from(fifth).unwrap();
        let by_contact =
            DocumentVersion { uploaded_by: Actor::Contact(id(1)), uploaded_at: at(seconds), ..version(bits, DOCUMENT) };
        world.write([create(by_contact)]).await;
        let name = format!("{number} of \u{1F98A}");
        if number % 2 == 0 {
            world
                .write([create(folder(bits, 1, &name)), create(trashed_document(bits.wrapping_add(1), seconds))])
                .await;
            world.write([create(version(bits.wrapping_add(1), bits.wrapping_add(1)))]).await;
        } else {
            world.write([create(document(bits, 1, &name)), create(version(bits.wrapping_add(2), bits))]).await;
            let current = Document { current: id(bits.wrapping_add(2)), ..document(bits, 1, &name) };
            world.write([update(1, current), create(trashed_folder(bits.wrapping_add(1), seconds))]).await;
        }
        world
            .tell([uploaded(1, bits).into(), uploaded(2, bits).into(), uploaded(1, bits.wrapping_add(1)).into()])
            .await;
        let claims = world.store.claim_events(Lane::Ordinary, &lease(1, 0), 9).await.unwrap();
        for claim in claims {
            let done = EventProgress::Done;
            assert!(world.store.stage(&claim, &[], &done).await.unwrap());
        }
        stage(world, |event| vec![message(bits, event, &format!("contact{number}@acme.test"))]).await;
    }
}

fn trashed_folder(number: u128, seconds: i64) -> Folder {
    let place = Place { removal: Removal::Trashed(at(seconds)), ..place(1, Some(1), "trashed") };
    Folder { id: id(number), place, kind: FolderKind::Ordinary }
}

fn trashed_document(number: u128, seconds: i64) -> Document {
    let place = Place { removal: Removal::Trashed(at(seconds)), ..place(1, Some(1), "trashed.pdf") };
    Document { id: id(number), place, current: id(number), opened_at: None }
}

async fn crowded(store: &dyn Store) -> World<'_> {
    let world = World::with_client(store).await;
    world
        .write([
            create(firm(1)),
            create(document(DOCUMENT, 1, "many versions.pdf")),
            create(version(DOCUMENT, DOCUMENT)),
            create(assignment(1, MEMBER)),
        ])
        .await;
    add(&world, 0..24).await;
    world
}

/// Pages of any size, one after another, are the whole list: no gap, nothing twice, none empty, and an end.
pub async fn pages_add_up_to_the_list(store: &dyn Store) {
    crowded(store).await;
    for list in LISTS {
        let whole = list.whole(store).await;
        assert!(whole.len() >= 12, "{list:?} has {} items", whole.len());
        for size in [1, 2, 5, whole.len() - 1, whole.len()] {
            let (mut all, mut next) = (Vec::new(), None);
            loop {
                let page = list.page(store, &PageRequest::first(size).after(next)).await;
                assert!((1..=size).contains(&page.items.len()), "{list:?}: {} items of {size}", page.items.len());
                all.extend(page.items);
                next = page.next;
                if next.is_none() {
                    break;
                }
            }
            assert_eq!(all, whole, "{list:?} in pages of {size}");
        }
    }
}

/// What is written between two pages neither hides nor doubles what was there before.
pub async fn pages_hold_while_others_write(store: &dyn Store) {
    let world = crowded(store).await;
    let mut before = Vec::new();
    let mut gone_on: Vec<(List, Vec<String>, Option<Cursor>)> = Vec::new();
    for list in LISTS {
        before.push(list.whole(store).await);
        let page = list.page(store, &PageRequest::first(4)).await;
        gone_on.push((list, page.items, page.next));
    }
    let mut more = 100;
    while gone_on.iter().any(|(_, _, next)| next.is_some()) {
        add(&world, more..more + 2).await;
        more += 2;
        for (list, seen, next) in gone_on.iter_mut().filter(|(_, _, next)| next.is_some()) {
            let page = list.page(store, &PageRequest::first(4).after(next.take())).await;
            seen.extend(page.items);
            *next = page.next;
        }
        assert!(more < 200, "a list has no end");
    }
    for ((list, seen, _), before) in gone_on.iter().zip(before) {
        let distinct: BTreeSet<&String> = seen.iter().collect();
        assert_eq!(distinct.len(), seen.len(), "{list:?} gave something twice");
        let kept: Vec<&String> = seen.iter().filter(|item| before.contains(item)).collect();
        assert_eq!(kept, before.iter().collect::<Vec<_>>(), "{list:?}");
    }
}

/// A page follows what is there no more as it followed it before.
pub async fn a_page_follows_what_is_gone(store: &dyn Store) {
    let world = crowded(store).await;
    let whole = List::Members.whole(store).await;
    let first = List::Members.page(store, &PageRequest::first(10)).await;
    for gone in [&whole[9], &whole[10], &whole[3]] {
        world.write([delete(directory::Key::Member(gone.parse().unwrap()), Version::FIRST.as_u64())]).await;
    }
    let second = List::Members.page(store, &PageRequest::first(500).after(first.next)).await;
    assert_eq!(second.items, whole[11..]);
}

/// A cursor that the store did not make begins at the start: it came through the hands of strangers.
pub async fn a_strangers_cursor_begins_at_the_start(store: &dyn Store) {
    crowded(store).await;
    let long = "A".repeat(100_000);
    let strange = [
        "",
        " ",
        "garbage",
        "%00",
        "\0",
        "'; DROP TABLE firm; --",
        "-1",
        "99999999999999999999",
        "{}",
        "W10",
        "bnVsbA",
        "\u{1F98A}",
        &long,
    ];
    for list in LISTS {
        let first = list.page(store, &PageRequest::first(3)).await;
        for cursor in strange {
            let page = list.page(store, &PageRequest::first(3).after(Some(Cursor::new(cursor)))).await;
            assert_eq!(page, first, "{list:?} after {:?}", cursor.chars().take(30).collect::<String>());
        }
    }
}

/// A cursor of another list, or a mangled one, is answered, by whatever page.
pub async fn a_mangled_cursor_is_answered(store: &dyn Store) {
    crowded(store).await;
    let mut cursors = Vec::new();
    for list in LISTS {
        let next = list.page(store, &PageRequest::first(3)).await.next.unwrap();
        let text = next.as_str();
        let cut: String = text.chars().take(text.chars().count() / 2).collect();
        cursors.extend([
            text.to_owned(),
            cut,
            format!("{text}x"),
            text.to_uppercase(),
            text.replace(char::is_numeric, "0"),
        ]);
    }
    for list in LISTS {
        for cursor in &cursors {
            let page = list.page(store, &PageRequest::first(3).after(Some(Cursor::new(cursor.clone())))).await;
            assert!(page.items.len() <= 3, "{list:?} after {cursor}");
        }
    }
}
