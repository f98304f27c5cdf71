//! A store that fails as planned.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::{Faults, planned};
use crate::change::Write;
use crate::testing::methods::vocabulary::*;
use crate::testing::methods::{every_outbox_method, every_read};

/// How a call of a [`FaultyStore`] goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StoreFault {
    /// A commit is refused as a conflict on its first write, and nothing was written. A commit without writes, a read or a
    /// call of the outbox is unavailable instead.
    Conflict,
    /// The store is unavailable, and nothing was done.
    UnavailableBefore,
    /// It was done, and the answer was lost: the store says that it is unavailable.
    UnavailableAfter,
}

/// A [`Store`] around another one, which fails as planned: commits, reads and calls of the outbox each by a plan of their own.
///
/// # Examples
/// ```
/// use portal_core::memory::MemoryStore;
/// use portal_core::ports::store::DirectoryReads as _;
/// use portal_core::testing::{Faults, FaultyStore, StoreFault};
/// use portal_core::values::FirmId;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let reads = Faults::script([Some(StoreFault::UnavailableBefore)]);
/// let store = FaultyStore::new(MemoryStore::new()).reads(reads.clone());
/// assert!(store.firm(FirmId::from_bits(1)).await.is_err());
/// assert!(store.firm(FirmId::from_bits(1)).await.is_ok());
/// assert_eq!(reads.count(StoreFault::UnavailableBefore), 1);
/// # }).expect("memory never waits");
/// ```
#[derive(Clone)]
pub struct FaultyStore {
    inner: Arc<dyn Store>,
    commits: Faults<StoreFault>,
    reads: Faults<StoreFault>,
    outbox: Faults<StoreFault>,
}

impl FaultyStore {
    /// Wraps a store; nothing goes wrong until it is planned.
    pub fn new(store: impl Store + 'static) -> Self {
        Self { inner: Arc::new(store), commits: Faults::none(), reads: Faults::none(), outbox: Faults::none() }
    }

    /// Plans how commits go.
    #[must_use]
    pub fn commits(mut self, faults: Faults<StoreFault>) -> Self {
        self.commits = faults;
        self
    }

    /// Plans how reads go, of outcomes too.
    #[must_use]
    pub fn reads(mut self, faults: Faults<StoreFault>) -> Self {
        self.reads = faults;
        self
    }

    /// Plans how claims, stagings and settlements go.
    #[must_use]
    pub fn outbox(mut self, faults: Faults<StoreFault>) -> Self {
        self.outbox = faults;
        self
    }
}

impl fmt::Debug for FaultyStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyStore").finish_non_exhaustive()
    }
}

/// Does `$call` unless the plan has it fail before, and keeps its answer unless the plan has it lost.
macro_rules! as_planned {
    ($faults:expr, $call:expr) => {
        match $faults.draw() {
            None => $call,
            Some(StoreFault::UnavailableAfter) => match $call {
                Ok(_lost) => Err(StoreError::Unavailable(planned()).into()),
                failed => failed,
            },
            Some(StoreFault::Conflict | StoreFault::UnavailableBefore) => {
                Err(StoreError::Unavailable(planned()).into())
            }
        }
    };
}

macro_rules! faulty {
    ({ $faults:ident } $($reads:ident {
        $(async fn $method:ident(&self $(, $name:ident: $kind:ty)*) -> $answer:ty;)*
    })*) => {$(
        #[async_trait]
        impl $reads for FaultyStore {
            $(async fn $method(&self $(, $name: $kind)*) -> $answer {
                as_planned!(self.$faults, self.inner.$method($($name),*).await)
            })*
        }
    )*};
}

every_read! { faulty reads }
every_outbox_method! { faulty outbox }

#[async_trait]
impl Store for FaultyStore {
    async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
        as_planned!(self.reads, self.inner.outcome(command).await)
    }

    async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError> {
        match (self.commits.draw(), changes.writes.first()) {
            (Some(StoreFault::Conflict), Some(write)) => Err(CommitError::Conflict(key_of(write))),
            (fault, _) => as_planned!(Faults::script([fault]), self.inner.commit(changes).await),
        }
    }

    async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        as_planned!(self.outbox, self.inner.forget_outcomes(before, limit).await)
    }
}

fn key_of(write: &Write<crate::record::Whole>) -> Key {
    match write {
        Write::Expect(key, _) | Write::Delete(key, _) => *key,
        Write::Create(record) | Write::Update(_, record) => record.key(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryStore;
    use crate::values::Digest;

    #[tokio::test]
    async fn a_commit_fails_before_or_after_it_was_done_or_by_a_conflict() {
        let faults = Faults::script(
            [StoreFault::Conflict, StoreFault::UnavailableBefore, StoreFault::UnavailableAfter].map(Some),
        );
        let store = FaultyStore::new(MemoryStore::new()).commits(faults.clone());
        let firm = FirmId::from_bits(1);
        let keyspace = Keyspace::Firm(firm);
        let command = Command { keyspace, actor: Actor::Host, id: "add".to_owned(), input: Digest::ZERO, run: 1 };
        let tree = crate::sharing::Record::Tree(Tree { client: ClientId::from_bits(1) });
        let writes = vec![Write::Create(tree.into())];
        let changes = Changes { command, at: Timestamp::from_micros(0), writes, events: vec![], made: vec![] };

        assert!(matches!(store.commit(&changes).await, Err(CommitError::Conflict(Key::Sharing(_)))));
        for done in [false, true] {
            let answer = store.commit(&changes).await;
            assert!(matches!(answer, Err(CommitError::Store(StoreError::Unavailable(_)))), "{answer:?}");
            assert_eq!(store.outcome(&changes.command).await.unwrap().is_some(), done);
        }
        assert!(matches!(store.commit(&changes).await, Err(CommitError::Repeated)));
        assert_eq!(faults.count(StoreFault::UnavailableAfter), 1);
    }
}
