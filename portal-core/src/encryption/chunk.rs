//! One chunk: what is sealed, and what it is bound to.

use bytes::{Bytes, BytesMut};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use super::cipher::{Cipher, KEY_BYTES, NONCE_BYTES, NotAuthentic};
use super::keys::FirmKey;
use super::layout::{HEADER_BYTES, MAGIC};
use crate::ports::BlobError;
use crate::values::{BlobKey, FirmId, Id as _};

/// The place of a chunk in its blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// Its number, from 0.
    pub(super) chunk: u64,
    /// Whether nothing follows it.
    pub(super) last: bool,
}

/// What seals and opens the chunks of one blob under one data key.
pub(super) struct BlobCipher {
    number: u32,
    cipher: Cipher,
    /// What every chunk of the blob is bound to.
    bound_to: [u8; 36],
}

impl BlobCipher {
    pub(super) fn new(key: &FirmKey, firm: FirmId, blob: BlobKey) -> Self {
        let mut bound_to = [0; 36];
        let named = [&firm.as_u128().to_be_bytes()[..], &blob.as_u128().to_be_bytes(), &key.number().to_be_bytes()];
        for (to, from) in bound_to.iter_mut().zip(named.into_iter().flatten()) {
            *to = *from;
        }
        let cipher = Cipher::new(&derived(key.expose(), &bound_to));
        Self { number: key.number(), cipher, bound_to }
    }

    /// The number of the data key.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// Adds the sealed chunk to `out`.
    pub(super) fn seal(
        &self,
        place: Place,
        nonce: &[u8; NONCE_BYTES],
        plain: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), NotAuthentic> {
        out.extend_from_slice(&MAGIC);
        out.extend_from_slice(&self.number.to_be_bytes());
        out.extend_from_slice(nonce);
        let body = out.len();
        out.extend_from_slice(plain);
        let body = out.get_mut(body..).unwrap_or_default();
        let tag = self.cipher.seal(nonce, &self.context(place), body)?;
        out.extend_from_slice(&tag);
        Ok(())
    }

    /// The plain bytes of a chunk, if it is the one of this place. They take the memory of the sealed ones.
    pub(super) fn open(&self, place: Place, mut sealed: BytesMut) -> Result<Bytes, NotAuthentic> {
        let header = Header::of(&sealed).filter(|header| header.number == self.number).ok_or(NotAuthentic)?;
        let mut body = sealed.split_off(HEADER_BYTES);
        let plain = self.cipher.open(&header.nonce, &self.context(place), &mut body)?;
        body.truncate(plain);
        Ok(body.freeze())
    }

    fn context(&self, place: Place) -> [u8; 45] {
        let mut context = [0; 45];
        let chunk = place.chunk.to_be_bytes();
        for (to, from) in context.iter_mut().zip(self.bound_to.iter().chain(&chunk).chain(&[u8::from(place.last)])) {
            *to = *from;
        }
        context
    }
}

/// What stands before the ciphertext.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// The number of the data key.
    pub(super) number: u32,
    nonce: [u8; NONCE_BYTES],
}

impl Header {
    /// Reads the header of a chunk; `None` when the bytes were not sealed by this library.
    pub(super) fn of(sealed: &[u8]) -> Option<Self> {
        let (number, rest) = sealed.strip_prefix(&MAGIC)?.split_first_chunk()?;
        Some(Self { number: u32::from_be_bytes(*number), nonce: *rest.first_chunk()? })
    }
}

/// What was kept is not what it should be.
pub(super) fn corrupt(what: &str) -> BlobError {
    BlobError::Corrupt { what: format!("encryption at rest: {what}") }
}

/// Reads the number of the data key off a chunk, or says why there is none.
pub(super) fn number_of(sealed: &[u8]) -> Result<u32, BlobError> {
    let not_ours = "bytes that were not sealed by this portal (kept before it encrypted, or damaged)";
    Header::of(sealed).map(|header| header.number).ok_or_else(|| corrupt(not_ours))
}

/// The key of one blob: HKDF-SHA256 (RFC 5869) of the data key, for this purpose, firm and blob.
#[expect(clippy::expect_used, reason = "RFC 5869 gives up to 255 hashes: 32 bytes are one")]
fn derived(data_key: &[u8; KEY_BYTES], bound_to: &[u8; 36]) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut key = Zeroizing::new([0; KEY_BYTES]);
    let info: [&[u8]; 2] = [b"portal-core blob 1", bound_to];
    Hkdf::<Sha256>::new(None, data_key).expand_multi_info(&info, &mut *key).expect("32 bytes are one hash");
    key
}
