//! Stores that are wrong on purpose: a comparison that does not notice them is worth nothing.

use std::any::Any;
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::change::Write;
use portal_core::event::Event;
use portal_core::memory::MemoryStore;
use portal_core::ports::store::{Changes, ClaimedEvent, Committed};
use portal_core::sharing::{self, Ancestry, Audience};
use portal_core::testing::{Watch, WatchedStore};

/// What is wrong with a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Bug {
    /// What a commit rests on and does not change is not looked at.
    ExpectIgnored,
    /// Grants are read without their end.
    UntilIgnored,
    /// A name is settled, and nobody is told which.
    SettledNameNotTold,
    /// Something that was shared never comes out of the outbox.
    OutboxEventLost,
    /// A grant to one contact is read as one to all.
    AudienceDropped,
    /// A commit's last event is in no chain.
    EventLost,
}

impl Bug {
    pub(crate) const ALL: [Self; 6] = [
        Self::ExpectIgnored,
        Self::UntilIgnored,
        Self::SettledNameNotTold,
        Self::OutboxEventLost,
        Self::AudienceDropped,
        Self::EventLost,
    ];

    /// A store in memory that is wrong so.
    pub(crate) fn planted(self) -> Arc<WatchedStore> {
        Arc::new(WatchedStore::new(Arc::new(MemoryStore::new()), Arc::new(self)))
    }

    fn falsify_ancestry(self, ancestry: &mut Ancestry) {
        for grant in ancestry.steps.iter_mut().flat_map(|step| &mut step.grants) {
            match self {
                Self::UntilIgnored => grant.value.until = None,
                Self::AudienceDropped => grant.value.audience = Audience::AllContacts,
                _ => {}
            }
        }
    }
}

#[async_trait]
impl Watch for Bug {
    fn instead_of(&self, changes: &Changes) -> Option<Changes> {
        let mut instead = changes.clone();
        match self {
            Self::ExpectIgnored => instead.writes.retain(|write| !matches!(write, Write::Expect(..))),
            Self::EventLost if instead.events.len() > 1 => drop(instead.events.pop()),
            _ => return None,
        }
        Some(instead)
    }

    fn falsify(&self, _method: &'static str, answer: &mut (dyn Any + Send)) {
        if let Some(Some(ancestry)) = answer.downcast_mut::<Option<Ancestry>>() {
            self.falsify_ancestry(ancestry);
        }
        if let Some(granted) = answer.downcast_mut::<Vec<Ancestry>>() {
            granted.iter_mut().for_each(|ancestry| self.falsify_ancestry(ancestry));
        }
        if let (Self::SettledNameNotTold, Some(committed)) = (self, answer.downcast_mut::<Committed>()) {
            committed.settled.clear();
        }
        if let (Self::OutboxEventLost, Some(claimed)) = (self, answer.downcast_mut::<Vec<ClaimedEvent>>()) {
            let is_share = |event: &Event| matches!(event, Event::Sharing(sharing::Event::Shared { .. }));
            claimed.retain(|claimed| !is_share(&claimed.happened.event));
        }
    }
}
