//! All areas as one: a variant an area, exhaustive on purpose, so that an adapter that ignores a record does not compile.

use crate::change::Area;
use crate::event::{DeliveryEvent, Event};
use crate::{directory, files, identity, sharing};

/// The whole domain.
#[derive(Debug, Clone, Copy)]
pub struct Whole;

impl Area for Whole {
    type Key = Key;
    type Record = Record;
    type Event = Event;
}

/// Names one record, within the keyspace of the command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// Of the directory.
    Directory(directory::Key),
    /// Of sharing.
    Sharing(sharing::Key),
    /// Of files.
    Files(files::Key),
    /// Of identity.
    Identity(identity::Key),
}

/// One record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// Of the directory.
    Directory(directory::Record),
    /// Of sharing.
    Sharing(sharing::Record),
    /// Of files.
    Files(files::Record),
    /// Of identity.
    Identity(identity::Record),
}

impl Record {
    /// The key that names this record.
    pub fn key(&self) -> Key {
        match self {
            Self::Directory(record) => Key::Directory(record.key()),
            Self::Sharing(record) => Key::Sharing(record.key()),
            Self::Files(record) => Key::Files(record.key()),
            Self::Identity(record) => Key::Identity(record.key()),
        }
    }
}

macro_rules! lift {
    ($($area:ident => $variant:ident),*) => {$(
        impl From<$area::Key> for Key {
            fn from(key: $area::Key) -> Self {
                Self::$variant(key)
            }
        }

        impl From<$area::Record> for Record {
            fn from(record: $area::Record) -> Self {
                Self::$variant(record)
            }
        }

        impl From<$area::Event> for Event {
            fn from(event: $area::Event) -> Self {
                Self::$variant(event)
            }
        }
    )*};
}

lift!(directory => Directory, sharing => Sharing, files => Files, identity => Identity);

impl From<DeliveryEvent> for Event {
    fn from(event: DeliveryEvent) -> Self {
        Self::Delivery(event)
    }
}
