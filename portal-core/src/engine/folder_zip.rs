//! A folder as one zip file: written while it is read, and access is checked at each step.

use std::collections::VecDeque;

use super::zip_paths::Paths;
use super::zip_stream::{ZipSink, ZipStream, ZipTurn, zip_stream};
use super::{Download, Engine, Error, Refusal};
use crate::files::FilesRefusal;
use crate::values::{Cursor, DocumentId, FileName, FirmId, FolderId, Timestamp};

/// The most documents that one zip file holds, and as many folders; and the most bytes, versions that are not shown counted in.
const MOST_DOCUMENTS: u64 = 10_000;
/// How long all paths in it may be together: a zip file ends with a list of them, which is held until then.
const MOST_PATH_BYTES: usize = 8_000_000;
const MOST_BYTES: u64 = 100_000_000_000;

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
    Folder(FolderId, FileName, Timestamp),
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
    if extent.documents.max(extent.folders) > MOST_DOCUMENTS || extent.size_bytes > MOST_BYTES {
        return Err(FilesRefusal::TooMuchForOneFile { most_documents: MOST_DOCUMENTS }.into());
    }
    Ok(())
}

/// The zip file of a folder, made as it is read.
pub(crate) fn zipped(turn: ZipTurn, walk: impl Walk, folder: FolderId) -> ZipStream {
    zip_stream(turn, move |zip| write(walk, folder, zip))
}

/// A folder that is being gone through.
struct Level {
    folder: FolderId,
    /// What stands before the names of what lies in it.
    path: String,
    waiting: VecDeque<Found>,
    /// After what the rest of its list is read; `None` once there is no rest.
    rest: Option<Option<Cursor>>,
}

impl Level {
    fn of(folder: FolderId, path: String) -> Self {
        Self { folder, path, waiting: VecDeque::new(), rest: Some(None) }
    }
}

/// Writes what lies below a folder: the way down to what is read is held, and never a whole file or list.
async fn write<W: Walk>(walk: W, root: FolderId, mut zip: ZipSink) -> Result<ZipSink, Error> {
    let (mut levels, mut paths, mut left) = (vec![Level::of(root, String::new())], Paths::default(), MOST_PATH_BYTES);
    let mut settle = |above: &str, name: &FileName| {
        let path = paths.settle(above, name);
        left =
            left.checked_sub(path.len()).ok_or(FilesRefusal::TooMuchForOneFile { most_documents: MOST_DOCUMENTS })?;
        Ok::<String, Error>(path)
    };
    while let Some(level) = levels.last_mut() {
        match level.waiting.pop_front() {
            Some(Found::Folder(folder, name, made_at)) => {
                let path = settle(&level.path, &name)? + "/";
                zip.folder(&path, made_at)?;
                levels.push(Level::of(folder, path));
            }
            Some(Found::Document(document, name)) => match walk.open(document).await {
                Ok(download) => {
                    zip.begin(&settle(&level.path, &name)?, Some(download.size_bytes), download.uploaded_at)?;
                    zip.copy(download.body, |_| ()).await?;
                }
                Err(error) => gone(&walk, root, error).await?,
            },
            None => match level.rest.take() {
                None => drop(levels.pop()),
                Some(after) => match walk.page(level.folder, after).await {
                    Ok((page, next)) => {
                        level.waiting = page.into();
                        level.rest = next.map(Some);
                    }
                    Err(error) => gone(&walk, root, error).await?,
                },
            },
        }
    }
    Ok(zip)
}

/// What was removed meanwhile, or found harmful, is left out. When the folder itself is theirs no more, that ends it.
async fn gone(walk: &impl Walk, root: FolderId, error: Error) -> Result<(), Error> {
    match error {
        Error::Refused(Refusal::Files(FilesRefusal::Infected)) => Ok(()),
        Error::NotFound => walk.page(root, None).await.map(drop),
        error => Err(error),
    }
}
