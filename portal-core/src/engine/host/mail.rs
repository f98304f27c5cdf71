//! What the host learns of a firm's mail: that some of it came back.

use std::sync::Arc;

use crate::change::{Context, Decision};
use crate::engine::caller::{HostCaller, Unguarded};
use crate::engine::mailing::Mailbox;
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::record::Whole;
use crate::values::{EmailAddress, FirmId, MessageId};

/// What the host learns of a firm's mail.
#[derive(Debug, Clone)]
pub struct HostMail {
    engine: Arc<Engine>,
    firm: FirmId,
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub enum CameBack {
    /// Mail to this address.
    Address(EmailAddress),
    /// This message of the firm's delivery ledger.
    Message(MessageId),
}

impl From<EmailAddress> for CameBack {
    fn from(address: EmailAddress) -> Self {
        Self::Address(address)
    }
}

impl From<MessageId> for CameBack {
    fn from(message: MessageId) -> Self {
        Self::Message(message)
    }
}

impl HostMail {
    pub(super) fn new(engine: Arc<Engine>, firm: FirmId) -> Self {
        Self { engine, firm }
    }

    /// Mail came back for good, as a mail provider's webhook or a delivery report says. Every contact of the firm who has that
    /// address is marked: staff see it on them and in the activity, and but for sign-in mail nothing is sent there until the
    /// address changes or staff take the mark away. Marked already, nothing happens; nor does for an address that nobody has.
    /// Nobody is mailed about it.
    ///
    /// A message is known by its Message-ID, which [`message_of`](crate::notifications::message_of) reads. Sign-in mail is in no
    /// firm's ledger: report its address.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the firm sent no such message.
    pub fn bounced(&self, what: impl Into<CameBack>, reason: impl Into<String>) -> Call<()> {
        let caller = HostCaller { firm: self.firm };
        let noted = NoteBounce { firm: self.firm, what: what.into(), reason: reason.into() };
        Call::plain(self.engine.clone(), caller, noted)
    }
}

#[derive(serde::Serialize)]
struct NoteBounce {
    #[serde(skip)]
    firm: FirmId,
    what: CameBack,
    reason: String,
}

impl Operate for NoteBounce {
    const OPERATION: Operation = Operation::NoteBounce;
    type By = HostCaller;
    type Loaded = Mailbox;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Mailbox, Error> {
        let address = match &self.what {
            CameBack::Address(address) => address.clone(),
            CameBack::Message(message) => {
                engine.store.delivery(self.firm, *message).await?.ok_or(Error::NotFound)?.address
            }
        };
        Mailbox::load(engine, self.firm, &address).await
    }

    fn decide(&self, _: &Unguarded, mailbox: &Mailbox, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(mailbox.mark_bounced(&self.reason, context))
    }
}
