//! What somebody who uploads sees when the line is slow or breaks, when they change their mind, and when a file is too large.

use portal_core::EntryKind;
use portal_core::directory::FirmChange;
use portal_core::values::{Digest, PageRequest};

use crate::browser::{Browser, Driver};
use crate::house::House;
use crate::steps::{appears, at_client_uploads, follow, twenty_megabytes, under_way};

const CHOOSER: &str = "form[data-upload] input[type=file]";

/// Runs a script on the page.
async fn run(browser: &Browser, script: &str) -> serde_json::Value {
    browser.client.execute(script, Vec::new()).await.unwrap()
}

/// Whether closing the page would be asked about.
async fn would_ask_before_leaving(browser: &Browser) -> bool {
    let ask = "const leaving = new Event('beforeunload', { cancelable: true });
        dispatchEvent(leaving); return leaving.defaultPrevented;";
    run(browser, ask).await.as_bool().unwrap()
}

/// What the last line of the tray says, once it says how it ended.
async fn ended(browser: &Browser) -> String {
    browser.text(".tray li:last-child .failed").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_is_cancelled_waits_for_the_line_and_is_told_to_be_too_large_before_it_is_sent() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let ana = driver.open("ana", true).await;
    at_client_uploads(&house, &ana).await;
    let statement = twenty_megabytes(house.folder.path());
    let list = async |name: &str| {
        let source = ana.client.source().await.unwrap();
        source.contains(&format!("aria-label=\"Download {name}\""))
    };

    // She changes her mind while it is under way: nothing is kept, and she may try again.
    assert!(!would_ask_before_leaving(&ana).await);
    ana.line(Some(500_000)).await;
    ana.choose_files(CHOOSER, &[&statement]).await;
    let (share, _) = under_way(&ana, "of 20 MB").await;
    assert!(0.0 < share && share < 1.0, "{share}");
    ana.picture("phone-upload-under-way").await;
    assert!(would_ask_before_leaving(&ana).await, "leaving now would lose it");
    ana.click(".tray button[aria-label=\"Cancel bank statement.pdf\"]").await;
    assert_eq!(ended(&ana).await, "Cancelled. Nothing of it was kept.");
    assert!(!would_ask_before_leaving(&ana).await);
    let held = run(&ana, "return document.activeElement.textContent").await;
    assert_eq!(held, "Try again", "the focus stays with the file");
    ana.click(".tray button[aria-label=\"Try bank statement.pdf again\"]").await;
    under_way(&ana, "of 20 MB").await;
    ana.click(".tray button[aria-label=\"Cancel bank statement.pdf\"]").await;
    assert_eq!(ended(&ana).await, "Cancelled. Nothing of it was kept.");
    ana.client.refresh().await.unwrap();
    assert!(!list("bank statement.pdf").await);

    // There is no line: that is said, and the file goes by itself once it is back.
    ana.line(Some(0)).await;
    ana.choose_files(CHOOSER, &[&statement]).await;
    ana.mentions(".tray li:last-child .dim", "The connection is gone; it goes on by itself when it is back").await;
    ana.picture("phone-upload-broken").await;
    ana.line(None).await;
    ana.mentions(".tray .arrived", "Arrived · 20 MB").await;
    ana.reads(".tray li b a", "bank statement.pdf").await;
    appears(&ana, "bank statement.pdf").await;
    ana.picture("phone-upload-arrived").await;

    // A file that is dropped goes the same way.
    let drop = "const files = new DataTransfer();
        files.items.add(new File(['note'], 'dropped.txt', { type: 'text/plain' }));
        const how = { dataTransfer: files, bubbles: true, cancelable: true };
        document.querySelector('[data-drop]').dispatchEvent(new DragEvent('drop', how));";
    run(&ana, drop).await;
    appears(&ana, "dropped.txt").await;

    // What is larger than the firm takes is not sent at all.
    let limit = FirmChange { max_upload_bytes: Some(10_000_000), ..FirmChange::default() };
    house.owner.settings().change(limit).await.unwrap();
    ana.client.refresh().await.unwrap();
    ana.choose_files(CHOOSER, &[&statement]).await;
    let told = ended(&ana).await;
    assert!(told.starts_with("Larger than the 10 MB allowed here."), "{told}");
    let sent = "return performance.getEntriesByType('resource').filter((one) => one.name.endsWith('/uploads')).length";
    assert_eq!(run(&ana, sent).await, 0);
    assert!(!list("bank statement (2).pdf").await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_goes_on_after_the_cable_was_pulled_and_after_the_page_was_left() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let ana = driver.open("ana", true).await;
    at_client_uploads(&house, &ana).await;
    let statement = twenty_megabytes(house.folder.path());
    let before = house.cable.sent();

    // Somebody pulls the cable in the middle: it says so, and goes on when the cable is back.
    ana.line(Some(4_000_000)).await;
    ana.choose_files(CHOOSER, &[&statement]).await;
    sent_at_least(&house, before + 8_000_000).await;
    house.cable.pull();
    ana.mentions(".tray li:last-child .dim", "The connection is gone; it goes on by itself when it is back").await;
    ana.picture("phone-upload-cable-pulled").await;
    house.cable.plug();
    sent_at_least(&house, before + 12_000_000).await;

    // She gives up for today, with the cable out again. In the evening the page tells her how far it came.
    house.cable.pull();
    ana.mentions(".tray li:last-child .dim", "The connection is gone").await;
    house.cable.plug();
    run(&ana, "window.stop(); removeEventListener('beforeunload', () => {}); return 0").await;
    ana.goto(&house.url(&format!("/p/miller/{}/files", house.ana))).await;
    follow(&ana, "Client Uploads").await;
    ana.mentions(
        ".unfinished",
        "of 20 MB arrived. Choose the same file again on this device, and it goes on from there.",
    )
    .await;
    ana.picture("phone-upload-unfinished").await;
    ana.line(None).await;
    ana.choose_files(CHOOSER, &[&statement]).await;
    ana.mentions(".tray .arrived", "Arrived · 20 MB").await;
    appears(&ana, "bank statement.pdf").await;
    ana.gone(".unfinished").await;
    let sent = house.cable.sent() - before;
    assert!(sent < 25_000_000, "{sent} bytes were sent of a file of 20 MB");
    let found =
        house.owner.files(house.client).list(Some(house.uploads().await), &PageRequest::default()).await.unwrap();
    let names: Vec<&str> = found.entries.items.iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["bank statement.pdf"], "once, and nothing else");
    let EntryKind::Document(version) = &found.entries.items[0].kind else { panic!("a folder") };
    let bytes = std::fs::read(&statement).unwrap();
    assert_eq!(version.sha256, Digest::of(&bytes));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_whose_arrival_was_never_told_is_not_kept_twice() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let ana = driver.open("ana", true).await;
    at_client_uploads(&house, &ana).await;
    let statement = twenty_megabytes(house.folder.path());
    let uploads = house.uploads().await;
    let names = async || {
        let found = house.owner.files(house.client).list(Some(uploads), &PageRequest::default()).await.unwrap();
        found.entries.items.iter().map(|entry| entry.name.to_string()).collect::<Vec<_>>()
    };

    // All of it gets through, and the answer to its end does not.
    ana.line(Some(8_000_000)).await;
    let before = house.cable.sent();
    ana.choose_files(CHOOSER, &[&statement]).await;
    sent_at_least(&house, before + 1_000_000).await;
    house.cable.lose_answers(true);
    let arrives = async {
        while names().await.is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), arrives).await.expect("it arrives");
    house.cable.pull();
    run(&ana, "window.stop(); return 0").await;

    // She only sees that it broke off, leaves, and chooses it again: it is there, and is there once.
    house.cable.lose_answers(false);
    house.cable.plug();
    ana.line(None).await;
    let sent = house.cable.sent();
    ana.goto(&house.url(&format!("/p/miller/{}/files", house.ana))).await;
    follow(&ana, "Client Uploads").await;
    ana.choose_files(CHOOSER, &[&statement]).await;
    ana.mentions(".tray .arrived", "Arrived · 20 MB").await;
    assert!(house.cable.sent() - sent < 1_000_000, "nothing of it is sent again");
    assert_eq!(names().await, ["bank statement.pdf"]);
}

/// Waits until so many bytes went over the cable.
async fn sent_at_least(house: &House, bytes: u64) {
    let sent = async {
        while house.cable.sent() < bytes {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), sent).await.expect("bytes go over the cable");
}
