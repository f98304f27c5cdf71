//! Files in one go: what breaks off is given up.

use super::giving_up::condemn;
use super::parts::Intake;
use super::{Started, put_too_late};
use crate::engine::caller::Caller;
use crate::engine::run::{Operate, run};
use crate::engine::scanning::Complete;
use crate::engine::{Body, Engine, Error, ErrorKind};
use crate::files::{Limit, Receipt, Received, Taken, Upload};
use crate::ports::BlobStore;
use crate::values::FirmId;

/// Begins with `start`, takes the bytes in, and ends with what `finish` makes of them; what does not end well is given up.
/// `may_wait` says that nothing else is to happen with it, so that it may wait for the scanner.
pub(crate) async fn take_in<S, F>(
    engine: &Engine,
    caller: &S::By,
    key: Option<String>,
    start: S,
    mut body: Body,
    may_wait: bool,
    finish: impl FnOnce(&Upload, Received) -> F + Send,
) -> Result<F::Output, Error>
where
    S: Operate<Output = Started>,
    F: Operate<By = S::By>,
    F::Output: AsRef<Receipt>,
{
    let keyed = key.is_some();
    let Started { upload, limit } = run(engine, caller, None, &start).await?;
    let taken = async {
        let firm = caller_firm(caller)?;
        let place = engine.uploading.take(engine.clock.as_ref(), (firm, upload.by)).await?;
        let whole = receive(&*engine.blobs_of(firm), &upload, &mut body, limit).await?;
        drop(place);
        let (blob, by, may_wait) = (upload.blob, upload.by, may_wait && !keyed);
        let complete = Complete { firm, upload: upload.id, by, blob, taken: &whole, may_wait };
        let scan = complete.pass(engine).await?;
        run(engine, caller, key, &finish(&upload, Received::of(&whole, scan))).await
    };
    let answer = taken.await;
    let kept = match &answer {
        // A repeated command answers with the earlier document: the bytes that came again are not needed.
        Ok(arrived) if keyed => names_blob(engine, caller, arrived.as_ref(), &upload).await,
        Ok(_) => true,
        // INVARIANT: after an unknown outcome nothing is deleted; the sweeper decides by the upload's row.
        Err(error) => matches!(error.kind(), ErrorKind::Unavailable | ErrorKind::AwaitingScan),
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

fn caller_firm<C: Caller>(caller: &C) -> Result<FirmId, Error> {
    caller.keyspace().firm().ok_or_else(|| Error::corrupt("an upload outside of a firm"))
}

/// Takes the bytes in part by part.
async fn receive(blobs: &dyn BlobStore, upload: &Upload, body: &mut Body, limit: Limit) -> Result<Taken, Error> {
    let target = blobs.begin(upload.blob).await?;
    let mut intake = Intake::of(blobs, &target, &Taken::default());
    while let Some(chunk) = intake.next(body).await? {
        let chunk = chunk.map_err(Error::BrokenOff)?;
        if intake.size_bytes().saturating_add(chunk.len() as u64) > limit.bytes {
            return Err(limit.beyond.into());
        }
        intake.add(chunk).await?;
    }
    let whole = intake.end().await?;
    blobs.complete(&target, &super::parts::of(&whole)).await.map_err(put_too_late)?;
    Ok(whole)
}

/// Says that the upload came to nothing. If it cannot be said now, its deadline says it later.
async fn give_up<C: Caller>(engine: &Engine, caller: &C, upload: &Upload) {
    let Ok(firm) = caller_firm(caller) else { return };
    let _swept_later = condemn(engine, firm, upload.id).await;
}
