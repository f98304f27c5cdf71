//! What became of commands.

use portal_core::ports::store::{Changes, Command, CommandOutcome, StoreError};
use portal_core::values::Timestamp;

use crate::rows::{key_of_row, space, stored_key};
use crate::sql::{Database, ROWS_AT_ONCE, Transaction, Value, tuples};

/// The keyspace's lead, and the digest of all that names the command.
fn named(command: &Command) -> [Value; 2] {
    let [lead, _] = space(command.keyspace);
    [lead, Value::digest(command.scope())]
}

/// Notes the outcome of `changes`; `false` when the command has one already.
pub(super) async fn note(transaction: &mut Transaction, changes: &Changes) -> Result<bool, StoreError> {
    let command = &changes.command;
    let mut values = named(command).to_vec();
    values.extend([Value::digest(command.input), Value::bits(command.run), Value::time(changes.at)]);
    let sql = "INSERT INTO portal.outcomes (lead_id, scope, input, run, made_at) VALUES ($1, $2, $3, $4, $5) \
               ON CONFLICT DO NOTHING";
    if transaction.run(sql, &values).await? == 0 {
        return Ok(false);
    }
    let made: Vec<(usize, [Value; 3])> = changes.made.iter().map(|key| stored_key(*key)).enumerate().collect();
    for some in made.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "INSERT INTO portal.outcome_keys (lead_id, scope, position, kind, first_id, second_id) VALUES {}",
            tuples(some.len(), 6, 1)
        );
        let row = |(position, key): &(usize, [Value; 3])| {
            named(command).into_iter().chain([Value::limit(*position)]).chain(key.clone()).collect::<Vec<_>>()
        };
        let values: Vec<Value> = some.iter().flat_map(row).collect();
        transaction.run(&sql, &values).await?;
    }
    Ok(true)
}

/// The outcome of a command, if it has one.
pub(crate) async fn read(database: &Database, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
    let sql = "SELECT o.input, o.run, k.kind, k.first_id, k.second_id FROM portal.outcomes o \
               LEFT JOIN portal.outcome_keys k ON k.lead_id = o.lead_id AND k.scope = o.scope \
               WHERE o.lead_id = $1 AND o.scope = $2 ORDER BY k.position";
    let mut outcome: Option<CommandOutcome> = None;
    for row in database.rows(sql, &named(command)).await? {
        let mut fields = row.fields();
        let (input, run) = (fields.digest()?, fields.bits()?);
        let made = fields.joined(3, key_of_row)?;
        outcome.get_or_insert(CommandOutcome { input, run, made: Vec::new() }).made.extend(made);
    }
    Ok(outcome)
}

/// Forgets the oldest outcomes of before `before`.
pub(crate) async fn forget(
    transaction: &mut Transaction,
    before: Timestamp,
    limit: usize,
) -> Result<usize, StoreError> {
    let sql = "DELETE FROM portal.outcomes WHERE (lead_id, scope) IN ( \
                   SELECT lead_id, scope FROM portal.outcomes WHERE made_at < $1 ORDER BY made_at LIMIT $2)";
    let forgotten = transaction.run(sql, &[Value::time(before), Value::limit(limit)]).await?;
    Ok(usize::try_from(forgotten).unwrap_or(usize::MAX))
}
