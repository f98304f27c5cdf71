//! A session, read anew at each call.

use crate::change::{Context, Decision, Versioned, Write};
use crate::engine::caller::{Authority, Caller};
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation, Right};
use crate::event::Keyspace;
use crate::identity::{Login, Session, SessionToken, admits, touch};
use crate::record::Whole;
use crate::values::{Actor, LoginId, SessionId};

/// Whoever holds a session's token.
#[derive(Debug, Clone)]
pub(crate) struct SessionCaller {
    token: SessionToken,
}

impl SessionCaller {
    pub(crate) fn new(token: SessionToken) -> Self {
        Self { token }
    }
}

/// A session that can be used.
#[derive(Debug)]
pub(crate) struct SessionAuthority {
    pub(crate) session: Versioned<Session>,
}

impl SessionAuthority {
    /// Its login.
    pub(super) async fn login(&self, engine: &Engine) -> Result<Login, Error> {
        Ok(engine.store.login(self.session.login).await?.ok_or(Error::SignedOut)?.value)
    }
}

impl Authority for SessionAuthority {
    fn guards(&self) -> Vec<Write<Whole>> {
        // Sessions are never expected: what they act on may lie in a firm's keyspace, and no commit spans both.
        Vec::new()
    }
}

impl Caller for SessionCaller {
    type Authority = SessionAuthority;

    fn actor(&self) -> Actor {
        Actor::Login(self.token.login())
    }

    fn keyspace(&self) -> Keyspace {
        Keyspace::Login(self.token.login())
    }

    async fn authorize(&self, engine: &Engine, operation: Operation) -> Result<SessionAuthority, Error> {
        match operation.right() {
            Right::SignedIn => Ok(SessionAuthority { session: session_of(engine, &self.token).await? }),
            _ => Err(Error::Denied),
        }
    }
}

/// The session that `token` opens; its use is noted.
///
/// # Errors
/// [`Error::SignedOut`] for a token that is over, forged, or of nothing: which of them is not told.
pub(crate) async fn session_of(engine: &Engine, token: &SessionToken) -> Result<Versioned<Session>, Error> {
    let found = engine.store.session(token.login(), token.session()).await?;
    let now = engine.clock.now();
    let session = found.filter(|session| admits(session, token.digest(), now)).ok_or(Error::SignedOut)?;
    note_use(engine, &session).await;
    Ok(session)
}

/// Notes the use, when it is due. Failing to costs nothing but that the session may end a little early.
async fn note_use(engine: &Engine, session: &Versioned<Session>) {
    if !touch(session, engine.clock.now()).writes.is_empty() {
        let caller = WorkerCaller { keyspace: Keyspace::Login(session.login) };
        let _ = run(engine, &caller, None, &NoteUse { login: session.login, session: session.id }).await;
    }
}

#[derive(serde::Serialize)]
struct NoteUse {
    login: LoginId,
    session: SessionId,
}

impl Operate for NoteUse {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Option<Versioned<Session>>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Self::Loaded, Error> {
        Ok(engine.store.session(self.login, self.session).await?)
    }

    fn decide(&self, _: &Unguarded, session: &Self::Loaded, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(session.as_ref().map_or(Decision::nothing(()), |session| touch(session, context.now).lift()))
    }
}
