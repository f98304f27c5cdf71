//! The delivery ledger.

use super::Staff;
use crate::change::{Context, Decision};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::event::DeliveryEvent;
use crate::notifications::Message;
use crate::ports::store::DeliveryQuery;
use crate::record::Whole;
use crate::values::{MessageId, Page, PageRequest};

/// The delivery ledger: every mail of the firm, and what became of it. Sign-in mail is not in it.
#[derive(Debug, Clone)]
pub struct StaffDeliveries {
    staff: Staff,
}

impl StaffDeliveries {
    pub(super) fn new(staff: Staff) -> Self {
        Self { staff }
    }

    /// The messages, the latest first.
    ///
    /// # Errors
    /// As for [`Staff::firm`].
    pub async fn list(&self, query: &DeliveryQuery, page: &PageRequest) -> Result<Page<Message>, Error> {
        self.staff.authorize(Operation::ListDeliveries).await?;
        Ok(self.staff.engine.store.deliveries(self.staff.caller.firm, query, page).await?)
    }

    /// Sends a message once more: as a new one, if its recipient still has access to what it speaks of.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub fn resend(&self, message: MessageId) -> Call<()> {
        self.staff.call(Resend { message })
    }
}

#[derive(serde::Serialize)]
struct Resend {
    message: MessageId,
}

impl Operate for Resend {
    const OPERATION: Operation = Operation::Resend;
    type By = StaffCaller;
    type Loaded = Message;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Message, Error> {
        engine.store.delivery(authority.firm, self.message).await?.ok_or(Error::NotFound)
    }

    fn decide(&self, _: &StaffAuthority, message: &Message, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(Decision::nothing(()).event(DeliveryEvent::Resent { message: self.message, client: message.client }.into()))
    }
}
