//! A year is over: its folder goes to the archive, where the client can go on to read it; and the next year's folders come from a
//! template, for the clients there are and for new ones.

use std::process::Command;

use fantoccini::Locator;
use portal_core::sharing::{Access, Audience};
use portal_core::values::FileName;

use crate::browser::{Browser, Driver};
use crate::house::House;
use crate::steps::{appears, follow, menu, sign_in, staff_sign_in, vanishes};

/// The year that is over: a folder with a document, shared with Ana.
async fn last_year(house: &House) {
    let files = house.owner.files(house.client);
    let root = house.owner.clients().find(house.client).await.unwrap().root;
    let folder = files.add_folder(root, FileName::new("2025 Tax").unwrap()).await.unwrap();
    files.upload(folder, FileName::new("Return 2025.pdf").unwrap(), crate::steps::one_page_pdf()).await.unwrap();
    files.share(folder, Audience::Contact(house.ana), Access::ViewAndUpload).alerts(false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_folder_goes_to_the_archive_by_undo_back_and_the_client_goes_on_to_read_it() {
    let house = House::open().await;
    last_year(&house).await;
    let driver = Driver::start().await;
    let staff = driver.open("staff", false).await;
    staff_sign_in(&house, &staff).await;
    let files = house.url(&format!("/staff/clients/{}/files", house.client));
    staff.goto(&files).await;
    menu(&staff, "2025 Tax", "Archive").await;
    staff.mentions(".flash p", "“2025 Tax” is archived.").await;
    vanishes(&staff, "2025 Tax").await;
    staff.click("#undo").await;
    staff.mentions(".flash p", "“2025 Tax” is back in its folder.").await;
    appears(&staff, "2025 Tax").await;
    menu(&staff, "2025 Tax", "Archive").await;
    vanishes(&staff, "2025 Tax").await;
    follow(&staff, "Archive").await;
    appears(&staff, "2025 Tax").await;
    staff.picture("staff-archive").await;
    follow(&staff, "2025 Tax").await;
    appears(&staff, "Return 2025.pdf").await;
    appears(&staff, "takes nothing new").await;
    assert!(staff.client.find_all(Locator::Css("form[data-upload]")).await.unwrap().is_empty(), "nothing comes in");
    staff.picture("staff-archived-folder").await;

    // Ana finds it in her archive, opens it, and can add nothing to it.
    let ana = driver.open("ana", true).await;
    sign_in(&house, &ana, "ana@acme.test", 1).await;
    ana.goto(&house.url(&format!("/p/miller/{}/archive", house.ana))).await;
    appears(&ana, "2025 Tax").await;
    ana.picture("phone-archive").await;
    follow(&ana, "2025 Tax").await;
    appears(&ana, "Return 2025.pdf").await;
    assert!(ana.client.find_all(Locator::Css("form[data-upload]")).await.unwrap().is_empty());
    ana.picture("phone-archived-folder").await;

    // Taken out, it is where it was.
    follow(&staff, "Take it out of the archive").await;
    staff.click("button[aria-label=\"Take 2025 Tax out of the archive\"]").await;
    staff.mentions(".flash p", "“2025 Tax” is back in its folder.").await;
    appears(&staff, "Nothing is archived").await;
    staff.goto(&files).await;
    appears(&staff, "2025 Tax").await;

    // The client leaves, and takes all of it along.
    staff.click("#export-client").await;
    staff.reads(".split-main h2", "Export Acme Plumbing").await;
    staff.picture("staff-export").await;
    staff.click("#export").await;
    let export = staff.downloaded("Acme Plumbing export.zip").await;
    let tested = Command::new("python3").args(["-m", "zipfile", "-t"]).arg(&export).output().unwrap();
    assert!(tested.status.success(), "{tested:?}");
    let listed = Command::new("python3").args(["-m", "zipfile", "-l"]).arg(&export).output().unwrap();
    assert!(String::from_utf8_lossy(&listed.stdout).contains("Files/2025 Tax/Return 2025.pdf"), "{listed:?}");
}

async fn type_over(staff: &Browser, css: &str, text: &str) {
    let field = staff.find(css).await;
    field.clear().await.unwrap();
    field.send_keys(text).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_template_is_written_mended_planted_at_a_client_and_given_to_new_ones() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let staff = driver.open("staff", false).await;
    staff_sign_in(&house, &staff).await;
    staff.goto(&house.url("/staff/templates")).await;
    appears(&staff, "No templates yet").await;
    follow(&staff, "New template").await;
    type_over(&staff, "#f-name", "Individual").await;
    type_over(&staff, "#f-folders", "Permanent (view)\n      Letters\n").await;
    staff.click("main form button.primary").await;
    staff.mentions("p.error", "Line 2 is too far to the right").await;
    staff.picture("staff-template-refused").await;
    type_over(&staff, "#f-folders", "Permanent (view)\n  Letters\n2026 Tax (upload)\n").await;
    staff.click("main form button.primary").await;
    staff
        .mentions(
            ".flash p",
            "“Individual” was saved: 3 folders, 1 shared as View Only and 1 shared as View and Upload.",
        )
        .await;
    appears(&staff, "2026 Tax · View and Upload").await;
    staff.picture("staff-templates").await;

    // At the client that there is, what it has already stays.
    let files = house.url(&format!("/staff/clients/{}/files", house.client));
    staff.goto(&files).await;
    staff.click("#apply-template").await;
    staff.reads("dialog h1", "Add folders of a template").await;
    staff.picture("staff-apply-template").await;
    staff.click("dialog button.primary").await;
    appears(&staff, "2026 Tax").await;
    appears(&staff, "Client Uploads").await;
    staff.picture("staff-planted").await;

    // New clients get it, once it is chosen; removing it can be taken back.
    staff.goto(&house.url("/staff/templates")).await;
    staff.click("button[aria-label=\"Give to new clients: Individual\"]").await;
    staff.mentions(".flash p", "New clients get the folders of “Individual”.").await;
    staff.goto(&house.url("/staff/clients")).await;
    staff.click("#new-client").await;
    staff.find("dialog input[name=name]").await.send_keys("Elm Street Bakery").await.unwrap();
    staff.click("dialog form button.primary").await;
    staff.reads("main h1", "Elm Street Bakery").await;
    appears(&staff, "2026 Tax").await;
    staff.goto(&house.url("/staff/templates")).await;
    staff.click("button[aria-label=\"Remove: Individual\"]").await;
    appears(&staff, "No templates yet").await;
    staff.click("#undo").await;
    appears(&staff, "2026 Tax · View and Upload").await;
    let phone = driver.open("phone", true).await;
    staff_sign_in(&house, &phone).await;
    phone.goto(&house.url("/staff/templates")).await;
    appears(&phone, "2026 Tax · View and Upload").await;
    phone.picture("phone-templates").await;
}
