//! What the worker asks: over all firms, with the version of what it is to take away.

use super::samples::{
    at, attempt, condemned, document, firm, folder, grant, id, limit, logo, place, session, upload, version,
};
use super::world::{World, create, delete, update};
use crate::files::{
    self, Condemned, Document, Folder, FolderKind, Place, Removal, Tail, Taken, Upload, UploadInto, UploadScan,
};
use crate::identity::{Attempt, Limit, LimitKind, Session, SessionEnd};
use crate::ports::Store;
use crate::ports::store::NodeRead;
use crate::sharing::Audience;
use crate::values::{Actor, BlobKey, DocumentId, FirmId, FolderId, Id as _, NodeId};

fn node_of(read: &NodeRead) -> NodeId {
    match read {
        NodeRead::Folder(folder) => folder.id.into(),
        NodeRead::Document(document) => document.id.into(),
    }
}

/// Uploads are overdue from their deadline on, of any firm, no more at a time than asked.
pub async fn uploads_are_overdue_from_their_deadline_on(store: &dyn Store) {
    let firms = [1, 2, 3].map(|number| World::firm(store, number));
    for ((world, firm), deadline) in firms.iter().zip(1..).zip([10, 20, 30]) {
        let overdue = Upload { deadline: at(deadline), ..upload(firm, UploadInto::NewDocument(id(1))) };
        world.write([create(overdue)]).await;
    }
    let overdue = async |seconds, limit| {
        let mut found = store.overdue_uploads(at(seconds), limit).await.unwrap();
        found.sort_by_key(|(firm, _)| *firm);
        found.into_iter().map(|(firm, upload)| (firm.as_u128(), upload.id.as_u128())).collect::<Vec<_>>()
    };
    assert_eq!(overdue(9, 9).await, []);
    assert_eq!(overdue(10, 9).await, [(1, 1)]);
    assert_eq!(overdue(29, 9).await, [(1, 1), (2, 2)]);
    assert_eq!(overdue(99, 2).await.len(), 2);
    firms[0].write([delete(files::Key::Upload(id(1)), 1)]).await;
    assert_eq!(overdue(29, 9).await, [(2, 2)]);
}

/// Uploads that wait for the scanner are found from when it is to be asked on, of any firm, what is due first first.
pub async fn uploads_wait_for_the_scanner_until_it_is_asked(store: &dyn Store) {
    let firms = [1, 2, 3].map(|number| World::firm(store, number));
    for ((world, firm), due) in firms.iter().zip(1..).zip([30, 20, 20]) {
        let scan = UploadScan::Waits { due: at(due), tries: 3 };
        world.write([create(Upload { scan, ..upload(firm, UploadInto::NewDocument(id(1))) })]).await;
    }
    let others = [(8, UploadScan::NotAsked), (9, UploadScan::Infected)];
    let others = others.map(|(number, scan)| create(Upload { scan, ..upload(number, UploadInto::NewDocument(id(1))) }));
    firms[0].write(others).await;
    let to_scan = async |seconds, limit| {
        let found = store.uploads_to_scan(at(seconds), limit).await.unwrap();
        found.into_iter().map(|(firm, upload)| (firm.as_u128(), upload.id.as_u128())).collect::<Vec<_>>()
    };
    assert_eq!(to_scan(19, 9).await, []);
    assert_eq!(to_scan(20, 9).await, [(2, 2), (3, 3)]);
    assert_eq!(to_scan(99, 9).await, [(2, 2), (3, 3), (1, 1)]);
    assert_eq!(to_scan(99, 2).await, [(2, 2), (3, 3)]);
    firms[1].write([delete(files::Key::Upload(id(2)), 1)]).await;
    assert_eq!(to_scan(99, 1).await, [(3, 3)]);
}

/// Uploads under way are those of one person at one client, the latest begun first, and no more than asked.
pub async fn uploads_under_way_are_ones_own_at_a_client(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.add_client(2).await;
    let begun = |number, seconds, by| {
        let into = UploadInto::NewDocument(id(1));
        Upload { by, started_at: at(seconds), ..upload(number, into) }
    };
    let (ana, mia, host) = (Actor::Contact(id(7)), Actor::Member(id(7)), Actor::Host);
    world.write([create(begun(1, 10, ana)), create(begun(2, 30, ana)), create(begun(3, 10, ana))]).await;
    world
        .write([create(begun(4, 10, mia)), create(begun(5, 10, Actor::Contact(id(8)))), create(begun(6, 1, host))])
        .await;
    world.write([create(Upload { client: id(2), ..begun(7, 10, ana) })]).await;
    World::firm(store, 2).write([create(begun(8, 10, ana))]).await;
    let under_way = async |client, by, limit| {
        let found = store.uploads_under_way(id(1), id(client), by, limit).await.unwrap();
        found.into_iter().map(|upload| upload.id.as_u128()).collect::<Vec<_>>()
    };
    assert_eq!(under_way(1, ana, 9).await, [2, 3, 1]);
    assert_eq!(under_way(1, ana, 2).await, [2, 3]);
    assert_eq!((under_way(1, mia, 9).await, under_way(1, host, 9).await), (vec![4], vec![6]));
    assert_eq!((under_way(2, ana, 9).await, under_way(2, mia, 9).await), (vec![7], vec![]));
    world.write([delete(files::Key::Upload(id(2)), 1)]).await;
    assert_eq!(under_way(1, ana, 9).await, [3, 1]);
}

/// Condemned bytes and purged nodes are found at any firm, no more at a time than asked, until they are taken away.
pub async fn condemned_and_purged_are_found_at_any_firm(store: &dyn Store) {
    let purged = Place { removal: Removal::Purged(at(1)), ..place(1, Some(1), "gone") };
    let worlds = [1, 2, 3].map(|number| World::firm(store, number));
    for (world, firm) in worlds.iter().zip(1..) {
        world.add_client(1).await;
        let gone = Folder { id: id(7), place: purged.clone(), kind: FolderKind::Ordinary };
        world.write([create(condemned(firm)), create(gone), create(folder(8, 1, "live"))]).await;
    }
    let firms = |found: Vec<FirmId>| {
        let mut found: Vec<u128> = found.into_iter().map(FirmId::as_u128).collect();
        found.sort_unstable();
        found
    };
    let blobs = async |limit| {
        let found = store.condemned(limit).await.unwrap();
        assert!(found.iter().all(|(firm, row)| row.blob.as_u128() == firm.as_u128()));
        firms(found.into_iter().map(|(firm, _)| firm).collect())
    };
    let nodes = async |limit| {
        let found = store.purged(limit).await.unwrap();
        assert!(found.iter().all(|(_, node)| node_of(node) == FolderId::from_bits(7).into()));
        firms(found.into_iter().map(|(firm, _)| firm).collect())
    };
    assert_eq!((blobs(9).await, nodes(9).await), (vec![1, 2, 3], vec![1, 2, 3]));
    assert_eq!((blobs(2).await.len(), nodes(2).await.len()), (2, 2));
    worlds[1].write([delete(files::Key::Condemned(id(2)), 1), delete(files::Key::Folder(id(7)), 1)]).await;
    assert_eq!((blobs(9).await, nodes(9).await), (vec![1, 3], vec![1, 3]));
}

/// What a worker takes away comes oldest first, so that what cannot be taken away yet never hides the rest for good.
pub async fn the_oldest_is_taken_away_first(store: &dyn Store) {
    // The younger the firm, the older what is in it.
    for (firm, age) in [(1, 30), (2, 20), (3, 10)] {
        let world = World::firm(store, firm);
        world.add_client(1).await;
        let overdue = Upload { deadline: at(age), ..upload(firm, UploadInto::NewDocument(id(1))) };
        let removal = Removal::Purged(at(age));
        // Folders and documents take their turns alike.
        let gone = |number, name| Place { removal, ..place(1, Some(1), &format!("{name} {number}")) };
        let folder = Folder { id: id(10 * firm + 2), place: gone(firm, "folder"), kind: FolderKind::Ordinary };
        let document = Document { place: gone(firm, "document"), ..document(10 * firm + 1, 1, "gone") };
        world.write([create(overdue), create(Condemned { since: at(age), ..condemned(firm) })]).await;
        world.write([create(folder), create(document)]).await;
    }
    let overdue = store.overdue_uploads(at(99), 2).await.unwrap();
    assert_eq!(overdue.iter().map(|(_, upload)| upload.id.as_u128()).collect::<Vec<_>>(), [3, 2]);
    let condemned = store.condemned(2).await.unwrap();
    assert_eq!(condemned.iter().map(|(_, row)| row.blob.as_u128()).collect::<Vec<_>>(), [3, 2]);
    let purged = store.purged(3).await.unwrap();
    assert_eq!(purged.iter().map(|(_, node)| node_of(node).as_u128()).collect::<Vec<_>>(), [31, 32, 21]);
}

/// The sweeper finds what lies in a folder, live or not, and all that hangs on a document or node.
pub async fn the_sweeper_finds_all_that_hangs_on_a_node(store: &dyn Store) {
    let world = World::with_client(store).await;
    let removed = |number, removal| {
        let place = Place { removal, ..place(1, Some(2), &format!("folder {number}")) };
        Folder { id: id(number), place, kind: FolderKind::Ordinary }
    };
    world.write([create(folder(2, 1, "A")), create(folder(3, 2, "live"))]).await;
    world.write([create(removed(4, Removal::Trashed(at(1)))), create(removed(5, Removal::Purged(at(1))))]).await;
    world
        .write([create(document(6, 2, "a.pdf")), create(version(6, 6)), create(version(7, 6)), create(version(8, 9))])
        .await;
    world.write([create(folder(9, 3, "deeper"))]).await;
    let mut found: Vec<NodeId> = store.contents(id(1), id(2), 99).await.unwrap().iter().map(node_of).collect();
    found.sort();
    let folders = [3, 4, 5].map(|number| NodeId::from(FolderId::from_bits(number)));
    assert_eq!(found, [&folders[..], &[DocumentId::from_bits(6).into()]].concat());
    assert_eq!(store.contents(id(1), id(2), 3).await.unwrap().len(), 3);

    let mut versions = store.versions_to_sweep(id(1), id(6)).await.unwrap();
    versions.sort_by_key(|version| version.id);
    assert_eq!(
        versions.iter().map(|version| version.value.clone()).collect::<Vec<_>>(),
        [version(6, 6), version(7, 6)]
    );

    let node = FolderId::from_bits(2);
    let expired = crate::sharing::Grant { until: Some(at(-9)), ..grant(1, 1, node, Audience::AllContacts) };
    world.write([create(expired), create(grant(2, 1, node, Audience::Contact(id(1))))]).await;
    world.write([update(1, grant(2, 1, node, Audience::Contact(id(1))))]).await;
    let mut grants = store.grants_on(id(1), node.into()).await.unwrap();
    grants.sort_by_key(|grant| grant.id);
    assert_eq!(grants.iter().map(|grant| grant.version.as_u64()).collect::<Vec<_>>(), [1, 2]);
    assert!(store.grants_on(id(1), DocumentId::from_bits(2).into()).await.unwrap().is_empty());
}

/// A blob is named while a version, an upload or a condemned row of any firm names it.
pub async fn a_blob_is_named_while_something_names_it(store: &dyn Store) {
    let (one, other) = (World::with_client(store).await, World::firm(store, 2));
    one.write([create(document(1, 1, "a.pdf")), create(version(1, 1))]).await;
    let tail = Some(Tail { blob: id(5), size_bytes: 1 });
    let begun = upload(2, UploadInto::NewDocument(id(1)));
    one.write([create(Upload { taken: Taken { tail, ..Taken::default() }, ..begun.clone() })]).await;
    other.write([create(condemned(3)), create(version(4, 9))]).await;
    let named = async || {
        let asked: Vec<BlobKey> = (0..=6).map(BlobKey::from_bits).collect();
        let mut named: Vec<u128> = store.named_blobs(&asked).await.unwrap().into_iter().map(BlobKey::as_u128).collect();
        named.sort_unstable();
        named
    };
    assert_eq!(named().await, [1, 2, 3, 4, 5], "what an upload keeps apart is named by it, too");
    one.write([update(1, begun)]).await;
    assert_eq!(named().await, [1, 2, 3, 4]);
    one.write([delete(files::Key::Upload(id(2)), 2), create(condemned(2)), delete(files::Key::Version(id(1)), 1)])
        .await;
    other.write([delete(files::Key::Condemned(id(3)), 1)]).await;
    assert_eq!(named().await, [2, 4]);
    let mut branded = firm(2);
    branded.settings.logo = Some(logo(6, false));
    other.write([create(branded.clone())]).await;
    assert_eq!(named().await, [2, 4, 6], "a logo is, shown or not");
    branded.settings.logo = Some(logo(5, true));
    other.write([update(1, branded)]).await;
    assert_eq!(named().await, [2, 4, 5]);
    assert!(store.named_blobs(&[]).await.unwrap().is_empty());
}

/// Attempts, counts and sessions are stale once they were over before the time asked for, no more at a time than asked.
pub async fn what_is_over_in_identity_is_stale(store: &dyn Store) {
    let world = World::address(store, 1);
    for (number, seconds) in [(3, 30), (1, 10), (2, 20)] {
        let over = Attempt { expires_at: at(seconds), ..attempt(number, number) };
        let counted = Limit { since: at(seconds), ..limit(number, LimitKind::AskedBySource) };
        let expired = Session { expires_at: at(seconds), ..session(number, number) };
        let ended =
            Session { expires_at: at(99), ended: Some(SessionEnd { at: at(seconds) }), ..session(number + 9, number) };
        world.write([create(over), create(counted), create(expired), create(ended)]).await;
    }
    for (before, stale) in [(10, 0), (11, 1), (20, 1), (21, 2), (99, 3)] {
        assert_eq!(store.stale_attempts(at(before), 9).await.unwrap().len(), stale, "before {before}");
        assert_eq!(store.stale_limits(at(before), 9).await.unwrap().len(), stale, "before {before}");
        assert_eq!(store.stale_sessions(at(before), 9).await.unwrap().len(), 2 * stale, "before {before}");
    }
    // The oldest first.
    let attempts = store.stale_attempts(at(99), 2).await.unwrap();
    assert_eq!(attempts.iter().map(|attempt| attempt.expires_at).collect::<Vec<_>>(), [at(10), at(20)]);
    let limits = store.stale_limits(at(99), 2).await.unwrap();
    assert_eq!(limits.iter().map(|limit| limit.since).collect::<Vec<_>>(), [at(10), at(20)]);
    let sessions = store.stale_sessions(at(99), 3).await.unwrap();
    let over = |session: &Session| session.ended.map_or(session.expires_at, |end| end.at);
    assert_eq!(sessions.iter().map(|session| over(session)).collect::<Vec<_>>(), [at(10), at(10), at(20)]);
    let first = &store.stale_attempts(at(11), 9).await.unwrap()[0];
    assert_eq!((first.version.as_u64(), first.id.as_u128(), first.address.as_u128()), (1, 1, 1));
}
