//! Asking ClamAV's `clamd` whether an upload is clean.

use std::io;
use std::time::Duration;

use async_trait::async_trait;
use clamav_client::PONG;
use clamav_client::tokio::{Tcp, ping, scan_stream};
use futures_util::TryStreamExt as _;
use portal_core::ports::{BlobStream, ScanError, Scanner, Verdict};
use tokio::time::timeout;

use crate::config::ClamdAt;

/// How many bytes go to it at a time.
const CHUNK_BYTES: usize = 64 * 1024;
/// How long it may take to say that it is there.
const PATIENCE: Duration = Duration::from_secs(10);

/// A `clamd` that listens on TCP.
///
/// It closes the line on whatever is larger than its `StreamMaxLength`: such files are refused without asking it.
#[derive(Debug, Clone)]
pub(crate) struct Clamd {
    at: ClamdAt,
}

impl Clamd {
    /// The `clamd` at that address, if it answers.
    ///
    /// # Errors
    /// [`io::Error`] when it does not.
    pub(crate) async fn connect(at: ClamdAt) -> io::Result<Self> {
        let answer = timeout(PATIENCE, ping(Tcp { host_address: at.address.as_str() })).await;
        match answer.map_err(io::Error::from)?? {
            pong if pong == PONG => Ok(Self { at }),
            _ => Err(io::Error::other("what answers there is no clamd")),
        }
    }
}

#[async_trait]
impl Scanner for Clamd {
    async fn scan(&self, file: BlobStream, size_bytes: u64) -> Result<Verdict, ScanError> {
        let ClamdAt { address, max_bytes } = &self.at;
        if size_bytes > *max_bytes {
            return Ok(Verdict::Unjudged { reason: format!("more than the {max_bytes} bytes that it can check") });
        }
        let file = file.map_err(io::Error::other);
        let answer = scan_stream(file, Tcp { host_address: address.as_str() }, Some(CHUNK_BYTES)).await;
        judge(&answer.map_err(|error| ScanError::Unavailable(error.into()))?)
    }
}

/// What `clamd` said: `stream: OK`, `stream: NAME FOUND`, or that something went wrong.
fn judge(answer: &[u8]) -> Result<Verdict, ScanError> {
    let answer = String::from_utf8_lossy(answer);
    let answer = answer.trim_end_matches('\0');
    match answer.strip_prefix("stream: ") {
        Some("OK") => Ok(Verdict::Clean),
        Some(found) if found.ends_with(" FOUND") => {
            Ok(Verdict::Infected { threat: found.trim_end_matches(" FOUND").to_owned() })
        }
        _ => Err(ScanError::Unavailable(format!("clamd said: {answer}").into())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_neither_clean_nor_found_is_no_verdict() {
        assert_eq!(judge(b"stream: OK\0").unwrap(), Verdict::Clean);
        let found = judge(b"stream: Win.Test.EICAR_HDB-1 FOUND\0").unwrap();
        assert_eq!(found, Verdict::Infected { threat: "Win.Test.EICAR_HDB-1".to_owned() });
        for odd in [&b""[..], b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK FOUNDED\0", b"OK", b"\xff"] {
            assert!(judge(odd).is_err(), "{}", String::from_utf8_lossy(odd));
        }
    }
}
