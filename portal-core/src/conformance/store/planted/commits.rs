//! Bugs in commits and their outcomes.

use std::sync::atomic::Ordering;
use std::time::Duration;

use super::broken::{Bug, Layer};
use crate::change::{Version, Write};
use crate::conformance::store::world::key_of;
use crate::directory;
use crate::event::Keyspace;
use crate::files;
use crate::ports::Store as _;
use crate::ports::store::{
    AuditReads as _, Changes, Command, CommandOutcome, CommitError, Committed, FileReads as _, NodeRead, StoreError,
};
use crate::record::{Record, Whole};
use crate::values::{Actor, FileName, FirmId, NodeId, Timestamp};

impl Layer {
    pub(super) async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError> {
        let mut changes = changes.clone();
        match self.bug {
            Some(Bug::GuardsIgnored) => changes.writes.retain(|write| !matches!(write, Write::Expect(..))),
            Some(Bug::UpdatesBlind | Bug::DeletesBlind | Bug::CreatesOverwrite) => self.blind(&mut changes).await?,
            Some(Bug::GuardsOnlyRead) => self.only_read_guards(&mut changes).await?,
            Some(Bug::TornWhenDropped) => self.tear(&mut changes).await?,
            Some(Bug::FirmsMixed) if changes.command.keyspace.firm().is_some() => {
                changes.command.keyspace = Keyspace::Firm(FirmId::from_bits(1));
                changes.command.id.push_str(" of another");
            }
            Some(Bug::ExternalIdsShared) => changes.writes.iter_mut().for_each(without_external_id),
            Some(Bug::NamesUnsettled | Bug::NamesUnsettledAtOnce) => changes.writes.iter_mut().for_each(marked),
            Some(Bug::RestoredNamesUnsettled) => {
                let updates = changes.writes.iter_mut().filter(|write| matches!(write, Write::Update(..)));
                updates.for_each(marked);
            }
            Some(Bug::CommandsRepeated) => {
                let number = self.count.fetch_add(1, Ordering::Relaxed);
                changes.command.id = format!("{} for the time {number}", changes.command.id);
            }
            Some(Bug::ActorsIgnored) => changes.command.actor = Actor::Host,
            _ => {}
        }
        let answer = self.inner.commit(&changes).await;
        match (self.bug, answer) {
            (Some(Bug::SettledNamesUntold), Ok(_)) => Ok(Committed::default()),
            (Some(Bug::LastConflictNamed), Err(CommitError::Conflict(key))) => {
                Err(CommitError::Conflict(changes.writes.last().map_or(key, key_of)))
            }
            (Some(Bug::HalfCommitted), Err(CommitError::Conflict(key))) => {
                for (number, write) in changes.writes.iter().enumerate() {
                    let _as_it_goes = self.inner.commit(&part(&changes, number, vec![write.clone()])).await;
                }
                Err(CommitError::Conflict(key))
            }
            (Some(Bug::FailedCommitsTold), Err(error)) => {
                let told = Changes { events: changes.events.clone(), ..part(&changes, 0, vec![]) };
                let _told = self.inner.commit(&told).await;
                Err(error)
            }
            (Some(Bug::ConflictsBeforeRepeated), Err(CommitError::Repeated)) => {
                self.check(&changes).await?;
                Err(CommitError::Repeated)
            }
            (_, answer) => answer,
        }
    }

    pub(super) async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
        if self.has(Bug::OutcomesLost) {
            return Ok(None);
        }
        let actor = if self.has(Bug::ActorsIgnored) { Actor::Host } else { command.actor };
        self.inner.outcome(&Command { actor, ..command.clone() }).await
    }

    pub(super) async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let early = Duration::from_secs(u64::from(self.has(Bug::OutcomesForgottenEarly)));
        let limit = if self.has(Bug::OutcomesForgottenAtOnce) { usize::MAX } else { limit };
        self.inner.forget_outcomes(before + early, limit).await
    }

    pub(super) async fn node(&self, firm: FirmId, node: NodeId) -> Result<Option<NodeRead>, StoreError> {
        let mut found = self.inner.node(firm, node).await?;
        if found.is_none() && self.has(Bug::ForeignNodesAnswered) {
            found = self.inner.node(FirmId::from_bits(1), node).await?;
        }
        if found.is_none() && self.has(Bug::PurgedAnswered) {
            let purged = self.inner.purged(100).await?;
            found = purged.into_iter().map(|(_, purged)| purged).find(|purged| match purged {
                NodeRead::Folder(folder) => node == folder.id.into(),
                NodeRead::Document(document) => node == document.id.into(),
            });
        }
        Ok(found.map(|read| match read {
            NodeRead::Folder(mut folder) => {
                folder.value.place.name = unmarked(&folder.value.place.name);
                NodeRead::Folder(folder)
            }
            NodeRead::Document(mut document) => {
                document.value.place.name = unmarked(&document.value.place.name);
                NodeRead::Document(document)
            }
        }))
    }

    /// Takes whatever version there is for the one that was named.
    async fn blind(&self, changes: &mut Changes) -> Result<(), StoreError> {
        for write in &mut changes.writes {
            let Some(version) = self.inner.version_of(changes.command.keyspace, key_of(write)).await? else { continue };
            *write = match (self.bug, write.clone()) {
                (Some(Bug::UpdatesBlind), Write::Update(_, record)) => Write::Update(version, record),
                (Some(Bug::DeletesBlind), Write::Delete(key, _)) => Write::Delete(key, version),
                (Some(Bug::CreatesOverwrite), Write::Create(record)) => Write::Update(version, record),
                (_, write) => write,
            };
        }
        Ok(())
    }

    /// Looks at the guards, lets others go on, and commits without them.
    async fn only_read_guards(&self, changes: &mut Changes) -> Result<(), CommitError> {
        let guards = changes.writes.extract_if(.., |write| matches!(write, Write::Expect(..))).collect();
        self.check(&part(changes, 0, guards)).await?;
        let_others_go_on().await;
        Ok(())
    }

    /// Commits the first write, and lets others go on before the rest.
    async fn tear(&self, changes: &mut Changes) -> Result<(), CommitError> {
        if changes.events.is_empty() || self.inner.outcome(&changes.command).await?.is_some() {
            return Ok(());
        }
        let first = changes.writes.remove(0);
        self.inner.commit(&part(changes, 0, vec![first])).await?;
        let_others_go_on().await;
        Ok(())
    }

    /// Whether every version is the one named.
    async fn check(&self, changes: &Changes) -> Result<(), CommitError> {
        for write in &changes.writes {
            let found = self.inner.version_of(changes.command.keyspace, key_of(write)).await?;
            let wanted: Option<Version> = match write {
                Write::Create(_) => None,
                Write::Expect(_, version) | Write::Update(version, _) | Write::Delete(_, version) => Some(*version),
            };
            if found != wanted {
                return Err(CommitError::Conflict(key_of(write)));
            }
        }
        Ok(())
    }
}

/// A part of a commit, under a command of its own and without its events.
fn part(changes: &Changes, number: usize, writes: Vec<Write<Whole>>) -> Changes {
    let id = format!("{}, part {number}", changes.command.id);
    Changes { command: Command { id, ..changes.command.clone() }, writes, events: vec![], ..changes.clone() }
}

async fn let_others_go_on() {
    let mut waited = false;
    std::future::poll_fn(|context| {
        if std::mem::replace(&mut waited, true) {
            return std::task::Poll::Ready(());
        }
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

fn record_mut(write: &mut Write<Whole>) -> Option<&mut Record> {
    match write {
        Write::Create(record) | Write::Update(_, record) => Some(record),
        Write::Expect(..) | Write::Delete(..) => None,
    }
}

fn without_external_id(write: &mut Write<Whole>) {
    match record_mut(write) {
        Some(Record::Directory(directory::Record::Member(member))) => member.external_id = None,
        Some(Record::Directory(directory::Record::Client(client))) => client.external_id = None,
        Some(Record::Directory(directory::Record::Contact(contact))) => contact.external_id = None,
        _ => {}
    }
}

/// Marks a name with its key, so that it collides with none; [`unmarked`] hides that.
fn marked(write: &mut Write<Whole>) {
    let key = format!("{:?}", key_of(write));
    let place = match record_mut(write) {
        Some(Record::Files(files::Record::Folder(folder))) => &mut folder.place,
        Some(Record::Files(files::Record::Document(document))) => &mut document.place,
        _ => return,
    };
    let name: String = place.name.as_str().chars().take(100).collect();
    place.name = FileName::new(&format!("{name}~{key}")).unwrap();
}

pub(super) fn unmarked(name: &FileName) -> FileName {
    name.as_str().split_once('~').map_or_else(|| name.clone(), |(name, _)| FileName::new(name).unwrap())
}
