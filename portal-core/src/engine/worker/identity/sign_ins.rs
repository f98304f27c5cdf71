//! Telling the firms that somebody signed in.

use std::collections::BTreeSet;

use super::super::{WorkerAuthority, WorkerCaller};
use crate::change::{Context, Decision};
use crate::directory::{may_enter, note_sign_in};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::event::Keyspace;
use crate::identity::Event;
use crate::ports::store::ContactRead;
use crate::record::Whole;
use crate::values::{ContactId, EmailAddress, FirmId, Timestamp};

/// Tells every firm whose contacts the address reaches that they signed in at `at`. Of other events nothing is told.
pub(crate) async fn tell_firms(engine: &Engine, event: &Event, at: Timestamp) -> Result<(), Error> {
    let Event::SignedIn { login, address, firm, .. } = event else { return Ok(()) };
    let Some(login) = engine.store.login(*login).await? else { return Ok(()) };
    let reached = engine.store.reached(*address).await?;
    let firms: BTreeSet<FirmId> = reached.iter().map(|reach| reach.firm).chain([*firm]).collect();
    for firm in firms {
        for read in engine.store.contacts_by_email(firm, &login.email).await? {
            let operation = NoteSignIn { firm, contact: read.contact.id, email: login.email.clone(), at };
            run(engine, &WorkerCaller { keyspace: Keyspace::Firm(firm) }, None, &operation).await?;
        }
    }
    Ok(())
}

#[derive(serde::Serialize)]
struct NoteSignIn {
    firm: FirmId,
    contact: ContactId,
    email: EmailAddress,
    at: Timestamp,
}

impl Operate for NoteSignIn {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Option<ContactRead>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &WorkerAuthority) -> Result<Self::Loaded, Error> {
        Ok(engine.store.contact(self.firm, &self.contact.into()).await?)
    }

    fn decide(&self, _: &WorkerAuthority, read: &Self::Loaded, _: &Context) -> Result<Decision<Whole>, Error> {
        let Some(read) = read else { return Ok(Decision::nothing(())) };
        if !may_enter(&read.contact, &read.access, |theirs| *theirs == self.email) {
            return Ok(Decision::nothing(()));
        }
        Ok(note_sign_in(&read.contact, &read.access, self.at).lift())
    }
}
