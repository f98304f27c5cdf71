//! Why identity refuses.

use crate::values::Timestamp;

/// A rule of identity that refuses. None tells whether an address is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdentityRefusal {
    /// There is no such attempt, or it was used, ran out, or had too many wrong codes: ask for a new mail.
    #[error("this sign-in is over; ask for a new one")]
    AttemptOver,
    /// Another browser asked: its link and code work there.
    #[error("this sign-in began in another browser")]
    OtherBrowser,
    /// The code is not the one in the mail.
    #[error("this is not the code in the mail ({tries_left} more tries)")]
    WrongCode {
        /// How many more may be typed; at 0 this sign-in is over.
        tries_left: u32,
    },
    /// Too many codes in a row were wrong for this address: codes wait, the link in the mail works.
    #[error("too many codes were wrong; use the link in the mail, or wait until {until}")]
    CodesPaused {
        /// Until when codes wait.
        until: Timestamp,
    },
}
