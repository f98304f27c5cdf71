//! Reads of identity.

use std::cmp::Reverse;

use async_trait::async_trait;

use super::MemoryStore;
use super::lists::{Listed, Unique};
use super::rows::{Rows, Space, Stored};
use crate::change::Versioned;
use crate::identity::{Attempt, Key, Limit, LimitKind, Login, Reach, Session};
use crate::ports::store::{IdentityReads, StoreError};
use crate::values::{AddressKey, AttemptId, ContactId, LoginId, SessionId, Timestamp};

const SPACE: Space = Space::Deployment;

impl Rows {
    /// The oldest `limit` records of a kind that a worker is to take away: those that were over before `before`.
    fn stale<T: Stored>(
        &self,
        before: Timestamp,
        limit: usize,
        key: impl Fn(&T) -> Key,
        over_at: impl Fn(&T) -> Timestamp,
    ) -> Vec<Versioned<T>> {
        let mut stale: Vec<&T> = self.all::<T>().map(|(_, value)| value).filter(|it| over_at(it) < before).collect();
        stale.sort_by_key(|value| over_at(value));
        stale.into_iter().take(limit).filter_map(|value| self.read(SPACE, key(value))).collect()
    }
}

#[async_trait]
impl IdentityReads for MemoryStore {
    async fn attempt(&self, address: AddressKey, attempt: AttemptId) -> Result<Option<Versioned<Attempt>>, StoreError> {
        Ok(self.state().rows.read(SPACE, Key::Attempt(address, attempt)))
    }

    async fn limits(&self, keys: &[(AddressKey, LimitKind)]) -> Result<Vec<Option<Versioned<Limit>>>, StoreError> {
        let rows = &self.state().rows;
        Ok(keys.iter().map(|(subject, kind)| rows.read(SPACE, Key::Limit(*subject, *kind))).collect())
    }

    async fn login_by_address(&self, address: AddressKey) -> Result<Option<Versioned<Login>>, StoreError> {
        let rows = &self.state().rows;
        let holder = rows.holder(SPACE, Unique::LoginAddress(address));
        Ok(holder.and_then(|(space, key)| rows.read(space, key)))
    }

    async fn login(&self, login: LoginId) -> Result<Option<Versioned<Login>>, StoreError> {
        Ok(self.state().rows.read(SPACE, Key::Login(login)))
    }

    async fn session(&self, login: LoginId, session: SessionId) -> Result<Option<Versioned<Session>>, StoreError> {
        Ok(self.state().rows.read(SPACE, Key::Session(login, session)))
    }

    async fn sessions(&self, login: LoginId, now: Timestamp) -> Result<Vec<Versioned<Session>>, StoreError> {
        let rows = &self.state().rows;
        let (first, last) = (SessionId::from_bits(0), SessionId::from_bits(u128::MAX));
        let mut open: Vec<Versioned<Session>> = rows
            .range::<Session>(SPACE, Key::Session(login, first), Key::Session(login, last))
            .filter(|session| session.ended.is_none() && now < session.expires_at)
            .collect();
        open.sort_by_key(|session| Reverse((session.seen_at, session.id)));
        Ok(open)
    }

    async fn all_sessions(&self, login: LoginId) -> Result<Vec<Versioned<Session>>, StoreError> {
        let (first, last) = (SessionId::from_bits(0), SessionId::from_bits(u128::MAX));
        Ok(self.state().rows.range(SPACE, Key::Session(login, first), Key::Session(login, last)).collect())
    }

    async fn reached(&self, address: AddressKey) -> Result<Vec<Versioned<Reach>>, StoreError> {
        let rows = &self.state().rows;
        let (first, last) = (ContactId::from_bits(0), ContactId::from_bits(u128::MAX));
        let mut reached: Vec<Versioned<Reach>> =
            rows.range(SPACE, Key::Reach(address, first), Key::Reach(address, last)).collect();
        reached.sort_by_key(|reach: &Versioned<Reach>| (reach.firm, reach.contact));
        Ok(reached)
    }

    async fn reaching(&self, contact: ContactId) -> Result<Vec<Versioned<Reach>>, StoreError> {
        let rows = &self.state().rows;
        Ok(rows.at(SPACE, Listed::ReachOf(contact)).filter_map(|(space, key)| rows.read(space, key)).collect())
    }

    async fn stale_attempts(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Attempt>>, StoreError> {
        let key = |attempt: &Attempt| Key::Attempt(attempt.address, attempt.id);
        Ok(self.state().rows.stale(before, limit, key, |attempt| attempt.expires_at))
    }

    async fn stale_limits(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Limit>>, StoreError> {
        let key = |counted: &Limit| Key::Limit(counted.subject, counted.kind);
        Ok(self.state().rows.stale(before, limit, key, |counted| counted.since))
    }

    async fn stale_sessions(&self, before: Timestamp, limit: usize) -> Result<Vec<Versioned<Session>>, StoreError> {
        let key = |session: &Session| Key::Session(session.login, session.id);
        Ok(self.state().rows.stale(before, limit, key, |session| {
            session.ended.map_or(session.expires_at, |end| end.at.min(session.expires_at))
        }))
    }
}
