//! Firms' logos: read for mails, pages and previews, and kept in this process for a while.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::{Bytes, BytesMut};
use futures_util::TryStreamExt as _;

use super::{Engine, Error};
use crate::directory::{Firm, Logo};
use crate::notifications::logo_id;
use crate::ports::InlineImage;
use crate::values::{BlobKey, FirmId, ImageKind};

/// How many logos are kept, of whatever firms: 13 MB at most.
const KEPT: usize = 64;

/// A firm's logo, as a page shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct LogoImage {
    /// What it is.
    pub kind: ImageKind,
    /// Its bytes.
    pub bytes: Bytes,
    /// What it is known by: another logo has another mark.
    pub mark: String,
}

impl std::fmt::Debug for LogoImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LogoImage({}, {} bytes)", self.mark, self.bytes.len())
    }
}

/// The logos that were read last. Bytes under a key never change, so that what is kept is never stale.
#[derive(Debug, Default)]
pub(crate) struct Logos(Mutex<VecDeque<(BlobKey, Bytes)>>);

impl Logos {
    fn kept(&self) -> MutexGuard<'_, VecDeque<(BlobKey, Bytes)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, blob: BlobKey) -> Option<Bytes> {
        self.kept().iter().find(|(key, _)| *key == blob).map(|(_, bytes)| bytes.clone())
    }

    fn keep(&self, blob: BlobKey, bytes: Bytes) {
        let mut kept = self.kept();
        kept.retain(|(key, _)| *key != blob);
        kept.push_front((blob, bytes));
        kept.truncate(KEPT);
    }
}

/// The logo that a firm shows, if it has one.
pub(crate) async fn logo_of(engine: &Engine, firm: &Firm) -> Result<Option<LogoImage>, Error> {
    let Some(logo) = firm.logo() else { return Ok(None) };
    let bytes = read(engine, firm.id, logo).await?;
    Ok(Some(LogoImage { kind: logo.picture.kind, bytes, mark: logo.mark() }))
}

/// The same as a mail carries it. One that cannot be read holds up no mail: the firm's name stands in its place.
pub(crate) async fn inline_logo(engine: &Engine, firm: &Firm) -> Vec<InlineImage> {
    let Some(logo) = firm.logo() else { return Vec::new() };
    let read = read(engine, firm.id, logo).await.ok();
    let image = |bytes| InlineImage { content_id: logo_id(logo), kind: logo.picture.kind, bytes };
    read.map(image).into_iter().collect()
}

async fn read(engine: &Engine, firm: FirmId, logo: &Logo) -> Result<Bytes, Error> {
    if let Some(bytes) = engine.logos.find(logo.blob) {
        return Ok(bytes);
    }
    let range = 0..u64::from(logo.picture.size_bytes);
    let mut stream = engine.blobs_of(firm).read(logo.blob, range).await?;
    let mut bytes = BytesMut::new();
    while let Some(chunk) = stream.try_next().await? {
        bytes.extend_from_slice(&chunk);
    }
    let bytes = bytes.freeze();
    engine.logos.keep(logo.blob, bytes.clone());
    Ok(bytes)
}
