//! From chunks as they come to parts as the blob store takes them: one is put while the next one comes in.

use std::io;
use std::pin::{Pin, pin};

use bytes::{Bytes, BytesMut};
use futures_util::future::{Either, select};

use super::put_too_late;
use crate::engine::{Body, Error};
use crate::files::{FilesRefusal, MediaType, Taken, sniffed};
use crate::ports::{BlobError, BlobStore, BlobUpload, PART_BYTES, Part};
use crate::values::RunningDigest;

type Putting<'a> = Pin<Box<dyn Future<Output = Result<Part, BlobError>> + Send + 'a>>;

/// Bytes on their way into one upload of the blob store.
pub(super) struct Intake<'a> {
    blobs: &'a dyn BlobStore,
    target: &'a BlobUpload,
    /// The store's words for the parts that it took.
    tags: Vec<String>,
    /// The next of them, which it is taking.
    putting: Option<Putting<'a>>,
    /// The digest of the parts that were cut, and that of everything.
    digest_of_parts: RunningDigest,
    digest: RunningDigest,
    /// What the first part says the file is.
    sniffed_type: Option<MediaType>,
    /// What is no whole part yet.
    rest: BytesMut,
    size_bytes: u64,
}

impl<'a> Intake<'a> {
    /// Goes on from the whole parts of `taken`; the tail, if there is one, is to be added again.
    pub(super) fn of(blobs: &'a dyn BlobStore, target: &'a BlobUpload, taken: &Taken) -> Self {
        let tail_bytes = taken.tail.map_or(0, |tail| tail.size_bytes);
        Self {
            blobs,
            target,
            tags: taken.parts.clone(),
            putting: None,
            digest_of_parts: taken.digest.clone(),
            digest: taken.digest.clone(),
            sniffed_type: taken.sniffed_type.clone(),
            rest: BytesMut::new(),
            size_bytes: taken.size_bytes.saturating_sub(tail_bytes),
        }
    }

    /// How many bytes came.
    pub(super) fn size_bytes(&self) -> u64 {
        self.size_bytes
    }

    /// The next chunk of `body`, while a part is being put.
    pub(super) async fn next(&mut self, body: &mut Body) -> Result<Option<io::Result<Bytes>>, Error> {
        let mut next = pin!(body.next());
        let Some(putting) = &mut self.putting else { return Ok(next.await) };
        match select(next.as_mut(), putting).await {
            Either::Left((chunk, _)) => Ok(chunk),
            Either::Right((part, _)) => {
                self.putting = None;
                self.tags.push(part.map_err(put_too_late)?.tag);
                Ok(next.await)
            }
        }
    }

    /// Adds a chunk, and answers how many parts were cut. A part is cut at its exact size, so that one huge chunk costs no more
    /// than many small ones.
    pub(super) async fn add(&mut self, mut chunk: Bytes) -> Result<usize, Error> {
        let mut cut = 0;
        while !chunk.is_empty() {
            if self.rest.capacity() == 0 {
                self.rest.reserve(PART_BYTES);
            }
            let piece = chunk.split_to((PART_BYTES - self.rest.len()).min(chunk.len()));
            self.digest.update(&piece);
            self.size_bytes += piece.len() as u64;
            self.rest.extend_from_slice(&piece);
            if self.rest.len() == PART_BYTES {
                self.put().await?;
                cut += 1;
            }
        }
        Ok(cut)
    }

    /// Waits for the part that is being put, and says what has been taken: whole parts, and not what came after them.
    pub(super) async fn settle(&mut self) -> Result<Taken, Error> {
        if let Some(putting) = self.putting.take() {
            self.tags.push(putting.await.map_err(put_too_late)?.tag);
        }
        Ok(Taken {
            size_bytes: self.size_bytes - self.rest.len() as u64,
            token: Some(self.target.token.clone()),
            parts: self.tags.clone(),
            digest: self.digest_of_parts.clone(),
            sniffed_type: self.sniffed_type.clone(),
            tail: None,
        })
    }

    /// Puts what is left as the last part, which may be short, or empty if there is no other.
    pub(super) async fn end(mut self) -> Result<Taken, Error> {
        if !self.rest.is_empty() || (self.tags.is_empty() && self.putting.is_none()) {
            self.put().await?;
        }
        self.settle().await
    }

    /// What came after the last whole part.
    pub(super) fn rest(&self) -> Bytes {
        Bytes::copy_from_slice(&self.rest)
    }

    async fn put(&mut self) -> Result<(), Error> {
        self.settle().await?;
        if self.tags.is_empty() {
            self.sniffed_type = sniffed(&self.rest);
        }
        let number = u32::try_from(self.tags.len() + 1).map_err(|_| FilesRefusal::Incomplete)?;
        let (blobs, target, part) = (self.blobs, self.target, self.rest.split().freeze());
        self.rest = BytesMut::new();
        self.digest_of_parts = self.digest.clone();
        self.putting = Some(Box::pin(async move { blobs.put_part(target, number, part).await }));
        Ok(())
    }
}

/// The parts of what is whole, as the blob store knows them.
pub(super) fn of(whole: &Taken) -> Vec<Part> {
    let mut left = whole.size_bytes;
    let numbered = whole.parts.iter().zip(1..);
    let part = |(tag, number): (&String, u32)| {
        let size_bytes = left.min(PART_BYTES as u64);
        left -= size_bytes;
        Part { number, size_bytes, tag: tag.clone() }
    };
    numbered.map(part).collect()
}
