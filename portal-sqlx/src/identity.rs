//! Reads of identity.

use async_trait::async_trait;
use portal_core::change::Versioned;
use portal_core::identity::{Attempt, Limit, LimitKind, Login, Reach, Session};
use portal_core::ports::store::{IdentityReads, StoreError};
use portal_core::values::{AddressKey, AttemptId, ContactId, LoginId, SessionId, Timestamp};

use crate::SqliteStore;
use crate::rows::limit_kind;
use crate::sql::{ROWS_AT_ONCE, Value, tuples};

#[async_trait]
impl IdentityReads for SqliteStore {
    async fn attempt(&self, address: AddressKey, attempt: AttemptId) -> Result<Option<Versioned<Attempt>>, StoreError> {
        self.find("address_key = $1 AND attempt_id = $2", &[Value::id(address), Value::id(attempt)]).await
    }

    async fn limits(&self, keys: &[(AddressKey, LimitKind)]) -> Result<Vec<Option<Versioned<Limit>>>, StoreError> {
        let mut found: Vec<Versioned<Limit>> = Vec::new();
        for some in keys.chunks(ROWS_AT_ONCE) {
            let wanted = format!("(subject_key, kind) IN (VALUES {})", tuples(some.len(), 2, 1));
            let values: Vec<Value> =
                some.iter().flat_map(|(subject, kind)| [Value::id(*subject), Value::Int(limit_kind(*kind))]).collect();
            found.extend(self.all(&wanted, &values).await?);
        }
        let asked = |(subject, kind): &(AddressKey, LimitKind)| {
            found.iter().find(|limit| limit.subject == *subject && limit.kind == *kind).cloned()
        };
        Ok(keys.iter().map(asked).collect())
    }

    async fn login_by_address(&self, address: AddressKey) -> Result<Option<Versioned<Login>>, StoreError> {
        self.find("address_key = $1", &[Value::id(address)]).await
    }

    async fn login(&self, login: LoginId) -> Result<Option<Versioned<Login>>, StoreError> {
        self.find("login_id = $1", &[Value::id(login)]).await
    }

    async fn session(&self, login: LoginId, session: SessionId) -> Result<Option<Versioned<Session>>, StoreError> {
        self.find("login_id = $1 AND session_id = $2", &[Value::id(login), Value::id(session)]).await
    }

    async fn sessions(&self, login: LoginId, now: Timestamp) -> Result<Vec<Versioned<Session>>, StoreError> {
        let open = "login_id = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY seen_at DESC, session_id DESC";
        self.all(open, &[Value::id(login), Value::time(now)]).await
    }

    async fn all_sessions(&self, login: LoginId) -> Result<Vec<Versioned<Session>>, StoreError> {
        self.all("login_id = $1", &[Value::id(login)]).await
    }

    async fn reached(&self, address: AddressKey) -> Result<Vec<Versioned<Reach>>, StoreError> {
        self.all("address_key = $1 ORDER BY firm_id, contact_id", &[Value::id(address)]).await
    }

    async fn reaching(&self, contact: ContactId) -> Result<Vec<Versioned<Reach>>, StoreError> {
        self.all("contact_id = $1 ORDER BY address_key", &[Value::id(contact)]).await
    }

    async fn stale_attempts(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Attempt>>, StoreError> {
        let stale = "expires_at < $1 ORDER BY expires_at, attempt_id LIMIT $2";
        self.all(stale, &[Value::time(before), Value::limit(limit)]).await
    }

    async fn stale_limits(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Limit>>, StoreError> {
        let stale = "since < $1 ORDER BY since, subject_key LIMIT $2";
        self.all(stale, &[Value::time(before), Value::limit(limit)]).await
    }

    async fn stale_sessions(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Session>>, StoreError> {
        let stale = "over_at < $1 ORDER BY over_at, session_id LIMIT $2";
        self.all(stale, &[Value::time(before), Value::limit(limit)]).await
    }
}
