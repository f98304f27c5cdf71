//! What the wrapper does that no other blob store has to.

mod forged;
mod ranges;
mod rotated;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::TryStreamExt as _;

use super::EncryptedBlobs;
use super::layout::{SEALED_CHUNK_BYTES, stored_size};
use crate::memory::{MemoryBlobs, MemoryFirmKeys};
use crate::ports::{BlobError, BlobStore, PART_BYTES, SystemEntropy};
use crate::values::{BlobKey, FirmId};

const FIRM: FirmId = FirmId::from_bits(1);
const KEY: BlobKey = BlobKey::from_bits(7);
const CHUNK: usize = super::layout::CHUNK_BYTES;

/// A firm's blobs, what is stored of them, and their keys.
struct Vault {
    stored: MemoryBlobs,
    keys: MemoryFirmKeys,
    blobs: EncryptedBlobs,
}

impl Vault {
    fn new() -> Self {
        let (stored, keys) = (MemoryBlobs::new(), MemoryFirmKeys::new(Arc::new(SystemEntropy)));
        let blobs = Self::of(FIRM, &stored, &keys);
        Self { stored, keys, blobs }
    }

    fn of(firm: FirmId, stored: &MemoryBlobs, keys: &MemoryFirmKeys) -> EncryptedBlobs {
        EncryptedBlobs::new(firm, Arc::new(stored.clone()), Arc::new(keys.clone()), Arc::new(SystemEntropy))
    }

    /// The stored bytes of a blob of `plain` bytes.
    async fn stored(&self, key: BlobKey, plain: usize) -> Vec<u8> {
        read(&self.stored, key, 0..stored_size(plain as u64)).await.unwrap()
    }

    /// Puts other bytes where a blob was stored.
    async fn forge(&self, key: BlobKey, bytes: Vec<u8>) {
        self.stored.delete(key).await.unwrap();
        let upload = self.stored.begin(key).await.unwrap();
        let part = self.stored.put_part(&upload, 1, bytes.into()).await.unwrap();
        self.stored.complete(&upload, &[part]).await.unwrap();
    }
}

/// Bytes that differ from place to place and by `seed`.
fn sample(seed: u8, len: usize) -> Vec<u8> {
    (0..len).map(|at| seed.wrapping_add((at % 251).to_le_bytes()[0])).collect()
}

/// Cuts bytes into parts, as whoever uploads does.
async fn keep(blobs: &dyn BlobStore, key: BlobKey, bytes: &[u8]) {
    let upload = blobs.begin(key).await.unwrap();
    let mut parts = Vec::new();
    for (number, part) in (1..).zip(bytes.chunks(PART_BYTES)) {
        parts.push(blobs.put_part(&upload, number, Bytes::copy_from_slice(part)).await.unwrap());
    }
    blobs.complete(&upload, &parts).await.unwrap();
}

async fn read(blobs: &dyn BlobStore, key: BlobKey, range: std::ops::Range<u64>) -> Result<Vec<u8>, BlobError> {
    let pieces: Vec<Bytes> = blobs.read(key, range).await?.try_collect().await?;
    Ok(pieces.concat())
}

fn is_corrupt<T>(answer: &Result<T, BlobError>) -> bool {
    matches!(answer, Err(BlobError::Corrupt { .. }))
}

#[tokio::test]
async fn l37_nothing_of_what_is_kept_is_stored_as_it_is() {
    let vault = Vault::new();
    let plain = vec![b'A'; 3 * CHUNK + 17];
    keep(&vault.blobs, KEY, &plain).await;
    let stored = vault.stored(KEY, plain.len()).await;
    assert!(!stored.windows(8).any(|some| some == b"AAAAAAAA"));
    let (one, other) = (&stored[..SEALED_CHUNK_BYTES], &stored[SEALED_CHUNK_BYTES..2 * SEALED_CHUNK_BYTES]);
    assert_ne!(one[20..], other[20..], "what is alike is stored alike");
    let twin = BlobKey::from_bits(8);
    keep(&vault.blobs, twin, &plain).await;
    assert_ne!(vault.stored(twin, plain.len()).await[20..], stored[20..]);
}

#[tokio::test]
async fn l37_what_was_put_again_is_under_another_nonce() {
    let vault = Vault::new();
    let mut nonces = std::collections::BTreeSet::new();
    for round in 0..8 {
        let key = BlobKey::from_bits(round);
        keep(&vault.blobs, key, &sample(1, 10 * CHUNK)).await;
        for chunk in vault.stored(key, 10 * CHUNK).await.chunks(SEALED_CHUNK_BYTES) {
            assert!(nonces.insert(chunk[8..20].to_vec()), "a nonce came twice");
        }
    }
    assert_eq!(nonces.len(), 8 * 11);
}

#[tokio::test]
async fn what_was_kept_before_there_was_encryption_is_refused_in_words() {
    let vault = Vault::new();
    for plain in [&b"%PDF-1.7 and so on, for more than the few bytes of a header"[..], b"short"] {
        vault.forge(KEY, plain.to_vec()).await;
        let answer = read(&vault.blobs, KEY, 0..5).await;
        assert!(is_corrupt(&answer), "{answer:?}");
    }
    vault.forge(KEY, sample(1, 3 * SEALED_CHUNK_BYTES + 100)).await;
    let said = read(&vault.blobs, KEY, 0..CHUNK as u64).await.unwrap_err().to_string();
    assert!(said.contains("not sealed by this portal"), "{said}");
}

#[tokio::test]
async fn parts_that_cannot_be_laid_out_are_refused() {
    let vault = Vault::new();
    let upload = vault.blobs.begin(KEY).await.unwrap();
    assert!(is_corrupt(&vault.blobs.put_part(&upload, 1, vec![0; PART_BYTES + 1].into()).await));
    let short = vault.blobs.put_part(&upload, 1, "short".into()).await.unwrap();
    let second = vault.blobs.put_part(&upload, 2, "second".into()).await.unwrap();
    let gap = vault.blobs.put_part(&upload, 4, "fourth".into()).await.unwrap();
    let full = vault.blobs.put_part(&upload, 1, vec![0; PART_BYTES].into()).await.unwrap();
    for wrong in [vec![short.clone(), second.clone()], vec![full.clone(), gap], vec![full.clone(), full.clone()]] {
        assert!(is_corrupt(&vault.blobs.complete(&upload, &wrong).await), "{wrong:?}");
    }
    vault.blobs.complete(&upload, &[second, full]).await.unwrap();
    assert_eq!(read(&vault.blobs, KEY, PART_BYTES as u64..PART_BYTES as u64 + 6).await.unwrap(), b"second");
}

#[test]
fn l38_no_key_prints() {
    let vault = Vault::new();
    let key = super::FirmKey::new(3, [0x41; 32]);
    let master = super::MasterKey::new(crate::values::RingKeyId::new("2026").unwrap(), [0x41; 32]);
    let ring = crate::memory::MemoryKeyRing::new(crate::values::LinkKey::new([0x41; 32]), master);
    let printed = format!("{key:?} {:?} {:?} {ring:?}", vault.blobs, vault.keys);
    assert!(printed.contains("number: 3") && printed.contains("2026"), "{printed}");
    assert!(!printed.contains("65, 65") && !printed.contains("AAAA"), "{printed}");
}
