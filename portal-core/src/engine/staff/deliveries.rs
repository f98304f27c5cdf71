//! The delivery ledger.

use std::collections::{BTreeMap, BTreeSet};

use super::Staff;
use super::contacts::marked_mailbox;
use super::named::NodeNames;
use crate::change::{Context, Decision};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::mailing::Mailbox;
use crate::engine::restriction::{About, assigned_among};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::event::{DeliveryEvent, Event, Keyspace};
use crate::notifications::{Message, Recipient};
use crate::ports::store::DeliveryQuery;
use crate::record::Whole;
use crate::values::{ClientId, EventId, FileName, FolderId, MessageId, NodeId, Page, PageRequest};

/// How often over a message can have been sent once more for the ledger to say still what it speaks of.
const ONCE_MORE: usize = 20;

/// What a message speaks of, as it is called now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MailSubject {
    /// The folder that something came into, unless it is gone for good.
    pub folder: Option<(FolderId, FileName)>,
    /// The folder or document it speaks of first, unless that is gone for good.
    pub first: Option<(NodeId, FileName)>,
    /// How many times something happened that it tells of.
    pub count: usize,
}

/// The delivery ledger: every mail of the firm, and what became of it. Sign-in mail is not in it.
#[derive(Debug, Clone)]
pub struct StaffDeliveries {
    staff: Staff,
}

impl StaffDeliveries {
    pub(super) fn new(staff: Staff) -> Self {
        Self { staff }
    }

    /// The messages, the latest first; where the firm restricts its members, those about clients that they are assigned to.
    ///
    /// # Errors
    /// As for [`Staff::firm`].
    pub async fn list(&self, query: &DeliveryQuery, page: &PageRequest) -> Result<Page<Message>, Error> {
        let by = self.staff.authorize(Operation::ListDeliveries).await?;
        let query = match by.seen.is_narrowed() {
            true => &query.clone().assigned_to(by.member.id),
            false => query,
        };
        Ok(self.staff.engine.store.deliveries(self.staff.caller.firm, query, page).await?)
    }

    /// What each of these messages speaks of, in their order; nothing of what the member does not see any more.
    ///
    /// # Errors
    /// As for [`Staff::firm`].
    pub async fn subjects(&self, messages: &[Message]) -> Result<Vec<MailSubject>, Error> {
        let by = self.staff.authorize(Operation::ListDeliveries).await?;
        let (engine, firm) = (&self.staff.engine, self.staff.caller.firm);
        let clients: BTreeSet<ClientId> = messages.iter().filter_map(|message| message.client).collect();
        let seen = match by.seen.is_narrowed() {
            true => Some(assigned_among(engine, firm, by.member.id, clients).await?),
            false => None,
        };
        let is_seen = |message: &Message| {
            seen.as_ref().is_none_or(|seen| message.client.is_some_and(|client| seen.contains(&client)))
        };
        let first = self.first_events(messages).await?;
        let folders = messages.iter().filter_map(|message| Some(message.folder?.into()));
        let names = NodeNames::of(engine, firm, folders.chain(first.iter().filter_map(|(node, _)| *node))).await?;
        let named = |node: NodeId| Some((node, names.of_node(node)?));
        let subjects = messages.iter().zip(&first).map(|(message, (node, events))| match is_seen(message) {
            true => MailSubject {
                folder: message.folder.and_then(|folder| Some((folder, names.of_node(folder.into())?))),
                first: node.and_then(named),
                count: *events,
            },
            false => MailSubject::default(),
        });
        Ok(subjects.collect())
    }

    /// What the first event of each message happened to, and how many events it has; of one that was sent once more, those of
    /// the message it was at first.
    async fn first_events(&self, messages: &[Message]) -> Result<Vec<(Option<NodeId>, usize)>, Error> {
        let (engine, firm) = (&self.staff.engine, self.staff.caller.firm);
        let mut told: Vec<(Option<EventId>, usize)> = messages.iter().map(first_of).collect();
        for _ in 0..ONCE_MORE {
            let ids: BTreeSet<EventId> = told.iter().filter_map(|(event, _)| *event).collect();
            let ids: Vec<EventId> = ids.into_iter().collect();
            if ids.is_empty() {
                break;
            }
            let happened = engine.store.events(Keyspace::Firm(firm), &ids).await?;
            let events: BTreeMap<EventId, Event> = happened.into_iter().map(|one| (one.id, one.event)).collect();
            let resent = |event: Option<EventId>| match events.get(&event?) {
                Some(Event::Delivery(DeliveryEvent::Resent { message, .. })) => Some(*message),
                _ => None,
            };
            let earlier: BTreeSet<MessageId> = told.iter().filter_map(|(event, _)| resent(*event)).collect();
            if earlier.is_empty() {
                let node = |event: Option<EventId>| events.get(&event?)?.node();
                return Ok(told.into_iter().map(|(event, count)| (node(event), count)).collect());
            }
            let earlier: Vec<MessageId> = earlier.into_iter().collect();
            let earlier = engine.store.deliveries_by_id(firm, &earlier).await?;
            let earlier: BTreeMap<MessageId, &Message> = earlier.iter().map(|message| (message.id, message)).collect();
            for first in &mut told {
                if let Some(message) = resent(first.0) {
                    *first = earlier.get(&message).map_or((None, 0), |message| first_of(message));
                }
            }
        }
        Ok(vec![(None, 0); messages.len()])
    }

    /// Sends a message once more: as a new one, if its recipient still has access to what it speaks of. If mail to them was
    /// marked as coming back, it is tried again from now on.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub fn resend(&self, message: MessageId) -> Call<()> {
        self.staff.about(About::Message(message)).call(Resend { message })
    }
}

fn first_of(message: &Message) -> (Option<EventId>, usize) {
    (message.events.first().copied(), message.events.len())
}

#[derive(serde::Serialize)]
struct Resend {
    message: MessageId,
}

impl Operate for Resend {
    const OPERATION: Operation = Operation::Resend;
    type By = StaffCaller;
    type Loaded = (Message, Option<Mailbox>);
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        let message = engine.store.delivery(authority.firm, self.message).await?.ok_or(Error::NotFound)?;
        let Recipient::Contact(contact) = message.to else { return Ok((message, None)) };
        let read = engine.store.contact(authority.firm, &contact.into()).await?;
        let mailbox = match &read {
            Some(read) => marked_mailbox(engine, authority.firm, read).await?,
            None => None,
        };
        Ok((message, mailbox))
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        (message, mailbox): &Self::Loaded,
        _: &Context,
    ) -> Result<Decision<Whole>, Error> {
        let cleared = mailbox.as_ref().map_or_else(|| Decision::nothing(()), Mailbox::clear_bounce);
        Ok(cleared.event(DeliveryEvent::Resent { message: self.message, client: message.client }.into()))
    }
}
