//! Reading: chunk by chunk, never a whole file.

use std::ops::Range;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;
use futures_util::stream::try_unfold;

use super::chunk::{BlobCipher, Place, corrupt, number_of};
use super::keys::FirmKeys;
use super::layout::{SEALED_CHUNK_BYTES, chunk_of, stored_start, within_chunk};
use crate::ports::{BlobError, BlobStream};
use crate::values::{BlobKey, FirmId};

/// Opens the chunks of one blob, each under the data key that it names.
pub(super) struct Opener {
    firm: FirmId,
    blob: BlobKey,
    keys: Arc<dyn FirmKeys>,
    /// The last one used: a blob has one data key, or a few where one was changed in the middle of its upload.
    cipher: Option<BlobCipher>,
}

impl Opener {
    pub(super) fn new(firm: FirmId, blob: BlobKey, keys: Arc<dyn FirmKeys>) -> Self {
        Self { firm, blob, keys, cipher: None }
    }

    /// The plain bytes of the chunk at `place`.
    pub(super) async fn open(&mut self, place: Place, sealed: BytesMut) -> Result<Bytes, BlobError> {
        let number = number_of(&sealed)?;
        let cipher = match self.cipher.take().filter(|cipher| cipher.number() == number) {
            Some(same) => same,
            None => BlobCipher::new(&*self.keys.numbered(self.firm, number).await?, self.firm, self.blob),
        };
        let opened = self.cipher.insert(cipher).open(place, sealed);
        opened.map_err(|_| corrupt(&format!("chunk {} of `{}` is not what was put there", place.chunk, self.blob)))
    }
}

/// A range on its way.
pub(super) struct Reading {
    opener: Opener,
    stored: BlobStream,
    /// What came of the stored bytes and is not opened yet.
    buffer: BytesMut,
    /// The chunk that comes next.
    chunk: u64,
    /// Where in it the range goes on.
    skip: usize,
    /// How many plain bytes are still to come.
    left: u64,
    /// How many bytes are stored, if the range reaches into the last chunk.
    stored_bytes: Option<u64>,
}

impl Reading {
    /// Reads `range`, whose chunks are in `stored`.
    pub(super) fn new(opener: Opener, stored: BlobStream, range: Range<u64>, stored_bytes: Option<u64>) -> Self {
        Self {
            opener,
            stored,
            buffer: BytesMut::new(),
            chunk: chunk_of(range.start),
            skip: usize::try_from(within_chunk(range.start)).unwrap_or(usize::MAX),
            left: range.end.saturating_sub(range.start),
            stored_bytes,
        }
    }

    pub(super) fn stream(self) -> BlobStream {
        Box::pin(try_unfold(self, |mut reading| async move { Ok(reading.next().await?.map(|plain| (plain, reading))) }))
    }

    async fn next(&mut self) -> Result<Option<Bytes>, BlobError> {
        if self.left == 0 {
            return Ok(None);
        }
        let (place, size) = self.expected();
        while self.buffer.len() < size {
            let Some(piece) = self.stored.try_next().await? else { return Err(corrupt("bytes that end too early")) };
            self.buffer.extend_from_slice(&piece);
        }
        let mut plain = self.opener.open(place, self.buffer.split_to(size)).await?;
        let mut wanted = plain.split_off(self.skip.min(plain.len()));
        wanted.truncate(usize::try_from(self.left).unwrap_or(usize::MAX));
        if wanted.is_empty() {
            return Err(corrupt("bytes that end too early"));
        }
        self.chunk = self.chunk.saturating_add(1);
        self.skip = 0;
        self.left = self.left.saturating_sub(wanted.len() as u64);
        Ok(Some(wanted))
    }

    /// The place of the next chunk, and how many bytes are stored of it.
    fn expected(&self) -> (Place, usize) {
        let start = stored_start(self.chunk);
        let until_end = self.stored_bytes.and_then(|stored| usize::try_from(stored.saturating_sub(start)).ok());
        let size = until_end.map_or(SEALED_CHUNK_BYTES, |left| left.min(SEALED_CHUNK_BYTES));
        (Place { chunk: self.chunk, last: size < SEALED_CHUNK_BYTES }, size)
    }
}
