//! One commit: look at everything first, then apply everything.

use std::collections::{BTreeMap, BTreeSet};

use super::lists::{Unique, name, uniques};
use super::rows::{RowId, Rows, Space};
use super::{State, name_of};
use crate::change::{Version, Write};
use crate::event::Keyspace;
use crate::files::{self, Place, settle_name};
use crate::ports::store::{Changes, CommandOutcome, CommitError, Committed, StoreError};
use crate::record::{Key, Record, Whole};
use crate::values::{FileName, FoldedName, FolderId};
use crate::{directory, record};

impl State {
    pub(super) fn commit(&mut self, changes: &Changes) -> Result<Committed, CommitError> {
        let command = &changes.command;
        if self.outcomes.contains_key(&name_of(command)) {
            return Err(CommitError::Repeated);
        }
        let space = space_of(command.keyspace);
        check_keys(changes, space)?;
        let (records, settled) = settle(&self.rows, space, &changes.writes);
        check_writes(&self.rows, space, &changes.writes, &records)?;

        for (write, record) in changes.writes.iter().zip(records) {
            match (write, record) {
                (Write::Create(_), Some(record)) => self.rows.put((space, record.key()), Version::FIRST, record),
                (Write::Update(version, _), Some(record)) => {
                    self.rows.put((space, record.key()), version.next(), record);
                }
                (Write::Delete(key, _), _) => self.rows.take((space, *key)),
                _ => {}
            }
        }
        let happened = self.history.append(changes);
        self.queues.append(happened);
        let outcome = CommandOutcome { input: command.input, run: command.run, made: changes.made.clone() };
        self.outcomes.insert(name_of(command), (changes.at, outcome));
        Ok(Committed { settled })
    }
}

/// Whose records a keyspace holds.
pub(super) fn space_of(keyspace: Keyspace) -> Space {
    match keyspace {
        Keyspace::Firm(firm) => Space::Firm(firm),
        Keyspace::Address(_) | Keyspace::Login(_) => Space::Deployment,
    }
}

/// No commit spans keyspaces, and no two writes name the same key: an engine that breaks this is broken itself, and trying
/// again would not help it.
fn check_keys(changes: &Changes, space: Space) -> Result<(), CommitError> {
    let mut named = BTreeSet::new();
    for write in &changes.writes {
        let key = key_of(write);
        let belongs = match (key, space) {
            (Key::Directory(directory::Key::Firm(firm)), Space::Firm(own)) => firm == own,
            (Key::Directory(_) | Key::Sharing(_) | Key::Files(_), Space::Firm(_)) => true,
            (Key::Identity(_), Space::Deployment) => true,
            _ => false,
        };
        if !belongs || !named.insert(key) {
            let what = format!("a commit whose write of {key:?} is doubled or belongs to another keyspace");
            return Err(StoreError::Corrupt { what }.into());
        }
    }
    Ok(())
}

fn key_of(write: &Write<Whole>) -> Key {
    match write {
        Write::Expect(key, _) | Write::Delete(key, _) => *key,
        Write::Create(record) | Write::Update(_, record) => record.key(),
    }
}

/// The records as they will be, in the order of their writes (`None` for writes without one), and the names that were
/// settled otherwise than wanted.
///
/// What keeps its name in its folder keeps it; then the others are settled in the order of their writes.
fn settle(rows: &Rows, space: Space, writes: &[Write<Whole>]) -> (Vec<Option<Record>>, Vec<(Key, FileName)>) {
    let mut names = Names { rows, space, freed: BTreeSet::new(), taken: BTreeMap::new() };
    for write in writes {
        if let Some(held) = rows.record((space, key_of(write))).and_then(held_name)
            && !keeps_name(write, &held)
            && !matches!(write, Write::Expect(..))
        {
            names.freed.insert(held);
        }
    }
    let mut settled = Vec::new();
    let records = writes
        .iter()
        .map(|write| {
            let (Write::Create(record) | Write::Update(_, record)) = write else { return None };
            let mut record = record.clone();
            let held = rows.record((space, record.key())).and_then(held_name);
            if !held.is_some_and(|held| keeps_name(write, &held))
                && let Some(place) = place_mut(&mut record)
                && let Some(Unique::Name(folder, _)) = name(place)
            {
                let got = names.settle(folder, &place.name);
                if got != place.name {
                    place.name = got.clone();
                    settled.push((record.key(), got));
                }
            }
            Some(record)
        })
        .collect();
    (records, settled)
}

fn held_name(record: &Record) -> Option<Unique> {
    match record {
        Record::Files(record) => record.place().and_then(name),
        _ => None,
    }
}

fn keeps_name(write: &Write<Whole>, held: &Unique) -> bool {
    matches!(write, Write::Update(_, record) if held_name(record).as_ref() == Some(held))
}

fn place_mut(record: &mut Record) -> Option<&mut Place> {
    match record {
        record::Record::Files(files::Record::Folder(folder)) => Some(&mut folder.place),
        record::Record::Files(files::Record::Document(document)) => Some(&mut document.place),
        _ => None,
    }
}

/// The names in folders, while a commit settles its own.
struct Names<'a> {
    rows: &'a Rows,
    space: Space,
    freed: BTreeSet<Unique>,
    taken: BTreeMap<FolderId, BTreeSet<FoldedName>>,
}

impl Names<'_> {
    fn settle(&mut self, folder: FolderId, wanted: &FileName) -> FileName {
        let own = self.taken.entry(folder).or_default();
        let got = settle_name(wanted, |name| {
            let unique = Unique::Name(folder, name.clone());
            own.contains(name) || (!self.freed.contains(&unique) && self.rows.holder(self.space, unique).is_some())
        });
        own.insert(got.folded());
        got
    }
}

/// Every write's condition, in their order. What this commit itself gives up, another of its writes may take.
fn check_writes(
    rows: &Rows,
    space: Space,
    writes: &[Write<Whole>],
    records: &[Option<Record>],
) -> Result<(), CommitError> {
    let freed: BTreeSet<(Space, Unique)> = writes
        .iter()
        .filter(|write| !matches!(write, Write::Expect(..)))
        .filter_map(|write| rows.record((space, key_of(write))))
        .flat_map(|record| uniques(space, record))
        .collect();
    let mut claimed = BTreeSet::new();
    for (write, record) in writes.iter().zip(records) {
        let id: RowId = (space, key_of(write));
        let wanted = match write {
            Write::Create(_) => None,
            Write::Expect(_, version) | Write::Update(version, _) | Write::Delete(_, version) => Some(*version),
        };
        let clashes = rows.version(id) != wanted
            || record.iter().flat_map(|record| uniques(space, record)).any(|unique| {
                let held = rows.holder(unique.0, unique.1.clone()).is_some() && !freed.contains(&unique);
                held || !claimed.insert(unique)
            });
        if clashes {
            return Err(CommitError::Conflict(id.1));
        }
    }
    Ok(())
}
