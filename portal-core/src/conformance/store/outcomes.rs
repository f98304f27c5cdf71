//! What became of commands, so that trying one again is safe.

use futures_util::future::join_all;

use super::kinds::every_kind;
use super::samples::{at, downloaded, folder, id, tree, uploaded};
use super::world::{World, create, everything, update};
use crate::audit::ChainKey;
use crate::event::Keyspace;
use crate::files;
use crate::ports::Store;
use crate::ports::store::{Changes, Command, CommandOutcome, CommitError};
use crate::record::Key;
use crate::values::{Actor, Digest};

/// A commit leaves what it made under its command; a command that was never carried out has nothing.
pub async fn an_outcome_tells_what_was_made(store: &dyn Store) {
    let world = World::with_client(store).await;
    let made: Vec<Key> = every_kind().iter().map(|kind| kind.before.key()).rev().collect();
    let changes = Changes { made: made.clone(), ..world.changes([update(1, tree(1))], []) };
    assert_eq!(store.outcome(&changes.command).await.unwrap(), None);
    store.commit(&changes).await.unwrap();
    let (input, run) = (changes.command.input, changes.command.run);
    assert_eq!(store.outcome(&changes.command).await.unwrap(), Some(CommandOutcome { input, run, made }));

    let nothing = world.changes([], []);
    store.commit(&nothing).await.unwrap();
    let outcome = store.outcome(&nothing.command).await.unwrap().unwrap();
    assert_eq!(outcome.made, []);
}

/// A command is carried out once: again it is refused as repeated, whatever it would write now, and its outcome stays.
pub async fn a_command_is_carried_out_once(store: &dyn Store) {
    let world = World::with_client(store).await;
    let first = world.changes([create(folder(2, 1, "A"))], [uploaded(1, 1).into()]);
    store.commit(&first).await.unwrap();
    let command = Command { input: Digest::of(b"other"), run: u128::MAX, ..first.command.clone() };
    let other = Changes { command, writes: vec![create(folder(3, 1, "B"))], made: vec![], ..first.clone() };
    let stale = Changes { writes: vec![update(7, tree(1))], ..first.clone() };
    for again in [&first, &other, &stale] {
        let answer = store.commit(again).await;
        assert!(matches!(answer, Err(CommitError::Repeated)), "{answer:?}");
    }
    assert_eq!(world.version(files::Key::Folder(id(3))).await, None);
    let outcome = store.outcome(&other.command).await.unwrap().unwrap();
    assert_eq!((outcome.input, outcome.run), (first.command.input, first.command.run));
    assert_eq!(store.activity(id(1), id(1), &everything()).await.unwrap().items.len(), 1);
    assert_eq!(store.links(world.keyspace, ChainKey::Client(id(1)), 0, 9).await.unwrap().len(), 1);
}

/// Keyspace, actor and id name a command, each for itself; input and run do not.
pub async fn a_command_is_named_by_keyspace_actor_and_id(store: &dyn Store) {
    let keyspaces = [
        Keyspace::Firm(id(1)),
        Keyspace::Firm(id(2)),
        Keyspace::Address(id(1)),
        Keyspace::Address(id(u128::MAX)),
        Keyspace::Login(id(1)),
    ];
    let actors = [
        Actor::Host,
        Actor::Member(id(1)),
        Actor::Member(id(2)),
        Actor::Contact(id(1)),
        Actor::Login(id(1)),
        Actor::Visitor,
        Actor::Worker,
    ];
    let longest = "k".repeat(200);
    let ids = ["a", "A", "a ", "'; --", "%", "\u{1F98A}", "", &longest];
    let names: Vec<_> = keyspaces
        .iter()
        .flat_map(|keyspace| actors.iter().map(move |actor| (*keyspace, *actor)))
        .flat_map(|(keyspace, actor)| ids.iter().map(move |id| (keyspace, actor, *id)))
        .collect();
    let mut commands = Vec::new();
    for (run, (keyspace, actor, id)) in (1_u128..).zip(names) {
        let command = Command { keyspace, actor, id: id.to_owned(), input: Digest::of(b"same"), run };
        let changes = Changes { command, at: at(1), writes: vec![], events: vec![], made: vec![] };
        store.commit(&changes).await.unwrap();
        commands.push(changes.command);
    }
    for command in commands {
        let asked = Command { input: Digest::ZERO, run: 0, ..command.clone() };
        assert_eq!(store.outcome(&asked).await.unwrap().map(|outcome| outcome.run), Some(command.run), "{command:?}");
    }
}

/// A command that failed has no outcome, and may be tried again.
pub async fn a_failed_command_may_be_tried_again(store: &dyn Store) {
    let world = World::with_client(store).await;
    let failing = world.changes([update(2, tree(1))], []);
    assert!(store.commit(&failing).await.is_err());
    assert_eq!(store.outcome(&failing.command).await.unwrap(), None);
    let mended = Changes { writes: vec![update(1, tree(1))], ..failing };
    store.commit(&mended).await.unwrap();
    assert!(store.outcome(&mended.command).await.unwrap().is_some());
}

/// Outcomes older than asked are forgotten, no more at a time than asked; their commands may then be carried out anew.
pub async fn old_outcomes_are_forgotten(store: &dyn Store) {
    let world = World::with_client(store).await;
    let dated =
        |seconds| Changes { at: at(seconds), ..world.changes([], [downloaded(1, 1).into(), uploaded(1, 1).into()]) };
    let all: Vec<Changes> = [1_001, 1_002, 1_003, 1_004].map(dated).into();
    for changes in &all {
        store.commit(changes).await.unwrap();
    }
    let fixture = store.forget_outcomes(at(1_000), 100).await.unwrap();
    assert_eq!(fixture, 1, "the outcome of what made the client");
    assert_eq!(store.forget_outcomes(at(1_001), 100).await.unwrap(), 0);
    assert_eq!(store.forget_outcomes(at(1_004), 2).await.unwrap(), 2);
    assert_eq!(store.forget_outcomes(at(1_004), 100).await.unwrap(), 1);
    for (index, changes) in all.iter().enumerate() {
        assert_eq!(store.outcome(&changes.command).await.unwrap().is_some(), index == 3);
    }
    let mut again = all[0].clone();
    again.command.run = u128::MAX;
    store.commit(&again).await.unwrap();
    assert_eq!(store.outcome(&again.command).await.unwrap().map(|outcome| outcome.run), Some(u128::MAX));
    assert_eq!(store.activity(id(1), id(1), &everything()).await.unwrap().items.len(), 10);
}

/// The same command many times at once is carried out once.
pub async fn the_same_command_at_once_is_carried_out_once(store: &dyn Store) {
    let world = World::with_client(store).await;
    for round in 1..=5 {
        let changes = world.changes([update(round, tree(1))], [uploaded(1, 1).into()]);
        let runs: Vec<Changes> = (0..20)
            .map(|run| Changes { command: Command { run, ..changes.command.clone() }, ..changes.clone() })
            .collect();
        let answers = join_all(runs.iter().map(|changes| store.commit(changes))).await;
        let winners: Vec<u128> = (0..).zip(&answers).filter(|(_, answer)| answer.is_ok()).map(|(run, _)| run).collect();
        assert_eq!(winners.len(), 1, "{answers:?}");
        let outcome = store.outcome(&changes.command).await.unwrap().unwrap();
        assert_eq!(outcome.run, winners[0]);
        // Who came too late may be told so by either: asking for the outcome tells which it was.
        let told =
            |answer: &Result<_, _>| matches!(answer, Ok(_) | Err(CommitError::Repeated | CommitError::Conflict(_)));
        assert!(answers.iter().all(told), "{answers:?}");
    }
    assert_eq!(store.links(world.keyspace, ChainKey::Client(id(1)), 0, 100).await.unwrap().len(), 5);
}
