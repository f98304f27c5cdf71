//! What folders and documents answer.

use super::samples::{at, document, folder, id, named, place, version};
use super::world::{World, create, everything, update};
use crate::change::{Version, Versioned, Write};
use crate::files::{Document, DocumentVersion, Folder, FolderKind, Hold, Place, Removal};
use crate::ports::Store;
use crate::ports::store::NodeRead;
use crate::record::Whole;
use crate::values::{Actor, DocumentId, FileName, FolderId, Id as _, ListOrder, NodeId};

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

fn documents(ids: &[u128]) -> Vec<DocumentId> {
    ids.iter().map(|number| id(*number)).collect()
}

/// An extent counts the node itself and all that lies below it, in the trash too, and every version; what is purged counts
/// for nothing.
pub async fn an_extent_counts_all_that_lies_below(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(2, 1, "A")), create(folder(3, 2, "In A")), create(folder(4, 1, "B"))]).await;
    let sized = |number, document, size_bytes| DocumentVersion { size_bytes, ..version(number, document) };
    for (number, parent, size) in [(10, 2, 1), (11, 3, 20), (12, 3, 300), (13, 4, 4_000), (14, 3, 50_000)] {
        let name = format!("{number}.pdf");
        world.write([create(document(number, parent, &name)), create(sized(number, number, size))]).await;
    }
    let huge = 3_000_000_000_000_000_000;
    world.write([create(sized(30, 11, huge)), create(sized(31, 11, huge))]).await;
    world.write([update(1, document_removed(12, 3, "12.pdf", TRASHED))]).await;
    world.write([update(1, document_removed(14, 3, "14.pdf", PURGED))]).await;
    world.write([update(1, folder_removed(2, 1, "A", TRASHED))]).await;
    let hold = || Some(Box::new(Hold { reason: named("Audit"), by: Actor::Host, since: at(1) }));
    let held_folder = folder(3, 2, "In A");
    let held_folder = Folder { place: Place { hold: hold(), ..held_folder.place }, ..held_folder };
    let held_document = document(13, 4, "13.pdf");
    let held_document = Document { place: Place { hold: hold(), ..held_document.place }, ..held_document };
    world.write([update(1, held_folder), update(1, held_document)]).await;
    let late = DocumentVersion { uploaded_at: at(77), ..version(32, 13) };
    world.write([create(late)]).await;
    let kept = async |node: NodeId| store.extent(id(1), node).await.unwrap().map(|it| (it.holds, it.newest_at));
    let extent = async |node: NodeId| {
        let extent = store.extent(id(1), node).await.unwrap();
        extent.map(|it| (it.folders, it.documents, it.versions, it.size_bytes))
    };
    let (folder, document) = (FolderId::from_bits, DocumentId::from_bits);
    assert_eq!(extent(folder(2).into()).await, Some((2, 3, 5, 2 * huge + 321)));
    assert_eq!(extent(folder(3).into()).await, Some((1, 2, 4, 2 * huge + 320)));
    assert_eq!(extent(folder(1).into()).await, Some((4, 4, 7, 2 * huge + 4_321 + version(32, 13).size_bytes)));
    assert_eq!(extent(document(11).into()).await, Some((0, 1, 3, 2 * huge + 20)));
    let newest = Some(version(31, 11).uploaded_at);
    assert_eq!(kept(folder(2).into()).await, Some((1, newest)));
    assert_eq!(kept(folder(1).into()).await, Some((2, Some(at(77)))));
    assert_eq!(kept(document(11).into()).await, Some((0, newest)));
    assert_eq!(extent(document(2).into()).await, None, "a folder's number is no document's");
    assert_eq!(extent(document(14).into()).await, None);
    world.write([update(2, folder_removed(2, 1, "A", PURGED))]).await;
    assert_eq!(extent(folder(2).into()).await, None);
}

/// What is asked for by id is told as it is now, in the trash too; what is purged is not there, nor are its versions.
pub async fn what_is_purged_is_not_there(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(2, 1, "A"))]).await;
    world.write(document_named(3, 1, "a.pdf")).await;
    let there = async || {
        let document = store.document(id(1), id(3)).await.unwrap().is_some();
        let all = [
            store.node(id(1), FolderId::from_bits(2).into()).await.unwrap().is_some(),
            store.node(id(1), DocumentId::from_bits(3).into()).await.unwrap().is_some(),
            store.documents_by_id(id(1), &documents(&[3])).await.unwrap().len() == 1,
            store.folders_by_id(id(1), &[id(2)]).await.unwrap().len() == 1,
            store.version(id(1), id(3)).await.unwrap().is_some(),
            store.versions(id(1), id(3), &everything()).await.unwrap().items.len() == 1,
        ];
        assert_eq!(all, [document; 6]);
        document
    };
    assert!(there().await);
    world
        .write([update(1, folder_removed(2, 1, "A", TRASHED)), update(1, document_removed(3, 1, "a.pdf", TRASHED))])
        .await;
    assert!(there().await);
    world
        .write([update(2, folder_removed(2, 1, "A", PURGED)), update(2, document_removed(3, 1, "a.pdf", PURGED))])
        .await;
    assert!(!there().await);
    assert_eq!(store.versions_to_sweep(id(1), id(3)).await.unwrap().len(), 1, "the worker still finds it");
}

/// Nodes, documents and versions of another firm are unknown.
pub async fn s08_l33_another_firms_files_are_unknown(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(2, 1, "A"))]).await;
    let mut uploaded = version(3, 3);
    uploaded.uploaded_by = Actor::Contact(id(1));
    world.write([create(document(3, 1, "a.pdf")), create(uploaded)]).await;
    world.write([create(document_removed(4, 1, "b.pdf", TRASHED)), create(version(4, 4))]).await;
    let upload = super::samples::upload(5, crate::files::UploadInto::NewDocument(id(1)));
    world.write([create(upload)]).await;
    let other = World::firm(store, 2);
    other.add_client(1).await;

    let firm = id(2);
    assert_eq!(store.node(firm, FolderId::from_bits(2).into()).await.unwrap(), None);
    assert_eq!(store.node(firm, DocumentId::from_bits(3).into()).await.unwrap(), None);
    for order in ListOrder::ALL {
        assert!(store.children(firm, id(1), order, &everything()).await.unwrap().items.is_empty());
    }
    assert_eq!(store.document(firm, id(3)).await.unwrap(), None);
    assert!(store.documents_by_id(firm, &documents(&[3])).await.unwrap().is_empty());
    assert!(store.folders_by_id(firm, &[id(2)]).await.unwrap().is_empty());
    assert_eq!(store.version(firm, id(3)).await.unwrap(), None);
    assert!(store.versions(firm, id(3), &everything()).await.unwrap().items.is_empty());
    assert!(store.recent_documents(firm, id(1), None, 9).await.unwrap().is_empty());
    assert!(store.uploaded_by(firm, id(1), &everything()).await.unwrap().items.is_empty());
    assert!(store.trash(firm, id(1), &everything()).await.unwrap().items.is_empty());
    assert_eq!(store.extent(firm, FolderId::from_bits(2).into()).await.unwrap(), None);
    assert_eq!(store.extent(firm, DocumentId::from_bits(3).into()).await.unwrap(), None);
    assert_eq!(store.upload(firm, id(5)).await.unwrap(), None);
    assert!(store.contents(firm, id(1), 9).await.unwrap().is_empty());
    assert!(store.versions_to_sweep(firm, id(3)).await.unwrap().is_empty());
}

/// Documents are read by id in the order asked for, folders in any; unknown ones are left out.
pub async fn documents_are_read_by_id_in_the_order_asked(store: &dyn Store) {
    let world = World::with_client(store).await;
    for number in [3, 4, 5] {
        world.write(document_named(number, 1, &format!("{number}.pdf"))).await;
        world.write([create(folder(number, 1, "folder"))]).await;
    }
    let read = store.documents_by_id(id(1), &documents(&[5, 9, 3, 4])).await.unwrap();
    assert_eq!(read.iter().map(|read| read.document.id).collect::<Vec<_>>(), documents(&[5, 3, 4]));
    assert!(read.iter().all(|read| read.current.document == read.document.id));
    assert!(store.documents_by_id(id(1), &[]).await.unwrap().is_empty());
    let mut folders = store.folders_by_id(id(1), &[id(5), id(9), id(3)]).await.unwrap();
    folders.sort_by_key(|folder| folder.id);
    assert_eq!(folders.iter().map(|folder| folder.id.as_u128()).collect::<Vec<_>>(), [3, 5]);
    assert!(store.folders_by_id(id(1), &[]).await.unwrap().is_empty());
}

/// A folder is found by the name by which two in one folder collide: while it is live, in that very folder, and no document.
pub async fn a_folder_is_found_by_the_name_by_which_names_collide(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(2, 1, "Été 2025")), create(folder(3, 2, "Below"))]).await;
    world.write(document_named(4, 1, "w2.pdf")).await;
    let named_at = async |firm: u128, parent: u128, name: &str| {
        let place = (id(parent), FileName::new(name).unwrap().folded());
        let found = store.named_in(id(firm), &[place]).await.unwrap();
        found.into_iter().find_map(|node| match node {
            NodeRead::Folder(folder) => Some(folder.id),
            NodeRead::Document(_) => None,
        })
    };
    let named = async |parent, name| named_at(1, parent, name).await;
    for name in ["Été 2025", "été 2025", "E\u{301}te\u{301} 2025"] {
        assert_eq!(named(1, name).await, Some(id(2)), "{name}");
    }
    assert_eq!(named(1, "Ete 2025").await, None);
    assert_eq!((named(1, "Below").await, named(2, "Below").await), (None, Some(id(3))));
    assert_eq!(named(1, "w2.pdf").await, None, "a document is no folder");
    assert_eq!(named_at(2, 1, "Été 2025").await, None);
    world.write([update(1, folder_removed(2, 1, "Été 2025", TRASHED))]).await;
    assert_eq!(named(1, "Été 2025").await, None);
}

/// The versions of a document come newest first, the greater id first among those of one time.
pub async fn versions_come_newest_first(store: &dyn Store) {
    let world = World::with_client(store).await;
    let dated = |number: u128, seconds| DocumentVersion { uploaded_at: at(seconds), ..version(number, 2) };
    let all = [(10, 5), (1 << 127, 7), (12, 7), (13, -3), (2, 6)];
    world.write([create(document(2, 1, "a.pdf")), create(version(99, 98))]).await;
    for (number, seconds) in all {
        world.write([create(dated(number, seconds))]).await;
    }
    let listed = store.versions(id(1), id(2), &everything()).await.unwrap().items;
    assert_eq!(listed.iter().map(|version| version.id.as_u128()).collect::<Vec<_>>(), [1 << 127, 12, 2, 10, 13]);
    assert_eq!(store.version(id(1), id(13)).await.unwrap(), Some(Versioned::new(Version::FIRST, dated(13, -3))));
    assert_eq!(store.version(id(1), id(14)).await.unwrap(), None);
}

/// A folder is as high as the longest way down through the folders in it, those in the trash too, and not those that are purged.
pub async fn a_folder_is_as_high_as_the_longest_way_down(store: &dyn Store) {
    let world = World::with_client(store).await;
    let height = async |folder: u128| store.height(id(1), id(folder)).await.unwrap();
    assert_eq!((height(1).await, height(99).await), (0, 0));
    world.write(document_named(10, 1, "10.pdf")).await;
    world.write([create(folder(2, 1, "A")), create(folder(3, 2, "B")), create(folder(4, 3, "C"))]).await;
    world.write([create(folder(5, 1, "D")), create(folder(6, 5, "E"))]).await;
    assert_eq!([height(1).await, height(2).await, height(4).await, height(5).await], [3, 2, 0, 1]);
    world.write([update(1, folder_removed(3, 2, "B", Removal::Trashed(at(1))))]).await;
    assert_eq!(height(1).await, 3);
    world.write([update(2, folder_removed(3, 2, "B", PURGED))]).await;
    assert_eq!(height(1).await, 2);
    assert_eq!(store.height(id(2), id(1)).await.unwrap(), 0);
}

/// What lies live in a folder is found by its name, whatever its case and composition, and in no other folder.
pub async fn what_lies_live_is_found_by_its_name(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(2, 1, "2025 Tax")), create(folder(3, 2, "Letters")), create(folder(4, 1, "Old"))]).await;
    world.write(document_named(10, 1, "Straße.pdf")).await;
    world.write([update(1, folder_removed(4, 1, "Old", Removal::Archived(at(1))))]).await;
    let found = async |places: &[(u128, &str)]| {
        let folded = |name: &str| crate::values::FileName::new(name).unwrap().folded();
        let places: Vec<_> = places.iter().map(|(folder, name)| (id(*folder), folded(name))).collect();
        let mut found: Vec<u128> = store
            .named_in(id(1), &places)
            .await
            .unwrap()
            .into_iter()
            .map(|node| match node {
                NodeRead::Folder(folder) => folder.id.as_u128(),
                NodeRead::Document(document) => document.id.as_u128(),
            })
            .collect();
        found.sort_unstable();
        found
    };
    assert_eq!(found(&[(1, "2025 TAX"), (2, "letters"), (1, "STRASSE.pdf")]).await, [2, 3, 10]);
    assert_eq!(found(&[(2, "2025 Tax"), (1, "Letters"), (1, "Old"), (9, "Old")]).await, [0; 0]);
    assert_eq!(found(&[(1, "2025 Tax"), (1, "2025 tax")]).await, [2]);
    assert_eq!(found(&[]).await, [0; 0]);
}
