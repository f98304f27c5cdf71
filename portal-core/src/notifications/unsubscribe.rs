//! The token in a mail by which such mail is turned off: no session, no state, nothing but what it is signed over (RFC 8058).

use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq as _;

use crate::directory::{Addressee, Topic};
use crate::values::{ContactId, Digest, EmailAddress, FirmId, Id as _, LinkKey, MemberId, Timestamp};

/// For how long after a mail was made it can be used: a year.
pub const UNSUBSCRIBE_LIFE: Duration = Duration::from_secs(365 * 24 * 60 * 60);

/// A text that is no token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a token")]
pub struct UnsubscribeTokenError;

/// What a mail carries so that whoever reads it can turn such mail off.
///
/// It says whose mail it is and of which topic, and until when it can be used; and it is signed over that, the firm and the
/// address that the mail went to. The address itself is not in it: once somebody's address is another, the token of a mail to
/// the old one fits no more.
#[derive(Clone, PartialEq, Eq)]
pub struct UnsubscribeToken {
    addressee: Addressee,
    topic: Topic,
    expires: Timestamp,
    signature: Digest,
}

const BYTES: usize = 1 + 16 + 1 + 8 + 32;

impl UnsubscribeToken {
    /// The token of a mail to `address`, made at `made`.
    pub(crate) fn new(
        key: &LinkKey,
        firm: FirmId,
        addressee: Addressee,
        topic: Topic,
        address: &EmailAddress,
        made: Timestamp,
    ) -> Self {
        let expires = made + UNSUBSCRIBE_LIFE;
        let unsigned = Self { addressee, topic, expires, signature: Digest::ZERO };
        Self { signature: unsigned.sign(key, firm, address), ..unsigned }
    }

    /// Whose mail it is of, which its signature has yet to prove.
    pub fn addressee(&self) -> Addressee {
        self.addressee
    }

    /// Of which topic.
    pub fn topic(&self) -> Topic {
        self.topic
    }

    /// Whether it is of a mail of the firm to this address, and can still be used.
    pub(crate) fn is_genuine(&self, key: &LinkKey, firm: FirmId, address: &EmailAddress, now: Timestamp) -> bool {
        let expected = self.sign(key, firm, address);
        let genuine: bool = expected.as_bytes().ct_eq(self.signature.as_bytes()).into();
        genuine && now < self.expires
    }

    /// The token as it stands in a link. It lets its holder turn this one kind of mail off and on, and nothing else.
    pub fn expose(&self) -> String {
        let mut bytes = self.signed();
        bytes.extend_from_slice(self.signature.as_bytes());
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn signed(&self) -> Vec<u8> {
        let (kind, id) = match self.addressee {
            Addressee::Contact(contact) => (0, contact.as_u128()),
            Addressee::Member(member) => (1, member.as_u128()),
        };
        let topic = match self.topic {
            Topic::Shared => 0,
            Topic::NewDocuments => 1,
            Topic::ClientUploaded => 2,
        };
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.push(kind);
        bytes.extend_from_slice(&id.to_be_bytes());
        bytes.push(topic);
        bytes.extend_from_slice(&self.expires.as_micros().to_be_bytes());
        bytes
    }

    fn sign(&self, key: &LinkKey, firm: FirmId, address: &EmailAddress) -> Digest {
        let firm = firm.as_u128().to_be_bytes();
        key.mac("unsubscribe", &[&firm, &self.signed(), address.canonical().as_bytes()])
    }
}

impl FromStr for UnsubscribeToken {
    type Err = UnsubscribeTokenError;

    fn from_str(text: &str) -> Result<Self, UnsubscribeTokenError> {
        read(text).ok_or(UnsubscribeTokenError)
    }
}

fn read(text: &str) -> Option<UnsubscribeToken> {
    if text.len() != (BYTES * 4).div_ceil(3) {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (kind, rest) = bytes.split_first()?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (topic, rest) = rest.split_first()?;
    let (expires, signature) = rest.split_first_chunk::<8>()?;
    let id = u128::from_be_bytes(*id);
    let addressee = match kind {
        0 => Addressee::Contact(ContactId::from_bits(id)),
        1 => Addressee::Member(MemberId::from_bits(id)),
        _ => return None,
    };
    let topic = *Topic::ALL.get(usize::from(*topic))?;
    let expires = Timestamp::from_micros(i64::from_be_bytes(*expires));
    Some(UnsubscribeToken { addressee, topic, expires, signature: Digest::from_bytes(signature.try_into().ok()?) })
}

impl fmt::Debug for UnsubscribeToken {
    /// Without the signature, which is what makes it one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "UnsubscribeToken({:?}, {:?}, …)", self.addressee, self.topic)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIRM: FirmId = FirmId::from_bits(1);
    const ANA: Addressee = Addressee::Contact(ContactId::from_bits(2));
    const MADE: Timestamp = Timestamp::from_micros(1_700_000_000_000_000);

    fn key() -> LinkKey {
        LinkKey::new([7; 32])
    }

    fn address(text: &str) -> EmailAddress {
        EmailAddress::new(text).unwrap()
    }

    fn token() -> UnsubscribeToken {
        UnsubscribeToken::new(&key(), FIRM, ANA, Topic::NewDocuments, &address("ana@acme.test"), MADE)
    }

    #[test]
    fn n09_a_token_is_of_one_firm_one_person_one_topic_one_address_and_one_year() {
        let ana = address("Ana@Acme.test");
        assert!(token().is_genuine(&key(), FIRM, &ana, MADE));
        let last = Timestamp::from_micros((MADE + UNSUBSCRIBE_LIFE).as_micros() - 1);
        assert!(token().is_genuine(&key(), FIRM, &ana, last));
        assert!(!token().is_genuine(&key(), FIRM, &ana, MADE + UNSUBSCRIBE_LIFE));
        assert!(!token().is_genuine(&key(), FirmId::from_bits(2), &ana, MADE));
        assert!(!token().is_genuine(&key(), FIRM, &address("ana@new.test"), MADE));
        assert!(!token().is_genuine(&LinkKey::new([8; 32]), FIRM, &ana, MADE));
        for other in [
            UnsubscribeToken { addressee: Addressee::Member(MemberId::from_bits(2)), ..token() },
            UnsubscribeToken { addressee: Addressee::Contact(ContactId::from_bits(3)), ..token() },
            UnsubscribeToken { topic: Topic::Shared, ..token() },
            UnsubscribeToken { expires: Timestamp::from_micros(i64::MAX), ..token() },
            UnsubscribeToken { signature: Digest::ZERO, ..token() },
        ] {
            assert!(!other.is_genuine(&key(), FIRM, &ana, MADE), "{other:?}");
        }
    }

    #[test]
    fn l01_a_token_reads_back_what_it_wrote_and_nothing_else_parses() {
        let text = token().expose();
        assert_eq!(text.parse(), Ok(token()));
        for topic in Topic::ALL {
            let of = UnsubscribeToken::new(&key(), FIRM, ANA, topic, &address("a@acme.test"), MADE);
            assert_eq!(of.expose().parse(), Ok(of));
        }
        for forged in ["", &text[1..], &format!("{text}A"), &text.replace('A', "="), &"A".repeat(1_000_000), "____"] {
            assert_eq!(forged.parse::<UnsubscribeToken>(), Err(UnsubscribeTokenError), "{:?}", forged.get(..100));
        }
        let unknown = URL_SAFE_NO_PAD.encode([9; BYTES]);
        assert_eq!(unknown.parse::<UnsubscribeToken>(), Err(UnsubscribeTokenError));
    }

    #[test]
    fn l38_a_token_prints_without_its_signature_and_its_address() {
        let printed = format!("{:?}", token());
        assert!(printed.ends_with("…)") && !printed.contains("ana"), "{printed}");
    }
}
