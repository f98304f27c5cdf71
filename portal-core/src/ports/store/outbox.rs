//! The outbox: what was committed and still has to be told.

use async_trait::async_trait;

use super::StoreError;
use crate::event::Lane;
use crate::event::{Happened, Keyspace};
use crate::notifications::{Message, MessageState, NewMessage, Settlement};
use crate::values::{ClientId, ContactId, Cursor, EventId, FirmId, MemberId, MessageId, Page, PageRequest, Timestamp};

/// The right to work on something for a while. Who holds it is told by a number that nobody else has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lease {
    /// Random, made anew for each claim.
    pub holder: u128,
    /// The time of the claim.
    pub now: Timestamp,
    /// From then on somebody else may claim it.
    pub until: Timestamp,
}

/// An event whose recipients are being worked out, under a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedEvent {
    /// The event.
    pub happened: Happened,
    /// Where the expansion stands: `None` at its start.
    pub cursor: Option<Cursor>,
    /// Who holds it.
    pub holder: u128,
}

/// How an expansion goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventProgress {
    /// There are more recipients, from this cursor on.
    More(Cursor),
    /// Everybody was reached.
    Done,
    /// It could not be worked out now: try again then.
    Again(Timestamp),
}

/// A message that is being sent, under a lease.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedMessage {
    /// The message; its `tries` counts this one.
    pub message: Message,
    /// Who holds it.
    pub holder: u128,
}

/// What waits, for health pages and for deciding when to look again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxBacklog {
    /// Events not expanded.
    pub events: u64,
    /// Messages not settled.
    pub messages: u64,
    /// When the next message is due, or was.
    pub next_due_at: Option<Timestamp>,
}

/// Which messages of a firm are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeliveryQuery {
    /// Only those about this client.
    pub client: Option<ClientId>,
    /// Only those that were given up.
    pub dead_only: bool,
    /// Only those about clients that this member is assigned to.
    pub assigned_to: Option<MemberId>,
}

impl DeliveryQuery {
    /// The same, of those about clients that a member is assigned to.
    #[must_use]
    pub fn assigned_to(self, member: MemberId) -> Self {
        Self { assigned_to: Some(member), ..self }
    }
}

/// The delivery ledger of a firm, read by staff.
///
/// # Errors
/// Every method: [`StoreError::Unavailable`] when the store cannot be reached; [`StoreError::Corrupt`] when a row cannot be
/// read.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// The firm's messages in the firm's keyspace (sign-in mail is not among them), the last made first.
    async fn deliveries(
        &self,
        firm: FirmId,
        query: &DeliveryQuery,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError>;
    /// The firm's messages to a contact, the last made first.
    async fn deliveries_to(
        &self,
        firm: FirmId,
        contact: ContactId,
        page: &PageRequest,
    ) -> Result<Page<Message>, StoreError>;
    /// One of these messages.
    async fn delivery(&self, firm: FirmId, message: MessageId) -> Result<Option<Message>, StoreError>;
    /// Those of these messages that there are, in the order asked.
    async fn deliveries_by_id(&self, firm: FirmId, messages: &[MessageId]) -> Result<Vec<Message>, StoreError>;
}

/// The outbox: claims under leases, each call one short statement or transaction.
///
/// # Contract
/// - Only events that have a [`lane`](crate::event::Event::lane) enter it, in the order of their commits.
/// - A claim gives nothing that somebody else holds a lease on whose `until` lies after the claim's `now`.
/// - A claim counts as a try at once: a message that was claimed is joined by nothing any more.
/// - Staging and settling do nothing, and say `false`, when the lease was lost: the holder is not the one on record.
/// - A message that hastens another joins it, and makes none where none waits.
/// - Staging the same (event, address, kind) twice makes one message, or joins one, once.
/// - A message is claimable when it waits, is due, and no other message of its lane to the same address of the same firm is
///   held, or is older and still waiting though it was tried already: one at a time, in order. Of several that are due, the
///   one due first goes first.
///
/// # Errors
/// Every method: [`StoreError::Unavailable`] when the store cannot be reached, and then what it was to do may have been done;
/// [`StoreError::Corrupt`] when a row cannot be read.
#[async_trait]
pub trait Outbox: Deliveries {
    /// Claims up to `limit` events of a lane, oldest first. Sign-in asks are of [`Lane::SignIn`], all others ordinary.
    async fn claim_events(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedEvent>, StoreError>;
    /// Stages messages for a claimed event and notes how its expansion goes on, which also ends the claim.
    async fn stage(
        &self,
        claim: &ClaimedEvent,
        messages: &[NewMessage],
        progress: &EventProgress,
    ) -> Result<bool, StoreError>;
    /// Claims up to `limit` messages of a lane that are due, at most one an address.
    async fn claim_messages(&self, lane: Lane, lease: &Lease, limit: usize) -> Result<Vec<ClaimedMessage>, StoreError>;
    /// Settles a claimed message.
    async fn settle(&self, claim: &ClaimedMessage, settlement: &Settlement, now: Timestamp)
    -> Result<bool, StoreError>;
    /// Erases from these messages of a keyspace what names people: the address, for which [`Message::nowhere`] stands from then
    /// on, and what was said of it. One that waits is dropped, whoever is sending it; that there was one, and when, stays.
    async fn erase_messages(&self, keyspace: Keyspace, messages: &[MessageId]) -> Result<(), StoreError>;
    /// Erases the personal texts of these events of a keyspace, or of all that it has: their digests stay, so that every chain
    /// holds.
    async fn erase_notes(&self, keyspace: Keyspace, events: Option<&[EventId]>) -> Result<(), StoreError>;
    /// What waits.
    async fn backlog(&self) -> Result<OutboxBacklog, StoreError>;
    /// The messages of a keyspace in a state, for suites and simulations; in the order in which they were made.
    async fn messages(&self, keyspace: Keyspace, state: Option<MessageState>) -> Result<Vec<Message>, StoreError>;
}
