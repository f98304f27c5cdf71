//! Whether every record is at the version that the decision rested on, and stays there until the commit.

use std::collections::{BTreeMap, BTreeSet};

use portal_core::change::Version;
use portal_core::ports::store::StoreError;

use super::plan::{Planned, by_table};
use crate::sql::{ROWS_AT_ONCE, Transaction, Value, tuples};

/// The places of the writes whose record is at another version, or there though it should not be, or not there.
///
/// Locks are taken table by table in one order, and within a table in the order of keys.
pub(super) async fn failing(transaction: &mut Transaction, planned: &[Planned]) -> Result<BTreeSet<usize>, StoreError> {
    let mut found = BTreeMap::<usize, Version>::new();
    for writes in by_table(planned, |_| true).into_values() {
        for some in writes.chunks(ROWS_AT_ONCE) {
            let Some((_, Planned { table, .. })) = some.first() else { continue };
            let on: Vec<String> = table.key.iter().map(|column| format!("t.{column} = w.{column}")).collect();
            let order: Vec<String> = table.key.iter().map(|column| format!("t.{column}")).collect();
            let sql = format!(
                "WITH w(write, {}) AS (VALUES {}) SELECT w.write, t.version FROM w CROSS JOIN {} t WHERE {} \
                 ORDER BY {} {{lock}}",
                table.key.join(", "),
                tuples(some.len(), 1 + table.key.len(), 1),
                table.name,
                on.join(" AND "),
                order.join(", "),
            );
            let values: Vec<Value> = some
                .iter()
                .flat_map(|(index, write)| std::iter::once(Value::limit(*index)).chain(write.row_key.iter().cloned()))
                .collect();
            for row in transaction.rows(&sql, &values).await? {
                let mut fields = row.fields();
                let index = usize::try_from(fields.int()?).unwrap_or(usize::MAX);
                found.insert(index, fields.version()?);
            }
        }
    }
    let fails = |(index, write): (usize, &Planned)| (found.get(&index).copied() != write.wanted()).then_some(index);
    Ok(planned.iter().enumerate().filter_map(fails).collect())
}
