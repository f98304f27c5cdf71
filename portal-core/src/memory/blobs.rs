//! Bytes in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream;

use crate::ports::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Clock, Part, SystemClock};
use crate::values::{BlobKey, Cursor, Timestamp};

/// The most bytes that one item of a stream has.
const CHUNK_BYTES: usize = 64 * 1024;

/// The [`BlobStore`] in memory.
///
/// Clones share their bytes. It takes parts of any size. What is kept takes its own size in memory, nothing more: reading
/// copies nothing.
///
/// # Examples
/// ```
/// use futures_util::TryStreamExt as _;
/// use portal_core::memory::MemoryBlobs;
/// use portal_core::ports::BlobStore as _;
/// use portal_core::values::BlobKey;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let blobs = MemoryBlobs::new();
/// let upload = blobs.begin(BlobKey::from_bits(7)).await?;
/// let part = blobs.put_part(&upload, 1, "bytes".into()).await?;
/// blobs.complete(&upload, &[part]).await?;
/// let chunks: Vec<_> = blobs.read(upload.key, 1..4).await?.try_collect().await?;
/// assert_eq!(chunks.concat(), b"yte");
/// assert_eq!(blobs.keys(), [upload.key]);
/// # Ok::<(), portal_core::ports::BlobError>(())
/// # }).expect("memory never waits")?;
/// # Ok::<(), portal_core::ports::BlobError>(())
/// ```
#[derive(Clone)]
pub struct MemoryBlobs {
    held: Arc<Mutex<Held>>,
    clock: Arc<dyn Clock>,
}

#[derive(Default)]
struct Held {
    whole: BTreeMap<BlobKey, Whole>,
    uploads: BTreeMap<(BlobKey, String), Upload>,
    /// Makes tokens and tags that never come twice.
    made: u64,
}

/// Bytes that are there to be read.
struct Whole {
    parts: Vec<(Part, Bytes)>,
    written_at: Timestamp,
}

/// An upload under way: every part ever put, by number and tag.
struct Upload {
    parts: BTreeMap<(u32, String), Bytes>,
    written_at: Timestamp,
}

impl Held {
    fn next_name(&mut self) -> String {
        self.made += 1;
        self.made.to_string()
    }
}

impl MemoryBlobs {
    /// An empty store.
    pub fn new() -> Self {
        Self { held: Arc::default(), clock: Arc::new(SystemClock) }
    }

    /// Dates what is written from now on by `clock`, which is what [`BlobStore::list`] tells the sweeper.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The keys whose bytes can be read, for tests that ask what was left behind.
    pub fn keys(&self) -> Vec<BlobKey> {
        self.held().whole.keys().copied().collect()
    }

    /// How many uploads are under way, for tests that ask what was left behind.
    pub fn uploads_under_way(&self) -> usize {
        self.held().uploads.len()
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryBlobs {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for MemoryBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryBlobs").field("keys", &self.keys().len()).finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for MemoryBlobs {
    async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError> {
        let written_at = self.clock.now();
        let mut held = self.held();
        let token = held.next_name();
        held.uploads.insert((key, token.clone()), Upload { parts: BTreeMap::new(), written_at });
        Ok(BlobUpload { key, token })
    }

    async fn put_part(&self, upload: &BlobUpload, number: u32, bytes: Bytes) -> Result<Part, BlobError> {
        let now = self.clock.now();
        let mut held = self.held();
        let tag = held.next_name();
        let under_way = held.uploads.get_mut(&(upload.key, upload.token.clone())).ok_or(BlobError::NotFound)?;
        let part = Part { number, size_bytes: bytes.len() as u64, tag: tag.clone() };
        under_way.parts.insert((number, tag), bytes);
        under_way.written_at = now;
        Ok(part)
    }

    async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError> {
        let written_at = self.clock.now();
        let mut parts = parts.to_vec();
        parts.sort_by_key(|part| part.number);
        let mut held = self.held();
        let name = (upload.key, upload.token.clone());
        let Some(under_way) = held.uploads.get(&name) else {
            // Asked again after it was answered, or after the answer was lost.
            let same = |whole: &Whole| whole.parts.iter().map(|(part, _)| part).eq(&parts);
            return held.whole.get(&upload.key).filter(|whole| same(whole)).map(|_| ()).ok_or(BlobError::NotFound);
        };
        let bytes = |part: &Part| under_way.parts.get(&(part.number, part.tag.clone())).cloned();
        let parts: Option<Vec<(Part, Bytes)>> =
            parts.into_iter().map(|part| bytes(&part).map(|bytes| (part, bytes))).collect();
        let whole = Whole { parts: parts.ok_or(BlobError::NotFound)?, written_at };
        held.uploads.remove(&name);
        held.whole.insert(upload.key, whole);
        Ok(())
    }

    async fn discard_part(&self, upload: &BlobUpload, part: &Part) -> Result<(), BlobError> {
        if let Some(under_way) = self.held().uploads.get_mut(&(upload.key, upload.token.clone())) {
            under_way.parts.remove(&(part.number, part.tag.clone()));
        }
        Ok(())
    }

    async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError> {
        self.held().uploads.remove(&(upload.key, upload.token.clone()));
        Ok(())
    }

    async fn read(&self, key: BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
        let held = self.held();
        let whole = held.whole.get(&key).ok_or(BlobError::NotFound)?;
        let size_bytes = whole.parts.iter().map(|(part, _)| part.size_bytes).sum();
        if range.end > size_bytes {
            return Err(BlobError::OutOfRange { size_bytes });
        }
        let pieces: Vec<Bytes> = whole.parts.iter().map(|(_, bytes)| bytes.clone()).collect();
        Ok(stream::iter(cut(pieces, range)).flat_map(chunks).map(Ok).boxed())
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        let mut held = self.held();
        held.whole.remove(&key);
        held.uploads.retain(|(of, _), _| *of != key);
        Ok(())
    }

    async fn list(&self, after: Option<&Cursor>, limit: usize) -> Result<BlobPage, BlobError> {
        let after: Option<BlobKey> = after.and_then(|cursor| cursor.as_str().parse().ok());
        let held = self.held();
        let mut all: BTreeMap<BlobKey, Timestamp> = BTreeMap::new();
        let whole = held.whole.iter().map(|(key, whole)| (*key, whole.written_at));
        let under_way = held.uploads.iter().map(|((key, _), upload)| (*key, upload.written_at));
        for (key, written_at) in whole.chain(under_way).filter(|(key, _)| after.is_none_or(|after| *key > after)) {
            let latest = all.entry(key).or_insert(written_at);
            *latest = written_at.max(*latest);
        }
        let more = all.len() > limit.max(1);
        let blobs: Vec<(BlobKey, Timestamp)> = all.into_iter().take(limit.max(1)).collect();
        let next = blobs.last().filter(|_| more).map(|(key, _)| Cursor::new(key.to_string()));
        Ok(BlobPage { blobs, next })
    }
}

/// What of `pieces`, laid end to end, lies in `range`.
fn cut(pieces: Vec<Bytes>, range: Range<u64>) -> Vec<Bytes> {
    let mut start = 0;
    let mut inside = Vec::new();
    for piece in pieces {
        let len = piece.len() as u64;
        let (from, to) = (range.start.clamp(start, start + len), range.end.clamp(start, start + len));
        // INVARIANT: both lie within the piece, whose length is a usize.
        if let (Ok(from), Ok(to)) = (usize::try_from(from - start), usize::try_from(to - start))
            && from < to
        {
            inside.push(piece.slice(from..to));
        }
        start += len;
    }
    inside
}

fn chunks(mut bytes: Bytes) -> stream::Iter<std::vec::IntoIter<Bytes>> {
    let mut all = Vec::with_capacity(bytes.len().div_ceil(CHUNK_BYTES));
    while !bytes.is_empty() {
        all.push(bytes.split_to(CHUNK_BYTES.min(bytes.len())));
    }
    stream::iter(all)
}
