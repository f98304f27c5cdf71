//! Moving in a browser: where to, who gains and who loses by it, and back again.

use fantoccini::Locator;
use portal_core::sharing::{Access, Audience};
use portal_core::values::{FileName, FolderId};

use crate::browser::{Browser, Driver};
use crate::house::House;
use crate::steps::{appears, follow, menu, one_page_pdf, staff_sign_in, vanishes};

fn called(name: &str) -> FileName {
    FileName::new(name).unwrap()
}

/// "Workpapers" with a letter and two scans in it, which nobody sees, and "For Ana", which Ana sees, with "2025" in it.
async fn folders(house: &House) -> FolderId {
    let files = house.owner.files(house.client);
    let root = house.owner.clients().find(house.client).await.unwrap().root;
    let workpapers = files.add_folder(root, called("Workpapers")).await.unwrap();
    let for_ana = files.add_folder(root, called("For Ana")).await.unwrap();
    files.add_folder(for_ana, called("2025")).await.unwrap();
    files.share(for_ana, Audience::Contact(house.ana), Access::View).await.unwrap();
    for name in ["Letter.pdf", "Scan 1.pdf", "Scan 2.pdf"] {
        files.upload(workpapers, called(name), one_page_pdf()).await.unwrap();
    }
    workpapers
}

/// Presses a button of the dialog, or of its page, that reads so.
async fn press(browser: &Browser, text: &str) {
    let path = format!("//*[contains(@class, \"sheet\")]//button[contains(., \"{text}\")]");
    // The dialog may show its next page between finding a button and pressing it.
    for _ in 0..20 {
        let Ok(button) = browser.client.wait().for_element(Locator::XPath(&path)).await else {
            panic!("no button `{text}`\n{}", browser.client.source().await.unwrap());
        };
        match button.click().await {
            Err(error) if error.is_stale_element_reference() => {}
            clicked => return clicked.unwrap(),
        }
    }
    panic!("the button `{text}` does not stay");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_move_shows_who_gains_and_who_loses_and_is_taken_back() {
    let house = House::open().await;
    let workpapers = folders(&house).await;
    let driver = Driver::start().await;
    let staff = driver.open("staff", false).await;
    staff_sign_in(&house, &staff).await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files/{workpapers}", house.client))).await;

    // One document, to where Ana sees it: that is said before, and again after.
    menu(&staff, "Letter.pdf", "Move").await;
    staff.reads("dialog h1", "Move “Letter.pdf”").await;
    staff.mentions("dialog .preview", "It lies here now").await;
    press(&staff, "All files").await;
    staff.mentions("dialog .folders", "Shared with Ana Alvarez").await;
    staff.mentions("dialog .preview", "Who sees it stays as it is.").await;
    staff.picture("staff-move").await;
    press(&staff, "For Ana").await;
    staff.mentions("dialog .preview", "Ana Alvarez will see it").await;
    let held = staff.client.execute("return document.activeElement.textContent", Vec::new()).await.unwrap();
    assert_eq!(held, "For Ana", "the focus is where one is");
    staff.picture("staff-move-gives").await;
    press(&staff, "Move here and give access").await;
    staff.reads(".flash p", "“Letter.pdf” is in “For Ana” now. Nobody was emailed.").await;
    vanishes(&staff, "Letter.pdf").await;
    staff.picture("staff-moved").await;
    staff.click("#undo").await;
    staff.reads(".flash p", "“Letter.pdf” is in “Workpapers” now.").await;
    appears(&staff, "Letter.pdf").await;

    // Two at once, by the keyboard, into a folder further down; and from there Ana loses what she saw.
    for row in ["Scan 1.pdf", "Scan 2.pdf"] {
        staff.click(&format!("input[aria-label=\"Select {row}\"]")).await;
    }
    staff.find("input[aria-label=\"Select Scan 2.pdf\"]").await.send_keys("m").await.unwrap();
    staff.reads("dialog h1", "Move 2 items").await;
    press(&staff, "All files").await;
    press(&staff, "For Ana").await;
    press(&staff, "2025").await;
    staff.reads("dialog .crumbs h2", "2025").await;
    staff.mentions("dialog .preview", "Ana Alvarez will see it").await;
    press(&staff, "Move here and give access").await;
    staff.reads(".flash p", "2 items are in “2025” now. Nobody was emailed.").await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    follow(&staff, "For Ana").await;
    menu(&staff, "2025", "Move").await;
    press(&staff, "All files").await;
    press(&staff, "Workpapers").await;
    staff.reads("dialog .crumbs h2", "Workpapers").await;
    staff.mentions("dialog .preview", "Ana Alvarez will not see it any more").await;
    staff.picture("staff-move-takes").await;
    press(&staff, "Move here").await;
    staff.reads(".flash p", "“2025” is in “Workpapers” now.").await;
    staff.goto(&house.url(&format!("/staff/clients/{}/activity", house.client))).await;
    staff.mentions(".timeline", "moved “2025” from “For Ana” to “Workpapers”").await;
    assert!(house.mails_to("ana@acme.test").await.is_empty(), "moves send no mail");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_scripts_and_on_a_phone_one_moves_as_well() {
    let house = House::open().await;
    let workpapers = folders(&house).await;
    let driver = Driver::start().await;
    let plain = driver.open_without_scripts("plain").await;
    staff_sign_in(&house, &plain).await;
    let list = house.url(&format!("/staff/clients/{}/files/{workpapers}", house.client));
    plain.goto(&list).await;
    plain.click("input[aria-label=\"Select Letter.pdf\"]").await;
    plain.click("#picks button[value=move]").await;
    press(&plain, "All files").await;
    press(&plain, "For Ana").await;
    plain.mentions(".preview", "Ana Alvarez will see it").await;
    plain.picture("plain-move").await;
    press(&plain, "Move here and give access").await;
    plain.reads(".flash p", "“Letter.pdf” is in “For Ana” now. Nobody was emailed.").await;
    plain.click("#undo").await;
    appears(&plain, "Letter.pdf").await;

    let phone = driver.open("phone", true).await;
    staff_sign_in(&house, &phone).await;
    phone.goto(&list).await;
    menu(&phone, "Scan 1.pdf", "Move").await;
    press(&phone, "All files").await;
    press(&phone, "For Ana").await;
    phone.mentions("dialog .preview", "Ana Alvarez will see it").await;
    let wide = "const sheet = document.querySelector('dialog'); return sheet.scrollWidth - sheet.clientWidth;";
    assert_eq!(phone.client.execute(wide, Vec::new()).await.unwrap(), 0, "nothing hangs over the side");
    phone.picture("phone-move").await;
    press(&phone, "Move here and give access").await;
    phone.reads(".flash p", "“Scan 1.pdf” is in “For Ana” now. Nobody was emailed.").await;
}
