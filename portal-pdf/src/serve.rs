//! The child's side: one file in, one answer out.

use std::io::{self, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use bytes::Bytes;
use portal_core::ports::PreviewError;
use rustix::process::{Resource, Rlimit, setrlimit};

use crate::frame::{self, Request};
use crate::limits::MAX_FILE_BYTES;
use crate::render::{render, unreadable};

/// Reads one request from a [`ChildPreviewer`](crate::ChildPreviewer), draws, and writes the answer. A program that is to be its child calls this with
/// its standard input and output, writes nothing else there, and ends:
///
/// ```no_run
/// fn main() -> std::io::Result<()> {
///     if std::env::args().nth(1).as_deref() == Some("render-page") {
///         return portal_pdf::serve_one(std::io::stdin().lock(), std::io::stdout().lock());
///     }
///     // … what the program is there for
///     Ok(())
/// }
/// ```
///
/// Call it before any threads are started: **this limits the memory and the processor time of the whole process**, to what the request says, for good.
///
/// # Errors
/// Those of the pipes; [`io::ErrorKind::InvalidData`] when what comes is no request.
pub fn serve_one(mut requests: impl Read, mut answers: impl Write) -> io::Result<()> {
    let mut head = [0; Request::BYTES];
    requests.read_exact(&mut head)?;
    let no_request = || io::Error::new(io::ErrorKind::InvalidData, "not a request for a page");
    let request = Request::from_bytes(&head).ok_or_else(no_request)?;
    limit(Resource::As, request.memory_bytes, request.memory_bytes)?;
    limit(Resource::Cpu, request.cpu_seconds, request.cpu_seconds.saturating_add(1))?;
    limit(Resource::Core, 0, 0)?;

    let mut file = Vec::new();
    requests.take(MAX_FILE_BYTES.saturating_add(1)).read_to_end(&mut file)?;
    let file = Bytes::from(file);
    let drawn = catch_unwind(AssertUnwindSafe(|| render(&file, request.page, request.width_pixels)));
    let answer = drawn.unwrap_or_else(|_| Err::<_, PreviewError>(unreadable("the renderer fails on it")));
    answers.write_all(&frame::to_bytes(&answer))?;
    answers.flush()
}

fn limit(resource: Resource, soft: u64, hard: u64) -> io::Result<()> {
    Ok(setrlimit(resource, Rlimit { current: Some(soft), maximum: Some(hard) })?)
}
