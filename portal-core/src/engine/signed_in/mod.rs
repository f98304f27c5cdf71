//! Somebody signed in, before they said as which contact: the portals they reach, and their sessions.

mod portals;
mod session;
mod sessions;

use std::sync::Arc;

pub use portals::PortalChoice;
pub(crate) use portals::firms_to_ask;
pub(crate) use session::{SessionAuthority, SessionCaller, session_of};
pub use sessions::SessionRow;

use super::call::Call;
use super::caller::Caller as _;
use super::{Engine, Error, Operation};
use crate::identity::SessionToken;
use crate::values::{EmailAddress, SessionId};

/// Somebody signed in. Every call reads their session anew.
#[derive(Debug, Clone)]
pub struct SignedIn {
    engine: Arc<Engine>,
    caller: SessionCaller,
}

impl SignedIn {
    pub(super) async fn enter(engine: Arc<Engine>, token: SessionToken) -> Result<Self, Error> {
        let signed_in = Self { engine, caller: SessionCaller::new(token) };
        signed_in.authorize(Operation::ListSessions).await?;
        Ok(signed_in)
    }

    /// The address they signed in by.
    ///
    /// # Errors
    /// [`ErrorKind::SignedOut`](super::ErrorKind::SignedOut) when the session is over; so for every call below.
    pub async fn email(&self) -> Result<EmailAddress, Error> {
        let authority = self.authorize(Operation::ListPortals).await?;
        Ok(authority.login(&self.engine).await?.email)
    }

    /// The client portals that their address reaches now, at whatever firms: by firm, client and name.
    ///
    /// # Errors
    /// As for [`Self::email`].
    pub async fn portals(&self) -> Result<Vec<PortalChoice>, Error> {
        let authority = self.authorize(Operation::ListPortals).await?;
        portals::list(&self.engine, &authority).await
    }

    /// Their sessions, the last used first.
    ///
    /// # Errors
    /// As for [`Self::email`].
    pub async fn sessions(&self) -> Result<Vec<SessionRow>, Error> {
        let authority = self.authorize(Operation::ListSessions).await?;
        sessions::list(&self.engine, &authority).await
    }

    /// Ends one session of theirs; over already, nothing happens.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when they have no such session.
    pub fn end_session(&self, session: SessionId) -> Call<()> {
        Call::plain(self.engine.clone(), self.caller.clone(), sessions::EndSession { session })
    }

    /// Ends every session of theirs but this one.
    ///
    /// # Errors
    /// Awaiting it: as for [`Self::email`].
    pub fn end_other_sessions(&self) -> Call<()> {
        Call::plain(self.engine.clone(), self.caller.clone(), sessions::EndOtherSessions {})
    }

    /// Ends this session.
    ///
    /// # Errors
    /// Awaiting it: as for [`Self::email`].
    pub fn sign_out(&self) -> Call<()> {
        Call::plain(self.engine.clone(), self.caller.clone(), sessions::SignOut {})
    }

    async fn authorize(&self, operation: Operation) -> Result<SessionAuthority, Error> {
        self.caller.authorize(&self.engine, operation).await
    }
}
