//! A contact as a caller: the session, the login, the contact and the firm's word, read anew at each call.

use crate::change::Write;
use crate::directory;
use crate::engine::caller::{Authority, Caller};
use crate::engine::{Engine, Error, Operation, Right};
use crate::event::Keyspace;
use crate::identity::{Session, SessionToken, address_key, admits};
use crate::ports::store::ContactRead;
use crate::record::Whole;
use crate::values::{Actor, ContactId, FirmId};

/// A contact, by a session of their login.
#[derive(Debug, Clone)]
pub(crate) struct ContactCaller {
    token: SessionToken,
    firm: FirmId,
    contact: ContactId,
}

/// A contact who may enter.
#[derive(Debug)]
pub(crate) struct ContactAuthority {
    pub(crate) firm: FirmId,
    pub(crate) contact: ContactRead,
}

impl Authority for ContactAuthority {
    fn guards(&self) -> Vec<Write<Whole>> {
        let access = &self.contact.access;
        vec![
            Write::Expect(directory::Key::PortalAccess(access.contact).into(), access.version),
            Write::Expect(directory::Key::Contact(access.contact).into(), self.contact.contact.version),
        ]
    }
}

impl ContactCaller {
    /// Finds the firm of the contact among those that the login reaches.
    pub(super) async fn find(engine: &Engine, token: &SessionToken, contact: ContactId) -> Result<Self, Error> {
        let session = session(engine, token).await?;
        let reached = engine.store.reached(session.address).await?;
        let firm = match reached.iter().find(|reach| reach.contact == contact) {
            Some(reach) => reach.firm,
            // The index is fed a moment later than the directory: the firm where the session began is asked itself.
            None => session.firm,
        };
        let caller = Self { token: token.clone(), firm, contact };
        caller.authorize(engine, Operation::ContactMe).await?;
        Ok(caller)
    }
}

/// The session of a token, alive.
async fn session(engine: &Engine, token: &SessionToken) -> Result<Session, Error> {
    let found = engine.store.session(token.login(), token.session()).await?;
    let now = engine.clock.now();
    let alive = found.filter(|session| admits(session, token.digest(), now));
    Ok(alive.ok_or(Error::SignedOut)?.value)
}

impl Caller for ContactCaller {
    type Authority = ContactAuthority;

    fn actor(&self) -> Actor {
        Actor::Contact(self.contact)
    }

    fn keyspace(&self) -> Keyspace {
        Keyspace::Firm(self.firm)
    }

    async fn authorize(&self, engine: &Engine, operation: Operation) -> Result<ContactAuthority, Error> {
        if operation.right() != Right::Contact {
            return Err(Error::Denied);
        }
        let session = session(engine, &self.token).await?;
        let found = engine.store.contact(self.firm, &self.contact.into()).await?;
        let contact = found.ok_or(Error::NotFound)?;
        let enters = contact.access.allowed && contact.contact.removed_at.is_none();
        // The address is compared by its keyed hash: a contact whose address changed is not reached by the old login.
        let key = engine.keys.link_key().await?;
        let reached = contact.contact.email.as_ref().is_some_and(|email| address_key(&key, email) == session.address);
        if enters && reached { Ok(ContactAuthority { firm: self.firm, contact }) } else { Err(Error::NotFound) }
    }
}
