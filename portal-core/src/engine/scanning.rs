//! Asking the scanner, where the portal has one: nobody but its uploader learns of an upload before (S37).
//!
//! An upload becomes a document only once the scanner found nothing in it. While it gives no answer the upload waits, whole, in
//! its own row: nobody sees it, nobody is told of it, and [`Worker::run_scans`](super::Worker::run_scans) goes on. What was
//! kept before there was a scanner is looked at when it is asked for first.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{Either, select};

use super::places::Places;
use super::run::once;
use super::{Engine, Error};
use crate::change::Versioned;
use crate::event::Keyspace;
use crate::files::{self, DocumentVersion, FilesRefusal, Kept, Place, Scan, Taken, Upload, UploadScan};
use crate::ports::{ScanError, Scanner, Verdict};
use crate::values::{Actor, BlobKey, FirmId, UploadId};

/// How long somebody who uploads waits for the scanner; after that the upload waits by itself.
const WAIT: Duration = Duration::from_secs(20);
/// How long the scanner may take where there is nothing else to do than to wait.
const LIMIT: Duration = Duration::from_secs(10 * 60);
/// How many files that were kept before there was a scanner are looked at at a time.
const KEPT_AT_ONCE: usize = 4;
/// How many uploads are looked at at a time while somebody waits for it, and how many of one person's.
const COMING_AT_ONCE: usize = 16;
const COMING_OF_ONE: usize = 2;

/// The scanner, and places for what it is asked about kept files.
pub(crate) struct Scanning {
    scanner: Arc<dyn Scanner>,
    /// For uploads that come in.
    coming: Places,
    /// For what was kept before there was a scanner.
    kept: Places,
}

impl Scanning {
    pub(super) fn new(scanner: Arc<dyn Scanner>) -> Self {
        let coming = Places::new(COMING_AT_ONCE).each(COMING_OF_ONE);
        Self { scanner, coming, kept: Places::new(KEPT_AT_ONCE) }
    }
}

/// What is known of a file after the scanner was asked.
pub(crate) enum Looked {
    /// It may be kept.
    Passed(Scan),
    /// It is harmful, and called so.
    Infected(String),
    /// The scanner cannot judge it, for this reason.
    Unjudged(String),
    /// The scanner gave no answer.
    Unknown,
}

/// Asks the scanner, and waits for it no longer than `limit`.
pub(crate) async fn look(
    engine: &Engine,
    firm: FirmId,
    (blob, size_bytes): (BlobKey, u64),
    limit: Duration,
) -> Result<Looked, Error> {
    let Some(scanning) = &engine.scanning else { return Ok(Looked::Passed(Scan::NotScanned)) };
    let file = engine.blobs_of(firm).read(blob, 0..size_bytes).await?;
    let asked = select(scanning.scanner.scan(file, size_bytes), engine.clock.pause(limit)).await;
    Ok(match asked {
        Either::Left((Ok(Verdict::Clean), _)) => Looked::Passed(Scan::Clean(engine.clock.now())),
        Either::Left((Ok(Verdict::Infected { threat }), _)) => Looked::Infected(threat),
        Either::Left((Ok(Verdict::Unjudged { reason }), _)) => Looked::Unjudged(reason),
        Either::Left((Err(ScanError::Unavailable(_)), _)) | Either::Right(_) => Looked::Unknown,
    })
}

/// An upload whose bytes are whole.
pub(crate) struct Complete<'a> {
    pub(crate) firm: FirmId,
    pub(crate) upload: UploadId,
    pub(crate) by: Actor,
    pub(crate) blob: BlobKey,
    pub(crate) taken: &'a Taken,
    /// Whether it may become a document later on, when nobody asks for it any more. Whoever gave the command a key, or a
    /// share to go with it, asks again.
    pub(crate) may_wait: bool,
}

impl Complete<'_> {
    /// What the scanner said of the upload, if it may become a document.
    ///
    /// # Errors
    /// [`FilesRefusal::Infected`], and the upload is gone; [`Error::AwaitingScan`] or [`Error::Unavailable`] when the scanner
    /// gives no answer.
    pub(crate) async fn pass(&self, engine: &Engine) -> Result<Scan, Error> {
        let limit = if self.may_wait { WAIT } else { LIMIT };
        match self.look(engine, limit).await? {
            Looked::Passed(scan) => Ok(scan),
            Looked::Infected(threat) | Looked::Unjudged(threat) => {
                let upload = self.row(engine).await?;
                let refuse = |context: &_| files::refuse_infected(&upload, &threat, context).lift();
                // Somebody who decided otherwise meanwhile decided on the same bytes.
                once(engine, Keyspace::Firm(self.firm), self.by, refuse).await?;
                Err(FilesRefusal::Infected.into())
            }
            Looked::Unknown if self.may_wait => {
                let upload = self.row(engine).await?;
                if !matches!(upload.scan, UploadScan::Waits { .. }) {
                    let wait = |context: &_| files::await_scan(&upload, self.taken.clone(), context).lift();
                    let waits = once(engine, Keyspace::Firm(self.firm), self.by, wait).await?;
                    if !waits {
                        return Err(Error::Busy);
                    }
                }
                Err(Error::AwaitingScan)
            }
            Looked::Unknown => Err(Error::Unavailable("the scanner gives no answer".into())),
        }
    }

    /// Asks the scanner, once it is this uploader's turn; if it does not come, nothing is known.
    async fn look(&self, engine: &Engine, limit: Duration) -> Result<Looked, Error> {
        let _place = match &engine.scanning {
            None => None,
            Some(scanning) => match scanning.coming.take(engine.clock.as_ref(), (self.firm, self.by)).await {
                Ok(place) => Some(place),
                Err(Error::Busy) => return Ok(Looked::Unknown),
                Err(error) => return Err(error),
            },
        };
        look(engine, self.firm, (self.blob, self.taken.size_bytes), limit).await
    }

    async fn row(&self, engine: &Engine) -> Result<Versioned<Upload>, Error> {
        let found = engine.store.upload(self.firm, self.upload).await?;
        Ok(found.ok_or(FilesRefusal::UploadExpired)?)
    }
}

/// A version that somebody asked for.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) firm: FirmId,
    pub(crate) actor: Actor,
    pub(crate) place: &'a Place,
    pub(crate) version: &'a DocumentVersion,
}

/// Refuses what nobody is to read: what is harmful, and with a scanner what it says nothing of.
pub(crate) async fn refuse_unscanned(engine: &Engine, asked: Asked<'_>) -> Result<(), Error> {
    match (asked.version.scan, &engine.scanning) {
        (Scan::Infected(_), _) => Err(FilesRefusal::Infected.into()),
        (Scan::Clean(_), _) | (Scan::NotScanned, None) => Ok(()),
        (Scan::NotScanned, Some(scanning)) => {
            let _place = scanning.kept.take(engine.clock.as_ref(), (asked.firm, asked.actor)).await?;
            scan_kept(engine, asked).await
        }
    }
}

/// Looks at what was kept before there was a scanner, and notes what is said of it: once.
async fn scan_kept(engine: &Engine, Asked { firm, place, version, .. }: Asked<'_>) -> Result<(), Error> {
    let version = engine.store.version(firm, version.id).await?.ok_or(Error::NotFound)?;
    // Somebody may have asked while this one waited for a place.
    let threat = match version.scan {
        Scan::Clean(_) => return Ok(()),
        Scan::Infected(_) => return Err(FilesRefusal::Infected.into()),
        Scan::NotScanned => match look(engine, firm, (version.blob, version.size_bytes), LIMIT).await? {
            Looked::Passed(_) => None,
            Looked::Infected(threat) => Some(threat),
            Looked::Unjudged(_) => return Err(FilesRefusal::Infected.into()),
            Looked::Unknown => return Err(Error::Unavailable("the scanner gives no answer".into())),
        },
    };
    let kept = Kept { client: place.client, document: version.document, name: &place.name, version: &version };
    let note = |context: &_| files::note_scan(kept, threat.as_deref(), context).lift();
    // In vain when somebody else noted the same at the same time.
    once(engine, Keyspace::Firm(firm), Actor::Worker, note).await?;
    if threat.is_some() { Err(FilesRefusal::Infected.into()) } else { Ok(()) }
}
