//! What the demo's mailbox page reads.

use std::path::PathBuf;

use async_trait::async_trait;
use portal_core::ports::InlineImage;
use portal_core::values::{FirmId, Timestamp};

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
    /// The pictures that it shows.
    pub images: Vec<InlineImage>,
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

/// One firm's mails in the folder that takes each mail as an `.eml` file.
#[derive(Debug, Clone)]
pub struct SpoolMailbox {
    folder: PathBuf,
    firm: FirmId,
}

impl SpoolMailbox {
    /// Reads of `folder` what `firm` sent, and nothing of any other firm's.
    pub fn new(folder: PathBuf, firm: FirmId) -> Self {
        Self { folder, firm }
    }
}

#[async_trait]
impl Mailbox for SpoolMailbox {
    fn place(&self) -> String {
        self.folder.display().to_string()
    }

    async fn list(&self, limit: usize) -> std::io::Result<Vec<SentMail>> {
        let mails = portal_smtp::read_spool_of(&self.folder, self.firm, limit).await?;
        Ok(mails.into_iter().map(sent).collect())
    }

    async fn read(&self, name: &str) -> std::io::Result<Option<SentMail>> {
        let found = portal_smtp::read_spooled(&self.folder, name).await?;
        Ok(found.filter(|mail| mail.firm == Some(self.firm)).map(sent))
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
        images: mail.images,
    }
}

/// Somebody as mail programs show them.
fn said(who: &portal_smtp::Correspondent) -> String {
    match who.name.as_str() {
        "" => who.address.clone(),
        name => format!("{name} <{}>", who.address),
    }
}

#[cfg(test)]
mod tests {
    use portal_core::ports::{Mail, Mailer as _, Sender};
    use portal_core::values::EmailAddress;

    use super::*;

    #[tokio::test]
    async fn l33_the_mailbox_shows_the_demo_firm_s_mails_and_nobody_else_s() {
        let folder = tempfile::tempdir().unwrap();
        let mailer = portal_smtp::SpoolMailer::open(folder.path()).await.unwrap();
        let ana = EmailAddress::new("ana@acme.test").unwrap();
        let (demo, real) = (FirmId::from_bits(1), FirmId::from_bits(2));
        for firm in [demo, real] {
            let mail = Mail {
                message_id: format!("{firm}@portal.test"),
                firm,
                // A firm calls itself what it likes.
                from: Sender { name: "Harbor & Lane Accounting".into(), address: ana.clone() },
                reply_to: None,
                to: ana.clone(),
                to_name: "Ana".into(),
                subject: format!("Of {firm}"),
                text: "Hello".into(),
                html: String::new(),
                images: Vec::new(),
                unsubscribe: None,
            };
            mailer.send(&mail).await.unwrap();
        }
        let mailbox = SpoolMailbox::new(folder.path().to_owned(), demo);
        let shown = mailbox.list(10).await.unwrap();
        assert_eq!(shown.iter().map(|mail| mail.subject.clone()).collect::<Vec<_>>(), [format!("Of {demo}")]);
        let all = portal_smtp::read_spool(folder.path(), 10).await.unwrap();
        for mail in all {
            let read = mailbox.read(&mail.id).await.unwrap();
            assert_eq!(read.is_some(), mail.firm == Some(demo), "{}", mail.subject);
        }
    }
}
