//! A zip file that is made as it is read: whoever makes it waits until what was written is taken, so that it holds no more than
//! a piece at a time.

use std::future::poll_fn;
use std::io::{self, Write as _};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use zip::write::{SimpleFileOptions, StreamWriter};
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::places::{Place, Places};
use super::{Engine, Error};
use crate::ports::BlobStream;
use crate::values::{Actor, FirmId, LocalTime, TimeZone, Timestamp};

/// How many zip files are made at a time, for each holds a list of what is in it; and how many of one person's.
const AT_ONCE: usize = 64;
const OF_ONE: usize = 2;

/// From this size on an entry says it in 64 bits.
const LARGE: u64 = 0xf000_0000;

/// The bytes of a zip file as they are made. When it cannot be gone on with before its end, the stream breaks off with an error,
/// and what came is no whole zip file.
pub type ZipStream = Pin<Box<dyn Stream<Item = Result<Bytes, Error>> + Send>>;

/// Places for zip files that are made.
pub(crate) fn places() -> Places {
    Places::new(AT_ONCE).each(OF_ONE)
}

/// What a zip file takes before it is begun.
pub(crate) struct ZipTurn {
    /// Held for as long as it is made.
    place: Place,
    /// By whose clocks it says how old files are: those of zip files know no zones.
    zone: TimeZone,
}

impl ZipTurn {
    /// Waits for it.
    ///
    /// # Errors
    /// [`Error::Busy`].
    pub(crate) async fn take(engine: &Engine, firm: FirmId, actor: Actor) -> Result<Self, Error> {
        let place = engine.zipping.take(engine.clock.as_ref(), (firm, actor)).await?;
        let found = engine.store.firm(firm).await?.ok_or(Error::NotFound)?;
        Ok(Self { place, zone: found.value.settings.time_zone })
    }
}

/// A zip file that `make` writes, as it is read: nothing happens before.
pub(crate) fn zip_stream<F>(turn: ZipTurn, make: impl FnOnce(ZipSink) -> F) -> ZipStream
where
    F: Future<Output = Result<ZipSink, Error>> + Send + 'static,
{
    let ZipTurn { place, zone } = turn;
    let written = Written::default();
    let making = make(ZipSink { zip: ZipWriter::new_stream(written.clone()), written: written.clone(), zone });
    let making = async move {
        let _until_its_end = place;
        making.await?.zip.finish().map(drop).map_err(broken)
    };
    Box::pin(Making { making: Some(Box::pin(making)), written })
}

/// Where a zip file is written to: entry after entry, as they are, not compressed once more.
pub(crate) struct ZipSink {
    zip: ZipWriter<StreamWriter<Written>>,
    written: Written,
    zone: TimeZone,
}

impl ZipSink {
    /// Adds a folder of that time: `path` ends with a slash.
    pub(crate) fn folder(&mut self, path: &str, at: Timestamp) -> Result<(), Error> {
        self.zip.add_directory(path, options(Some(0), self.dated(at))).map_err(broken)
    }

    /// Begins a file of that time, and of so many bytes where that is known.
    pub(crate) fn begin(&mut self, path: &str, size_bytes: Option<u64>, at: Timestamp) -> Result<(), Error> {
        self.zip.start_file(path, options(size_bytes, self.dated(at))).map_err(broken)
    }

    /// A time as zip files have it; one that they have not is left out.
    fn dated(&self, at: Timestamp) -> DateTime {
        let LocalTime { year, month, day, hour, minute } = self.zone.local(at);
        let year = u16::try_from(year).unwrap_or_default();
        let [month, day, hour, minute] = [month, day, hour, minute].map(i8::unsigned_abs);
        DateTime::from_date_and_time(year, month, day, hour, minute, 0).unwrap_or_default()
    }

    /// Adds to the file that was begun, and waits until it is taken.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> Result<(), Error> {
        self.zip.write_all(bytes).map_err(broken)?;
        self.taken().await;
        Ok(())
    }

    /// Adds all that comes, of which `pass` is shown each piece.
    pub(crate) async fn copy(&mut self, mut body: BlobStream, mut pass: impl FnMut(&[u8]) + Send) -> Result<(), Error> {
        while let Some(piece) = body.next().await {
            let piece = piece?;
            pass(&piece);
            self.write(&piece).await?;
        }
        Ok(())
    }

    /// Waits until whoever reads has come for what is written. They are asked again as soon as they have it.
    async fn taken(&self) {
        poll_fn(|_| if self.written.held().is_empty() { Poll::Ready(()) } else { Poll::Pending }).await;
    }
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

/// Writing a zip file to its end.
type Writing = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;

/// A zip file on its way: made as far as it is read.
struct Making {
    making: Option<Writing>,
    written: Written,
}

impl Stream for Making {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(making) = &mut self.making else { return Poll::Ready(None) };
        let over = match making.as_mut().poll(context) {
            Poll::Ready(made) => {
                self.making = None;
                // What was written since is left out: with an end that dropping writes, it might look like a whole file.
                if let Err(error) = made {
                    return Poll::Ready(Some(Err(error)));
                }
                true
            }
            Poll::Pending => false,
        };
        let bytes = std::mem::take(&mut *self.written.held());
        match (bytes.is_empty(), over) {
            (false, _) => Poll::Ready(Some(Ok(bytes.into()))),
            (true, true) => Poll::Ready(None),
            (true, false) => Poll::Pending,
        }
    }
}

/// Documents mostly are compressed already; what is not is sent as it is, so that nothing waits for the processor.
fn options(size_bytes: Option<u64>, at: DateTime) -> SimpleFileOptions {
    let large = size_bytes.is_none_or(|size| size >= LARGE);
    let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    stored.large_file(large).last_modified_time(at)
}

fn broken(error: impl std::fmt::Display) -> Error {
    Error::corrupt(format!("a zip file cannot be written: {error}"))
}
