//! A scanner that knows one harmful file, which harms nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use async_trait::async_trait;
use futures_util::StreamExt as _;

use crate::ports::{BlobStream, ScanError, Scanner, Verdict};

/// The two halves of the file by which virus scanners are tried out: <https://www.eicar.org/download-anti-malware-testfile/>. In
/// one piece it would have this source, and what is compiled of it, put into quarantine.
const EICAR: [&[u8]; 2] = [br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD", b"-ANTIVIRUS-TEST-FILE!$H+H*"];

/// A [`Scanner`] for tests: it finds the EICAR test file, wherever it stands in a file, and nothing else.
///
/// # Examples
/// ```
/// use portal_core::memory::MemoryScanner;
/// use portal_core::testing::{World, WorldError};
/// use portal_core::values::FileName;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let world = World::builder().scanner(MemoryScanner::new()).build().await?;
/// let files = world.owner.files(world.acme.id);
/// let refused = files.upload(world.tax, FileName::new("w2.pdf").unwrap(), MemoryScanner::eicar()).await.unwrap_err();
/// assert_eq!(refused.to_string(), "the file is harmful: the scanner refused it");
/// # Ok::<(), WorldError>(())
/// # }).expect("nothing in memory waits")?;
/// # Ok::<(), WorldError>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryScanner(Arc<Held>);

#[derive(Debug)]
struct Held {
    away: AtomicBool,
    scanned: AtomicUsize,
    judges_bytes: AtomicU64,
}

impl Default for Held {
    fn default() -> Self {
        let judges_bytes = AtomicU64::new(u64::MAX);
        Self { away: AtomicBool::default(), scanned: AtomicUsize::default(), judges_bytes }
    }
}

impl MemoryScanner {
    /// A scanner that can be reached.
    pub fn new() -> Self {
        Self::default()
    }

    /// The file that it finds.
    pub fn eicar() -> Vec<u8> {
        EICAR.concat()
    }

    /// Makes it unreachable, or reachable again.
    pub fn away(&self, away: bool) {
        self.0.away.store(away, Ordering::Relaxed);
    }

    /// Makes it judge no file that is larger.
    pub fn judges_up_to(&self, bytes: u64) {
        self.0.judges_bytes.store(bytes, Ordering::Relaxed);
    }

    /// How many files it gave a verdict on.
    pub fn scanned(&self) -> usize {
        self.0.scanned.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Scanner for MemoryScanner {
    async fn scan(&self, mut file: BlobStream, size_bytes: u64) -> Result<Verdict, ScanError> {
        if self.0.away.load(Ordering::Relaxed) {
            return Err(ScanError::Unavailable("away, as told".into()));
        }
        if size_bytes > self.0.judges_bytes.load(Ordering::Relaxed) {
            return Ok(Verdict::Unjudged { reason: "more than it was told to judge".to_owned() });
        }
        let wanted = Self::eicar();
        // What was read last, so that a file is found that lies over two chunks.
        let mut window = Vec::new();
        let mut verdict = Verdict::Clean;
        while let Some(chunk) = file.next().await {
            let chunk = chunk.map_err(|error| ScanError::Unavailable(error.into()))?;
            window.extend_from_slice(&chunk);
            if window.windows(wanted.len()).any(|bytes| bytes == wanted) {
                verdict = Verdict::Infected { threat: "EICAR test file".to_owned() };
                break;
            }
            window.drain(..window.len().saturating_sub(wanted.len()));
        }
        self.0.scanned.fetch_add(1, Ordering::Relaxed);
        Ok(verdict)
    }
}
