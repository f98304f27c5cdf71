//! What people do in these stories, step by step.

use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::Locator;

use crate::browser::Browser;
use crate::house::{House, PASSWORD};

pub(crate) async fn staff_sign_in(house: &House, staff: &Browser) {
    staff.goto(&house.url("/staff/sign-in")).await;
    staff.find("input[name=email]").await.send_keys("olga@miller.test").await.unwrap();
    staff.find("input[name=password]").await.send_keys(PASSWORD).await.unwrap();
    staff.click("main form button").await;
    appears(staff, "Acme Plumbing").await;
}

pub(crate) async fn new_folder(staff: &Browser, name: &str) {
    staff.click("#new-folder").await;
    staff.find("dialog input[name=name]").await.send_keys(name).await.unwrap();
    staff.click("dialog form button.primary").await;
    appears(staff, name).await;
}

pub(crate) async fn ask(browser: &Browser, address: &str) {
    browser.find("input[name=email]").await.send_keys(address).await.unwrap();
    browser.click("main form button").await;
    browser.find("input[name=code]").await;
}

/// Signs in by the code in the mail, which is number `mails` to that address.
pub(crate) async fn sign_in(house: &House, browser: &Browser, address: &str, mails: usize) {
    browser.goto(&house.url("/p/miller")).await;
    ask(browser, address).await;
    let mail = house.mail_to(address, mails).await;
    let three = |word: &&str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let code: String = mail.text.split_whitespace().filter(three).take(2).collect();
    browser.find("input[name=code]").await.send_keys(&code).await.unwrap();
    browser.click("main form button").await;
    // The page of the code has a heading, too.
    browser.gone("input[name=code]").await;
    browser.find("main h1").await;
}

/// Ana signs in by her first mail and goes to Client Uploads.
pub(crate) async fn at_client_uploads(house: &House, ana: &Browser) {
    sign_in(house, ana, "ana@acme.test", 1).await;
    ana.goto(&house.url(&format!("/p/miller/{}/files", house.ana))).await;
    follow(ana, "Client Uploads").await;
}

/// Waits until an upload is seen to be under way: neither at its start nor at its end, and told of in words that contain
/// `words`. Answers the share that the bar showed then, and the words beside it.
pub(crate) async fn under_way(browser: &Browser, words: &str) -> (f64, String) {
    let look = "const bar = document.querySelector('.tray progress');
        return bar && bar.position > 0 && bar.position < 1 ? [bar.position, bar.nextElementSibling.textContent] : null;";
    let seen = async {
        loop {
            let found = browser.client.execute(look, Vec::new()).await.unwrap();
            let told = found.get(1).and_then(serde_json::Value::as_str).unwrap_or_default();
            if told.contains(words) {
                return (found[0].as_f64().unwrap(), told.to_owned());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let seen = tokio::time::timeout(Duration::from_secs(60), seen).await;
    seen.unwrap_or_else(|_| panic!("nobody sees an upload with `{words}`"))
}

/// Opens the menu of a row and takes one of its acts.
pub(crate) async fn menu(staff: &Browser, row: &str, act: &str) {
    staff.click(&format!("summary[aria-label=\"More for {row}\"]")).await;
    let item = format!("//details[@open]//*[self::a or self::button][contains(., \"{act}\")]");
    staff.client.wait().for_element(Locator::XPath(&item)).await.unwrap().click().await.unwrap();
}

/// Waits until the page shows a text.
pub(crate) async fn appears(browser: &Browser, text: &str) {
    let path = format!("//main//*[not(self::script)][contains(text(), \"{text}\")]");
    let wait = browser.client.wait().at_most(Duration::from_secs(30));
    if let Err(error) = wait.for_element(Locator::XPath(&path)).await {
        panic!("no `{text}`: {error}\n{}", browser.client.source().await.unwrap_or_default());
    }
}

/// Waits until no list of the page shows a link with this text any more.
pub(crate) async fn vanishes(browser: &Browser, text: &str) {
    let path = format!("//main//a[.//text()[normalize-space(.)=\"{text}\"]]");
    let gone = async {
        while !browser.client.find_all(Locator::XPath(&path)).await.unwrap().is_empty() {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), gone).await.unwrap_or_else(|_| panic!("`{text}` does not go"));
}

/// Follows the link that shows a text.
pub(crate) async fn follow(browser: &Browser, text: &str) {
    let path = format!("//main//a[.//text()[normalize-space(.)=\"{text}\"]]");
    let wait = browser.client.wait().at_most(Duration::from_secs(30));
    match wait.for_element(Locator::XPath(&path)).await {
        Ok(link) => link.click().await.unwrap(),
        Err(error) => panic!("no link `{text}`: {error}\n{}", browser.client.source().await.unwrap_or_default()),
    }
}

/// The first link of a mail that leads to the house.
pub(crate) fn link_in(house: &House, text: &str) -> String {
    let link = text.split_whitespace().find(|word| word.starts_with(&house.origin));
    link.unwrap_or_else(|| panic!("no link in the mail:\n{text}")).to_owned()
}

/// A PDF of one page with a black square, written by hand.
pub(crate) fn one_page_pdf() -> Vec<u8> {
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
pub(crate) fn twenty_megabytes(folder: &Path) -> PathBuf {
    let path = folder.join("bank statement.pdf");
    let mut bytes = one_page_pdf();
    bytes.extend((0..20_000_000_u32).map(|index| b'a' + u8::try_from(index % 23).unwrap()));
    bytes.truncate(20_000_000);
    std::fs::write(&path, bytes).unwrap();
    path
}
