//! One's sessions: listing and ending them.

use super::{SessionAuthority, SessionCaller};
use crate::change::{Context, Decision, Versioned};
use crate::engine::run::Operate;
use crate::engine::{Engine, Error, Operation};
use crate::identity::{ProofMethod, Session, end, end_others, live};
use crate::record::Whole;
use crate::values::{SessionId, Timestamp};

/// A session in the list of one's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// The session.
    pub id: SessionId,
    /// What the browser says it is: text from outside.
    pub device: String,
    /// How it began.
    pub method: ProofMethod,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used, to within a minute or so.
    pub seen_at: Timestamp,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

pub(super) async fn list(engine: &Engine, authority: &SessionAuthority) -> Result<Vec<SessionRow>, Error> {
    let now = engine.clock.now();
    let sessions = engine.store.sessions(authority.session.login, now).await?;
    let rows = sessions.into_iter().map(|session| session.value).filter(|session| live(session, now)).map(|session| {
        SessionRow {
            id: session.id,
            device: session.device,
            method: session.proof.method,
            created_at: session.created_at,
            seen_at: session.seen_at,
            is_current: session.id == authority.session.id,
        }
    });
    Ok(rows.collect())
}

#[derive(serde::Serialize)]
pub(super) struct EndSession {
    pub(super) session: SessionId,
}

impl Operate for EndSession {
    const OPERATION: Operation = Operation::EndSession;
    type By = SessionCaller;
    type Loaded = Versioned<Session>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &SessionAuthority) -> Result<Self::Loaded, Error> {
        engine.store.session(authority.session.login, self.session).await?.ok_or(Error::NotFound)
    }

    fn decide(
        &self,
        _: &SessionAuthority,
        session: &Versioned<Session>,
        context: &Context,
    ) -> Result<Decision<Whole>, Error> {
        Ok(end(session, context).lift())
    }
}

#[derive(serde::Serialize)]
pub(super) struct EndOtherSessions {}

impl Operate for EndOtherSessions {
    const OPERATION: Operation = Operation::EndOtherSessions;
    type By = SessionCaller;
    type Loaded = Vec<Versioned<Session>>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &SessionAuthority) -> Result<Self::Loaded, Error> {
        Ok(engine.store.sessions(authority.session.login, engine.clock.now()).await?)
    }

    fn decide(
        &self,
        authority: &SessionAuthority,
        sessions: &Vec<Versioned<Session>>,
        context: &Context,
    ) -> Result<Decision<Whole>, Error> {
        Ok(end_others(sessions, authority.session.id, context).map(|_| ()).lift())
    }
}

#[derive(serde::Serialize)]
pub(super) struct SignOut {}

impl Operate for SignOut {
    const OPERATION: Operation = Operation::SignOut;
    type By = SessionCaller;
    type Loaded = ();
    type Output = ();

    async fn load(&self, _: &Engine, _: &SessionAuthority) -> Result<(), Error> {
        Ok(())
    }

    fn decide(&self, authority: &SessionAuthority, _: &(), context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(end(&authority.session, context).lift())
    }
}
