//! The [`Store`](portal_core::ports::Store) of a client portal in an SQL database: SQLite, built in.
//!
//! ```
//! # async fn example() -> Result<(), portal_sqlx::OpenError> {
//! use portal_sqlx::SqliteStore;
//!
//! let store = SqliteStore::open("portal.db").await?;
//! store.migrate().await?;
//! # Ok(())
//! # }
//! ```
//!
//! # How it is made
//! - [`commit`](portal_core::ports::Store::commit) is one short transaction, in `commit/`: outcome, guards, names, records,
//!   chains, events.
//! - Reads stand in a file an area. Each is one statement, so that what it answers was true at one moment;
//!   those that ask for many by id are one for every fifty.
//! - `rows/` says how records lie in tables, `sql/` runs texts. The texts are written for more than one database.
//!
//! # What it costs
//! A read costs its page, the depth of the tree and the grants on the way, not how much there is: `plans` looks at how SQLite
//! goes about every statement, and `growth` counts the steps of its machine with little and with much.
//!
//! # What it promises
//! A commit that was answered survives a power cut: SQLite's log is flushed at each (`synchronous=FULL`). Any number of
//! processes may open one file; they take turns at writing, and one that waits for more than five seconds is told
//! [`Unavailable`](portal_core::ports::store::StoreError::Unavailable). The file must lie on a local disk.

#[cfg(not(feature = "sqlite"))]
compile_error!("portal-sqlx needs a database: turn the feature `sqlite` on");

mod audit;
mod commit;
mod directory;
mod error;
#[cfg(test)]
mod faults;
mod files;
#[cfg(test)]
mod growth;
mod identity;
mod outbox;
mod paging;
#[cfg(test)]
mod plans;
mod references;
mod rows;
mod schema;
mod sharing;
mod sql;
mod store;

pub use error::OpenError;
pub use store::SqliteStore;
