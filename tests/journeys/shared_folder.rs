//! The first story: a client opens a shared folder.

use std::time::Duration;

use fantoccini::Locator;
use sha2::{Digest as _, Sha256};

use crate::browser::Driver;
use crate::house::House;
use crate::steps::{
    appears, ask, follow, link_in, menu, new_folder, one_page_pdf, staff_sign_in, twenty_megabytes, under_way, vanishes,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_opens_a_shared_folder() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let staff = driver.open("staff", false).await;
    let ana = driver.open("ana", false).await;

    // Staff make "2025 Tax", put a document in it, and share it with Ana: View and Upload, Share & Notify.
    staff_sign_in(&house, &staff).await;
    staff.goto(&house.url(&format!("/staff/clients/{}", house.client))).await;
    appears(&staff, "Client Uploads").await;
    new_folder(&staff, "2025 Tax").await;
    follow(&staff, "2025 Tax").await;
    let organizer = house.folder.path().join("Tax organizer.pdf");
    std::fs::write(&organizer, one_page_pdf()).unwrap();
    staff.choose_files("form[data-upload] input[type=file]", &[&organizer]).await;
    appears(&staff, "Tax organizer.pdf").await;
    staff.click("#share-here").await;
    staff.click(&format!("dialog input[name=audience][value=\"{}\"]", house.ana)).await;
    let upload = staff.find("dialog input[name=access][value=view_and_upload]").await;
    staff.client.execute("arguments[0].click()", vec![serde_json::to_value(&upload).unwrap()]).await.unwrap();
    staff.mentions("dialog [data-told-text]", "Ana Alvarez").await;
    staff.mentions("dialog [data-team-text]", "Max Berger").await;
    staff.picture("staff-share").await;
    staff.click("dialog button[name=notify][value=true]").await;
    let told = house.mail_to("ana@acme.test", 1).await;
    assert!(told.subject.contains("2025 Tax"), "{}", told.subject);
    assert_eq!(told.from.name, "Miller CPA");
    assert!(house.mails_to("ben@acme.test").await.is_empty(), "nothing was shared with Ben");

    // Ana follows the mail's link, asks, and signs in by the link in this browser.
    ana.goto(&link_in(&house, &told.text)).await;
    ask(&ana, "ana@acme.test").await;
    let sign_in = house.mail_to("ana@acme.test", 2).await;
    ana.goto(&link_in(&house, &sign_in.text)).await;
    ana.click("main form button").await;
    appears(&ana, "2025 Tax").await;

    // On another device she opens the link, which shows the code, and types it where she asked.
    let phone = driver.open("phone", true).await;
    phone.goto(&house.url("/p/miller")).await;
    ask(&phone, "ana@acme.test").await;
    let second = house.mail_to("ana@acme.test", 3).await;
    ana.goto(&link_in(&house, &second.text)).await;
    let code: String = ana.text(".big-code").await.chars().filter(char::is_ascii_digit).collect();
    assert_eq!(code.len(), 6);
    phone.find("input[name=code]").await.send_keys(&code).await.unwrap();
    phone.picture("phone-code").await;
    phone.click("main form button").await;
    appears(&phone, "2025 Tax").await;
    phone.picture("phone-home").await;

    // She sees that folder and Client Uploads, and nothing else.
    ana.goto(&house.url(&format!("/p/miller/{}/files", house.ana))).await;
    appears(&ana, "2025 Tax").await;
    let rows = ana.client.find_all(Locator::Css("main tbody th")).await.unwrap();
    let mut names = Vec::new();
    for row in rows {
        names.push(row.text().await.unwrap().lines().next().unwrap_or_default().to_owned());
    }
    assert_eq!(names, ["2025 Tax", "Client Uploads"]);
    ana.picture("client-files").await;

    // She looks at the PDF and downloads it, byte for byte.
    follow(&ana, "2025 Tax").await;
    follow(&ana, "Tax organizer.pdf").await;
    let picture = ana.find("main img").await;
    let drawn = "return new Promise(done => { const i = arguments[0]; const see = () => done(i.naturalWidth);
        i.loading = 'eager'; if (i.complete && i.naturalWidth) see(); else { i.onload = see; i.onerror = () => done(0); } })";
    let width = ana.client.execute(drawn, vec![serde_json::to_value(&picture).unwrap()]).await.unwrap();
    assert!(width.as_u64().unwrap() > 100, "the page has a picture: {width}");
    ana.picture("client-document").await;
    ana.client.find(Locator::LinkText("Download")).await.unwrap().click().await.unwrap();
    let downloaded = ana.downloaded("Tax organizer.pdf").await;
    assert_eq!(std::fs::read(downloaded).unwrap(), one_page_pdf());

    // She uploads 20 MB over a slow line, sees how far it is and how long it takes still, and gets a receipt with the file's
    // own SHA-256.
    let statement = twenty_megabytes(house.folder.path());
    ana.client.back().await.unwrap();
    ana.find("form[data-upload]").await;
    ana.line(Some(5_000_000)).await;
    ana.choose_files("form[data-upload] input[type=file]", &[&statement]).await;
    let (share, words) = under_way(&ana, "about").await;
    assert!(0.0 < share && share < 1.0, "{share}");
    assert!(words.contains("of 20 MB, about"), "{words}");
    ana.picture("client-upload-under-way").await;
    ana.line(None).await;
    let digest: String =
        Sha256::digest(std::fs::read(&statement).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
    ana.mentions(".tray .arrived", "Arrived · 20 MB").await;
    ana.click(".tray details summary").await;
    ana.reads(".tray code.hash", &digest).await;
    appears(&ana, "bank statement.pdf").await;
    let size = ana.text("tr:has(a[aria-label=\"Download bank statement.pdf\"]) td[data-label=Size]").await;
    assert_eq!(size, "20 MB");
    ana.picture("client-upload").await;
    ana.goto(&house.url(&format!("/p/miller/{}/receipts", house.ana))).await;
    ana.click("details.version summary").await;
    ana.reads("code.hash", &digest).await;

    // Each of the assigned team is told once, and Ana is not.
    house.later(Duration::from_secs(31 * 60));
    for member in ["olga@miller.test", "max@miller.test"] {
        let mail = house.mail_to(member, 1).await;
        assert!(mail.text.contains("bank statement.pdf"), "{}", mail.text);
    }
    assert_eq!(house.mails_to("ana@acme.test").await.len(), 3, "nobody is told of what they did");

    // Staff rename Client Uploads, and then remove it.
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    staff.picture("staff-files").await;
    menu(&staff, "Client Uploads", "Rename").await;
    let field = staff.find("dialog input[name=name]").await;
    field.clear().await.unwrap();
    field.send_keys("From Acme").await.unwrap();
    staff.click("dialog form button.primary").await;
    appears(&staff, "From Acme").await;
    ana.goto(&house.url(&format!("/p/miller/{}/files", house.ana))).await;
    appears(&ana, "From Acme").await;
    menu(&staff, "From Acme", "Move to trash").await;
    vanishes(&staff, "From Acme").await;
    ana.client.refresh().await.unwrap();
    appears(&ana, "2025 Tax").await;
    assert!(!ana.client.source().await.unwrap().contains("From Acme"), "what was removed is there no more");
}
