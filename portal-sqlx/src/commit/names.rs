//! Names: no two live entries of a folder share one.
//!
//! What stays live in its folder under its name keeps it, and a name that the commit gives up is free; then the others are
//! settled in the order of their writes.

use std::collections::{BTreeMap, BTreeSet};

use portal_core::files::{Record as FileRecord, settle_name};
use portal_core::ports::store::StoreError;
use portal_core::record::{Key, Record};
use portal_core::values::{FileName, FoldedName, FolderId};

use super::plan::{Planned, Step};
use crate::rows::{LIVE, PARKED, name_stem};
use crate::sql::{ROWS_AT_ONCE, Transaction, Value, tuples};

/// A name in a folder.
type Taken = (FolderId, FoldedName);

/// Settles the names of what the commit puts into folders, and says which came out otherwise than wanted.
pub(super) async fn settle(
    transaction: &mut Transaction,
    planned: &mut [Planned],
) -> Result<Vec<(Key, FileName)>, StoreError> {
    let held = held_names(transaction, planned).await?;
    let keeps =
        |index: usize, write: &Planned| held.get(&index).is_some_and(|held| wanted(write).as_ref() == Some(held));
    let freed: BTreeMap<Taken, usize> = held
        .iter()
        .filter(|(index, _)| planned.get(**index).is_some_and(|write| !keeps(**index, write)))
        .map(|(index, taken)| (taken.clone(), *index))
        .collect();
    let unsettled: Vec<(usize, Taken)> = planned
        .iter()
        .enumerate()
        .filter(|(index, write)| !keeps(*index, write))
        .filter_map(|(index, write)| Some((index, wanted(write)?)))
        .collect();
    let clashing = clashing(transaction, planned, &unsettled).await?;

    let (mut gained, mut settled) = (BTreeSet::<Taken>::new(), Vec::new());
    for (index, taken) in unsettled {
        let free = !gained.contains(&taken) && (freed.contains_key(&taken) || !clashing.contains(&index));
        if free {
            gained.insert(taken);
            continue;
        }
        let folder = taken.0;
        let Some(name) = planned.get(index).and_then(place).map(|place| place.name.clone()) else { continue };
        let mut all = names_like(transaction, planned, folder, &name).await?;
        all.retain(|other| !freed.contains_key(&(folder, other.clone())));
        all.insert(taken.1);
        all.extend(gained.iter().filter(|(other, _)| *other == folder).map(|(_, name)| name.clone()));
        let got = settle_name(&name, &all);
        gained.insert((folder, got.folded()));
        if let Some(write) = planned.get_mut(index) {
            settled.push((write.key, got.clone()));
            rename(write, got);
        }
    }
    let passed_on = freed.iter().filter(|(taken, _)| gained.contains(taken)).map(|(_, index)| *index);
    park(transaction, planned, passed_on).await?;
    Ok(settled)
}

fn place(write: &Planned) -> Option<&portal_core::files::Place> {
    match write.record()? {
        Record::Files(record) => record.place(),
        _ => None,
    }
}

/// The name that a write wants to hold.
fn wanted(write: &Planned) -> Option<Taken> {
    let place = place(write).filter(|place| place.removal.is_live())?;
    Some((place.parent?, place.name.folded()))
}

fn rename(write: &mut Planned, name: FileName) {
    match write.record_mut() {
        Some(Record::Files(FileRecord::Folder(folder))) => folder.place.name = name,
        Some(Record::Files(FileRecord::Document(document))) => document.place.name = name,
        _ => {}
    }
}

/// The names that the rows hold which this commit changes or takes away.
async fn held_names(transaction: &mut Transaction, planned: &[Planned]) -> Result<BTreeMap<usize, Taken>, StoreError> {
    let named = |write: &Planned| {
        matches!(write.key, Key::Files(portal_core::files::Key::Folder(_) | portal_core::files::Key::Document(_)))
    };
    let rows: Vec<(usize, &Planned)> =
        planned.iter().enumerate().filter(|(_, write)| named(write) && write.rewrites()).collect();
    let mut held = BTreeMap::new();
    for some in rows.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "WITH w(write, firm_id, node_id, is_document) AS (VALUES {}) \
             SELECT w.write, t.parent_id, t.folded FROM w CROSS JOIN portal.nodes t \
             WHERE t.firm_id = w.firm_id AND t.node_id = w.node_id AND t.is_document = w.is_document \
             AND t.removal = {LIVE} AND t.parent_id IS NOT NULL",
            tuples(some.len(), 4, 1)
        );
        let values: Vec<Value> = some
            .iter()
            .flat_map(|(index, write)| std::iter::once(Value::limit(*index)).chain(write.row_key.iter().cloned()))
            .collect();
        for row in transaction.rows(&sql, &values).await? {
            let mut fields = row.fields();
            let index = usize::try_from(fields.int()?).unwrap_or(usize::MAX);
            held.insert(index, (fields.id()?, FoldedName::from_store(fields.text()?)));
        }
    }
    Ok(held)
}

/// Which of the wanted names some row holds.
async fn clashing(
    transaction: &mut Transaction,
    planned: &[Planned],
    unsettled: &[(usize, Taken)],
) -> Result<BTreeSet<usize>, StoreError> {
    let mut clashing = BTreeSet::new();
    for some in unsettled.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "WITH w(write, firm_id, parent_id, folded) AS (VALUES {}) \
             SELECT w.write FROM w CROSS JOIN portal.nodes t \
             WHERE t.firm_id = w.firm_id AND t.parent_id = w.parent_id AND t.folded = w.folded AND t.removal = {LIVE}",
            tuples(some.len(), 4, 1)
        );
        let mut values = Vec::with_capacity(some.len() * 4);
        for (index, (folder, name)) in some {
            values.push(Value::limit(*index));
            values.extend(planned.get(*index).and_then(|write| write.row_key.first()).cloned());
            values.extend([Value::id(*folder), Value::text(name.as_str())]);
        }
        for row in transaction.rows(&sql, &values).await? {
            clashing.insert(usize::try_from(row.fields().int()?).unwrap_or(usize::MAX));
        }
    }
    Ok(clashing)
}

/// The live names of a folder with which a numbered form of `name` could collide: a range of the index, not the folder.
async fn names_like(
    transaction: &mut Transaction,
    planned: &[Planned],
    folder: FolderId,
    name: &FileName,
) -> Result<BTreeSet<FoldedName>, StoreError> {
    let Some(firm) = planned.first().and_then(|write| write.row_key.first()).cloned() else {
        return Ok(BTreeSet::new());
    };
    let stem = name_stem(name);
    let end = format!("{stem}{}", char::MAX);
    let sql = format!(
        "SELECT folded FROM portal.nodes WHERE firm_id = $1 AND parent_id = $2 AND removal = {LIVE} \
         AND folded >= $3 AND folded < $4"
    );
    let values = [firm, Value::id(folder), Value::text(stem), Value::text(end)];
    let rows = transaction.rows(&sql, &values).await?;
    rows.iter().map(|row| Ok(FoldedName::from_store(row.fields().text()?))).collect()
}

/// Takes names out of the way that pass from one row to another within the commit: databases look at each row by itself.
async fn park(
    transaction: &mut Transaction,
    planned: &[Planned],
    rows: impl Iterator<Item = usize>,
) -> Result<(), StoreError> {
    for write in rows.filter_map(|index| planned.get(index)).filter(|write| matches!(write.step, Step::Update(..))) {
        let sql = "UPDATE portal.nodes SET folded = $4 WHERE firm_id = $1 AND node_id = $2 AND is_document = $3";
        let mut values = write.row_key.clone();
        values.push(Value::text(format!("{PARKED}{:?}", write.key)));
        transaction.run(sql, &values).await?;
    }
    Ok(())
}
