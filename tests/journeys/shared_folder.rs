//! The first story: a client opens a shared folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::Locator;
use sha2::{Digest as _, Sha256};

use crate::browser::{Browser, Driver};
use crate::house::{House, PASSWORD};

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
    assert!(staff.text("dialog [data-told-text]").await.contains("Ana Alvarez"), "who is emailed is said before");
    assert!(staff.text("dialog [data-team-text]").await.contains("Max Berger"), "who of the team is told, too");
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

    // She uploads 20 MB, sees progress, and holds a receipt with the file's own SHA-256.
    let statement = twenty_megabytes(house.folder.path());
    ana.client.back().await.unwrap();
    ana.choose_files("form[data-upload] input[type=file]", &[&statement]).await;
    appears(&ana, "bank statement.pdf").await;
    let size = ana.text("tr:has(a[aria-label=\"Download bank statement.pdf\"]) td[data-label=Size]").await;
    assert_eq!(size, "20 MB");
    ana.picture("client-upload").await;
    ana.goto(&house.url(&format!("/p/miller/{}/receipts", house.ana))).await;
    ana.click("details.version summary").await;
    let digest: String =
        Sha256::digest(std::fs::read(&statement).unwrap()).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(ana.text("code.hash").await, digest);

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

async fn staff_sign_in(house: &House, staff: &Browser) {
    staff.goto(&house.url("/staff/sign-in")).await;
    staff.find("input[name=email]").await.send_keys("olga@miller.test").await.unwrap();
    staff.find("input[name=password]").await.send_keys(PASSWORD).await.unwrap();
    staff.click("main form button").await;
    appears(staff, "Acme Plumbing").await;
}

async fn new_folder(staff: &Browser, name: &str) {
    staff.click("#new-folder").await;
    staff.find("dialog input[name=name]").await.send_keys(name).await.unwrap();
    staff.click("dialog form button.primary").await;
    appears(staff, name).await;
}

async fn ask(browser: &Browser, address: &str) {
    browser.find("input[name=email]").await.send_keys(address).await.unwrap();
    browser.click("main form button").await;
    browser.find("input[name=code]").await;
}

/// Opens the menu of a row and takes one of its acts.
async fn menu(staff: &Browser, row: &str, act: &str) {
    staff.click(&format!("summary[aria-label=\"More for {row}\"]")).await;
    let item = format!("//details[@open]//*[self::a or self::button][contains(., \"{act}\")]");
    staff.client.wait().for_element(Locator::XPath(&item)).await.unwrap().click().await.unwrap();
}

/// Waits until the page shows a text.
async fn appears(browser: &Browser, text: &str) {
    let path = format!("//main//*[not(self::script)][contains(text(), \"{text}\")]");
    let wait = browser.client.wait().at_most(Duration::from_secs(30));
    if let Err(error) = wait.for_element(Locator::XPath(&path)).await {
        panic!("no `{text}`: {error}\n{}", browser.client.source().await.unwrap_or_default());
    }
}

/// Waits until no list of the page shows a link with this text any more.
async fn vanishes(browser: &Browser, text: &str) {
    let path = format!("//main//a[.//text()[normalize-space(.)=\"{text}\"]]");
    let gone = async {
        while !browser.client.find_all(Locator::XPath(&path)).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap_or_else(|_| panic!("`{text}` does not go"));
}

/// Follows the link that shows a text.
async fn follow(browser: &Browser, text: &str) {
    let path = format!("//main//a[.//text()[normalize-space(.)=\"{text}\"]]");
    let wait = browser.client.wait().at_most(Duration::from_secs(30));
    match wait.for_element(Locator::XPath(&path)).await {
        Ok(link) => link.click().await.unwrap(),
        Err(error) => panic!("no link `{text}`: {error}\n{}", browser.client.source().await.unwrap_or_default()),
    }
}

/// The first link of a mail that leads to the house.
fn link_in(house: &House, text: &str) -> String {
    let link = text.split_whitespace().find(|word| word.starts_with(&house.origin));
    link.unwrap_or_else(|| panic!("no link in the mail:\n{text}")).to_owned()
}

/// A PDF of one page with a black square, written by hand.
fn one_page_pdf() -> Vec<u8> {
    let content = "100 100 200 200 re f";
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << >> >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{content}\nendstream", content.len()),
    ];
    let mut pdf = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (number, object) in (1..).zip(&objects) {
        offsets.push(pdf.len());
        pdf.push_str(&format!("{number} 0 obj\n{object}\nendobj\n"));
    }
    let table = pdf.len();
    pdf.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for offset in offsets {
        pdf.push_str(&format!("{offset:010} 00000 n \n"));
    }
    pdf.push_str(&format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
    pdf.into_bytes()
}

/// A PDF of 20,000,000 bytes: one page, and after its end what a scanner left there.
fn twenty_megabytes(folder: &Path) -> PathBuf {
    let path = folder.join("bank statement.pdf");
    let mut bytes = one_page_pdf();
    bytes.extend((0..20_000_000_u32).map(|index| b'a' + u8::try_from(index % 23).unwrap()));
    bytes.truncate(20_000_000);
    std::fs::write(&path, bytes).unwrap();
    path
}
