//! What a key ring in this process wraps with.

use std::fmt;

use zeroize::Zeroizing;

use super::cipher::{Cipher, KEY_BYTES, NONCE_BYTES};
use crate::ports::{Entropy, KeyError, WrappedKey};
use crate::values::{RingKeyId, Secret};

/// What the wrapped form begins with.
const FORM: u8 = 1;

/// A key that data keys are wrapped with (AES-256-GCM under a random nonce), for rings that hold theirs in this process.
/// It is wiped when it is dropped.
pub struct MasterKey {
    id: RingKeyId,
    cipher: Cipher,
}

impl MasterKey {
    /// Takes 32 random bytes as the key of this id.
    pub fn new(id: RingKeyId, bytes: [u8; KEY_BYTES]) -> Self {
        let bytes = Zeroizing::new(bytes);
        Self { id, cipher: Cipher::new(&bytes) }
    }

    /// Its id.
    pub fn id(&self) -> &RingKeyId {
        &self.id
    }

    /// Wraps a key for `context`, in which alone it can be unwrapped.
    ///
    /// # Errors
    /// [`KeyError::Unavailable`] when there is no randomness.
    pub fn wrap(&self, key: &Secret, context: &[u8], entropy: &dyn Entropy) -> Result<WrappedKey, KeyError> {
        let drawn = entropy.draw().map_err(|error| KeyError::Unavailable(error.into()))?;
        let nonce: &[u8; NONCE_BYTES] = drawn.first_chunk().ok_or_else(unusable)?;
        let mut bytes = vec![FORM];
        bytes.extend_from_slice(nonce);
        // Encrypted apart, so that the plain key is in no memory that may move.
        let mut body = Zeroizing::new(key.expose().to_vec());
        let tag = self.cipher.seal(nonce, &self.bound_to(context), &mut body).map_err(|_| unusable())?;
        bytes.extend_from_slice(&body);
        bytes.extend_from_slice(&tag);
        Ok(WrappedKey { by: self.id.clone(), bytes })
    }

    /// Unwraps a key that was wrapped for `context`.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] when it was wrapped by another key, or for another context, or was changed.
    pub fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<Secret, KeyError> {
        let rest = wrapped.bytes.strip_prefix(&[FORM]).filter(|_| wrapped.by == self.id).ok_or_else(unusable)?;
        let (nonce, rest) = rest.split_first_chunk::<NONCE_BYTES>().ok_or_else(unusable)?;
        let mut body = Zeroizing::new(rest.to_vec());
        let key = self.cipher.open(nonce, &self.bound_to(context), &mut body).map_err(|_| unusable())?;
        Ok(Secret::new(body.get(..key).unwrap_or_default()))
    }

    fn bound_to(&self, context: &[u8]) -> Vec<u8> {
        let id = self.id.as_str().as_bytes();
        let led_by_its_length = (id.len() as u64).to_be_bytes();
        [b"portal-core data key 1", &led_by_its_length[..], id, context].concat()
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MasterKey").field("id", &self.id).finish_non_exhaustive()
    }
}

fn unusable() -> KeyError {
    KeyError::Unusable { why: "a wrapped key is not what this key wrapped, or not where it belongs".to_owned() }
}
