//! The store in memory.
//!
//! One lock over everything: a commit looks at all of its writes first and then applies them, so that nothing in between is
//! ever seen. `rows` and `lists` keep the records, `commit` writes, and the other files answer reads, an area each.

mod commit;
mod directory;
mod files;
mod history;
mod identity;
mod lists;
mod nodes;
mod outbox;
mod paging;
mod rows;
mod sharing;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::event::Keyspace;
use crate::ports::Store;
use crate::ports::store::{Changes, Command, CommandOutcome, CommitError, Committed, StoreError};
use crate::values::{Actor, Timestamp};

use history::History;
use outbox::Queues;
use rows::Rows;

/// The [`Store`] in memory.
///
/// Clones share their records. Everything is gone once the last one is dropped.
///
/// # Examples
/// ```
/// use portal_core::memory::MemoryStore;
/// use portal_core::ports::store::DirectoryReads as _;
/// use portal_core::values::{FirmId, PageRequest};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let store = MemoryStore::new();
/// assert!(store.firms(&PageRequest::default()).await?.items.is_empty());
/// assert!(store.firm(FirmId::from_bits(1)).await?.is_none());
/// # Ok::<(), portal_core::ports::store::StoreError>(())
/// # }).expect("memory never waits")?;
/// # Ok::<(), portal_core::ports::store::StoreError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryStore {
    state: Arc<Mutex<State>>,
}

/// Everything that the store holds.
#[derive(Debug, Default)]
struct State {
    rows: Rows,
    history: History,
    queues: Queues,
    outcomes: BTreeMap<CommandName, (Timestamp, CommandOutcome)>,
}

/// What names a command.
type CommandName = (Keyspace, Actor, String);

fn name_of(command: &Command) -> CommandName {
    (command.keyspace, command.actor, command.id.clone())
}

impl MemoryStore {
    /// An empty store.
    pub fn new() -> Self {
        Self::default()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // Nothing that is done under the lock panics halfway through a commit, so a poisoned state is a whole one.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
        Ok(self.state().outcomes.get(&name_of(command)).map(|(_, outcome)| outcome.clone()))
    }

    async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError> {
        self.state().commit(changes)
    }

    async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let outcomes = &mut self.state().outcomes;
        let old: Vec<CommandName> =
            outcomes.iter().filter(|(_, (at, _))| *at < before).map(|(name, _)| name.clone()).take(limit).collect();
        for name in &old {
            outcomes.remove(name);
        }
        Ok(old.len())
    }
}
