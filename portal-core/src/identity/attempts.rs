//! Asking for a sign-in mail, and what is committed before one goes.

use std::time::Duration;

use super::limits::Count;
use super::{Attempt, AttemptState, Event, Identity, IdentityRefusal, Record};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{AddressKey, AttemptId, Digest, EmailAddress, FirmId, Timestamp};

/// How long after it was asked for a link or code works: never extended.
pub const ATTEMPT_LIFE: Duration = Duration::from_secs(10 * 60);
/// How much of that must be left for its mail still to be worth sending.
pub const WORTH_SENDING: Duration = Duration::from_secs(2 * 60);

/// How long after its end an attempt is kept, with the address in it.
pub const ATTEMPTS_KEPT: Duration = Duration::from_secs(24 * 60 * 60);

/// What somebody asks for.
#[derive(Debug, Clone, Copy)]
pub struct Asking<'a> {
    /// The keyed hash of the address typed.
    pub address: AddressKey,
    /// The address typed.
    pub email: &'a EmailAddress,
    /// The firm on whose access page.
    pub firm: FirmId,
    /// The digest of the asking browser's token.
    pub browser: Digest,
    /// How often this source asked for this address.
    pub for_address: Count<'a>,
    /// How often this source asked at all.
    pub from_source: Count<'a>,
}

/// What somebody who asked is told: the same whether or not the address is known and whether or not a limit was reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The keyed hash of the address typed, which leads to the attempt.
    pub address: AddressKey,
    /// The attempt.
    pub attempt: AttemptId,
    /// From when on its link and code are worth nothing.
    pub expires_at: Timestamp,
    /// The address typed, with most of it hidden.
    pub masked_email: String,
}

/// Takes down that somebody asked to sign in. It knows nothing of who is in the directory, so that it cannot tell.
///
/// Over a limit nothing is written, so that no mail comes of it, and the answer is the same.
pub fn ask(asking: &Asking<'_>, context: &Context) -> Decision<Identity, Asked> {
    let attempt = Attempt {
        id: context.id("attempt"),
        address: asking.address,
        email: asking.email.clone(),
        firm: asking.firm,
        browser: asking.browser,
        state: AttemptState::Asked,
        failures: 0,
        asked_at: context.now,
        expires_at: context.now + ATTEMPT_LIFE,
    };
    let decision = Decision::nothing(told(&attempt));
    let counts = [asking.for_address, asking.from_source];
    if !counts.iter().all(|count| count.allows_asking(context.now)) {
        return decision;
    }
    let event = Event::Asked { address: attempt.address, attempt: attempt.id, firm: attempt.firm };
    let decision = decision.write(Write::Create(Record::Attempt(attempt))).event(event);
    counts.iter().fold(decision, |decision, count| decision.write(count.asked(context.now)))
}

/// What whoever asked for `attempt` is told.
pub(crate) fn told(attempt: &Attempt) -> Asked {
    Asked {
        address: attempt.address,
        attempt: attempt.id,
        expires_at: attempt.expires_at,
        masked_email: attempt.email.masked(),
    }
}

/// Makes an attempt's link and code work, before the mail with them goes to `email`: the address as the firm's directory
/// spells it. What was typed is equal to it only after folding, and to a mail server that tells `ana` from `Ana` (RFC 5321,
/// 2.4) it may be somebody else's.
///
/// Issued already, nothing happens.
///
/// # Errors
/// [`IdentityRefusal::AttemptOver`] when it was used, spoilt by wrong codes, or has less than [`WORTH_SENDING`] left.
pub fn issue(
    attempt: &Versioned<Attempt>,
    email: &EmailAddress,
    now: Timestamp,
) -> Result<Decision<Identity>, IdentityRefusal> {
    if attempt.expires_at < now + WORTH_SENDING {
        return Err(IdentityRefusal::AttemptOver);
    }
    match attempt.state {
        AttemptState::Issued => Ok(Decision::nothing(())),
        AttemptState::Asked => {
            let issued = Attempt { state: AttemptState::Issued, email: email.clone(), ..attempt.value.clone() };
            Ok(Decision::nothing(()).write(Write::Update(attempt.version, Record::Attempt(issued))))
        }
        AttemptState::Redeemed | AttemptState::Exhausted => Err(IdentityRefusal::AttemptOver),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::identity::{Limit, LimitKind};

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);
    const ADDRESS: AddressKey = AddressKey::from_bits(1);

    fn email(text: &str) -> EmailAddress {
        EmailAddress::new(text).unwrap()
    }

    fn ask_after(for_address: u32, from_source: u32) -> Decision<Identity, Asked> {
        let limit = |bits, kind, count| {
            let limit = Limit { subject: AddressKey::from_bits(bits), kind, count, since: NOW };
            (count > 0).then(|| Versioned::new(Version::FIRST, limit))
        };
        let for_address = limit(2, LimitKind::AskedByAddressAndSource, for_address);
        let from_source = limit(3, LimitKind::AskedBySource, from_source);
        let count = |bits, kind, found| Count { subject: AddressKey::from_bits(bits), kind, found };
        let asking = Asking {
            address: ADDRESS,
            email: &email("ana@acme.test"),
            firm: FirmId::from_bits(7),
            browser: Digest::of(b"browser"),
            for_address: count(2, LimitKind::AskedByAddressAndSource, for_address.as_ref()),
            from_source: count(3, LimitKind::AskedBySource, from_source.as_ref()),
        };
        ask(&asking, &Context::new(NOW, Digest::of(b"scope"), [0; 32]))
    }

    /// The attempt that asking makes.
    fn asked() -> Attempt {
        let made = ask_after(0, 0).writes.into_iter().find_map(|write| match write {
            Write::Create(Record::Attempt(attempt)) => Some(attempt),
            _ => None,
        });
        made.unwrap()
    }

    fn attempt(state: AttemptState) -> Versioned<Attempt> {
        Versioned::new(Version::FIRST, Attempt { state, ..asked() })
    }

    #[test]
    fn l03_an_attempt_lives_ten_minutes_and_is_kept_a_day() {
        assert_eq!((ATTEMPT_LIFE, ATTEMPTS_KEPT), (Duration::from_secs(600), Duration::from_secs(86_400)));
    }

    #[test]
    fn l03_an_attempt_is_worth_nothing_until_issued_and_ends_after_ten_minutes() {
        let asked = asked();
        assert_eq!((asked.state, asked.failures), (AttemptState::Asked, 0));
        assert_eq!(asked.expires_at, NOW + Duration::from_secs(600));
        assert_eq!(ask_after(0, 0).output, told(&asked));
        assert_eq!(ask_after(0, 0).events.len(), 1);
    }

    #[test]
    fn l10_over_a_limit_the_answer_is_the_same_and_nothing_is_written() {
        for (for_address, from_source) in [(5, 5), (0, 30), (5, 30)] {
            let over = ask_after(for_address, from_source);
            assert!(over.writes.is_empty() && over.events.is_empty(), "{for_address} {from_source}");
            assert_eq!(over.output, ask_after(0, 0).output);
        }
        assert_eq!(ask_after(4, 29).writes.len(), 3);
    }

    #[test]
    fn an_attempt_is_issued_once_to_the_mailbox_that_the_directory_names() {
        let asked = attempt(AttemptState::Asked);
        let decision = issue(&asked, &email("Ana@Acme.test"), NOW).unwrap();
        let [Write::Update(version, Record::Attempt(issued))] = decision.writes.as_slice() else {
            panic!("{decision:?}")
        };
        assert_eq!((*version, issued.state), (Version::FIRST, AttemptState::Issued));
        assert_eq!(issued.email.as_str(), "Ana@Acme.test");
        assert_eq!(issued.expires_at, asked.expires_at, "never extended");
        assert!(issue(&attempt(AttemptState::Issued), &email("ana@acme.test"), NOW).unwrap().writes.is_empty());
    }

    #[test]
    fn nothing_is_issued_once_it_is_over_or_about_to_be() {
        for state in [AttemptState::Redeemed, AttemptState::Exhausted] {
            assert_eq!(issue(&attempt(state), &email("ana@acme.test"), NOW).unwrap_err(), IdentityRefusal::AttemptOver);
        }
        for state in [AttemptState::Asked, AttemptState::Issued] {
            let at = |seconds| issue(&attempt(state), &email("ana@acme.test"), NOW + Duration::from_secs(seconds));
            assert!(at(8 * 60).is_ok());
            assert_eq!(at(8 * 60 + 1).unwrap_err(), IdentityRefusal::AttemptOver);
        }
    }
}
