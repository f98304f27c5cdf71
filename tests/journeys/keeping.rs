//! What a firm keeps, and what it lets its clients do: set once, and seen where it holds.

use portal_core::values::FileName;

use crate::browser::Driver;
use crate::house::House;
use crate::steps::{appears, menu, one_page_pdf, staff_sign_in, vanishes};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_set_what_clients_may_do_and_put_a_folder_on_hold() {
    let house = House::open().await;
    let files = house.owner.files(house.client);
    let root = house.owner.clients().find(house.client).await.unwrap().root;
    let tax = files.add_folder(root, FileName::new("2025 Tax").unwrap()).await.unwrap();
    files.upload(tax, FileName::new("W-2.pdf").unwrap(), one_page_pdf()).await.unwrap();
    let driver = Driver::start().await;
    let staff = driver.open("staff", false).await;
    staff_sign_in(&house, &staff).await;

    // What clients may do.
    staff.goto(&house.url("/staff/settings")).await;
    staff.click("main nav a[href=\"/staff/policies\"]").await;
    staff.click("input[name=make_folders]").await;
    staff.click("input[name=withdrawal][value=always]").await;
    staff.picture("staff-policies").await;
    staff.click("main form button.primary").await;
    staff.reads(".flash p", "What clients may do was saved.").await;

    // A hold, with its reason, seen in the list and in the folder; and taken back.
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    menu(&staff, "2025 Tax", "Hold").await;
    staff.reads("dialog h1", "Put “2025 Tax” on hold").await;
    staff.find("dialog input[name=reason]").await.send_keys("Audit of 2025").await.unwrap();
    staff.picture("staff-hold").await;
    staff.click("dialog button.primary").await;
    staff.mentions(".flash p", "On hold now: “2025 Tax”.").await;
    staff.mentions("tr:has(input[aria-label=\"Select 2025 Tax\"])", "On hold").await;
    staff.picture("staff-held").await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files/{tax}", house.client))).await;
    staff.mentions(".note.held", "Audit of 2025").await;
    staff.picture("staff-held-folder").await;
    menu(&staff, "W-2.pdf", "Move to trash").await;
    vanishes(&staff, "W-2.pdf").await;
    staff.goto(&house.url(&format!("/staff/clients/{}/trash", house.client))).await;
    staff.click("a[aria-label=\"Delete W-2.pdf for good\"]").await;
    staff.reads("dialog h1", "“W-2.pdf” is kept").await;
    staff.picture("staff-purge-kept").await;

    // On a phone the owner takes the hold off.
    let phone = driver.open("phone", true).await;
    staff_sign_in(&house, &phone).await;
    phone.goto(&house.url("/staff/policies")).await;
    appears(&phone, "Taking back an upload").await;
    let wide = "return document.documentElement.scrollWidth - innerWidth";
    assert_eq!(phone.client.execute(wide, Vec::new()).await.unwrap(), 0, "nothing hangs over the side");
    phone.picture("phone-policies").await;
    phone.goto(&house.url(&format!("/staff/clients/{}/files/{tax}", house.client))).await;
    phone.click(".note.held a").await;
    phone.reads("dialog h1", "On hold: “2025 Tax”").await;
    phone.picture("phone-hold").await;
    phone.click("dialog button.primary").await;
    phone.mentions(".flash p", "Not on hold any more: “2025 Tax”.").await;
    phone.gone(".note.held").await;
}
