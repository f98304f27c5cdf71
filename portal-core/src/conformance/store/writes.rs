//! Every write is conditional, and a commit is all or nothing.

use futures_util::future::{join, join_all};

use super::kinds::{Kind, every_kind};
use super::samples::{at, document, folder, id, member, revoked, root, tree, uploaded, version};
use super::stored::{spelled, stored};
use super::world::{World, create, delete, everything, expect, key_of, update};
use crate::audit::ChainKey;
use crate::change::{Version, Write};
use crate::event::Event;
use crate::ports::Store;
use crate::ports::store::{Changes, CommitError};
use crate::record::{Key, Record, Whole};
use crate::values::{FolderId, ListOrder};
use crate::{directory, files, sharing};

/// Each kind of record, with all that it can hold, is read as it was written, and as it was changed.
pub async fn a_record_is_read_as_it_was_written(store: &dyn Store) {
    for kind in every_kind() {
        let world = prepare(store, &kind).await;
        assert_eq!(stored(store, kind.keyspace, kind.before.key()).await, None);
        commit(&world, 1, "create", Write::Create(kind.before.clone())).await.unwrap();
        assert_eq!(stored(store, kind.keyspace, kind.before.key()).await, Some((1, spelled(&kind.before))));
        if kind.updated {
            commit(&world, 2, "update", Write::Update(Version::FIRST, kind.after.clone())).await.unwrap();
            assert_eq!(stored(store, kind.keyspace, kind.after.key()).await, Some((2, spelled(&kind.after))));
        }
    }
}

/// A key that exists is created by nobody, and what was there stays.
pub async fn create_refuses_what_exists(store: &dyn Store) {
    for kind in every_kind() {
        let world = prepare(store, &kind).await;
        commit(&world, 1, "create", Write::Create(kind.before.clone())).await.unwrap();
        let again = commit(&world, 2, "again", Write::Create(kind.after.clone())).await;
        assert_conflict(&again, kind.before.key());
        assert_eq!(stored(store, kind.keyspace, kind.before.key()).await, Some((1, spelled(&kind.before))));
    }
}

/// An update takes the version it names, and no older, newer or missing one; the version then rises by one.
pub async fn update_takes_its_version_and_no_other(store: &dyn Store) {
    for kind in every_kind().into_iter().filter(|kind| kind.updated) {
        let world = prepare(store, &kind).await;
        let update = |number: u64, record: &Record| Write::Update(Version::from_u64(number), record.clone());
        assert_conflict(&commit(&world, 1, "missing", update(1, &kind.after)).await, kind.after.key());
        commit(&world, 2, "create", Write::Create(kind.before.clone())).await.unwrap();
        assert_conflict(&commit(&world, 3, "newer", update(2, &kind.after)).await, kind.after.key());
        commit(&world, 4, "right", update(1, &kind.before)).await.unwrap();
        assert_conflict(&commit(&world, 5, "older", update(1, &kind.after)).await, kind.after.key());
        assert_eq!(stored(store, kind.keyspace, kind.before.key()).await, Some((2, spelled(&kind.before))));
    }
}

/// A deletion takes the version it names, and no older, newer or missing one; the key is free afterwards.
pub async fn delete_takes_its_version_and_no_other(store: &dyn Store) {
    for kind in every_kind() {
        let world = prepare(store, &kind).await;
        let key = kind.before.key();
        let delete = |number: u64| Write::Delete(key, Version::from_u64(number));
        assert_conflict(&commit(&world, 1, "missing", delete(1)).await, key);
        commit(&world, 2, "create", Write::Create(kind.before.clone())).await.unwrap();
        assert_conflict(&commit(&world, 3, "newer", delete(2)).await, key);
        let mut last = 1;
        if kind.updated {
            commit(&world, 4, "update", Write::Update(Version::FIRST, kind.before.clone())).await.unwrap();
            assert_conflict(&commit(&world, 5, "older", delete(1)).await, key);
            last = 2;
        }
        commit(&world, 6, "right", delete(last)).await.unwrap();
        assert_eq!(stored(store, kind.keyspace, key).await, None);
        assert_conflict(&commit(&world, 7, "again", delete(last)).await, key);
        commit(&world, 8, "create again", Write::Create(kind.before.clone())).await.unwrap();
        assert_eq!(world.version(key).await, Some(Version::FIRST));
    }
}

/// What a commit rests on must be at its version, and stays as it is.
pub async fn a_guard_holds_its_version_and_no_other(store: &dyn Store) {
    for kind in every_kind() {
        let world = prepare(store, &kind).await;
        let key = kind.before.key();
        let expect = |number: u64| Write::Expect(key, Version::from_u64(number));
        assert_conflict(&commit(&world, 1, "missing", expect(1)).await, key);
        commit(&world, 2, "create", Write::Create(kind.before.clone())).await.unwrap();
        assert_conflict(&commit(&world, 3, "newer", expect(2)).await, key);
        commit(&world, 4, "right", expect(1)).await.unwrap();
        assert_eq!(stored(store, kind.keyspace, key).await, Some((1, spelled(&kind.before))));
        if kind.updated {
            commit(&world, 5, "update", Write::Update(Version::FIRST, kind.after.clone())).await.unwrap();
            assert_conflict(&commit(&world, 6, "older", expect(1)).await, key);
        }
        commit(&world, 7, "delete", Write::Delete(key, world.version(key).await.unwrap())).await.unwrap();
        assert_conflict(&commit(&world, 8, "gone", expect(1)).await, key);
    }
}

/// A guard that fails takes the other writes with it, wherever it stands among them.
pub async fn a_failed_guard_stops_the_other_writes(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([update(1, tree(1))]).await;
    let stale = || expect(sharing::Key::Tree(id(1)), 1);
    world.conflict(sharing::Key::Tree(id(1)), [stale(), create(folder(2, 1, "A"))]).await;
    world.conflict(sharing::Key::Tree(id(1)), [create(folder(2, 1, "A")), stale()]).await;
    assert_eq!(world.version(files::Key::Folder(id(2))).await, None);
    world.write([create(folder(2, 1, "A")), expect(sharing::Key::Tree(id(1)), 2)]).await;
}

/// Of several writes that fail, the first is named, of whatever kind they are.
pub async fn a_conflict_names_the_first_write_that_failed(store: &dyn Store) {
    let world = World::with_client(store).await;
    let failing = [
        (Key::from(directory::Key::Member(id(9))), update(4, member(9, "Nobody"))),
        (sharing::Key::Tree(id(1)).into(), expect(sharing::Key::Tree(id(1)), 7)),
        (files::Key::Folder(id(1)).into(), create(root(1))),
        (files::Key::Document(id(8)).into(), delete(files::Key::Document(id(8)), 1)),
    ];
    for first in 0..failing.len() {
        let mut writes = vec![create(folder(2, 1, "A"))];
        writes.extend(failing.iter().cycle().skip(first).take(failing.len()).map(|(_, write)| write.clone()));
        world.conflict(failing[first].0, writes).await;
    }
}

/// A conflict at the end of a big commit leaves no record, event, link, outcome or mail of it.
pub async fn a_conflict_late_in_a_big_commit_leaves_nothing(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.write([create(folder(2, 1, "taken"))]).await;
    let numbers = 10..210;
    let mut writes: Vec<Write<Whole>> = vec![update(1, tree(1)), delete(files::Key::Folder(id(2)), 1)];
    for number in numbers.clone() {
        writes.extend([create(document(number, 1, "scan.pdf")), create(version(number, number))]);
    }
    writes.push(expect(directory::Key::Client(id(1)), 9));
    let events: Vec<Event> = numbers.map(|number| uploaded(1, number).into()).collect();
    let changes = world.changes(writes, events);
    assert_conflict(&store.commit(&changes).await.map(|_| ()), directory::Key::Client(id(1)).into());

    assert_eq!(world.version(sharing::Key::Tree(id(1))).await, Some(Version::FIRST));
    let left = store.children(id(1), id(1), ListOrder::Name, &everything()).await.unwrap().items;
    assert_eq!(left.len(), 1, "only the folder that was there before");
    assert!(store.recent_documents(id(1), id(1), None, 500).await.unwrap().is_empty());
    assert!(store.activity(id(1), id(1), &everything()).await.unwrap().items.is_empty());
    assert!(store.links(world.keyspace, ChainKey::Client(id(1)), 0, 10).await.unwrap().is_empty());
    assert_eq!(store.outcome(&changes.command).await.unwrap(), None);
    assert_eq!(store.backlog().await.unwrap().events, 0);

    let mended = Changes { writes: changes.writes.iter().take(402).cloned().collect(), ..changes };
    store.commit(&mended).await.unwrap();
    assert_eq!(store.recent_documents(id(1), id(1), None, 500).await.unwrap().len(), 200);
    assert_eq!(store.activity(id(1), id(1), &everything()).await.unwrap().items.len(), 200);
}

/// Of many updates of one version at once, one is carried out.
pub async fn of_many_updates_at_once_one_wins(store: &dyn Store) {
    let world = World::with_client(store).await;
    for round in 1..=5 {
        let all: Vec<Changes> = (0..20).map(|_| world.changes([update(round, tree(1))], [])).collect();
        let answers = join_all(all.iter().map(|changes| store.commit(changes))).await;
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|it| matches!(it, Ok(_) | Err(CommitError::Conflict(_)))), "{answers:?}");
        assert_eq!(world.version(sharing::Key::Tree(id(1))).await, Some(Version::from_u64(round + 1)));
    }
}

/// Of many creations of one record at once, one is carried out.
pub async fn of_many_creations_at_once_one_wins(store: &dyn Store) {
    let world = World::with_client(store).await;
    let all: Vec<Changes> =
        (0..20).map(|number| world.changes([create(folder(2, 1, &format!("folder {number}")))], [])).collect();
    let answers = join_all(all.iter().map(|changes| store.commit(changes))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
}

/// A guard locks: nothing that rests on a version is committed after that version was replaced. The order of commits is
/// read off the client's chain. (An upload against a revocation.)
pub async fn s12_a_guard_holds_until_the_commit(store: &dyn Store) {
    let world = World::with_client(store).await;
    let key = sharing::Key::Tree(id(1));
    for round in 1..=25_u64 {
        let number = u128::from(round) + 100;
        let writes = [expect(key, round), create(document(number, 1, "scan.pdf")), create(version(number, number))];
        let upload = world.changes(writes, [uploaded(1, number).into()]);
        let revoke = world.changes([update(round, tree(1))], [revoked(1, number).into()]);
        let uploading = if round % 2 == 0 {
            join(store.commit(&upload), store.commit(&revoke)).await.0
        } else {
            join(store.commit(&revoke), store.commit(&upload)).await.1
        };
        // A store may have refused one to let the other through: the revocation comes through now.
        let _repeated = store.commit(&revoke).await;
        assert_eq!(world.version(key).await, Some(Version::from_u64(round + 1)));

        let links = store.links(world.keyspace, ChainKey::Client(id(1)), 0, 100).await.unwrap();
        let position = |changes: &Changes| {
            let payload = changes.events.first().map(Event::payload).unwrap();
            links.iter().position(|(_, payloads)| payloads.contains(&payload))
        };
        assert!(position(&revoke).is_some(), "the revocation is linked");
        match uploading {
            Ok(_) => {
                assert!(position(&upload).is_some(), "the upload was answered and is not linked");
                assert!(position(&upload) < position(&revoke), "an upload came after the revocation of its right");
            }
            Err(error) => {
                assert!(matches!(&error, CommitError::Conflict(named) if *named == Key::from(key)), "{error:?}");
                assert_eq!(position(&upload), None);
            }
        }
    }
}

/// Whoever stops waiting for a commit leaves it whole or not at all, and trying it again is safe.
pub async fn a_dropped_commit_is_whole_or_nothing(store: &dyn Store) {
    let world = World::with_client(store).await;
    for round in 0..40_u64 {
        let number = u128::from(round) + 100;
        let parent = id::<FolderId>(number + 1_000);
        let writes = [
            create(folder(number + 1_000, 1, "folder")),
            create(document(number, number + 1_000, "scan.pdf")),
            create(version(number, number)),
        ];
        let changes = world.changes(writes, [uploaded(1, number).into()]);
        poll_a_few_times(store.commit(&changes), round).await;
        match store.commit(&changes).await {
            Ok(_) | Err(CommitError::Repeated) => {}
            Err(error) => panic!("a commit that was dropped left something behind: {error:?}"),
        }
        assert_eq!(store.children(id(1), parent, ListOrder::Name, &everything()).await.unwrap().items.len(), 1);
        assert!(store.outcome(&changes.command).await.unwrap().is_some());
    }
    let links = store.links(world.keyspace, ChainKey::Client(id(1)), 0, 100).await.unwrap();
    assert_eq!(links.len(), 40, "each commit makes one link, however often it is tried");
}

/// Polls a future, each time after it asked for it, at most `polls` times; then it is dropped.
async fn poll_a_few_times<F: Future>(future: F, polls: u64) {
    let mut future = Box::pin(future);
    let mut left = polls;
    std::future::poll_fn(|context| {
        if left == 0 || future.as_mut().poll(context).is_ready() {
            return std::task::Poll::Ready(());
        }
        left -= 1;
        std::task::Poll::Pending
    })
    .await;
}

/// Records of one firm are no records of another, under the same ids too.
pub async fn a_firms_records_are_its_own(store: &dyn Store) {
    let (one, other) = (World::with_client(store).await, World::firm(store, 2));
    one.write([create(folder(2, 1, "A"))]).await;
    let key = files::Key::Folder(id(2));
    assert_eq!(other.version(key).await, None);
    other.conflict(key, [update(1, folder(2, 1, "B"))]).await;
    other.conflict(key, [delete(key, 1)]).await;
    other.conflict(key, [expect(key, 1)]).await;
    other.write([create(folder(2, 1, "B"))]).await;
    other.write([update(1, folder(2, 1, "C"))]).await;
    assert_eq!((one.version(key).await, other.version(key).await), (Some(Version::FIRST), Some(Version::from_u64(2))));
}

/// The keyspace of a kind, with what its records are read together with.
async fn prepare<'s>(store: &'s dyn Store, kind: &Kind) -> World<'s> {
    let world = World::new(store, kind.keyspace);
    if let Some(record) = &kind.beside {
        commit(&world, 0, "beside", Write::Create(record.clone())).await.unwrap();
    }
    world
}

fn assert_conflict(answer: &Result<(), CommitError>, key: Key) {
    assert!(
        matches!(answer, Err(CommitError::Conflict(named)) if *named == key),
        "not a conflict on {key:?}: {answer:?}"
    );
}

/// Commits one write under a command of its own.
async fn commit(world: &World<'_>, step: u64, name: &str, write: Write<Whole>) -> Result<(), CommitError> {
    let mut changes = world.changes([write.clone()], []);
    let key = key_of(&write);
    changes.command.id = format!("{key:?}, step {step}: {name}");
    changes.at = at(i64::try_from(step).unwrap());
    world.store.commit(&changes).await.map(|_| ())
}
