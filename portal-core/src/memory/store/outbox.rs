//! The outbox: events to expand and messages to send, each under a lease.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;

use super::MemoryStore;
use super::paging::sorted_page;
use crate::event::Lane;
use crate::event::{Happened, Keyspace};
use crate::notifications::{DropReason, MailKind, Message, MessageState, NewMessage, Recipient, Settlement};
use crate::ports::store::{
    ClaimedEvent, ClaimedMessage, Deliveries, DeliveryQuery, EventProgress, Lease, Outbox, OutboxBacklog, StoreError,
};
use crate::values::{ContactId, Cursor, EmailAddress, EventId, FirmId, MessageId, Note, Page, PageRequest, Timestamp};

/// What waits to be told.
#[derive(Debug, Default)]
pub(super) struct Queues {
    /// Events whose recipients are not all worked out, by the order of their commits.
    events: BTreeMap<u64, WaitingEvent>,
    numbers: BTreeMap<(Keyspace, EventId), u64>,
    committed: u64,
    /// Every message ever made, in the order in which it was.
    messages: Vec<StoredMessage>,
    by_id: BTreeMap<MessageId, usize>,
    /// What was told to whom: nothing is told twice.
    told: BTreeSet<(EventId, EmailAddress, MailKind)>,
    /// The messages that wait, by when they are due…
    due: BTreeSet<(Lane, Timestamp, usize)>,
    /// …and by where they go.
    waiting: BTreeMap<Line, BTreeSet<usize>>,
}

/// Where messages wait for one another.
type Line = (Lane, FirmId, EmailAddress);

#[derive(Debug)]
struct WaitingEvent {
    happened: Happened,
    cursor: Option<Cursor>,
    not_before: Option<Timestamp>,
    held: Option<Held>,
}

#[derive(Debug)]
struct StoredMessage {
    message: Message,
    held: Option<Held>,
}

impl StoredMessage {
    fn line(&self) -> Line {
        (self.message.kind.lane(), self.message.firm, self.message.address.clone())
    }
}

/// Who works on something, and until when nobody else may.
#[derive(Debug, Clone, Copy)]
struct Held {
    holder: u128,
    until: Timestamp,
}

impl Held {
    fn by(lease: &Lease) -> Option<Self> {
        Some(Self { holder: lease.holder, until: lease.until })
    }
}

fn is_held(held: Option<Held>, now: Timestamp) -> bool {
    held.is_some_and(|held| held.until > now)
}

impl Queues {
    /// Takes in what a commit told.
    pub(super) fn append(&mut self, happened: Vec<Happened>) {
        for happened in happened.into_iter().filter(|it| it.event.lane().is_some()) {
            self.committed += 1;
            self.numbers.insert((happened.keyspace, happened.id), self.committed);
            self.events.insert(self.committed, WaitingEvent { happened, cursor: None, not_before: None, held: None });
        }
    }

    fn claim_events(&mut self, lane: Lane, lease: &Lease, limit: usize) -> Vec<ClaimedEvent> {
        self.events
            .values_mut()
            .filter(|waiting| waiting.happened.event.lane() == Some(lane) && !is_held(waiting.held, lease.now))
            .filter(|waiting| waiting.not_before.is_none_or(|at| at <= lease.now))
            .take(limit)
            .map(|waiting| {
                waiting.held = Held::by(lease);
                let (happened, cursor) = (waiting.happened.clone(), waiting.cursor.clone());
                ClaimedEvent { happened, cursor, holder: lease.holder }
            })
            .collect()
    }

    fn stage(&mut self, claim: &ClaimedEvent, messages: &[NewMessage], progress: &EventProgress) -> bool {
        let name = (claim.happened.keyspace, claim.happened.id);
        let Some(number) = self.numbers.get(&name).copied() else { return false };
        let waiting = self.events.get_mut(&number);
        let Some(waiting) = waiting.filter(|it| it.held.is_some_and(|held| held.holder == claim.holder)) else {
            return false;
        };
        waiting.held = None;
        match progress {
            EventProgress::More(cursor) => waiting.cursor = Some(cursor.clone()),
            EventProgress::Again(at) => waiting.not_before = Some(*at),
            EventProgress::Done => {
                self.events.remove(&number);
                self.numbers.remove(&name);
            }
        }
        for message in messages {
            self.tell(claim.happened.keyspace, message);
        }
        true
    }

    /// Makes a message, or joins the one that waits for it, unless it was told already.
    fn tell(&mut self, keyspace: Keyspace, new: &NewMessage) {
        let told = (new.event, new.address.clone(), new.kind);
        if self.told.contains(&told) || self.by_id.contains_key(&new.id) {
            return;
        }
        self.told.insert(told);
        let line = (new.kind.lane(), new.firm, new.address.clone());
        let joined = self.waiting.get(&line).into_iter().flatten().copied();
        let joined =
            joined.into_iter().find(|index| self.messages.get(*index).is_some_and(|it| new.joins(&it.message)));
        if joined.is_none() && new.hastens {
            return;
        }
        let index = joined.unwrap_or(self.messages.len());
        self.change(index, |stored| {
            let message = &mut stored.message;
            message.events.push(new.event);
            message.due_at = new.due_at_joined(message);
        });
        if joined.is_none() {
            self.by_id.insert(new.id, index);
            self.messages.push(StoredMessage { message: new.begin(keyspace), held: None });
            self.change(index, |_| ());
        }
    }

    /// Changes a message and keeps the lists in step with it.
    fn change(&mut self, index: usize, change: impl FnOnce(&mut StoredMessage)) -> Option<&StoredMessage> {
        let stored = self.messages.get_mut(index)?;
        let lane = stored.message.kind.lane();
        self.due.remove(&(lane, stored.message.due_at, index));
        change(stored);
        let line = self.waiting.entry(stored.line()).or_default();
        if stored.message.state == MessageState::Waiting {
            self.due.insert((lane, stored.message.due_at, index));
            line.insert(index);
        } else {
            line.remove(&index);
        }
        Some(stored)
    }

    fn claim_messages(&mut self, lane: Lane, lease: &Lease, limit: usize) -> Vec<ClaimedMessage> {
        let (first, last) = (Timestamp::from_micros(i64::MIN), lease.now);
        let due: Vec<usize> = self.due.range((lane, first, 0)..=(lane, last, usize::MAX)).map(|due| due.2).collect();
        let mut claimed = Vec::new();
        for index in due {
            if claimed.len() == limit {
                break;
            }
            if !self.is_claimable(index, lease.now) {
                continue;
            }
            let held = self.change(index, |stored| {
                stored.held = Held::by(lease);
                stored.message.tries = stored.message.tries.saturating_add(1);
            });
            claimed.extend(held.map(|it| ClaimedMessage { message: it.message.clone(), holder: lease.holder }));
        }
        claimed
    }

    /// Erases what names people in a message, and drops it if it waits.
    fn erase(&mut self, keyspace: Keyspace, id: MessageId) {
        let Some(nowhere) = Message::nowhere(id) else { return };
        let Some(index) = self.by_id.get(&id).copied() else { return };
        let Some(stored) = self.messages.get(index).filter(|it| it.message.keyspace == keyspace) else { return };
        let (line, kind, was, events) =
            (stored.line(), stored.message.kind, stored.message.address.clone(), stored.message.events.clone());
        if let Some(waiting) = self.waiting.get_mut(&line) {
            waiting.remove(&index);
        }
        for event in events {
            if self.told.remove(&(event, was.clone(), kind)) {
                self.told.insert((event, nowhere.clone(), kind));
            }
        }
        self.change(index, |stored| {
            (stored.held, stored.message.address, stored.message.last_error) = (None, nowhere, None);
            if stored.message.state == MessageState::Waiting {
                stored.message.state = MessageState::Dropped(DropReason::AddressGone);
            }
        });
    }

    fn erase_notes(&mut self, keyspace: Keyspace, events: Option<&[EventId]>) {
        let waiting = self.events.values_mut().map(|waiting| &mut waiting.happened);
        let meant = waiting.filter(|it| it.keyspace == keyspace && events.is_none_or(|ids| ids.contains(&it.id)));
        meant.flat_map(|it| it.event.notes_mut()).for_each(Note::erase);
    }

    /// Whether neither this message nor another in its line is held, and no older one there waits to be tried again.
    fn is_claimable(&self, index: usize, now: Timestamp) -> bool {
        let line = self.messages.get(index).and_then(|stored| self.waiting.get(&stored.line()));
        line.into_iter()
            .flatten()
            .filter_map(|other| Some((*other, self.messages.get(*other)?)))
            .all(|(other, stored)| !is_held(stored.held, now) && (other >= index || stored.message.tries == 0))
    }

    fn settle(&mut self, claim: &ClaimedMessage, settlement: &Settlement, now: Timestamp) -> bool {
        let Some(index) = self.by_id.get(&claim.message.id).copied() else { return false };
        let held = self.messages.get(index).and_then(|stored| stored.held);
        if held.is_none_or(|held| held.holder != claim.holder) {
            return false;
        }
        self.change(index, |stored| {
            stored.held = None;
            settled(&mut stored.message, settlement, now);
        });
        true
    }
}

fn settled(message: &mut Message, settlement: &Settlement, now: Timestamp) {
    match settlement {
        Settlement::Again { at, error } => {
            (message.due_at, message.last_error) = (*at, Some(error.clone()));
            return;
        }
        Settlement::Sent => message.state = MessageState::Sent,
        Settlement::Dropped(reason) => message.state = MessageState::Dropped(*reason),
        Settlement::Dead { error } => (message.state, message.last_error) = (MessageState::Dead, Some(error.clone())),
    }
    message.settled_at = Some(now);
}

#[async_trait]
impl Deliveries for MemoryStore {
    async fn deliveries(
        &self,
        firm: FirmId,
        query: &DeliveryQuery,
        request: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let state = self.state();
        let asked_for = state
            .queues
            .messages
            .iter()
            .enumerate()
            .map(|(index, stored)| (Reverse(index), &stored.message))
            .filter(|(_, message)| message.keyspace == Keyspace::Firm(firm))
            .filter(|(_, message)| query.client.is_none_or(|client| message.client == Some(client)))
            .filter(|(_, message)| {
                let looks_after = |member| message.client.is_some_and(|it| state.rows.looks_after(firm, member, it));
                query.assigned_to.is_none_or(looks_after)
            })
            .filter(|(_, message)| !query.dead_only || message.state == MessageState::Dead);
        Ok(sorted_page(request, asked_for).map(Message::clone))
    }

    async fn deliveries_to(
        &self,
        firm: FirmId,
        contact: ContactId,
        request: &PageRequest,
    ) -> Result<Page<Message>, StoreError> {
        let state = self.state();
        let all = state.queues.messages.iter().enumerate().map(|(index, stored)| (Reverse(index), &stored.message));
        let own = all.filter(|(_, message)| {
            message.keyspace == Keyspace::Firm(firm) && message.to == Recipient::Contact(contact)
        });
        Ok(sorted_page(request, own).map(Message::clone))
    }

    async fn delivery(&self, firm: FirmId, message: MessageId) -> Result<Option<Message>, StoreError> {
        Ok(self.deliveries_by_id(firm, &[message]).await?.pop())
    }

    async fn deliveries_by_id(&self, firm: FirmId, messages: &[MessageId]) -> Result<Vec<Message>, StoreError> {
        let queues = &self.state().queues;
        let found = messages.iter().filter_map(|message| queues.messages.get(*queues.by_id.get(message)?));
        Ok(found.map(|stored| &stored.message).filter(|it| it.keyspace == Keyspace::Firm(firm)).cloned().collect())
    }
}

#[async_trait]
impl Outbox for MemoryStore {
    async fn claim_events(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedEvent>, StoreError> {
        Ok(self.state().queues.claim_events(lane, lease, limit))
    }

    async fn stage(
        &self,
        claim: &ClaimedEvent,
        messages: &[NewMessage],
        progress: &EventProgress,
    ) -> Result<bool, StoreError> {
        Ok(self.state().queues.stage(claim, messages, progress))
    }

    async fn claim_messages(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedMessage>, StoreError> {
        Ok(self.state().queues.claim_messages(lane, lease, limit))
    }

    async fn settle(
        &self,
        claim: &ClaimedMessage,
        settlement: &Settlement,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.state().queues.settle(claim, settlement, now))
    }

    async fn erase_messages(&self, keyspace: Keyspace, messages: &[MessageId]) -> Result<(), StoreError> {
        let queues = &mut self.state().queues;
        messages.iter().for_each(|message| queues.erase(keyspace, *message));
        Ok(())
    }

    async fn erase_notes(&self, keyspace: Keyspace, events: Option<&[EventId]>) -> Result<(), StoreError> {
        let state = &mut *self.state();
        state.history.erase_notes(keyspace, events);
        state.queues.erase_notes(keyspace, events);
        Ok(())
    }

    async fn backlog(&self) -> Result<OutboxBacklog, StoreError> {
        let queues = &self.state().queues;
        Ok(OutboxBacklog {
            events: queues.events.len() as u64,
            messages: queues.due.len() as u64,
            next_due_at: queues.due.iter().map(|(_, at, _)| *at).min(),
        })
    }

    async fn messages(&self, keyspace: Keyspace, state: Option<MessageState>) -> Result<Vec<Message>, StoreError> {
        let held = self.state();
        let all = held.queues.messages.iter().map(|stored| &stored.message);
        Ok(all
            .filter(|message| message.keyspace == keyspace && state.is_none_or(|state| message.state == state))
            .cloned()
            .collect())
    }
}
