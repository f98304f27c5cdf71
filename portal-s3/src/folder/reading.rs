//! Reading a range, chunk by chunk.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::PathBuf;

use bytes::Bytes;
use futures_util::stream::try_unfold;
use portal_core::ports::{BlobError, BlobStream};
use tokio::task::JoinHandle;

use super::manifest::{Manifest, part_name};

/// How much is read at a time. A stream holds two of these at most: the one that is read ahead and the one that was given.
const CHUNK_BYTES: u64 = 256 * 1024;

/// The bytes of one part that the range asks for.
struct Piece {
    file: String,
    from: u64,
    size_bytes: u64,
}

/// Reads the pieces of a range one after another, with one file open at a time.
pub(super) struct Reader {
    folder: PathBuf,
    pieces: VecDeque<Piece>,
    open: Option<(File, u64)>,
}

impl Reader {
    /// A reader of `range`, which lies within the bytes.
    pub(super) fn new(folder: PathBuf, manifest: &Manifest, range: Range<u64>) -> Self {
        let mut pieces = VecDeque::new();
        let mut start = 0_u64;
        for part in manifest.parts() {
            let end = start.saturating_add(part.size_bytes);
            let (from, to) = (range.start.max(start), range.end.min(end));
            if from < to {
                let file = part_name(part.number, &part.tag);
                pieces.push_back(Piece { file, from: from.saturating_sub(start), size_bytes: to.saturating_sub(from) });
            }
            start = end;
        }
        Self { folder, pieces, open: None }
    }

    fn next_chunk(&mut self) -> io::Result<Option<Bytes>> {
        let (mut file, left) = match self.open.take() {
            Some(open) => open,
            None => match self.pieces.pop_front() {
                Some(piece) => {
                    let mut file = File::open(self.folder.join(piece.file))?;
                    file.seek(SeekFrom::Start(piece.from))?;
                    (file, piece.size_bytes)
                }
                None => return Ok(None),
            },
        };
        let wanted = left.min(CHUNK_BYTES);
        let mut chunk = Vec::with_capacity(usize::try_from(wanted).unwrap_or(0));
        let read = (&mut file).take(wanted).read_to_end(&mut chunk)?;
        if read as u64 != wanted {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "a part of a blob is cut short"));
        }
        let left = left.saturating_sub(wanted);
        if left > 0 {
            self.open = Some((file, left));
        }
        Ok(Some(chunk.into()))
    }
}

/// The bytes of a reader, with the next chunk read while this one is on its way.
pub(super) fn stream(reader: Reader) -> BlobStream {
    Box::pin(try_unfold(read_ahead(reader), |reading| async {
        let read = reading.await.map_err(|cancelled| BlobError::Unavailable(cancelled.into()))?;
        let next = read.map_err(super::blob_error)?;
        Ok(next.map(|(chunk, reader)| (chunk, read_ahead(reader))))
    }))
}

fn read_ahead(mut reader: Reader) -> JoinHandle<io::Result<Option<(Bytes, Reader)>>> {
    tokio::task::spawn_blocking(move || Ok(reader.next_chunk()?.map(|chunk| (chunk, reader))))
}
