//! What lists of folders and documents tell, and in which order.

use super::samples::{at, document, folder, grant, id, place, version};
use super::world::{World, create, everything, update};
use crate::change::{Version, Versioned, Write};
use crate::files::{Document, DocumentVersion, Folder, FolderKind, Place, Removal};
use crate::ports::Store;
use crate::ports::store::{Child, NodeRead};
use crate::record::Whole;
use crate::sharing::Audience;
use crate::values::{Actor, DocumentId, FolderId, Id as _, ListOrder, NodeId, PageRequest};

const TRASHED: Removal = Removal::Trashed(at(50));
const PURGED: Removal = Removal::Purged(at(60));

fn document_named(number: u128, parent: u128, name: &str) -> [Write<Whole>; 2] {
    [create(document(number, parent, name)), create(version(number, number))]
}

fn folder_removed(number: u128, parent: u128, name: &str, removal: Removal) -> Folder {
    Folder { id: id(number), place: Place { removal, ..place(1, Some(parent), name) }, kind: FolderKind::Ordinary }
}

fn document_removed(number: u128, parent: u128, name: &str, removal: Removal) -> Document {
    Document {
        id: id(number),
        place: Place { removal, ..place(1, Some(parent), name) },
        ..document(number, parent, name)
    }
}

fn node_of(child: &Child) -> NodeId {
    match child {
        Child::Folder(read, _) => read.folder.id.into(),
        Child::Document(read, _) => read.document.id.into(),
    }
}

/// A folder lists what lies live in it, folders first, then by folded name; with versions and grants.
pub async fn a_folder_lists_folders_first_then_by_name(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(9, 1, "zebra")), create(folder(8, 1, "Apple")), create(folder(7, 8, "Inside"))]).await;
    let names = ["b.pdf", "A.pdf", "Ärger.pdf", "a (2).pdf", "_.pdf"];
    for (number, name) in (10..).zip(names) {
        world.write(document_named(number, 1, name)).await;
    }
    world.write([update(1, document_removed(10, 1, "b.pdf", TRASHED))]).await;
    let (on_folder, on_document) = (FolderId::from_bits(8), DocumentId::from_bits(11));
    let grants = [
        grant(1, 1, on_folder, Audience::AllContacts),
        grant(2, 1, on_document, Audience::AllContacts),
        grant(3, 1, on_document, Audience::Contact(id(1))),
    ];
    world.write(grants.clone().map(create)).await;
    world.write([update(1, Document { current: id(30), ..document(11, 1, "A.pdf") }), create(version(30, 11))]).await;

    let listed = store.children(id(1), id(1), ListOrder::Name, &everything()).await.unwrap().items;
    let nodes: Vec<NodeId> = listed.iter().map(node_of).collect();
    let folders = [8, 9].map(|number| NodeId::from(FolderId::from_bits(number)));
    let files = [14, 13, 11, 12].map(|number| NodeId::from(DocumentId::from_bits(number)));
    assert_eq!(nodes, [&folders[..], &files[..]].concat());

    let Child::Folder(_, on_it) = &listed[0] else { panic!("the folder comes first") };
    assert_eq!(on_it[..], [Versioned::new(Version::FIRST, grants[0].clone())]);
    let Child::Document(read, on_it) = &listed[4] else { panic!("then the documents") };
    assert_eq!((read.document.version, &read.current), (Version::from_u64(2), &version(30, 11)));
    let mut on_it: Vec<u128> = on_it.iter().map(|grant| grant.id.as_u128()).collect();
    on_it.sort_unstable();
    assert_eq!(on_it, [2, 3]);
    assert!(store.children(id(1), id(99), ListOrder::Name, &everything()).await.unwrap().items.is_empty());
}

/// What lies in a folder comes in the order asked for, folders first in each: a folder by when it was made, a document by
/// when its current version came.
pub async fn a_folder_is_listed_in_the_order_asked(store: &dyn Store) {
    let world = World::with_client(store).await;
    let made = |number: u128, name: &str, seconds| {
        let place = Place { created_at: at(seconds), ..place(1, Some(1), name) };
        Folder { id: id(number), place, kind: FolderKind::Ordinary }
    };
    world.write([create(made(2, "b", 5)), create(made(3, "A", 9)), create(made(4, "c", 5))]).await;
    for (number, name, seconds) in [(1 << 127, "z.pdf", 4), (11, "Y.pdf", 4), (12, "a.pdf", 7), (13, "b.pdf", 6)] {
        let current = DocumentVersion { uploaded_at: at(seconds), ..version(number, number) };
        world.write([create(document(number, 1, name)), create(current)]).await;
    }
    let newer = DocumentVersion { uploaded_at: at(8), ..version(30, 11) };
    world.write([update(1, Document { current: id(30), ..document(11, 1, "Y.pdf") }), create(newer)]).await;

    let [folder, document] =
        [|number| FolderId::from_bits(number).into(), |number| DocumentId::from_bits(number).into()];
    let expected: [(ListOrder, [NodeId; 3], [NodeId; 4]); 4] = [
        (ListOrder::Name, [3, 2, 4].map(folder), [12, 13, 11, 1 << 127].map(document)),
        (ListOrder::NameBackwards, [4, 2, 3].map(folder), [1 << 127, 11, 13, 12].map(document)),
        (ListOrder::Newest, [3, 4, 2].map(folder), [11, 12, 13, 1 << 127].map(document)),
        (ListOrder::Oldest, [2, 4, 3].map(folder), [1 << 127, 13, 12, 11].map(document)),
    ];
    for (order, folders, documents) in expected {
        let listed = store.children(id(1), id(1), order, &everything()).await.unwrap().items;
        let nodes: Vec<NodeId> = listed.iter().map(node_of).collect();
        assert_eq!(nodes, [&folders[..], &documents[..]].concat(), "{order:?}");
    }
}

/// Recent documents are the live ones in or below the roots, by their current version, newest first.
pub async fn recent_documents_lie_live_below_their_roots(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.add_client(50).await;
    world
        .write([
            create(folder(2, 1, "A")),
            create(folder(3, 2, "In A")),
            create(folder(4, 1, "B")),
            create(folder(5, 1, "C")),
        ])
        .await;
    for (number, parent) in [(10, 1), (11, 2), (12, 3), (13, 4), (14, 5), (15, 3)] {
        world.write(document_named(number, parent, &format!("{number}.pdf"))).await;
    }
    let elsewhere = Document { place: place(50, Some(50), "x.pdf"), ..document(51, 50, "x.pdf") };
    world.write([create(elsewhere), create(version(51, 51))]).await;
    let recent = async |roots: Option<&[NodeId]>, limit| {
        let read = store.recent_documents(id(1), id(1), roots, limit).await.unwrap();
        read.iter().map(|read| read.document.id.as_u128()).collect::<Vec<_>>()
    };
    let folder_id = |number| NodeId::from(FolderId::from_bits(number));
    assert_eq!(recent(None, 9).await, [15, 14, 13, 12, 11, 10]);
    assert_eq!(recent(None, 2).await, [15, 14]);
    assert_eq!(recent(Some(&[folder_id(2)]), 9).await, [15, 12, 11]);
    assert_eq!(
        recent(Some(&[folder_id(2), folder_id(3), DocumentId::from_bits(13).into()]), 9).await,
        [15, 13, 12, 11]
    );
    assert_eq!(recent(Some(&[DocumentId::from_bits(4).into(), folder_id(99)]), 9).await, [0; 0]);
    assert_eq!(recent(Some(&[]), 9).await, [0; 0]);

    world.write([create(version(40, 10)), update(1, Document { current: id(40), ..document(10, 1, "10.pdf") })]).await;
    world
        .write([update(1, folder_removed(2, 1, "A", TRASHED)), update(1, document_removed(13, 4, "13.pdf", TRASHED))])
        .await;
    world.write([update(1, folder_removed(5, 1, "C", PURGED))]).await;
    assert_eq!(recent(None, 9).await, [10]);
    assert_eq!(recent(Some(&[folder_id(3)]), 9).await, [0; 0]);
    let read = store.recent_documents(id(1), id(1), None, 9).await.unwrap();
    assert_eq!(read[0].current, version(40, 10));
}

/// What a contact uploaded comes newest first, each with the version that they uploaded and the document as it is now.
pub async fn uploads_of_a_contact_come_with_their_own_version(store: &dyn Store) {
    let world = World::with_client(store).await;
    let by =
        |number: u128, contact| DocumentVersion { uploaded_by: Actor::Contact(id(contact)), ..version(number, number) };
    for (number, contact) in [(2, 1), (3, 1), (4, 2), (5, 1)] {
        world.write([create(document(number, 1, &format!("{number}.pdf"))), create(by(number, contact))]).await;
    }
    world.write(document_named(6, 1, "staff.pdf")).await;
    world
        .write([create(version(20, 2)), update(1, Document { current: id(20), ..document(2, 1, "renamed.pdf") })])
        .await;
    world
        .write([
            update(1, document_removed(5, 1, "5.pdf", PURGED)),
            update(1, document_removed(3, 1, "3.pdf", TRASHED)),
        ])
        .await;

    let read = store.uploaded_by(id(1), id(1), &everything()).await.unwrap().items;
    let told: Vec<_> = read.iter().map(|it| (it.document.id.as_u128(), it.current.clone())).collect();
    assert_eq!(told, [(3, by(3, 1)), (2, by(2, 1))]);
    assert_eq!(read[1].document.place.name.as_str(), "renamed.pdf");
    assert_eq!(store.uploaded_by(id(1), id(2), &everything()).await.unwrap().items.len(), 1);
    assert!(store.uploaded_by(id(1), id(9), &everything()).await.unwrap().items.is_empty());
}

/// The trash lists what lies in it itself, the latest first; it tells from where, and whether it can go back there.
pub async fn the_trash_lists_what_lies_in_it_itself(store: &dyn Store) {
    let world = World::with_client(store).await;
    let trashed = |seconds| Removal::Trashed(at(seconds));
    world.write([create(folder(2, 1, "A")), create(folder(3, 2, "In A")), create(folder(4, 1, "B"))]).await;
    for (number, parent) in [(10, 1), (11, 3), (12, 4), (13, 1), (14, 2)] {
        world.write(document_named(number, parent, &format!("{number}.pdf"))).await;
    }
    world
        .write([
            update(1, document_removed(10, 1, "10.pdf", trashed(5))),
            update(1, document_removed(11, 3, "11.pdf", trashed(9))),
            update(1, document_removed(12, 4, "12.pdf", trashed(6))),
            update(1, document_removed(13, 1, "13.pdf", trashed(8))),
            update(1, folder_removed(2, 1, "A", trashed(8))),
        ])
        .await;
    let listed = async || {
        let rows = store.trash(id(1), id(1), &everything()).await.unwrap().items;
        let told = |row: &crate::ports::store::TrashRow| {
            let node = match &row.node {
                NodeRead::Folder(folder) => folder.id.as_u128(),
                NodeRead::Document(document) => document.id.as_u128(),
            };
            (node, row.parent_name.as_ref().map(|name| name.as_str().to_owned()).unwrap(), row.restorable)
        };
        rows.iter().map(told).collect::<Vec<_>>()
    };
    let row = |number, parent: &str, restorable| (number, parent.to_owned(), restorable);
    let expected = [
        row(11, "In A", false),
        row(13, "Files", true),
        row(2, "Files", true),
        row(12, "B", true),
        row(10, "Files", true),
    ];
    assert_eq!(listed().await, expected);

    world.write([update(2, folder_removed(2, 1, "A", PURGED)), update(2, document(10, 1, "10.pdf"))]).await;
    world.write([update(1, folder_removed(4, 1, "B", trashed(10)))]).await;
    assert_eq!(listed().await, [row(4, "Files", true), row(13, "Files", true), row(12, "B", false)]);
    assert!(store.trash(id(1), id(2), &everything()).await.unwrap().items.is_empty());
}

/// What is archived leaves its folder's list and gives its name up; it is there all the same, and is listed apart.
pub async fn what_is_archived_is_listed_apart_and_gives_its_name_up(store: &dyn Store) {
    let world = World::with_client(store).await;
    let archived = |seconds| Removal::Archived(at(seconds));
    world.write([create(folder(2, 1, "A")), create(folder(3, 2, "In A")), create(folder(4, 1, "b"))]).await;
    for (number, parent) in [(10, 1), (11, 3), (12, 4), (13, 1)] {
        world.write(document_named(number, parent, &format!("{number}.pdf"))).await;
    }
    world
        .write([
            update(1, document_removed(10, 1, "10.pdf", archived(5))),
            update(1, document_removed(12, 4, "12.pdf", archived(6))),
            update(1, folder_removed(2, 1, "A", archived(5))),
        ])
        .await;
    let named = |children: Vec<Child>| -> Vec<String> {
        let name = |child: Child| match child {
            Child::Folder(read, _) => read.folder.place.name.to_string(),
            Child::Document(read, _) => read.document.value.place.name.to_string(),
        };
        children.into_iter().map(name).collect()
    };
    let listed = async |folder: u128| {
        named(store.children(id(1), id(folder), ListOrder::Name, &everything()).await.unwrap().items)
    };
    let apart = async |folder: u128| {
        let (mut found, mut next) = (Vec::new(), None);
        loop {
            let request = PageRequest::first(1).after(next);
            let page = store.archived_children(id(1), id(folder), &request).await.unwrap();
            found.extend(named(page.items));
            next = page.next;
            if next.is_none() {
                return found;
            }
        }
    };
    let archive = async || {
        let (mut found, mut next) = (Vec::new(), None);
        loop {
            let page = store.archive(id(1), id(1), &PageRequest::first(1).after(next)).await.unwrap();
            for row in page.items {
                found.push(match row.node {
                    NodeRead::Folder(folder) => (folder.id.as_u128(), row.parent_name.unwrap().to_string()),
                    NodeRead::Document(document) => (document.id.as_u128(), row.parent_name.unwrap().to_string()),
                });
            }
            next = page.next;
            if next.is_none() {
                return found;
            }
        }
    };
    assert_eq!(
        (listed(1).await, apart(1).await),
        (vec!["b".into(), "13.pdf".into()], vec!["A".into(), "10.pdf".into()])
    );
    assert_eq!(
        (listed(2).await, apart(2).await),
        (vec!["In A".to_owned()], vec![]),
        "what lies in it lies there still"
    );
    assert_eq!(archive().await, [(12, "b".into()), (10, "Files".into()), (2, "Files".into())]);
    assert!(store.archive(id(1), id(2), &everything()).await.unwrap().items.is_empty());
    assert!(store.archive(id(2), id(1), &everything()).await.unwrap().items.is_empty());
    let below = store.ancestry(id(1), DocumentId::from_bits(11).into()).await.unwrap().unwrap();
    assert_eq!(below.steps.iter().map(|step| step.archived).collect::<Vec<_>>(), [false, false, true, false]);
    assert!(!below.trashed());
    let recent = store.recent_documents(id(1), id(1), None, 9).await.unwrap();
    assert_eq!(recent.iter().map(|read| read.document.id.as_u128()).collect::<Vec<_>>(), [13]);
    let roots: [NodeId; 2] = [FolderId::from_bits(2).into(), FolderId::from_bits(4).into()];
    assert!(store.recent_documents(id(1), id(1), Some(&roots), 9).await.unwrap().is_empty());
    assert_eq!(store.height(id(1), id(1)).await.unwrap(), 2);

    // Its name is free; and what comes back is numbered.
    world.write([create(folder(5, 1, "a"))]).await;
    world.write([update(2, folder(2, 1, "A"))]).await;
    assert_eq!(listed(1).await, ["a", "A (2)", "b", "13.pdf"]);
    // What lies below the trash is in no archive.
    world.write([update(1, folder_removed(4, 1, "b", Removal::Trashed(at(9))))]).await;
    assert_eq!(archive().await, [(10, "Files".into())]);
}
