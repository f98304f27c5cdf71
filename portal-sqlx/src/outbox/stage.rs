//! Turning an event into messages, some of which join others that wait.

use std::collections::BTreeSet;

use portal_core::event::Keyspace;
use portal_core::notifications::{Message, NewMessage};
use portal_core::ports::store::{ClaimedEvent, EventProgress, StoreError};
use portal_core::values::{EventId, MessageId};

use crate::rows::{MESSAGE, NEW_MESSAGE, WAITING, lane, mail_kind, message, new_message, space};
use crate::sql::{ROWS_AT_ONCE, Transaction, Value, tuples};

pub(super) async fn stage(
    transaction: &mut Transaction,
    claim: &ClaimedEvent,
    staged: &[NewMessage],
    progress: &EventProgress,
) -> Result<bool, StoreError> {
    if !go_on(transaction, claim, progress).await? {
        return Ok(false);
    }
    let keyspace = claim.happened.keyspace;
    for some in staged.chunks(ROWS_AT_ONCE) {
        let told = told(transaction, keyspace, some).await?;
        let waiting = waiting_for(transaction, keyspace, some).await?;
        let mut staging = Staging { keyspace, told: BTreeSet::new(), messages: waiting, events: Vec::new() };
        for (place, new) in some.iter().enumerate() {
            if !told.contains(&place) {
                staging.tell(new);
            }
        }
        staging.write(transaction, some).await?;
    }
    Ok(true)
}

/// Notes how far the expansion is and gives the lease back, if it is still held.
async fn go_on(
    transaction: &mut Transaction,
    claim: &ClaimedEvent,
    progress: &EventProgress,
) -> Result<bool, StoreError> {
    let mut values = space(claim.happened.keyspace).to_vec();
    values.extend([Value::id(claim.happened.id), Value::bits(claim.holder)]);
    let held = "lead_id = $1 AND space = $2 AND event_id = $3 AND holder = $4";
    let sql = match progress {
        EventProgress::Done => format!("DELETE FROM portal.outbox WHERE {held}"),
        EventProgress::More(cursor) => {
            values.push(Value::text(cursor.as_str()));
            format!("UPDATE portal.outbox SET holder = NULL, held_until = NULL, position = $5 WHERE {held}")
        }
        EventProgress::Again(at) => {
            values.push(Value::time(*at));
            format!("UPDATE portal.outbox SET holder = NULL, held_until = NULL, due_at = $5 WHERE {held}")
        }
    };
    Ok(transaction.run(&sql, &values).await? == 1)
}

/// The places of those whose address was told of their event already.
async fn told(
    transaction: &mut Transaction,
    keyspace: Keyspace,
    some: &[NewMessage],
) -> Result<BTreeSet<usize>, StoreError> {
    let sql = format!(
        "WITH w(place, event_id, canonical, kind, message_id) AS (VALUES {}) SELECT w.place FROM w \
         WHERE EXISTS (SELECT 1 FROM portal.message_events e WHERE e.lead_id = $1 AND e.space = $2 \
             AND e.event_id = w.event_id AND e.canonical = w.canonical AND e.kind = w.kind) \
         OR EXISTS (SELECT 1 FROM portal.messages m \
             WHERE m.lead_id = $1 AND m.space = $2 AND m.message_id = w.message_id)",
        tuples(some.len(), 5, 3)
    );
    let mut values = space(keyspace).to_vec();
    for (place, new) in some.iter().enumerate() {
        values.extend([Value::limit(place), Value::id(new.event), Value::text(new.address.canonical())]);
        values.extend([Value::Int(mail_kind(new.kind)), Value::id(new.id)]);
    }
    let rows = transaction.rows(&sql, &values).await?;
    rows.iter().map(|row| Ok(usize::try_from(row.fields().int()?).unwrap_or(usize::MAX))).collect()
}

/// The messages that wait and that one of these joins, each with the position of its next event; the first made come first.
async fn waiting_for(
    transaction: &mut Transaction,
    keyspace: Keyspace,
    some: &[NewMessage],
) -> Result<Vec<Going>, StoreError> {
    let batched: Vec<&NewMessage> = some.iter().filter(|new| new.batch.is_some()).collect();
    if batched.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "WITH w(firm_id, canonical, lane, kind, client_id, folder_id) AS (VALUES {}) \
         SELECT (SELECT max(p.position) FROM portal.message_events p \
             WHERE p.lead_id = $1 AND p.space = $2 AND p.message_id = m.message_id), {MESSAGE} \
         FROM w CROSS JOIN portal.messages m CROSS JOIN (SELECT NULL AS event_id) v \
         WHERE m.firm_id = w.firm_id AND m.canonical = w.canonical AND m.lane = w.lane AND m.kind = w.kind \
         AND m.client_id IS NOT DISTINCT FROM w.client_id AND m.folder_id IS NOT DISTINCT FROM w.folder_id \
         AND m.state = {WAITING} AND m.tries = 0 AND m.batched = 1 AND m.lead_id = $1 AND m.space = $2 ORDER BY m.number",
        tuples(batched.len(), 6, 3)
    );
    let mut values = space(keyspace).to_vec();
    for new in batched {
        values.extend([Value::id(new.firm), Value::text(new.address.canonical())]);
        values.extend([Value::Int(lane(new.kind.lane())), Value::Int(mail_kind(new.kind))]);
        values.extend([Value::maybe_id(new.client), Value::maybe_id(new.folder)]);
    }
    let mut waiting: Vec<Going> = Vec::new();
    for row in transaction.rows(&sql, &values).await? {
        let mut fields = row.fields();
        let next = fields.maybe_int()?.map_or(0, |last| last + 1);
        fields.skip(1)?;
        let message = message(&mut fields)?;
        // Two of the new ones may join the same.
        if waiting.last().is_none_or(|last| last.message.id != message.id) {
            waiting.push(Going { message, next, stored: true, joined: false });
        }
    }
    Ok(waiting)
}

/// A message that waits, or is about to.
struct Going {
    message: Message,
    /// The position of the next event that joins it.
    next: i64,
    stored: bool,
    joined: bool,
}

/// What is told in one go.
struct Staging {
    keyspace: Keyspace,
    told: BTreeSet<(EventId, String, i64)>,
    messages: Vec<Going>,
    /// Which message speaks of which event, at which position.
    events: Vec<[Value; 5]>,
}

impl Staging {
    /// Makes a message, or joins the one that waits for it, unless its address was told of this event just now.
    fn tell(&mut self, new: &NewMessage) {
        let (canonical, kind) = (new.address.canonical(), mail_kind(new.kind));
        let made = |id: MessageId| self.messages.iter().any(|going| going.message.id == id);
        if made(new.id) || !self.told.insert((new.event, canonical.to_owned(), kind)) {
            return;
        }
        let joined = self.messages.iter().position(|going| new.joins(&going.message));
        if joined.is_none() && new.hastens {
            return;
        }
        let place = joined.unwrap_or(self.messages.len());
        if joined.is_none() {
            self.messages.push(Going { message: new.begin(self.keyspace), next: 0, stored: false, joined: false });
        }
        let Some(going) = self.messages.get_mut(place) else { return };
        if joined.is_some() {
            going.joined = true;
            going.message.due_at = new.due_at_joined(&going.message);
        }
        let id = Value::id(going.message.id);
        self.events.push([id, Value::Int(going.next), Value::id(new.event), Value::text(canonical), Value::Int(kind)]);
        going.next += 1;
    }

    async fn write(self, transaction: &mut Transaction, some: &[NewMessage]) -> Result<(), StoreError> {
        let [lead, of] = space(self.keyspace);
        let new: Vec<Vec<Value>> = self
            .messages
            .iter()
            .filter(|going| !going.stored)
            .filter_map(|going| some.iter().find(|new| new.id == going.message.id))
            .map(|new| new_message(self.keyspace, new))
            .collect();
        if let Some(first) = new.first() {
            let rows = tuples(new.len(), first.len(), 1);
            let sql = format!("INSERT INTO portal.messages ({NEW_MESSAGE}) VALUES {rows}");
            transaction.run(&sql, &new.concat()).await?;
        }
        let later: Vec<&Going> = self.messages.iter().filter(|going| going.joined).collect();
        if !later.is_empty() {
            let sql = format!(
                "WITH w(message_id, due_at) AS (VALUES {}) UPDATE portal.messages AS m SET due_at = w.due_at FROM w \
                 WHERE m.lead_id = $1 AND m.space = $2 AND m.message_id = w.message_id",
                tuples(later.len(), 2, 3)
            );
            let mut values = vec![lead.clone(), of.clone()];
            values.extend(later.iter().flat_map(|it| [Value::id(it.message.id), Value::time(it.message.due_at)]));
            transaction.run(&sql, &values).await?;
        }
        if self.events.is_empty() {
            return Ok(());
        }
        let sql = format!(
            "INSERT INTO portal.message_events (lead_id, space, message_id, position, event_id, canonical, kind) VALUES {}",
            tuples(self.events.len(), 7, 1)
        );
        let values = self.events.into_iter().flat_map(|event| [lead.clone(), of.clone()].into_iter().chain(event));
        transaction.run(&sql, &values.collect::<Vec<_>>()).await.map(drop)
    }
}
