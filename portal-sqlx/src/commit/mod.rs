//! One commit: outcome, guards, names, records, chains, events, all of it or nothing.

mod guards;
mod history;
mod names;
mod outcomes;
mod plan;
mod unique;
mod usage;
mod write;

use portal_core::ports::store::{Changes, CommitError, Committed};

use crate::sql::Transaction;

pub(crate) use outcomes::{forget as forget_outcomes, read as outcome};

/// Applies `changes` within a transaction, which the caller commits or, on any error, rolls back.
pub(crate) async fn apply(transaction: &mut Transaction, changes: &Changes) -> Result<Committed, CommitError> {
    // First of all: whatever else is wrong, a command that has its outcome is told so.
    if !outcomes::note(transaction, changes).await? {
        return Err(CommitError::Repeated);
    }
    let mut planned = plan::plan(changes)?;
    let mut failed = guards::failing(transaction, &planned).await?;
    failed.extend(unique::failing(transaction, &planned).await?);
    if let Some(first) = failed.first().and_then(|index| planned.get(*index)) {
        return Err(CommitError::Conflict(first.key));
    }
    let settled = names::settle(transaction, &mut planned).await?;
    write::write(transaction, &planned).await?;
    history::append(transaction, changes).await?;
    Ok(Committed { settled })
}
