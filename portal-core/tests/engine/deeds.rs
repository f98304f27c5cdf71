//! What was really done, as the store saw it: what somebody is told of what they did is no proof of it.

use std::sync::Mutex;

use async_trait::async_trait;
use portal_core::change::Write;
use portal_core::event::{Event, Keyspace};
use portal_core::files;
use portal_core::ports::store::StoreError;
use portal_core::testing::{Watch, WatchedCall};
use portal_core::values::Actor;

/// Something that was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Deed {
    /// A commit that changed something.
    Changed { by: Actor, at: Keyspace },
    /// A commit that noted a download and changed nothing.
    Noted { by: Actor },
    /// A message that went, or was given up.
    Settled,
}

/// Everything that was done, until it is taken.
#[derive(Debug, Default)]
pub(crate) struct Deeds(Mutex<Vec<Deed>>);

impl Deeds {
    /// What was done since this was last asked.
    pub(crate) fn take(&self) -> Vec<Deed> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

#[async_trait]
impl Watch for Deeds {
    async fn after(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        let deed = match (call.name, call.changes) {
            ("settle", _) => Deed::Settled,
            (_, Some(changes)) => {
                let (by, at) = (changes.command.actor, changes.command.keyspace);
                let only_guards = changes.writes.iter().all(|write| matches!(write, Write::Expect(..)));
                let download = |event: &Event| matches!(event, Event::Files(files::Event::Downloaded { .. }));
                match only_guards && changes.events.iter().all(download) {
                    true => Deed::Noted { by },
                    false => Deed::Changed { by, at },
                }
            }
            _ => return Ok(()),
        };
        self.0.lock().unwrap().push(deed);
        Ok(())
    }
}
