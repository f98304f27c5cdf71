//! When things are told: how uploads wait for one another, how long a try may take, and when to try again.

use std::time::Duration;

use super::Batch;
use crate::event::Lane;

const MINUTE: Duration = Duration::from_secs(60);
const HOUR: Duration = Duration::from_secs(60 * 60);

/// Pauses after the first tries of an ordinary mail; after these, [`LONGEST_PAUSE`] each.
const PAUSES: [Duration; 6] = [
    Duration::from_secs(30),
    Duration::from_secs(2 * 60),
    Duration::from_secs(8 * 60),
    Duration::from_secs(30 * 60),
    HOUR,
    Duration::from_secs(2 * 60 * 60),
];
const LONGEST_PAUSE: Duration = Duration::from_secs(4 * 60 * 60);

/// So many tries of an ordinary mail take three days, as mail servers themselves do.
const TRIES: u32 = 24;

/// Pauses after the first tries of a sign-in mail, which is worth something for ten minutes only; after these, the last.
const SIGN_IN_PAUSES: [Duration; 5] = [
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(30),
];

/// Enough to outlast the ten minutes, so that it is given up as too late and never for the number of tries.
const SIGN_IN_TRIES: u32 = 60;

/// The pace of the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Timing {
    /// How uploads for one recipient, client and folder wait to become one mail (5 minutes of quiet, at most 30).
    pub uploads: Batch,
    /// For how long a claimed event or ordinary message belongs to who claimed it (2 minutes): longer than a mailer's call.
    pub lease: Duration,
    /// The same for sign-in mail (30 seconds): a crash delays it no longer than that.
    pub sign_in_lease: Duration,
    /// How old bytes must be that no record names before the sweeper takes them for lost (24 hours).
    pub orphan_grace: Duration,
}

impl Timing {
    /// The pace of a demo, where nobody waits minutes for a mail: uploads wait 20 seconds.
    pub fn demo() -> Self {
        let wait = Duration::from_secs(20);
        Self { uploads: Batch { quiet: wait, longest: wait }, ..Self::default() }
    }

    /// For how long a claim of `lane` holds.
    pub fn lease_of(&self, lane: Lane) -> Duration {
        match lane {
            Lane::SignIn => self.sign_in_lease,
            Lane::Ordinary => self.lease,
        }
    }

    /// How long to wait after the try number `tries` (from 1) of a mail failed; `None` when it was the last.
    ///
    /// The pauses depend on the number of tries and not on the clock, which may jump.
    pub fn pause_after(&self, lane: Lane, tries: u32) -> Option<Duration> {
        let (pauses, last, most) = match lane {
            Lane::SignIn => (SIGN_IN_PAUSES.as_slice(), Duration::from_secs(30), SIGN_IN_TRIES),
            Lane::Ordinary => (PAUSES.as_slice(), LONGEST_PAUSE, TRIES),
        };
        let index = usize::try_from(tries.saturating_sub(1)).unwrap_or(usize::MAX);
        (tries < most).then(|| pauses.get(index).copied().unwrap_or(last))
    }
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            uploads: Batch { quiet: 5 * MINUTE, longest: 30 * MINUTE },
            lease: 2 * MINUTE,
            sign_in_lease: MINUTE / 2,
            orphan_grace: 24 * HOUR,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pauses(lane: Lane) -> Vec<Duration> {
        (1..).map_while(|tries| Timing::default().pause_after(lane, tries)).collect()
    }

    #[test]
    fn n12_pauses_grow_to_four_hours_and_outlast_three_days_but_not_four() {
        let ordinary = pauses(Lane::Ordinary);
        assert!(ordinary.is_sorted(), "{ordinary:?}");
        assert_eq!(ordinary.first(), Some(&Duration::from_secs(30)));
        assert_eq!(ordinary.last(), Some(&(4 * HOUR)));
        let whole: Duration = ordinary.iter().sum();
        assert!(whole > 71 * HOUR && whole < 96 * HOUR, "{whole:?}");
    }

    #[test]
    fn a_sign_in_mail_is_tried_for_as_long_as_it_is_worth_something() {
        let sign_in = pauses(Lane::SignIn);
        assert!(sign_in.iter().all(|pause| *pause <= Duration::from_secs(30)));
        assert!(sign_in.iter().sum::<Duration>() > Duration::from_secs(600));
    }

    #[test]
    fn no_number_of_tries_overflows() {
        assert_eq!(Timing::default().pause_after(Lane::Ordinary, u32::MAX), None);
        assert_eq!(Timing::default().pause_after(Lane::Ordinary, 0), Some(Duration::from_secs(30)));
    }

    #[test]
    fn the_demo_waits_twenty_seconds() {
        assert_eq!(Timing::demo().uploads.quiet, Duration::from_secs(20));
        assert_eq!(Timing::demo().lease, Timing::default().lease);
    }
}
