//! Sweeping: what nobody needs any more goes, the row that says so last.

use std::time::Duration;

use super::purge::purge;
use super::{WorkReport, commit, sweep_identity};
use crate::change::Versioned;
use crate::engine::{Engine, Error};
use crate::files::{self, Condemned};
use crate::ports::BlobError;
use crate::values::{BlobKey, FirmId};

/// How many of each kind one call takes away.
const AT_ONCE: usize = 100;
/// How long the outcome of a command is kept, by the store's contract.
const OUTCOMES_KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Takes away what is overdue, purged, condemned or lost: a bounded amount of each.
pub(super) async fn run(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    overdue_uploads(engine, report).await?;
    purge(engine, report).await?;
    condemned(engine, report).await?;
    orphans(engine, report).await?;
    keep_house(engine, report).await
}

/// Uploads past their deadline: from then on they cannot become documents, and their bytes are condemned.
async fn overdue_uploads(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    let overdue = engine.store.overdue_uploads(engine.clock.now(), AT_ONCE).await?;
    let (all, mut swept) = (overdue.len(), 0);
    for (firm, upload) in overdue {
        swept += usize::from(commit(engine, firm, |context| files::condemn_upload(&upload, context).lift()).await?);
    }
    report.swept += swept;
    report.more |= all == AT_ONCE && swept > 0;
    Ok(())
}

/// Bytes that no record needs: they go first, then the row that says so.
async fn condemned(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    let condemned = engine.store.condemned(AT_ONCE).await?;
    let all = condemned.len();
    let mut swept = 0;
    for (firm, condemned) in condemned {
        if delete(engine, condemned.blob, report).await && forget(engine, firm, &condemned).await? {
            swept += 1;
        }
    }
    report.swept += swept;
    report.more |= all == AT_ONCE && swept > 0;
    Ok(())
}

async fn forget(engine: &Engine, firm: FirmId, condemned: &Versioned<Condemned>) -> Result<bool, Error> {
    commit(engine, firm, |_| files::forget(condemned).lift()).await
}

/// Bytes that the blob store holds and no record names, once they are older than any upload could be: what a crash between a
/// deleted row and late bytes left behind.
async fn orphans(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    let now = engine.clock.now();
    let Some(after) = engine.paces.listing_due(now) else { return Ok(()) };
    let page = match engine.stored_blobs.list(after.as_ref(), AT_ONCE).await {
        Ok(page) => page,
        Err(_) => {
            report.failed += 1;
            return Ok(());
        }
    };
    let old = page.blobs.iter().filter(|(_, written)| now.since(*written) >= engine.timing.orphan_grace);
    let old: Vec<BlobKey> = old.map(|(blob, _)| *blob).collect();
    let named = if old.is_empty() { Vec::new() } else { engine.store.named_blobs(&old).await? };
    for blob in old.into_iter().filter(|blob| !named.contains(blob)) {
        report.swept += usize::from(delete(engine, blob, report).await);
    }
    report.more |= page.next.is_some();
    engine.paces.listed(page.next, now);
    Ok(())
}

/// Deletes bytes; what cannot be deleted now is met again.
async fn delete(engine: &Engine, blob: BlobKey, report: &mut WorkReport) -> bool {
    let gone = matches!(engine.stored_blobs.delete(blob).await, Ok(()) | Err(BlobError::NotFound));
    report.failed += usize::from(!gone);
    gone
}

/// Outcomes past their time, and what identity needs no more.
async fn keep_house(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    let now = engine.clock.now();
    if !engine.paces.housekeeping_due(now) {
        return Ok(());
    }
    let outcomes = engine.store.forget_outcomes(now - OUTCOMES_KEPT, AT_ONCE).await?;
    let identity = sweep_identity(engine, AT_ONCE).await?;
    report.swept += outcomes + identity;
    if outcomes == AT_ONCE || identity >= AT_ONCE {
        report.more = true;
    } else {
        engine.paces.kept_house(now);
    }
    Ok(())
}
