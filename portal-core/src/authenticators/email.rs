//! Link and code by email.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::identity::{Attempt, ProofMethod};
use crate::ports::{Authenticator, AuthenticatorError, Challenge, LinkKeySource, Response};
use crate::values::{Id as _, LinkKey, Secret};

const CODE_DIGITS: usize = 6;

/// Proves that somebody reads the mail of an address: by the link in a mail, or by the six digits beside it.
///
/// Both are HMAC-SHA256 of the attempt under the [`LinkKey`], so that nothing usable is stored and a mail sent again is the same.
#[derive(Clone)]
pub struct EmailAuthenticator {
    keys: Arc<dyn LinkKeySource>,
}

impl EmailAuthenticator {
    /// An authenticator whose links and codes derive from the ring's [`LinkKey`].
    pub fn new(keys: Arc<dyn LinkKeySource>) -> Self {
        Self { keys }
    }

    async fn key(&self) -> Result<LinkKey, AuthenticatorError> {
        self.keys.link_key().await.map_err(|error| AuthenticatorError::Unavailable(error.into()))
    }
}

impl fmt::Debug for EmailAuthenticator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAuthenticator")
    }
}

#[async_trait]
impl Authenticator for EmailAuthenticator {
    async fn begin(&self, attempt: &Attempt) -> Result<Challenge, AuthenticatorError> {
        Ok(challenge(&self.key().await?, attempt))
    }

    async fn verify(&self, attempt: &Attempt, response: &Response) -> Result<Option<ProofMethod>, AuthenticatorError> {
        let challenge = challenge(&self.key().await?, attempt);
        // `Secret` compares in constant time.
        Ok(match response {
            Response::Link(secret) => (*secret == challenge.link).then_some(ProofMethod::EmailLink),
            Response::Code(typed) => (digits_of(typed) == challenge.code).then_some(ProofMethod::EmailCode),
        })
    }
}

fn challenge(key: &LinkKey, attempt: &Attempt) -> Challenge {
    let address = attempt.address.as_u128().to_be_bytes();
    let id = attempt.id.as_u128().to_be_bytes();
    let link = key.mac("link", &[&address, &id]);
    let code = key.mac("code", &[&address, &id]);
    // 64 bits modulo a million: a code in the lower part of the range comes up more often by less than one in 10^13.
    let number = u64::try_from(code.leading_u128() >> 64).unwrap_or_default() % 1_000_000;
    Challenge { link: Secret::new(URL_SAFE_NO_PAD.encode(link.as_bytes())), code: Secret::new(format!("{number:06}")) }
}

/// What was typed or pasted, less what people and mail programs put between digits, with full-width digits as plain ones.
fn digits_of(typed: &Secret) -> Secret {
    let text = String::from_utf8_lossy(typed.expose());
    let digits: String = text
        .chars()
        .filter(|character| !is_filler(*character))
        .map(|character| match character {
            '\u{ff10}'..='\u{ff19}' => {
                char::from_u32(u32::from(character) - 0xff10 + u32::from('0')).unwrap_or(character)
            }
            other => other,
        })
        // One more than a code has is enough to be wrong.
        .take(CODE_DIGITS + 1)
        .collect();
    Secret::new(digits)
}

fn is_filler(character: char) -> bool {
    let dash = matches!(character, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{ff0d}' | '\u{00ad}');
    let invisible = matches!(character, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}');
    character.is_whitespace() || dash || invisible
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::AttemptState;
    use crate::ports::KeyError;
    use crate::values::{AddressKey, AttemptId, Digest, EmailAddress, FirmId, Timestamp};

    const KEY: [u8; 32] = [7; 32];

    fn attempt(id: u128) -> Attempt {
        Attempt {
            id: AttemptId::from_bits(id),
            address: AddressKey::from_bits(1),
            email: EmailAddress::new("ana@acme.test").unwrap(),
            firm: FirmId::from_bits(1),
            browser: Digest::ZERO,
            state: AttemptState::Issued,
            failures: 0,
            asked_at: Timestamp::from_micros(0),
            expires_at: Timestamp::from_micros(1),
        }
    }

    fn authenticator() -> EmailAuthenticator {
        EmailAuthenticator::new(Arc::new(LinkKey::new(KEY)))
    }

    async fn verdict(attempt: &Attempt, response: Response) -> Option<ProofMethod> {
        authenticator().verify(attempt, &response).await.unwrap()
    }

    fn text(secret: &Secret) -> String {
        String::from_utf8(secret.expose().to_vec()).unwrap()
    }

    #[tokio::test]
    async fn l01_a_link_carries_256_bits_and_begins_alike_each_time() {
        let challenge = authenticator().begin(&attempt(1)).await.unwrap();
        assert_eq!(text(&challenge.link).len(), 43);
        assert_eq!(authenticator().begin(&attempt(1)).await.unwrap(), challenge);
        let other = EmailAuthenticator::new(Arc::new(LinkKey::new([8; 32])));
        let other = other.begin(&attempt(1)).await.unwrap();
        assert!(other.link != challenge.link && other.code != challenge.code);
    }

    #[tokio::test]
    async fn l06_link_and_code_belong_to_their_own_attempt() {
        let challenge = authenticator().begin(&attempt(1)).await.unwrap();
        let other_address = Attempt { address: AddressKey::from_bits(2), ..attempt(1) };
        for (asked, link, code) in [
            (attempt(1), Some(ProofMethod::EmailLink), Some(ProofMethod::EmailCode)),
            (attempt(2), None, None),
            (other_address, None, None),
        ] {
            assert_eq!(verdict(&asked, Response::Link(challenge.link.clone())).await, link);
            assert_eq!(verdict(&asked, Response::Code(challenge.code.clone())).await, code);
        }
        assert_eq!(verdict(&attempt(1), Response::Link(challenge.code)).await, None);
        assert_eq!(verdict(&attempt(1), Response::Code(challenge.link)).await, None);
    }

    #[tokio::test]
    async fn a_code_is_taken_as_people_type_and_paste_it() {
        let code = text(&authenticator().begin(&attempt(1)).await.unwrap().code);
        let (head, tail) = code.split_at(3);
        let wide: String = code.chars().map(|digit| char::from_u32(u32::from(digit) + 0xfee0).unwrap()).collect();
        for typed in [
            code.clone(),
            format!("{head} {tail}"),
            format!("{head}-{tail}"),
            format!("{head}\u{2013}{tail}"),
            format!(" \t{head}\u{00a0}{tail}\r\n"),
            format!("\u{200b}{code}\u{feff}"),
            wide,
        ] {
            let typed_code = Response::Code(Secret::new(typed.as_str()));
            assert_eq!(verdict(&attempt(1), typed_code).await, Some(ProofMethod::EmailCode), "{typed:?}");
        }
        for typed in [String::new(), head.into(), format!("{code}0"), format!("x{code}"), format!("{code}.0")] {
            assert_eq!(verdict(&attempt(1), Response::Code(Secret::new(typed.as_str()))).await, None, "{typed:?}");
        }
        assert_eq!(verdict(&attempt(1), Response::Code(Secret::new([0xff, 0xfe]))).await, None);
    }

    #[tokio::test]
    async fn codes_are_six_digits_and_spread_over_their_range() {
        let key = LinkKey::new(KEY);
        let mut tenths = [0_u32; 10];
        for id in 0..10_000 {
            let code = text(&challenge(&key, &attempt(id)).code);
            assert!(code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit()), "{code}");
            tenths[code.parse::<usize>().unwrap() / 100_000] += 1;
        }
        // 1,000 are expected in each tenth, give or take 30: six times that would be a fault and no chance.
        assert!(tenths.iter().all(|count| (820..=1_180).contains(count)), "{tenths:?}");
    }

    #[tokio::test]
    async fn l38_a_challenge_never_prints() {
        let challenge = authenticator().begin(&attempt(1)).await.unwrap();
        let printed = format!("{challenge:?} {:?}", Response::Code(challenge.code.clone()));
        assert!(!printed.contains(&text(&challenge.code)) && !printed.contains(&text(&challenge.link)));
    }

    #[tokio::test]
    async fn l40_without_its_key_it_says_neither_yes_nor_no() {
        struct Gone;

        #[async_trait]
        impl LinkKeySource for Gone {
            async fn link_key(&self) -> Result<LinkKey, KeyError> {
                Err(KeyError::Unusable { why: "too short".into() })
            }
        }

        let authenticator = EmailAuthenticator::new(Arc::new(Gone));
        let response = Response::Code(Secret::new("123456"));
        assert!(authenticator.begin(&attempt(1)).await.is_err());
        assert!(authenticator.verify(&attempt(1), &response).await.is_err());
    }
}
