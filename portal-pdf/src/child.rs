//! Drawing in a process of its own.

use std::ffi::OsString;
use std::io;
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use portal_core::ports::{Preview, PreviewError, Previewer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use crate::frame::{self, Request};
use crate::limits::{MAX_FILE_BYTES, MAX_PICTURE_PIXELS};
use crate::render::unreadable;

/// More than any picture: four bytes a pixel, and then some.
const MAX_ANSWER_BYTES: u64 = 5 * MAX_PICTURE_PIXELS as u64;
const MAX_COMPLAINT_BYTES: u64 = 16 * 1024;

/// Draws each page in a process of its own, which is killed when it takes too long or when nobody waits for it any more.
///
/// The process starts with an empty environment in the root folder, limits its own memory and processor time before it looks at the
/// file, gets the file through a pipe and answers through another: it opens no file and needs no network.
///
/// ```no_run
/// # fn previewer() -> std::io::Result<portal_pdf::ChildPreviewer> {
/// // This very program, which calls `portal_pdf::serve_one` when it is started so:
/// let previewer = portal_pdf::ChildPreviewer::new(std::env::current_exe()?, ["render-page"]);
/// # Ok(previewer) }
/// ```
#[derive(Debug, Clone)]
pub struct ChildPreviewer {
    program: PathBuf,
    args: Vec<OsString>,
    time_limit: Duration,
    memory_limit_bytes: u64,
    at_once: usize,
    places: Arc<Semaphore>,
}

impl ChildPreviewer {
    /// Starts `program` with `args` for each page: 10 seconds and 512 MiB of address space each, two at once.
    pub fn new<Arg: Into<OsString>>(program: impl Into<PathBuf>, args: impl IntoIterator<Item = Arg>) -> Self {
        Self {
            program: program.into(),
            args: args.into_iter().map(Into::into).collect(),
            time_limit: Duration::from_secs(10),
            memory_limit_bytes: 512 * 1024 * 1024,
            at_once: 0,
            places: Arc::new(Semaphore::new(0)),
        }
        .at_once(2)
    }

    /// How long a page may take, from start to answer. A page waits as long at most for its turn.
    #[must_use]
    pub fn time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }

    /// How much address space a child may have: the program itself, the file, and what drawing takes.
    #[must_use]
    pub fn memory_limit_bytes(mut self, limit: u64) -> Self {
        self.memory_limit_bytes = limit;
        self
    }

    /// How many children there are at once (at least one); other pages wait.
    #[must_use]
    pub fn at_once(mut self, children: usize) -> Self {
        self.at_once = children.clamp(1, Semaphore::MAX_PERMITS);
        self.places = Arc::new(Semaphore::new(self.at_once));
        self
    }

    fn start(&self) -> io::Result<Child> {
        Command::new(&self.program)
            .args(&self.args)
            .env_clear()
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
    }

    fn request(&self, page: u32, width_pixels: u32) -> Request {
        // Should this process be killed, the child's own limit ends it all the same.
        let cpu_seconds = self.time_limit.as_secs().saturating_add(2);
        Request { page, width_pixels, memory_bytes: self.memory_limit_bytes, cpu_seconds }
    }
}

#[async_trait]
impl Previewer for ChildPreviewer {
    fn max_bytes(&self) -> u64 {
        MAX_FILE_BYTES
    }

    fn at_once(&self) -> usize {
        self.at_once
    }

    async fn preview(&self, file: Bytes, page: u32, width_pixels: u32) -> Result<Preview, PreviewError> {
        if file.len() as u64 > MAX_FILE_BYTES {
            return Err(PreviewError::TooMuch { what: "bytes" });
        }
        let Ok(place) = timeout(self.time_limit, self.places.acquire()).await else {
            return Err(PreviewError::Failed("too many pages are being drawn".into()));
        };
        let _place = place.map_err(failed)?;
        let mut child = self.start().map_err(failed)?;
        let conversed = timeout(self.time_limit, converse(&mut child, &self.request(page, width_pixels), &file)).await;
        if let Ok(conversed) = conversed {
            return judge(conversed.map_err(failed)?);
        }
        child.kill().await.map_err(failed)?;
        Err(PreviewError::TooMuch { what: "time" })
    }
}

fn failed(error: impl Into<portal_core::ports::BoxError>) -> PreviewError {
    PreviewError::Failed(error.into())
}

/// What a child left when it ended.
struct Ended {
    status: ExitStatus,
    answer: Bytes,
    complaint: Vec<u8>,
}

async fn converse(child: &mut Child, request: &Request, file: &[u8]) -> io::Result<Ended> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (Some(mut stdin), Some(stdout), Some(stderr)) = (stdin, stdout, stderr) else {
        return Err(io::Error::other("the child has no pipes"));
    };
    let ask = async move {
        // A child that stops reading has something to say, or is gone: either is seen below.
        let _stopped_reading = async {
            stdin.write_all(&request.to_bytes()).await?;
            stdin.write_all(file).await
        }
        .await;
    };
    let (mut answer, mut complaint) = (Vec::new(), Vec::new());
    let (mut answers, mut complaints) = (stdout.take(MAX_ANSWER_BYTES), stderr.take(MAX_COMPLAINT_BYTES));
    let (_, answered, complained) =
        tokio::join!(ask, answers.read_to_end(&mut answer), complaints.read_to_end(&mut complaint));
    answered?;
    complained?;
    // What a child has to say beyond that is not waited for: with its pipes closed it ends.
    drop((answers, complaints));
    Ok(Ended { status: child.wait().await?, answer: answer.into(), complaint })
}

fn judge(ended: Ended) -> Result<Preview, PreviewError> {
    use rustix::process::Signal;
    if ended.status.success() {
        return frame::from_bytes(ended.answer).unwrap_or_else(|| Err(failed("the child's answer is none")));
    }
    let out_of_memory = ended.complaint.windows(OUT_OF_MEMORY.len()).any(|window| window == OUT_OF_MEMORY);
    match ended.status.signal() {
        _ if out_of_memory => Err(PreviewError::TooMuch { what: "memory" }),
        Some(signal) if signal == Signal::XCPU.as_raw() => Err(PreviewError::TooMuch { what: "time" }),
        // Nobody here sent it: the kernel did, for want of memory.
        Some(signal) if signal == Signal::KILL.as_raw() => Err(PreviewError::TooMuch { what: "memory" }),
        Some(_) => Err(unreadable("the renderer crashes on it")),
        None => Err(failed(format!("the child ended with {}: {}", ended.status, frame::words(&ended.complaint)))),
    }
}

/// What Rust says before it aborts for want of memory.
const OUT_OF_MEMORY: &[u8] = b"memory allocation of";
