//! The one loop: authority, outcome of an earlier run, load, decide, commit, retry.

use std::future::Future;
use std::time::Duration;

use super::caller::{Authority as _, Caller};
use super::{Engine, Error, Operation};
use crate::change::{Context, Decision, Write};
use crate::ports::store::{Changes, Command, CommandOutcome, CommitError, Committed, StoreError};
use crate::record::{Key, Whole};
use crate::values::Digest;

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
    let mut last = Error::Busy;
    let mut taken = 0;
    // What this very run decided, when its commit was answered by silence.
    let mut unanswered: Option<O::Output> = None;
    for attempt in 0..ATTEMPTS {
        if attempt > 0 {
            engine.clock.pause(pause_before(attempt, command.run)).await;
        }
        // INVARIANT: authority before the outcome, so that nobody is told again what they may not see any more.
        let authority = caller.authorize(engine, O::OPERATION).await?;
        if keyed || attempt > 0 {
            match engine.store.outcome(&command).await {
                Ok(None) => {}
                Ok(Some(earlier)) => return repeat(engine, &authority, operation, &command, earlier, unanswered).await,
                Err(StoreError::Unavailable(source)) => {
                    last = Error::Unavailable(source);
                    continue;
                }
                Err(error) => return Err(error.into()),
            }
        }
        let loaded = operation.load(engine, &authority).await?;
        let context = Context::new(engine.clock.now(), command.scope(), engine.entropy.draw()?);
        let decision = operation.decide(&authority, &loaded, &context)?;
        if decision.writes.is_empty() && decision.events.is_empty() {
            return Ok(decision.output);
        }
        let (changes, output) = changes_of::<O>(&command, &authority, &context, decision);
        match engine.store.commit(&changes).await {
            Ok(committed) => return Ok(O::settle(output, &committed)),
            Err(CommitError::Conflict(key)) => {
                // A record to be made is there, again and again, and deciding anew does not see it: the ids of this key are
                // taken by a command that is older than its outcome.
                taken = if keyed && creates(&changes, key) { taken + 1 } else { 0 };
                if taken > 2 {
                    return Err(Error::CommandReused);
                }
                last = Error::Busy;
            }
            Err(CommitError::Repeated) => last = Error::Busy,
            Err(CommitError::Store(StoreError::Unavailable(source))) => {
                // It may have been applied; the next turn asks.
                last = Error::Unavailable(source);
                unanswered = Some(output);
            }
            Err(CommitError::Store(error)) => return Err(error.into()),
        }
    }
    Err(last)
}

/// The answer to a command that was carried out before: by this very run, whose answer was lost, or by an earlier one.
async fn repeat<O: Operate>(
    engine: &Engine,
    authority: &<O::By as Caller>::Authority,
    operation: &O,
    command: &Command,
    earlier: CommandOutcome,
    unanswered: Option<O::Output>,
) -> Result<O::Output, Error> {
    if earlier.input != command.input {
        return Err(Error::CommandReused);
    }
    let again = operation.replay(engine, authority, &earlier.made).await;
    match unanswered {
        // What nobody is told again, this run may be: its own secret, whose commit was answered by silence.
        Some(output) if again.is_err() && earlier.run == command.run => Ok(output),
        _ => again,
    }
}

fn command_of<O: Operate>(
    engine: &Engine,
    caller: &O::By,
    key: Option<String>,
    operation: &O,
) -> Result<Command, Error> {
    let drawn = Digest::of(&engine.entropy.draw()?);
    let input = serde_json::to_vec(operation).map_err(|error| Error::corrupt(error.to_string()))?;
    Ok(Command {
        keyspace: caller.keyspace(),
        actor: caller.actor(),
        id: key.map_or_else(|| format!("~{drawn}"), |key| format!("={key}")),
        input: Digest::of_parts(&[O::OPERATION.name().as_bytes(), &input]),
        run: Digest::of_parts(&[drawn.as_bytes(), b"run"]).leading_u128(),
    })
}

fn changes_of<O: Operate>(
    command: &Command,
    authority: &<O::By as Caller>::Authority,
    context: &Context,
    decision: Decision<Whole, O::Output>,
) -> (Changes, O::Output) {
    let mut writes = decision.writes;
    for guard in authority.guards() {
        // What the operation writes itself is conditional already.
        if !writes.iter().any(|write| key_of(write) == key_of(&guard)) {
            writes.push(guard);
        }
    }
    let made = decision.output.made();
    let changes = Changes { command: command.clone(), at: context.now, writes, events: decision.events, made };
    (changes, decision.output)
}

/// The key that a write names.
pub(crate) fn key_of(write: &Write<Whole>) -> Key {
    match write {
        Write::Expect(key, _) | Write::Delete(key, _) => *key,
        Write::Create(record) | Write::Update(_, record) => record.key(),
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
