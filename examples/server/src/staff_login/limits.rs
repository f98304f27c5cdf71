//! How often wrong passwords are taken, so that nobody guesses and nobody locks somebody else out.

use std::time::Duration;

use portal_core::identity::Source;
use portal_core::values::{Digest, EmailAddress, Timestamp};

use super::{AccountsError, StaffAccounts, Tally};

const QUARTER: Duration = Duration::from_secs(15 * 60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// How often something may be done before it has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rule {
    /// How often.
    pub most: u32,
    /// For how long it waits then.
    pub pause: Duration,
    /// Whether only a success ends the row: then each further time doubles the pause, up to a day. Otherwise counting begins
    /// anew once it was not done for as long as the pause.
    pub in_a_row: bool,
}

impl Rule {
    /// The longest that it waits.
    pub(super) fn longest(&self) -> Duration {
        if self.in_a_row { DAY } else { self.pause }
    }

    /// Until when it waits, after what was done so far.
    pub(super) fn waits_until(&self, tally: &Tally) -> Option<Timestamp> {
        let beyond = tally.count.checked_sub(self.most)?;
        let pause = self.pause.saturating_mul(2_u32.saturating_pow(beyond)).min(self.longest());
        tally.last_at.map(|last_at| last_at + pause)
    }
}

/// Wrong passwords for one address from one source before that source waits: elsewhere its owner goes on signing in.
const BY_ADDRESS_AND_SOURCE: Rule = Rule { most: 10, pause: QUARTER, in_a_row: true };
/// Wrong passwords from one source for any address. Many may share it, and what one of them types right says nothing of the
/// others.
const BY_SOURCE: Rule = Rule { most: 50, pause: QUARTER, in_a_row: false };
/// Wrong passwords in a row for one address from anywhere (NIST 800-63B-4, 3.2.2).
const BY_ADDRESS: Rule = Rule { most: 100, pause: QUARTER, in_a_row: true };
/// Counted, and never too often.
const COUNTED: Rule = Rule { most: u32::MAX, ..BY_ADDRESS };

/// For how long it is remembered that somebody signed in from a source: what others do elsewhere does not keep them out
/// there, where they are limited by address and source alone.
const KNOWN_FOR: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// How long after it last grew a count is kept.
pub(super) const TALLIES_KEPT: Duration = KNOWN_FOR;

/// Whom failures are counted for.
pub(super) struct Subjects {
    both: Digest,
    source: Digest,
    address: Digest,
    known: Digest,
}

impl Subjects {
    pub(super) fn of(email: &str, source: Source) -> Self {
        let typed = email.trim().to_lowercase();
        let address = EmailAddress::new(&typed).map_or(typed, |email| email.canonical().to_owned());
        let source = source.counted_as();
        let subject = |kind: &[u8], address: &str, source: &str| {
            Digest::of_parts(&[b"staff sign-in", kind, address.as_bytes(), source.as_bytes()])
        };
        Self {
            both: subject(b"both", &address, &source),
            source: subject(b"source", "", &source),
            address: subject(b"address", &address, ""),
            known: subject(b"known", &address, &source),
        }
    }

    /// Counts a try before it is judged, so that of many at once no more are judged than one after the other; `false` when it
    /// has to wait, and then it counts for nothing.
    pub(super) async fn count(&self, accounts: &dyn StaffAccounts, now: Timestamp) -> Result<bool, AccountsError> {
        let signed_in_at = accounts.tally(self.known).await?.last_at;
        let known = signed_in_at.is_some_and(|at| now < at + KNOWN_FOR);
        let by_address = if known { COUNTED } else { BY_ADDRESS };
        let rules = [(self.both, BY_ADDRESS_AND_SOURCE), (self.source, BY_SOURCE), (self.address, by_address)];
        let mut counted = Vec::with_capacity(rules.len());
        for (subject, rule) in rules {
            if !accounts.count(subject, &rule, now).await? {
                for subject in counted {
                    accounts.uncount(subject).await?;
                }
                return Ok(false);
            }
            counted.push(subject);
        }
        Ok(true)
    }

    /// Takes a try back that was not judged.
    pub(super) async fn give_back(&self, accounts: &dyn StaffAccounts) -> Result<(), AccountsError> {
        for subject in [self.both, self.source, self.address] {
            accounts.uncount(subject).await?;
        }
        Ok(())
    }

    /// The right password ends the row for its address; what the source did to others stays counted.
    pub(super) async fn succeeded(&self, accounts: &dyn StaffAccounts, now: Timestamp) -> Result<(), AccountsError> {
        accounts.forget(self.both).await?;
        accounts.forget(self.address).await?;
        accounts.uncount(self.source).await?;
        accounts.count(self.known, &COUNTED, now).await.map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l09_the_pause_of_a_row_doubles_up_to_a_day_and_that_of_a_source_does_not() {
        let at = Timestamp::from_micros(1_700_000_000_000_000);
        let waits = |rule: Rule, count| {
            let until = rule.waits_until(&Tally { count, last_at: Some(at) });
            until.map(|until| until.since(at).as_secs() / 60)
        };
        assert_eq!(waits(BY_ADDRESS, 99), None);
        assert_eq!(
            [100, 101, 102, 106, 107, 4_000_000_000].map(|count| waits(BY_ADDRESS, count)),
            [Some(15), Some(30), Some(60), Some(960), Some(1440), Some(1440)]
        );
        assert_eq!([49, 50, 90].map(|count| waits(BY_SOURCE, count)), [None, Some(15), Some(15)]);
        assert_eq!(waits(COUNTED, 4_000_000_000), None);
    }
}
