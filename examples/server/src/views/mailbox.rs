//! The demo's mailbox: every mail that the portal sent into its spool.

use askama::Template;
use portal_core::values::Timestamp;

use super::{Hidden, PlainFrame};
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;

/// `GET /mailbox`.
#[derive(Debug, Clone, Template)]
#[template(path = "mailbox.html")]
pub struct Mailbox {
    /// The frame.
    pub frame: PlainFrame,
    /// Where the spool lies on disk.
    pub folder: String,
    /// The mails, the latest first.
    pub rows: Vec<MailLine>,
}

/// A mail in the list.
#[derive(Debug, Clone)]
pub struct MailLine {
    /// What the spool calls it: the last part of [`paths::mail`].
    pub name: String,
    /// Its sender, as a mail program shows it.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was sent.
    pub at: Timestamp,
}

/// `GET /mailbox/{mail}`.
#[derive(Debug, Clone, Template)]
#[template(path = "mail.html")]
pub struct MailPage {
    /// The frame.
    pub frame: PlainFrame,
    /// Its head.
    pub mail: MailLine,
    /// Its text part.
    pub text: Hidden,
    /// Whether it has an HTML part, shown from [`paths::mail_html`] in a sandboxed frame.
    pub html: bool,
    /// The links in its text, to follow: those of this deployment only.
    pub links: Vec<Hidden>,
}
