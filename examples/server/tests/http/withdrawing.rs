//! Taking back what one uploaded, in a browser: offered while it may be, and told why once it may not.

use std::time::Duration;

use portal_core::ByteRange;
use portal_core::directory::{FirmChange, PoliciesChange, Withdrawal};
use portal_core::values::{DocumentId, FileName};

use super::browser::{Browser, Page};
use super::office::Office;

struct Portal {
    office: Office,
    ana: Browser,
    document: DocumentId,
}

/// Ana, who has just uploaded something.
async fn portal() -> Portal {
    let office = Office::open().await;
    let ana = office.sign_in(&office.world.ana).await;
    let world = &office.world;
    let name = FileName::new("wrong.pdf").unwrap();
    let files = world.sign_in(&world.ana).await.unwrap().files();
    let uploaded = files.upload(world.acme.client_uploads, name, "bytes").await.unwrap();
    Portal { ana, document: uploaded.receipt.document, office }
}

impl Portal {
    fn at(&self, rest: &str) -> String {
        self.office.at(&self.office.world.ana, rest)
    }

    async fn page(&mut self) -> Page {
        let path = self.at(&format!("/files/{}", self.document));
        self.ana.get(&path).await
    }

    async fn list(&mut self) -> Page {
        let path = self.at(&format!("/files/{}", self.office.world.acme.client_uploads));
        self.ana.get(&path).await.ok()
    }

    async fn dialog(&mut self) -> Page {
        let path = self.at(&format!("/documents/{}/withdraw", self.document));
        self.ana.get(&path).await.ok()
    }

    async fn withdraw(&mut self, dialog: &Page) -> Page {
        let path = self.at(&format!("/documents/{}/withdraw", self.document));
        self.ana.submit(dialog, &path, &[]).await
    }

    async fn set(&self, withdrawal: Withdrawal) {
        let policies = PoliciesChange { withdrawal: Some(withdrawal), ..PoliciesChange::default() };
        self.office.world.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
    }
}

#[tokio::test]
async fn s33_an_upload_is_withdrawn_while_it_may_be_and_the_team_reads_of_it() {
    let mut portal = portal().await;
    portal.list().await.shows("Withdraw wrong.pdf");
    portal.page().await.ok().shows("You can withdraw it until");
    let dialog = portal.dialog().await.shows("Withdraw “wrong.pdf”?").shows("unless Miller CPA opens it before");
    let done = portal.withdraw(&dialog).await;
    portal.ana.follow(done).await.ok().shows("“wrong.pdf” is withdrawn.").hides("Withdraw wrong.pdf");
    assert_eq!(portal.page().await.status, 404);
    // The same press whose answer was lost.
    assert_eq!(portal.withdraw(&dialog).await.status, 303);
    let mut olivia = portal.office.owner().await;
    let acme = portal.office.world.acme.id;
    olivia.get(&format!("/staff/clients/{acme}/activity")).await.ok().shows("withdrew");
    olivia.get(&format!("/staff/clients/{acme}/trash")).await.ok().shows("wrong.pdf");
}

#[tokio::test]
async fn s33_what_may_not_be_withdrawn_any_more_says_why_and_whom_to_ask() {
    let mut portal = portal().await;
    let dialog = portal.dialog().await;
    let files = portal.office.world.owner.files(portal.office.world.acme.id);
    files.download(portal.document, None, ByteRange::All).await.unwrap();
    let refused = portal.withdraw(&dialog).await;
    assert_eq!(refused.status, 422);
    refused.shows("“wrong.pdf” stays where it is").shows("Miller CPA has opened it already. Ask them to remove it.");
    portal.page().await.ok().shows("It cannot be withdrawn any more. Miller CPA has opened it already.");
    portal.list().await.shows("wrong.pdf").hides("Withdraw wrong.pdf");

    portal.set(Withdrawal::Always).await;
    portal.list().await.shows("Withdraw wrong.pdf");
    portal.page().await.ok().hides("You can withdraw it until").shows("Withdraw");
    portal.set(Withdrawal::Never).await;
    portal
        .dialog()
        .await
        .shows("It cannot be withdrawn. Ask Miller CPA to remove it.")
        .hides("<button class=\"button danger\"");
    portal.set(Withdrawal::Grace { minutes: 1 }).await;
    portal.office.world.clock.advance(Duration::from_secs(61));
    portal.dialog().await.shows("Miller CPA has opened it already.");
}

#[tokio::test]
async fn s33_the_time_to_withdraw_ends() {
    let mut portal = portal().await;
    portal.office.world.clock.advance(Duration::from_secs(15 * 60));
    portal.list().await.hides("Withdraw wrong.pdf");
    portal.dialog().await.shows("The time to withdraw it is over. Ask Miller CPA to remove it.");
    // What the firm uploaded is told of as nobody's to withdraw, and offered to nobody.
    let world = &portal.office.world;
    let theirs = world.upload(world.acme.id, world.acme.client_uploads, "letter.pdf", "x").await.unwrap();
    portal.list().await.shows("letter.pdf").hides("Withdraw letter.pdf");
    portal.document = theirs;
    portal.page().await.ok().hides("It cannot be withdrawn any more");
    portal.dialog().await.shows("You can withdraw only what you uploaded yourself");
}
