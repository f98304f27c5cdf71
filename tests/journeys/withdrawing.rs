//! Taking back what one sent by mistake.

use portal_core::ByteRange;
use portal_core::values::{FileName, NodeId, PageRequest};

use crate::browser::Driver;
use crate::house::House;
use crate::steps::{appears, at_client_uploads, follow, one_page_pdf, staff_sign_in, vanishes};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_takes_back_what_they_sent_by_mistake_until_the_firm_has_opened_it() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let ana = driver.open("ana", true).await;
    at_client_uploads(&house, &ana).await;
    for name in ["Wrong.pdf", "Right.pdf"] {
        let path = house.folder.path().join(name);
        std::fs::write(&path, one_page_pdf()).unwrap();
        ana.choose_files("form[data-upload] input[type=file]:not([webkitdirectory])", &[&path]).await;
        ana.find(&format!("a[aria-label=\"Withdraw {name}\"]")).await;
    }

    // She sees at once that it is the wrong one.
    ana.client.refresh().await.unwrap();
    ana.find("a[aria-label=\"Withdraw Wrong.pdf\"]").await;
    ana.picture("phone-withdrawable").await;
    ana.click("a[aria-label=\"Withdraw Wrong.pdf\"]").await;
    ana.reads("dialog h1", "Withdraw “Wrong.pdf”?").await;
    ana.picture("phone-withdraw").await;
    ana.click("dialog button.danger").await;
    ana.reads(".flash p", "“Wrong.pdf” is withdrawn. If you want it back, ask Miller CPA.").await;
    vanishes(&ana, "Wrong.pdf").await;

    // The other was opened meanwhile: it stays, and she is told why.
    ana.click("a[aria-label=\"Withdraw Right.pdf\"]").await;
    ana.reads("dialog h1", "Withdraw “Right.pdf”?").await;
    let files = house.owner.files(house.client);
    let listed = files.list(Some(house.uploads().await), &PageRequest::default()).await.unwrap().entries.items;
    let right = listed.iter().find(|entry| entry.name == FileName::new("Right.pdf").unwrap()).unwrap();
    let NodeId::Document(right) = right.node else { panic!("a folder") };
    files.download(right, None, ByteRange::All).await.unwrap();
    ana.click("dialog button.danger").await;
    ana.reads("dialog h1", "“Right.pdf” stays where it is").await;
    ana.mentions("dialog .sheet", "Miller CPA has opened it already. Ask them to remove it.").await;
    ana.picture("phone-withdraw-refused").await;
    ana.click("dialog .acts a").await;
    ana.client.refresh().await.unwrap();
    appears(&ana, "Right.pdf").await;
    ana.gone("a[aria-label=\"Withdraw Right.pdf\"]").await;
    follow(&ana, "Right.pdf").await;
    appears(&ana, "It cannot be withdrawn any more.").await;
    ana.picture("phone-document-stays").await;

    // The team reads of it, and could bring it back.
    let staff = driver.open("staff", false).await;
    staff_sign_in(&house, &staff).await;
    staff.goto(&house.url(&format!("/staff/clients/{}/activity", house.client))).await;
    staff.mentions(".timeline", "Ana Alvarez withdrew “Wrong.pdf”").await;
    staff.goto(&house.url(&format!("/staff/clients/{}/trash", house.client))).await;
    appears(&staff, "Wrong.pdf").await;
}
