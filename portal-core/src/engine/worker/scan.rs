//! Uploads that wait for the scanner: asked about again until it answers, and then what they were to become (S37).

use super::{WorkReport, commit};
use crate::change::{Context, Decision, Versioned};
use crate::engine::scanning::{LIMIT, Looked, look};
use crate::engine::upload::{Waiting, finish_waiting};
use crate::engine::{Engine, Error, ErrorKind};
use crate::files::{self, Scan, Upload};
use crate::record::Whole;
use crate::values::FirmId;

/// How many uploads one call asks about.
const AT_ONCE: usize = 20;

/// Asks about the uploads whose turn it is.
pub(super) async fn run(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    if engine.scanning.is_none() {
        return Ok(());
    }
    let due = engine.store.uploads_to_scan(engine.clock.now(), AT_ONCE).await?;
    report.more |= due.len() == AT_ONCE;
    for (firm, upload) in due {
        // As long as it may take, and once more, so that no two nodes ask about the same.
        let until = engine.clock.now() + LIMIT + LIMIT;
        let mut claimed = None;
        let claim = |_: &Context| files::claim_scan(&upload, until).map(|upload| claimed = Some(upload)).lift();
        if !commit(engine, firm, claim).await? {
            continue;
        }
        if let Some(upload) = claimed {
            scan(engine, firm, upload, report).await?;
        }
    }
    Ok(())
}

async fn scan(engine: &Engine, firm: FirmId, upload: Versioned<Upload>, report: &mut WorkReport) -> Result<(), Error> {
    match look(engine, firm, (upload.blob, upload.taken.size_bytes), LIMIT).await {
        Ok(Looked::Passed(scan)) => finish(engine, firm, &upload, scan, report).await,
        Ok(Looked::Infected(threat)) => {
            report.scanned += 1;
            noted(engine, firm, |context| files::keep_infected(&upload, &threat, context).lift()).await
        }
        // What cannot be read now may be read later, as what the scanner does not answer now.
        Ok(Looked::Unknown) | Err(_) => {
            report.failed += 1;
            let wait = |context: &_| files::await_scan(&upload, upload.taken.clone(), context).lift();
            noted(engine, firm, wait).await
        }
    }
}

async fn finish(
    engine: &Engine,
    firm: FirmId,
    upload: &Versioned<Upload>,
    scan: Scan,
    report: &mut WorkReport,
) -> Result<(), Error> {
    let waiting = Waiting { firm, client: upload.client, upload: upload.id, by: upload.by, scan };
    match finish_waiting(engine, waiting).await {
        Ok(()) => report.scanned += 1,
        Err(error) => match error.kind() {
            // Whoever uploaded it may not any more: its bytes are for nobody.
            ErrorKind::NotFound | ErrorKind::Denied => {
                noted(engine, firm, |context| files::condemn_upload(upload, context).lift()).await?;
            }
            // Its folder lies in the trash, say. It is tried again for some days.
            _ => report.failed += 1,
        },
    }
    Ok(())
}

/// Commits it, unless somebody changed the upload meanwhile: then it is theirs.
async fn noted(engine: &Engine, firm: FirmId, decide: impl FnOnce(&Context) -> Decision<Whole>) -> Result<(), Error> {
    commit(engine, firm, decide).await.map(drop)
}
