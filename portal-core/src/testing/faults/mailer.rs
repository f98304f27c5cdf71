//! A mailer that fails as planned.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::Faults;
use crate::ports::{Mail, Mailer, MailerError, MailerFault};

/// How a call of a [`FaultyMailer`] goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailFault {
    /// It was not sent, and may work later.
    Transient,
    /// It was not sent, and never will be.
    Permanent,
    /// It was not sent, and it is our own fault.
    Ours,
    /// It was sent, and the answer was lost: the mailer says that it may work later.
    SentUnanswered,
}

/// A [`Mailer`] around another one, which fails as planned.
///
/// # Examples
/// ```
/// # use portal_core::ports::{Mail, Sender};
/// # use portal_core::values::{EmailAddress, FirmId};
/// use portal_core::memory::MemoryMailer;
/// use portal_core::ports::{Mailer as _, MailerFault};
/// use portal_core::testing::{Faults, FaultyMailer, MailFault};
///
/// # futures_util::FutureExt::now_or_never(async {
/// # let address = EmailAddress::new("ana@acme.test")?;
/// # let mail = Mail {
/// #     message_id: "1@portal.test".into(), firm: FirmId::from_bits(1),
/// #     from: Sender { name: "Miller CPA".into(), address: address.clone() }, reply_to: None, to: address, to_name: "Ana".into(), subject: "Hello".into(), text: "Hi".into(), html: "Hi".into(), images: Vec::new(), unsubscribe: None,
/// # };
/// let mailbox = MemoryMailer::new();
/// let mailer = FaultyMailer::new(mailbox.clone(), Faults::script([Some(MailFault::SentUnanswered)]));
/// let unanswered = mailer.send(&mail).await;
/// assert!(unanswered.is_err_and(|error| error.fault == MailerFault::Transient));
/// assert_eq!(mailbox.sent().len(), 1);
/// # Ok::<(), portal_core::values::EmailAddressError>(())
/// # }).expect("memory never waits")?;
/// # Ok::<(), portal_core::values::EmailAddressError>(())
/// ```
#[derive(Clone)]
pub struct FaultyMailer {
    inner: Arc<dyn Mailer>,
    faults: Faults<MailFault>,
}

impl FaultyMailer {
    /// Wraps a mailer.
    pub fn new(mailer: impl Mailer + 'static, faults: Faults<MailFault>) -> Self {
        Self { inner: Arc::new(mailer), faults }
    }
}

impl fmt::Debug for FaultyMailer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaultyMailer").field("faults", &self.faults).finish_non_exhaustive()
    }
}

#[async_trait]
impl Mailer for FaultyMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        let (fault, reason) = match self.faults.draw() {
            None => return self.inner.send(mail).await,
            Some(MailFault::Transient) => (MailerFault::Transient, "mailbox busy"),
            Some(MailFault::Permanent) => (MailerFault::Permanent, "no such mailbox"),
            Some(MailFault::Ours) => (MailerFault::Ours, "wrong password"),
            Some(MailFault::SentUnanswered) => {
                self.inner.send(mail).await?;
                (MailerFault::Transient, "the line broke off")
            }
        };
        Err(MailerError::new(fault, reason))
    }
}
