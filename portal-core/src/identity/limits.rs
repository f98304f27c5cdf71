//! Counting, so that guessers are slowed down and nobody can lock out somebody else.
//!
//! Asking is counted for a source, alone and together with the address it asks for; never for an address alone, since
//! anybody could use that up. Failures are counted for an address, and stop typed codes for a while and nothing else.

use std::time::Duration;

use super::{Identity, Key, Limit, LimitKind, Record};
use crate::change::{Versioned, Write};
use crate::values::{AddressKey, Timestamp};

/// For how long asking is counted before counting begins anew.
pub const ASKING_WINDOW: Duration = Duration::from_secs(15 * 60);
/// How many sign-in mails one source may ask for in that time for one address.
pub const ASKS_FOR_ADDRESS: u32 = 5;
/// How many sign-in mails one source may ask for in that time for whatever addresses.
pub const ASKS_FROM_SOURCE: u32 = 30;
/// How many codes may be wrong for one attempt before it is worth nothing.
pub const WRONG_CODES_PER_ATTEMPT: u32 = 5;
/// How many codes in a row may be wrong for one address before typed codes pause (NIST SP 800-63B-4, 3.2.2).
pub const WRONG_CODES_IN_A_ROW: u32 = 100;
/// For how long they pause then. Each further failure doubles it, up to a day.
pub const CODES_PAUSE: Duration = Duration::from_secs(15 * 60);

/// How long after it was last begun a count is kept: so long, failures count as in a row.
pub const LIMITS_KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

const LONGEST_PAUSE: Duration = Duration::from_secs(24 * 60 * 60);

/// One count as it stands, or does not yet.
#[derive(Debug, Clone, Copy)]
pub struct Count<'a> {
    /// What is counted for.
    pub subject: AddressKey,
    /// What is counted.
    pub kind: LimitKind,
    /// What was counted so far.
    pub found: Option<&'a Versioned<Limit>>,
}

impl Count<'_> {
    /// Whether asking once more stays within the limit of this kind.
    pub(super) fn allows_asking(&self, now: Timestamp) -> bool {
        let most = match self.kind {
            LimitKind::AskedByAddressAndSource => ASKS_FOR_ADDRESS,
            LimitKind::AskedBySource => ASKS_FROM_SOURCE,
            LimitKind::TypedFailures => return true,
        };
        self.in_window(now).is_none_or(|limit| limit.count < most)
    }

    /// Counts asking once.
    pub(super) fn asked(&self, now: Timestamp) -> Write<Identity> {
        let window = self.in_window(now);
        let since = window.map_or(now, |limit| limit.since);
        self.set(window.map_or(0, |limit| limit.count).saturating_add(1), since)
    }

    /// Counts one failure more in the row.
    pub(super) fn failed(&self, now: Timestamp) -> Write<Identity> {
        self.set(self.found.map_or(0, |limit| limit.count).saturating_add(1), now)
    }

    /// Until when typed codes pause; `None` when they do not.
    pub(super) fn paused_until(&self, now: Timestamp) -> Option<Timestamp> {
        let limit = self.found?;
        let beyond = limit.count.checked_sub(WRONG_CODES_IN_A_ROW)?;
        let pause = CODES_PAUSE.saturating_mul(2_u32.saturating_pow(beyond)).min(LONGEST_PAUSE);
        Some(limit.since + pause).filter(|until| now < *until)
    }

    /// Begins anew after a success; `None` when there is nothing to forget.
    pub(super) fn forgotten(&self) -> Option<Write<Identity>> {
        self.found.map(|limit| Write::Delete(Key::Limit(self.subject, self.kind), limit.version))
    }

    fn in_window(&self, now: Timestamp) -> Option<&Limit> {
        self.found.map(|limit| &limit.value).filter(|limit| now.since(limit.since) < ASKING_WINDOW)
    }

    fn set(&self, count: u32, since: Timestamp) -> Write<Identity> {
        let record = Record::Limit(Limit { subject: self.subject, kind: self.kind, count, since });
        match self.found {
            Some(found) => Write::Update(found.version, record),
            None => Write::Create(record),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);
    const SUBJECT: AddressKey = AddressKey::from_bits(1);

    fn limit(kind: LimitKind, count: u32, since: Timestamp) -> Versioned<Limit> {
        Versioned::new(Version::FIRST, Limit { subject: SUBJECT, kind, count, since })
    }

    fn count(found: Option<&Versioned<Limit>>) -> Count<'_> {
        let kind = found.map_or(LimitKind::AskedByAddressAndSource, |limit| limit.kind);
        Count { subject: SUBJECT, kind, found }
    }

    #[test]
    fn l09_failures_count_as_in_a_row_for_thirty_days_and_pauses_are_a_quarter_of_an_hour_to_a_day() {
        let days = |days: u64| Duration::from_secs(days * 86_400);
        assert_eq!((LIMITS_KEPT, LONGEST_PAUSE), (days(30), days(1)));
        assert_eq!((ASKING_WINDOW, CODES_PAUSE), (Duration::from_secs(900), Duration::from_secs(900)));
    }

    fn written(write: Write<Identity>) -> (u32, Timestamp) {
        match write {
            Write::Create(Record::Limit(limit)) | Write::Update(_, Record::Limit(limit)) => (limit.count, limit.since),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn l10_asking_is_counted_for_a_quarter_of_an_hour_and_then_anew() {
        assert!(count(None).allows_asking(NOW));
        assert_eq!(written(count(None).asked(NOW)), (1, NOW));

        for (kind, most) in [(LimitKind::AskedByAddressAndSource, 5), (LimitKind::AskedBySource, 30)] {
            assert!(count(Some(&limit(kind, most - 1, NOW))).allows_asking(NOW));
            let full = limit(kind, most, NOW);
            let last = NOW + ASKING_WINDOW - Duration::from_micros(1);
            assert!(!count(Some(&full)).allows_asking(last));
            assert!(count(Some(&full)).allows_asking(NOW + ASKING_WINDOW));
            assert_eq!(written(count(Some(&full)).asked(NOW + ASKING_WINDOW)), (1, NOW + ASKING_WINDOW));
        }
        let two = limit(LimitKind::AskedBySource, 2, NOW);
        assert_eq!(written(count(Some(&two)).asked(NOW + Duration::from_secs(60))), (3, NOW));
    }

    #[test]
    fn l10_a_clock_that_jumps_back_forgets_no_count() {
        let full = limit(LimitKind::AskedBySource, 30, NOW);
        assert!(!count(Some(&full)).allows_asking(NOW - Duration::from_secs(3600)));
    }

    #[test]
    fn l09_the_hundredth_failure_in_a_row_pauses_codes_and_each_further_one_for_longer() {
        let minutes = |minutes: u64| NOW + Duration::from_secs(60 * minutes);
        let paused =
            |failures: u32, now| count(Some(&limit(LimitKind::TypedFailures, failures, NOW))).paused_until(now);
        assert_eq!(paused(99, NOW), None);
        assert_eq!(paused(100, NOW), Some(minutes(15)));
        assert_eq!(paused(100, minutes(15)), None);
        assert_eq!(paused(101, minutes(15)), Some(minutes(30)));
        assert_eq!(paused(102, NOW), Some(minutes(60)));
        assert_eq!(paused(4_000_000_000, NOW), Some(minutes(24 * 60)));
        assert_eq!(count(None).paused_until(NOW), None);
    }

    #[test]
    fn l09_failures_are_counted_without_end_of_a_window() {
        let many = limit(LimitKind::TypedFailures, 99, NOW);
        let later = NOW + Duration::from_secs(60 * 60 * 24 * 20);
        assert_eq!(written(count(Some(&many)).failed(later)), (100, later));
    }
}
