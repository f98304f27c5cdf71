//! A mailer that writes files.

use std::fmt;
use std::fs::{DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use portal_core::ports::{Clock, Mail, Mailer, MailerError, MailerFault, SystemClock};
use portal_core::values::{Digest, Timestamp};

use crate::mime;

/// What follows the id in the name of a mail's file.
pub(crate) const ENDING: &str = ".eml";

/// Writes each mail as an `.eml` file into a folder.
///
/// A file is written under another name, synced, renamed, and its folder synced: once `send` answers `Ok` the mail is there, whole, even after
/// a power cut. Its name is a digest of the Message-ID, so that a mail that is sent again replaces itself. Mails hold links that
/// sign in: files and folder are open to their owner alone.
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use portal_core::{ports::{Mail, Mailer as _, Sender}, values::{EmailAddress, FirmId}};
///
/// let folder = tempfile::tempdir()?;
/// let mailer = portal_smtp::SpoolMailer::open(folder.path()).await?;
/// mailer
///     .send(&Mail {
///         message_id: "m1@portal.test".into(),
///         firm: FirmId::from_bits(1),
///         from: Sender { name: "Oak & Co".into(), address: EmailAddress::new("mail@portal.test")? },
///         reply_to: None,
///         to: EmailAddress::new("ana@acme.test")?,
///         to_name: "Ana".into(),
///         subject: "A folder for you".into(),
///         text: "Hello".into(),
///         html: "<p>Hello</p>".into(),
///         images: Vec::new(),
///         unsubscribe: None,
///     })
///     .await?;
/// let mails = portal_smtp::read_spool(folder.path(), 10).await?;
/// assert_eq!(mails[0].subject, "A folder for you");
/// # Ok::<_, Box<dyn std::error::Error>>(()) })?; Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct SpoolMailer {
    folder: Arc<Path>,
    clock: Arc<dyn Clock>,
    newest: Arc<Mutex<SystemTime>>,
}

impl SpoolMailer {
    /// Opens the folder, and makes it when it is missing.
    ///
    /// # Errors
    /// [`MailerFault::Ours`] when it cannot be made or is no folder.
    pub async fn open(folder: impl Into<PathBuf>) -> Result<Self, MailerError> {
        let folder = folder.into();
        let folder = blocking(move || {
            let folder = std::path::absolute(folder)?;
            let missing: Vec<&Path> = folder.ancestors().take_while(|folder| !folder.exists()).collect();
            DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
            missing.into_iter().filter_map(Path::parent).try_for_each(sync)?;
            sync(&folder)?;
            Ok(folder)
        })
        .await?;
        let newest = Arc::new(Mutex::new(SystemTime::UNIX_EPOCH));
        Ok(Self { folder: folder.into(), clock: Arc::new(SystemClock), newest })
    }

    /// Dates mails by `clock`.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// The file's time, by which a mailbox is ordered: that of the machine, which goes on where a given clock stands still, and never the
    /// same twice in a process.
    fn next_place(&self) -> SystemTime {
        let micros = u64::try_from(SystemClock.now().as_micros()).unwrap_or(0);
        let now = SystemTime::UNIX_EPOCH + Duration::from_micros(micros);
        let mut newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        *newest = now.max(*newest + Duration::from_micros(1));
        *newest
    }
}

impl fmt::Debug for SpoolMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SpoolMailer").field("folder", &self.folder).finish_non_exhaustive()
    }
}

#[async_trait]
impl Mailer for SpoolMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        let date: Timestamp = self.clock.now();
        let bytes = mime::to_bytes(mail, date)?;
        let (folder, name, place) = (Arc::clone(&self.folder), file_name(&mail.message_id), self.next_place());
        blocking(move || write(&folder, &name, &bytes, place)).await
    }
}

fn file_name(message_id: &str) -> String {
    format!("{:032x}{ENDING}", Digest::of(message_id.as_bytes()).leading_u128())
}

fn write(folder: &Path, name: &str, bytes: &[u8], place: SystemTime) -> io::Result<()> {
    let mut file = tempfile::Builder::new().prefix("unfinished-").tempfile_in(folder)?;
    file.write_all(bytes)?;
    file.as_file().set_modified(place)?;
    file.as_file().sync_all()?;
    file.persist(folder.join(name))?;
    sync(folder)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Runs `work` where blocking is allowed. Whatever goes wrong with a spool is ours and no fault of the recipient's.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> Result<T, MailerError> {
    let ours = |reason: &str| MailerError::new(MailerFault::Ours, reason);
    match tokio::task::spawn_blocking(work).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(error)) if error.kind() == io::ErrorKind::StorageFull => {
            Err(ours("the disk of the mail spool is full").with_source(error))
        }
        Ok(Err(error)) => Err(ours("the mail spool cannot be written").with_source(error)),
        Err(cancelled) => Err(ours("the process is stopping").with_source(cancelled)),
    }
}
