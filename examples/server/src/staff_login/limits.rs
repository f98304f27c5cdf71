//! How often wrong passwords are taken, so that nobody guesses and nobody locks somebody else out.

use std::time::Duration;

use portal_core::values::{Digest, EmailAddress, Timestamp};

use super::{AccountsError, StaffAccounts};

/// Wrong passwords for one address from one source before that source waits: elsewhere its owner goes on signing in.
const BY_ADDRESS_AND_SOURCE: u32 = 10;
/// Wrong passwords from one source for any address.
const BY_SOURCE: u32 = 50;
/// Wrong passwords in a row for one address from anywhere (NIST 800-63B-4, 3.2.2).
const BY_ADDRESS: u32 = 100;
/// How long the pause is, and how long failures are remembered.
const WINDOW: Duration = Duration::from_secs(15 * 60);

/// Whom failures are counted for.
pub(super) struct Subjects([(Digest, u32); 3]);

impl Subjects {
    pub(super) fn of(email: &str, source: &str) -> Self {
        let typed = email.trim().to_lowercase();
        let address = EmailAddress::new(&typed).map_or(typed, |email| email.canonical().to_owned());
        let subject = |kind: &[u8], address: &str, source: &str| {
            Digest::of_parts(&[b"staff sign-in", kind, address.as_bytes(), source.as_bytes()])
        };
        Self([
            (subject(b"both", &address, source), BY_ADDRESS_AND_SOURCE),
            (subject(b"source", "", source), BY_SOURCE),
            (subject(b"address", &address, ""), BY_ADDRESS),
        ])
    }

    pub(super) async fn paused(&self, accounts: &dyn StaffAccounts, now: Timestamp) -> Result<bool, AccountsError> {
        for (subject, limit) in self.0 {
            let tally = accounts.tally(subject).await?;
            if tally.count >= limit && tally.last_at.is_some_and(|last_at| now < last_at + WINDOW) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) async fn count(&self, accounts: &dyn StaffAccounts, now: Timestamp) -> Result<(), AccountsError> {
        for (subject, _) in self.0 {
            accounts.count(subject, now, now - WINDOW).await?;
        }
        Ok(())
    }

    /// The right password ends the row for its address; what the source did to others stays counted.
    pub(super) async fn forget(&self, accounts: &dyn StaffAccounts) -> Result<(), AccountsError> {
        let [(both, _), _, (address, _)] = self.0;
        accounts.forget(both).await?;
        accounts.forget(address).await
    }
}
