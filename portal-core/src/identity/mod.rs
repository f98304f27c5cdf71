//! Who somebody is: attempts to sign in, logins, sessions, and the limits that keep guessers out.
//!
//! This area lives in a keyspace of its own: nothing of it is committed together with a firm's records. What one side must
//! learn of the other travels by the outbox.

mod records;

pub use records::{
    Attempt, AttemptState, Event, Identity, Key, Limit, LimitKind, Login, Proof, ProofMethod, Reach, Record, Session,
    SessionEnd,
};
