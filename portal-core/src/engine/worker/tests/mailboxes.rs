//! Several who read one mailbox, and in which language whoever reads one is written to.

use super::world::{World, email, name};
use crate::directory::FirmChange;
use crate::notifications::Specimen;
use crate::sharing::{Access, Audience};
use crate::values::{Language, PageRequest};

#[tokio::test]
async fn a_mark_is_put_on_all_who_read_a_mailbox_and_taken_from_all_of_them() {
    let world = World::new().await;
    let kim = world.contact("Kim", "home@acme.test").await;
    let lee = world.contact("Lee", "home@acme.test").await;
    let marked = async || {
        let rows = world.staff.contacts(world.client).list(&PageRequest::first(10)).await.unwrap().items;
        rows.iter().filter(|row| row.mailing.bounce.is_some()).count()
    };
    let bounced = async || {
        world.portal.host().mail(world.firm).bounced(email("home@acme.test"), "no such user").await.unwrap();
        assert_eq!(marked().await, 2);
    };
    bounced().await;
    world.staff.contacts(world.client).clear_bounce(lee).await.unwrap();
    assert_eq!(marked().await, 0);
    // So does sending one of them a mail once more.
    let folder = world.shared_folder("2025 Tax", kim).await;
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    bounced().await;
    let message = world.messages(None).await.remove(0).id;
    world.staff.deliveries().resend(message).await.unwrap();
    assert_eq!(marked().await, 0);
}

#[tokio::test]
async fn whoever_is_written_to_in_their_language_and_staff_see_how_it_looks() {
    let world = World::new().await;
    let sender = Some(Some(name("Hill Steuerberatung")));
    world.change_firm(FirmChange { sender_name: sender, ..FirmChange::default() }).await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let ben = world.contact("Ben", "ben@acme.test").await;
    world.staff.contacts(world.client).set_language(ana, Some(Language::GERMAN)).await.unwrap();
    let subjects = async |folder: &str| {
        let folder = world.folder(folder).await;
        world.files().share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();
        world.work().await;
        let mut mails: Vec<String> =
            world.mails().iter().map(|mail| format!("{}: {}", mail.to, mail.subject)).collect();
        mails.sort();
        mails
    };
    let (german, english) = ("Hill & Co hat „2025“ für Sie freigegeben", "Hill & Co shared “2025” with you");
    assert_eq!(subjects("2025").await, [format!("ana@acme.test: {german}"), format!("ben@acme.test: {english}")]);
    // The firm's language is theirs who chose none, and a language without words is as if none was chosen.
    world.change_firm(FirmChange { language: Some(Language::GERMAN), ..FirmChange::default() }).await;
    let french = Some(Language::new("fr").unwrap());
    world.staff.contacts(world.client).set_language(ben, french).await.unwrap();
    let both = ["ana", "ben"].map(|who| format!("{who}@acme.test: Hill & Co hat „2024“ für Sie freigegeben"));
    assert_eq!(subjects("2024").await, both);
    let shown = world.staff.settings().preview_mail(Specimen::SharedFolder, &Language::GERMAN).await.unwrap();
    assert_eq!(shown.words.unwrap().subject, german);
    assert_eq!(shown.from.name, "Hill Steuerberatung");
    assert_eq!(world.mailed(), [""; 0], "looking sends nothing");
}
