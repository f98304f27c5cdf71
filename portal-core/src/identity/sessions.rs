//! Sessions: how they begin, live on, and end.

use std::time::Duration;

use subtle::ConstantTimeEq as _;

use super::{Event, Identity, Proof, Record, Session, SessionEnd};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{AddressKey, Digest, FirmId, LoginId, SessionId, Timestamp, is_dangerous};

/// When a session ends that is not used.
pub const SESSION_IDLE: Duration = Duration::from_secs(24 * 60 * 60);
/// When a session ends in any case.
pub const SESSION_LIFE: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// How far behind the time noted as its last use may be.
pub const SEEN_TO_WITHIN: Duration = Duration::from_secs(60);

/// How long after its end a session is kept.
pub const SESSIONS_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

const DEVICE_CHARS: usize = 200;

/// What a session begins with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Opening<'a> {
    /// The login.
    pub login: LoginId,
    /// The keyed hash of its address.
    pub address: AddressKey,
    /// The firm on whose access page it begins.
    pub firm: FirmId,
    /// The digest of its token's secret.
    pub token: Digest,
    /// How the person proved who they are.
    pub proof: Proof,
    /// What the browser says it is.
    pub device: &'a str,
}

/// A session that begins now.
pub(super) fn open(opening: &Opening<'_>, context: &Context) -> Session {
    Session {
        id: context.id("session"),
        login: opening.login,
        address: opening.address,
        firm: opening.firm,
        token: opening.token,
        proof: opening.proof,
        device: opening.device.chars().filter(|character| !is_dangerous(*character)).take(DEVICE_CHARS).collect(),
        created_at: context.now,
        seen_at: context.now,
        expires_at: context.now + SESSION_LIFE,
        ended: None,
    }
}

/// Whether a session can be used: not ended, and past neither limit.
pub fn live(session: &Session, now: Timestamp) -> bool {
    session.ended.is_none() && now < session.expires_at && now < session.seen_at + SESSION_IDLE
}

/// Whether a token with this digest is the session's, and the session can be used.
pub fn admits(session: &Session, token: Digest, now: Timestamp) -> bool {
    let genuine: bool = session.token.as_bytes().ct_eq(token.as_bytes()).into();
    genuine && live(session, now)
}

/// Notes that a session is being used; within a minute of the last time, or once it is over, nothing happens.
pub fn touch(session: &Versioned<Session>, now: Timestamp) -> Decision<Identity> {
    if now < session.seen_at + SEEN_TO_WITHIN || !live(session, now) {
        return Decision::nothing(());
    }
    let seen = Session { seen_at: now, ..session.value.clone() };
    Decision::nothing(()).write(Write::Update(session.version, Record::Session(seen)))
}

/// Ends a session; over already, nothing happens.
pub fn end(session: &Versioned<Session>, context: &Context) -> Decision<Identity> {
    if !live(session, context.now) {
        return Decision::nothing(());
    }
    let ended = Session { ended: Some(SessionEnd { at: context.now }), ..session.value.clone() };
    Decision::nothing(())
        .write(Write::Update(session.version, Record::Session(ended)))
        .event(Event::SignedOut { login: session.login, session: session.id })
}

/// Ends every session but `kept`, and says how many.
pub fn end_others(sessions: &[Versioned<Session>], kept: SessionId, context: &Context) -> Decision<Identity, usize> {
    let others = sessions.iter().filter(|session| session.id != kept);
    let ended = others.fold(Decision::nothing(()), |ended, session| ended.and(end(session, context)));
    let count = ended.writes.len();
    ended.map(|()| count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::change::Version;
    use crate::identity::ProofMethod;

    const NOW: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);
    const HOUR: Duration = Duration::from_secs(60 * 60);
    const INSTANT: Duration = Duration::from_micros(1);

    fn context(now: Timestamp) -> Context {
        Context::new(now, Digest::of(b"scope"), [0; 32])
    }

    fn session(id: u128) -> Versioned<Session> {
        let opening = Opening {
            login: LoginId::from_bits(1),
            address: AddressKey::from_bits(2),
            firm: FirmId::from_bits(3),
            token: Digest::of(b"secret"),
            proof: Proof { method: ProofMethod::EmailLink, at: NOW },
            device: "Firefox",
        };
        let opened = open(&opening, &context(NOW));
        Versioned::new(Version::FIRST, Session { id: SessionId::from_bits(id), ..opened })
    }

    #[test]
    fn a_session_is_kept_a_week_after_its_end() {
        assert_eq!(SESSIONS_KEPT, Duration::from_secs(604_800));
    }

    #[test]
    fn l20_a_session_ends_unused_after_a_day_and_in_any_case_after_thirty() {
        let mut session = session(1);
        assert!(live(&session, NOW));
        assert!(live(&session, NOW + 24 * HOUR - INSTANT));
        assert!(!live(&session, NOW + 24 * HOUR));

        let last = NOW + 30 * 24 * HOUR - INSTANT;
        session.value.seen_at = last;
        assert!(live(&session, last));
        assert!(!live(&session, last + INSTANT), "used a moment ago, and over all the same");
    }

    #[test]
    fn l02_a_session_admits_its_own_token_and_no_other() {
        assert!(admits(&session(1), Digest::of(b"secret"), NOW));
        assert!(!admits(&session(1), Digest::of(b"other"), NOW));
        assert!(!admits(&session(1), Digest::of(b"secret"), NOW + 24 * HOUR));
        let ended = Session { ended: Some(SessionEnd { at: NOW }), ..session(1).value };
        assert!(!admits(&ended, Digest::of(b"secret"), NOW));
    }

    #[test]
    fn using_a_session_is_noted_once_a_minute_and_never_revives_it() {
        let at = |span| touch(&session(1), NOW + span).writes;
        assert!(at(Duration::from_secs(59)).is_empty());
        let noted = at(Duration::from_secs(60));
        let [Write::Update(Version::FIRST, Record::Session(seen))] = noted.as_slice() else { panic!("{noted:?}") };
        assert_eq!(seen.seen_at, NOW + Duration::from_secs(60));
        assert_eq!(seen.expires_at, NOW + SESSION_LIFE);
        assert!(at(24 * HOUR).is_empty());
    }

    #[test]
    fn l21_ending_one_or_all_others_leaves_the_one_in_use() {
        let mut over = session(3);
        over.value.ended = Some(SessionEnd { at: NOW });
        let sessions = [session(1), session(2), over, session(4)];
        let ended = end_others(&sessions, SessionId::from_bits(2), &context(NOW));
        assert_eq!(ended.output, 2);
        let ids: Vec<_> = ended
            .writes
            .iter()
            .map(|write| match write {
                Write::Update(_, Record::Session(session)) if session.ended.is_some() => session.id,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(ids, [1, 4].map(SessionId::from_bits));
        assert_eq!(ended.events.len(), 2);
        assert!(end(&sessions[2], &context(NOW)).writes.is_empty());
    }

    #[test]
    fn what_a_browser_says_it_is_is_cut_and_cleaned() {
        let opening = Opening { device: &"\u{202e}x\n".repeat(1000), ..opening_of(&session(1)) };
        assert_eq!(open(&opening, &context(NOW)).device, "x".repeat(200));
    }

    fn opening_of(session: &Session) -> Opening<'static> {
        Opening {
            login: session.login,
            address: session.address,
            firm: session.firm,
            token: session.token,
            proof: session.proof,
            device: "",
        }
    }
}
