//! The records and events of identity.

use crate::change::Area;
use crate::values::{
    AddressKey, AttemptId, ClientId, ContactId, Digest, EmailAddress, FirmId, LoginId, Note, SessionId, Timestamp,
};

/// The area of attempts, logins and sessions.
#[derive(Debug, Clone, Copy)]
pub struct Identity;

impl Area for Identity {
    type Key = Key;
    type Record = Record;
    type Event = Event;
}

/// Names one record of identity. Each leads with the login, or with the address before there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// An attempt to sign in.
    Attempt(AddressKey, AttemptId),
    /// How often something was done, by the subject it is counted for.
    Limit(AddressKey, LimitKind),
    /// A login.
    Login(LoginId),
    /// A session.
    Session(LoginId, SessionId),
    /// That an address reaches a contact.
    Reach(AddressKey, ContactId),
}

/// One record of identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// An attempt to sign in.
    Attempt(Attempt),
    /// How often something was done.
    Limit(Limit),
    /// A login. A store refuses a second one for the same address, as a conflict on the new one's key.
    Login(Login),
    /// A session.
    Session(Session),
    /// That an address reaches a contact.
    Reach(Reach),
}

impl Record {
    /// The key that names this record.
    pub fn key(&self) -> Key {
        match self {
            Self::Attempt(attempt) => Key::Attempt(attempt.address, attempt.id),
            Self::Limit(limit) => Key::Limit(limit.subject, limit.kind),
            Self::Login(login) => Key::Login(login.id),
            Self::Session(session) => Key::Session(session.login, session.id),
            Self::Reach(reach) => Key::Reach(reach.address, reach.contact),
        }
    }
}

/// An attempt to sign in. It is made alike for known and unknown addresses; which it was, only the mail tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// The attempt's id.
    pub id: AttemptId,
    /// The keyed hash of the address typed.
    pub address: AddressKey,
    /// The address typed, and once issued, as the firm's directory spells it: what was typed is never written to. It is taken
    /// away with the attempt once that is over.
    pub email: EmailAddress,
    /// The firm on whose access page it was typed.
    pub firm: FirmId,
    /// The SHA-256 of the token that the asking browser holds in a cookie: link and code work together with it alone.
    pub browser: Digest,
    /// How it stands.
    pub state: AttemptState,
    /// How many wrong codes were typed for it.
    pub failures: u32,
    /// When it was asked for.
    pub asked_at: Timestamp,
    /// From when on its link and code are worth nothing.
    pub expires_at: Timestamp,
}

/// How an attempt stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttemptState {
    /// It was asked for. Its link and code are worth nothing yet: nobody was sent them, and nobody may ever be.
    Asked,
    /// Its mail is on its way to an address that the firm knows: link and code may be used. Committed before the mail goes.
    Issued,
    /// It was used, and is worth nothing any more.
    Redeemed,
    /// Too many wrong codes were typed for it.
    Exhausted,
}

/// A login: one address, whatever number of contacts it reaches, at whatever number of firms.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// The login's id.
    pub id: LoginId,
    /// The keyed hash of its address, unique.
    pub address: AddressKey,
    /// Its address, proven when the login was made.
    pub email: EmailAddress,
    /// When it was made: at its first sign-in.
    pub created_at: Timestamp,
}

/// A session of a login. It is read at each call, never cached and never expected in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The session's id.
    pub id: SessionId,
    /// The login.
    pub login: LoginId,
    /// The keyed hash of the login's address, by which its contacts are found.
    pub address: AddressKey,
    /// The firm on whose access page it began: its contacts are found there before the index knows of them.
    pub firm: FirmId,
    /// The SHA-256 of the secret half of its token.
    pub token: Digest,
    /// How the person proved who they are.
    pub proof: Proof,
    /// What the browser says it is, for the list of sessions: at most 200 characters.
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within a minute or so.
    pub seen_at: Timestamp,
    /// When it ends in any case.
    pub expires_at: Timestamp,
    /// How it ended, if it did before that.
    pub ended: Option<SessionEnd>,
}

/// How a session ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionEnd {
    /// When.
    pub at: Timestamp,
}

/// That somebody proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Proof {
    /// How.
    pub method: ProofMethod,
    /// When.
    pub at: Timestamp,
}

/// How somebody proves who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProofMethod {
    /// By the link in a mail, in the browser that asked for it.
    EmailLink,
    /// By the code in a mail, typed where it was asked for.
    EmailCode,
}

/// How often something was done for one subject: an address, or an address together with where the request came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// The keyed hash of what is counted for.
    pub subject: AddressKey,
    /// What is counted.
    pub kind: LimitKind,
    /// How often, since `since`; of failures in a row, how many.
    pub count: u32,
    /// When counting began; of failures in a row, when the last one was.
    pub since: Timestamp,
}

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitKind {
    /// Mails asked for by one source for one address.
    AskedByAddressAndSource,
    /// Mails asked for by one source for any address.
    AskedBySource,
    /// Wrong typed secrets in a row for one address, over all its attempts.
    TypedFailures,
}

/// That an address reaches a contact: identity's own index, fed from the firms' side by the outbox. It only says where to
/// look; the firm's side is asked again at each call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reach {
    /// The keyed hash of the address.
    pub address: AddressKey,
    /// The firm.
    pub firm: FirmId,
    /// The client.
    pub client: ClientId,
    /// The contact.
    pub contact: ContactId,
}

/// What can happen to attempts, logins and sessions.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Event {
    /// Somebody asked for a sign-in mail. Chained nowhere: there may be no such login.
    Asked {
        /// The keyed hash of the address typed.
        address: AddressKey,
        /// The attempt.
        attempt: AttemptId,
        /// The firm on whose page it was.
        firm: FirmId,
    },
    /// Somebody signed in.
    SignedIn {
        /// The login.
        login: LoginId,
        /// The keyed hash of its address.
        address: AddressKey,
        /// The session.
        session: SessionId,
        /// The attempt it came of.
        attempt: AttemptId,
        /// The firm on whose page it began.
        firm: FirmId,
        /// How.
        method: ProofMethod,
        /// From where, as the host says.
        source: Note,
        /// With what browser.
        device: Note,
    },
    /// The login was erased: whoever signs in by its address begins another.
    LoginErased {
        /// The login.
        login: LoginId,
    },
    /// A session was ended by its owner.
    SignedOut {
        /// The login.
        login: LoginId,
        /// The session.
        session: SessionId,
    },
}

impl Event {
    crate::values::noted! {
        Self::SignedIn { source, device, .. } => vec![source, device],
        Self::Asked { .. } | Self::SignedOut { .. } | Self::LoginErased { .. } => Vec::new(),
    }

    /// The login it happened to, once there is one.
    pub fn login(&self) -> Option<LoginId> {
        match self {
            Self::SignedIn { login, .. } | Self::SignedOut { login, .. } | Self::LoginErased { login } => Some(*login),
            Self::Asked { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_happens_to_a_login_once_there_is_one() {
        let (address, attempt, firm) = (AddressKey::from_bits(1), AttemptId::from_bits(2), FirmId::from_bits(3));
        assert_eq!(Event::Asked { address, attempt, firm }.login(), None);
        let (login, session) = (LoginId::from_bits(4), SessionId::from_bits(5));
        assert_eq!(Event::SignedOut { login, session }.login(), Some(login));
    }
}
