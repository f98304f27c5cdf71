//! The wrapper around any blob store.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;
use std::task::Poll;

use async_trait::async_trait;
use bytes::{Bytes, BytesMut};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

use super::chunk::{BlobCipher, Place, corrupt};
use super::cipher::NONCE_BYTES;
use super::keys::FirmKeys;
use super::layout::{
    CHUNK_BYTES, OVERHEAD_BYTES, chunk_of, first_chunk, plain_size, sealed_part_size, stored_size, stored_start,
};
use super::reading::{Opener, Reading};
use crate::ports::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Entropy, PART_BYTES, Part};
use crate::values::{BlobKey, Cursor, FirmId};

/// After so many chunks the executor is let go on with others: a quarter of a millisecond's work, or so.
const CHUNKS_AT_ONCE: usize = 4;

/// A [`BlobStore`] around another one, which holds nothing but ciphertext: the bytes of one firm, sealed under its data keys.
///
/// It keeps the contract of [`BlobStore`] and passes its suite, with these additions:
/// - A part that is too large, one that is short before the last, and a gap in the numbers are refused as
///   [`BlobError::Corrupt`].
/// - Bytes that end on the border of a part get one part more, with nothing in it but the sign that they end: of the 10,000 parts
///   one is taken. `complete` again answers `Ok` then if there are bytes of that many parts.
/// - What was changed in the store below is [`BlobError::Corrupt`], from `read` or in its stream; no byte comes out of it.
/// - `list`, `delete` and `abort` go straight through, for any firm's keys.
///
/// Sealing and opening are done where they are awaited: a chunk takes less than 0.1 ms, and after a few of them `put_part` lets
/// others run.
///
/// # Examples
/// ```
/// use std::sync::Arc;
///
/// use futures_util::TryStreamExt as _;
/// use portal_core::encryption::EncryptedBlobs;
/// use portal_core::memory::{MemoryBlobs, MemoryFirmKeys};
/// use portal_core::ports::{BlobStore as _, SystemEntropy};
/// use portal_core::values::{BlobKey, FirmId};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let (stored, keys) = (MemoryBlobs::new(), Arc::new(MemoryFirmKeys::new(Arc::new(SystemEntropy))));
/// let firm = FirmId::from_bits(1);
/// let blobs = EncryptedBlobs::new(firm, Arc::new(stored.clone()), keys, Arc::new(SystemEntropy));
/// let upload = blobs.begin(BlobKey::from_bits(7)).await?;
/// let part = blobs.put_part(&upload, 1, "bytes".into()).await?;
/// blobs.complete(&upload, &[part]).await?;
/// let plain: Vec<_> = blobs.read(upload.key, 1..4).await?.try_collect().await?;
/// assert_eq!(plain.concat(), b"yte");
/// let kept: Vec<_> = stored.read(upload.key, 0..5 + 36).await?.try_collect().await?;
/// assert!(!kept.concat().windows(5).any(|five| five == b"bytes"));
/// # Ok::<(), portal_core::ports::BlobError>(())
/// # }).expect("memory waits for nobody else")?;
/// # Ok::<(), portal_core::ports::BlobError>(())
/// ```
#[derive(Clone)]
pub struct EncryptedBlobs {
    firm: FirmId,
    inner: Arc<dyn BlobStore>,
    keys: Arc<dyn FirmKeys>,
    entropy: Arc<dyn Entropy>,
}

impl EncryptedBlobs {
    /// Wraps a blob store for one firm.
    pub fn new(firm: FirmId, inner: Arc<dyn BlobStore>, keys: Arc<dyn FirmKeys>, entropy: Arc<dyn Entropy>) -> Self {
        Self { firm, inner, keys, entropy }
    }

    /// Seals a part. The last chunk of the blob is in it if it is a short one.
    async fn sealed(&self, blob: BlobKey, number: u32, bytes: &[u8]) -> Result<Bytes, BlobError> {
        let key = self.keys.current(self.firm).await?;
        let cipher = BlobCipher::new(&key, self.firm, blob);
        let mut sealed = Vec::with_capacity(usize::try_from(sealed_part_size(bytes.len())).unwrap_or(0));
        let short = bytes.len() < PART_BYTES;
        let rest = bytes.chunks_exact(CHUNK_BYTES).remainder();
        let chunks = bytes.chunks_exact(CHUNK_BYTES).map(|full| (full, false)).chain(short.then_some((rest, true)));
        for (at, (plain, last)) in chunks.enumerate() {
            if at > 0 && at.is_multiple_of(CHUNKS_AT_ONCE) {
                let_others_run().await;
            }
            let place = Place { chunk: first_chunk(number).saturating_add(at as u64), last };
            let drawn = self.entropy.draw().map_err(|error| BlobError::Unavailable(error.into()))?;
            let nonce: &[u8; NONCE_BYTES] = drawn.first_chunk().ok_or_else(|| corrupt("a nonce"))?;
            cipher.seal(place, nonce, plain, &mut sealed).map_err(|_| corrupt("a chunk that cannot be sealed"))?;
        }
        Ok(sealed.into())
    }

    /// Whether the bytes end with the part `number`, in which there is nothing: what `complete` made before.
    async fn ended(&self, blob: BlobKey, number: u32) -> Result<(), BlobError> {
        let chunk = first_chunk(number);
        let start = stored_start(chunk);
        match self.inner.read(blob, start..start.saturating_add(OVERHEAD_BYTES as u64)).await {
            Ok(stored) => {
                let place = Place { chunk, last: true };
                self.opener(blob).open(place, whole(stored).await?).await.map(|_nothing| ())
            }
            Err(BlobError::OutOfRange { .. }) => Err(BlobError::NotFound),
            Err(error) => Err(error),
        }
    }

    /// What is answered for a range that ends after the bytes: how many there are, if the last chunk says so too.
    async fn too_far(&self, blob: BlobKey, stored: u64) -> BlobError {
        let Some((size_bytes, last)) = plain_size(stored) else { return corrupt("bytes that were cut short") };
        let read = async {
            let end = self.inner.read(blob, stored_start(last)..stored).await?;
            self.opener(blob).open(Place { chunk: last, last: true }, whole(end).await?).await
        };
        match read.await {
            Ok(_) => BlobError::OutOfRange { size_bytes },
            Err(error) => error,
        }
    }

    fn opener(&self, blob: BlobKey) -> Opener {
        Opener::new(self.firm, blob, self.keys.clone())
    }
}

impl fmt::Debug for EncryptedBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedBlobs").field("firm", &self.firm).finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for EncryptedBlobs {
    async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError> {
        // Before anything lies in the store: whatever is there belongs to a firm that has a key.
        self.keys.current(self.firm).await?;
        self.inner.begin(key).await
    }

    async fn put_part(&self, upload: &BlobUpload, number: u32, bytes: Bytes) -> Result<Part, BlobError> {
        if bytes.len() > PART_BYTES {
            return Err(corrupt("a part that is too large"));
        }
        let sealed = self.sealed(upload.key, number, &bytes).await?;
        let part = self.inner.put_part(upload, number, sealed).await?;
        Ok(Part { size_bytes: bytes.len() as u64, ..part })
    }

    async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError> {
        let Laid { mut parts, open_end } = laid(parts)?;
        if let Some(number) = open_end {
            let nothing = self.sealed(upload.key, number, &[]).await?;
            match self.inner.put_part(upload, number, nothing).await {
                Ok(end) => parts.push(end),
                Err(BlobError::NotFound) => return self.ended(upload.key, number).await,
                Err(error) => return Err(error),
            }
        }
        match (self.inner.complete(upload, &parts).await, open_end) {
            // Somebody else completed it at the same moment, with an end of their own.
            (Err(BlobError::NotFound), Some(number)) => self.ended(upload.key, number).await,
            (answer, _) => answer,
        }
    }

    async fn discard_part(&self, upload: &BlobUpload, part: &Part) -> Result<(), BlobError> {
        self.inner.discard_part(upload, part).await
    }

    async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError> {
        self.inner.abort(upload).await
    }

    async fn read(&self, key: BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
        if range.start >= range.end {
            let at = stored_size(range.end);
            return match self.inner.read(key, at..at).await {
                Ok(_nothing) => Ok(stream::empty().boxed()),
                Err(BlobError::OutOfRange { size_bytes: stored }) => Err(self.too_far(key, stored).await),
                Err(error) => Err(error),
            };
        }
        // Chunks are read whole, for nothing less can be told from what is forged. That the one in which the range ends is a full one is
        // tried first; else the store says how many bytes there are.
        let start = stored_start(chunk_of(range.start));
        let end = stored_start(chunk_of(range.end - 1).saturating_add(1));
        match self.inner.read(key, start..end).await {
            Ok(stored) => Ok(Reading::new(self.opener(key), stored, range, None).stream()),
            Err(BlobError::OutOfRange { size_bytes: stored_bytes }) => match plain_size(stored_bytes) {
                Some((size_bytes, _)) if range.end <= size_bytes => {
                    let stored = self.inner.read(key, start..stored_bytes).await?;
                    Ok(Reading::new(self.opener(key), stored, range, Some(stored_bytes)).stream())
                }
                _ => Err(self.too_far(key, stored_bytes).await),
            },
            Err(error) => Err(error),
        }
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        self.inner.delete(key).await
    }

    async fn list(&self, after: Option<&Cursor>, limit: usize) -> Result<BlobPage, BlobError> {
        self.inner.list(after, limit).await
    }
}

/// Parts in their order, with the sizes that they are stored in.
struct Laid {
    parts: Vec<Part>,
    /// The number of the part that has to say that the bytes end, if none of these does.
    open_end: Option<u32>,
}

fn laid(parts: &[Part]) -> Result<Laid, BlobError> {
    let mut parts = parts.to_vec();
    parts.sort_by_key(|part| part.number);
    let count = u32::try_from(parts.len()).map_err(|_| corrupt("more parts than there can be"))?;
    let mut open_end = Some(count.saturating_add(1));
    for (number, part) in (1..).zip(&mut parts) {
        let size = usize::try_from(part.size_bytes).unwrap_or(usize::MAX);
        if part.number != number || size > PART_BYTES || (size < PART_BYTES && number < count) {
            return Err(corrupt("parts with a gap, or a short one before the last"));
        }
        if size < PART_BYTES {
            open_end = None;
        }
        part.size_bytes = sealed_part_size(size);
    }
    Ok(Laid { parts, open_end })
}

/// The bytes of a stream that has one chunk at most.
async fn whole(mut stored: BlobStream) -> Result<BytesMut, BlobError> {
    let mut all = BytesMut::new();
    while let Some(piece) = stored.try_next().await? {
        all.extend_from_slice(&piece);
        if all.len() > CHUNK_BYTES + OVERHEAD_BYTES {
            return Err(corrupt("more bytes than were asked for"));
        }
    }
    Ok(all)
}

/// Gives the executor a turn, whichever it is.
async fn let_others_run() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}
