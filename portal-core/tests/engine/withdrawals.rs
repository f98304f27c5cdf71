//! Contacts take back what they uploaded, within what the firm lets them.

use std::time::Duration;

use portal_core::ErrorKind;
use portal_core::directory::{FirmChange, PoliciesChange, Withdrawal};
use portal_core::event::Event;
use portal_core::files::{self, FilesRefusal};
use portal_core::sharing::Access;
use portal_core::testing::World;
use portal_core::values::DocumentId;
use portal_core::{ByteRange, ContactEntryKind, ContactHandle, Withdrawable};

use crate::guards::Race;
use crate::words::{called, files_refuse, kind, lies_in, page, sees, upload};

pub(crate) async fn set_policies(world: &World, policies: PoliciesChange) {
    world.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
}

/// What the contact may do about their upload, as their list shows it.
async fn shown(contact: &ContactHandle, document: DocumentId) -> Option<Withdrawable> {
    let found = contact.files().document(document).await.unwrap();
    let folder = found.path.last().unwrap().folder;
    let entries = contact.files().list(folder, &page()).await.unwrap().entries.items;
    let in_list = entries.into_iter().find_map(|entry| match entry.kind {
        ContactEntryKind::Document { id, withdrawable, .. } if id == document => Some(withdrawable),
        _ => None,
    });
    assert_eq!(in_list, Some(found.withdrawable), "the list and the page say the same");
    found.withdrawable
}

#[tokio::test]
async fn s33_an_upload_is_withdrawn_within_the_window_and_staff_can_restore_it() {
    let world = World::new().await.unwrap();
    let (ana, uploads) = (world.sign_in(&world.ana).await.unwrap(), world.acme.client_uploads);
    let uploaded = upload(&ana, uploads, "wrong.pdf").await.unwrap();
    let until = uploaded.uploaded_at + Duration::from_secs(15 * 60);
    assert_eq!(shown(&ana, uploaded.document).await, Some(Withdrawable { until: Some(until) }));
    ana.files().withdraw(uploaded.document).await.unwrap();
    assert!(!sees(&ana, uploaded.document).await);
    assert_eq!(kind(ana.files().withdraw(uploaded.document)).await, ErrorKind::NotFound);
    let told = world.owner.activity(world.acme.id, &page()).await.unwrap().items;
    let withdrawn = |event: &Event| matches!(event, Event::Files(files::Event::Withdrawn { .. }));
    assert!(told.iter().any(|row| withdrawn(&row.happened.event)), "{told:?}");
    let files = world.owner.files(world.acme.id);
    files.restore(uploaded.document).await.unwrap();
    assert!(sees(&ana, uploaded.document).await);

    world.clock.advance(Duration::from_secs(15 * 60));
    assert_eq!(shown(&ana, uploaded.document).await, None);
    assert_eq!(files_refuse(ana.files().withdraw(uploaded.document)).await, FilesRefusal::WithdrawalOver);
}

#[tokio::test]
async fn s33_what_the_firm_opened_is_not_withdrawn_and_neither_is_anothers() {
    let world = World::new().await.unwrap();
    let (ana, ben) = (world.sign_in(&world.ana).await.unwrap(), world.sign_in(&world.ben).await.unwrap());
    let (uploads, files) = (world.acme.client_uploads, world.assigned.files(world.acme.id));
    let anas = upload(&ana, uploads, "w2.pdf").await.unwrap().document;
    assert_eq!(shown(&ben, anas).await, None);
    assert_eq!(files_refuse(ben.files().withdraw(anas)).await, FilesRefusal::NotYours);
    files.document(anas).await.unwrap();
    assert!(shown(&ana, anas).await.is_some(), "a look at what it is called opens nothing");
    files.download(anas, None, ByteRange::Last(1)).await.unwrap();
    assert_eq!(shown(&ana, anas).await, None);
    assert_eq!(files_refuse(ana.files().withdraw(anas)).await, FilesRefusal::Opened);
    let opened = files.document(anas).await.unwrap().opened_at;
    assert!(opened.is_some());
    files.download(anas, None, ByteRange::All).await.unwrap();
    assert_eq!(files.document(anas).await.unwrap().opened_at, opened, "it is noted once");

    let seen_as_her = upload(&ana, uploads, "1099.pdf").await.unwrap().document;
    drop(world.assigned.view_as(world.ana.contact).preview(seen_as_her, 0, 100).await);
    assert_eq!(files_refuse(ana.files().withdraw(seen_as_her)).await, FilesRefusal::Opened);

    let added = upload(&ana, uploads, "1098.pdf").await.unwrap().document;
    files.add_version(added, called("1098.pdf"), "the firm's").await.unwrap();
    assert_eq!(files_refuse(ana.files().withdraw(added)).await, FilesRefusal::NotYours);

    world.share(world.internal, &world.ben, Access::ViewAndUpload).await.unwrap();
    let bens = upload(&ben, world.internal, "private.pdf").await.unwrap().document;
    assert_eq!(kind(ana.files().withdraw(bens)).await, ErrorKind::NotFound);
    let cara = world.sign_in(&world.cara).await.unwrap();
    assert_eq!(kind(cara.files().withdraw(bens)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn s33_the_firms_policy_says_never_for_a_while_or_always() {
    let world = World::new().await.unwrap();
    let (ana, uploads) = (world.sign_in(&world.ana).await.unwrap(), world.acme.client_uploads);
    let policy = |withdrawal| PoliciesChange { withdrawal: Some(withdrawal), ..PoliciesChange::default() };
    let document = upload(&ana, uploads, "w2.pdf").await.unwrap().document;
    set_policies(&world, policy(Withdrawal::Never)).await;
    assert_eq!(shown(&ana, document).await, None);
    assert_eq!(files_refuse(ana.files().withdraw(document)).await, FilesRefusal::NoWithdrawal);
    set_policies(&world, policy(Withdrawal::Always)).await;
    world.owner.files(world.acme.id).download(document, None, ByteRange::All).await.unwrap();
    world.clock.advance(Duration::from_secs(90 * 24 * 60 * 60));
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert_eq!(shown(&ana, document).await, Some(Withdrawable { until: None }));
    ana.files().withdraw(document).await.unwrap();
    assert_eq!(lies_in(&world.owner, world.acme.id, uploads).await, [""; 0]);
}

#[tokio::test]
async fn s33_of_an_opening_and_a_withdrawal_at_once_the_first_holds() {
    let race = Race::new().await;
    let (files, acme) = (race.owner(), race.world.acme);
    let document = upload(&race.ana, acme.client_uploads, "w2.pdf").await.unwrap().document;
    race.meanwhile.happens(async move { drop(files.download(document, None, ByteRange::All).await.unwrap()) });
    assert_eq!(files_refuse(race.ana.files().withdraw(document)).await, FilesRefusal::Opened);
    assert!(race.meanwhile.took_place());
    assert!(sees(&race.ana, document).await);

    let document = upload(&race.ana, acme.client_uploads, "1099.pdf").await.unwrap().document;
    let ana = race.ana.clone();
    race.meanwhile.happens(async move { ana.files().withdraw(document).await.unwrap() });
    race.staff.download(document, None, ByteRange::All).await.unwrap();
    assert!(race.meanwhile.took_place());
    let found = race.staff.document(document).await.unwrap();
    assert!(found.in_trash && found.opened_at.is_some());
}

#[tokio::test]
async fn what_was_withdrawn_before_its_mail_goes_is_not_mentioned() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let mia = world.assigned.me().await.unwrap().email;
    let wrong = upload(&ana, world.acme.client_uploads, "wrong.pdf").await.unwrap().document;
    upload(&ana, world.acme.client_uploads, "right.pdf").await.unwrap();
    world.run_worker().await.unwrap();
    ana.files().withdraw(wrong).await.unwrap();
    world.let_pass(Duration::from_secs(3600)).await.unwrap();
    let mails = world.mailer.delivered_to(&mia);
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("right.pdf") && !mails[0].text.contains("wrong.pdf"), "{}", mails[0].text);
    let alone = upload(&ana, world.acme.client_uploads, "alone.pdf").await.unwrap().document;
    ana.files().withdraw(alone).await.unwrap();
    world.let_pass(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(world.mailer.delivered_to(&mia).len(), 1, "of nothing no mail goes");
}
