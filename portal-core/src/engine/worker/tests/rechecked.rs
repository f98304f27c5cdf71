//! What is looked at once more when a mail goes, and whom one mailbox stands for.

use super::world::{WINDOW, World, file};
use crate::directory::{Frequency, Topic};
use crate::notifications::{DropReason, MessageState, Recipient};
use crate::sharing::{Access, Audience, ShareRequest};

#[tokio::test]
async fn two_who_read_one_mailbox_are_told_of_what_either_of_them_sees() {
    let world = World::new().await;
    let kim = world.contact("Kim", "home@acme.test").await;
    let lee = world.contact("Lee", "home@acme.test").await;
    let folder = world.folder("Returns").await;
    for (contact, called) in [(kim, "kim.pdf"), (lee, "lee.pdf")] {
        let document = world.upload(folder, called).await;
        world.files().share(document, Audience::Contact(contact), Access::View).await.unwrap();
        world.files().add_version(document, file(called), "again").await.unwrap();
    }
    world.upload(folder, "nobody.pdf").await;
    world.work_past_window().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.text.contains("kim.pdf") && mail.text.contains("lee.pdf"), "{}", mail.text);
    assert!(!mail.text.contains("nobody.pdf") && !mail.text.contains("Returns"), "{}", mail.text);
    assert_eq!(mail.to_name, "");
}

#[tokio::test]
async fn alerts_turned_off_in_the_window_drop_the_mail() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    world.files().share(folder, Audience::Contact(ana), Access::ViewAndUpload).alerts(false).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    assert_eq!(world.mailed(), [""; 0]);
    assert_eq!(world.messages(Some(MessageState::Dropped(DropReason::AlertsOff))).await.len(), 1);
}

#[tokio::test]
async fn a_member_who_was_taken_off_in_the_window_is_told_and_why() {
    let world = World::new().await;
    let dana = world.assigned("Dana", "dana@hill.test").await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "w2.pdf").await;
    world.work().await;
    world.assigned("Eve", "eve@hill.test").await;
    world.staff.assignments(world.client).unassign(dana).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(mail.to.as_str(), "dana@hill.test");
    assert!(mail.text.contains("because you were responsible for Acme"), "{}", mail.text);
    assert!(mail.html.contains("you were responsible for Acme"), "{}", mail.html);
}

#[tokio::test]
async fn s38_a_restricted_member_who_was_taken_off_in_the_window_is_not_told() {
    let world = World::new().await;
    let dana = world.assigned("Dana", "dana@hill.test").await;
    world.assigned("Eve", "eve@hill.test").await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "w2.pdf").await;
    world.work().await;
    world.restrict().await;
    world.staff.assignments(world.client).unassign(dana).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    assert_eq!(world.mailed(), ["eve@hill.test"]);
    let dropped = world.messages(Some(MessageState::Dropped(DropReason::AccessGone))).await;
    assert_eq!(dropped.iter().map(|message| message.address.as_str()).collect::<Vec<_>>(), ["dana@hill.test"]);
    // Nor is what is sent once more.
    world.staff.deliveries().resend(dropped[0].id).await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), [""; 0]);
    world.staff.team().change_role(dana, crate::directory::Role::Admin).await.unwrap();
    world.staff.deliveries().resend(dropped[0].id).await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), ["dana@hill.test"], "admins are restricted to nothing");
}

#[tokio::test]
async fn an_owner_told_for_want_of_anybody_assigned_is_not_called_assigned_later() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "w2.pdf").await;
    world.work().await;
    world.assigned("Eve", "eve@hill.test").await;
    world.clock.advance(WINDOW);
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(mail.to.as_str(), "olga@hill.test");
    assert!(!mail.text.contains("are assigned"), "{}", mail.text);
}

#[tokio::test]
async fn n01_a_member_is_not_told_of_their_own_upload_as_a_contact() {
    let world = World::new().await;
    world.assigned("Ana at work", "ana@acme.test").await;
    world.assigned("Eve", "eve@hill.test").await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "w2.pdf").await;
    world.work_past_window().await;
    assert_eq!(world.mailed(), ["eve@hill.test"]);
}

#[tokio::test]
async fn n01_a_contact_is_not_told_of_what_they_share_and_upload_as_a_member() {
    let world = World::new().await;
    let olga = world.contact("Olga at home", "OLGA@hill.test").await;
    let ben = world.contact("Ben", "ben@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    let share = world.files().share(folder, Audience::AllContacts, Access::View).notify();
    let who = share.who_will_be_told().await.unwrap();
    let by_mail: Vec<_> = who.by_mail().map(|row| row.contact).collect();
    assert_eq!((by_mail, who.contacts.len()), (vec![ben], 2), "{who:?} {olga:?}");
    share.await.unwrap();
    world.upload(folder, "w2.pdf").await;
    world.work_past_window().await;
    assert_eq!(world.mailed(), ["ben@acme.test", "ben@acme.test"], "of the share, and of the upload");
}

async fn uploaded_and_shared(notify: bool) -> Vec<String> {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let ben = world.contact("Ben", "ben@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ben).await;
    let request = ShareRequest { notify, ..ShareRequest::new(Audience::Contact(ana), Access::View) };
    world.files().upload(folder, file("w2.pdf"), "w2").share(request).await.unwrap();
    world.work_past_window().await;
    let mails = world.mails();
    mails.iter().map(|mail| format!("{}: {}", mail.to, mail.subject)).collect()
}

#[tokio::test]
async fn a_document_uploaded_and_shared_in_one_go_is_one_mail_to_each_who_should_know() {
    let shared = "ana@acme.test: Hill & Co shared “w2.pdf” with you";
    let uploaded = "ben@acme.test: Hill & Co: a new document in “2025 Tax”";
    assert_eq!(uploaded_and_shared(true).await, [shared, uploaded]);
    // A silent share is silent; whoever heard of uploads before goes on to.
    assert_eq!(uploaded_and_shared(false).await, [uploaded]);
}

/// Uploads into a folder that is moved from Ana's to Ben's before recipients are worked out; whom messages were made for.
async fn told_though_moved(often: Frequency, both: bool) -> Vec<Recipient> {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let ben = world.contact("Ben", "ben@acme.test").await;
    let (here, there) = (world.shared_folder("Of Ana", ana).await, world.shared_folder("Of Ben", ben).await);
    let inner = world.files().add_folder(here, file("2025")).await.unwrap();
    for contact in [ana, ben] {
        world.choose(contact, Topic::NewDocuments, often).await;
    }
    if both {
        world.files().share(there, Audience::Contact(ana), Access::View).await.unwrap();
    }
    world.work().await;
    world.upload(inner, "w2.pdf").await;
    let preview = world.files().preview_move(inner, there).await.unwrap();
    world.files().move_to(inner, there).giving(preview.effects.gains).await.unwrap();
    world.work().await;
    world.messages(None).await.iter().map(|message| message.to).collect()
}

#[tokio::test]
async fn a_folder_moved_before_anybody_was_told_tells_those_alone_who_see_it_there_and_saw_it_here() {
    for often in [Frequency::AtOnce, Frequency::Daily] {
        let told = told_though_moved(often, false).await;
        assert_eq!(told, [], "Ana sees it no more, and Ben by the move alone ({often:?})");
        assert_eq!(told_though_moved(often, true).await.len(), 1, "Ana saw it and sees it ({often:?})");
    }
}
