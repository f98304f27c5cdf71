//! Decisions as data: what an area may ask to be written, and on what it rests.
//!
//! Generic over the area, and it knows none by name. A decision is made by a pure function, is lifted into the whole
//! domain by `From`, and happens when a store commits it, all of it or nothing.

use std::fmt;

use crate::values::{Digest, Id, Salt, Timestamp};

/// How often a record was written; a store raises it by one at every update.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(u64);

impl Version {
    /// The version of a record just created.
    pub const FIRST: Self = Self(1);

    /// Takes a version back from a store.
    pub const fn from_u64(number: u64) -> Self {
        Self(number)
    }

    /// The number a store keeps.
    pub const fn as_u64(self) -> u64 {
        self.0
    }

    /// The version after one more update.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

/// A value with the version it was read at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The version at which it was read.
    pub version: Version,
    /// The value.
    pub value: T,
}

impl<T> Versioned<T> {
    /// Pairs a value with its version.
    pub const fn new(version: Version, value: T) -> Self {
        Self { version, value }
    }
}

impl<T> std::ops::Deref for Versioned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// One area of the domain: what its records are named by, what they are, and what can happen to them.
pub trait Area {
    /// Names one record.
    type Key: Clone + fmt::Debug + PartialEq;
    /// One record.
    type Record: Clone + fmt::Debug;
    /// A fact that came about.
    type Event: Clone + fmt::Debug;
}

/// One write. A blind overwrite cannot be expressed.
#[derive(Debug, Clone)]
pub enum Write<A: Area> {
    /// What the decision rested on and does not change: it must still be at this version, and stay there until the commit.
    Expect(A::Key, Version),
    /// A record that must not exist yet.
    Create(A::Record),
    /// A record that must still be at this version.
    Update(Version, A::Record),
    /// A record that must still be at this version, to be taken away.
    Delete(A::Key, Version),
}

impl<A: Area> Write<A> {
    /// Says the same in the words of an area that contains this one.
    pub fn lift<B: Area>(self) -> Write<B>
    where
        B::Key: From<A::Key>,
        B::Record: From<A::Record>,
    {
        match self {
            Self::Expect(key, version) => Write::Expect(key.into(), version),
            Self::Create(record) => Write::Create(record.into()),
            Self::Update(version, record) => Write::Update(version, record.into()),
            Self::Delete(key, version) => Write::Delete(key.into(), version),
        }
    }
}

/// What a rule decided: writes, events, and what to tell the caller.
#[derive(Debug, Clone)]
#[must_use = "nothing happens until the store commits it"]
pub struct Decision<A: Area, O = ()> {
    /// What to write.
    pub writes: Vec<Write<A>>,
    /// What came about.
    pub events: Vec<A::Event>,
    /// What to tell the caller.
    pub output: O,
}

impl<A: Area, O> Decision<A, O> {
    /// A decision that writes nothing.
    pub const fn nothing(output: O) -> Self {
        Self { writes: Vec::new(), events: Vec::new(), output }
    }

    /// Adds a write.
    pub fn write(mut self, write: Write<A>) -> Self {
        self.writes.push(write);
        self
    }

    /// Adds an event.
    pub fn event(mut self, event: A::Event) -> Self {
        self.events.push(event);
        self
    }

    /// Rests the decision on a record that it does not change.
    pub fn expect(self, key: A::Key, version: Version) -> Self {
        self.write(Write::Expect(key, version))
    }

    /// Says the same in the words of an area that contains this one.
    pub fn lift<B: Area>(self) -> Decision<B, O>
    where
        B::Key: From<A::Key>,
        B::Record: From<A::Record>,
        B::Event: From<A::Event>,
    {
        Decision {
            writes: self.writes.into_iter().map(Write::lift).collect(),
            events: self.events.into_iter().map(Into::into).collect(),
            output: self.output,
        }
    }

    /// Joins what another decision writes and tells to this one; this one's output stays.
    pub fn and<P>(mut self, other: Decision<A, P>) -> Self {
        self.writes.extend(other.writes);
        self.events.extend(other.events);
        self
    }

    /// Turns the output into another.
    pub fn map<P>(self, turn: impl FnOnce(O) -> P) -> Decision<A, P> {
        Decision { writes: self.writes, events: self.events, output: turn(self.output) }
    }
}

/// What a rule may know besides the records: the time, and where ids and salts come from.
///
/// Ids derive from the scope of the command, so that a retry of the same command makes the same ids. Salts derive from
/// fresh randomness, so that nobody who holds the scope can guess at an erased text.
#[derive(Debug, Clone, Copy)]
pub struct Context {
    /// The time of the decision.
    pub now: Timestamp,
    scope: Digest,
    seed: [u8; 32],
}

impl Context {
    /// The context of a command, with 32 random bytes for its salts.
    pub const fn new(now: Timestamp, scope: Digest, seed: [u8; 32]) -> Self {
        Self { now, scope, seed }
    }

    /// The same for one of many things that a command does alike: ids and salts of each are its own.
    #[must_use]
    pub fn within(&self, label: &str) -> Self {
        let part = |whole: &[u8; 32]| Digest::of_parts(&[whole, b"within", label.as_bytes()]);
        Self { now: self.now, scope: part(self.scope.as_bytes()), seed: *part(&self.seed).as_bytes() }
    }

    /// The id that this command gives to what `label` names; the same command and label give the same id.
    pub fn id<I: Id>(&self, label: &str) -> I {
        I::from_u128(Digest::of_parts(&[self.scope.as_bytes(), I::PREFIX.as_bytes(), label.as_bytes()]).leading_u128())
    }

    /// A salt for the note that `label` names.
    pub fn salt(&self, label: &str) -> Salt {
        Salt::from_bytes(Digest::of_parts(&[&self.seed, b"salt", label.as_bytes()]).leading_u128().to_be_bytes())
    }

    /// Notes a personal text under the salt that `label` names.
    pub fn note(&self, label: &str, text: impl Into<String>) -> crate::values::Note {
        crate::values::Note::new(self.salt(label), text)
    }

    /// Random bits for the key of a blob, which no command may choose.
    pub fn random_id<I: Id>(&self, label: &str) -> I {
        I::from_u128(Digest::of_parts(&[&self.seed, I::PREFIX.as_bytes(), label.as_bytes()]).leading_u128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values::{BlobKey, ClientId, FolderId};

    #[test]
    fn ids_derive_from_the_scope_alone_and_differ_by_kind_and_label() {
        let now = Timestamp::from_micros(1);
        let first = Context::new(now, Digest::of(b"scope"), [1; 32]);
        let again = Context::new(now, Digest::of(b"scope"), [2; 32]);
        let other = Context::new(now, Digest::of(b"other"), [1; 32]);
        assert_eq!(first.id::<ClientId>("client"), again.id::<ClientId>("client"));
        assert_ne!(first.id::<ClientId>("client"), other.id::<ClientId>("client"));
        assert_ne!(first.id::<ClientId>("a").as_u128(), first.id::<FolderId>("a").as_u128());
        assert_ne!(first.salt("a"), again.salt("a"));
        let row = |context: Context, label: &str| {
            (context.within(label).id::<ClientId>("client"), context.within(label).salt("a"))
        };
        assert_eq!(row(first, "1").0, row(again, "1").0);
        assert_ne!(row(first, "1").1, row(again, "1").1);
        assert_ne!(row(first, "1").0, row(first, "2").0);
        assert_ne!(row(first, "1").1, row(first, "2").1);
    }

    #[test]
    fn l27_the_key_of_a_blob_is_random_whatever_the_command() {
        let key = |scope: &[u8], seed: u8| {
            let context = Context::new(Timestamp::from_micros(1), Digest::of(scope), [seed; 32]);
            context.random_id::<BlobKey>("upload")
        };
        assert_ne!(key(b"scope", 1), key(b"scope", 2));
        assert_eq!(key(b"scope", 1), key(b"other", 1), "who chooses the command chooses nothing of it");
    }
}
