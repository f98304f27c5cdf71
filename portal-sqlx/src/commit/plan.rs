//! What a commit writes, table by table.

use std::collections::{BTreeMap, BTreeSet};

use portal_core::change::{Version, Write};
use portal_core::event::Keyspace;
use portal_core::ports::store::{Changes, StoreError};
use portal_core::record::{Key, Record};

use crate::rows::{Table, columns_of, row_key};
use crate::sql::{Value, unreadable};

/// One write, with the row it is of.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) key: Key,
    pub(super) table: &'static Table,
    pub(super) row_key: Vec<Value>,
    pub(super) step: Step,
}

/// What is to be done with the row.
#[derive(Debug)]
pub(super) enum Step {
    Expect(Version),
    Create(Record),
    Update(Version, Record),
    Delete(Version),
}

impl Planned {
    /// The version that the row must have; `None` when it must not be there.
    pub(super) fn wanted(&self) -> Option<Version> {
        match &self.step {
            Step::Expect(version) | Step::Update(version, _) | Step::Delete(version) => Some(*version),
            Step::Create(_) => None,
        }
    }

    /// The record that the row becomes.
    pub(super) fn record(&self) -> Option<&Record> {
        match &self.step {
            Step::Create(record) | Step::Update(_, record) => Some(record),
            Step::Expect(_) | Step::Delete(_) => None,
        }
    }

    /// The same, to settle its name.
    pub(super) fn record_mut(&mut self) -> Option<&mut Record> {
        match &mut self.step {
            Step::Create(record) | Step::Update(_, record) => Some(record),
            Step::Expect(_) | Step::Delete(_) => None,
        }
    }

    /// Whether the row is changed, or goes.
    pub(super) fn rewrites(&self) -> bool {
        matches!(self.step, Step::Update(..) | Step::Delete(_))
    }

    /// All values of the row that it becomes, as the table has its columns.
    pub(super) fn row(&self) -> Vec<Value> {
        let version = self.wanted().map_or(Version::FIRST, Version::next);
        let mut row = self.row_key.clone();
        row.push(Value::version(version));
        row.extend(self.record().map(columns_of).unwrap_or_default());
        row
    }
}

/// Finds the row of every write.
///
/// # Errors
/// `Corrupt` for what no engine makes: two writes of one key, or a commit that spans keyspaces.
pub(super) fn plan(changes: &Changes) -> Result<Vec<Planned>, StoreError> {
    let keyspace = changes.command.keyspace;
    let mut named = BTreeSet::new();
    let mut planned = Vec::with_capacity(changes.writes.len());
    for write in &changes.writes {
        let (key, step) = match write {
            Write::Expect(key, version) => (*key, Step::Expect(*version)),
            Write::Create(record) => (record.key(), Step::Create(record.clone())),
            Write::Update(version, record) => (record.key(), Step::Update(*version, record.clone())),
            Write::Delete(key, version) => (*key, Step::Delete(*version)),
        };
        if matches!(key, Key::Identity(_)) == matches!(keyspace, Keyspace::Firm(_)) || !named.insert(key) {
            return Err(unreadable(format_args!(
                "a commit whose write of {key:?} is doubled or belongs to another keyspace"
            )));
        }
        let (table, row_key) = row_key(keyspace, key)?;
        planned.push(Planned { key, table, row_key, step });
    }
    Ok(planned)
}

/// The writes that `pick` picks, by table, each with its place among all of them; within a table in the order of keys.
pub(super) fn by_table(
    planned: &[Planned],
    pick: impl Fn(&Planned) -> bool,
) -> BTreeMap<&'static str, Vec<(usize, &Planned)>> {
    let mut tables = BTreeMap::<&'static str, Vec<(usize, &Planned)>>::new();
    for (index, write) in planned.iter().enumerate().filter(|(_, write)| pick(write)) {
        tables.entry(write.table.name).or_default().push((index, write));
    }
    for writes in tables.values_mut() {
        writes.sort_by(|(_, one), (_, other)| one.row_key.cmp(&other.row_key));
    }
    tables
}

/// The firm of these writes, and the ids of their records: what a statement about all of them is told.
pub(super) fn firm_and_ids(writes: &[&Planned]) -> Vec<Value> {
    let firm = writes.first().and_then(|write| write.row_key.first()).cloned();
    let ids = writes.iter().filter_map(|write| write.row_key.get(1)).cloned();
    firm.into_iter().chain(ids).collect()
}
