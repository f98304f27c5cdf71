//! A contact as a caller: the session, the login, the contact and the firm's word, read anew at each call.

use super::entering::note_entry;
use crate::change::Write;
use crate::directory;
use crate::engine::caller::{Authority, Caller};
use crate::engine::signed_in::{firms_to_ask, session_of};
use crate::engine::{Engine, Error, Operation, Right};
use crate::event::Keyspace;
use crate::identity::{SessionToken, address_key};
use crate::ports::store::ContactRead;
use crate::record::Whole;
use crate::values::{Actor, ContactId, EmailAddress, FirmId};

/// A contact, by a session of their login.
#[derive(Debug, Clone)]
pub(crate) struct ContactCaller {
    by: Proof,
    firm: FirmId,
    contact: ContactId,
}

/// What a contact is known by.
#[derive(Debug, Clone)]
enum Proof {
    /// A session, looked at anew at each call.
    Session(SessionToken),
    /// An upload of theirs that was whole while they had one, and waited since: it may be finished, and nothing else.
    EarlierUpload,
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
    /// Finds the firm of the contact among those that may know the session's address: the index, which says so, is fed a moment
    /// later than their directories.
    pub(super) async fn find(engine: &Engine, token: &SessionToken, contact: ContactId) -> Result<Self, Error> {
        let session = session_of(engine, token).await?;
        for firm in firms_to_ask(engine, &session).await? {
            if engine.store.contact(firm, &contact.into()).await?.is_some() {
                let caller = Self { by: Proof::Session(token.clone()), firm, contact };
                let authority = caller.authorize(engine, Operation::ContactMe).await?;
                note_entry(engine, &session, firm, &authority.contact).await;
                return Ok(caller);
            }
        }
        Err(Error::NotFound)
    }

    /// A contact whose upload waited.
    pub(super) fn of_earlier_upload(firm: FirmId, contact: ContactId) -> Self {
        Self { by: Proof::EarlierUpload, firm, contact }
    }
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
        let session = match &self.by {
            Proof::Session(token) => Some(session_of(engine, token).await?),
            Proof::EarlierUpload if operation == Operation::ContactResumeUpload => None,
            Proof::EarlierUpload => return Err(Error::Denied),
        };
        let found = engine.store.contact(self.firm, &self.contact.into()).await?;
        let contact = found.ok_or(Error::NotFound)?;
        // The address is compared by its keyed hash: a contact whose address changed is not reached by the old login.
        let key = engine.keys.link_key().await?;
        let reached = |email: &EmailAddress| session.is_none_or(|session| address_key(&key, email) == session.address);
        if directory::may_enter(&contact.contact, &contact.access, reached) {
            Ok(ContactAuthority { firm: self.firm, contact })
        } else {
            Err(Error::NotFound)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::rights_tests::may_ask_only;
    use crate::testing::World;

    #[tokio::test]
    async fn l31_a_contact_asks_for_what_is_a_contacts() {
        let world = World::new().await.unwrap();
        let session = world.session_of(&world.ana).await.unwrap();
        let caller = world.portal.contact(&session, world.ana.contact).await.unwrap().caller;
        may_ask_only(&world.portal.engine, &caller, &[Right::Contact]).await;
    }

    #[tokio::test]
    async fn l31_a_contact_whose_upload_waited_may_have_it_finished_and_nothing_else() {
        let world = World::new().await.unwrap();
        let caller = ContactCaller::of_earlier_upload(world.firm, world.ana.contact);
        for operation in Operation::ALL {
            let answer = caller.authorize(&world.portal.engine, *operation).await;
            assert_eq!(answer.is_ok(), *operation == Operation::ContactResumeUpload, "{operation:?}");
        }
    }

    #[tokio::test]
    async fn l31_a_live_session_with_anothers_contact_in_it_finds_nobody() {
        let world = World::new().await.unwrap();
        let token = world.session_of(&world.ana).await.unwrap();
        let engine = &world.portal.engine;
        for other in [&world.ben, &world.cara, &world.eve] {
            let forged = ContactCaller { by: Proof::Session(token.clone()), firm: other.firm, contact: other.contact };
            for operation in Operation::ALL {
                let answer = forged.authorize(engine, *operation).await.unwrap_err();
                let expected = if operation.right() == Right::Contact { Error::NotFound } else { Error::Denied };
                assert_eq!(format!("{answer:?}"), format!("{expected:?}"), "{operation:?} as {}", other.email);
            }
        }
    }
}
