//! A list of clients comes in from a spreadsheet, and a contact's page says how else they are reached.

use portal_core::ports::store::ClientQuery;
use portal_core::values::PageRequest;

use crate::browser::Driver;
use crate::house::House;
use crate::steps::{appears, follow, staff_sign_in};

/// As Excel writes it where a comma is the decimal point.
const LIST: &str = "\u{feff}Client ID;Client name;Contact ID;Contact name;Email;Mobile phone\r\n\
    C-1;Oak & Daughters Ltd;P-1;Zoë Oak;zoe@oak.test;+1 512 555 0100\r\n\
    C-1;Oak & Daughters Ltd;P-2;Ben Oak;ben@;\r\n\
    C-2;Elm Street Bakery;;;;\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_from_a_spreadsheet_is_looked_at_mended_brought_in_and_changes_nothing_the_second_time() {
    let house = House::open().await;
    let driver = Driver::start().await;
    let staff = driver.open("staff", false).await;
    staff_sign_in(&house, &staff).await;
    follow(&staff, "Import").await;
    staff.reads("main h1", "Import clients and contacts").await;
    staff.picture("staff-import").await;
    follow(&staff, "Sample file").await;
    let sample = staff.downloaded("clients-sample.csv").await;

    // A file that is none is refused beside the field.
    let list = house.folder.path().join("clients.csv");
    std::fs::write(&list, "Name,Email\nOak,zoe@oak.test\n").unwrap();
    staff.choose_files("input[name=file]", &[&list]).await;
    staff.click("main form button.primary").await;
    staff.mentions("p.error", "names no column “Client ID”").await;

    std::fs::write(&list, LIST).unwrap();
    staff.choose_files("input[name=file]", &[&list]).await;
    staff.click("main form button.primary").await;
    staff.reads("main h1", "This is what the file would do").await;
    appears(&staff, "“ben@” is no email address.").await;
    staff.picture("staff-import-refused").await;
    staff.click("#show-all").await;
    appears(&staff, "Elm Street Bakery").await;
    staff.picture("staff-import-look").await;
    assert_eq!(clients(&house).await, 1, "nothing is written yet");

    // Mended, it is brought in; the same again has nothing to bring.
    std::fs::write(&list, LIST.replace("ben@;", "ben@oak.test;")).unwrap();
    follow(&staff, "Choose another file").await;
    staff.choose_files("input[name=file]", &[&list]).await;
    staff.click("main form button.primary").await;
    appears(&staff, "2 clients and 2 contacts").await;
    staff.click("#run").await;
    staff.reads("main h1", "The list was brought in").await;
    staff.picture("staff-import-done").await;
    assert_eq!(clients(&house).await, 3);
    assert!(house.mails_to("zoe@oak.test").await.is_empty());
    for file in [&list, &sample] {
        staff.goto(&house.url("/staff/clients/import")).await;
        staff.choose_files("input[name=file]", &[file]).await;
        staff.click("main form button.primary").await;
        appears(&staff, if file == &list { "as the file says already" } else { "Nothing is written yet." }).await;
    }

    // Zoë's page has the number; another is added, and mail for her goes nowhere else.
    staff.goto(&house.url("/staff/clients")).await;
    follow(&staff, "Oak & Daughters Ltd").await;
    staff.click(".contact-line:nth-child(2) b a").await;
    staff.reads(".split-main h2", "Zoë Oak").await;
    appears(&staff, "+15125550100").await;
    staff.click("#edit").await;
    staff.find("dialog #f-phone-2").await.send_keys("555 0101").await.unwrap();
    staff.click("dialog form button.primary").await;
    staff.mentions("dialog p.error", "with its country").await;
    staff.picture("staff-contact-edit").await;
    staff.find("dialog #f-phone-2").await.clear().await.unwrap();
    staff.find("dialog #f-phone-2").await.send_keys("+1 512 555 0101").await.unwrap();
    staff.click("dialog form button.primary").await;
    appears(&staff, "+15125550101").await;
    staff.picture("staff-contact").await;

    // She asks to be forgotten: her name is typed to be sure.
    staff.click("#erase").await;
    staff.find("dialog #f-name").await.send_keys("Zoe Oak").await.unwrap();
    staff.click("dialog button.danger").await;
    staff.mentions("dialog p.error", "to be sure that it is the right person").await;
    staff.picture("staff-erase").await;
    staff.find("dialog #f-name").await.clear().await.unwrap();
    staff.find("dialog #f-name").await.send_keys("zoë oak").await.unwrap();
    staff.click("dialog button.danger").await;
    appears(&staff, "This person was erased.").await;
    staff.reads(".split-main h2", "Erased contact").await;
    staff.picture("staff-contact-erased").await;
}

async fn clients(house: &House) -> usize {
    house.owner.clients().list(&ClientQuery::default(), &PageRequest::default()).await.unwrap().items.len()
}
