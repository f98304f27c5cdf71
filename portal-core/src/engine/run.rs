//! The one loop: authority, outcome of an earlier run, load, decide, commit, retry.

use std::future::Future;
use std::time::Duration;

use super::caller::{Authority as _, Caller};
use super::{Engine, Error, Operation};
use crate::change::{Context, Decision, Version, Write};
use crate::event::Keyspace;
use crate::ports::store::{Changes, Command, CommandOutcome, CommitError, Committed, StoreError};
use crate::ports::{Clock, Entropy, Store};
use crate::record::{Key, Whole};
use crate::values::{Actor, Digest};

/// How often an operation is decided anew before it answers `Busy`.
const ATTEMPTS: u32 = 24;

/// One operation: what it needs, and what it decides. Its fields, serialized, are the input whose digest tells whether a
/// repeated command asks the same again; who asks is no field, and a secret is skipped.
pub(crate) trait Operate: serde::Serialize + Send + Sync + 'static {
    /// What it is, for authority and the matrix.
    const OPERATION: Operation;
    /// Who asks for it.
    type By: Caller;
    /// What it needs to decide.
    type Loaded: Send + Sync;
    /// What it answers.
    type Output: Answer;

    /// Asks the store for exactly what the rule needs.
    fn load(
        &self,
        engine: &Engine,
        authority: &<Self::By as Caller>::Authority,
    ) -> impl Future<Output = Result<Self::Loaded, Error>> + Send;

    /// Decides. Pure: the same values give the same decision.
    fn decide(
        &self,
        authority: &<Self::By as Caller>::Authority,
        loaded: &Self::Loaded,
        context: &Context,
    ) -> Result<Decision<Whole, Self::Output>, Error>;

    /// Puts what the store settled into the output.
    fn settle(output: Self::Output, _committed: &Committed) -> Self::Output {
        output
    }

    /// The output of an earlier run, read anew from the keys that it made.
    fn replay(
        &self,
        _engine: &Engine,
        _authority: &<Self::By as Caller>::Authority,
        made: &[Key],
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send {
        let again = Self::Output::remade(made).ok_or_else(|| Error::corrupt("the outcome of a command"));
        async move { again }
    }
}

/// What an operation answers: told by keys, so that a repeated command answers the same.
pub(crate) trait Answer: Send + Sync + Sized + 'static {
    /// The keys that are kept with the command's outcome.
    fn made(&self) -> Vec<Key>;

    /// The answer, if those keys alone tell it; otherwise the operation reads it anew in [`Operate::replay`].
    fn remade(made: &[Key]) -> Option<Self>;
}

impl Answer for () {
    fn made(&self) -> Vec<Key> {
        Vec::new()
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        Some(())
    }
}

macro_rules! answers_with_its_key {
    ($($id:ty => $area:ident::$key:ident in $variant:ident;)*) => {$(
        impl Answer for $id {
            fn made(&self) -> Vec<Key> {
                vec![crate::$area::Key::$key(*self).into()]
            }

            fn remade(made: &[Key]) -> Option<Self> {
                match made {
                    [Key::$variant(crate::$area::Key::$key(id))] => Some(*id),
                    _ => None,
                }
            }
        }
    )*};
}

answers_with_its_key! {
    crate::values::MemberId => directory::Member in Directory;
    crate::values::ContactId => directory::Contact in Directory;
    crate::values::FolderId => files::Folder in Files;
    crate::values::FolderTemplateId => directory::FolderTemplate in Directory;
}

/// Carries out `operation` for `caller`: once, however often it is tried under the same key.
pub(crate) async fn run<O: Operate>(
    engine: &Engine,
    caller: &O::By,
    key: Option<String>,
    operation: &O,
) -> Result<O::Output, Error> {
    let keyed = key.is_some();
    let command = command_of(engine, caller, key, operation)?;
    let mut run = Run { engine, caller, operation, command, keyed, taken: 0, unanswered: None };
    let mut last = Error::Busy;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            engine.clock.pause(pause_before(attempt, run.command.run)).await;
        }
        match run.turn(attempt > 0).await {
            Ok(output) => return Ok(output),
            Err(Turn::Again(error)) => last = error,
            Err(Turn::Over(error)) => return Err(error),
        }
    }
    Err(last)
}

/// Commits what was decided on what was read before, once, under no key: whether it could be. What got into its way is met by
/// whoever reads anew.
pub(crate) async fn once(
    engine: &Engine,
    keyspace: Keyspace,
    actor: Actor,
    decide: impl FnOnce(&Context) -> Decision<Whole>,
) -> Result<bool, Error> {
    once_on((&*engine.store, &*engine.clock, &*engine.entropy), keyspace, actor, decide).await
}

/// The same, for what is beside the engine.
pub(crate) async fn once_on(
    (store, clock, entropy): (&dyn Store, &dyn Clock, &dyn Entropy),
    keyspace: Keyspace,
    actor: Actor,
    decide: impl FnOnce(&Context) -> Decision<Whole>,
) -> Result<bool, Error> {
    let command = Command::unkeyed(keyspace, actor, entropy.draw()?);
    let context = Context::new(clock.now(), command.scope(), entropy.draw()?);
    let Decision { writes, events, output: () } = decide(&context);
    let changes = Changes { command, at: context.now, writes, events, made: Vec::new() };
    match store.commit(&changes).await {
        Ok(_) => Ok(true),
        Err(CommitError::Conflict(_) | CommitError::Repeated) => Ok(false),
        Err(CommitError::Store(error)) => Err(error.into()),
    }
}

/// Why a turn of the loop gave no answer.
enum Turn {
    /// Another turn may give one; the error is told when there is none left.
    Again(Error),
    /// No other turn would.
    Over(Error),
}

impl<E: Into<Error>> From<E> for Turn {
    fn from(error: E) -> Self {
        Self::Over(error.into())
    }
}

/// An operation that is being carried out.
struct Run<'a, O: Operate> {
    engine: &'a Engine,
    caller: &'a O::By,
    operation: &'a O,
    command: Command,
    keyed: bool,
    /// How often in a row a record to be made was there already.
    taken: u32,
    /// What this very run decided, when its commit was answered by silence.
    unanswered: Option<O::Output>,
}

impl<O: Operate> Run<'_, O> {
    async fn turn(&mut self, again: bool) -> Result<O::Output, Turn> {
        // INVARIANT: authority before the outcome, so that nobody is told again what they may not see any more.
        let authority = match self.caller.authorize(self.engine, O::OPERATION).await {
            Ok(authority) => authority,
            Err(error) => return self.own_doing(error).await,
        };
        if (self.keyed || again)
            && let Some(earlier) = self.outcome().await?
        {
            return self.repeat(&authority, earlier).await;
        }
        let (context, decision) = match self.decide(&authority).await {
            Ok(decided) => decided,
            Err(error) => {
                // What refuses may be the effect of this very command, carried out by another run of it meanwhile.
                return match if self.keyed || again { self.outcome().await? } else { None } {
                    Some(earlier) => self.repeat(&authority, earlier).await,
                    None => Err(error.into()),
                };
            }
        };
        let nothing = decision.writes.is_empty() && decision.events.is_empty();
        if nothing && !self.remembers_nothing_done() {
            return Ok(decision.output);
        }
        let Some((changes, output)) = changes_of::<O>(&self.command, &authority, &context, decision) else {
            return Err(Turn::Again(Error::Busy));
        };
        self.commit(&changes, output).await
    }

    async fn decide(
        &self,
        authority: &<O::By as Caller>::Authority,
    ) -> Result<(Context, Decision<Whole, O::Output>), Error> {
        let loaded = self.operation.load(self.engine, authority).await?;
        let engine = self.engine;
        let context = Context::new(engine.clock.now(), self.command.scope(), engine.entropy.draw()?);
        let decision = self.operation.decide(authority, &loaded, &context)?;
        Ok((context, decision))
    }

    /// Under a key it is remembered too that nothing was to be done, so that the same key does nothing later either; but
    /// what strangers ask for in vain leaves nothing behind.
    fn remembers_nothing_done(&self) -> bool {
        self.keyed && self.command.actor != Actor::Visitor
    }

    async fn commit(&mut self, changes: &Changes, output: O::Output) -> Result<O::Output, Turn> {
        match self.engine.store.commit(changes).await {
            Ok(committed) => Ok(O::settle(output, &committed)),
            Err(CommitError::Conflict(key)) => {
                // A record to be made is there, again and again, and deciding anew does not see it: the ids of this key are
                // taken by a command that is older than its outcome.
                self.taken = if self.keyed && creates(changes, key) { self.taken + 1 } else { 0 };
                Err(if self.taken > 2 { Turn::Over(Error::CommandReused) } else { Turn::Again(Error::Busy) })
            }
            Err(CommitError::Repeated) => Err(Turn::Again(Error::Busy)),
            Err(CommitError::Store(StoreError::Unavailable(source))) => {
                // It may have been applied; the next turn asks.
                self.unanswered = Some(output);
                Err(Turn::Again(Error::Unavailable(source)))
            }
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    async fn outcome(&self) -> Result<Option<CommandOutcome>, Turn> {
        match self.engine.store.outcome(&self.command).await {
            Err(StoreError::Unavailable(source)) => Err(Turn::Again(Error::Unavailable(source))),
            answer => Ok(answer?),
        }
    }

    /// The answer to a command that was carried out before: by this very run, whose answer was lost, or by an earlier one.
    async fn repeat(
        &mut self,
        authority: &<O::By as Caller>::Authority,
        earlier: CommandOutcome,
    ) -> Result<O::Output, Turn> {
        if earlier.input != self.command.input {
            return Err(Error::CommandReused.into());
        }
        match self.operation.replay(self.engine, authority, &earlier.made).await {
            Err(Error::Unavailable(source)) => Err(Turn::Again(Error::Unavailable(source))),
            // What nobody is told again, this run may be: its own secret, whose commit was answered by silence.
            Err(error) if earlier.run == self.command.run => self.unanswered.take().ok_or(error.into()),
            answer => Ok(answer?),
        }
    }

    /// Whoever may not go on may have brought it about by this very run, whose answer was lost: leaving the team, signing
    /// out. Then it was carried out, and that is its answer.
    async fn own_doing(&mut self, error: Error) -> Result<O::Output, Turn> {
        if self.unanswered.is_some() {
            let outcome = self.outcome().await?;
            if outcome.is_some_and(|outcome| outcome.run == self.command.run) {
                return self.unanswered.take().ok_or(error.into());
            }
        }
        Err(error.into())
    }
}

fn command_of<O: Operate>(
    engine: &Engine,
    caller: &O::By,
    key: Option<String>,
    operation: &O,
) -> Result<Command, Error> {
    let input = serde_json::to_vec(operation).map_err(|error| Error::corrupt(error.to_string()))?;
    let unkeyed = Command::unkeyed(caller.keyspace(), caller.actor(), engine.entropy.draw()?);
    Ok(Command {
        id: key.map_or(unkeyed.id, |key| format!("={key}")),
        input: Digest::of_parts(&[O::OPERATION.name().as_bytes(), &input]),
        ..unkeyed
    })
}

/// What is to be committed; `None` when the decision rests on one version of a record and the authority on another.
fn changes_of<O: Operate>(
    command: &Command,
    authority: &<O::By as Caller>::Authority,
    context: &Context,
    decision: Decision<Whole, O::Output>,
) -> Option<(Changes, O::Output)> {
    let mut writes = decision.writes;
    for guard in authority.guards() {
        match writes.iter().find(|write| key_of(write) == key_of(&guard)) {
            None => writes.push(guard),
            // What the operation writes itself is conditional already, as long as it is on the same version.
            Some(own) if version_of(own) == version_of(&guard) => {}
            Some(_) => return None,
        }
    }
    let made = decision.output.made();
    let changes = Changes { command: command.clone(), at: context.now, writes, events: decision.events, made };
    Some((changes, decision.output))
}

/// The key that a write names.
pub(crate) fn key_of(write: &Write<Whole>) -> Key {
    match write {
        Write::Expect(key, _) | Write::Delete(key, _) => *key,
        Write::Create(record) | Write::Update(_, record) => record.key(),
    }
}

/// The version that a write rests on.
fn version_of(write: &Write<Whole>) -> Option<Version> {
    match write {
        Write::Expect(_, version) | Write::Update(version, _) | Write::Delete(_, version) => Some(*version),
        Write::Create(_) => None,
    }
}

fn creates(changes: &Changes, key: Key) -> bool {
    changes.writes.iter().any(|write| matches!(write, Write::Create(record) if record.key() == key))
}

/// Longer at each attempt and different for each run, so that those who collided do not meet again: up to half a second.
fn pause_before(attempt: u32, run: u128) -> Duration {
    let ceiling_micros = 2_000_u64 << attempt.min(8);
    let spread = Digest::of_parts(&[&run.to_be_bytes(), &attempt.to_be_bytes()]).leading_u128();
    let share = u64::try_from(spread % u128::from(ceiling_micros)).unwrap_or(0);
    Duration::from_micros(ceiling_micros / 4 + share * 3 / 4)
}
