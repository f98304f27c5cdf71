//! Folders that contacts and staff make, by the dialog and by a script that sends a whole folder.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use hyper::{Method, header};
use portal_core::directory::{FirmChange, PoliciesChange};
use portal_core::values::{FolderId, PageRequest};

use super::browser::{Browser, Page, announced};
use super::office::Office;

/// Lets contacts make folders, or not any more.
async fn set_folders(office: &Office, allowed: bool) {
    let policies = PoliciesChange { contacts_make_folders: Some(allowed), ..PoliciesChange::default() };
    office.world.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
}

/// Sends a folder as the script does.
async fn send(browser: &mut Browser, page: &Page, path: &str, name: &str) -> Page {
    let token = page.token();
    let name = format!("foldername {}", BASE64.encode(name));
    let mut headers = announced(&token).to_vec();
    headers[3].1 = &name;
    headers.push((header::ACCEPT, "application/json"));
    browser.send(Method::POST, path, &headers, Bytes::new()).await
}

async fn folders_in(office: &Office, folder: FolderId) -> Vec<String> {
    let files = office.world.owner.files(office.world.acme.id);
    let entries = files.list(Some(folder), &PageRequest::default()).await.unwrap().entries.items;
    entries.into_iter().map(|entry| entry.name.to_string()).collect()
}

#[tokio::test]
async fn s39_a_contact_makes_a_folder_where_the_firm_lets_them_and_is_told_where_not() {
    let office = Office::open().await;
    let uploads = office.world.acme.client_uploads;
    let (ana, mut browser) = (&office.world.ana, office.sign_in(&office.world.ana).await);
    let list = office.at(ana, &format!("/files/{uploads}"));
    let page = browser.get(&list).await.ok().hides("New folder").hides("data-folders").hides("or folders");
    let refused = browser.submit(&page, &format!("{list}/new-folder"), &[("name", "2025")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("New folders are not taken here").shows("value=\"2025\"");
    let by_script = send(&mut browser, &page, &format!("{list}/folders"), "2025").await;
    assert_eq!(by_script.status, 422);
    by_script.shows("New folders are not taken here");
    assert!(folders_in(&office, uploads).await.is_empty(), "nothing is made and nothing flattened");

    set_folders(&office, true).await;
    let page = browser.get(&list).await.ok().shows("New folder").shows("data-folders").shows("or folders");
    let nameless = browser.submit(&page, &format!("{list}/new-folder"), &[("name", " ")]).await;
    assert_eq!(nameless.status, 422);
    nameless.shows("Type a name with at least one letter or digit.");
    let made = browser.submit(&page, &format!("{list}/new-folder"), &[("name", "2025")]).await;
    browser.follow(made).await.ok().shows("“2025” was made.").shows("This folder is empty");
    assert_eq!(folders_in(&office, uploads).await, ["2025"]);
}

#[tokio::test]
async fn s39_a_folder_that_is_sent_twice_comes_once_and_says_where_its_files_go() {
    let office = Office::open().await;
    set_folders(&office, true).await;
    let uploads = office.world.acme.client_uploads;
    let mut ana = office.sign_in(&office.world.ana).await;
    let list = office.at(&office.world.ana, &format!("/files/{uploads}"));
    let page = ana.get(&list).await.ok();
    let first = send(&mut ana, &page, &format!("{list}/folders"), "2025").await;
    assert_eq!(first.status, 201);
    let again = send(&mut ana, &page, &format!("{list}/folders"), "2025").await;
    assert_eq!(first.text(), again.text());
    let answer: serde_json::Value = serde_json::from_str(&first.text()).unwrap();
    let below = send(&mut ana, &page, answer["folders"].as_str().unwrap(), "Receipts/2025").await;
    assert_eq!(below.status, 201);
    let begun =
        ana.send(Method::POST, answer["uploads"].as_str().unwrap(), &announced(&page.token()), Bytes::new()).await;
    assert_eq!(begun.status, 201);
    ana.get(answer["href"].as_str().unwrap()).await.ok().shows("Receipts");

    // Staff reuse what is there, whoever made it, and need no policy.
    set_folders(&office, false).await;
    let mut olivia = office.owner().await;
    let list = format!("/staff/clients/{}/files/{uploads}", office.world.acme.id);
    let page = olivia.get(&list).await.ok().shows("data-folders");
    assert_eq!(send(&mut olivia, &page, &format!("{list}/folders"), "2025").await.status, 201);
    assert_eq!(folders_in(&office, uploads).await, ["2025"]);
    let nameless = send(&mut olivia, &page, &format!("{list}/folders"), "..").await;
    assert_eq!(nameless.status, 422);
    let unknown = format!("/staff/clients/{}/files/{}/folders", office.world.acme.id, office.world.bolt.root);
    assert_eq!(send(&mut olivia, &page, &unknown, "2025").await.status, 404);
}
