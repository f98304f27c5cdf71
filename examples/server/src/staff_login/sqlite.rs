//! Accounts in tables of the server's own, in the same SQLite file as the portal's.

use std::path::Path;
use std::time::Duration;

use async_trait::async_trait;
use portal_core::values::{Digest, EmailAddress, FirmId, MemberId, Timestamp};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous};
use sqlx::{Row as _, SqlitePool};

use super::{Account, AccountsError, PasswordHash, Rule, StaffAccounts, StaffSession, Tally};

/// Accounts in an SQLite file, which several servers may use at once.
#[derive(Debug, Clone)]
pub struct SqliteAccounts {
    pool: SqlitePool,
}

const TABLES: &str = "
    CREATE TABLE IF NOT EXISTS server_staff_account (
        firm TEXT NOT NULL, member TEXT NOT NULL, email TEXT NOT NULL, canonical TEXT NOT NULL UNIQUE,
        password TEXT NOT NULL, PRIMARY KEY (firm, member)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS server_staff_session (
        token TEXT NOT NULL PRIMARY KEY, firm TEXT NOT NULL, member TEXT NOT NULL,
        created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS server_staff_session_member ON server_staff_session (firm, member);
    CREATE TABLE IF NOT EXISTS server_staff_tally (
        subject TEXT NOT NULL PRIMARY KEY, count BIGINT NOT NULL, last_at BIGINT NOT NULL
    ) WITHOUT ROWID;
";

impl SqliteAccounts {
    /// Opens the file, and makes it and the tables when they are not there.
    ///
    /// # Errors
    /// [`AccountsError`] when the file cannot be opened or is no database.
    pub async fn open(path: &Path) -> Result<Self, AccountsError> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10));
        let pool = SqlitePoolOptions::new().max_connections(2).connect_with(options).await.map_err(failed)?;
        sqlx::raw_sql(TABLES).execute(&pool).await.map_err(failed)?;
        Ok(Self { pool })
    }
}

fn failed(error: sqlx::Error) -> AccountsError {
    AccountsError(Box::new(error))
}

fn unreadable(error: impl std::error::Error + Send + Sync + 'static) -> AccountsError {
    AccountsError(Box::new(error))
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

fn account(row: &SqliteRow) -> Result<Account, AccountsError> {
    let text = |column: &str| row.try_get::<&str, _>(column).map_err(failed);
    Ok(Account {
        email: EmailAddress::new(text("email")?).map_err(unreadable)?,
        firm: text("firm")?.parse().map_err(unreadable)?,
        member: text("member")?.parse().map_err(unreadable)?,
        password: PasswordHash::from_store(text("password")?),
    })
}

fn session(row: &SqliteRow) -> Result<StaffSession, AccountsError> {
    let text = |column: &str| row.try_get::<&str, _>(column).map_err(failed);
    let time = |column: &str| row.try_get::<i64, _>(column).map(Timestamp::from_micros).map_err(failed);
    Ok(StaffSession {
        token: text("token")?.parse().map_err(unreadable)?,
        firm: text("firm")?.parse().map_err(unreadable)?,
        member: text("member")?.parse().map_err(unreadable)?,
        created_at: time("created_at")?,
        seen_at: time("seen_at")?,
    })
}

#[async_trait]
impl StaffAccounts for SqliteAccounts {
    async fn by_email(&self, email: &EmailAddress) -> Result<Option<Account>, AccountsError> {
        let found = sqlx::query("SELECT * FROM server_staff_account WHERE canonical = $1")
            .bind(email.canonical())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?;
        found.as_ref().map(account).transpose()
    }

    async fn of_firm(&self, firm: FirmId) -> Result<Vec<Account>, AccountsError> {
        let found = sqlx::query("SELECT * FROM server_staff_account WHERE firm = $1 ORDER BY canonical")
            .bind(firm.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
        found.iter().map(account).collect()
    }

    async fn put(&self, account: &Account) -> Result<bool, AccountsError> {
        let done = sqlx::query(
            "INSERT INTO server_staff_account (firm, member, email, canonical, password) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (firm, member) DO UPDATE
             SET email = excluded.email, canonical = excluded.canonical, password = excluded.password",
        )
        .bind(account.firm.to_string())
        .bind(account.member.to_string())
        .bind(account.email.as_str())
        .bind(account.email.canonical())
        .bind(account.password.as_str())
        .execute(&self.pool)
        .await;
        match done {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => Ok(false),
            Err(error) => Err(failed(error)),
        }
    }

    async fn remove(&self, firm: FirmId, member: MemberId) -> Result<(), AccountsError> {
        let mut both = self.pool.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        for statement in [
            "DELETE FROM server_staff_session WHERE firm = $1 AND member = $2",
            "DELETE FROM server_staff_account WHERE firm = $1 AND member = $2",
        ] {
            let delete = sqlx::query(statement).bind(firm.to_string()).bind(member.to_string());
            delete.execute(&mut *both).await.map_err(failed)?;
        }
        both.commit().await.map_err(failed)
    }

    async fn put_session(&self, session: &StaffSession) -> Result<(), AccountsError> {
        sqlx::query(
            "INSERT INTO server_staff_session (token, firm, member, created_at, seen_at) VALUES ($1, $2, $3, $4, $5)",
        )
        .bind(session.token.to_string())
        .bind(session.firm.to_string())
        .bind(session.member.to_string())
        .bind(session.created_at.as_micros())
        .bind(session.seen_at.as_micros())
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        Ok(())
    }

    async fn see_session(&self, token: Digest, seen_at: Timestamp) -> Result<(), AccountsError> {
        sqlx::query("UPDATE server_staff_session SET seen_at = max(seen_at, $2) WHERE token = $1")
            .bind(token.to_string())
            .bind(seen_at.as_micros())
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn session(&self, token: Digest) -> Result<Option<StaffSession>, AccountsError> {
        let found = sqlx::query("SELECT * FROM server_staff_session WHERE token = $1")
            .bind(token.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?;
        found.as_ref().map(session).transpose()
    }

    async fn end_session(&self, token: Digest) -> Result<(), AccountsError> {
        let delete = sqlx::query("DELETE FROM server_staff_session WHERE token = $1").bind(token.to_string());
        delete.execute(&self.pool).await.map_err(failed)?;
        Ok(())
    }

    async fn tally(&self, subject: Digest) -> Result<Tally, AccountsError> {
        let found = sqlx::query("SELECT count, last_at FROM server_staff_tally WHERE subject = $1")
            .bind(subject.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?;
        let Some(row) = found else { return Ok(Tally::default()) };
        let count: i64 = row.try_get("count").map_err(failed)?;
        let last_at: i64 = row.try_get("last_at").map_err(failed)?;
        Ok(Tally { count: u32::try_from(count).unwrap_or(u32::MAX), last_at: Some(Timestamp::from_micros(last_at)) })
    }

    async fn count(&self, subject: Digest, rule: &Rule, now: Timestamp) -> Result<bool, AccountsError> {
        // As `Rule::waits_until` has it: a pause is doubled twenty times at most, and is as long as can be long before.
        let counted = sqlx::query(
            "INSERT INTO server_staff_tally AS tally (subject, count, last_at) VALUES ($1, 1, $2)
             ON CONFLICT (subject) DO UPDATE
             SET count = CASE WHEN NOT $3 AND tally.last_at <= $2 - $4 THEN 1 ELSE tally.count + 1 END,
                 last_at = excluded.last_at
             WHERE tally.count < $5 OR $2 >= tally.last_at + min($4 << min(tally.count - $5, 20), $6)
             RETURNING count",
        )
        .bind(subject.to_string())
        .bind(now.as_micros())
        .bind(rule.in_a_row)
        .bind(micros(rule.pause))
        .bind(i64::from(rule.most))
        .bind(micros(rule.longest()))
        .fetch_optional(&self.pool)
        .await
        .map_err(failed)?;
        Ok(counted.is_some())
    }

    async fn uncount(&self, subject: Digest) -> Result<(), AccountsError> {
        let less = "UPDATE server_staff_tally SET count = count - 1 WHERE subject = $1 AND count > 0";
        sqlx::query(less).bind(subject.to_string()).execute(&self.pool).await.map_err(failed)?;
        Ok(())
    }

    async fn forget(&self, subject: Digest) -> Result<(), AccountsError> {
        let delete = sqlx::query("DELETE FROM server_staff_tally WHERE subject = $1").bind(subject.to_string());
        delete.execute(&self.pool).await.map_err(failed)?;
        Ok(())
    }

    async fn sweep(&self, counted: Timestamp, begun: Timestamp, seen: Timestamp) -> Result<(), AccountsError> {
        sqlx::query("DELETE FROM server_staff_tally WHERE last_at < $1")
            .bind(counted.as_micros())
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        sqlx::query("DELETE FROM server_staff_session WHERE created_at < $1 OR seen_at < $2")
            .bind(begun.as_micros())
            .bind(seen.as_micros())
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(())
    }
}
