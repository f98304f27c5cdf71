//! Signing in: an attempt's link or code becomes a session, once.

use subtle::ConstantTimeEq as _;

use super::limits::{Count, WRONG_CODES_PER_ATTEMPT};
use super::sessions::{Opening, end, open};
use super::{
    Attempt, AttemptState, Event, Identity, IdentityRefusal, Key, Limit, LimitKind, Login, Proof, ProofMethod, Record,
    Session,
};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{Digest, LoginId, SessionId, Timestamp};

/// What redeeming rests on.
#[derive(Debug, Clone, Copy)]
pub struct Redeeming<'a> {
    /// The attempt.
    pub attempt: &'a Versioned<Attempt>,
    /// How many codes in a row were wrong for its address.
    pub failures: Option<&'a Versioned<Limit>>,
    /// The login of its address, if there was a sign-in before.
    pub login: Option<&'a Versioned<Login>>,
    /// The session that the browser held until now: it ends as the new one begins.
    pub replaced: Option<&'a Versioned<Session>>,
}

/// What was presented, and what the authenticator says of it.
#[derive(Debug, Clone, Copy)]
pub struct Presented<'a> {
    /// A link or a code.
    pub means: Means,
    /// How it proves who somebody is; `None` when it does not.
    pub verdict: Option<ProofMethod>,
    /// The digest of the token of the browser that presents it.
    pub browser: Digest,
    /// The digest of the secret of the new session's token.
    pub token: Digest,
    /// Where the request came from.
    pub source: &'a str,
    /// What the browser says it is.
    pub device: &'a str,
}

/// What an attempt is redeemed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Means {
    /// The link in the mail.
    Link,
    /// The code in the mail, typed.
    Code,
}

/// What came of it. Both are committed: a wrong code is counted before anybody is told that it was wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redemption {
    /// Somebody signed in.
    SignedIn(OpenedSession),
    /// The code was wrong, and is to be answered as [`IdentityRefusal::WrongCode`].
    WrongCode {
        /// How many more may be typed.
        tries_left: u32,
    },
}

/// A session that began.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenedSession {
    /// The login, made now if it was the first time.
    pub login: LoginId,
    /// The session.
    pub session: SessionId,
    /// When it ends in any case.
    pub expires_at: Timestamp,
}

/// Redeems an attempt.
///
/// An attempt that was never issued takes codes like any other and finds each of them wrong, so that an unknown address
/// answers as a known one does.
///
/// # Errors
/// [`IdentityRefusal`] when nothing is to be remembered of the try: it is over, in another browser, or codes wait.
pub fn redeem(
    from: &Redeeming<'_>,
    presented: &Presented<'_>,
    context: &Context,
) -> Result<Decision<Identity, Redemption>, IdentityRefusal> {
    let attempt = from.attempt;
    if !asked_by(attempt, presented.browser) {
        return Err(IdentityRefusal::OtherBrowser);
    }
    if !is_open(attempt, context.now) {
        return Err(IdentityRefusal::AttemptOver);
    }
    let failures = Count { subject: attempt.address, kind: LimitKind::TypedFailures, found: from.failures };
    if let (Means::Code, Some(until)) = (presented.means, failures.paused_until(context.now)) {
        return Err(IdentityRefusal::CodesPaused { until });
    }
    match (attempt.state, presented.verdict, presented.means) {
        (AttemptState::Issued, Some(method), _) => Ok(sign_in(from, presented, failures, method, context)),
        (_, _, Means::Code) => Ok(count_wrong_code(attempt, failures, context.now)),
        (_, _, Means::Link) => Err(IdentityRefusal::AttemptOver),
    }
}

fn sign_in(
    from: &Redeeming<'_>,
    presented: &Presented<'_>,
    failures: Count<'_>,
    method: ProofMethod,
    context: &Context,
) -> Decision<Identity, Redemption> {
    let attempt = from.attempt;
    let login = from.login.map_or_else(|| context.id("login"), |login| login.id);
    let session = open(
        &Opening {
            login,
            address: attempt.address,
            firm: attempt.firm,
            token: presented.token,
            proof: Proof { method, at: context.now },
            device: presented.device,
        },
        context,
    );
    let opened = OpenedSession { login, session: session.id, expires_at: session.expires_at };
    let event = Event::SignedIn {
        login,
        address: attempt.address,
        session: session.id,
        attempt: attempt.id,
        firm: attempt.firm,
        method,
        source: context.note("source", presented.source),
        device: context.note("device", session.device.as_str()),
    };
    let redeemed = Attempt { state: AttemptState::Redeemed, ..attempt.value.clone() };
    // INVARIANT: the attempt is updated at the version that was read, so that of a hundred redemptions one commits.
    let mut decision = Decision::nothing(Redemption::SignedIn(opened))
        .write(Write::Update(attempt.version, Record::Attempt(redeemed)))
        .write(login_of(from, login, context))
        .write(Write::Create(Record::Session(session)))
        .event(event);
    decision.writes.extend(failures.forgotten());
    match from.replaced {
        Some(replaced) => decision.and(end(replaced, context)),
        None => decision,
    }
}

fn login_of(from: &Redeeming<'_>, id: LoginId, context: &Context) -> Write<Identity> {
    match from.login {
        Some(login) => Write::Expect(Key::Login(login.id), login.version),
        None => Write::Create(Record::Login(Login {
            id,
            address: from.attempt.address,
            email: from.attempt.email.clone(),
            created_at: context.now,
        })),
    }
}

fn count_wrong_code(
    attempt: &Versioned<Attempt>,
    failures: Count<'_>,
    now: Timestamp,
) -> Decision<Identity, Redemption> {
    let mut spoilt = Attempt { failures: attempt.failures.saturating_add(1), ..attempt.value.clone() };
    let tries_left = WRONG_CODES_PER_ATTEMPT.saturating_sub(spoilt.failures);
    if tries_left == 0 {
        spoilt.state = AttemptState::Exhausted;
    }
    Decision::nothing(Redemption::WrongCode { tries_left })
        .write(Write::Update(attempt.version, Record::Attempt(spoilt)))
        .write(failures.failed(now))
}

pub(super) fn is_open(attempt: &Attempt, now: Timestamp) -> bool {
    now < attempt.expires_at && matches!(attempt.state, AttemptState::Asked | AttemptState::Issued)
}

pub(super) fn asked_by(attempt: &Attempt, browser: Digest) -> bool {
    attempt.browser.as_bytes().ct_eq(browser.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::change::Version;
    use crate::identity::{ATTEMPT_LIFE, WRONG_CODES_IN_A_ROW};
    use crate::values::{AddressKey, AttemptId, EmailAddress, FirmId};

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);
    const ADDRESS: AddressKey = AddressKey::from_bits(1);
    const LAST: Timestamp = Timestamp::from_micros(NOW.as_micros() + 600_000_000 - 1);

    fn attempt(state: AttemptState) -> Versioned<Attempt> {
        let attempt = Attempt {
            id: AttemptId::from_bits(2),
            address: ADDRESS,
            email: EmailAddress::new("ana@acme.test").unwrap(),
            firm: FirmId::from_bits(3),
            browser: Digest::of(b"asking browser"),
            state,
            failures: 0,
            asked_at: NOW,
            expires_at: NOW + ATTEMPT_LIFE,
        };
        Versioned::new(Version::FIRST, attempt)
    }

    fn failures(count: u32) -> Versioned<Limit> {
        let limit = Limit { subject: ADDRESS, kind: LimitKind::TypedFailures, count, since: NOW };
        Versioned::new(Version::FIRST, limit)
    }

    fn presented(means: Means, right: bool) -> Presented<'static> {
        let method = match means {
            Means::Link => ProofMethod::EmailLink,
            Means::Code => ProofMethod::EmailCode,
        };
        Presented {
            means,
            verdict: right.then_some(method),
            browser: Digest::of(b"asking browser"),
            token: Digest::of(b"token"),
            source: "192.0.2.1",
            device: "Firefox",
        }
    }

    fn from(attempt: &Versioned<Attempt>) -> Redeeming<'_> {
        Redeeming { attempt, failures: None, login: None, replaced: None }
    }

    fn context(now: Timestamp) -> Context {
        Context::new(now, Digest::of(b"scope"), [0; 32])
    }

    fn records(decision: &Decision<Identity, Redemption>) -> Vec<&Record> {
        let written = decision.writes.iter().filter_map(|write| match write {
            Write::Create(record) | Write::Update(_, record) => Some(record),
            Write::Expect(..) | Write::Delete(..) => None,
        });
        written.collect()
    }

    #[test]
    fn the_first_sign_in_makes_login_and_session_and_uses_the_attempt_up() {
        let attempt = attempt(AttemptState::Issued);
        for means in [Means::Link, Means::Code] {
            let decision = redeem(&from(&attempt), &presented(means, true), &context(LAST)).unwrap();
            let [Record::Attempt(used), Record::Login(login), Record::Session(session)] = records(&decision)[..] else {
                panic!("{decision:?}")
            };
            assert_eq!(used.state, AttemptState::Redeemed);
            assert_eq!((login.address, login.email.as_str()), (ADDRESS, "ana@acme.test"));
            assert_eq!((session.login, session.token, session.firm), (login.id, Digest::of(b"token"), attempt.firm));
            let Redemption::SignedIn(signed_in) = decision.output else { panic!("{decision:?}") };
            assert_eq!((signed_in.login, signed_in.session), (login.id, session.id));
            assert!(matches!(decision.events.as_slice(), [Event::SignedIn { .. }]));
            assert!(matches!(decision.writes[0], Write::Update(Version::FIRST, _)), "one of a hundred commits");
        }
    }

    #[test]
    fn a_later_sign_in_rests_on_the_login_there_is() {
        let attempt = attempt(AttemptState::Issued);
        let login =
            Login { id: LoginId::from_bits(77), address: ADDRESS, email: attempt.email.clone(), created_at: NOW };
        let login = Versioned::new(Version::from_u64(4), login);
        let decision =
            redeem(&Redeeming { login: Some(&login), ..from(&attempt) }, &presented(Means::Link, true), &context(NOW))
                .unwrap();
        let expected = |write: &Write<Identity>| matches!(write, Write::Expect(Key::Login(id), version) if *id == login.id && *version == login.version);
        assert!(decision.writes.iter().any(expected));
        assert!(!records(&decision).iter().any(|record| matches!(record, Record::Login(_))));
    }

    #[test]
    fn l03_at_its_end_an_attempt_is_over() {
        let attempt = attempt(AttemptState::Issued);
        for means in [Means::Link, Means::Code] {
            for right in [true, false] {
                let late = redeem(&from(&attempt), &presented(means, right), &context(attempt.expires_at));
                assert_eq!(late.unwrap_err(), IdentityRefusal::AttemptOver);
            }
        }
    }

    #[test]
    fn l04_what_was_used_or_spoilt_is_over() {
        for state in [AttemptState::Redeemed, AttemptState::Exhausted] {
            for means in [Means::Link, Means::Code] {
                let again = redeem(&from(&attempt(state)), &presented(means, true), &context(NOW));
                assert_eq!(again.unwrap_err(), IdentityRefusal::AttemptOver, "{state:?} {means:?}");
            }
        }
    }

    #[test]
    fn l05_only_the_browser_that_asked_redeems_and_tries_of_others_count_nothing() {
        let attempt = attempt(AttemptState::Issued);
        for means in [Means::Link, Means::Code] {
            for right in [true, false] {
                let elsewhere = Presented { browser: Digest::of(b"other"), ..presented(means, right) };
                let refused = redeem(&from(&attempt), &elsewhere, &context(NOW));
                assert_eq!(refused.unwrap_err(), IdentityRefusal::OtherBrowser);
            }
        }
    }

    #[test]
    fn l08_an_unknown_address_counts_and_answers_as_a_known_one_whose_code_is_wrong() {
        let [known, unknown] = [AttemptState::Issued, AttemptState::Asked].map(attempt);
        let known = redeem(&from(&known), &presented(Means::Code, false), &context(NOW)).unwrap();
        // Nobody was sent its code: even the right one is wrong.
        let unknown = redeem(&from(&unknown), &presented(Means::Code, true), &context(NOW)).unwrap();
        assert_eq!(known.output, unknown.output);
        assert_eq!(known.output, Redemption::WrongCode { tries_left: 4 });
        assert_eq!(known.writes.len(), unknown.writes.len());
        let refused = redeem(&from(&attempt(AttemptState::Asked)), &presented(Means::Link, true), &context(NOW));
        assert_eq!(refused.unwrap_err(), IdentityRefusal::AttemptOver);
    }

    #[test]
    fn l09_the_fifth_wrong_code_ends_the_attempt() {
        let mut attempt = attempt(AttemptState::Issued);
        for tries_left in (0..5).rev() {
            let decision = redeem(&from(&attempt), &presented(Means::Code, false), &context(NOW)).unwrap();
            assert_eq!(decision.output, Redemption::WrongCode { tries_left });
            assert!(decision.events.is_empty());
            let [Record::Attempt(spoilt), Record::Limit(counted)] = records(&decision)[..] else {
                panic!("{decision:?}")
            };
            assert_eq!((counted.subject, counted.kind, counted.count), (ADDRESS, LimitKind::TypedFailures, 1));
            attempt.value = spoilt.clone();
        }
        assert_eq!(attempt.state, AttemptState::Exhausted);
    }

    #[test]
    fn l09_after_a_hundred_failures_codes_pause_links_go_on_and_a_success_forgets_them() {
        let attempt = attempt(AttemptState::Issued);
        let many = failures(WRONG_CODES_IN_A_ROW);
        let from = Redeeming { failures: Some(&many), ..from(&attempt) };
        let until = NOW + Duration::from_secs(15 * 60);
        for right in [true, false] {
            let refused = redeem(&from, &presented(Means::Code, right), &context(NOW));
            assert_eq!(refused.unwrap_err(), IdentityRefusal::CodesPaused { until });
        }
        let decision = redeem(&from, &presented(Means::Link, true), &context(NOW)).unwrap();
        assert!(matches!(decision.output, Redemption::SignedIn(_)));
        let forgotten = Key::Limit(ADDRESS, LimitKind::TypedFailures);
        assert!(
            decision.writes.iter().any(|write| matches!(write, Write::Delete(key, _) if *key == forgotten)),
            "{decision:?}"
        );
        let few = failures(WRONG_CODES_IN_A_ROW - 1);
        let still = redeem(&Redeeming { failures: Some(&few), ..from }, &presented(Means::Code, true), &context(NOW));
        assert!(matches!(still.unwrap().output, Redemption::SignedIn(_)));
    }

    #[test]
    fn l19_the_session_that_the_browser_held_ends_with_the_sign_in() {
        let attempt = attempt(AttemptState::Issued);
        let first = redeem(&from(&attempt), &presented(Means::Link, true), &context(NOW)).unwrap();
        let held = records(&first).into_iter().find_map(|record| match record {
            Record::Session(session) => Some(Session { id: SessionId::from_bits(5), ..session.clone() }),
            _ => None,
        });
        let held = Versioned::new(Version::FIRST, held.unwrap());
        let from = Redeeming { replaced: Some(&held), ..from(&attempt) };
        let decision = redeem(&from, &presented(Means::Link, true), &context(NOW)).unwrap();
        let ended = records(&decision).into_iter().any(
            |record| matches!(record, Record::Session(session) if session.id == held.id && session.ended.is_some()),
        );
        assert!(ended, "{decision:?}");
    }
}
