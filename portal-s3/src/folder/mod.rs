//! A blob store in a folder.

mod listing;
mod manifest;
mod place;
mod reading;
mod uploading;

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use portal_core::ports::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Clock, Part, SystemClock};
use portal_core::values::{BlobKey, Cursor, Timestamp};

use place::Place;

/// Keeps bytes in a folder of the local file system.
///
/// # Layout
/// ```text
/// ROOT/3f/3f…e1.upload/   an upload under way: part-NUMBER-TAG, each written under another name, synced and renamed
/// ROOT/3f/3f…e1/          the same folder, renamed once its `manifest` said which parts are the bytes, in which order
/// ROOT/3f/3f…e1.gone/     the same folder again, being deleted
/// ```
/// Parts stay files of their own. Joining them would copy 5 GB a second time and need the room for it; a manifest of
/// 50 bytes a part does not, and a range is read from the parts it touches. One rename of one folder publishes the bytes, gives an
/// upload up or deletes: of two that happen at once, one wins whole. Tags are random, so that a part that
/// was put twice lies there twice, `complete` takes the one it was told, and a straggler never changes bytes that were published.
///
/// Paths are made from the 128 random bits of keys and from nothing else. Files and folders are open to their owner alone. The file
/// system has to be one where a folder can be synced and renamed atomically (a Unix; a shared one such as NFS too).
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use futures_util::TryStreamExt as _;
/// use portal_core::{ports::BlobStore as _, values::{BlobKey, Id as _}};
///
/// let folder = tempfile::tempdir()?;
/// let blobs = portal_s3::FolderBlobs::open(folder.path()).await?;
/// let upload = blobs.begin(BlobKey::from_u128(7)).await?;
/// let part = blobs.put_part(&upload, 1, "bytes".into()).await?;
/// blobs.complete(&upload, &[part]).await?;
/// let chunks: Vec<_> = blobs.read(upload.key, 1..4).await?.try_collect().await?;
/// assert_eq!(chunks.concat(), b"yte");
/// # Ok::<_, Box<dyn std::error::Error>>(()) })?; Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct FolderBlobs {
    root: Arc<Path>,
    clock: Arc<dyn Clock>,
}

impl FolderBlobs {
    /// Opens the folder `root`, and makes it when it is missing.
    ///
    /// # Errors
    /// [`BlobError::Full`] or [`BlobError::Unavailable`] when it cannot be made or is no folder.
    pub async fn open(root: impl Into<PathBuf>) -> Result<Self, BlobError> {
        let root = root.into();
        let made = blocking(move || {
            let root = std::path::absolute(root)?;
            place::make_root(&root)?;
            Ok(root)
        });
        Ok(Self { root: made.await?.into(), clock: Arc::new(SystemClock) })
    }

    /// Dates what is written from now on by `clock`, which is what [`BlobStore::list`] tells the sweeper.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    fn now(&self) -> SystemTime {
        let micros = u64::try_from(self.clock.now().as_micros()).unwrap_or(0);
        SystemTime::UNIX_EPOCH + Duration::from_micros(micros)
    }

    /// Runs `work` on the place of `key`, where blocking is allowed.
    async fn at<T: Send + 'static>(
        &self,
        key: BlobKey,
        work: impl FnOnce(&Place) -> io::Result<T> + Send + 'static,
    ) -> Result<T, BlobError> {
        let root = Arc::clone(&self.root);
        blocking(move || {
            work(&Place::of(&root, key)).map_err(|error| match error.kind() {
                // A folder that is not mounted must not pass for one without the blob.
                io::ErrorKind::NotFound if !root.is_dir() => io::Error::other(error),
                _ => error,
            })
        })
        .await
    }
}

impl fmt::Debug for FolderBlobs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FolderBlobs").field("root", &self.root).finish_non_exhaustive()
    }
}

#[async_trait]
impl BlobStore for FolderBlobs {
    async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError> {
        let now = self.now();
        self.at(key, move |place| uploading::begin(place, now)).await?;
        Ok(BlobUpload { key, token: "folder".to_owned() })
    }

    async fn put_part(&self, upload: &BlobUpload, number: u32, bytes: Bytes) -> Result<Part, BlobError> {
        let now = self.now();
        self.at(upload.key, move |place| uploading::put_part(place, number, &bytes, now)).await
    }

    async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError> {
        let (now, parts) = (self.now(), parts.to_vec());
        self.at(upload.key, move |place| uploading::complete(place, parts, now)).await
    }

    async fn discard_part(&self, upload: &BlobUpload, part: &Part) -> Result<(), BlobError> {
        let part = part.clone();
        self.at(upload.key, move |place| uploading::discard_part(place, &part)).await
    }

    async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError> {
        self.at(upload.key, uploading::abort).await
    }

    async fn read(&self, key: BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
        let (manifest, place) =
            self.at(key, |place| Ok((manifest::Manifest::read(&place.whole)?, place.clone()))).await?;
        let size_bytes = manifest.size_bytes();
        if range.end > size_bytes {
            return Err(BlobError::OutOfRange { size_bytes });
        }
        Ok(reading::stream(reading::Reader::new(place.whole, &manifest, range)))
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        self.at(key, uploading::delete).await
    }

    async fn list(&self, after: Option<&Cursor>, limit: usize) -> Result<BlobPage, BlobError> {
        let root = Arc::clone(&self.root);
        let after = after.map(listing::position).transpose().map_err(blob_error)?;
        blocking(move || listing::page(&root, after, limit.max(1))).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, BlobError> {
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(blob_error),
        Err(cancelled) => Err(BlobError::Unavailable(cancelled.into())),
    }
}

fn blob_error(error: io::Error) -> BlobError {
    match error.kind() {
        io::ErrorKind::NotFound => BlobError::NotFound,
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => BlobError::Full(error.into()),
        // Ours: a manifest that cannot be read, a part that is cut short, a cursor of another store.
        io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof | io::ErrorKind::InvalidInput => {
            BlobError::Corrupt { what: error.to_string() }
        }
        _ => BlobError::Unavailable(error.into()),
    }
}

fn timestamp(time: SystemTime) -> Timestamp {
    let since_epoch = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    Timestamp::from_micros(0) + since_epoch
}
