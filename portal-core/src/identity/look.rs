//! Looking at a sign-in link, which mail scanners do as well as people: it changes nothing.

use super::redeem::{asked_by, is_open};
use super::{Attempt, AttemptState};
use crate::values::{Digest, Timestamp};

/// What a sign-in link can do where it was opened. Looking changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LinkStanding {
    /// Sign in, by a POST from here: this browser asked.
    SignIn,
    /// Show the code, to be typed in the browser that asked.
    ShowCode,
    /// Nothing any more, or it never could.
    Gone,
}

/// What the link of `attempt` can do in `browser`; `genuine` is whether its secret is the attempt's.
pub fn look_at_link(attempt: &Attempt, genuine: bool, browser: Option<Digest>, now: Timestamp) -> LinkStanding {
    if !genuine || attempt.state != AttemptState::Issued || !is_open(attempt, now) {
        return LinkStanding::Gone;
    }
    match browser {
        Some(browser) if asked_by(attempt, browser) => LinkStanding::SignIn,
        _ => LinkStanding::ShowCode,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::ATTEMPT_LIFE;
    use crate::values::{AddressKey, AttemptId, EmailAddress, FirmId};

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);
    const LAST: Timestamp = Timestamp::from_micros(NOW.as_micros() + 600_000_000 - 1);

    fn attempt(state: AttemptState) -> Attempt {
        Attempt {
            id: AttemptId::from_bits(2),
            address: AddressKey::from_bits(1),
            email: EmailAddress::new("ana@acme.test").unwrap(),
            firm: FirmId::from_bits(3),
            browser: Digest::of(b"asking browser"),
            state,
            failures: 0,
            asked_at: NOW,
            expires_at: NOW + ATTEMPT_LIFE,
        }
    }

    #[test]
    fn l05_a_link_signs_in_where_it_was_asked_for_and_elsewhere_shows_the_code() {
        let issued = attempt(AttemptState::Issued);
        let here = Some(Digest::of(b"asking browser"));
        let there = Some(Digest::of(b"other"));
        assert_eq!(look_at_link(&issued, true, here, LAST), LinkStanding::SignIn);
        assert_eq!(look_at_link(&issued, true, there, LAST), LinkStanding::ShowCode);
        assert_eq!(look_at_link(&issued, true, None, LAST), LinkStanding::ShowCode);
        assert_eq!(look_at_link(&issued, false, here, NOW), LinkStanding::Gone);
        assert_eq!(look_at_link(&issued, true, here, issued.expires_at), LinkStanding::Gone);
        for state in [AttemptState::Asked, AttemptState::Redeemed, AttemptState::Exhausted] {
            assert_eq!(look_at_link(&attempt(state), true, here, NOW), LinkStanding::Gone, "{state:?}");
        }
    }
}
