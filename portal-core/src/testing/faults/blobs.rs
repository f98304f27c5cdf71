//! A blob store that fails as planned.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};

use super::{Faults, planned};
use crate::ports::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Part};
use crate::values::{BlobKey, Cursor};

/// How a call of [`FaultyBlobs`] goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum BlobFault {
    /// The store is unavailable, and nothing was done.
    UnavailableBefore,
    /// It was done, and the answer was lost.
    UnavailableAfter,
    /// The store is full, and nothing was done. What needs no room is unavailable instead.
    Full,
    /// It broke off halfway: of a part, half of the bytes were taken and the store says that it is unavailable; of a read,
    /// half of the bytes come and then an error. Anything else is unavailable, and nothing was done.
    Torn,
}

/// A [`BlobStore`] around another one, which fails as planned.
///
/// # Examples
/// ```
/// use portal_core::memory::MemoryBlobs;
/// use portal_core::ports::{BlobError, BlobStore as _};
/// use portal_core::testing::{BlobFault, Faults, FaultyBlobs};
/// use portal_core::values::BlobKey;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let blobs = FaultyBlobs::new(MemoryBlobs::new(), Faults::script([None, Some(BlobFault::Full)]));
/// let upload = blobs.begin(BlobKey::from_bits(1)).await?;
/// assert!(matches!(blobs.put_part(&upload, 1, "bytes".into()).await, Err(BlobError::Full(_))));
/// assert!(blobs.put_part(&upload, 1, "bytes".into()).await.is_ok());
/// # Ok::<(), BlobError>(())
/// # }).expect("memory never waits")?;
/// # Ok::<(), portal_core::ports::BlobError>(())
/// ```
#[derive(Clone)]
pub struct FaultyBlobs {
    inner: Arc<dyn BlobStore>,
    faults: Faults<BlobFault>,
}

impl FaultyBlobs {
    /// Wraps a blob store.
    pub fn new(blobs: impl BlobStore + 'static, faults: Faults<BlobFault>) -> Self {
        Self { inner: Arc::new(blobs), faults }
    }
}

impl fmt::Debug for FaultyBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyBlobs").field("faults", &self.faults).finish_non_exhaustive()
    }
}

fn unavailable<T>() -> Result<T, BlobError> {
    Err(BlobError::Unavailable(planned()))
}

/// Does `$call` unless the plan has it fail before, and keeps its answer unless the plan has it lost.
macro_rules! as_planned {
    ($fault:expr, $call:expr) => {
        match $fault {
            None => $call,
            Some(BlobFault::UnavailableAfter) => match $call {
                Ok(_lost) => unavailable(),
                failed => failed,
            },
            Some(BlobFault::UnavailableBefore | BlobFault::Full | BlobFault::Torn) => unavailable(),
        }
    };
}

#[async_trait]
impl BlobStore for FaultyBlobs {
    async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError> {
        match self.faults.draw() {
            Some(BlobFault::Full) => Err(BlobError::Full(planned())),
            fault => as_planned!(fault, self.inner.begin(key).await),
        }
    }

    async fn put_part(&self, upload: &BlobUpload, number: u32, bytes: Bytes) -> Result<Part, BlobError> {
        match self.faults.draw() {
            Some(BlobFault::Full) => Err(BlobError::Full(planned())),
            Some(BlobFault::Torn) => {
                let half = bytes.slice(..bytes.len() / 2);
                self.inner.put_part(upload, number, half).await.and_then(|_torn| unavailable())
            }
            fault => as_planned!(fault, self.inner.put_part(upload, number, bytes).await),
        }
    }

    async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError> {
        match self.faults.draw() {
            Some(BlobFault::Full) => Err(BlobError::Full(planned())),
            fault => as_planned!(fault, self.inner.complete(upload, parts).await),
        }
    }

    async fn discard_part(&self, upload: &BlobUpload, part: &Part) -> Result<(), BlobError> {
        as_planned!(self.faults.draw(), self.inner.discard_part(upload, part).await)
    }

    async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError> {
        as_planned!(self.faults.draw(), self.inner.abort(upload).await)
    }

    async fn read(&self, key: BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
        match self.faults.draw() {
            Some(BlobFault::Torn) => {
                let half = range.start..range.start + range.end.saturating_sub(range.start) / 2;
                let torn = stream::once(async { unavailable() });
                Ok(self.inner.read(key, half).await?.chain(torn).boxed())
            }
            fault => as_planned!(fault, self.inner.read(key, range).await),
        }
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        as_planned!(self.faults.draw(), self.inner.delete(key).await)
    }

    async fn list(&self, after: Option<&Cursor>, limit: usize) -> Result<BlobPage, BlobError> {
        as_planned!(self.faults.draw(), self.inner.list(after, limit).await)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;

    use super::*;
    use crate::memory::MemoryBlobs;

    const KEY: BlobKey = BlobKey::from_bits(1);

    #[tokio::test]
    async fn a_torn_part_and_a_torn_read_break_off_halfway() {
        let faults = Faults::none();
        let blobs = FaultyBlobs::new(MemoryBlobs::new(), faults.clone());
        let upload = blobs.begin(KEY).await.unwrap();
        faults.next_is(BlobFault::Torn);
        assert!(matches!(blobs.put_part(&upload, 1, "abcdef".into()).await, Err(BlobError::Unavailable(_))));
        let part = blobs.put_part(&upload, 1, "abcdef".into()).await.unwrap();
        faults.next_is(BlobFault::UnavailableAfter);
        assert!(blobs.complete(&upload, std::slice::from_ref(&part)).await.is_err());
        blobs.complete(&upload, &[part]).await.unwrap();

        faults.next_is(BlobFault::Torn);
        let mut torn = blobs.read(KEY, 0..6).await.unwrap();
        assert_eq!(torn.try_next().await.unwrap().as_deref(), Some(&b"abc"[..]));
        assert!(torn.try_next().await.is_err());
        let whole: Vec<Bytes> = blobs.read(KEY, 0..6).await.unwrap().try_collect().await.unwrap();
        assert_eq!(whole.concat(), b"abcdef");
    }
}
