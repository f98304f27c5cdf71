//! Erasing what names people: addresses of messages, and the texts beside events.

use portal_core::event::Keyspace;
use portal_core::notifications::{DropReason, Message, MessageState};
use portal_core::ports::store::StoreError;
use portal_core::values::{EmailAddress, EventId, MessageId};

use crate::rows::{WAITING, message_state, space};
use crate::sql::{ROWS_AT_ONCE, Transaction, Value, list, tuples};

/// Puts [`Message::nowhere`] in the place of addresses, and drops what waits.
pub(super) async fn messages(
    transaction: &mut Transaction,
    keyspace: Keyspace,
    messages: &[MessageId],
) -> Result<(), StoreError> {
    let [dropped, reason] = message_state(MessageState::Dropped(DropReason::AddressGone));
    for some in messages.chunks(ROWS_AT_ONCE) {
        let nowhere = |id: &MessageId| Message::nowhere(*id).as_ref().map(|it| EmailAddress::canonical(it).to_owned());
        let named: Vec<Value> =
            some.iter().filter_map(|id| Some([Value::id(*id), Value::text(nowhere(id)?)])).flatten().collect();
        let rows = tuples(named.len() / 2, 2, 5);
        let sql = format!(
            "WITH w(message_id, nowhere) AS (VALUES {rows}) UPDATE portal.messages AS t SET \
             address = w.nowhere, canonical = w.nowhere, last_error = NULL, holder = NULL, held_until = NULL, \
             state = CASE t.state WHEN {WAITING} THEN $3 ELSE t.state END, \
             drop_reason = CASE t.state WHEN {WAITING} THEN $4 ELSE t.drop_reason END \
             FROM w WHERE t.lead_id = $1 AND t.space = $2 AND t.message_id = w.message_id"
        );
        let mut values = space(keyspace).to_vec();
        values.extend([dropped.clone(), reason.clone()]);
        values.extend(named.clone());
        transaction.run(&sql, &values).await?;
        let sql = format!(
            "WITH w(message_id, nowhere) AS (VALUES {}) UPDATE portal.message_events AS t SET canonical = w.nowhere \
             FROM w WHERE t.lead_id = $1 AND t.space = $2 AND t.message_id = w.message_id",
            tuples(named.len() / 2, 2, 3)
        );
        let mut values = space(keyspace).to_vec();
        values.extend(named);
        transaction.run(&sql, &values).await?;
    }
    Ok(())
}

/// Takes away the texts beside these events, or beside all of the keyspace.
pub(super) async fn notes(
    transaction: &mut Transaction,
    keyspace: Keyspace,
    events: Option<&[EventId]>,
) -> Result<(), StoreError> {
    let Some(events) = events else {
        let sql = "DELETE FROM portal.event_notes WHERE lead_id = $1 AND space = $2";
        return transaction.run(sql, &space(keyspace)).await.map(drop);
    };
    for some in events.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "DELETE FROM portal.event_notes WHERE lead_id = $1 AND space = $2 AND event_id IN ({})",
            list(some.len(), 3)
        );
        let mut values = space(keyspace).to_vec();
        values.extend(some.iter().map(|event| Value::id(*event)));
        transaction.run(&sql, &values).await?;
    }
    Ok(())
}
