//! Sending mail.

use std::fmt;

use async_trait::async_trait;
use bytes::Bytes;

use crate::values::{EmailAddress, FirmId, ImageKind, WebLink};

/// One rendered mail. It prints without its parts, and without where it can be turned off: they hold links and codes.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    /// The Message-ID, without angle brackets: the same at each try.
    pub message_id: String,
    /// The firm that speaks: a mailer may choose by it how a mail goes. Whoever gets the mail need not be told.
    pub firm: FirmId,
    /// Who speaks.
    pub from: Sender,
    /// Where answers go.
    pub reply_to: Option<EmailAddress>,
    /// Where it goes.
    pub to: EmailAddress,
    /// The name of who it goes to.
    pub to_name: String,
    /// The subject: one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
    /// The pictures that the HTML part shows, which travel with it: nothing of a mail is fetched.
    pub images: Vec<InlineImage>,
    /// Where whoever reads it turns such mail off, by POST and with one click (RFC 8058); none for what cannot be turned off.
    pub unsubscribe: Option<WebLink>,
}

impl fmt::Debug for Mail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("Mail");
        shown.field("message_id", &self.message_id).field("to", &self.to).field("subject", &self.subject);
        shown.finish_non_exhaustive()
    }
}

/// A picture within a mail, which its HTML part shows by `cid:` and this id (RFC 2392).
#[derive(Clone, PartialEq, Eq)]
pub struct InlineImage {
    /// The Content-ID, without angle brackets.
    pub content_id: String,
    /// What it is.
    pub kind: ImageKind,
    /// Its bytes.
    pub bytes: Bytes,
}

impl InlineImage {
    /// Whether its Content-ID is one: two parts of visible ASCII around an `@`, without brackets. A mailer refuses any other.
    pub fn has_id(&self) -> bool {
        let plain = |part: &str| {
            !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_graphic() && !b"<>@\"".contains(&byte))
        };
        self.content_id.len() <= 200
            && self.content_id.split_once('@').is_some_and(|(left, right)| plain(left) && plain(right))
    }
}

impl fmt::Debug for InlineImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "InlineImage({}, {} bytes)", self.content_id, self.bytes.len())
    }
}

/// Who a mail says it is from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The firm's name.
    pub name: String,
    /// The address that the deployment sends from.
    pub address: EmailAddress,
}

/// What a caller can do about a mail that was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailerFault {
    /// It may work later: a full mailbox, a busy server, a broken line.
    Transient,
    /// It never will: there is no such mailbox.
    Permanent,
    /// It is ours: a wrong password, a certificate, a configuration. Nothing is wrong with the recipient; try again once mended.
    Ours,
}

/// A mail was not sent, as far as is known.
#[derive(Debug, thiserror::Error)]
#[error("the mail was not sent ({fault:?}): {reason}")]
pub struct MailerError {
    /// What a caller can do about it.
    pub fault: MailerFault,
    /// What went wrong, in words for staff; no secret and no address.
    pub reason: String,
    /// Where it came from.
    #[source]
    pub source: Option<super::BoxError>,
}

impl MailerError {
    /// An error without a source.
    pub fn new(fault: MailerFault, reason: impl Into<String>) -> Self {
        Self { fault, reason: reason.into(), source: None }
    }

    /// Says where it came from.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<super::BoxError>) -> Self {
        self.source = Some(source.into());
        self
    }
}

/// Sends mails.
///
/// # Contract
/// - Answering `Ok` means that the mail was taken over for good.
/// - An error means that it may or may not have been: the same mail comes again with the same Message-ID.
/// - No field of a mail adds a header: what holds a line break is refused as [`MailerFault::Permanent`].
/// - Each call ends within a limit of its own.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Sends one mail.
    ///
    /// # Errors
    /// [`MailerError`] says what can be done about it.
    async fn send(&self, mail: &Mail) -> Result<(), MailerError>;
}
