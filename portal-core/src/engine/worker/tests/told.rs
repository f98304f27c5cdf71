//! Who is told, of what, and who is not.

use super::world::{WINDOW, World, email, file, minutes, name};
use crate::directory::{ContactChange, FirmChange, NewContact};
use crate::notifications::{DropReason, MessageState, Told};
use crate::sharing::{Access, Audience};

const ALL: Audience = Audience::AllContacts;

#[tokio::test]
async fn share_and_notify_tells_at_once_with_a_link_to_the_item() {
    let world = World::new().await;
    let ana = world.contact("Ana Ruiz", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::ViewAndUpload).notify().await.unwrap();
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!((mail.to.as_str(), mail.to_name.as_str()), ("ana@acme.test", "Ana Ruiz"));
    assert_eq!((mail.from.name.as_str(), mail.from.address.as_str()), ("Hill & Co", "portal@portal.test"));
    assert_eq!(mail.subject, "Hill & Co shared “2025 Tax” with you");
    assert!(mail.text.contains(&format!("https://portal.test/portal/{}/{ana}/{folder}", world.firm)), "{}", mail.text);
    assert!(mail.text.contains("for Acme") && mail.html.contains("View and Upload"));
    assert!(mail.message_id.ends_with("@portal.test"));
}

#[tokio::test]
async fn sharing_silently_tells_nobody() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).await.unwrap();
    let seen_by_all = world.folder("Newsletter").await;
    for visible in [true, false] {
        world.files().set_visible(seen_by_all, visible).await.unwrap();
        world.work_past_window().await;
    }
    world.work_past_window().await;
    assert_eq!(world.mailed(), [""; 0]);
}

#[tokio::test]
async fn s16_sharing_the_same_twice_is_one_mail() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    for access in [Access::View, Access::View, Access::ViewAndUpload] {
        world.files().share(folder, Audience::Contact(ana), access).notify().await.unwrap();
        world.work_past_window().await;
    }
    assert_eq!(world.mailed(), ["ana@acme.test"]);
}

#[tokio::test]
async fn n02_two_contacts_of_one_address_get_one_mail() {
    let world = World::new().await;
    world.contact("Ana", "home@acme.test").await;
    world.contact("Ben", "HOME@acme.test").await;
    world.contact("Cy", "cy@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, ALL, Access::View).notify().await.unwrap();
    world.work().await;
    let mailed: Vec<String> = world.mailed().iter().map(|address| address.to_lowercase()).collect();
    assert_eq!(mailed.len(), 2, "{mailed:?}");
    assert!(mailed.contains(&"home@acme.test".to_owned()) && mailed.contains(&"cy@acme.test".to_owned()));
}

#[tokio::test]
async fn who_would_be_emailed_is_shown_before_and_is_who_is() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let ben = world.contact("Ben", "ben@acme.test").await;
    let shut = world.contact("Shut Out", "shut@acme.test").await;
    let contacts = world.staff.contacts(world.client);
    let bare = contacts.add(NewContact::without_email(name("No Mail"))).await.unwrap();
    contacts.set_portal_access(shut, false).await.unwrap();
    let folder = world.shared_folder("2025 Tax", ben).await;

    let share = world.files().share(folder, ALL, Access::View).notify();
    let who = share.who_will_be_told().await.unwrap();
    let told = |contact| who.contacts.iter().find(|row| row.contact == contact).unwrap().told;
    assert_eq!(
        [ana, ben, shut, bare].map(told),
        [Told::ByMail, Told::HasAccess, Told::AccessRemoved, Told::EmailMissing]
    );
    assert_eq!((who.by_mail().count(), who.not_by_mail().count(), who.more), (1, 3, false));
    world.work_past_window().await;
    assert_eq!(world.mailed(), [""; 0], "showing shares nothing");

    share.await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), ["ana@acme.test"]);

    let again = world.files().share(folder, ALL, Access::ViewAndUpload).who_will_be_told().await.unwrap();
    assert_eq!(again.by_mail().count(), 0);
}

#[tokio::test]
async fn showing_who_would_be_told_refuses_what_sharing_refuses() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let root = world.staff.clients().find(world.client).await.unwrap().root;
    assert!(world.files().share(root, ALL, Access::View).who_will_be_told().await.is_err());
    let folder = world.folder("2025 Tax").await;
    let document = world.upload(folder, "w2.pdf").await;
    let upload_on_document = world.files().share(document, Audience::Contact(ana), Access::ViewAndUpload);
    assert!(upload_on_document.who_will_be_told().await.is_err());
}

#[tokio::test]
async fn s14_what_was_revoked_before_a_queued_mail_goes_is_dropped() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    world.files().revoke(folder, Audience::Contact(ana)).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    assert_eq!(world.mailed(), [""; 0]);
    assert_eq!(world.messages(Some(MessageState::Dropped(DropReason::AccessGone))).await.len(), 1);
}

#[tokio::test]
async fn s14_a_share_revoked_before_it_is_worked_out_tells_nobody() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
    world.files().revoke(folder, Audience::Contact(ana)).await.unwrap();
    world.work().await;
    assert!(world.messages(None).await.is_empty());
}

#[tokio::test]
async fn s14_portal_access_taken_away_drops_a_queued_mail_and_another_address_gets_it() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let ben = world.contact("Ben", "ben@acme.test").await;
    let cy = world.contact("Cy", "cy@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, ALL, Access::View).await.unwrap();
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    let contacts = world.staff.contacts(world.client);
    contacts.set_portal_access(ana, false).await.unwrap();
    let elsewhere = |address| ContactChange { email: Some(address), ..ContactChange::default() };
    contacts.change(ben, elsewhere(Some(email("ben@new.test")))).await.unwrap();
    contacts.change(cy, elsewhere(None)).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    world.work().await;
    assert_eq!(world.mailed(), ["ben@new.test"], "once");
    assert_eq!(world.messages(Some(MessageState::Dropped(DropReason::AccessGone))).await.len(), 1);
    assert_eq!(world.messages(Some(MessageState::Dropped(DropReason::AddressGone))).await.len(), 2);
}

#[tokio::test]
async fn s14_an_address_that_is_corrected_after_mail_came_back_gets_what_waited() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acmee.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    world.portal.host().mail(world.firm).bounced(email("ana@acmee.test"), "no such domain").await.unwrap();
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    let change = ContactChange { email: Some(Some(email("ana@acme.test"))), ..ContactChange::default() };
    world.staff.contacts(world.client).change(ana, change).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.to.as_str() == "ana@acme.test" && mail.text.contains("w2.pdf"), "{}", mail.text);
}

#[tokio::test]
async fn s14_of_two_who_read_one_mailbox_the_one_with_access_left_is_told() {
    let world = World::new().await;
    let ana = world.contact("Ana", "home@acme.test").await;
    let ben = world.contact("Ben", "home@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    world.files().share(folder, Audience::Contact(ben), Access::View).await.unwrap();
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    let first = world.messages(None).await[0].to;
    let (gone, stays) = if first == crate::notifications::Recipient::Contact(ana) { (ana, ben) } else { (ben, ana) };
    world.files().revoke(folder, Audience::Contact(gone)).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    let mails = world.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains(&stays.to_string()) && !mails[0].text.contains(&gone.to_string()));
}

#[tokio::test]
async fn n03_a_hundred_files_at_once_are_one_mail_of_ten_names_and_a_count() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    for number in 1..=100 {
        world.upload(folder, &format!("scan {number}.pdf")).await;
    }
    world.work_past_window().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert_eq!(mail.subject, "Hill & Co: 100 new documents in “2025 Tax”");
    assert!(mail.text.contains("scan 10.pdf") && !mail.text.contains("scan 11.pdf"), "{}", mail.text);
    assert!(mail.text.contains("and 90 more"), "{}", mail.text);
}

#[tokio::test]
async fn uploads_wait_for_quiet_and_no_longer_than_half_an_hour() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    for minute in 0..35 {
        world.upload(folder, &format!("scan {minute}.pdf")).await;
        world.work().await;
        let came = world.mails();
        assert_eq!(came.len(), usize::from(minute == 30), "after {minute} minutes");
        world.clock.advance(minutes(1));
    }
    world.clock.advance(WINDOW);
    world.work().await;
    assert_eq!(world.mailed(), ["ana@acme.test"]);
}

#[tokio::test]
async fn a_document_and_its_new_version_in_one_window_are_one_line() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    let document = world.upload(folder, "w2.pdf").await;
    world.files().add_version(document, file("w2 again.pdf"), "again").await.unwrap();
    world.files().rename(document, file("w2 final.pdf")).await.unwrap();
    world.work_past_window().await;
    let mails = world.mails();
    assert_eq!(mails[0].subject, "Hill & Co: a new document in “2025 Tax”");
    assert_eq!(mails[0].text.matches("  - ").count(), 1, "{}", mails[0].text);
    assert!(mails[0].text.contains("w2 final.pdf"), "by its name now: {}", mails[0].text);
}

#[tokio::test]
async fn uploads_to_two_folders_are_two_mails() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let (one, two) = (world.shared_folder("2024", ana).await, world.shared_folder("2025", ana).await);
    world.upload(one, "w2.pdf").await;
    world.upload(two, "w2.pdf").await;
    world.work_past_window().await;
    assert_eq!(world.mailed().len(), 2);
}

#[tokio::test]
async fn what_was_deleted_in_the_window_is_not_mentioned() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    let wrong = world.upload(folder, "wrong client.pdf").await;
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    world.files().trash(wrong).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    let mails = world.mails();
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("w2.pdf") && !mails[0].text.contains("wrong client"), "{}", mails[0].text);

    let alone = world.upload(folder, "wrong again.pdf").await;
    world.work().await;
    world.files().trash(alone).await.unwrap();
    world.files().purge(alone).await.unwrap();
    world.clock.advance(WINDOW);
    world.work().await;
    assert_eq!(world.mailed(), [""; 0]);
    assert_eq!(world.messages(Some(MessageState::Dropped(DropReason::NothingLeft))).await.len(), 1);
}

#[tokio::test]
async fn nobody_is_told_of_what_nobody_sees_nor_where_alerts_are_off_nor_of_a_restore() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let hidden = world.folder("Work papers").await;
    world.upload(hidden, "draft.pdf").await;
    let quiet = world.folder("Quiet").await;
    world.files().share(quiet, Audience::Contact(ana), Access::View).alerts(false).await.unwrap();
    let document = world.upload(quiet, "w2.pdf").await;
    world.work_past_window().await;
    assert_eq!(world.mailed(), [""; 0]);
    let loud = world.shared_folder("2025 Tax", ana).await;
    world.files().trash(document).await.unwrap();
    world.files().restore(document).await.unwrap();
    world.files().trash(loud).await.unwrap();
    world.files().restore(loud).await.unwrap();
    world.work_past_window().await;
    assert_eq!(world.mailed(), [""; 0]);
}

#[tokio::test]
async fn s04_a_mail_about_a_document_shared_alone_does_not_name_its_folder() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("Secret plans").await;
    let document = world.upload(folder, "w2.pdf").await;
    world.work().await;
    world.files().share(document, Audience::Contact(ana), Access::View).await.unwrap();
    world.files().add_version(document, file("w2.pdf"), "again").await.unwrap();
    world.work_past_window().await;
    let mails = world.mails();
    assert_eq!(mails.len(), 1);
    for part in [&mails[0].subject, &mails[0].text, &mails[0].html] {
        assert!(!part.contains("Secret") && !part.contains(&folder.to_string()), "{part}");
    }
    assert!(mails[0].text.contains("w2.pdf (new version)"), "{}", mails[0].text);
    assert!(mails[0].text.contains(&format!("/{ana}/{document}")), "{}", mails[0].text);
}

#[tokio::test]
async fn n01_a_contacts_upload_tells_each_assigned_member_and_not_the_contact() {
    let world = World::new().await;
    world.assigned("Dana Reed", "dana@hill.test").await;
    world.assigned("Eve Stone", "eve@hill.test").await;
    world.member("Not Assigned", "not@hill.test").await;
    let ana = world.contact("Ana Ruiz", "ana@acme.test").await;
    world.contact("Ben Ruiz", "ben@acme.test").await;
    world.work().await;
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "w2.pdf").await;
    world.work_past_window().await;
    let mails = world.mails();
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["dana@hill.test", "eve@hill.test"]);
    assert!(
        mails[0].text.starts_with("Ana Ruiz uploaded a document for Acme to “Client Uploads”."),
        "{}",
        mails[0].text
    );
    assert!(mails[0].text.contains("because you are assigned to Acme"), "{}", mails[0].text);
    let link = format!("https://portal.test/staff/{}/{}/{}", world.firm, world.client, world.client_uploads);
    assert!(mails[0].text.contains(&link), "{}", mails[0].text);
}

#[tokio::test]
async fn n13_nobody_assigned_tells_the_owners_and_the_mail_and_the_dialog_say_so() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    world.member("Not Assigned", "not@hill.test").await;
    let told = world.files().team_told().await.unwrap();
    assert_eq!((told.members.len(), told.members[0].id, told.nobody_assigned), (1, world.owner, true));
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "w2.pdf").await;
    world.work_past_window().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{mails:?}") };
    assert_eq!(mail.to.as_str(), "olga@hill.test");
    assert!(mail.text.contains("nobody of the team is assigned"), "{}", mail.text);
    world.assigned("Dana", "dana@hill.test").await;
    let told = world.files().team_told().await.unwrap();
    assert_eq!((told.members.len(), told.nobody_assigned), (1, false));
}

#[tokio::test]
async fn by_policy_other_contacts_hear_of_an_upload_and_its_mailbox_does_not() {
    let world = World::new().await;
    world.assigned("Dana", "dana@hill.test").await;
    let ana = world.contact("Ana", "home@acme.test").await;
    world.contact("Same Mailbox", "home@acme.test").await;
    world.contact("Ben", "ben@acme.test").await;
    world.change_firm(FirmChange { contacts_hear_of_uploads: Some(true), ..FirmChange::default() }).await;
    world.upload_as(ana, "home@acme.test", world.client_uploads, "w2.pdf").await;
    world.work_past_window().await;
    let mails = world.mails();
    let mut to: Vec<&str> = mails.iter().map(|mail| mail.to.as_str()).collect();
    to.sort_unstable();
    assert_eq!(to, ["ben@acme.test", "dana@hill.test"]);
    let ben = mails.iter().find(|mail| mail.to.as_str() == "ben@acme.test").unwrap();
    assert!(ben.text.starts_with("A document was added to “Client Uploads”."), "{}", ben.text);
}

#[tokio::test]
async fn file_names_stay_out_of_every_mail_where_the_firm_says_so() {
    let world = World::new().await;
    world.assigned("Dana", "dana@hill.test").await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    world.change_firm(FirmChange { file_names_in_mail: Some(false), ..FirmChange::default() }).await;
    let folder = world.folder("Divorce").await;
    world.files().share(folder, Audience::Contact(ana), Access::ViewAndUpload).notify().await.unwrap();
    world.upload(folder, "settlement.pdf").await;
    world.work_past_window().await;
    let mut mails = world.mails();
    world.upload_as(ana, "ana@acme.test", folder, "statement.pdf").await;
    world.work_past_window().await;
    mails.extend(world.mails());
    assert_eq!(mails.len(), 3);
    for part in mails.iter().flat_map(|mail| [&mail.subject, &mail.text, &mail.html]) {
        for secret in ["Divorce", "settlement", "statement"] {
            assert!(!part.contains(secret), "{part}");
        }
    }
}

#[tokio::test]
async fn an_answer_goes_where_the_firm_wants_it() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let reply_to = Some(Some(email("office@hill.test")));
    world.change_firm(FirmChange { reply_to, ..FirmChange::default() }).await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
    world.work().await;
    let mails = world.mails();
    assert_eq!(mails[0].reply_to, Some(email("office@hill.test")));
    assert!(!mails[0].text.contains("Answers to this mail are not read."), "{}", mails[0].text);
}
