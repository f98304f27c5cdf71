//! Bytes, and uploads made short.

use bytes::Bytes;
use futures_util::TryStreamExt as _;

use crate::ports::{BlobError, BlobStore, BlobUpload, PART_BYTES, Part};
use crate::values::BlobKey;

/// A part that is no last one.
pub(super) const FULL: usize = PART_BYTES;

/// `len` bytes that differ from place to place, and by `seed`.
pub(super) fn bytes(seed: u8, len: usize) -> Bytes {
    let byte = |place: usize| seed.wrapping_add((place % 251).to_le_bytes()[0]).wrapping_mul(3);
    (0..len).map(byte).collect::<Vec<u8>>().into()
}

/// A key of the suite.
pub(super) fn key(number: u128) -> BlobKey {
    // Spread over the whole range, as random keys are.
    BlobKey::from_bits(crate::values::Digest::of(&number.to_be_bytes()).leading_u128())
}

/// Puts `parts` under numbers from 1 on, and does not complete them.
pub(super) async fn begun(blobs: &dyn BlobStore, key: BlobKey, parts: &[Bytes]) -> (BlobUpload, Vec<Part>) {
    let upload = blobs.begin(key).await.unwrap();
    let mut put = Vec::new();
    for (number, bytes) in (1..).zip(parts) {
        put.push(blobs.put_part(&upload, number, bytes.clone()).await.unwrap());
    }
    (upload, put)
}

/// Keeps `parts`, one after another, as the bytes of `key`.
pub(super) async fn kept(blobs: &dyn BlobStore, key: BlobKey, parts: &[Bytes]) -> (BlobUpload, Vec<Part>) {
    let (upload, put) = begun(blobs, key, parts).await;
    blobs.complete(&upload, &put).await.unwrap();
    (upload, put)
}

/// What is read between `from` and `to`.
pub(super) async fn read(blobs: &dyn BlobStore, key: BlobKey, from: usize, to: usize) -> Result<Vec<u8>, BlobError> {
    let chunks: Vec<Bytes> = blobs.read(key, from as u64..to as u64).await?.try_collect().await?;
    Ok(chunks.concat())
}

/// Nothing is there to be read, not even nothing of it.
pub(super) async fn assert_unread(blobs: &dyn BlobStore, key: BlobKey) {
    for to in [0, 1] {
        let answer = read(blobs, key, 0, to).await;
        assert!(matches!(answer, Err(BlobError::NotFound)), "{:?}", answer.map(|bytes| bytes.len()));
    }
}
