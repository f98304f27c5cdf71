//! One way of proving who somebody is.

use async_trait::async_trait;

use crate::identity::{Attempt, ProofMethod};
use crate::values::Secret;

/// What an attempt sends to the person, by mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    /// The secret half of the link.
    pub link: Secret,
    /// The code to type.
    pub code: Secret,
}

/// What the person answers with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// The secret half of the link, opened in the browser that asked.
    Link(Secret),
    /// The code, typed where it was asked for.
    Code(Secret),
}

/// Why an authenticator could not say.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthenticatorError {
    /// Its key, or whatever it asks, cannot be reached: worth trying again.
    #[error("the authenticator is unavailable")]
    Unavailable(#[source] super::BoxError),
}

/// One way of proving who somebody is: begin gives a challenge, verify turns a response into a proof.
///
/// # Contract
/// - `begin` gives the same challenge for the same attempt each time, and stores nothing: a retry sends the same mail, and a
///   dump of the database holds nothing to use.
/// - `verify` compares in constant time and counts nothing: failures are counted where they are stored.
#[async_trait]
pub trait Authenticator: Send + Sync {
    /// The challenge of an attempt.
    ///
    /// # Errors
    /// [`AuthenticatorError`] when it cannot be made now.
    async fn begin(&self, attempt: &Attempt) -> Result<Challenge, AuthenticatorError>;

    /// How the person proved who they are, or `None` when they did not.
    ///
    /// # Errors
    /// [`AuthenticatorError`] when it cannot tell now.
    async fn verify(&self, attempt: &Attempt, response: &Response) -> Result<Option<ProofMethod>, AuthenticatorError>;
}
