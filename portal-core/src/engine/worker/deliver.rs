//! Sending: claimed under a lease, checked once more, rendered, handed to the mailer, settled.

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;

use super::compose::{Composed, Hindrance, compose};
use super::{WorkReport, bounce, elsewhere, lease};
use crate::engine::{Engine, Error};
use crate::event::Lane;
use crate::notifications::{DropReason, Settlement};
use crate::ports::MailerFault;
use crate::ports::store::{ClaimedMessage, Lease};

/// How many messages are claimed, and sent, at once: all of them begin within the lease.
const AT_ONCE: usize = 16;

/// Sends one batch of messages, and says whether there may be more.
pub(super) async fn batch(engine: &Engine, lane: Lane, report: &mut WorkReport) -> Result<bool, Error> {
    let lease = lease(engine, lane)?;
    let claims = engine.store.claim_messages(lane, &lease, AT_ONCE).await?;
    // At most one message an address is claimed at once, so that nobody's next is due before their last was settled.
    let more = !claims.is_empty();
    let mut sending: FuturesUnordered<_> = claims.iter().map(|claim| deliver(engine, lane, &lease, claim)).collect();
    let mut failure = None;
    while let Some(delivered) = sending.next().await {
        match delivered {
            Ok(settled) => count(report, settled.as_ref()),
            Err(error) => failure = Some(error),
        }
    }
    failure.map_or(Ok(more), Err)
}

fn count(report: &mut WorkReport, settled: Option<&Settlement>) {
    match settled {
        Some(Settlement::Sent) => report.sent += 1,
        Some(Settlement::Dropped(_)) => report.dropped += 1,
        Some(Settlement::Again { .. }) => report.postponed += 1,
        Some(Settlement::Dead { .. }) => report.dead += 1,
        None => report.failed += 1,
    }
}

/// Delivers one message; `None` when somebody else holds it by now, or may soon.
async fn deliver(
    engine: &Engine,
    lane: Lane,
    lease: &Lease,
    claim: &ClaimedMessage,
) -> Result<Option<Settlement>, Error> {
    let message = &claim.message;
    let settlement = match compose(engine, message).await {
        Ok(Composed::Mail(mail)) => {
            // INVARIANT: nothing is handed to the mailer once the lease has ended, since another node may be sending it.
            if engine.clock.now() >= lease.until {
                return Ok(None);
            }
            match engine.mailer.send(&mail).await {
                Ok(()) => Settlement::Sent,
                Err(error) if error.fault == MailerFault::Permanent => {
                    // The mark comes first: a crash in between tries the mail once more, and marks nothing twice.
                    bounce::mark(engine, message, &error.reason).await?;
                    Settlement::Dead { error: error.reason }
                }
                Err(error) => again(engine, lane, message.tries, error.reason),
            }
        }
        Ok(Composed::Drop(reason)) => {
            if reason == DropReason::AddressGone {
                // It comes first: a crash in between sends nothing twice, for a message to one address goes once.
                elsewhere::follow(engine, message).await?;
            }
            Settlement::Dropped(reason)
        }
        // If it is the store that is gone, settling says so.
        Err(Hindrance(error)) => again(engine, lane, message.tries, error),
    };
    let settled = engine.store.settle(claim, &settlement, engine.clock.now()).await?;
    Ok(settled.then_some(settlement))
}

fn again(engine: &Engine, lane: Lane, tries: u32, error: String) -> Settlement {
    match engine.timing.pause_after(lane, tries) {
        Some(pause) => Settlement::Again { at: engine.clock.now() + pause, error },
        None => Settlement::Dead { error },
    }
}
