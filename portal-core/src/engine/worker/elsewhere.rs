//! Whoever a message waited for has another address by now: it goes there.

use super::expand::address_now;
use crate::change::{Context, Decision};
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::event::{DeliveryEvent, Keyspace};
use crate::notifications::{Message, Recipient};
use crate::record::Whole;
use crate::values::{ClientId, MessageId};

/// Sends a message once more, as a new one, to where its recipient is reached now; if that is nowhere else, nothing happens.
/// However often it is called, once.
pub(super) async fn follow(engine: &Engine, message: &Message) -> Result<(), Error> {
    if matches!(message.to, Recipient::Attempt(..)) {
        return Ok(());
    }
    match address_now(engine, message.firm, message.to).await? {
        Some(address) if address != message.address => {
            let caller = WorkerCaller { keyspace: Keyspace::Firm(message.firm) };
            let key = Some(format!("follow {}", message.id));
            run(engine, &caller, key, &Follow { message: message.id, client: message.client }).await
        }
        _ => Ok(()),
    }
}

#[derive(serde::Serialize)]
struct Follow {
    message: MessageId,
    client: Option<ClientId>,
}

impl Operate for Follow {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = ();
    type Output = ();

    async fn load(&self, _: &Engine, _: &Unguarded) -> Result<(), Error> {
        Ok(())
    }

    fn decide(&self, _: &Unguarded, (): &(), _: &Context) -> Result<Decision<Whole>, Error> {
        let resent = DeliveryEvent::Resent { message: self.message, client: self.client };
        Ok(Decision::nothing(()).event(resent.into()))
    }
}
