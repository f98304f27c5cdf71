//! Bytes of documents.

use std::ops::Range;
use std::pin::Pin;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::Stream;

use crate::values::{BlobKey, Cursor, Timestamp};

/// How many bytes every part but the last has: the fewest that S3 takes.
pub const PART_BYTES: usize = 5 * 1024 * 1024;

/// The most parts that an upload may have: what S3 takes.
pub const MAX_PARTS: u32 = 10_000;

/// Why the blob store did not do as asked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BlobError {
    /// There are no such bytes, or no such upload.
    #[error("there are no such bytes")]
    NotFound,
    /// The range lies outside of the bytes.
    #[error("the range ends after the {size_bytes} bytes there are")]
    OutOfRange {
        /// How many bytes there are.
        size_bytes: u64,
    },
    /// The store is full.
    #[error("the blob store is full")]
    Full(#[source] super::BoxError),
    /// What the store holds is damaged, or a cursor is none of its own: trying again is in vain.
    #[error("the bytes are damaged: {what}")]
    Corrupt {
        /// What is damaged, in words for whoever runs the store.
        what: String,
    },
    /// The store cannot be reached, or broke off: worth trying again.
    #[error("the blob store is unavailable")]
    Unavailable(#[source] super::BoxError),
}

/// An upload that was begun: what another process needs to go on with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobUpload {
    /// Where the bytes will lie.
    pub key: BlobKey,
    /// The store's own word for the upload.
    pub token: String,
}

/// A part that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its number, from 1.
    pub number: u32,
    /// How many bytes it has.
    pub size_bytes: u64,
    /// The store's own word for it.
    pub tag: String,
}

/// Bytes as they come.
pub type BlobStream = Pin<Box<dyn Stream<Item = Result<Bytes, BlobError>> + Send>>;

/// A page of a listing for the sweeper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobPage {
    /// Keys, each with the time it was written.
    pub blobs: Vec<(BlobKey, Timestamp)>,
    /// How to ask for what follows.
    pub next: Option<Cursor>,
}

/// Keeps bytes under random keys.
///
/// # Contract
/// - Bytes are to be read once `complete` has answered, whole, from then on, and not before.
/// - Parts may be put by different processes and out of order; putting a number again replaces it.
/// - Every part but the last has exactly [`PART_BYTES`]; the last has as many at most, down to none. So a part's number says
///   where its bytes belong, and R2 is content, which asks for equal sizes. A wrapper that adds to the bytes puts parts of a size
///   of its own, somewhat larger and equal too, into the store below it: one that wraps nothing takes any equal size from
///   [`PART_BYTES`] on.
/// - Numbers run from 1 without gaps, to 10,000 at most, as at S3. What cannot be told from the right thing is taken; what can
///   (a short part before the last, a gap) may be refused as [`BlobError::Corrupt`].
/// - `complete` again with the same parts, after it answered or its answer was lost, answers `Ok`.
/// - `abort` and `delete` of what is not there answer `Ok`. After either, `put_part` and `complete` of that upload answer
///   [`BlobError::NotFound`]: the sweeper takes an upload's bytes away while its uploader may still be at it.
/// - `complete` with a part that was never put makes nothing and answers [`BlobError::NotFound`].
/// - A stream that was begun may break off with an error when its bytes are deleted; it never gives others.
/// - Memory in use does not depend on the size of what is kept.
/// - Keys are random and never come twice; no adapter relies on refusing an overwrite.
///
/// # Errors
/// Each method answers [`BlobError::Unavailable`] when the store cannot be reached or broke off, which is worth trying again,
/// and [`BlobError::Corrupt`] when what it finds is damaged; what else a method may answer stands with it.
#[async_trait]
pub trait BlobStore: Send + Sync {
    /// Begins an upload. Beginning twice for one key makes two uploads, which know nothing of one another.
    ///
    /// # Errors
    /// [`BlobError::Full`] when nothing more can be kept.
    async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError>;
    /// Puts one part.
    ///
    /// # Errors
    /// [`BlobError::NotFound`] when the upload is complete, given up or unknown; [`BlobError::Full`] when the part cannot be
    /// kept.
    async fn put_part(&self, upload: &BlobUpload, number: u32, bytes: Bytes) -> Result<Part, BlobError>;
    /// Makes the parts, in the order of their numbers, the bytes of the key.
    ///
    /// # Errors
    /// [`BlobError::NotFound`] when the upload or one of the parts is unknown.
    async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError>;
    /// Takes back a part that was put and that `complete` will not be asked for, so that it takes no room until the upload ends.
    /// A store that keeps one part a number has nothing to do: the next of that number replaces it.
    ///
    /// # Errors
    /// None of its own: what is not there was taken back already.
    async fn discard_part(&self, _upload: &BlobUpload, _part: &Part) -> Result<(), BlobError> {
        Ok(())
    }
    /// Gives an upload up. What is complete stays.
    ///
    /// # Errors
    /// None of its own: what is not there is given up already.
    async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError>;
    /// Reads `range` of the bytes. An empty range gives an empty stream; one that ends after the bytes is
    /// [`BlobError::OutOfRange`].
    ///
    /// # Errors
    /// [`BlobError::NotFound`] when there are no whole bytes under the key. What fails later fails in the stream.
    async fn read(&self, key: BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError>;
    /// Deletes the bytes, and any upload under way, of a key.
    ///
    /// # Errors
    /// None of its own: what is not there is deleted already.
    async fn delete(&self, key: BlobKey) -> Result<(), BlobError>;
    /// Lists keys, complete and under way, for sweeping: each once, in an order of the store's own that holds while keys
    /// come and go; at most `limit` a page, and at least one. The time is that of the last write.
    ///
    /// # Errors
    /// [`BlobError::Corrupt`] when the cursor is none of this store's.
    async fn list(&self, after: Option<&Cursor>, limit: usize) -> Result<BlobPage, BlobError>;
}
