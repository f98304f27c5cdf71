//! Uploads that wait for the scanner: asked about again until it answers, and then what they were to become (S37).

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};

use super::{WorkReport, commit};
use crate::change::{Context, Decision, Versioned};
use crate::engine::scanning::{Looked, look};
use crate::engine::upload::{Waiting, finish_waiting};
use crate::engine::{Engine, Error, ErrorKind};
use crate::files::{self, Scan, Upload};
use crate::record::Whole;
use crate::values::{Actor, FirmId};

/// How many uploads one call asks about, at the same time; and how many of one person's, so that nobody holds the others up.
const AT_ONCE: usize = 16;
const OF_ONE: usize = 2;
/// Among how many of those whose turn it is they are chosen.
const CHOSEN_FROM: usize = 500;
/// How long the scanner may take: as long for any file, and as long for so many bytes of it.
const LIMIT: Duration = Duration::from_secs(60);
const BYTES_A_SECOND: u64 = 4_000_000;

/// Asks about the uploads whose turn it is.
pub(super) async fn run(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    if engine.scanning.is_none() {
        return Ok(());
    }
    let due = engine.store.uploads_to_scan(engine.clock.now(), CHOSEN_FROM).await?;
    let (all, mut claimed) = (due.len(), Vec::new());
    let chosen = chosen(due);
    report.more |= chosen.len() < all;
    for (firm, upload) in chosen {
        // As long as it may take, and once more, so that no two nodes ask about the same.
        let until = engine.clock.now() + limit(&upload) + limit(&upload);
        let mut claim = None;
        let claiming = |_: &Context| files::claim_scan(&upload, until).map(|upload| claim = Some(upload)).lift();
        if commit(engine, firm, claiming).await? {
            claimed.extend(claim.map(|upload| (firm, upload)));
        }
    }
    let look = |(firm, upload): (FirmId, Versioned<Upload>)| async move {
        let looked = look(engine, firm, (upload.blob, upload.taken.size_bytes), limit(&upload)).await;
        (firm, upload, looked)
    };
    let mut looked = stream::iter(claimed).map(look).buffered(AT_ONCE);
    while let Some((firm, upload, looked)) = looked.next().await {
        note(engine, firm, upload, looked, report).await?;
    }
    Ok(())
}

/// A few of each person's.
fn chosen(due: Vec<(FirmId, Versioned<Upload>)>) -> Vec<(FirmId, Versioned<Upload>)> {
    let mut turns = HashMap::<(FirmId, Actor), usize>::new();
    let has_turn = |(firm, upload): &(FirmId, Versioned<Upload>)| {
        let turn = turns.entry((*firm, upload.by)).or_default();
        *turn += 1;
        *turn <= OF_ONE
    };
    due.into_iter().filter(has_turn).take(AT_ONCE).collect()
}

fn limit(upload: &Upload) -> Duration {
    LIMIT + Duration::from_secs(upload.taken.size_bytes / BYTES_A_SECOND)
}

async fn note(
    engine: &Engine,
    firm: FirmId,
    upload: Versioned<Upload>,
    looked: Result<Looked, Error>,
    report: &mut WorkReport,
) -> Result<(), Error> {
    match looked {
        Ok(Looked::Passed(scan)) => finish(engine, firm, &upload, scan, report).await,
        Ok(Looked::Infected(threat) | Looked::Unjudged(threat)) => {
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
