//! A contact's page: how else they are reached, and erasing them (S34).

use portal_core::directory::EmailKind;
use portal_core::sharing::Access;

use super::browser::{Browser, Page};
use super::office::Office;

async fn at_ana() -> (Office, Browser, String) {
    let office = Office::open().await;
    let olivia = office.owner().await;
    let page = format!("/staff/clients/{}/contacts/{}", office.world.acme.id, office.world.ana.contact);
    (office, olivia, page)
}

async fn edit(olivia: &mut Browser, page: &str, fields: &[(&str, &str)]) -> Page {
    let form = olivia.get(&format!("{page}/edit")).await.ok();
    let same = [("name", "Ana"), ("email", "ana@acme.test"), ("language", "")];
    olivia.submit(&form, &format!("{page}/edit"), &[&same, fields].concat()).await
}

#[tokio::test]
async fn other_addresses_and_phones_are_edited_row_by_row_and_shown_on_the_contacts_page() {
    let (office, mut olivia, page) = at_ana().await;
    let rows = [
        ("email_kind", "personal"),
        ("other_email", "ana@home.test"),
        ("email_kind", "work"),
        ("other_email", ""),
        ("phone_kind", "mobile"),
        ("phone", "+1 512 555 0100"),
    ];
    let saved = edit(&mut olivia, &page, &rows).await;
    olivia.follow(saved).await.ok().shows("was changed.");
    let shown = olivia.get(&page).await.ok().shows("href=\"mailto:ana@home.test\"").shows("href=\"tel:+15125550100\"");
    shown.shows("Personal email").shows("Mobile");
    let form = olivia.get(&format!("{page}/edit")).await.ok().shows("value=\"ana@home.test\"");
    assert_eq!(form.text().matches("name=\"other_email\"").count(), 2, "and a row for one more");

    // A form that does not ask takes nothing away; rows that are emptied do.
    assert_eq!(edit(&mut olivia, &page, &[]).await.status, 303);
    let contacts = office.world.owner.contacts(office.world.acme.id);
    let details = contacts.find(office.world.ana.contact).await.unwrap().contact.details;
    assert_eq!((details.emails()[0].0, details.phones().len()), (EmailKind::Personal, 1));
    let wrong = [("email_kind", "work"), ("other_email", "ana@"), ("phone_kind", "home"), ("phone", "512 555")];
    let refused = edit(&mut olivia, &page, &wrong).await;
    assert_eq!(refused.status, 422);
    refused.shows("value=\"ana@\"").shows("Type the whole address").shows("with its country");
    let emptied = [("email_kind", "personal"), ("other_email", ""), ("phone_kind", "mobile"), ("phone", "")];
    assert_eq!(edit(&mut olivia, &page, &emptied).await.status, 303);
    olivia.get(&page).await.ok().hides("ana@home.test").hides("tel:");
}

#[tokio::test]
async fn s34_a_person_is_erased_once_their_name_is_typed_and_their_page_says_so() {
    let (office, mut olivia, page) = at_ana().await;
    office.world.share(office.world.tax, &office.world.ana, Access::View).await.unwrap();
    let erase = format!("{page}/erase");
    let dialog = olivia.get(&erase).await.ok().shows("What goes").shows("What stays");
    let refused = olivia.submit(&dialog, &erase, &[("name", "Anna")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("to be sure that it is the right person");
    // Members do not erase, and one who was removed can still be erased.
    let mia = office.world.assigned.me().await.unwrap().id;
    let mut mia = office.staff(office.world.firm, mia).await;
    let shown = mia.get(&page).await.ok().shows("ana@acme.test").hides("Erase this person");
    assert_eq!(mia.submit(&shown, &erase, &[("name", "Ana")]).await.status, 403);
    office.world.owner.contacts(office.world.acme.id).remove(office.world.ana.contact).await.unwrap();
    let told = olivia.get(&format!("/staff/clients/{}/activity", office.world.acme.id)).await.ok();
    told.shows(&format!("href=\"{page}\""));
    olivia.get(&page).await.ok().shows("Not a contact any more").shows("Erase this person");
    let erased = olivia.submit(&dialog, &erase, &[("name", " ana ")]).await;
    olivia.follow(erased).await.ok().shows("This person was erased").hides("ana@acme.test").hides("Erase this person");
}

#[tokio::test]
async fn s34_who_uploaded_what_is_held_is_not_erased_and_the_dialog_says_why() {
    let (office, mut olivia, page) = at_ana().await;
    let handle = office.world.sign_in(&office.world.ana).await.unwrap();
    let name = portal_core::values::FileName::new("w2.pdf").unwrap();
    let document = handle.files().upload(office.world.acme.client_uploads, name, "x").await.unwrap().receipt.document;
    let reason = portal_core::values::DisplayName::new("An audit").unwrap();
    office.world.owner.files(office.world.acme.id).place_hold(document, reason).await.unwrap();
    let erase = format!("{page}/erase");
    let dialog = olivia.get(&erase).await.ok();
    let refused = olivia.submit(&dialog, &erase, &[("name", "Ana")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("cannot be erased now").shows("on hold");
    olivia.get(&page).await.ok().shows("ana@acme.test");
}
