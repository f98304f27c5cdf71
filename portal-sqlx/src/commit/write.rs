//! Writing records: of each kind what goes, what changes and what is new, a statement each.

use portal_core::files;
use portal_core::ports::store::StoreError;
use portal_core::record::Key;

use super::plan::{Planned, Step, by_table, firm_and_ids};
use super::usage::{count_arrived, count_leaving};
use crate::rows::DOCUMENT;
use crate::sql::{ROWS_AT_ONCE, Transaction, Value, list, tuples, unreadable};

/// Writes everything. The versions were checked under lock, so that a row which is not touched is a fault of the store.
pub(super) async fn write(transaction: &mut Transaction, planned: &[Planned]) -> Result<(), StoreError> {
    count_leaving(transaction, planned).await?;
    // What goes first, so that what is unique about it is free for what comes.
    for writes in by_table(planned, |write| matches!(write.step, Step::Delete(_))).into_values() {
        for some in writes.chunks(ROWS_AT_ONCE) {
            delete(transaction, some).await?;
        }
    }
    for writes in by_table(planned, |write| matches!(write.step, Step::Update(..))).into_values() {
        for some in writes.chunks(ROWS_AT_ONCE) {
            update(transaction, some).await?;
        }
    }
    for writes in by_table(planned, |write| matches!(write.step, Step::Create(_))).into_values() {
        for some in writes.chunks(ROWS_AT_ONCE) {
            insert(transaction, some).await?;
        }
    }
    count_arrived(transaction, planned).await?;
    date_documents(transaction, planned).await
}

async fn delete(transaction: &mut Transaction, writes: &[(usize, &Planned)]) -> Result<(), StoreError> {
    let Some((_, Planned { table, .. })) = writes.first() else { return Ok(()) };
    let sql = format!(
        "DELETE FROM {} WHERE ({}) IN (VALUES {})",
        table.name,
        table.key.join(", "),
        tuples(writes.len(), table.key.len(), 1)
    );
    let values: Vec<Value> = writes.iter().flat_map(|(_, write)| write.row_key.iter().cloned()).collect();
    all_touched(transaction.run(&sql, &values).await?, writes)
}

async fn update(transaction: &mut Transaction, writes: &[(usize, &Planned)]) -> Result<(), StoreError> {
    let Some((_, Planned { table, .. })) = writes.first() else { return Ok(()) };
    let changed: Vec<&str> = std::iter::once("version").chain(table.columns.iter().copied()).collect();
    let set: Vec<String> = changed.iter().map(|column| format!("{column} = w.{column}")).collect();
    let on: Vec<String> = table.key.iter().map(|column| format!("t.{column} = w.{column}")).collect();
    let columns: Vec<&str> = table.key.iter().copied().chain(changed).collect();
    let sql = format!(
        "WITH w({}) AS (VALUES {}) UPDATE {} AS t SET {} FROM w WHERE {}",
        columns.join(", "),
        tuples(writes.len(), columns.len(), 1),
        table.name,
        set.join(", "),
        on.join(" AND "),
    );
    let values: Vec<Value> = writes.iter().flat_map(|(_, write)| write.row()).collect();
    all_touched(transaction.run(&sql, &values).await?, writes)
}

async fn insert(transaction: &mut Transaction, writes: &[(usize, &Planned)]) -> Result<(), StoreError> {
    let Some((_, Planned { table, .. })) = writes.first() else { return Ok(()) };
    let columns: Vec<&str> = table.key.iter().chain(&["version"]).chain(table.columns).copied().collect();
    let sql = format!(
        "INSERT INTO {} ({}) VALUES {}",
        table.name,
        columns.join(", "),
        tuples(writes.len(), columns.len(), 1)
    );
    let values: Vec<Value> = writes.iter().flat_map(|(_, write)| write.row()).collect();
    all_touched(transaction.run(&sql, &values).await?, writes)
}

fn all_touched(touched: u64, writes: &[(usize, &Planned)]) -> Result<(), StoreError> {
    if touched == writes.len() as u64 {
        return Ok(());
    }
    Err(unreadable(format_args!("{touched} rows were written instead of {}", writes.len())))
}

/// Notes on documents when their version came, so that the newest of a folder are found by index.
async fn date_documents(transaction: &mut Transaction, planned: &[Planned]) -> Result<(), StoreError> {
    let documents: Vec<&Planned> = planned
        .iter()
        .filter(|write| write.record().is_some() && matches!(write.key, Key::Files(files::Key::Document(_))))
        .collect();
    for some in documents.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "UPDATE portal.nodes AS t SET current_at = (SELECT v.uploaded_at FROM portal.document_versions v \
                 WHERE v.firm_id = t.firm_id AND v.version_id = t.current_id) \
             WHERE t.firm_id = $1 AND t.is_document = {DOCUMENT} AND t.node_id IN ({})",
            list(some.len(), 2)
        );
        transaction.run(&sql, &firm_and_ids(some)).await?;
    }
    Ok(())
}
