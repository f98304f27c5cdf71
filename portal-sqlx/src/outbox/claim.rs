//! Claims under a lease, and what ends them.

use portal_core::event::Lane;

use portal_core::notifications::{MessageState, Settlement};
use portal_core::ports::store::{ClaimedEvent, ClaimedMessage, Lease, StoreError};
use portal_core::values::{Cursor, Timestamp};

use crate::rows::{EVENT, MESSAGE, NOTES, SPEAKS_OF, WAITING, happened, lane as lane_code, message_state};
use crate::sql::{ROWS_AT_ONCE, Row, Transaction, Value, list};

pub(super) async fn events(
    transaction: &mut Transaction,
    lane: Lane,
    lease: &Lease,
    limit: usize,
) -> Result<Vec<ClaimedEvent>, StoreError> {
    let claim = "UPDATE portal.outbox SET holder = $1, held_until = $2 WHERE (lead_id, space, event_id) IN ( \
             SELECT lead_id, space, event_id FROM portal.outbox \
             WHERE lane = $3 AND (held_until IS NULL OR held_until <= $4) AND (due_at IS NULL OR due_at <= $4) \
             ORDER BY number LIMIT $5 {skip}) \
         RETURNING number, position";
    let values = [
        Value::bits(lease.holder),
        Value::time(lease.until),
        Value::Int(lane_code(lane)),
        Value::time(lease.now),
        Value::limit(limit),
    ];
    let mut claimed = Vec::new();
    for row in transaction.rows(claim, &values).await? {
        let mut fields = row.fields();
        claimed.push((fields.int()?, fields.maybe_text()?.map(Cursor::new)));
    }
    let numbers: Vec<i64> = claimed.iter().map(|(number, _)| *number).collect();
    let read = |among: String| {
        format!("SELECT {EVENT} FROM portal.events e {NOTES} WHERE e.number IN ({among}) ORDER BY e.number, n.position")
    };
    let mut all = happened(&by_number(transaction, &numbers, read).await?)?;
    all.sort_by_key(|(number, _)| *number);
    let cursor = |number| claimed.iter().find(|(other, _)| *other == number).and_then(|(_, cursor)| cursor.clone());
    Ok(all
        .into_iter()
        .map(|(number, happened)| ClaimedEvent { happened, cursor: cursor(number), holder: lease.holder })
        .collect())
}

pub(super) async fn messages(
    transaction: &mut Transaction,
    lane: Lane,
    lease: &Lease,
    limit: usize,
) -> Result<Vec<ClaimedMessage>, StoreError> {
    // Of each line of messages to one address the first that may go, and only if nothing of that line is held: `m` may go,
    // and no `o` that may go comes before it. Where nothing was tried yet that is simply the first of its line: said apart,
    // so that the others of a long line are passed over quickly.
    let sql = format!(
        "UPDATE portal.messages SET holder = $1, held_until = $2, tries = tries + 1 WHERE number IN ( \
             SELECT m.number FROM portal.messages m \
             WHERE m.state = {WAITING} AND m.lane = $3 AND m.due_at <= $4 \
             AND (m.number = (SELECT f.number FROM portal.messages f WHERE f.state = {WAITING} AND f.firm_id = m.firm_id \
                     AND f.canonical = m.canonical AND f.lane = m.lane ORDER BY f.due_at, f.number LIMIT 1) \
                 OR EXISTS (SELECT 1 FROM portal.messages t WHERE t.state = {WAITING} AND t.firm_id = m.firm_id \
                     AND t.canonical = m.canonical AND t.lane = m.lane AND t.tries > 0)) \
             AND NOT EXISTS (SELECT 1 FROM portal.messages h WHERE h.state = {WAITING} AND h.firm_id = m.firm_id \
                 AND h.canonical = m.canonical AND h.lane = m.lane AND h.held_until > $4) \
             AND NOT EXISTS ({older_than_m}) \
             AND NOT EXISTS (SELECT 1 FROM portal.messages o WHERE o.state = {WAITING} AND o.firm_id = m.firm_id \
                 AND o.canonical = m.canonical AND o.lane = m.lane AND o.due_at <= m.due_at \
                 AND (o.due_at, o.number) < (m.due_at, m.number) AND NOT EXISTS ({older_than_o})) \
             ORDER BY m.due_at, m.number LIMIT $5 {{skip}}) \
         RETURNING number",
        older_than_m = older_and_tried("m"),
        older_than_o = older_and_tried("o"),
    );
    let values = [
        Value::bits(lease.holder),
        Value::time(lease.until),
        Value::Int(lane_code(lane)),
        Value::time(lease.now),
        Value::limit(limit),
    ];
    let claimed = transaction.rows(&sql, &values).await?;
    let numbers = claimed.iter().map(|row| row.fields().int()).collect::<Result<Vec<_>, _>>()?;
    let read = |among: String| {
        format!(
            "SELECT {MESSAGE} FROM portal.messages m {SPEAKS_OF} WHERE m.number IN ({among}) \
             ORDER BY m.number, v.position"
        )
    };
    let mut all = crate::rows::messages(&by_number(transaction, &numbers, read).await?)?;
    all.sort_by_key(|(number, message)| (message.due_at, *number));
    Ok(all.into_iter().map(|(_, message)| ClaimedMessage { message, holder: lease.holder }).collect())
}

/// What was made before `other`, was tried, and waits to be tried again: it goes first.
fn older_and_tried(other: &str) -> String {
    format!(
        "SELECT 1 FROM portal.messages t WHERE t.state = {WAITING} AND t.firm_id = {other}.firm_id \
         AND t.canonical = {other}.canonical AND t.lane = {other}.lane AND t.number < {other}.number AND t.tries > 0"
    )
}

async fn by_number(
    transaction: &mut Transaction,
    numbers: &[i64],
    read: impl Fn(String) -> String,
) -> Result<Vec<Row>, StoreError> {
    let mut rows = Vec::new();
    for some in numbers.chunks(ROWS_AT_ONCE) {
        let values: Vec<Value> = some.iter().map(|number| Value::Int(*number)).collect();
        rows.extend(transaction.rows(&read(list(some.len(), 1)), &values).await?);
    }
    Ok(rows)
}

pub(super) async fn settle(
    transaction: &mut Transaction,
    claim: &ClaimedMessage,
    settlement: &Settlement,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let [lead, of] = crate::rows::space(claim.message.keyspace);
    let mut values = vec![lead, of, Value::id(claim.message.id), Value::bits(claim.holder)];
    let changes = match settlement {
        Settlement::Again { at, error } => {
            values.extend([Value::time(*at), Value::text(error)]);
            "due_at = $5, last_error = $6"
        }
        Settlement::Sent => {
            values.extend(message_state(MessageState::Sent));
            values.push(Value::time(now));
            "state = $5, drop_reason = $6, settled_at = $7"
        }
        Settlement::Dropped(reason) => {
            values.extend(message_state(MessageState::Dropped(*reason)));
            values.push(Value::time(now));
            "state = $5, drop_reason = $6, settled_at = $7"
        }
        Settlement::Dead { error } => {
            values.extend(message_state(MessageState::Dead));
            values.extend([Value::time(now), Value::text(error)]);
            "state = $5, drop_reason = $6, settled_at = $7, last_error = $8"
        }
    };
    let sql = format!(
        "UPDATE portal.messages SET holder = NULL, held_until = NULL, {changes} \
         WHERE lead_id = $1 AND space = $2 AND message_id = $3 AND holder = $4"
    );
    Ok(transaction.run(&sql, &values).await? == 1)
}
