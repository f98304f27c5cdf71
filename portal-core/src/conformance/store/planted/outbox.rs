//! Bugs in the outbox.

use std::time::Duration;

use super::broken::{Bug, Layer};
use crate::event::Keyspace;
use crate::event::Lane;
use crate::notifications::{Message, MessageState, NewMessage, Settlement};
use crate::ports::store::{
    ClaimedEvent, ClaimedMessage, Deliveries as _, DeliveryQuery, EventProgress, Lease, Outbox as _, OutboxBacklog,
    StoreError,
};
use crate::values::{AddressKey, Digest, EventId, FirmId, Id as _, MessageId, Page, PageRequest, Timestamp};

const HOUR: Duration = Duration::from_secs(3_600);

type Answer<T> = Result<T, StoreError>;

impl Layer {
    pub(super) async fn claim_events(&self, lane: Lane, lease: &Lease, limit: usize) -> Answer<Vec<ClaimedEvent>> {
        let early = self.has(Bug::EventLeasesIgnored);
        let lease = Lease { now: if early { lease.now + HOUR } else { lease.now }, ..*lease };
        let mut claims = if self.has(Bug::EventsNewestFirst) {
            let mut all = self.inner.claim_events(lane, &lease, usize::MAX).await?;
            all.reverse();
            all.truncate(limit);
            all
        } else {
            self.inner.claim_events(lane, &lease, limit).await?
        };
        for claim in &mut claims {
            self.holders.lock().unwrap().insert(claim.happened.id.as_u128(), claim.holder);
            if self.has(Bug::ExpansionsStartOver) {
                claim.cursor = None;
            }
        }
        Ok(claims)
    }

    pub(super) async fn stage(
        &self,
        claim: &ClaimedEvent,
        messages: &[NewMessage],
        progress: &EventProgress,
    ) -> Answer<bool> {
        let mut claim = claim.clone();
        if self.has(Bug::StaleStaged) {
            let holders = self.holders.lock().unwrap();
            claim.holder = holders.get(&claim.happened.id.as_u128()).copied().unwrap_or(claim.holder);
        }
        let mut messages = messages.to_vec();
        for (number, message) in messages.iter_mut().enumerate() {
            if self.has(Bug::NothingJoins) {
                message.batch = None;
            }
            if self.has(Bug::ToldAgain) && message.batch.is_none() {
                let bits =
                    Digest::of_parts(&[&message.event.as_u128().to_be_bytes(), &[u8::try_from(number).unwrap()]]);
                message.event = EventId::from_u128(bits.leading_u128());
            }
        }
        self.inner.stage(&claim, &messages, progress).await
    }

    pub(super) async fn claim_messages(&self, lane: Lane, lease: &Lease, limit: usize) -> Answer<Vec<ClaimedMessage>> {
        let early = self.has(Bug::MessageLeasesIgnored) || self.has(Bug::DueEarly);
        let lease = Lease { now: if early { lease.now + HOUR } else { lease.now }, ..*lease };
        let mut claims = self.inner.claim_messages(lane, &lease, limit).await?;
        if self.has(Bug::TwoToOneAddress) || self.has(Bug::NewerBeforeTried) {
            claims.extend(self.out_of_line(&lease).await?);
        }
        if self.has(Bug::LanesShared) {
            let other = if lane == Lane::Ordinary { Lane::SignIn } else { Lane::Ordinary };
            claims.extend(self.inner.claim_messages(other, &lease, limit).await?);
        }
        for claim in &mut claims {
            self.holders.lock().unwrap().insert(claim.message.id.as_u128(), claim.holder);
            claim.message.tries -= u32::from(self.has(Bug::TriesUncounted));
        }
        Ok(claims)
    }

    pub(super) async fn settle(&self, claim: &ClaimedMessage, settlement: &Settlement, now: Timestamp) -> Answer<bool> {
        let mut claim = claim.clone();
        if self.has(Bug::StaleSettled) {
            let holders = self.holders.lock().unwrap();
            claim.holder = holders.get(&claim.message.id.as_u128()).copied().unwrap_or(claim.holder);
        }
        let settlement = match settlement {
            Settlement::Sent if self.has(Bug::SentClaimedAgain) => Settlement::Again { at: now, error: String::new() },
            Settlement::Dead { .. } if self.has(Bug::ErrorsLost) => Settlement::Dead { error: String::new() },
            settlement => settlement.clone(),
        };
        self.inner.settle(&claim, &settlement, now).await
    }

    pub(super) async fn backlog(&self) -> Answer<OutboxBacklog> {
        if self.has(Bug::BacklogEmpty) { Ok(OutboxBacklog::default()) } else { self.inner.backlog().await }
    }

    pub(super) async fn deliveries(
        &self,
        firm: FirmId,
        query: &DeliveryQuery,
        page: &PageRequest,
    ) -> Answer<Page<Message>> {
        let client = query.client.filter(|_| !self.has(Bug::LedgerOfAllClients));
        self.inner.deliveries(firm, &DeliveryQuery { client, ..query.clone() }, page).await
    }

    pub(super) async fn delivery(&self, firm: FirmId, message: MessageId) -> Answer<Option<Message>> {
        let found = self.inner.delivery(firm, message).await?;
        if found.is_some() || !self.has(Bug::LedgerWithSignIns) {
            return Ok(found);
        }
        let address = Keyspace::Address(AddressKey::from_bits(7));
        let of_firm = |found: &Message| found.id == message && found.firm == firm;
        Ok(self.inner.messages(address, None).await?.into_iter().find(of_firm))
    }

    /// What is due and waits for another message of its address.
    async fn out_of_line(&self, lease: &Lease) -> Answer<Vec<ClaimedMessage>> {
        let firm = Keyspace::Firm(FirmId::from_bits(1));
        let waiting = self.inner.messages(firm, Some(MessageState::Waiting)).await?;
        let due = waiting.iter().filter(|message| message.due_at <= lease.now && message.tries == 0);
        let behind = due.filter(|message| {
            waiting.iter().any(|other| other.address == message.address && other.tries > 0 && other.id != message.id)
        });
        Ok(behind.map(|message| ClaimedMessage { message: message.clone(), holder: lease.holder }).collect())
    }
}
