//! The suite of every mailer, over a spool that is read back as a mailbox page reads it.
#![expect(clippy::unwrap_used, reason = "tests")]

use async_trait::async_trait;
use portal_core::conformance::mailer::Mailbox;
use portal_core::ports::{Mail, Sender};
use portal_core::values::{EmailAddress, WebLink};
use portal_smtp::{Correspondent, SpoolMailer, SpooledMail, read_spool};

struct Spool(tempfile::TempDir);

#[async_trait]
impl Mailbox for Spool {
    async fn received(&self) -> Vec<Mail> {
        read_spool(self.0.path(), 1_000).await.unwrap().into_iter().map(as_sent).collect()
    }
}

fn address(of: &Correspondent) -> EmailAddress {
    EmailAddress::new(&of.address).unwrap()
}

fn as_sent(read: SpooledMail) -> Mail {
    Mail {
        message_id: read.message_id,
        firm: read.firm.unwrap(),
        from: Sender { address: address(&read.from), name: read.from.name },
        reply_to: read.reply_to.as_ref().map(address),
        to: address(&read.to),
        to_name: read.to.name,
        subject: read.subject,
        text: read.text,
        html: read.html,
        images: read.images,
        unsubscribe: read.unsubscribe.map(|link| WebLink::new(link).unwrap()),
    }
}

portal_core::mailer_conformance!(async {
    let folder = tempfile::tempdir().unwrap();
    (SpoolMailer::open(folder.path()).await.unwrap(), Spool(folder))
});
