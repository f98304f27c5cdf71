//! What need not be looked for at each call.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::values::{Cursor, Timestamp};

/// How often outcomes and identity's leftovers are looked for.
const HOUSEKEEPING: Duration = Duration::from_secs(10 * 60);
/// How often the blob store's list is gone through from its start.
const LISTING: Duration = Duration::from_secs(60 * 60);

/// When this process last looked. Forgotten with the process, and harmless to do more often.
#[derive(Debug, Default)]
pub(crate) struct Paces(Mutex<Last>);

#[derive(Debug, Default)]
struct Last {
    housekeeping: Option<Timestamp>,
    listing: Option<Timestamp>,
    /// Where the list is gone on from; `None` between two rounds.
    at: Option<Cursor>,
}

impl Paces {
    /// Whether it is time for housekeeping.
    pub(super) fn housekeeping_due(&self, now: Timestamp) -> bool {
        is_due(self.last().housekeeping, HOUSEKEEPING, now)
    }

    /// Says that nothing is left to keep house of.
    pub(super) fn kept_house(&self, now: Timestamp) {
        self.last().housekeeping = Some(now);
    }

    /// From where to list blobs, if it is time to; the inner `None` is the start.
    pub(super) fn listing_due(&self, now: Timestamp) -> Option<Option<Cursor>> {
        let last = self.last();
        (last.at.is_some() || is_due(last.listing, LISTING, now)).then(|| last.at.clone())
    }

    /// Says where the list goes on, or that it was gone through.
    pub(super) fn listed(&self, next: Option<Cursor>, now: Timestamp) {
        let mut last = self.last();
        last.listing = Some(now);
        last.at = next;
    }

    fn last(&self) -> MutexGuard<'_, Last> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether `every` has passed since `last`, or the clock was set back behind it.
fn is_due(last: Option<Timestamp>, every: Duration, now: Timestamp) -> bool {
    last.is_none_or(|last| now < last || now.since(last) >= every)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    #[test]
    fn housekeeping_is_due_at_first_and_then_every_ten_minutes_and_after_a_jump_back() {
        let paces = Paces::default();
        assert!(paces.housekeeping_due(at(0)));
        paces.kept_house(at(0));
        assert!(!paces.housekeeping_due(at(599)));
        assert!(paces.housekeeping_due(at(600)));
        assert!(paces.housekeeping_due(at(-1)));
    }

    #[test]
    fn a_listing_goes_on_where_it_stopped_and_begins_anew_an_hour_after_its_end() {
        let paces = Paces::default();
        assert_eq!(paces.listing_due(at(0)), Some(None));
        paces.listed(Some(Cursor::new("b")), at(0));
        assert_eq!(paces.listing_due(at(1)), Some(Some(Cursor::new("b"))));
        paces.listed(None, at(1));
        assert_eq!(paces.listing_due(at(2)), None);
        assert_eq!(paces.listing_due(at(3601)), Some(None));
    }
}
