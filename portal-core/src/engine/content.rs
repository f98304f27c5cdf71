//! Reading the bytes of documents, and pictures of their pages.

use std::ops::Range;

use super::run::once;
use super::scanning::{Asked, refuse_unscanned};
use super::{Engine, Error};
use crate::change::Decision;
use crate::event::Keyspace;
use crate::files::{self, DocumentVersion, MediaType};
use crate::ports::store::DocumentRead;
use crate::ports::{BlobStream, Preview, PreviewError};
use crate::values::{Actor, Digest, DocumentId, FileName, FirmId, Timestamp, VersionId};

/// Which bytes of a document are asked for, as in an HTTP range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByteRange {
    /// All of them.
    All,
    /// From `start` up to and without `end`, or to the end of the document.
    From {
        /// The first byte wanted.
        start: u64,
        /// The first byte not wanted any more.
        end: Option<u64>,
    },
    /// The last so many.
    Last(u64),
}

impl ByteRange {
    /// The range within `size_bytes`; an end past the last byte is brought back to it (RFC 9110, 14.1.2).
    fn within(self, size_bytes: u64) -> Result<Range<u64>, Error> {
        match self {
            Self::All => Ok(0..size_bytes),
            Self::From { start, end } => {
                let end = end.unwrap_or(size_bytes).min(size_bytes);
                if start < end { Ok(start..end) } else { Err(Error::OutOfRange { size_bytes }) }
            }
            Self::Last(0) => Err(Error::OutOfRange { size_bytes }),
            Self::Last(count) if size_bytes > 0 => Ok(size_bytes.saturating_sub(count)..size_bytes),
            Self::Last(_) => Err(Error::OutOfRange { size_bytes }),
        }
    }
}

/// A document on its way to whoever asked for it.
pub struct Download {
    /// The document.
    pub document: DocumentId,
    /// The version that is sent.
    pub version: VersionId,
    /// What the document is called.
    pub name: FileName,
    /// How many bytes the whole version has.
    pub size_bytes: u64,
    /// Which of them are sent.
    pub range: Range<u64>,
    /// When the version was uploaded.
    pub uploaded_at: Timestamp,
    /// The SHA-256 of the whole version.
    pub sha256: Digest,
    /// What the uploader said it is: not to be served as it is.
    pub declared_type: Option<MediaType>,
    /// What its content says it is.
    pub sniffed_type: Option<MediaType>,
    /// The bytes.
    pub body: BlobStream,
}

impl std::fmt::Debug for Download {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Download").field("document", &self.document).field("range", &self.range).finish_non_exhaustive()
    }
}

/// A version of a document that somebody was found to have access to.
pub(crate) struct Readable {
    pub(crate) firm: FirmId,
    pub(crate) actor: Actor,
    pub(crate) read: DocumentRead,
    pub(crate) version: DocumentVersion,
}

impl Readable {
    /// Opens the bytes, and logs it: of whatever part, for parts make a whole.
    pub(crate) async fn download(self, engine: &Engine, range: ByteRange) -> Result<Download, Error> {
        let range = range.within(self.version.size_bytes)?;
        refuse_unscanned(engine, self.asked()).await?;
        let body = engine.blobs_of(self.firm).read(self.version.blob, range.clone()).await?;
        self.log(engine).await?;
        let Self { read, version, .. } = self;
        Ok(Download {
            document: version.document,
            version: version.id,
            name: read.document.value.place.name,
            size_bytes: version.size_bytes,
            range,
            uploaded_at: version.uploaded_at,
            sha256: version.sha256,
            declared_type: version.declared_type,
            sniffed_type: version.sniffed_type,
            body,
        })
    }

    /// A picture of one page.
    pub(crate) async fn preview(self, engine: &Engine, page: u32, width_pixels: u32) -> Result<Preview, Error> {
        let previews = engine.previews.as_ref().ok_or(Error::Preview(PreviewError::Unsupported))?;
        refuse_unscanned(engine, self.asked()).await?;
        previews.preview(engine, &self, page, width_pixels).await
    }

    fn asked(&self) -> Asked<'_> {
        let place = &self.read.document.place;
        Asked { firm: self.firm, actor: self.actor, place, version: &self.version }
    }

    /// Reads are logged beside the chain: the commit holds one event and no write.
    async fn log(&self, engine: &Engine) -> Result<(), Error> {
        let logged = once(engine, Keyspace::Firm(self.firm), self.actor, |context| {
            let place = &self.read.document.place;
            let event = files::Event::Downloaded {
                client: place.client,
                document: self.read.document.id,
                version: self.version.id,
                name: context.note("downloaded", place.name.as_str()),
            };
            Decision::<files::Files>::nothing(()).event(event).lift()
        });
        if logged.await? { Ok(()) } else { Err(Error::Busy) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn within(range: ByteRange, size_bytes: u64) -> Option<Range<u64>> {
        range.within(size_bytes).ok()
    }

    #[test]
    fn ranges_are_read_as_rfc_9110_reads_them() {
        let from = |start, end| ByteRange::From { start, end };
        assert_eq!(within(ByteRange::All, 0), Some(0..0));
        assert_eq!(within(from(0, None), 10), Some(0..10));
        assert_eq!(within(from(4, Some(6)), 10), Some(4..6));
        assert_eq!(within(from(4, Some(600)), 10), Some(4..10));
        assert_eq!(within(ByteRange::Last(3), 10), Some(7..10));
        assert_eq!(within(ByteRange::Last(30), 10), Some(0..10));
        for (range, size_bytes) in [
            (from(10, None), 10),
            (from(6, Some(6)), 10),
            (from(7, Some(6)), 10),
            (ByteRange::Last(0), 10),
            (ByteRange::Last(1), 0),
            (from(0, None), 0),
        ] {
            assert_eq!(within(range, size_bytes), None, "{range:?} of {size_bytes}");
        }
    }
}
