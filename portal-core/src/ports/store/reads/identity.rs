//! Reads of identity.

use async_trait::async_trait;

use crate::change::Versioned;
use crate::identity::{Attempt, Limit, LimitKind, Login, Reach, Session};
use crate::ports::store::StoreError;
use crate::values::{AddressKey, AttemptId, ContactId, LoginId, SessionId, Timestamp};

/// Reads of identity.
#[async_trait]
pub trait IdentityReads: Send + Sync {
    /// An attempt.
    async fn attempt(&self, address: AddressKey, attempt: AttemptId) -> Result<Option<Versioned<Attempt>>, StoreError>;
    /// Several counts of one or more subjects, in the order asked for.
    async fn limits(&self, keys: &[(AddressKey, LimitKind)]) -> Result<Vec<Option<Versioned<Limit>>>, StoreError>;
    /// The login of an address.
    async fn login_by_address(&self, address: AddressKey) -> Result<Option<Versioned<Login>>, StoreError>;
    /// A login.
    async fn login(&self, login: LoginId) -> Result<Option<Versioned<Login>>, StoreError>;
    /// A session.
    async fn session(&self, login: LoginId, session: SessionId) -> Result<Option<Versioned<Session>>, StoreError>;
    /// The sessions of a login that were not ended and not past their end at `now`, the last used first.
    async fn sessions(&self, login: LoginId, now: Timestamp) -> Result<Vec<Versioned<Session>>, StoreError>;
    /// Every session of a login, over or not, in no order that matters.
    async fn all_sessions(&self, login: LoginId) -> Result<Vec<Versioned<Session>>, StoreError>;
    /// Which contacts an address reaches, by firm and contact.
    async fn reached(&self, address: AddressKey) -> Result<Vec<Versioned<Reach>>, StoreError>;
    /// By which addresses a contact is reached.
    async fn reaching(&self, contact: ContactId) -> Result<Vec<Versioned<Reach>>, StoreError>;
    /// For the worker: attempts that expired before `before`, the oldest first.
    async fn stale_attempts(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Attempt>>, StoreError>;
    /// For the worker: counts that began before `before`, the oldest first.
    async fn stale_limits(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Limit>>, StoreError>;
    /// For the worker: sessions that ended, or were past their end, before `before`, the oldest first.
    async fn stale_sessions(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Session>>, StoreError>;
}
