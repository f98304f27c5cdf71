//! What the demo's mailbox page reads.

use std::path::PathBuf;

use async_trait::async_trait;
use portal_core::values::Timestamp;

/// A mail that the portal sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentMail {
    /// What it is called in addresses: letters, digits, `.`, `-` and `_`.
    pub name: String,
    /// Its sender, as a mail program shows it.
    pub from: String,
    /// Where it goes.
    pub to: String,
    /// Its subject.
    pub subject: String,
    /// When it was sent.
    pub at: Timestamp,
    /// Its text part.
    pub text: String,
    /// Its HTML part.
    pub html: Option<String>,
}

/// Where sent mails can be read again: for a demo and for tests, never for real mail.
#[async_trait]
pub trait Mailbox: Send + Sync {
    /// Where they lie, in words.
    fn place(&self) -> String;
    /// The mails, the latest first; at most `limit`.
    async fn list(&self, limit: usize) -> std::io::Result<Vec<SentMail>>;
    /// One mail.
    async fn read(&self, name: &str) -> std::io::Result<Option<SentMail>>;
}

/// The folder that takes each mail as an `.eml` file.
#[derive(Debug, Clone)]
pub struct SpoolMailbox {
    folder: PathBuf,
}

impl SpoolMailbox {
    /// Reads `folder`.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }
}

#[async_trait]
impl Mailbox for SpoolMailbox {
    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    async fn list(&self, limit: usize) -> std::io::Result<Vec<SentMail>> {
        let mails = portal_smtp::read_spool(&self.folder, limit).await?;
        Ok(mails.into_iter().map(sent).collect())
    }

    async fn read(&self, name: &str) -> std::io::Result<Option<SentMail>> {
        Ok(portal_smtp::read_spooled(&self.folder, name).await?.map(sent))
    }
}

fn sent(mail: portal_smtp::SpooledMail) -> SentMail {
    SentMail {
        name: mail.id,
        from: said(&mail.from),
        to: said(&mail.to),
        subject: mail.subject,
        at: mail.date.unwrap_or(Timestamp::from_micros(0)),
        text: mail.text,
        html: Some(mail.html).filter(|html| !html.is_empty()),
    }
}

/// Somebody as mail programs show them.
fn said(who: &portal_smtp::Correspondent) -> String {
    match who.name.as_str() {
        "" => who.address.clone(),
        name => format!("{name} <{}>", who.address),
    }
}
