//! A bookkeeper's day: several things at once, the trash, the mail that did not seem to arrive, and a look through a client's
//! eyes; and a person who is a contact of two clients.

use fantoccini::Locator;
use portal_core::directory::{NewClient, NewContact};
use portal_core::sharing::{Access, Audience};
use portal_core::values::{DisplayName, EmailAddress, FileName};

use crate::browser::{Browser, Driver};
use crate::house::House;
use crate::steps::{appears, follow, menu, new_folder, sign_in, staff_sign_in, vanishes};

/// Ticks the box of a row.
async fn select(staff: &Browser, row: &str) {
    staff.click(&format!("input[aria-label=\"Select {row}\"]")).await;
}

/// Presses the button of the acts on what is selected.
async fn act(staff: &Browser, act: &str) {
    let button = format!("//form[@id=\"picks\"]//button[contains(., \"{act}\")]");
    staff.client.wait().for_element(Locator::XPath(&button)).await.unwrap().click().await.unwrap();
}

async fn two_folders(house: &House, staff: &Browser) {
    staff_sign_in(house, staff).await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    new_folder(staff, "2024 Tax").await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    new_folder(staff, "2025 Tax").await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_act_on_several_at_once_restore_them_send_a_mail_again_and_see_what_a_client_sees() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let staff = driver.open("staff", false).await;
    two_folders(&house, &staff).await;

    // Both folders are selected, by mouse and by keyboard, and shared in one dialog.
    select(&staff, "2024 Tax").await;
    staff.reads("[data-picked]", "1 selected").await;
    let row = staff.find("tr:has(input[aria-label=\"Select 2025 Tax\"]) a.row-link").await;
    staff.client.execute("arguments[0].focus()", vec![serde_json::to_value(&row).unwrap()]).await.unwrap();
    row.send_keys("x").await.unwrap();
    staff.reads("[data-picked]", "2 selected").await;
    staff.picture("staff-several").await;
    act(&staff, "Share").await;
    staff.reads("dialog h1", "Share 2 items").await;
    staff.click(&format!("dialog input[name=audience][value=\"{}\"]", house.ana)).await;
    staff.picture("staff-share-several").await;
    staff.click("dialog button[name=notify][value=true]").await;
    staff.mentions(".flash p", "2 items are shared with Ana Alvarez").await;
    staff.mentions(".flash p", "2 mails").await;
    house.mail_to("ana@acme.test", 2).await;

    // The ledger says what each mail was of; one is sent again.
    staff.goto(&house.url("/staff/deliveries")).await;
    appears(&staff, "“2024 Tax”").await;
    staff.picture("staff-deliveries").await;
    let again = "tr:has(small) button[aria-label=\"Send the mail to ana@acme.test once more\"]";
    staff.click(again).await;
    staff.reads(".flash p", "The mail is on its way once more.").await;
    let third = house.mail_to("ana@acme.test", 3).await;
    assert!(third.subject.contains("Tax"), "{}", third.subject);

    // What Ana sees.
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    menu(&staff, "Ana Alvarez", "View as").await;
    appears(&staff, "2025 Tax").await;
    assert!(staff.client.title().await.unwrap().starts_with("What Ana Alvarez sees · Acme Plumbing"));
    staff.picture("staff-view-as").await;
    follow(&staff, "2025 Tax").await;
    assert!(staff.client.find_all(Locator::Css("form[data-upload]")).await.unwrap().is_empty(), "to look at only");

    // Both go to the trash, one comes back from there, and then the other by Undo.
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    select(&staff, "2024 Tax").await;
    select(&staff, "2025 Tax").await;
    act(&staff, "Move to trash").await;
    staff.reads(".flash p", "2 items are in the trash.").await;
    vanishes(&staff, "2025 Tax").await;
    follow(&staff, "Trash").await;
    select(&staff, "2024 Tax").await;
    staff.picture("staff-trash").await;
    act(&staff, "Restore").await;
    staff.reads(".flash p", "“2024 Tax” is back, with its sharing.").await;
    staff.click("button[aria-label=\"Restore 2025 Tax\"]").await;
    appears(&staff, "The trash is empty").await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    appears(&staff, "2024 Tax").await;
    appears(&staff, "2025 Tax").await;

    // What was done is told, with the way to what it was done to.
    staff.goto(&house.url(&format!("/staff/clients/{}/activity", house.client))).await;
    appears(&staff, "restored").await;
    staff.picture("staff-activity").await;
    follow(&staff, "“2025 Tax”").await;
    appears(&staff, "This folder is empty").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_scripts_several_go_to_the_trash_and_come_back() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let with = driver.open("staff", false).await;
    two_folders(&house, &with).await;
    let staff = driver.open_without_scripts("plain").await;
    staff_sign_in(&house, &staff).await;
    staff.goto(&house.url(&format!("/staff/clients/{}/files", house.client))).await;
    staff.picture("plain-files").await;
    select(&staff, "2024 Tax").await;
    select(&staff, "2025 Tax").await;
    act(&staff, "Move to trash").await;
    appears(&staff, "What was done, one by one").await;
    vanishes(&staff, "2025 Tax").await;
    staff.click("#undo").await;
    appears(&staff, "2025 Tax").await;
    select(&staff, "2025 Tax").await;
    act(&staff, "Share").await;
    staff.reads("h1", "Share 1 item").await;
    staff.picture("plain-share-several").await;
    staff.click("input[name=audience][value=all]").await;
    staff.click("button[name=notify][value=false]").await;
    staff.reads(".flash p", "“2025 Tax” is shared with all contacts of Acme Plumbing. Nobody is emailed.").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_at_two_clients_and_spouses_with_one_mailbox_choose_as_whom_they_enter() {
    let house = House::open().await;
    let owner = &house.owner;
    let name = |text: &str| DisplayName::new(text).unwrap();
    let address = EmailAddress::new("ana@acme.test").unwrap();
    let home = owner.clients().add(NewClient::new(name("Alvarez Family"))).await.unwrap().id;
    for who in ["Ana Alvarez", "Luis Alvarez"] {
        owner.contacts(home).add(NewContact::new(name(who), address.clone())).await.unwrap();
    }
    let root = owner.clients().find(home).await.unwrap().root;
    let will = owner.files(home).add_folder(root, FileName::new("Will").unwrap()).await.unwrap();
    owner.files(home).share(will, Audience::AllContacts, Access::View).await.unwrap();

    let driver = Driver::start().await;
    let ana = driver.open("ana", true).await;
    sign_in(&house, &ana, "ana@acme.test", 1).await;
    ana.reads("main h1", "Where do you want to go?").await;
    appears(&ana, "Several people read mail at this address.").await;
    ana.picture("phone-choose").await;
    follow(&ana, "Luis Alvarez").await;
    ana.click(".portal-head summary").await;
    appears_in_menu(&ana, "Luis Alvarez").await;
    ana.client.find(Locator::LinkText("Switch portal")).await.unwrap().click().await.unwrap();
    appears(&ana, "You are here").await;
    follow(&ana, "Acme Plumbing").await;
    ana.reads("main h1", "Acme Plumbing").await;
}

async fn appears_in_menu(browser: &Browser, text: &str) {
    browser.mentions(".portal-head .menu-note", text).await;
}
