//! Reads of what happened.

use async_trait::async_trait;

use crate::audit::{ChainKey, Link};
use crate::change::Version;
use crate::event::{EventTopic, Happened, Keyspace};
use crate::ports::store::StoreError;
use crate::values::{Actor, ClientId, EventId, FirmId, Page, PageRequest, Timestamp};

/// What is looked for in what happened; by itself everything.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ActivityQuery {
    /// Only this.
    pub only: Option<ActivityOnly>,
    /// Only what happened from the first of these times on, and before the second.
    pub between: Option<(Timestamp, Timestamp)>,
}

/// One thing that is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityOnly {
    /// What is about this.
    Topic(EventTopic),
    /// What this one did.
    By(Actor),
}

impl ActivityQuery {
    /// Whether it is looked for.
    pub fn fits(&self, happened: &Happened) -> bool {
        let only = match self.only {
            None => true,
            Some(ActivityOnly::Topic(topic)) => happened.event.topic() == topic,
            Some(ActivityOnly::By(actor)) => happened.actor == actor,
        };
        only && self.between.is_none_or(|(from, until)| (from..until).contains(&happened.at))
    }
}

/// Reads of what happened.
#[async_trait]
pub trait AuditReads: Send + Sync {
    /// What happened at a client, chained or only logged, the latest commit first and in it the last event first.
    async fn activity(&self, firm: FirmId, client: ClientId, page: &PageRequest) -> Result<Page<Happened>, StoreError>;
    /// What happened at a firm and at none of its clients, the latest commit first and in it the last event first.
    async fn firm_activity(&self, firm: FirmId, page: &PageRequest) -> Result<Page<Happened>, StoreError>;
    /// What is looked for in what happened at a client; with `None`, at a firm and at none of its clients. The latest commit
    /// first and in it the last event first; with times that it happened between, the latest time first, and of one time so.
    /// Where times are asked for it costs what happened between them, and otherwise no more than what it gives.
    async fn found_activity(
        &self,
        firm: FirmId,
        client: Option<ClientId>,
        query: &ActivityQuery,
        page: &PageRequest,
    ) -> Result<Page<Happened>, StoreError>;
    /// Several events by id at once, in the order asked for.
    async fn events(&self, keyspace: Keyspace, events: &[EventId]) -> Result<Vec<Happened>, StoreError>;
    /// The links of a chain that follow number `after` (0 for the start), each with the payloads of its events as they are
    /// stored now. A login's chain is one, in whichever of identity's keyspaces its commits were made or it is asked for.
    async fn links(
        &self,
        keyspace: Keyspace,
        chain: ChainKey,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(Link, Vec<String>)>, StoreError>;
    /// The version of any record, for suites that compare stores.
    async fn version_of(&self, keyspace: Keyspace, key: crate::record::Key) -> Result<Option<Version>, StoreError>;
}
