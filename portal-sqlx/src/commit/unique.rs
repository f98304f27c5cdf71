//! Whether what is unique about a record is free: external ids, the address of a login, the audience of a grant.

use std::collections::BTreeSet;

use portal_core::ports::store::StoreError;

use super::plan::{Planned, by_table};
use crate::sql::{ROWS_AT_ONCE, Row, Transaction, Value, tuples};

/// The places of the writes whose record wants something that another holds. What this commit itself gives up, another of
/// its writes may take.
pub(super) async fn failing(transaction: &mut Transaction, planned: &[Planned]) -> Result<BTreeSet<usize>, StoreError> {
    let mut failing = BTreeSet::new();
    for mut writes in by_table(planned, |write| !write.table.unique.is_empty()).into_values() {
        let Some((_, Planned { table, .. })) = writes.first() else { continue };
        let rewritten: BTreeSet<&[Value]> =
            writes.iter().filter(|(_, write)| write.rewrites()).map(|(_, write)| write.row_key.as_slice()).collect();
        writes.sort_by_key(|(index, _)| *index);
        let mut claims: Vec<(usize, Vec<Value>)> = Vec::new();
        for (index, write) in &writes {
            let Some(claim) = claim(write) else { continue };
            if claims.iter().any(|(_, other)| *other == claim) {
                failing.insert(*index);
            }
            claims.push((*index, claim));
        }
        for some in claims.chunks(ROWS_AT_ONCE) {
            let on: Vec<String> = table.unique.iter().map(|column| format!("t.{column} = w.{column}")).collect();
            let holder: Vec<String> = table.key.iter().map(|column| format!("t.{column}")).collect();
            let sql = format!(
                "WITH w(write, {}) AS (VALUES {}) SELECT w.write, {} FROM w CROSS JOIN {} t WHERE {}",
                table.unique.join(", "),
                tuples(some.len(), 1 + table.unique.len(), 1),
                holder.join(", "),
                table.name,
                on.join(" AND "),
            );
            let values: Vec<Value> = some
                .iter()
                .flat_map(|(index, claim)| std::iter::once(Value::limit(*index)).chain(claim.iter().cloned()))
                .collect();
            for row in transaction.rows(&sql, &values).await? {
                let index = usize::try_from(row.fields().int()?).unwrap_or(usize::MAX);
                if !rewritten.contains(holder_key(&row).as_slice()) {
                    failing.insert(index);
                }
            }
        }
    }
    Ok(failing)
}

/// The values of a record's unique columns, if it has them all.
fn claim(write: &Planned) -> Option<Vec<Value>> {
    write.record()?;
    let row = write.row();
    let all: Vec<&&str> = write.table.key.iter().chain(&["version"]).chain(write.table.columns).collect();
    let value = |column: &&str| {
        let index = all.iter().position(|other| **other == *column)?;
        row.get(index).filter(|value| !value.is_null()).cloned()
    };
    write.table.unique.iter().map(value).collect()
}

/// The key that follows the first column; SQLite gives ids as bytes.
fn holder_key(row: &Row) -> Vec<Value> {
    let id = |value: &Value| match value {
        Value::Bytes(bytes) => uuid::Uuid::from_slice(bytes).map_or_else(|_| value.clone(), Value::Id),
        other => other.clone(),
    };
    row.0.iter().skip(1).map(id).collect()
}
