//! Whole folders: dropped by a client whose firm takes them and by one whose firm does not, and by staff.

use std::path::PathBuf;

use portal_core::directory::{FirmChange, PoliciesChange};
use portal_core::values::{FolderId, NodeId, PageRequest};

use crate::browser::Driver;
use crate::house::House;
use crate::steps::{appears, at_client_uploads, follow, one_page_pdf, staff_sign_in};

/// A folder on the disk of whoever drops it: three files, two folders below one another and one without files, and what a system
/// leaves in each.
fn on_disk(house: &House) -> PathBuf {
    let top = house.folder.path().join("2025 Tax");
    std::fs::create_dir_all(top.join("Receipts/Travel")).unwrap();
    std::fs::create_dir_all(top.join("Later")).unwrap();
    for name in ["W-2.pdf", "Receipts/fuel.pdf", "Receipts/Travel/train.pdf"] {
        std::fs::write(top.join(name), one_page_pdf()).unwrap();
    }
    for name in [".DS_Store", "Receipts/Thumbs.db"] {
        std::fs::write(top.join(name), "left by a system").unwrap();
    }
    top
}

/// All that lies in a folder, by their ways from it.
async fn tree(house: &House, folder: FolderId) -> Vec<String> {
    let (mut found, mut waiting) = (Vec::new(), vec![(String::new(), folder)]);
    while let Some((way, folder)) = waiting.pop() {
        let listed = house.owner.files(house.client).list(Some(folder), &PageRequest::default()).await.unwrap();
        for entry in listed.entries.items {
            let way = format!("{way}/{}", entry.name);
            if let NodeId::Folder(below) = entry.node {
                waiting.push((way.clone(), below));
            }
            found.push(way);
        }
    }
    found.sort();
    found
}

const WHOLE: [&str; 7] = [
    "/2025 Tax",
    "/2025 Tax/Later",
    "/2025 Tax/Receipts",
    "/2025 Tax/Receipts/Travel",
    "/2025 Tax/Receipts/Travel/train.pdf",
    "/2025 Tax/Receipts/fuel.pdf",
    "/2025 Tax/W-2.pdf",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn s39_a_dropped_folder_comes_whole_where_it_may_and_not_at_all_where_it_may_not() {
    let house = House::open().await;
    let (driver, folder) = (Driver::start().await, on_disk(&house));
    let ana = driver.open("ana", false).await;
    at_client_uploads(&house, &ana).await;
    let uploads = house.uploads().await;

    // Her firm takes no folders: that is said, and nothing is sent.
    ana.drop_on("[data-drop]", &[&folder]).await;
    ana.reads(
        ".tray .failed",
        "Folders are not taken here, and nothing of it was sent. Open it and drop the files in it.",
    )
    .await;
    ana.picture("client-folder-refused").await;
    let asked =
        "return performance.getEntriesByType('resource').filter((one) => /uploads$|folders$/.test(one.name)).length";
    assert_eq!(ana.client.execute(asked, Vec::new()).await.unwrap(), 0);
    assert!(tree(&house, uploads).await.is_empty(), "nothing is flattened");

    // It takes them now, and all of it comes, with the folders in it.
    let policies = PoliciesChange { contacts_make_folders: Some(true), ..PoliciesChange::default() };
    house.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
    ana.client.refresh().await.unwrap();
    appears(&ana, "New folder").await;
    ana.drop_on("[data-drop]", &[&folder]).await;
    ana.mentions(".tray", "3 of 3 files arrived").await;
    appears(&ana, "2025 Tax").await;
    ana.picture("client-folder").await;
    assert_eq!(tree(&house, uploads).await, WHOLE);

    // Dropped once more, it goes into the same folders; what is there stays as it is.
    ana.client.refresh().await.unwrap();
    ana.drop_on("[data-drop]", &[&folder]).await;
    ana.mentions(".tray", "3 of 3 files arrived").await;
    let twice = tree(&house, uploads).await;
    assert_eq!(twice.len(), WHOLE.len() + 3, "{twice:?}");
    assert!(twice.iter().any(|way| way == "/2025 Tax/W-2 (2).pdf"), "{twice:?}");
    assert!(twice.iter().all(|way| !way.contains("Tax (2)") && !way.contains("DS_Store")), "{twice:?}");

    // She makes one herself.
    ana.click("#new-folder").await;
    ana.find("dialog input[name=name]").await.send_keys("2026").await.unwrap();
    ana.picture("client-new-folder").await;
    ana.click("dialog form button.primary").await;
    ana.reads(".flash p", "“2026” was made. What you upload into it goes to Miller CPA.").await;

    // Staff drop it into the client's files.
    let staff = driver.open("staff", false).await;
    staff_sign_in(&house, &staff).await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files/{uploads}", house.client))).await;
    follow(&staff, "2026").await;
    staff.find(".empty").await;
    staff.drop_on("[data-drop]", &[&folder]).await;
    staff.mentions(".tray", "3 of 3 files arrived").await;
    appears(&staff, "2025 Tax").await;
    staff.picture("staff-folder").await;
}
