//! SQLite: one connection that writes and a few that read, over one file.

use std::future::Future;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use portal_core::ports::store::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{
    Arguments as _, AssertSqlSafe, Row as _, Sqlite, SqliteConnection, SqlitePool, TypeInfo as _, ValueRef as _,
};

use super::value::{Kind, Row, Value};
use super::{rendered, unreadable};
use crate::error::from_driver;

/// How long a statement waits while another process writes.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long somebody who opens the file waits before they try again, when another process is just making it.
const OPENING_PAUSE: Duration = Duration::from_millis(20);
/// How long a commit waits for its turn among those of this process.
const QUEUE_TIMEOUT: Duration = Duration::from_secs(30);
/// How many reads run at once.
const READERS: u32 = 4;

/// The file, open.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
}

impl Database {
    /// Opens the file, making it if need be.
    pub(crate) async fn open(path: &Path) -> Result<Self, sqlx::Error> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // What was answered must survive a power cut; NORMAL would flush the log at checkpoints only.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .statement_cache_capacity(256);
        // One writer: commits of this process wait for one another in the pool, fairly, and not in SQLite's lock.
        let pool = SqlitePoolOptions::new()
            .max_connections(1)
            .min_connections(1)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(QUEUE_TIMEOUT);
        // Whoever turns a new file to WAL holds all of it for a moment, for which SQLite lets nobody wait.
        let mut waited = Duration::ZERO;
        let writer = loop {
            match pool.clone().connect_with(options.clone()).await {
                Err(error) if is_busy(&error) && waited < BUSY_TIMEOUT => {
                    tokio::time::sleep(OPENING_PAUSE).await;
                    waited += OPENING_PAUSE;
                }
                opened => break opened?,
            }
        };
        // Only once the file is there, and in WAL mode.
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .acquire_timeout(QUEUE_TIMEOUT)
            .connect_with(options.create_if_missing(false).read_only(true))
            .await?;
        Ok(Self { writer, readers })
    }

    /// Waits for what is under way and closes the file.
    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }

    /// Reads, seeing every commit that was answered before.
    pub(crate) async fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        let mut connection = self.readers.acquire().await.map_err(from_driver)?;
        rows(&mut connection, sql, values).await
    }

    /// The first row, if there is one.
    pub(crate) async fn row(&self, sql: &str, values: &[Value]) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Begins a transaction that holds the file for writing from its first moment on, so that none is ever refused halfway.
    pub(crate) async fn begin(&self) -> Result<Transaction, StoreError> {
        let connection = self.writer.acquire().await.map_err(from_driver)?;
        let mut transaction = Transaction { connection: Some(connection) };
        transaction.run("BEGIN IMMEDIATE", &[]).await?;
        Ok(transaction)
    }

    /// The connection that writes, by itself and for once: it is closed afterwards.
    pub(crate) async fn writer(&self) -> Result<PoolConnection<Sqlite>, sqlx::Error> {
        let mut connection = self.writer.acquire().await?;
        connection.close_on_drop();
        Ok(connection)
    }

    /// How many steps SQLite's machine takes from now on, on whichever connection.
    #[cfg(test)]
    pub(crate) async fn count_steps(&self) -> Arc<std::sync::atomic::AtomicU64> {
        let steps = Arc::<std::sync::atomic::AtomicU64>::default();
        let mut all = vec![self.writer.acquire().await.unwrap()];
        for _ in 0..READERS {
            all.push(self.readers.acquire().await.unwrap());
        }
        for connection in &mut all {
            let steps = Arc::clone(&steps);
            let count = move || {
                steps.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                true
            };
            connection.lock_handle().await.unwrap().set_progress_handler(1, count);
        }
        steps
    }

    /// Does `work` in a task of its own: dropping the future that waits for it does not stop it halfway.
    pub(crate) async fn undisturbed<T, E, W>(work: W) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        W: Future<Output = Result<T, E>> + Send + 'static,
    {
        tokio::spawn(work).await.unwrap_or_else(|error| Err(StoreError::Unavailable(error.into()).into()))
    }
}

/// A transaction that writes.
///
/// SQLite ends one by itself when the disk is full, and the driver's own transactions then count wrong for good. So this
/// one asks no counter, and a connection whose state is in any doubt is closed; the pool opens another.
#[derive(Debug)]
pub(crate) struct Transaction {
    /// `None` once it has ended.
    connection: Option<PoolConnection<Sqlite>>,
}

impl Transaction {
    /// The rows that a SELECT or a RETURNING gives.
    pub(crate) async fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
        rows(self.connection()?, sql, values).await
    }

    /// How many rows an INSERT, UPDATE or DELETE touched. Not for SELECT: SQLite would tell of the statement before.
    pub(crate) async fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreError> {
        let text = rendered(sql);
        text.check(values.len())?;
        #[cfg(test)]
        crate::plans::note(&text.text);
        let query = sqlx::query_with::<Sqlite, _>(AssertSqlSafe(Arc::clone(&text.text)), arguments(values)?);
        Ok(query.execute(self.connection()?).await.map_err(from_driver)?.rows_affected())
    }

    /// Commits if `outcome` is good, rolls back if not, and hands it on.
    pub(crate) async fn end<T, E: From<StoreError>>(mut self, outcome: Result<T, E>) -> Result<T, E> {
        let ended = self.run(if outcome.is_ok() { "COMMIT" } else { "ROLLBACK" }, &[]).await;
        if ended.is_ok() {
            // Back to the pool, whole.
            self.connection = None;
        }
        outcome.and_then(|value| ended.map(|_| value).map_err(E::from))
    }

    /// The connection, for what needs the driver itself.
    pub(crate) fn connection(&mut self) -> Result<&mut SqliteConnection, StoreError> {
        self.connection.as_deref_mut().ok_or_else(|| unreadable("a transaction that has ended"))
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        // Closing rolls back what was not committed.
        if let Some(connection) = &mut self.connection {
            connection.close_on_drop();
        }
    }
}

/// Whether another process holds the file.
fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|error| error.code()?.parse::<u32>().ok());
    matches!(code.map(|code| code & 0xff), Some(5 | 6))
}

async fn rows(connection: &mut SqliteConnection, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreError> {
    let text = rendered(sql);
    text.check(values.len())?;
    #[cfg(test)]
    crate::plans::note(&text.text);
    let query = sqlx::query_with::<Sqlite, _>(AssertSqlSafe(Arc::clone(&text.text)), arguments(values)?);
    query.fetch_all(connection).await.map_err(from_driver)?.iter().map(row).collect()
}

fn arguments(values: &[Value]) -> Result<SqliteArguments, StoreError> {
    let mut arguments = SqliteArguments::default();
    for value in values {
        match value {
            Value::Id(id) => arguments.add(*id),
            Value::Int(number) => arguments.add(*number),
            Value::Text(text) => arguments.add(text.clone()),
            Value::Bytes(bytes) => arguments.add(bytes.clone()),
            Value::Null(_) => arguments.add(None::<i64>),
        }
        .map_err(unreadable)?;
    }
    Ok(arguments)
}

fn row(row: &SqliteRow) -> Result<Row, StoreError> {
    (0..row.len()).map(|index| value(row, index)).collect::<Result<_, _>>().map(Row).map_err(from_driver)
}

/// The value's own type counts, not the column's: expressions have no declared type.
fn value(row: &SqliteRow, index: usize) -> Result<Value, sqlx::Error> {
    let raw = row.try_get_raw(index)?;
    if raw.is_null() {
        return Ok(Value::Null(Kind::Int));
    }
    match raw.type_info().name() {
        "INTEGER" => row.try_get_unchecked(index).map(Value::Int),
        "TEXT" => row.try_get_unchecked(index).map(Value::Text),
        "BLOB" => row.try_get_unchecked(index).map(Value::Bytes),
        other => Err(sqlx::Error::Decode(format!("column {index} is of type {other}").into())),
    }
}
