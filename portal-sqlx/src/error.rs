//! What the driver's errors mean to a caller.

use portal_core::ports::BoxError;
use portal_core::ports::store::StoreError;

/// Why a store could not be opened or brought up to date.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The address does not name a database that this build knows.
    #[error("`{0}` is no address of a database; write `sqlite:PATH`")]
    Address(String),
    /// The database cannot be reached or opened.
    #[error("the database cannot be opened")]
    Unavailable(#[source] BoxError),
    /// Its tables could not be brought up to date: they are of another version of this library, or broken.
    #[error("the tables cannot be brought up to date")]
    Migration(#[source] BoxError),
}

/// Sorts an error of the driver by what helps against it.
pub(crate) fn from_driver(error: sqlx::Error) -> StoreError {
    match &error {
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => StoreError::Unavailable(error.into()),
        sqlx::Error::Database(database) if passes(database.code().as_deref()) => StoreError::Unavailable(error.into()),
        _ => StoreError::Corrupt { what: error.to_string() },
    }
}

/// Whether an SQLite result code speaks of the moment rather than of the data: busy, locked, out of memory, interrupted,
/// read-only, I/O, full, cannot open, protocol.
fn passes(code: Option<&str>) -> bool {
    let primary = code.and_then(|code| code.parse::<u32>().ok()).map(|code| code & 0xff);
    matches!(primary, Some(5 | 6 | 7 | 8 | 9 | 10 | 13 | 14 | 15))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_full_and_io_pass_while_broken_files_and_constraints_do_not() {
        // 261 is SQLITE_BUSY_RECOVERY, 517 SQLITE_BUSY_SNAPSHOT, 2067 SQLITE_CONSTRAINT_UNIQUE.
        for code in ["5", "261", "517", "13", "10"] {
            assert!(passes(Some(code)), "{code}");
        }
        for code in ["11", "26", "1", "2067", "x"] {
            assert!(!passes(Some(code)), "{code}");
        }
        assert!(!passes(None));
    }
}
