//! A folder as one zip file: written while it is read, and access is checked at each step.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, ZipWriter};

use super::{Download, Engine, Error, Refusal};
use crate::files::FilesRefusal;
use crate::ports::BlobStream;
use crate::values::{Cursor, DocumentId, FileName, FirmId, FolderId};

/// The most documents that one zip file holds, and the most bytes, versions that are not shown counted in.
const MOST_DOCUMENTS: u64 = 10_000;
const MOST_BYTES: u64 = 100_000_000_000;
/// From this size on an entry says it in 64 bits.
const LARGE: u64 = 0xf000_0000;

/// The bytes of a folder's zip file as they are made. When access ends before they do, the stream breaks off with an error, and
/// what came is no whole zip file.
pub type ZipStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// A folder on its way to whoever asked for it.
pub struct FolderZip {
    /// The folder.
    pub folder: FolderId,
    /// What it is called.
    pub name: FileName,
    /// The zip file: documents as they are, not compressed once more.
    pub body: ZipStream,
}

impl std::fmt::Debug for FolderZip {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("FolderZip").field("folder", &self.folder).finish_non_exhaustive()
    }
}

/// What lies in a folder.
pub(crate) enum Found {
    Folder(FolderId, FileName),
    Document(DocumentId, FileName),
}

/// Somebody's way through a folder. Each step reads anew whether it is still theirs.
pub(crate) trait Walk: Send + Sync + 'static {
    /// A page of a folder.
    fn page(
        &self,
        folder: FolderId,
        after: Option<Cursor>,
    ) -> impl Future<Output = Result<(Vec<Found>, Option<Cursor>), Error>> + Send;

    /// A document's bytes.
    fn open(&self, document: DocumentId) -> impl Future<Output = Result<Download, Error>> + Send;
}

/// A folder that is not too large for one file.
///
/// # Errors
/// [`FilesRefusal::TooMuchForOneFile`].
pub(crate) async fn small_enough(engine: &Engine, firm: FirmId, folder: FolderId) -> Result<(), Error> {
    let extent = engine.store.extent(firm, folder.into()).await?.ok_or(Error::NotFound)?;
    if extent.documents > MOST_DOCUMENTS || extent.size_bytes > MOST_BYTES {
        return Err(FilesRefusal::TooMuchForOneFile { most_documents: MOST_DOCUMENTS }.into());
    }
    Ok(())
}

/// The zip file of a folder, made as it is read.
pub(crate) fn zipped(walk: impl Walk, folder: FolderId) -> ZipStream {
    let written = Written::default();
    let zip = ZipWriter::new_stream(written.clone());
    let level = Level { folder, path: String::new(), waiting: VecDeque::new(), rest: Rest::From(None) };
    let making = Making { walk, root: folder, levels: vec![level], current: None, zip: Some(zip), written };
    stream::try_unfold(making, Making::next).boxed()
}

/// What was written and not taken yet.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Written {
    fn held(&self) -> MutexGuard<'_, Vec<u8>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.held().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What of a folder's list is still to be read.
enum Rest {
    From(Option<Cursor>),
    Nothing,
}

/// A folder that is being gone through.
struct Level {
    folder: FolderId,
    /// What stands before the names of what lies in it.
    path: String,
    waiting: VecDeque<Found>,
    rest: Rest,
}

/// A zip file that is being made: the way down to what is read, and never a whole file or list.
struct Making<W> {
    walk: W,
    root: FolderId,
    levels: Vec<Level>,
    current: Option<BlobStream>,
    zip: Option<ZipWriter<StreamWriter<Written>>>,
    written: Written,
}

impl<W: Walk> Making<W> {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Error> {
        while self.written.held().is_empty() {
            let Some(zip) = &mut self.zip else { return Ok(None) };
            if let Some(body) = &mut self.current {
                match body.next().await {
                    Some(chunk) => io::Write::write_all(zip, &chunk?).map_err(broken)?,
                    None => self.current = None,
                }
            } else if let Some(found) = self.found().await? {
                self.take(found).await?;
            } else if let Some(zip) = self.zip.take() {
                zip.finish().map_err(broken)?;
            }
        }
        let bytes = std::mem::take(&mut *self.written.held());
        Ok(Some((bytes.into(), self)))
    }

    /// What comes next on the way.
    async fn found(&mut self) -> Result<Option<(String, Found)>, Error> {
        while let Some(level) = self.levels.last_mut() {
            if let Some(found) = level.waiting.pop_front() {
                return Ok(Some((level.path.clone(), found)));
            }
            match std::mem::replace(&mut level.rest, Rest::Nothing) {
                Rest::Nothing => drop(self.levels.pop()),
                Rest::From(after) => match self.walk.page(level.folder, after).await {
                    Ok((page, next)) => {
                        level.waiting = page.into();
                        level.rest = next.map_or(Rest::Nothing, |cursor| Rest::From(Some(cursor)));
                    }
                    Err(error) => gone(&self.walk, self.root, error).await?,
                },
            }
        }
        Ok(None)
    }

    async fn take(&mut self, (path, found): (String, Found)) -> Result<(), Error> {
        match found {
            Found::Folder(folder, name) => {
                let path = format!("{path}{name}/");
                let Some(zip) = &mut self.zip else { return Ok(()) };
                zip.add_directory(path.as_str(), options(0)).map_err(broken)?;
                self.levels.push(Level { folder, path, waiting: VecDeque::new(), rest: Rest::From(None) });
            }
            Found::Document(document, name) => match self.walk.open(document).await {
                Ok(download) => {
                    let Some(zip) = &mut self.zip else { return Ok(()) };
                    zip.start_file(format!("{path}{name}"), options(download.size_bytes)).map_err(broken)?;
                    self.current = Some(download.body);
                }
                Err(error) => gone(&self.walk, self.root, error).await?,
            },
        }
        Ok(())
    }
}

/// What was removed meanwhile, or found harmful, is left out. When the folder itself is theirs no more, that ends it.
async fn gone(walk: &impl Walk, root: FolderId, error: Error) -> Result<(), Error> {
    match error {
        Error::Refused(Refusal::Files(FilesRefusal::Infected)) => Ok(()),
        Error::NotFound => walk.page(root, None).await.map(drop),
        error => Err(error),
    }
}

/// Documents mostly are compressed already; what is not is sent as it is, so that nothing waits for the processor.
fn options(size_bytes: u64) -> SimpleFileOptions {
    SimpleFileOptions::default().compression_method(CompressionMethod::Stored).large_file(size_bytes >= LARGE)
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::corrupt(format!("a zip file cannot be written: {error}"))
}
