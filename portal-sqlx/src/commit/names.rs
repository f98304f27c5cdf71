//! Names: no two live entries of a folder share one.
//!
//! What stays live in its folder under its name keeps it, and a name that the commit gives up is free; then the others are
//! settled in the order of their writes. Which names are taken is asked in rounds, for all of the commit at once: a few,
//! however many names there are, and however many the commit brings.

use std::collections::{BTreeMap, BTreeSet};

use portal_core::files::{NameSettling, Record as FileRecord};
use portal_core::ports::store::StoreError;
use portal_core::record::{Key, Record};
use portal_core::values::{FileName, FoldedName, FolderId};

use super::plan::{Planned, Step};
use crate::rows::{LIVE, PARKED};
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
    let mut unsettled: Vec<(usize, FolderId, FileName)> = planned
        .iter()
        .enumerate()
        .filter(|(index, write)| !keeps(*index, write))
        .filter_map(|(index, write)| Some((index, wanted(write)?.0, place(write)?.name.clone())))
        .collect();

    let mut names = Names { taken: freed.keys().map(|name| (name.clone(), false)).collect(), gained: BTreeSet::new() };
    let mut settled = Vec::new();
    while !unsettled.is_empty() {
        let mut asks = BTreeSet::new();
        let got = names.settle_what_is_known(&mut unsettled, &mut asks);
        for (index, name) in got {
            let Some(write) = planned.get_mut(index) else { continue };
            if place(write).is_some_and(|place| place.name != name) {
                settled.push((index, (write.key, name.clone())));
                rename(write, name);
            }
        }
        names.ask(transaction, planned, &asks).await?;
    }
    settled.sort_by_key(|(index, _)| *index);
    let passed_on = freed.iter().filter(|(taken, _)| names.gained.contains(taken)).map(|(_, index)| *index);
    park(transaction, planned, passed_on).await?;
    Ok(settled.into_iter().map(|(_, settled)| settled).collect())
}

/// What is known of the names in folders while a commit settles its own.
struct Names {
    /// Whether some row holds the name that does not give it up.
    taken: BTreeMap<Taken, bool>,
    /// What the commit's own writes got.
    gained: BTreeSet<Taken>,
}

impl Names {
    /// Settles, in their order, those of `unsettled` of which enough is known, and takes them out; `asks` gets what the others
    /// have to know next. Within a folder, none is settled before those that come before it.
    fn settle_what_is_known(
        &mut self,
        unsettled: &mut Vec<(usize, FolderId, FileName)>,
        asks: &mut BTreeSet<Taken>,
    ) -> Vec<(usize, FileName)> {
        let mut alike = BTreeMap::<Taken, usize>::new();
        for (_, folder, name) in unsettled.iter() {
            *alike.entry((*folder, name.folded())).or_default() += 1;
        }
        let (mut waiting, mut asked_for) = (BTreeSet::new(), BTreeSet::new());
        let mut got = Vec::new();
        unsettled.retain(|(index, folder, name)| {
            let wanted = (*folder, name.folded());
            // What waits for one like it asks the same.
            if waiting.contains(folder) && asked_for.contains(&wanted) {
                return true;
            }
            let others = alike.get(&wanted).copied().unwrap_or_default();
            match self.settle(*folder, name, others, asks) {
                Some(name) if !waiting.contains(folder) => {
                    self.gained.insert((*folder, name.folded()));
                    if let Some(others) = alike.get_mut(&wanted) {
                        *others -= 1;
                    }
                    got.push((*index, name));
                    false
                }
                _ => {
                    waiting.insert(*folder);
                    asked_for.insert(wanted);
                    true
                }
            }
        });
        got
    }

    /// Settles one name, if enough is known; else `asks` gets what it has to know next.
    fn settle(&self, folder: FolderId, name: &FileName, others: usize, asks: &mut BTreeSet<Taken>) -> Option<FileName> {
        let mut settling = NameSettling::new(name);
        loop {
            let in_folder = |name: FoldedName| (folder, name);
            let unknown: Vec<Taken> =
                settling.asks().into_iter().map(in_folder).filter(|name| !self.knows(name)).collect();
            if !unknown.is_empty() {
                let later = settling.will_ask(others).into_iter().map(in_folder).filter(|name| !self.knows(name));
                asks.extend(unknown.into_iter().chain(later));
                return None;
            }
            let is_taken = |name: &FoldedName| {
                let name = (folder, name.clone());
                self.gained.contains(&name) || self.taken.get(&name).copied().unwrap_or_default()
            };
            if let Some(settled) = settling.learn(is_taken) {
                return Some(settled);
            }
        }
    }

    fn knows(&self, name: &Taken) -> bool {
        self.gained.contains(name) || self.taken.contains_key(name)
    }

    /// Asks which of some names are taken.
    async fn ask(
        &mut self,
        transaction: &mut Transaction,
        planned: &[Planned],
        asks: &BTreeSet<Taken>,
    ) -> Result<(), StoreError> {
        let Some(firm) = planned.first().and_then(|write| write.row_key.first()) else { return Ok(()) };
        let asks: Vec<&Taken> = asks.iter().collect();
        for some in asks.chunks(ROWS_AT_ONCE) {
            let sql = format!(
                "WITH w(parent_id, folded) AS (VALUES {}) \
                 SELECT t.parent_id, t.folded FROM w CROSS JOIN portal.nodes t WHERE t.firm_id = $1 \
                 AND t.parent_id = w.parent_id AND t.folded = w.folded AND t.removal = {LIVE}",
                tuples(some.len(), 2, 2)
            );
            let mut values = vec![firm.clone()];
            values.extend(some.iter().flat_map(|(folder, name)| [Value::id(*folder), Value::text(name.as_str())]));
            self.taken.extend(some.iter().map(|name| ((*name).clone(), false)));
            for row in transaction.rows(&sql, &values).await? {
                let mut fields = row.fields();
                self.taken.insert((fields.id()?, FoldedName::from_store(fields.text()?)), true);
            }
        }
        Ok(())
    }
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

/// Takes names out of the way that pass from one row to another within the commit: databases look at each row by itself.
async fn park(
    transaction: &mut Transaction,
    planned: &[Planned],
    rows: impl Iterator<Item = usize>,
) -> Result<(), StoreError> {
    let passed_on: Vec<&Planned> =
        rows.filter_map(|index| planned.get(index)).filter(|write| matches!(write.step, Step::Update(..))).collect();
    for some in passed_on.chunks(ROWS_AT_ONCE) {
        let sql = format!(
            "WITH w(firm_id, node_id, is_document, folded) AS (VALUES {}) UPDATE portal.nodes AS t SET folded = w.folded \
             FROM w WHERE t.firm_id = w.firm_id AND t.node_id = w.node_id AND t.is_document = w.is_document",
            tuples(some.len(), 4, 1)
        );
        let parked = |write: &&Planned| Value::text(format!("{PARKED}{:?}", write.key));
        let values = some.iter().flat_map(|write| write.row_key.iter().cloned().chain([parked(write)]));
        transaction.run(&sql, &values.collect::<Vec<_>>()).await?;
    }
    Ok(())
}
