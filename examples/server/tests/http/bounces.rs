//! Delivery reports that come by mail, later: whom they mark, and whom they do not.

use portal_core::ports::Mail;
use portal_core::sharing::Access;
use portal_core::values::{FirmId, MessageId, PageRequest, Timestamp};
use portal_server::bounces::{Reports, read_reports};

use super::office::Office;

/// What a mail server writes of this mail, which it brings back by its head.
fn report(mail: &Mail, firm: FirmId, action: &str, status: &str) -> String {
    format!(
        "From: MAILER-DAEMON@mx.test\nTo: {}\nSubject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=\"edge\"\n\n--edge\nContent-Type: text/plain\n\n\
         I'm sorry.\n\n--edge\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.test\n\n\
         Final-Recipient: rfc822; {}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: smtp; 550 no such user\n\n--edge\n\
         Content-Type: text/rfc822-headers\n\nMessage-ID: <{}>\nX-Portal-Firm: {firm}\n\n--edge--\n",
        mail.from.address, mail.to, mail.message_id
    )
}

#[tokio::test]
async fn a_report_by_mail_marks_whom_the_mail_was_for_and_no_other_marks_anybody() {
    let office = Office::open().await;
    let (world, folder) = (&office.world, tempfile::tempdir().unwrap());
    world.owner.files(world.acme.id).share(world.tax, world.ana.audience(), Access::View).notify().await.unwrap();
    office.work().await;
    let mail = office.mail(&world.ana.email).await;
    let now = Timestamp::from_micros(1);
    let read = async || read_reports(&world.portal, folder.path(), now).await.unwrap();
    let lay = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let marked = async || {
        let contacts = world.owner.contacts(world.acme.id);
        let rows = contacts.list(&PageRequest::default()).await.unwrap().items;
        rows.into_iter().filter(|row| row.bounced().is_some()).map(|row| row.contact.id).collect::<Vec<_>>()
    };

    assert_eq!(read().await, Reports::default(), "an empty folder");
    let good = report(&mail, world.firm, "failed", "5.1.1");
    lay("late.eml", &report(&mail, world.firm, "delayed", "4.4.1"));
    lay("foreign.eml", &good.replace(&mail.message_id, "CAF12345@mail.elsewhere.test"));
    lay("forged.eml", &good.replace(&mail.message_id, &format!("{}@portal.test", MessageId::from_bits(1))));
    lay("elsewhere.eml", &report(&mail, world.other_firm, "failed", "5.1.1"));
    lay("answer.eml", "From: ana@acme.test\nSubject: Re\n\nThank you");
    lay("unfinished", &good);
    std::fs::create_dir(folder.path().join("folder.eml")).unwrap();
    assert_eq!(read().await, Reports { noted: 0, other: 5, more: false });
    assert_eq!(marked().await, []);
    assert_eq!(std::fs::read_dir(folder.path().join("other")).unwrap().count(), 5, "they are kept for people");

    lay("good.eml", &good);
    assert_eq!(read().await, Reports { noted: 1, other: 0, more: false });
    assert_eq!(marked().await, [world.ana.contact]);
    assert!(!folder.path().join("good.eml").exists());
    let mut browser = office.owner().await;
    let files = format!("/staff/clients/{}/files", world.acme.id);
    browser.get(&files).await.ok().shows("550 no such user").shows("Try this address again");
    lay("again.eml", &good);
    assert_eq!(read().await.noted, 1, "said twice, it is noted as it was");
    world.owner.contacts(world.acme.id).clear_bounce(world.ana.contact).await.unwrap();
    assert_eq!(marked().await, []);
}
