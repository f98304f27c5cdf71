//! A firm's data keys: which there are, and how they change.

use super::{Directory, Event, Record};
use crate::change::{Context, Decision, Versioned, Write};
use crate::values::{FirmId, RingKeyId, Timestamp};

/// A data key of a firm, wrapped: what the bytes of its documents are sealed under. The one with the highest number is the
/// current one; the others are there for what was sealed under them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKey {
    /// Its number at the firm, from 1.
    pub number: u32,
    /// The key, as the ring wrapped it: worth nothing without the ring.
    pub wrapped: Vec<u8>,
    /// Which of the ring's keys it is wrapped with.
    pub wrapped_by: RingKeyId,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The number of the data key that follows `current`.
pub fn next_data_key(current: Option<&Versioned<DataKey>>) -> u32 {
    current.map_or(1, |key| key.number.saturating_add(1))
}

/// Adds a data key, which is the current one from then on.
pub fn add_data_key(
    firm: FirmId,
    number: u32,
    wrapped_by: RingKeyId,
    wrapped: Vec<u8>,
    context: &Context,
) -> Decision<Directory, u32> {
    let key = DataKey { number, wrapped, wrapped_by, created_at: context.now };
    Decision::nothing(number).write(Write::Create(Record::DataKey(key))).event(Event::DataKeyAdded { firm, number })
}

/// Keeps a data key in another wrapping: the key itself stays.
pub fn rewrap_data_key(
    firm: FirmId,
    key: &Versioned<DataKey>,
    wrapped_by: RingKeyId,
    wrapped: Vec<u8>,
) -> Decision<Directory> {
    let number = key.number;
    let rewrapped = DataKey { wrapped, wrapped_by, ..key.value.clone() };
    Decision::nothing(())
        .write(Write::Update(key.version, Record::DataKey(rewrapped)))
        .event(Event::DataKeyRewrapped { firm, number })
}
