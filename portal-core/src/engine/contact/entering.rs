//! Noting that a contact signed in, once they enter their portal.
//!
//! A login may reach contacts at several firms, and several at one. Only the firm whose portal is entered learns of it, and
//! only of the contact who entered: where else somebody signed in, and as whom, is theirs to know.

use crate::change::{Context, Decision};
use crate::directory::{may_enter, note_sign_in};
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::event::Keyspace;
use crate::identity::{Session, address_key};
use crate::ports::store::ContactRead;
use crate::record::Whole;
use crate::values::{AddressKey, ContactId, EmailAddress, FirmId, Timestamp};

/// Notes that the contact entered, the first time in this session. Failing to costs nothing but that the firm learns it at
/// their next page.
pub(super) async fn note_entry(engine: &Engine, session: &Session, firm: FirmId, read: &ContactRead) {
    if is_news(read, session.created_at) {
        let (contact, address, since) = (read.contact.id, session.address, session.created_at);
        let caller = WorkerCaller { keyspace: Keyspace::Firm(firm) };
        let _ = run(engine, &caller, None, &NoteEntry { firm, contact, address, since }).await;
    }
}

/// Whether the firm has not heard of the contact since a session began.
fn is_news(read: &ContactRead, since: Timestamp) -> bool {
    read.access.last_signed_in_at.is_none_or(|last| last < since)
}

#[derive(serde::Serialize)]
struct NoteEntry {
    firm: FirmId,
    contact: ContactId,
    address: AddressKey,
    since: Timestamp,
}

impl Operate for NoteEntry {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Option<ContactRead>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Self::Loaded, Error> {
        let key = engine.keys.link_key().await?;
        let theirs = |email: &EmailAddress| address_key(&key, email) == self.address;
        let read = engine.store.contact(self.firm, &self.contact.into()).await?;
        Ok(read.filter(|read| may_enter(&read.contact, &read.access, theirs) && is_news(read, self.since)))
    }

    fn decide(&self, _: &Unguarded, read: &Self::Loaded, context: &Context) -> Result<Decision<Whole>, Error> {
        let Some(read) = read else { return Ok(Decision::nothing(())) };
        // A clock that was set back must not make news of it again.
        Ok(note_sign_in(&read.contact, &read.access, context.now.max(self.since)).lift())
    }
}
