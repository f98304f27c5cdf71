//! The store: reads shaped for their questions, one atomic commit, and the outbox.
//!
//! # Contract
//! - A commit applies all of its writes, events, chain links and its command's outcome, or nothing of them. It is durable
//!   once it is answered.
//! - Every write is conditional. `Expect` and `Update` and `Delete` hold a lock on their row until the commit, `Create`
//!   fails when the key, or anything unique about the record, is taken. Correctness rests on these, on no isolation level.
//! - Something unique is taken by whoever holds it now, removed members and contacts among them; what a commit deletes it
//!   may give to a record that it creates.
//! - Every command has its outcome or none: a command that has one is [`CommitError::Repeated`], whatever else is wrong.
//! - Reads see every commit that was answered before they began.
//! - Dropping the future of a commit leaves it applied whole or not at all.
//! - Arguments of reads are trusted to be what their types say and nothing more: a store answers for the firm asked about
//!   and never for another. A cursor may be anything: what the store did not make begins at the start.
//! - A list in pages gives every item that stood at its place all the while once, whatever is written between two pages. Lists that
//!   begin with the latest put the greater id first among those of one time; texts are ordered by their bytes.

mod changes;
mod outbox;
mod reads;

use async_trait::async_trait;

pub use changes::{Changes, Command, CommandOutcome, Committed};
pub use outbox::{
    ClaimedEvent, ClaimedMessage, Deliveries, DeliveryQuery, EventProgress, Lease, Outbox, OutboxBacklog,
};
pub use reads::{
    ActivityOnly, ActivityQuery, AuditReads, Child, ClientQuery, ClientRow, ContactRead, DirectoryReads, DocumentRead,
    Extent, FileReads, FolderRead, IdentityReads, KeptUploads, NodeRead, SharingReads, TrashRow, UploaderUsage,
};

use crate::ports::BoxError;
use crate::record::Key;

/// Why a read did not answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot be reached, or is overloaded: worth trying again.
    #[error("the store is unavailable")]
    Unavailable(#[source] BoxError),
    /// What the store holds cannot be read: trying again does not help.
    #[error("the store holds something that cannot be read: {what}")]
    Corrupt {
        /// What could not be read.
        what: String,
    },
}

/// Why a commit did not happen.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// A record is not at the version expected, or exists, or is not there, or something unique about it is taken. Named is
    /// the key of the first write that failed. Nothing was written; deciding anew helps.
    #[error("a record was changed meanwhile: {0:?}")]
    Conflict(Key),
    /// This command has an outcome already. Nothing was written; the outcome tells what it was.
    #[error("the command was carried out before")]
    Repeated,
    /// Like [`StoreError`]. After `Unavailable` the commit may have been applied: ask for the outcome.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The store of a portal: see [the module](self) for its contract.
#[async_trait]
pub trait Store: DirectoryReads + SharingReads + FileReads + IdentityReads + AuditReads + Outbox {
    /// What became of a command, if it was carried out within the last 7 days. Only keyspace, actor and id are compared.
    ///
    /// # Errors
    /// [`StoreError`] when it cannot tell.
    async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError>;

    /// Applies all of `changes` or nothing.
    ///
    /// The order inside is the store's own, but locks are taken in the order of keys, and chains last. Names of folders and
    /// documents that are created live, renamed, moved or restored are settled with
    /// [`settle_name`](crate::files::settle_name), or by [`NameSettling`](crate::files::NameSettling), under their folder's
    /// lock, in the order of their writes, and told in [`Committed::settled`]. What stays live in its folder under its name keeps it; a name that the commit gives up is free.
    ///
    /// # Errors
    /// [`CommitError`]; unless it is `Unavailable`, nothing was written.
    async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError>;

    /// Forgets outcomes of commands made before `before`, at most `limit`, and says how many.
    ///
    /// # Errors
    /// [`StoreError`] when the store cannot be reached.
    async fn forget_outcomes(&self, before: crate::values::Timestamp, limit: usize) -> Result<usize, StoreError>;
}
