//! Accounts in memory, for tests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use portal_core::values::{Digest, EmailAddress, FirmId, MemberId, Timestamp};

use super::{Account, AccountsError, StaffAccounts, StaffSession, Tally};

/// Accounts that are gone with the process.
#[derive(Debug, Default)]
pub struct MemoryAccounts {
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    accounts: Vec<Account>,
    sessions: HashMap<Digest, StaffSession>,
    tallies: HashMap<Digest, Tally>,
}

impl MemoryAccounts {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl StaffAccounts for MemoryAccounts {
    async fn by_email(&self, email: &EmailAddress) -> Result<Option<Account>, AccountsError> {
        let state = self.lock();
        Ok(state.accounts.iter().find(|account| account.email.canonical() == email.canonical()).cloned())
    }

    async fn of_firm(&self, firm: FirmId) -> Result<Vec<Account>, AccountsError> {
        Ok(self.lock().accounts.iter().filter(|account| account.firm == firm).cloned().collect())
    }

    async fn put(&self, account: &Account) -> Result<bool, AccountsError> {
        let mut state = self.lock();
        let same = |other: &Account| (other.firm, other.member) == (account.firm, account.member);
        let taken = |other: &Account| other.email.canonical() == account.email.canonical() && !same(other);
        if state.accounts.iter().any(taken) {
            return Ok(false);
        }
        state.accounts.retain(|other| !same(other));
        state.accounts.push(account.clone());
        Ok(true)
    }

    async fn remove(&self, firm: FirmId, member: MemberId) -> Result<(), AccountsError> {
        let mut state = self.lock();
        state.accounts.retain(|account| (account.firm, account.member) != (firm, member));
        state.sessions.retain(|_, session| (session.firm, session.member) != (firm, member));
        Ok(())
    }

    async fn put_session(&self, session: &StaffSession) -> Result<(), AccountsError> {
        self.lock().sessions.insert(session.token, *session);
        Ok(())
    }

    async fn session(&self, token: Digest) -> Result<Option<StaffSession>, AccountsError> {
        Ok(self.lock().sessions.get(&token).copied())
    }

    async fn end_session(&self, token: Digest) -> Result<(), AccountsError> {
        self.lock().sessions.remove(&token);
        Ok(())
    }

    async fn tally(&self, subject: Digest) -> Result<Tally, AccountsError> {
        Ok(self.lock().tallies.get(&subject).copied().unwrap_or_default())
    }

    async fn count(&self, subject: Digest, now: Timestamp, since: Timestamp) -> Result<(), AccountsError> {
        let mut state = self.lock();
        let tally = state.tallies.entry(subject).or_default();
        let fresh = tally.last_at.is_none_or(|last_at| last_at < since);
        *tally = Tally { count: if fresh { 1 } else { tally.count.saturating_add(1) }, last_at: Some(now) };
        Ok(())
    }

    async fn forget(&self, subject: Digest) -> Result<(), AccountsError> {
        self.lock().tallies.remove(&subject);
        Ok(())
    }
}
