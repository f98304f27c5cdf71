//! The key outside the database from which links, codes and lookups of addresses derive.

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{Digest, Secret};

/// The key from which links, codes and lookups of addresses derive: 32 random bytes that never enter the database.
///
/// All nodes of a deployment hold the same one. Losing it makes open links worthless and logins unfindable; leaking it, together with
/// the database, lets its holder sign in as anybody whose attempt is open.
#[derive(Debug, Clone)]
pub struct LinkKey(Secret);

impl LinkKey {
    /// Takes 32 random bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Secret::new(bytes))
    }

    /// HMAC-SHA256 of `parts` under this key, for one `purpose`. Purpose and parts are each led by their length, so that no two
    /// different lists of them are authenticated alike.
    pub(crate) fn mac(&self, purpose: &str, parts: &[&[u8]]) -> Digest {
        let mut message = Vec::new();
        for part in std::iter::once(&purpose.as_bytes()).chain(parts) {
            message.extend_from_slice(&(part.len() as u64).to_be_bytes());
            message.extend_from_slice(part);
        }
        hmac_sha256(self.0.expose(), &message)
    }
}

#[expect(
    clippy::expect_used,
    reason = "RFC 2104 defines HMAC for keys of any length: there is no other answer to give"
)]
fn hmac_sha256(key: &[u8], message: &[u8]) -> Digest {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    mac.update(message);
    Digest::from_bytes(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_sha_256_gives_what_rfc_4231_says() {
        let cases: [(&[u8], &[u8], &str); 6] = [
            (&[0x0b; 20], b"Hi There", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (&[0xaa; 20], &[0xdd; 50], "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
            (
                &(1..=25).collect::<Vec<u8>>(),
                &[0xcd; 50],
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
            ),
            (
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
            (
                &[0xaa; 131],
                b"This is a test using a larger than block-size key and a larger than block-size data. \
                  The key needs to be hashed before being used by the HMAC algorithm.",
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
            ),
        ];
        for (number, (key, message, expected)) in (1..).zip(cases) {
            assert_eq!(hmac_sha256(key, message).to_string(), expected, "case {number} (5, truncation, left out)");
        }
    }

    #[test]
    fn purposes_and_parts_cannot_be_shifted_into_one_another() {
        let key = LinkKey::new([7; 32]);
        assert_ne!(key.mac("link", &[b"ab", b"c"]), key.mac("link", &[b"a", b"bc"]));
        assert_ne!(key.mac("link", &[b"a"]), key.mac("code", &[b"a"]));
        assert_ne!(key.mac("linka", &[]), key.mac("link", &[b"a"]));
        assert_ne!(key.mac("link", &[b"a"]), LinkKey::new([8; 32]).mac("link", &[b"a"]));
    }

    #[test]
    fn l38_the_key_never_prints() {
        assert_eq!(format!("{:?}", LinkKey::new([0x41; 32])), "LinkKey(Secret(…))");
    }
}
