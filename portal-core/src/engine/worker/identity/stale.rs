//! Sweeping what identity needs no more: attempts with the addresses in them, counts, sessions.

use crate::change::{Context, Decision, Version, Write};
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::event::Keyspace;
use crate::identity::{ATTEMPTS_KEPT, Key, LIMITS_KEPT, LimitKind, SESSIONS_KEPT};
use crate::record::Whole;
use crate::values::{AddressKey, AttemptId, LoginId, SessionId, Timestamp};

/// Takes away up to `limit` records of each kind, and says how many it looked at: fewer than `limit` of each means that no
/// more are left.
pub(crate) async fn sweep_identity(engine: &Engine, limit: usize) -> Result<usize, Error> {
    let now = engine.clock.now();
    let mut stale = Vec::new();
    for attempt in engine.store.stale_attempts(now - ATTEMPTS_KEPT, limit).await? {
        stale.push(Stale::Attempt(attempt.address, attempt.id));
    }
    for counted in engine.store.stale_limits(now - LIMITS_KEPT, limit).await? {
        stale.push(Stale::Limit(counted.subject, counted.kind));
    }
    for session in engine.store.stale_sessions(now - SESSIONS_KEPT, limit).await? {
        stale.push(Stale::Session(session.login, session.id));
    }
    let found = stale.len();
    for stale in stale {
        run(engine, &WorkerCaller { keyspace: stale.keyspace() }, None, &Sweep { stale, now }).await?;
    }
    Ok(found)
}

#[derive(Debug, Clone, Copy, serde::Serialize)]
enum Stale {
    Attempt(AddressKey, AttemptId),
    Limit(AddressKey, LimitKind),
    Session(LoginId, SessionId),
}

impl Stale {
    fn keyspace(self) -> Keyspace {
        match self {
            Self::Attempt(address, _) | Self::Limit(address, _) => Keyspace::Address(address),
            Self::Session(login, _) => Keyspace::Login(login),
        }
    }

    fn key(self) -> Key {
        match self {
            Self::Attempt(address, attempt) => Key::Attempt(address, attempt),
            Self::Limit(subject, kind) => Key::Limit(subject, kind),
            Self::Session(login, session) => Key::Session(login, session),
        }
    }
}

#[derive(serde::Serialize)]
struct Sweep {
    stale: Stale,
    now: Timestamp,
}

impl Operate for Sweep {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Option<Version>;
    type Output = ();

    /// The version at which the record is stale still: a count may have begun anew meanwhile.
    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Option<Version>, Error> {
        Ok(match self.stale {
            Stale::Attempt(address, attempt) => {
                engine.store.attempt(address, attempt).await?.map(|attempt| attempt.version)
            }
            Stale::Limit(subject, kind) => {
                let found = engine.store.limits(&[(subject, kind)]).await?.into_iter().next().flatten();
                found.filter(|counted| counted.since < self.now - LIMITS_KEPT).map(|counted| counted.version)
            }
            Stale::Session(login, session) => {
                engine.store.session(login, session).await?.map(|session| session.version)
            }
        })
    }

    fn decide(&self, _: &Unguarded, version: &Option<Version>, _: &Context) -> Result<Decision<Whole>, Error> {
        let taken = version.map(|version| Write::Delete(self.stale.key().into(), version));
        Ok(Decision { writes: taken.into_iter().collect(), events: Vec::new(), output: () })
    }
}
