//! Values on their way into a database, and rows on their way out.

use portal_core::change::Version;
use portal_core::ports::store::StoreError;
use portal_core::values::{Digest, Id, Timestamp};
use uuid::Uuid;

/// What a column holds. Databases that type their parameters have to know of what kind a NULL is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Id,
    Int,
    Text,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Id(Uuid),
    Int(i64),
    Text(String),
    Bytes(Vec<u8>),
    Null(Kind),
}

impl Value {
    pub(crate) fn id(id: impl Id) -> Self {
        Self::bits(id.as_u128())
    }

    pub(crate) fn bits(bits: u128) -> Self {
        Self::Id(Uuid::from_u128(bits))
    }

    pub(crate) fn maybe_id(id: Option<impl Id>) -> Self {
        id.map_or(Self::Null(Kind::Id), Self::id)
    }

    /// A count or size. The databases' integers have a sign: the upper half comes to lie below zero and reads back.
    pub(crate) fn unsigned(number: u64) -> Self {
        Self::Int(number.cast_signed())
    }

    pub(crate) fn maybe_int(number: Option<i64>) -> Self {
        number.map_or(Self::Null(Kind::Int), Self::Int)
    }

    pub(crate) fn flag(flag: bool) -> Self {
        Self::Int(flag.into())
    }

    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn maybe_text(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Null(Kind::Text), Self::text)
    }

    pub(crate) fn digest(digest: Digest) -> Self {
        Self::Bytes(digest.as_bytes().to_vec())
    }

    pub(crate) fn time(time: Timestamp) -> Self {
        Self::Int(time.as_micros())
    }

    pub(crate) fn maybe_time(time: Option<Timestamp>) -> Self {
        Self::maybe_int(time.map(Timestamp::as_micros))
    }

    pub(crate) fn version(version: Version) -> Self {
        Self::unsigned(version.as_u64())
    }

    /// How many rows are wanted at most.
    pub(crate) fn limit(limit: usize) -> Self {
        Self::Int(i64::try_from(limit).unwrap_or(i64::MAX))
    }

    pub(crate) fn is_null(&self) -> bool {
        matches!(self, Self::Null(_))
    }
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Row(pub(crate) Vec<Value>);

impl Row {
    /// The row's fields, to be read from left to right.
    pub(crate) fn fields(&self) -> Fields<'_> {
        Fields { rest: self.0.iter() }
    }
}

/// What is still to be read of a row.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'r> {
    rest: std::slice::Iter<'r, Value>,
}

/// Says that a row holds something that this version of the library never writes.
pub(crate) fn unreadable(what: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt { what: what.to_string() }
}

impl<'r> Fields<'r> {
    fn next(&mut self) -> Result<&'r Value, StoreError> {
        self.rest.next().ok_or_else(|| unreadable("a row has fewer columns than expected"))
    }

    /// Passes over columns that are there for the database's own use.
    pub(crate) fn skip(&mut self, columns: usize) -> Result<(), StoreError> {
        (0..columns).try_for_each(|_| self.next().map(drop))
    }

    /// Reads `width` columns with `read`, or `None` when the first of them is NULL: nothing was joined.
    pub(crate) fn joined<T>(
        &mut self,
        width: usize,
        read: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<Option<T>, StoreError> {
        if self.rest.as_slice().first().is_none_or(Value::is_null) {
            self.skip(width)?;
            return Ok(None);
        }
        read(self).map(Some)
    }

    pub(crate) fn maybe_bits(&mut self) -> Result<Option<u128>, StoreError> {
        match self.next()? {
            Value::Id(id) => Ok(Some(id.as_u128())),
            // SQLite does not tell an id from any other sixteen bytes.
            Value::Bytes(bytes) => {
                let bytes = <[u8; 16]>::try_from(bytes.as_slice()).map_err(|_| unreadable("an id is no id"))?;
                Ok(Some(u128::from_be_bytes(bytes)))
            }
            Value::Null(_) => Ok(None),
            Value::Int(_) | Value::Text(_) => Err(unreadable("an id is no id")),
        }
    }

    pub(crate) fn bits(&mut self) -> Result<u128, StoreError> {
        self.maybe_bits()?.ok_or_else(|| unreadable("an id is missing"))
    }

    pub(crate) fn maybe_id<I: Id>(&mut self) -> Result<Option<I>, StoreError> {
        Ok(self.maybe_bits()?.map(I::from_u128))
    }

    pub(crate) fn id<I: Id>(&mut self) -> Result<I, StoreError> {
        self.bits().map(I::from_u128)
    }

    pub(crate) fn maybe_int(&mut self) -> Result<Option<i64>, StoreError> {
        match self.next()? {
            Value::Int(number) => Ok(Some(*number)),
            Value::Null(_) => Ok(None),
            _ => Err(unreadable("a number is no number")),
        }
    }

    pub(crate) fn int(&mut self) -> Result<i64, StoreError> {
        self.maybe_int()?.ok_or_else(|| unreadable("a number is missing"))
    }

    pub(crate) fn unsigned(&mut self) -> Result<u64, StoreError> {
        self.int().map(i64::cast_unsigned)
    }

    pub(crate) fn count(&mut self) -> Result<u32, StoreError> {
        u32::try_from(self.int()?).map_err(|_| unreadable("a count is out of range"))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, StoreError> {
        self.int().map(|number| number != 0)
    }

    pub(crate) fn maybe_text(&mut self) -> Result<Option<&'r str>, StoreError> {
        match self.next()? {
            Value::Text(text) => Ok(Some(text)),
            Value::Null(_) => Ok(None),
            _ => Err(unreadable("a text is no text")),
        }
    }

    pub(crate) fn text(&mut self) -> Result<&'r str, StoreError> {
        self.maybe_text()?.ok_or_else(|| unreadable("a text is missing"))
    }

    /// Bytes of any length.
    pub(crate) fn any_bytes(&mut self) -> Result<&'r [u8], StoreError> {
        match self.next()? {
            Value::Bytes(bytes) => Ok(bytes),
            other => Err(unreadable(format_args!("{other:?} where bytes were expected"))),
        }
    }

    pub(crate) fn bytes<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        match self.next()? {
            Value::Bytes(bytes) => bytes.as_slice().try_into().map_err(|_| unreadable("bytes of a wrong length")),
            Value::Id(id) => id.as_bytes().as_slice().try_into().map_err(|_| unreadable("bytes of a wrong length")),
            _ => Err(unreadable("bytes are missing")),
        }
    }

    /// Bytes, however many.
    pub(crate) fn all_bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        match self.next()? {
            Value::Bytes(bytes) => Ok(bytes.clone()),
            Value::Id(id) => Ok(id.as_bytes().to_vec()),
            _ => Err(unreadable("bytes are missing")),
        }
    }

    pub(crate) fn digest(&mut self) -> Result<Digest, StoreError> {
        self.bytes().map(Digest::from_bytes)
    }

    pub(crate) fn maybe_time(&mut self) -> Result<Option<Timestamp>, StoreError> {
        Ok(self.maybe_int()?.map(Timestamp::from_micros))
    }

    pub(crate) fn time(&mut self) -> Result<Timestamp, StoreError> {
        self.int().map(Timestamp::from_micros)
    }

    pub(crate) fn version(&mut self) -> Result<Version, StoreError> {
        self.unsigned().map(Version::from_u64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portal_core::values::ClientId;

    #[test]
    fn what_goes_in_comes_out() {
        let client = ClientId::from_bits(7);
        let row = Row(vec![Value::id(client), Value::unsigned(u64::MAX), Value::text("é"), Value::flag(true)]);
        let mut fields = row.fields();
        assert_eq!(fields.id::<ClientId>().unwrap(), client);
        assert_eq!(fields.unsigned().unwrap(), u64::MAX);
        assert_eq!(fields.text().unwrap(), "é");
        assert!(fields.flag().unwrap() && fields.int().is_err());
    }

    #[test]
    fn what_was_not_joined_is_passed_over_whole() {
        let row = Row(vec![Value::Null(Kind::Id), Value::Null(Kind::Int), Value::Int(3)]);
        let mut fields = row.fields();
        assert_eq!(fields.joined(2, |fields| fields.int()).unwrap(), None);
        assert_eq!(fields.int().unwrap(), 3);
    }
}
