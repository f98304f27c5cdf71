//! What a message speaks of: its events, and of uploads those that are still due.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::compose::Nothing;
use crate::directory::Firm;
use crate::engine::Engine;
use crate::event::{DeliveryEvent, Event, Happened};
use crate::notifications::{DropReason, Listing, Message, Sight, Standing, mentioned};
use crate::ports::store::StoreError;
use crate::sharing::{self, Ancestry};
use crate::values::{Actor, ContactId, EventId, FirmId, GrantId, NodeId};

/// How many events of a message are held in memory at once.
const EVENTS: usize = 200;
/// How many uploaders a mail names.
const UPLOADERS: usize = 3;

/// The uploads that a message speaks of, as far as its reader may know of them.
pub(super) struct Uploads {
    /// What a mail lists of them.
    pub(super) listing: Listing,
    /// The first of them, where it lies.
    pub(super) first: Ancestry,
    /// The contacts among who uploaded, the first few.
    pub(super) contacts: Vec<Actor>,
    /// The folder that the message speaks of, unless it is gone.
    pub(super) folder: Option<Ancestry>,
}

impl Uploads {
    /// Those that are there still, and open to whoever reads of them.
    pub(super) async fn due(engine: &Engine, message: &Message, firm: &Firm, sight: &Sight) -> Result<Self, Nothing> {
        let now = engine.clock.now();
        let (mut listing, mut first, mut contacts, mut folder) = (Listing::default(), None, Vec::new(), None);
        let mut best = Standing::Removed;
        let mut seen = BTreeSet::new();
        let mut events = Events::of(message);
        while let Some(chunk) = events.next(engine).await? {
            let told: Vec<_> = chunk.iter().filter_map(mentioned).filter(|told| seen.insert(told.document)).collect();
            let documents = told.iter().map(|told| told.document.into());
            let nodes = documents.chain(message.folder.map(NodeId::from));
            let mut found = Found::of(engine, message.firm, nodes, sight.contacts()).await?;
            for told in told {
                let document = found.0.remove(&told.document.into());
                let stands = sight.standing(document.as_ref(), now);
                best = best.min(stands);
                let Some(document) = document.filter(|_| stands == Standing::Due) else { continue };
                let Some(step) = document.node() else { continue };
                listing.add(&step.name, told.new_version, firm.settings.file_names_in_mail);
                let of_contact = matches!(told.by, Actor::Contact(_)) && !contacts.contains(&told.by);
                if of_contact && contacts.len() < UPLOADERS {
                    contacts.push(told.by);
                }
                first.get_or_insert(document);
            }
            folder = message.folder.and_then(|folder| found.0.remove(&folder.into()));
        }
        let first = first.ok_or(best.drop_reason().unwrap_or(DropReason::NothingLeft))?;
        Ok(Self { listing, first, contacts, folder })
    }
}

/// What an event shared, and by which grant, if it shared something.
pub(super) fn shared_by(happened: &Happened) -> Option<(GrantId, NodeId)> {
    match &happened.event {
        Event::Sharing(
            sharing::Event::Shared { grant, node, .. } | sharing::Event::TermsChanged { grant, node, .. },
        ) => Some((*grant, *node)),
        _ => None,
    }
}

/// What is asked for by id, where it lies now.
pub(super) struct Found(pub(super) BTreeMap<NodeId, Ancestry>);

impl Found {
    /// As far as these contacts and all contacts are concerned; one query, however many nodes.
    pub(super) async fn of(
        engine: &Engine,
        firm: FirmId,
        nodes: impl IntoIterator<Item = NodeId>,
        contacts: &[ContactId],
    ) -> Result<Self, StoreError> {
        let nodes: Vec<NodeId> = nodes.into_iter().collect();
        let found = if nodes.is_empty() { Vec::new() } else { engine.store.ancestries(firm, &nodes, contacts).await? };
        Ok(Self(found.into_iter().filter_map(|ancestry| Some((ancestry.node()?.node, ancestry))).collect()))
    }
}

/// The events that a message speaks of, some at a time; those of an earlier message in place of its being sent once more.
pub(super) struct Events<'a> {
    message: &'a Message,
    waiting: VecDeque<EventId>,
    followed: BTreeSet<EventId>,
}

impl<'a> Events<'a> {
    pub(super) fn of(message: &'a Message) -> Self {
        Self { message, waiting: message.events.iter().copied().collect(), followed: BTreeSet::new() }
    }

    /// The next of them; `None` at the end.
    pub(super) async fn next(&mut self, engine: &Engine) -> Result<Option<Vec<Happened>>, StoreError> {
        if self.waiting.is_empty() {
            return Ok(None);
        }
        let ids: Vec<EventId> = self.waiting.drain(..self.waiting.len().min(EVENTS)).collect();
        let mut chunk = Vec::with_capacity(ids.len());
        for happened in engine.store.events(self.message.keyspace, &ids).await? {
            let Event::Delivery(DeliveryEvent::Resent { message, .. }) = &happened.event else {
                chunk.push(happened);
                continue;
            };
            let earlier = engine.store.delivery(self.message.firm, *message).await?;
            if let Some(earlier) = earlier.filter(|_| self.followed.insert(happened.id)) {
                self.waiting.extend(earlier.events);
            }
        }
        Ok(Some(chunk))
    }
}
