//! What happens by itself: delivery, feeding the index, sweeping. Every step is safe on many nodes at once.
//!
//! To see how an event becomes messages open `expand.rs`, and `uploads.rs` for those of an upload; how a message becomes a
//! mail, `compose.rs`, `digest.rs` and `mentions.rs`; how it is sent and settled, `deliver.rs`; what waits for the scanner,
//! `scan.rs`; what firms and identity learn of one another, `identity/`; what goes when nobody needs
//! it, `sweep.rs` and `purge.rs`.

mod bounce;
mod compose;
mod deliver;
mod digest;
mod elsewhere;
mod erase;
mod expand;
mod identity;
mod mentions;
mod pace;
mod preview;
mod purge;
mod readers;
mod scan;
mod sweep;
mod test_mail;
#[cfg(test)]
mod tests;
mod uploads;

use std::sync::Arc;
use std::time::Duration;

pub(crate) use identity::{Issue, follow_contact, issue, sweep_identity};
pub(crate) use pace::Paces;
pub use preview::{ToldRow, WhoIsTold};
pub(crate) use preview::{who_is_told, who_of_the_team};

use super::caller::Unguarded;
use super::run::once;
use super::{Engine, Error, Operation, Right};
use crate::change::{Context, Decision};
use crate::event::{Keyspace, Lane};
use crate::ports::store::{Lease, OutboxBacklog};
use crate::record::Whole;
use crate::values::{Actor, Digest, FirmId};

/// The most batches of events, and of messages, that one call works on.
const BATCHES: usize = 32;
/// How long after something could not be worked out it is tried again.
const ANEW_AFTER: Duration = Duration::from_secs(10);
const SIGN_IN_ANEW_AFTER: Duration = Duration::from_secs(2);

/// Does what is due: tells people, feeds the index of addresses, sweeps.
///
/// Call it from any node, as often as you like: every second or so, and after each commit of somebody signed in. (Called
/// because somebody asked to sign in, it would tell by the time of the next answers whether a mail goes to them.) What one node works on no other
/// does, for as long as a lease lasts; a node that dies in the middle loses nothing, and another goes on once the lease ends.
///
/// Sign-in mail waits behind nothing of the outbox: it is looked for first, and again between batches of anything else. So
/// that it does not wait for a slow mail server either, call [`run_sign_in`](Self::run_sign_in) from a task of its own.
///
/// # Examples
/// ```no_run
/// # async fn every_second(portal: portal_core::Portal) -> Result<(), portal_core::Error> {
/// while portal.worker().run_due().await?.more {}
/// # Ok(()) }
/// ```
#[derive(Debug, Clone)]
pub struct Worker {
    engine: Arc<Engine>,
}

/// What one call did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkReport {
    /// Events worked out, each page of its recipients counted.
    pub events: usize,
    /// Recipients found in them.
    pub recipients: usize,
    /// Uploads that waited for the scanner and got its answer.
    pub scanned: usize,
    /// Messages sent.
    pub sent: usize,
    /// Messages that should not be sent any more.
    pub dropped: usize,
    /// Messages to be tried again later.
    pub postponed: usize,
    /// Messages given up: staff see them in the delivery ledger.
    pub dead: usize,
    /// Records and bytes that nobody needs any more, taken away.
    pub swept: usize,
    /// Steps that could not be done now, and will be tried again by themselves.
    pub failed: usize,
    /// Whether more is waiting that could be done at once: call again.
    pub more: bool,
}

impl WorkReport {
    /// Whether anything was done.
    pub fn did_something(&self) -> bool {
        self.events + self.scanned + self.sent + self.dropped + self.postponed + self.dead + self.swept > 0
    }
}

impl Worker {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Does what is due, and a bounded amount of it; the report says whether more is waiting.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`](super::ErrorKind::Unavailable) when store or entropy cannot be reached. What was claimed is free again when
    /// its lease ends.
    pub async fn run_due(&self) -> Result<WorkReport, Error> {
        let engine = self.authorize()?;
        let mut report = WorkReport::default();
        sign_in(engine, &mut report).await?;
        // All that is known is worked out before mails go, so that what was uploaded together is told together.
        for batch in 1..=BATCHES {
            let more = expand::batch(engine, Lane::Ordinary, &mut report).await?;
            sign_in(engine, &mut report).await?;
            if !more {
                break;
            }
            report.more |= batch == BATCHES;
        }
        for batch in 1..=BATCHES {
            let more = deliver::batch(engine, Lane::Ordinary, &mut report).await?;
            sign_in(engine, &mut report).await?;
            if !more {
                break;
            }
            report.more |= batch == BATCHES;
        }
        sweep::run(engine, &mut report).await?;
        Ok(report)
    }

    /// Does what is due of sign-in mail alone, and nothing else.
    ///
    /// # Errors
    /// As for [`run_due`](Self::run_due).
    pub async fn run_sign_in(&self) -> Result<WorkReport, Error> {
        let mut report = WorkReport::default();
        sign_in(self.authorize()?, &mut report).await?;
        Ok(report)
    }

    /// Asks the scanner about the uploads that wait for it, and makes of them what they were to become: nothing without a
    /// [scanner](crate::PortalBuilder::scanner). It takes as long as the scanner takes: call it from a task of its own, every
    /// minute or so.
    ///
    /// # Errors
    /// As for [`run_due`](Self::run_due).
    pub async fn run_scans(&self) -> Result<WorkReport, Error> {
        let mut report = WorkReport::default();
        scan::run(self.authorize()?, &mut report).await?;
        Ok(report)
    }

    /// What waits in the outbox, for health pages.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`](super::ErrorKind::Unavailable) when the store cannot be reached.
    pub async fn backlog(&self) -> Result<OutboxBacklog, Error> {
        Ok(self.authorize()?.store.backlog().await?)
    }

    fn authorize(&self) -> Result<&Engine, Error> {
        Unguarded::of(Right::Worker, Operation::RunDue).map(|_| &*self.engine)
    }
}

/// The lane of sign-in mail: until it is empty, or a bounded number of batches.
async fn sign_in(engine: &Engine, report: &mut WorkReport) -> Result<(), Error> {
    for _ in 0..BATCHES {
        let events = expand::batch(engine, Lane::SignIn, report).await?;
        let messages = deliver::batch(engine, Lane::SignIn, report).await?;
        if !events && !messages {
            return Ok(());
        }
    }
    report.more = true;
    Ok(())
}

/// A lease for one claim, held by a number that nobody else has.
fn lease(engine: &Engine, lane: Lane) -> Result<Lease, Error> {
    let now = engine.clock.now();
    let holder = Digest::from_bytes(engine.entropy.draw()?).leading_u128();
    Ok(Lease { holder, now, until: now + engine.timing.lease_of(lane) })
}

/// Commits what a step decided, once. What was changed meanwhile is left for the next call, which reads it anew.
async fn commit(
    engine: &Engine,
    firm: FirmId,
    decide: impl FnOnce(&Context) -> Decision<Whole>,
) -> Result<bool, Error> {
    once(engine, Keyspace::Firm(firm), Actor::Worker, decide).await
}
