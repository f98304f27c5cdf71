//! What a browser holds: the token of a session, and the token that ties an attempt to the browser that asked.
//!
//! Both are base64url without padding, of one spelling each. Only SHA-256 digests of their secrets are stored, which is enough
//! because the secrets are 256 random bits.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::values::{Digest, Id as _, LoginId, Secret, SessionId};

/// A text that is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct TokenError;

/// The token of a session: its login, its id, and 32 random bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct SessionToken {
    login: LoginId,
    session: SessionId,
    secret: Secret,
}

impl SessionToken {
    /// The token of `session`, whose secret is 32 random bytes.
    pub(crate) fn new(login: LoginId, session: SessionId, secret: [u8; 32]) -> Self {
        Self { login, session, secret: Secret::new(secret) }
    }

    /// The login it speaks of, which its secret has yet to prove.
    pub fn login(&self) -> LoginId {
        self.login
    }

    /// The session it speaks of, which its secret has yet to prove.
    pub fn session(&self) -> SessionId {
        self.session
    }

    /// What is stored of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.secret.expose())
    }

    /// The token as it is put into a cookie: a secret, to be sent to its browser and kept nowhere else.
    pub fn expose(&self) -> String {
        let mut bytes = Vec::with_capacity(64);
        bytes.extend_from_slice(&self.login.as_u128().to_be_bytes());
        bytes.extend_from_slice(&self.session.as_u128().to_be_bytes());
        bytes.extend_from_slice(self.secret.expose());
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

impl FromStr for SessionToken {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        let bytes: [u8; 64] = decode(text)?;
        let (ids, secret) = bytes.split_first_chunk::<32>().ok_or(TokenError)?;
        let (login, session) = ids.split_first_chunk::<16>().ok_or(TokenError)?;
        Ok(Self {
            login: LoginId::from_u128(u128::from_be_bytes(*login)),
            session: SessionId::from_u128(u128::from_be_bytes(session.try_into().map_err(|_| TokenError)?)),
            secret: Secret::new(secret),
        })
    }
}

impl fmt::Debug for SessionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SessionToken({}, {}, …)", self.login, self.session)
    }
}

/// What a browser is known by before there is a session: 32 random bytes in a cookie of the access page.
#[derive(Clone, PartialEq, Eq)]
pub struct BrowserToken(Secret);

impl BrowserToken {
    /// Takes 32 random bytes.
    pub(crate) fn new(secret: [u8; 32]) -> Self {
        Self(Secret::new(secret))
    }

    /// What is stored of it.
    pub fn digest(&self) -> Digest {
        Digest::of(self.0.expose())
    }

    /// The token as it is put into a cookie: a secret, to be sent to its browser and kept nowhere else.
    pub fn expose(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0.expose())
    }
}

impl FromStr for BrowserToken {
    type Err = TokenError;

    fn from_str(text: &str) -> Result<Self, TokenError> {
        decode(text).map(|bytes: [u8; 32]| Self::new(bytes))
    }
}

impl fmt::Debug for BrowserToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BrowserToken(…)")
    }
}

fn decode<const N: usize>(text: &str) -> Result<[u8; N], TokenError> {
    if text.len() != (N * 4).div_ceil(3) {
        return Err(TokenError);
    }
    URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(TokenError)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token() -> SessionToken {
        SessionToken::new(LoginId::from_bits(1), SessionId::from_bits(2), [0xfb; 32])
    }

    #[test]
    fn a_token_reads_back_what_it_wrote() {
        let read: SessionToken = token().expose().parse().unwrap();
        assert_eq!(read, token());
        assert_eq!(read.digest(), Digest::of(&[0xfb; 32]));
        let browser = BrowserToken::new([9; 32]);
        assert_eq!(browser.expose().parse(), Ok(browser));
    }

    #[test]
    fn l01_a_token_has_one_spelling_and_nothing_else_parses() {
        let text = token().expose();
        // The last character holds bits that no byte uses: another spelling of the same bytes is refused.
        let respelled = format!("{}{}", &text[..text.len() - 1], "x");
        for forged in [
            "",
            &text[..text.len() - 1],
            &format!("{text}A"),
            &format!("{text}="),
            &format!(" {text}"),
            &text.replace('-', "+"),
            &respelled,
            &"A".repeat(1_000_000),
            "session_00000000000000000000000000000001",
        ] {
            assert_eq!(forged.parse::<SessionToken>(), Err(TokenError), "{}", forged.get(..100).unwrap_or(forged));
        }
        assert!(text.contains('-'), "the case of another alphabet would show nothing");
    }

    #[test]
    fn l38_tokens_never_print_their_secrets() {
        let printed = format!("{:?} {:?}", token(), BrowserToken::new([0xfb; 32]));
        assert!(printed.contains(&token().session.to_string()), "{printed}");
        assert!(!printed.contains("-_v7") && !printed.contains("251") && !printed.contains("fbfb"), "{printed}");
        assert!(printed.ends_with("BrowserToken(…)"));
    }
}
