//! Accounts in memory, for tests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use portal_core::values::{Digest, EmailAddress, FirmId, MemberId, Timestamp};

use super::{Account, AccountsError, Rule, StaffAccounts, StaffSession, Tally};

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

    async fn see_session(&self, token: Digest, seen_at: Timestamp) -> Result<(), AccountsError> {
        if let Some(session) = self.lock().sessions.get_mut(&token) {
            session.seen_at = session.seen_at.max(seen_at);
        }
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

    async fn count(&self, subject: Digest, rule: &Rule, now: Timestamp) -> Result<bool, AccountsError> {
        let mut state = self.lock();
        let tally = state.tallies.entry(subject).or_default();
        if rule.waits_until(tally).is_some_and(|until| now < until) {
            return Ok(false);
        }
        let anew = !rule.in_a_row && tally.last_at.is_some_and(|last_at| last_at + rule.pause <= now);
        *tally = Tally { count: if anew { 1 } else { tally.count.saturating_add(1) }, last_at: Some(now) };
        Ok(true)
    }

    async fn uncount(&self, subject: Digest) -> Result<(), AccountsError> {
        if let Some(tally) = self.lock().tallies.get_mut(&subject) {
            tally.count = tally.count.saturating_sub(1);
        }
        Ok(())
    }

    async fn forget(&self, subject: Digest) -> Result<(), AccountsError> {
        self.lock().tallies.remove(&subject);
        Ok(())
    }

    async fn sweep(&self, counted: Timestamp, begun: Timestamp, seen: Timestamp) -> Result<(), AccountsError> {
        let mut state = self.lock();
        state.tallies.retain(|_, tally| tally.last_at.is_some_and(|last_at| last_at >= counted));
        state.sessions.retain(|_, session| session.created_at >= begun && session.seen_at >= seen);
        Ok(())
    }
}
