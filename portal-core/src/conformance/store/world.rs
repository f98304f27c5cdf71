//! Commits made short.

use std::sync::atomic::{AtomicU64, Ordering};

use super::samples::{IntoRecord, at, client, id, root, tree};
use crate::change::{Version, Write};
use crate::event::{Event, Happened, Keyspace};
use crate::ports::Store;
use crate::ports::store::{Changes, Command, CommitError, Committed};
use crate::record::{Key, Whole};
use crate::values::{Actor, Digest, EventId, PageRequest};

/// One keyspace of a store. Every commit through it is a new command, a second after the one before.
pub(crate) struct World<'s> {
    pub(crate) store: &'s dyn Store,
    pub(crate) keyspace: Keyspace,
    commands: AtomicU64,
}

impl<'s> World<'s> {
    pub(crate) fn new(store: &'s dyn Store, keyspace: Keyspace) -> Self {
        Self { store, keyspace, commands: AtomicU64::new(0) }
    }

    pub(crate) fn firm(store: &'s dyn Store, number: u128) -> Self {
        Self::new(store, Keyspace::Firm(id(number)))
    }

    pub(crate) fn address(store: &'s dyn Store, number: u128) -> Self {
        Self::new(store, Keyspace::Address(id(number)))
    }

    pub(crate) fn login(store: &'s dyn Store, number: u128) -> Self {
        Self::new(store, Keyspace::Login(id(number)))
    }

    /// A firm with a client, its root and its tree, each of the number 1.
    pub(crate) async fn with_client(store: &'s dyn Store) -> Self {
        let world = Self::firm(store, 1);
        world.add_client(1).await;
        world
    }

    /// Adds a client with its root and its tree, each of this number.
    pub(crate) async fn add_client(&self, number: u128) {
        let name = format!("Client {number}");
        self.write([create(client(number, &name)), create(tree(number)), create(root(number))]).await;
    }

    /// What a new command would commit.
    pub(crate) fn changes(&self, writes: impl Into<Vec<Write<Whole>>>, events: impl Into<Vec<Event>>) -> Changes {
        let number = self.commands.fetch_add(1, Ordering::Relaxed) + 1;
        Changes {
            command: Command {
                keyspace: self.keyspace,
                actor: Actor::Host,
                id: format!("command {number}"),
                input: Digest::of(&number.to_be_bytes()),
                run: u128::from(number),
            },
            at: at(i64::try_from(number).unwrap()),
            writes: writes.into(),
            events: events.into(),
            made: Vec::new(),
        }
    }

    /// Writes, and succeeds.
    pub(crate) async fn write(&self, writes: impl Into<Vec<Write<Whole>>>) -> Committed {
        self.attempt(writes).await.unwrap()
    }

    /// Writes, if it can.
    pub(crate) async fn attempt(&self, writes: impl Into<Vec<Write<Whole>>>) -> Result<Committed, CommitError> {
        self.store.commit(&self.changes(writes, [])).await
    }

    /// Writes, and fails on this key.
    pub(crate) async fn conflict(&self, key: impl Into<Key>, writes: impl Into<Vec<Write<Whole>>>) {
        let answer = self.attempt(writes).await;
        let key = key.into();
        assert!(
            matches!(&answer, Err(CommitError::Conflict(named)) if *named == key),
            "not a conflict on {key:?}: {answer:?}"
        );
    }

    /// Commits events alone, and gives their ids.
    pub(crate) async fn tell(&self, events: impl Into<Vec<Event>>) -> Vec<EventId> {
        let changes = self.changes([], events);
        self.store.commit(&changes).await.unwrap();
        (0..changes.events.len()).map(|index| changes.event_id(index)).collect()
    }

    pub(crate) async fn version(&self, key: impl Into<Key>) -> Option<Version> {
        self.store.version_of(self.keyspace, key.into()).await.unwrap()
    }
}

pub(crate) fn create(record: impl IntoRecord) -> Write<Whole> {
    Write::Create(record.into_record())
}

pub(crate) fn update(version: u64, record: impl IntoRecord) -> Write<Whole> {
    Write::Update(Version::from_u64(version), record.into_record())
}

pub(crate) fn delete(key: impl Into<Key>, version: u64) -> Write<Whole> {
    Write::Delete(key.into(), Version::from_u64(version))
}

pub(crate) fn expect(key: impl Into<Key>, version: u64) -> Write<Whole> {
    Write::Expect(key.into(), Version::from_u64(version))
}

pub(crate) fn key_of(write: &Write<Whole>) -> Key {
    match write {
        Write::Expect(key, _) | Write::Delete(key, _) => *key,
        Write::Create(record) | Write::Update(_, record) => record.key(),
    }
}

pub(crate) fn everything() -> PageRequest {
    PageRequest::first(PageRequest::MAX_LIMIT)
}

/// The events of one commit as a store should tell them.
pub(crate) fn as_happened(changes: &Changes) -> Vec<Happened> {
    let happened = |(index, event): (usize, &Event)| Happened {
        id: changes.event_id(index),
        keyspace: changes.command.keyspace,
        at: changes.at,
        actor: changes.command.actor,
        event: event.clone(),
    };
    changes.events.iter().enumerate().map(happened).collect()
}
