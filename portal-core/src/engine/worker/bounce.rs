//! A mail server says that an address takes no mail: those who have it are marked.

use crate::change::{Context, Decision};
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::mailing::Mailbox;
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::event::Keyspace;
use crate::notifications::Message;
use crate::record::Whole;
use crate::values::{EmailAddress, FirmId};

/// Marks the contacts of the message's firm who have its address.
pub(super) async fn mark(engine: &Engine, message: &Message, reason: &str) -> Result<(), Error> {
    let caller = WorkerCaller { keyspace: Keyspace::Firm(message.firm) };
    let mark = MarkBounced { firm: message.firm, address: message.address.clone(), reason: reason.to_owned() };
    run(engine, &caller, None, &mark).await
}

#[derive(serde::Serialize)]
struct MarkBounced {
    firm: FirmId,
    address: EmailAddress,
    reason: String,
}

impl Operate for MarkBounced {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Mailbox;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Mailbox, Error> {
        Mailbox::load(engine, self.firm, &self.address).await
    }

    fn decide(&self, _: &Unguarded, mailbox: &Mailbox, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(mailbox.mark_bounced(&self.reason, context))
    }
}
