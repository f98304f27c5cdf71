//! A mailer that remembers.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::ports::{Mail, Mailer, MailerError, MailerFault};
use crate::values::EmailAddress;

/// The [`Mailer`] in memory: it keeps every mail it was handed, in order, for a test to look at.
///
/// Clones share their mails. A mail that comes twice is kept twice: [`delivered`](Self::delivered) tells what a recipient
/// would see, as mailboxes know one Message-ID once.
///
/// # Examples
/// ```
/// use portal_core::memory::MemoryMailer;
/// use portal_core::ports::{Mail, Mailer as _, Sender};
/// use portal_core::values::{EmailAddress, FirmId};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let mailer = MemoryMailer::new();
/// let ana = EmailAddress::new("ana@acme.test")?;
/// let mail = Mail {
///     message_id: "1@portal.test".into(),
///     firm: FirmId::from_bits(1),
///     from: Sender { name: "Miller CPA".into(), address: EmailAddress::new("portal@miller.test")? },
///     reply_to: None,
///     to: ana.clone(),
///     to_name: "Ana".into(),
///     subject: "2025 Tax was shared with you".into(),
///     text: "Look at it.".into(),
///     html: "<p>Look at it.</p>".into(),
///     images: Vec::new(),
///     unsubscribe: None,
/// };
/// mailer.send(&mail).await?;
/// mailer.send(&mail).await?;
/// assert_eq!(mailer.sent().len(), 2);
/// assert_eq!(mailer.delivered(), [mail.clone()]);
/// assert_eq!(mailer.last_to(&ana), Some(mail));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).expect("memory never waits")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct MemoryMailer {
    sent: Arc<Mutex<Vec<Mail>>>,
}

impl MemoryMailer {
    /// A mailer that was handed nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Every mail it took over, in order; one that came again is there again.
    pub fn sent(&self) -> Vec<Mail> {
        self.mails().clone()
    }

    /// Every mail it took over, in order, each Message-ID once.
    pub fn delivered(&self) -> Vec<Mail> {
        let mut seen = std::collections::BTreeSet::new();
        self.mails().iter().filter(|mail| seen.insert(mail.message_id.clone())).cloned().collect()
    }

    /// What it took over for `address`, in order, each Message-ID once.
    pub fn delivered_to(&self, address: &EmailAddress) -> Vec<Mail> {
        self.delivered().into_iter().filter(|mail| mail.to == *address).collect()
    }

    /// The last mail for `address`.
    pub fn last_to(&self, address: &EmailAddress) -> Option<Mail> {
        self.mails().iter().rev().find(|mail| mail.to == *address).cloned()
    }

    /// Takes out every mail, in order, and forgets them.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut *self.mails())
    }

    fn mails(&self) -> MutexGuard<'_, Vec<Mail>> {
        self.sent.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Mailer for MemoryMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        let headers = [&mail.message_id, &mail.from.name, &mail.to_name, &mail.subject];
        let ids = mail.images.iter().all(|image| image.has_id());
        if !ids || headers.iter().any(|header| header.contains(char::is_control)) {
            return Err(MailerError::new(MailerFault::Permanent, "a header of the mail holds what it must not"));
        }
        self.mails().push(mail.clone());
        Ok(())
    }
}
