//! What happened, and the chains it is linked into.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use async_trait::async_trait;

use super::MemoryStore;
use super::commit::space_of;
use super::paging::{page, position, sorted_page};
use super::rows::Space;
use crate::audit::{self, ChainKey, Link};
use crate::change::Version;
use crate::event::{Event, Happened, Keyspace};
use crate::ports::store::{ActivityQuery, AuditReads, Changes, StoreError};
use crate::record::Key;
use crate::values::{ClientId, EventId, FirmId, Note, Page, PageRequest};

/// Every event in the order in which it was committed, and the chains.
#[derive(Debug, Default)]
pub(super) struct History {
    events: Vec<Happened>,
    by_id: BTreeMap<(Keyspace, EventId), usize>,
    /// By client; what happened at none is under `None`.
    at_client: BTreeMap<(FirmId, Option<ClientId>), Vec<usize>>,
    chains: BTreeMap<(Space, ChainKey), Vec<Linked>>,
}

/// A link, and where its events stand.
type Linked = (Link, Vec<usize>);

impl History {
    /// Appends the events of a commit, links them, and gives them back as they happened.
    pub(super) fn append(&mut self, changes: &Changes) -> Vec<Happened> {
        let first = self.events.len();
        let keyspace = changes.command.keyspace;
        let happened: Vec<Happened> = changes
            .events
            .iter()
            .enumerate()
            .map(|(index, event)| Happened {
                id: changes.event_id(index),
                keyspace,
                at: changes.at,
                actor: changes.command.actor,
                event: event.clone(),
            })
            .collect();
        for (index, event) in (first..).zip(&happened) {
            self.by_id.insert((keyspace, event.id), index);
            if let Keyspace::Firm(firm) = keyspace {
                self.at_client.entry((firm, event.event.client())).or_default().push(index);
            }
        }
        for (chain, digest, indices) in changes.chains() {
            let links = self.chains.entry((space_of(keyspace), chain)).or_default();
            let previous = links.last().map(|(link, _)| (link.sequence, link.head));
            links.push((audit::link(previous, digest), indices.into_iter().map(|index| first + index).collect()));
        }
        self.events.extend(happened.iter().cloned());
        happened
    }

    /// A page of what happened at a client, or at none, the latest first.
    fn latest(&self, at: (FirmId, Option<ClientId>), request: &PageRequest) -> Page<Happened> {
        let indices = self.at_client.get(&at).map(Vec::as_slice).unwrap_or_default();
        let before: Option<Reverse<usize>> = position(request);
        let latest_first = indices
            .iter()
            .rev()
            .filter(|index| before.is_none_or(|Reverse(before)| **index < before))
            .filter_map(|index| Some((Reverse(*index), self.events.get(*index)?.clone())));
        page(request, latest_first)
    }

    /// A page of what is looked for.
    fn found(&self, at: (FirmId, Option<ClientId>), query: &ActivityQuery, request: &PageRequest) -> Page<Happened> {
        let indices = self.at_client.get(&at).map(Vec::as_slice).unwrap_or_default();
        let all = indices.iter().filter_map(|index| Some((*index, self.events.get(*index)?)));
        let found = all.filter(|(_, happened)| query.fits(happened));
        // Without times all stand at one, and in the order of their commits.
        let time = |happened: &Happened| if query.between.is_some() { happened.at.as_micros() } else { 0 };
        sorted_page(request, found.map(|(index, it)| (Reverse((time(it), index)), it.clone())))
    }

    pub(super) fn erase_notes(&mut self, keyspace: Keyspace, events: Option<&[EventId]>) {
        let all = self.events.iter_mut().filter(|it| it.keyspace == keyspace);
        let meant = all.filter(|it| events.is_none_or(|ids| ids.contains(&it.id)));
        meant.flat_map(|it| it.event.notes_mut()).for_each(Note::erase);
    }

    pub(super) fn event(&self, keyspace: Keyspace, id: EventId) -> Option<&Happened> {
        self.by_id.get(&(keyspace, id)).and_then(|index| self.events.get(*index))
    }
}

#[async_trait]
impl AuditReads for MemoryStore {
    async fn activity(
        &self,
        firm: FirmId,
        client: ClientId,
        request: &PageRequest,
    ) -> Result<Page<Happened>, StoreError> {
        Ok(self.state().history.latest((firm, Some(client)), request))
    }

    async fn firm_activity(&self, firm: FirmId, request: &PageRequest) -> Result<Page<Happened>, StoreError> {
        Ok(self.state().history.latest((firm, None), request))
    }

    async fn found_activity(
        &self,
        firm: FirmId,
        client: Option<ClientId>,
        query: &ActivityQuery,
        request: &PageRequest,
    ) -> Result<Page<Happened>, StoreError> {
        Ok(self.state().history.found((firm, client), query, request))
    }

    async fn events(&self, keyspace: Keyspace, events: &[EventId]) -> Result<Vec<Happened>, StoreError> {
        let state = self.state();
        Ok(events.iter().filter_map(|id| state.history.event(keyspace, *id).cloned()).collect())
    }

    async fn links(
        &self,
        keyspace: Keyspace,
        chain: ChainKey,
        after: u64,
        limit: usize,
    ) -> Result<Vec<(Link, Vec<String>)>, StoreError> {
        let state = self.state();
        let links = state.history.chains.get(&(space_of(keyspace), chain)).map(Vec::as_slice).unwrap_or_default();
        let payloads = |indices: &[usize]| {
            indices
                .iter()
                .filter_map(|index| state.history.events.get(*index))
                .map(|it| Event::payload(&it.event))
                .collect()
        };
        Ok(links
            .iter()
            .filter(|(link, _)| link.sequence > after)
            .take(limit)
            .map(|(link, indices)| (*link, payloads(indices)))
            .collect())
    }

    async fn version_of(&self, keyspace: Keyspace, key: Key) -> Result<Option<Version>, StoreError> {
        Ok(self.state().rows.version((space_of(keyspace), key)))
    }
}
