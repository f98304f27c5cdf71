//! Records by key, what is unique about them, and the lists they stand in.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use super::lists::{Listed, Unique, lists, uniques};
use crate::change::{Version, Versioned};
use crate::directory::{
    self, Assignment, Client, Contact, DataKey, Firm, FolderTemplate, Mailing, Member, PortalAccess,
};
use crate::files::{self, Condemned, Document, DocumentVersion, Folder, Upload};
use crate::identity::{self, Attempt, Limit, Login, Reach, Session};
use crate::record::{Key, Record};
use crate::sharing::{self, Grant, Tree};
use crate::values::FirmId;

/// Whose a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Space {
    /// No firm's: identity, and lists that go over all firms.
    Deployment,
    /// A firm's.
    Firm(FirmId),
}

/// Names one record of the whole deployment.
pub(super) type RowId = (Space, Key);

/// All records.
#[derive(Debug, Default)]
pub(super) struct Rows {
    rows: BTreeMap<RowId, Versioned<Record>>,
    unique: BTreeMap<(Space, Unique), RowId>,
    listed: BTreeSet<(Space, Listed, RowId)>,
}

impl Rows {
    /// The version of a record.
    pub(super) fn version(&self, id: RowId) -> Option<Version> {
        self.rows.get(&id).map(|row| row.version)
    }

    /// A record, whatever it is.
    pub(super) fn record(&self, id: RowId) -> Option<&Record> {
        self.rows.get(&id).map(|row| &row.value)
    }

    /// A record of a kind, to look at.
    pub(super) fn look<T: Stored>(&self, space: Space, key: impl Into<Key>) -> Option<&T> {
        self.record((space, key.into())).and_then(T::in_record)
    }

    /// A record of a kind, to answer with.
    pub(super) fn read<T: Stored>(&self, space: Space, key: impl Into<Key>) -> Option<Versioned<T>> {
        let row = self.rows.get(&(space, key.into()))?;
        T::in_record(&row.value).map(|value| Versioned::new(row.version, value.clone()))
    }

    /// The records of a kind whose keys lie between `first` and `last`, by key.
    pub(super) fn range<T: Stored>(
        &self,
        space: Space,
        first: impl Into<Key>,
        last: impl Into<Key>,
    ) -> impl Iterator<Item = Versioned<T>> {
        self.rows
            .range((space, first.into())..=(space, last.into()))
            .filter_map(|(_, row)| T::in_record(&row.value).map(|value| Versioned::new(row.version, value.clone())))
    }

    /// All records of a kind in the deployment, to look at.
    pub(super) fn all<'a, T: Stored + 'a>(&'a self) -> impl Iterator<Item = (Space, &'a T)> {
        self.rows.iter().filter_map(|((space, _), row)| T::in_record(&row.value).map(|value| (*space, value)))
    }

    /// Who holds something unique.
    pub(super) fn holder(&self, space: Space, unique: Unique) -> Option<RowId> {
        self.unique.get(&(space, unique)).copied()
    }

    /// What stands exactly at `listed`, by key.
    pub(super) fn at(&self, space: Space, listed: Listed) -> impl Iterator<Item = RowId> {
        let from = (space, listed.clone(), (Space::Deployment, FIRST_KEY));
        self.listed.range(from..).take_while(move |(at, list, _)| *at == space && *list == listed).map(|(_, _, id)| *id)
    }

    /// What stands after `listed` (or at it, when it is included), in the order of the lists.
    pub(super) fn from(&self, space: Space, listed: Bound<Listed>) -> impl Iterator<Item = (&Listed, RowId)> {
        let (from, excluded) = match listed {
            Bound::Included(listed) => (Bound::Included((space, listed, (Space::Deployment, FIRST_KEY))), None),
            Bound::Excluded(listed) => {
                (Bound::Included((space, listed.clone(), (Space::Deployment, FIRST_KEY))), Some(listed))
            }
            Bound::Unbounded => (Bound::Unbounded, None),
        };
        self.listed
            .range((from, Bound::Unbounded))
            .take_while(move |(at, _, _)| *at == space)
            .filter(move |(_, list, _)| excluded.as_ref() != Some(list))
            .map(|(_, list, id)| (list, *id))
    }

    /// Writes a record over whatever was there.
    pub(super) fn put(&mut self, id: RowId, version: Version, record: Record) {
        self.take(id);
        for unique in uniques(id.0, &record) {
            self.unique.insert(unique, id);
        }
        for (space, listed) in lists(id.0, &record) {
            self.listed.insert((space, listed, id));
        }
        self.rows.insert(id, Versioned::new(version, record));
    }

    /// Takes a record away.
    pub(super) fn take(&mut self, id: RowId) {
        let Some(row) = self.rows.remove(&id) else { return };
        for unique in uniques(id.0, &row.value) {
            self.unique.remove(&unique);
        }
        for (space, listed) in lists(id.0, &row.value) {
            self.listed.remove(&(space, listed, id));
        }
    }
}

/// No key comes before this one.
const FIRST_KEY: Key = Key::Directory(directory::Key::Firm(FirmId::from_bits(0)));

/// A kind of record.
pub(super) trait Stored: Clone {
    /// The record as this kind, if it is one.
    fn in_record(record: &Record) -> Option<&Self>;
}

macro_rules! stored {
    ($($area:ident, $records:ident => $($kind:ident: $variant:ident),*;)*) => {$($(
        impl Stored for $kind {
            fn in_record(record: &Record) -> Option<&Self> {
                match record {
                    Record::$area($records::Record::$variant(value)) => Some(value),
                    _ => None,
                }
            }
        }
    )*)*};
}

stored! {
    Directory, directory => Firm: Firm, Member: Member, Client: Client, Contact: Contact, PortalAccess: PortalAccess,
        Assignment: Assignment, Mailing: Mailing, DataKey: DataKey,
        FolderTemplate: FolderTemplate;
    Sharing, sharing => Tree: Tree, Grant: Grant;
    Files, files => Folder: Folder, Document: Document, DocumentVersion: Version, Upload: Upload, Condemned: Condemned;
    Identity, identity => Attempt: Attempt, Limit: Limit, Login: Login, Session: Session, Reach: Reach;
}
