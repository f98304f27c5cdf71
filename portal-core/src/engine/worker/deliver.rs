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
    let mut sending: FuturesUnordered<_> = claims
        .iter()
        .enumerate()
        .map(|(place, claim)| async move { (place, claim, deliver(engine, lane, &lease, claim).await) })
        .collect();
    let (mut failure, mut told) = (None, Vec::new());
    while let Some((place, claim, delivered)) = sending.next().await {
        match delivered {
            Ok(Delivered::Settled(settled)) => count(report, settled.as_ref()),
            Ok(Delivered::Told(settlement)) => told.push((place, claim, settlement)),
            Err(error) => failure = Some(error),
        }
    }
    // A chain grows by one commit at a time anyway, and so it grows alike however fast each mail went.
    told.sort_by_key(|(place, ..)| *place);
    for (_, claim, settlement) in told {
        match tell(engine, claim, settlement).await {
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

/// How far one delivery has come.
enum Delivered {
    /// It is done; `None` when somebody else holds the message by now, or may soon.
    Settled(Option<Settlement>),
    /// It ends like this, once the firm's history tells of it.
    Told(Settlement),
}

/// Delivers one message, all but what is to be told of it.
async fn deliver(engine: &Engine, lane: Lane, lease: &Lease, claim: &ClaimedMessage) -> Result<Delivered, Error> {
    let message = &claim.message;
    let settlement = match compose(engine, message).await {
        Ok(Composed::Mail(mail)) => {
            // INVARIANT: nothing is handed to the mailer once the lease has ended, since another node may be sending it.
            if engine.clock.now() >= lease.until {
                return Ok(Delivered::Settled(None));
            }
            match engine.mailer.send(&mail).await {
                Ok(()) => Settlement::Sent,
                Err(error) if error.fault == MailerFault::Permanent => {
                    return Ok(Delivered::Told(Settlement::Dead { error: error.reason }));
                }
                Err(error) => again(engine, lane, message.tries, error.reason),
            }
        }
        Ok(Composed::Drop(DropReason::AddressGone)) => {
            return Ok(Delivered::Told(Settlement::Dropped(DropReason::AddressGone)));
        }
        Ok(Composed::Drop(reason)) => Settlement::Dropped(reason),
        // If it is the store that is gone, settling says so.
        Err(Hindrance(error)) => again(engine, lane, message.tries, error),
    };
    Ok(Delivered::Settled(settle(engine, claim, settlement).await?))
}

/// Tells the firm's history of it, and settles. Telling comes first: a crash in between tries the message once more, which
/// tells nothing twice, and sends nothing twice to where the message follows its recipient.
async fn tell(engine: &Engine, claim: &ClaimedMessage, settlement: Settlement) -> Result<Option<Settlement>, Error> {
    match &settlement {
        Settlement::Dead { error } => bounce::mark(engine, &claim.message, error).await?,
        Settlement::Dropped(_) => elsewhere::follow(engine, &claim.message).await?,
        Settlement::Sent | Settlement::Again { .. } => {}
    }
    settle(engine, claim, settlement).await
}

async fn settle(engine: &Engine, claim: &ClaimedMessage, settlement: Settlement) -> Result<Option<Settlement>, Error> {
    let settled = engine.store.settle(claim, &settlement, engine.clock.now()).await?;
    Ok(settled.then_some(settlement))
}

fn again(engine: &Engine, lane: Lane, tries: u32, error: String) -> Settlement {
    match engine.timing.pause_after(lane, tries) {
        Some(pause) => Settlement::Again { at: engine.clock.now() + pause, error },
        None => Settlement::Dead { error },
    }
}
