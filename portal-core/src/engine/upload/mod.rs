//! Taking an upload in: its row, its bytes, and only then its document.
//!
//! Blob before row, row before mail: the upload's own row comes before the first byte, so that what breaks off is swept; the
//! document's commit rests on that row, on the client's tree and on the uploader's right, so that nothing slips past a
//! revocation. The memory in use is two parts, whatever the size of the file: one that comes in and one that is put.
//!
//! `at_once.rs` takes a file in one go; `resumable.rs` part by part, so that another process can go on with it;
//! `waiting.rs` finishes what waited for the scanner; `giving_up.rs` condemns what comes to nothing.

mod at_once;
mod giving_up;
mod parts;
mod resumable;
mod waiting;

use super::places::Places;
use super::run::Answer;
use super::{Engine, Error};
use crate::directory::{Firm, Quota};
use crate::files::{self, FilesRefusal, Limit, MediaType, Receipt, Room, Upload, Usage};
use crate::ports::store::Committed;
use crate::ports::{BlobError, MAX_PARTS, PART_BYTES};
use crate::record::Key;
use crate::values::{Actor, ClientId, FileName, FirmId};

pub(crate) use at_once::take_in;
use resumable::finishing;
pub(crate) use resumable::{GiveUp, Own, Uploader, finish, progress, received, resume, under_way};
pub use resumable::{UploadProgress, UploadState};
pub(crate) use waiting::{Waiting, finish_waiting};

/// How many files come in at a time, each in the memory of two parts; and how many of one person's.
const AT_ONCE: usize = 256;
const OF_ONE: usize = 8;

/// Places for files that come in.
pub(crate) fn places() -> Places {
    Places::new(AT_ONCE).each(OF_ONE)
}

/// An upload that may begin.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) upload: Upload,
    /// How much of it is taken.
    pub(crate) limit: Limit,
}

impl Answer for Started {
    fn made(&self) -> Vec<Key> {
        vec![files::Key::Upload(self.upload.id).into()]
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}

/// An upload that was begun before under the same command.
pub(crate) async fn started_again(engine: &Engine, firm: FirmId, made: &[Key]) -> Result<Started, Error> {
    let [Key::Files(files::Key::Upload(upload))] = made else { return Err(Error::corrupt("the outcome of an upload")) };
    let found = engine.store.upload(firm, *upload).await?.ok_or(FilesRefusal::UploadExpired)?;
    let firm = engine.store.firm(firm).await?.ok_or(Error::NotFound)?;
    let bytes = limit_bytes(&firm);
    let limit = Limit { bytes, beyond: FilesRefusal::TooLarge { limit_bytes: bytes } };
    Ok(Started { upload: found.value, limit })
}

/// What an upload by `by` must find room in. What contacts upload is limited by each of them, and what anybody does in all.
///
/// Of uploads that begin at the same moment none knows of the others: they may go beyond a quota by what is begun at once.
pub(crate) async fn room(engine: &Engine, firm: FirmId, client: ClientId, by: Actor) -> Result<Room, Error> {
    let found = engine.store.firm(firm).await?.ok_or(Error::NotFound)?;
    let usage = engine.store.uploader_usage(firm, client, by).await?;
    let quotas = found.settings.quotas;
    let in_all = match quotas.firm {
        Quota { files: None, bytes: None } => Usage::default(),
        _ => engine.store.firm_usage(firm).await?,
    };
    let own = if matches!(by, Actor::Contact(_)) { quotas.contact } else { Quota::default() };
    Ok(Room {
        limit_bytes: limit_bytes(&found),
        under_way: usage.under_way.files,
        own: (usage.kept + usage.under_way, own),
        firm: (in_all, quotas.firm),
    })
}

/// The most bytes that an upload may have: what the firm takes, as far as a blob store can; encryption may take a part for itself.
fn limit_bytes(firm: &Firm) -> u64 {
    firm.settings.max_upload_bytes.min(u64::from(MAX_PARTS - 1) * PART_BYTES as u64)
}

impl Answer for Receipt {
    fn made(&self) -> Vec<Key> {
        vec![files::Key::Document(self.document).into(), files::Key::Version(self.version).into()]
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}

/// The receipt with the name that the document got.
pub(crate) fn settle_receipt(receipt: Receipt, committed: &Committed) -> Receipt {
    match committed.settled_name(files::Key::Document(receipt.document).into()) {
        Some(name) => Receipt { name: name.clone(), ..receipt },
        None => receipt,
    }
}

/// The receipt of an upload that was finished before.
pub(crate) async fn receipt_again(engine: &Engine, firm: FirmId, made: &[Key]) -> Result<Receipt, Error> {
    let [Key::Files(files::Key::Document(document)), Key::Files(files::Key::Version(version))] = made else {
        return Err(Error::corrupt("the outcome of an upload"));
    };
    let read = engine.store.document(firm, *document).await?.ok_or(Error::NotFound)?;
    let version = engine.store.version(firm, *version).await?.ok_or(Error::NotFound)?;
    Ok(Receipt::of(&version, &read.document.place.name))
}

/// What a person said of the file they upload.
#[derive(Debug, Clone, serde::Serialize)]
pub(crate) struct Announced {
    pub(crate) name: FileName,
    pub(crate) declared_type: Option<MediaType>,
    /// How many bytes it has, of an upload that can be resumed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) announced_bytes: Option<u64>,
}

/// An upload that the blob store does not know any more was swept: it went on past its deadline.
fn put_too_late(error: BlobError) -> Error {
    match error {
        BlobError::NotFound => FilesRefusal::UploadExpired.into(),
        other => other.into(),
    }
}
