//! What a commit consists of, and what it answers.

use crate::audit::{ChainKey, events_digest};
use crate::change::Write;
use crate::event::{Event, Keyspace};
use crate::record::{Key, Whole};
use crate::values::{Actor, Digest, EventId, FileName, Id as _, Timestamp};

/// Who asked for what, once: keyspace, actor and id name it; the digest says whether it is the same question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// Where it acts.
    pub keyspace: Keyspace,
    /// Who acts.
    pub actor: Actor,
    /// The caller's idempotency key, or a random one.
    pub id: String,
    /// The digest of the operation and its input.
    pub input: Digest,
    /// Random, made anew each time it is tried: tells a commit of this very run from one of an earlier run.
    pub run: u128,
}

impl Command {
    /// A command that the caller gave no key: it is carried out once, by whoever drew these random bytes.
    pub(crate) fn unkeyed(keyspace: Keyspace, actor: Actor, drawn: [u8; 32]) -> Self {
        let drawn = Digest::of(&drawn);
        let run = Digest::of_parts(&[drawn.as_bytes(), b"run"]).leading_u128();
        Self { keyspace, actor, id: format!("~{drawn}"), input: Digest::ZERO, run }
    }

    /// What names the command, as one digest: ids derive from it.
    pub fn scope(&self) -> Digest {
        let (space, lead) = match self.keyspace {
            Keyspace::Firm(firm) => (b'f', firm.as_u128()),
            Keyspace::Address(address) => (b'a', address.as_u128()),
            Keyspace::Login(login) => (b'l', login.as_u128()),
        };
        let (kind, who) = match self.actor {
            Actor::Host => (b'h', 0),
            Actor::Member(member) => (b'm', member.as_u128()),
            Actor::Contact(contact) => (b'c', contact.as_u128()),
            Actor::Login(login) => (b'l', login.as_u128()),
            Actor::Visitor => (b'v', 0),
            Actor::Worker => (b'w', 0),
        };
        Digest::of_parts(&[&[space], &lead.to_be_bytes(), &[kind], &who.to_be_bytes(), self.id.as_bytes()])
    }
}

/// Everything that one commit writes.
#[derive(Debug, Clone)]
pub struct Changes {
    /// The command that asked for it.
    pub command: Command,
    /// When it was decided.
    pub at: Timestamp,
    /// What to write. No two writes name the same key.
    pub writes: Vec<Write<Whole>>,
    /// What came about, in order.
    pub events: Vec<Event>,
    /// The keys from which a replay reads the output anew.
    pub made: Vec<Key>,
}

impl Changes {
    /// The id of the event at `index`: derived from the command and its run, so that a command which is carried out once more
    /// after its outcome was forgotten tells of something new.
    pub fn event_id(&self, index: usize) -> EventId {
        let (scope, run) = (self.command.scope(), self.command.run.to_be_bytes());
        let parts = [scope.as_bytes(), b"event".as_slice(), &run, &(index as u64).to_be_bytes()];
        EventId::from_u128(Digest::of_parts(&parts).leading_u128())
    }

    /// The chains that this commit touches, in the order in which their locks are taken, each with the digest of what is
    /// added to it and the indices of its events.
    pub fn chains(&self) -> Vec<(ChainKey, Digest, Vec<usize>)> {
        let mut touched = std::collections::BTreeMap::<ChainKey, Vec<usize>>::new();
        for (index, event) in self.events.iter().enumerate() {
            if let Some(chain) = event.chain(self.command.keyspace) {
                touched.entry(chain).or_default().push(index);
            }
        }
        let digest = |indices: &[usize]| {
            let payloads: Vec<String> =
                indices.iter().filter_map(|index| self.events.get(*index)).map(Event::payload).collect();
            events_digest(payloads.iter().map(String::as_str))
        };
        touched.into_iter().map(|(chain, indices)| (chain, digest(&indices), indices)).collect()
    }
}

/// What a commit answers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Committed {
    /// The names that were settled otherwise than wanted.
    pub settled: Vec<(Key, FileName)>,
}

impl Committed {
    /// The name that the record of `key` got, if it is another than the one wanted.
    pub fn settled_name(&self, key: Key) -> Option<&FileName> {
        self.settled.iter().find(|(settled, _)| *settled == key).map(|(_, name)| name)
    }
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandOutcome {
    /// The digest of the operation and its input.
    pub input: Digest,
    /// The run that carried it out.
    pub run: u128,
    /// The keys from which the output is read anew.
    pub made: Vec<Key>,
}
