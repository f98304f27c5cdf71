//! Taking an upload in: its row, its bytes, and only then its document.
//!
//! Blob before row, row before mail: the upload's own row comes before the first byte, so that what breaks off is swept; the
//! document's commit rests on that row, on the client's tree and on the uploader's right, so that nothing slips past a
//! revocation. The memory in use is one part, whatever the size of the file.

use bytes::{Bytes, BytesMut};
use sha2::{Digest as _, Sha256};

use super::caller::Caller;
use super::run::{Answer, Operate, run};
use super::{Body, Engine, Error};
use crate::files::{self, FilesRefusal, MediaType, Receipt, Received, Upload};
use crate::ports::store::Committed;
use crate::ports::{BlobError, BlobUpload, PART_BYTES, Part};
use crate::record::Key;
use crate::values::{Digest, FileName, FirmId};

/// An upload that may begin.
#[derive(Debug)]
pub(crate) struct Started {
    pub(crate) upload: Upload,
    pub(crate) limit_bytes: u64,
}

impl Answer for Started {
    fn made(&self) -> Vec<Key> {
        vec![files::Key::Upload(self.upload.id).into()]
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        // Starting is never repeated under a key: each try has an upload of its own, and finishing is what is idempotent.
        None
    }
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
}

/// Begins with `start`, takes the bytes in, and ends with what `finish` makes of them; what does not end well is given up.
pub(crate) async fn take_in<S, F>(
    engine: &Engine,
    caller: &S::By,
    key: Option<String>,
    start: S,
    mut body: Body,
    finish: impl FnOnce(&Upload, Received) -> F + Send,
) -> Result<F::Output, Error>
where
    S: Operate<Output = Started>,
    F: Operate<By = S::By>,
    F::Output: AsRef<Receipt>,
{
    let keyed = key.is_some();
    let Started { upload, limit_bytes } = run(engine, caller, None, &start).await?;
    let taken = async {
        let received = receive(engine, &upload, &mut body, limit_bytes).await?;
        run(engine, caller, key, &finish(&upload, received)).await
    };
    let answer = taken.await;
    let kept = match &answer {
        // A repeated command answers with the earlier document: the bytes that came again are not needed.
        Ok(arrived) if keyed => names_blob(engine, caller, arrived.as_ref(), &upload).await,
        Ok(_) => true,
        // INVARIANT: after an unknown outcome nothing is deleted; the sweeper decides by the upload's row.
        Err(error) => matches!(error.kind(), super::ErrorKind::Unavailable),
    };
    if !kept {
        give_up(engine, caller, &upload).await;
    }
    answer
}

/// Whether the version of the receipt is made of this upload's bytes; what cannot be told is left to the sweeper.
async fn names_blob<C: Caller>(engine: &Engine, caller: &C, receipt: &Receipt, upload: &Upload) -> bool {
    let Ok(firm) = caller_firm(caller) else { return true };
    match engine.store.version(firm, receipt.version).await {
        Ok(Some(version)) => version.blob == upload.blob,
        Ok(None) | Err(_) => true,
    }
}

fn caller_firm<C: Caller>(caller: &C) -> Result<crate::values::FirmId, Error> {
    caller.keyspace().firm().ok_or_else(|| Error::corrupt("an upload outside of a firm"))
}

/// Takes the bytes in part by part, through SHA-256.
async fn receive(engine: &Engine, upload: &Upload, body: &mut Body, limit_bytes: u64) -> Result<Received, Error> {
    let target = engine.blobs.begin(upload.blob).await?;
    let mut parts = Parts { engine, target, done: Vec::new() };
    let mut hasher = Sha256::new();
    let mut size_bytes = 0_u64;
    let mut buffer = BytesMut::with_capacity(PART_BYTES);
    while let Some(chunk) = body.next().await {
        let mut chunk = chunk.map_err(Error::BrokenOff)?;
        size_bytes = size_bytes.saturating_add(chunk.len() as u64);
        if size_bytes > limit_bytes {
            return Err(FilesRefusal::TooLarge { limit_bytes }.into());
        }
        hasher.update(&chunk);
        // A part is cut at its exact size, so that one huge chunk costs no more than many small ones.
        while !chunk.is_empty() {
            let room = PART_BYTES - buffer.len();
            buffer.extend_from_slice(&chunk.split_to(room.min(chunk.len())));
            if buffer.len() == PART_BYTES {
                let full = std::mem::replace(&mut buffer, BytesMut::with_capacity(PART_BYTES));
                parts.put(full.freeze()).await?;
            }
        }
    }
    if !buffer.is_empty() || parts.done.is_empty() {
        parts.put(buffer.freeze()).await?;
    }
    engine.blobs.complete(&parts.target, &parts.done).await.map_err(put_too_late)?;
    let sha256: [u8; 32] = hasher.finalize().into();
    Ok(Received { size_bytes, sha256: Digest::from_bytes(sha256) })
}

struct Parts<'a> {
    engine: &'a Engine,
    target: BlobUpload,
    done: Vec<Part>,
}

impl Parts<'_> {
    async fn put(&mut self, bytes: Bytes) -> Result<(), Error> {
        let number = u32::try_from(self.done.len() + 1).map_err(|_| FilesRefusal::Incomplete)?;
        let part = self.engine.blobs.put_part(&self.target, number, bytes).await;
        self.done.push(part.map_err(put_too_late)?);
        Ok(())
    }
}

/// An upload that the blob store does not know any more was swept: it went on past its deadline.
fn put_too_late(error: BlobError) -> Error {
    match error {
        BlobError::NotFound => FilesRefusal::UploadExpired.into(),
        other => other.into(),
    }
}

/// Says that the upload came to nothing. If it cannot be said now, its deadline says it later.
async fn give_up<C: Caller>(engine: &Engine, caller: &C, upload: &Upload) {
    let Ok(firm) = caller_firm(caller) else { return };
    let _swept_later = super::worker::condemn_upload(engine, firm, upload.id).await;
}
