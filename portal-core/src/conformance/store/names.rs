//! Names of what lies live in a folder are settled inside the commit: no two share a folded one.

use futures_util::future::join_all;

use super::samples::{at, document, file, folder, id, place, root, version};
use super::world::{World, create, delete, everything, update};
use crate::change::Write;
use crate::directory;
use crate::files::{self, Document, Folder, Place, Removal, settle_name};
use crate::ports::Store;
use crate::ports::store::{Child, NodeRead};
use crate::record::{Key, Whole};
use crate::values::{DocumentId, FileName, FolderId, ListOrder, NodeId};

const TRASHED: Removal = Removal::Trashed(at(5));

fn document_named(number: u128, parent: u128, name: &str) -> [Write<Whole>; 2] {
    [create(document(number, parent, name)), create(version(number, number))]
}

fn removed(mut document: Document, removal: Removal) -> Document {
    document.place.removal = removal;
    document
}

/// The name of a node as it is stored.
async fn name_of(store: &dyn Store, node: impl Into<NodeId>) -> String {
    match store.node(id(1), node.into()).await.unwrap().unwrap() {
        NodeRead::Folder(folder) => folder.place.name.to_string(),
        NodeRead::Document(document) => document.place.name.to_string(),
    }
}

/// The names in a folder, in the order of its list.
async fn names_in(store: &dyn Store, parent: u128) -> Vec<String> {
    let page = store.children(id(1), id(parent), ListOrder::Name, &everything()).await.unwrap();
    let name = |child| match child {
        Child::Folder(read, _) => read.folder.place.name.to_string(),
        Child::Document(read, _) => read.document.place.name.to_string(),
    };
    page.items.into_iter().map(name).collect()
}

fn key_of_document(number: u128) -> Key {
    files::Key::Document(id(number)).into()
}

/// A taken name is numbered, told in the answer, and stored so.
pub async fn s31_a_taken_name_is_settled_as_it_is_created(store: &dyn Store) {
    let world = World::with_client(store).await;
    let first = world.write(document_named(2, 1, "scan.pdf")).await;
    assert_eq!(first.settled, []);
    let second = world.write(document_named(3, 1, "scan.pdf")).await;
    assert_eq!(second.settled, [(key_of_document(3), file("scan (2).pdf"))]);
    assert_eq!(second.settled_name(key_of_document(3)), Some(&file("scan (2).pdf")));
    world.write(document_named(4, 1, "scan.pdf")).await;
    assert_eq!(name_of(store, DocumentId::from_bits(4)).await, "scan (3).pdf");
    let clash = world.write(document_named(5, 1, "scan (2).pdf")).await;
    assert_eq!(clash.settled, [(key_of_document(5), file("scan (2) (2).pdf"))]);
}

/// Folders and documents share the names of their folder.
pub async fn folders_and_documents_share_their_names(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(2, 1, "2025"))]).await;
    world.write(document_named(3, 1, "2025")).await;
    assert_eq!(name_of(store, DocumentId::from_bits(3)).await, "2025 (2)");
    let settled = world.write([create(folder(4, 1, "2025 (2)"))]).await.settled;
    assert_eq!(settled, [(files::Key::Folder(id(4)).into(), file("2025 (2) (2)"))]);
}

/// Names collide without regard to case and composition.
pub async fn s32_names_collide_without_case_and_composition(store: &dyn Store) {
    let world = World::with_client(store).await;
    let spellings = ["Résumé.pdf", "RE\u{301}SUME\u{301}.PDF", "résumé.Pdf"];
    for (number, spelling) in (2..).zip(spellings) {
        world.write(document_named(number, 1, spelling)).await;
    }
    assert_eq!(name_of(store, DocumentId::from_bits(3)).await, "RÉSUMÉ (2).PDF");
    assert_eq!(name_of(store, DocumentId::from_bits(4)).await, "résumé (3).Pdf");
    world.write([document_named(5, 1, "STRASSE.txt"), document_named(6, 1, "straße.txt")].concat()).await;
    assert_eq!(name_of(store, DocumentId::from_bits(6)).await, "straße (2).txt");
    world.write(document_named(7, 1, "resume.pdf")).await;
    assert_eq!(name_of(store, DocumentId::from_bits(7)).await, "resume.pdf");
}

/// Names of other folders, clients and firms are not in the way, nor are those of roots.
pub async fn only_names_of_the_same_folder_collide(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.add_client(2).await;
    world.write([create(folder(3, 1, "A")), create(folder(4, 1, "B"))]).await;
    let writes: Vec<_> =
        (10..).zip([1, 2, 3, 4]).flat_map(|(number, parent)| document_named(number, parent, "scan.pdf")).collect();
    assert_eq!(world.write(writes).await.settled, []);
    assert_eq!(World::firm(store, 2).write(document_named(9, 1, "scan.pdf")).await.settled, []);
    let root = |number| Folder { id: id(number), place: place(number, None, "Files"), ..root(number) };
    assert_eq!(world.write([create(root(5)), create(root(6))]).await.settled, []);
}

/// What lies in the trash, or is purged or deleted, holds no name.
pub async fn what_is_not_live_holds_no_name(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write(document_named(2, 1, "a.pdf")).await;
    world.write([update(1, removed(document(2, 1, "a.pdf"), TRASHED))]).await;
    assert_eq!(world.write(document_named(3, 1, "a.pdf")).await.settled, []);
    let purged = removed(document(3, 1, "a.pdf"), Removal::Purged(at(6)));
    world.write([update(1, purged)]).await;
    assert_eq!(world.write(document_named(4, 1, "a.pdf")).await.settled, []);
    world.write([delete(key_of_document(4), 1)]).await;
    assert_eq!(world.write(document_named(5, 1, "a.pdf")).await.settled, []);
    let made_removed = removed(document(6, 1, "a.pdf"), TRASHED);
    assert_eq!(world.write([create(made_removed), create(version(6, 6))]).await.settled, []);
    assert_eq!(names_in(store, 1).await, ["a.pdf"]);
}

/// A name is settled when something is renamed, and when only its spelling changes it is its own.
pub async fn a_name_is_settled_as_it_is_changed(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([document_named(2, 1, "a.pdf"), document_named(3, 1, "b.pdf")].concat()).await;
    let settled = world.write([update(1, document(3, 1, "A.PDF"))]).await.settled;
    assert_eq!(settled, [(key_of_document(3), file("A (2).PDF"))]);
    assert_eq!(world.write([update(1, document(2, 1, "A.pdf"))]).await.settled, []);
    assert_eq!(name_of(store, DocumentId::from_bits(2)).await, "A.pdf");
    world.write([create(folder(4, 1, "b.pdf"))]).await;
    assert_eq!(world.write([update(1, folder(4, 1, "a.pdf"))]).await.settled.len(), 1);
    assert_eq!(name_of(store, FolderId::from_bits(4)).await, "a (3).pdf");
}

/// A name is settled when something comes back from the trash, and when it is moved.
pub async fn s23_a_name_is_settled_as_it_is_restored_or_moved(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(9, 1, "A")), create(folder(8, 1, "Trash me"))]).await;
    world.write(document_named(2, 1, "a.pdf")).await;
    world.write([update(1, removed(document(2, 1, "a.pdf"), TRASHED))]).await;
    world.write([document_named(3, 1, "a.pdf"), document_named(4, 9, "a.pdf")].concat()).await;

    let restored = world.write([update(2, document(2, 1, "a.pdf"))]).await;
    assert_eq!(restored.settled, [(key_of_document(2), file("a (2).pdf"))]);
    let moved = world.write([update(1, document(3, 9, "a.pdf"))]).await;
    assert_eq!(moved.settled, [(key_of_document(3), file("a (2).pdf"))]);
    assert_eq!(names_in(store, 1).await, ["A", "Trash me", "a (2).pdf"]);
    assert_eq!(names_in(store, 9).await, ["a (2).pdf", "a.pdf"]);

    let trashed = Folder { place: Place { removal: TRASHED, ..place(1, Some(1), "Trash me") }, ..folder(8, 1, "x") };
    world.write([update(1, trashed)]).await;
    world.write([create(folder(7, 1, "trash ME"))]).await;
    let restored = world.write([update(2, folder(8, 1, "Trash me"))]).await;
    assert_eq!(restored.settled, [(files::Key::Folder(id(8)).into(), file("Trash me (2)"))]);
}

/// Several of one commit are settled in the order of their writes.
pub async fn names_of_one_commit_are_settled_in_its_order(store: &dyn Store) {
    let world = World::with_client(store).await;
    let writes = [document_named(9, 1, "a.pdf"), document_named(3, 1, "A.pdf"), document_named(6, 1, "a.PDF")].concat();
    let settled = world.write(writes).await.settled;
    assert_eq!(settled, [(key_of_document(3), file("A (2).pdf")), (key_of_document(6), file("a (3).PDF"))]);
    assert_eq!(name_of(store, DocumentId::from_bits(9)).await, "a.pdf");
}

/// What keeps its folder and name keeps them, whoever else of the commit wants them; what it gives up, another may take.
pub async fn a_kept_name_is_kept_and_a_freed_one_is_free(store: &dyn Store) {
    let world = World::with_client(store).await;
    world
        .write([document_named(2, 1, "a.pdf"), document_named(3, 1, "b.pdf"), document_named(4, 1, "c.pdf")].concat())
        .await;

    let mut newer = document(2, 1, "a.pdf");
    newer.current = id(20);
    let writes = [&document_named(5, 1, "a.pdf")[..], &[create(version(20, 2)), update(1, newer)]].concat();
    assert_eq!(world.write(writes).await.settled, [(key_of_document(5), file("a (2).pdf"))]);
    assert_eq!(name_of(store, DocumentId::from_bits(2)).await, "a.pdf");

    let writes = [
        &document_named(6, 1, "b.pdf")[..],
        &document_named(7, 1, "c.pdf"),
        &[update(1, document(3, 1, "d.pdf")), update(1, removed(document(4, 1, "c.pdf"), TRASHED))],
    ];
    assert_eq!(world.write(writes.concat()).await.settled, []);
    assert_eq!(names_in(store, 1).await, ["a (2).pdf", "a.pdf", "b.pdf", "c.pdf", "d.pdf"]);

    let swapped = world.write([update(1, document(6, 1, "c.pdf")), update(1, document(7, 1, "b.pdf"))]).await;
    assert_eq!(swapped.settled, []);
    assert_eq!(name_of(store, DocumentId::from_bits(6)).await, "c.pdf");
}

/// Characters that mean something to databases mean nothing in names.
pub async fn odd_names_collide_with_themselves_alone(store: &dyn Store) {
    let world = World::with_client(store).await;
    let longest = "x".repeat(FileName::MAX_CHARS);
    let odd =
        ["100%.pdf", "100_.pdf", "100x.pdf", "it's", "\"", "\\", "[a-z]*?", "\u{1F98A}", "ﬃ.pdf", &longest, "日本"];
    for (number, name) in (10..).zip(odd) {
        assert_eq!(world.write(document_named(number, 1, name)).await.settled, [], "{name}");
    }
    for (number, name) in (40..).zip(odd) {
        let settled = world.write(document_named(number, 1, name)).await.settled;
        assert_eq!(settled, [(key_of_document(number), file(name).numbered(2))], "{name}");
    }
    assert_eq!(names_in(store, 1).await.len(), 2 * odd.len());
}

/// A hundred of one name at once become a hundred names, and each is told its own.
pub async fn s31_a_hundred_of_one_name_at_once(store: &dyn Store) {
    let world = World::with_client(store).await;
    let all: Vec<_> = (100..200).map(|number| world.changes(document_named(number, 1, "scan.pdf"), [])).collect();
    let answers = join_all(all.iter().map(|changes| store.commit(changes))).await;
    let mut told = std::collections::BTreeSet::new();
    for (number, answer) in (100..).zip(answers) {
        let committed = answer.unwrap();
        let name = committed.settled_name(key_of_document(number)).cloned().unwrap_or_else(|| file("scan.pdf"));
        assert_eq!(name_of(store, DocumentId::from_bits(number)).await, name.to_string());
        told.insert(name.folded());
    }
    let mut wanted = std::collections::BTreeSet::from([file("scan.pdf").folded()]);
    wanted.extend((2..=100).map(|number| file("scan.pdf").numbered(number).folded()));
    assert_eq!(told, wanted);
}

/// However many have a name, the next is settled by the same rule, gaps or none.
pub async fn s31_a_name_of_very_many_is_settled_by_the_rule(store: &dyn Store) {
    let world = World::with_client(store).await;
    let all: Vec<_> = (100..250).flat_map(|number| document_named(number, 1, "scan.pdf")).collect();
    world.write(all).await;
    let wanted = file("scan.pdf");
    let numbered = |number| wanted.numbered(number).to_string();
    assert_eq!(name_of(store, DocumentId::from_bits(249)).await, numbered(150));
    // Numbers 20, 70 and 128 become free.
    for number in [119, 169, 227] {
        let name = name_of(store, DocumentId::from_bits(number)).await;
        world.write([update(1, removed(document(number, 1, &name), TRASHED))]).await;
    }
    for number in 300..306 {
        let taken: std::collections::BTreeSet<_> =
            names_in(store, 1).await.iter().map(|name| file(name).folded()).collect();
        let by_rule = settle_name(&wanted, |name| taken.contains(name));
        let settled = world.write(document_named(number, 1, "scan.pdf")).await.settled;
        assert_eq!(settled, [(key_of_document(number), by_rule)]);
    }
    assert_eq!(name_of(store, DocumentId::from_bits(300)).await, numbered(20));
}

/// A commit that fails settles nothing.
pub async fn a_failed_commit_takes_no_name(store: &dyn Store) {
    let world = World::with_client(store).await;
    let writes = [&document_named(2, 1, "a.pdf")[..], &[delete(directory::Key::Client(id(1)), 9)]].concat();
    world.conflict(directory::Key::Client(id(1)), writes).await;
    assert_eq!(world.write(document_named(3, 1, "a.pdf")).await.settled, []);
}
