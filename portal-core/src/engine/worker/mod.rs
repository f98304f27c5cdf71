//! What happens by itself: delivery, feeding the index, sweeping. Every step is safe on many nodes at once.

mod identity;
mod sweep;

pub(crate) use identity::{Issue, follow_contact, issue, sweep_identity, tell_firms};
pub(crate) use sweep::condemn_upload;

use super::caller::{Authority, Caller};
use super::{Engine, Error, Operation, Right};
use crate::change::Write;
use crate::event::Keyspace;
use crate::record::Whole;
use crate::values::Actor;

/// The portal itself, acting in one keyspace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkerCaller {
    pub(crate) keyspace: Keyspace,
}

/// The portal may do what it is for.
#[derive(Debug)]
pub(crate) struct WorkerAuthority;

impl Authority for WorkerAuthority {
    fn guards(&self) -> Vec<Write<Whole>> {
        Vec::new()
    }
}

impl Caller for WorkerCaller {
    type Authority = WorkerAuthority;

    fn actor(&self) -> Actor {
        Actor::Worker
    }

    fn keyspace(&self) -> Keyspace {
        self.keyspace
    }

    async fn authorize(&self, _engine: &Engine, operation: Operation) -> Result<WorkerAuthority, Error> {
        match operation.right() {
            Right::Worker => Ok(WorkerAuthority),
            _ => Err(Error::Denied),
        }
    }
}
