//! Turning an event into messages, some of which join others that wait.

use portal_core::event::Keyspace;
use portal_core::notifications::NewMessage;
use portal_core::ports::store::{ClaimedEvent, EventProgress, StoreError};

use crate::rows::{MESSAGE, NEW_MESSAGE, SPEAKS_OF, WAITING, lane, mail_kind, messages, new_message, space};
use crate::sql::{Transaction, Value, tuples};

pub(super) async fn stage(
    transaction: &mut Transaction,
    claim: &ClaimedEvent,
    staged: &[NewMessage],
    progress: &EventProgress,
) -> Result<bool, StoreError> {
    if !go_on(transaction, claim, progress).await? {
        return Ok(false);
    }
    for message in staged {
        tell(transaction, claim.happened.keyspace, message).await?;
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

/// Makes a message, or joins the one that waits for it, unless its address was told of this event already.
async fn tell(transaction: &mut Transaction, keyspace: Keyspace, new: &NewMessage) -> Result<(), StoreError> {
    let mut values = space(keyspace).to_vec();
    values.extend([
        Value::id(new.event),
        Value::text(new.address.canonical()),
        Value::Int(mail_kind(new.kind)),
        Value::id(new.id),
    ]);
    let told = "SELECT 1 FROM portal.message_events \
             WHERE lead_id = $1 AND space = $2 AND event_id = $3 AND canonical = $4 AND kind = $5 \
         UNION ALL SELECT 1 FROM portal.messages WHERE lead_id = $1 AND space = $2 AND message_id = $6 LIMIT 1";
    if !transaction.rows(told, &values).await?.is_empty() {
        return Ok(());
    }
    let (message, position) = match waiting_for(transaction, keyspace, new).await? {
        Some((id, due_at, events)) => {
            let mut values = space(keyspace).to_vec();
            values.extend([id.clone(), due_at]);
            let join = "UPDATE portal.messages SET due_at = $4 WHERE lead_id = $1 AND space = $2 AND message_id = $3";
            transaction.run(join, &values).await?;
            (id, events)
        }
        None => {
            let columns = new_message(keyspace, new);
            let sql = format!("INSERT INTO portal.messages ({NEW_MESSAGE}) VALUES {}", tuples(1, columns.len(), 1));
            transaction.run(&sql, &columns).await?;
            (Value::id(new.id), 0)
        }
    };
    let mut values = space(keyspace).to_vec();
    values.extend([
        message,
        Value::limit(position),
        Value::id(new.event),
        Value::text(new.address.canonical()),
        Value::Int(mail_kind(new.kind)),
    ]);
    let speak = "INSERT INTO portal.message_events (lead_id, space, message_id, position, event_id, canonical, kind) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)";
    transaction.run(speak, &values).await.map(drop)
}

/// The first message that waits and that `new` joins: its id, when it is due then, and how many events it speaks of.
async fn waiting_for(
    transaction: &mut Transaction,
    keyspace: Keyspace,
    new: &NewMessage,
) -> Result<Option<(Value, Value, usize)>, StoreError> {
    if new.batch.is_none() {
        return Ok(None);
    }
    let sql = format!(
        "SELECT {MESSAGE} FROM portal.messages m {SPEAKS_OF} \
         WHERE m.firm_id = $1 AND m.canonical = $2 AND m.lane = $3 AND m.state = {WAITING} AND m.tries = 0 \
         AND m.batched = 1 AND m.kind = $4 AND m.lead_id = $5 AND m.space = $6 ORDER BY m.number, v.position"
    );
    let mut values = vec![
        Value::id(new.firm),
        Value::text(new.address.canonical()),
        Value::Int(lane(new.kind.lane())),
        Value::Int(mail_kind(new.kind)),
    ];
    values.extend(space(keyspace));
    let waiting = messages(&transaction.rows(&sql, &values).await?)?;
    Ok(waiting.into_iter().find(|(_, waiting)| new.joins(waiting)).map(|(_, waiting)| {
        (Value::id(waiting.id), Value::time(new.due_at_joined(waiting.created_at)), waiting.events.len())
    }))
}
