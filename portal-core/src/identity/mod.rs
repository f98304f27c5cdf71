//! Who somebody is: attempts to sign in, logins, sessions, and the limits that keep guessers out.
//!
//! This area lives in a keyspace of its own: nothing of it is committed together with a firm's records. What one side must
//! learn of the other travels by the outbox.

mod attempts;
mod erasure;
mod keyed;
mod limits;
mod look;
mod reach;
mod records;
mod redeem;
mod refusal;
mod sessions;
mod source;
mod tokens;

pub(crate) use attempts::told;
pub use attempts::{ATTEMPT_LIFE, ATTEMPTS_KEPT, Asked, Asking, WORTH_SENDING, ask, issue};
pub use erasure::erase_login;
pub use keyed::{address_and_source_key, address_key, source_key};
pub use limits::{
    ASKING_WINDOW, ASKS_FOR_ADDRESS, ASKS_FROM_SOURCE, CODES_PAUSE, Count, LIMITS_KEPT, WRONG_CODES_IN_A_ROW,
    WRONG_CODES_PER_ATTEMPT,
};
pub use look::{LinkStanding, look_at_link};
pub use reach::index_reach;
pub use records::{
    Attempt, AttemptState, Event, Identity, Key, Limit, LimitKind, Login, Proof, ProofMethod, Reach, Record, Session,
    SessionEnd,
};
pub use redeem::{Means, OpenedSession, Presented, Redeeming, Redemption, redeem};
pub use refusal::IdentityRefusal;
pub use sessions::{SEEN_TO_WITHIN, SESSION_IDLE, SESSION_LIFE, SESSIONS_KEPT, admits, end, end_others, live, touch};
pub use source::Source;
pub use tokens::{BrowserToken, SessionToken, TokenError};
