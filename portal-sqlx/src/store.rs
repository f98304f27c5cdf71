//! The store, open.

use std::path::Path;

use async_trait::async_trait;
use portal_core::change::Versioned;
use portal_core::ports::Store;
use portal_core::ports::store::{Changes, Command, CommandOutcome, CommitError, Committed, StoreError};
use portal_core::values::{ExternalId, FirmId, Timestamp};

use crate::error::OpenError;
use crate::rows::Stored;
use crate::sql::{Database, Value};
use crate::{commit, schema};

/// The [`Store`] on SQLite. Clones share their connections.
#[derive(Debug, Clone)]
pub struct SqliteStore {
    pub(crate) database: Database,
}

impl SqliteStore {
    /// Opens the file at `path`, making it if need be. Call [`migrate`](Self::migrate) before anything else.
    ///
    /// # Errors
    /// [`OpenError::Unavailable`] when the file cannot be made, opened, or is no database.
    pub async fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let database = Database::open(path.as_ref()).await.map_err(|error| OpenError::Unavailable(error.into()))?;
        Ok(Self { database })
    }

    /// Opens the database at an address: `sqlite:PATH`, or `sqlite://PATH`.
    ///
    /// # Errors
    /// [`OpenError::Address`] for other addresses, among them those of databases in memory; and those of
    /// [`open`](Self::open).
    pub async fn connect(url: &str) -> Result<Self, OpenError> {
        let path = url.strip_prefix("sqlite:").map(|path| path.strip_prefix("//").unwrap_or(path));
        match path {
            Some(path) if !path.is_empty() && !path.starts_with(':') => Self::open(path).await,
            _ => Err(OpenError::Address(url.to_owned())),
        }
    }

    /// Makes the tables, or brings those of an earlier version up to date. Safe to call from many processes at once, and as
    /// often as you like.
    ///
    /// # Errors
    /// [`OpenError::Migration`] when the tables are those of a later version or were altered by hand.
    pub async fn migrate(&self) -> Result<(), OpenError> {
        schema::migrate(&self.database).await
    }

    /// Waits for what is under way and closes the file. Every clone is closed with it.
    pub async fn close(&self) {
        self.database.close().await;
    }

    /// The record that meets a condition on its table's columns.
    pub(crate) async fn find<T: Stored>(
        &self,
        condition: &str,
        values: &[Value],
    ) -> Result<Option<Versioned<T>>, StoreError> {
        Ok(self.all(condition, values).await?.into_iter().next())
    }

    /// The firm's record with this external id.
    pub(crate) async fn find_external<T: Stored>(
        &self,
        firm: FirmId,
        id: &ExternalId,
    ) -> Result<Option<Versioned<T>>, StoreError> {
        self.find("firm_id = $1 AND external_id = $2", &[Value::id(firm), Value::text(id.as_str())]).await
    }

    /// All records that meet a condition on their table's columns.
    pub(crate) async fn all<T: Stored>(
        &self,
        condition: &str,
        values: &[Value],
    ) -> Result<Vec<Versioned<T>>, StoreError> {
        let sql = format!("SELECT {} FROM {} r WHERE {condition}", T::TABLE.select("r"), T::TABLE.name);
        self.database.rows(&sql, values).await?.iter().map(|row| T::read(&mut row.fields())).collect()
    }

    /// The same over all firms, each with its firm.
    pub(crate) async fn all_of_firms<T: Stored>(
        &self,
        condition: &str,
        values: &[Value],
    ) -> Result<Vec<(FirmId, Versioned<T>)>, StoreError> {
        let sql = format!("SELECT {} FROM {} r WHERE {condition}", T::TABLE.select("r"), T::TABLE.name);
        let rows = self.database.rows(&sql, values).await?;
        rows.iter().map(|row| Ok((row.fields().id()?, T::read(&mut row.fields())?))).collect()
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
        commit::outcome(&self.database, command).await
    }

    async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError> {
        let (database, changes) = (self.database.clone(), changes.clone());
        Database::undisturbed(async move {
            let mut transaction = database.begin().await?;
            let committed = commit::apply(&mut transaction, &changes).await;
            transaction.end(committed).await
        })
        .await
    }

    async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let database = self.database.clone();
        Database::undisturbed(async move {
            let mut transaction = database.begin().await?;
            let forgotten = commit::forget_outcomes(&mut transaction, before, limit).await;
            transaction.end(forgotten).await
        })
        .await
    }
}
