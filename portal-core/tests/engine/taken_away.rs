//! What is taken away is gone on the very next call, by every handle that was opened before (l21).

use std::time::Duration;

use portal_core::directory::{ContactChange, Role};
use portal_core::sharing::Access;
use portal_core::testing::World;
use portal_core::values::{DocumentId, FolderId};
use portal_core::{ByteRange, ContactHandle, ErrorKind, Staff};

use crate::words::{email, kind, page, upload};

/// What every call of a contact's handle answers, all of them of one kind.
async fn every_call(contact: &ContactHandle, folder: FolderId, document: DocumentId) -> ErrorKind {
    let files = contact.files();
    let answers = [
        kind(contact.me()).await,
        kind(contact.home()).await,
        kind(files.roots()).await,
        kind(files.list(folder, &page())).await,
        kind(files.document(document)).await,
        kind(files.download(document, ByteRange::All)).await,
        kind(files.preview(document, 0, 100)).await,
        kind(files.receipts(&page())).await,
        kind(upload(contact, folder, "x.pdf")).await,
    ];
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    answers[0]
}

struct Scene {
    world: World,
    ana: ContactHandle,
    session: portal_core::identity::SessionToken,
    document: DocumentId,
}

async fn scene() -> Scene {
    let world = World::new().await.unwrap();
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let session = world.session_of(&world.ana).await.unwrap();
    let ana = world.portal.contact(&session, world.ana.contact).await.unwrap();
    ana.files().download(document, ByteRange::All).await.unwrap();
    Scene { world, ana, session, document }
}

#[tokio::test]
async fn l21_portal_access_taken_away_ends_every_call_and_given_back_they_work_again() {
    let Scene { world, ana, session, document } = scene().await;
    let contacts = world.owner.contacts(world.acme.id);
    contacts.set_portal_access(world.ana.contact, false).await.unwrap();
    assert_eq!(every_call(&ana, world.tax, document).await, ErrorKind::NotFound);
    assert_eq!(kind(world.portal.contact(&session, world.ana.contact)).await, ErrorKind::NotFound);
    assert!(world.portal.signed_in(&session).await.unwrap().portals().await.unwrap().is_empty());
    contacts.set_portal_access(world.ana.contact, true).await.unwrap();
    ana.files().list(world.tax, &page()).await.unwrap();
}

#[tokio::test]
async fn l21_a_removed_contact_reaches_nothing() {
    let Scene { world, ana, session, document } = scene().await;
    world.owner.contacts(world.acme.id).remove(world.ana.contact).await.unwrap();
    assert_eq!(every_call(&ana, world.tax, document).await, ErrorKind::NotFound);
    assert_eq!(kind(world.portal.contact(&session, world.ana.contact)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn l21_a_changed_address_ends_what_the_old_one_reached() {
    let Scene { world, ana, session, document } = scene().await;
    let change = ContactChange { email: Some(Some(email("new@acme.test"))), ..ContactChange::default() };
    world.owner.contacts(world.acme.id).change(world.ana.contact, change).await.unwrap();
    assert_eq!(every_call(&ana, world.tax, document).await, ErrorKind::NotFound);
    world.run_worker().await.unwrap();
    assert_eq!(kind(world.portal.contact(&session, world.ana.contact)).await, ErrorKind::NotFound);
    let moved = portal_core::testing::Person { email: email("new@acme.test"), ..world.ana.clone() };
    let ana = world.sign_in(&moved).await.unwrap();
    ana.files().list(world.tax, &page()).await.unwrap();
}

#[tokio::test]
async fn l21_a_session_that_was_ended_ends_every_call() {
    let Scene { world, ana, session, document } = scene().await;
    let elsewhere = world.session_of(&world.ana).await.unwrap();
    world.portal.signed_in(&elsewhere).await.unwrap().end_session(session.session()).await.unwrap();
    assert_eq!(every_call(&ana, world.tax, document).await, ErrorKind::SignedOut);
    assert_eq!(kind(world.portal.contact(&session, world.ana.contact)).await, ErrorKind::SignedOut);
    assert_eq!(kind(world.portal.signed_in(&session)).await, ErrorKind::SignedOut);
    let ana = world.portal.contact(&elsewhere, world.ana.contact).await.unwrap();
    ana.me().await.unwrap();
    world.portal.signed_in(&elsewhere).await.unwrap().sign_out().await.unwrap();
    assert_eq!(every_call(&ana, world.tax, document).await, ErrorKind::SignedOut);
}

#[tokio::test]
async fn l20_a_session_ends_a_day_after_its_last_use_and_in_any_case_after_thirty() {
    let Scene { world, ana, document, .. } = scene().await;
    let hours = |hours: u64| Duration::from_secs(hours * 60 * 60);
    for _ in 0..31 {
        world.clock.advance(hours(23));
        ana.files().document(document).await.unwrap();
    }
    world.clock.advance(hours(23));
    assert_eq!(every_call(&ana, world.tax, document).await, ErrorKind::SignedOut, "thirty days are over");
    let ana = world.sign_in(&world.ana).await.unwrap();
    world.clock.advance(hours(24));
    assert_eq!(every_call(&ana, world.tax, document).await, ErrorKind::SignedOut, "a day without use");
}

#[tokio::test]
async fn l21_a_trashed_document_is_neither_listed_nor_served() {
    let Scene { world, ana, document, .. } = scene().await;
    world.owner.files(world.acme.id).trash(document).await.unwrap();
    assert_eq!(kind(ana.files().document(document)).await, ErrorKind::NotFound);
    assert_eq!(kind(ana.files().download(document, ByteRange::All)).await, ErrorKind::NotFound);
    assert_eq!(kind(ana.files().preview(document, 0, 100)).await, ErrorKind::NotFound);
    assert!(ana.home().await.unwrap().recent.is_empty());
}

/// What calls of a member's handle answer, all of one kind.
async fn staff_calls(staff: &Staff, world: &World) -> ErrorKind {
    let files = staff.files(world.acme.id);
    let answers = [
        kind(staff.firm()).await,
        kind(staff.me()).await,
        kind(staff.clients().list(&Default::default(), &page())).await,
        kind(staff.contacts(world.acme.id).list(&page())).await,
        kind(files.list(None, &page())).await,
        kind(files.trash(world.internal)).await,
        kind(files.upload(world.tax, crate::words::called("x.pdf"), "bytes")).await,
        kind(staff.view_as(world.ana.contact).roots()).await,
        kind(staff.activity(world.acme.id, &page())).await,
        kind(staff.deliveries().list(&Default::default(), &page())).await,
    ];
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    answers[0]
}

#[tokio::test]
async fn l21_a_removed_member_can_do_nothing_more() {
    let world = World::new().await.unwrap();
    let mia = world.assigned.me().await.unwrap().id;
    world.owner.team().remove(mia).await.unwrap();
    assert_eq!(staff_calls(&world.assigned, &world).await, ErrorKind::Denied);
    assert_eq!(kind(world.portal.staff(world.firm, mia)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn l21_a_role_taken_away_counts_on_the_next_call() {
    let world = World::new().await.unwrap();
    let adam = world.admin.me().await.unwrap().id;
    world.admin.settings().change(Default::default()).await.unwrap();
    world.owner.team().change_role(adam, Role::Member).await.unwrap();
    assert_eq!(kind(world.admin.settings().change(Default::default())).await, ErrorKind::Denied);
    assert_eq!(kind(world.admin.team().change_role(adam, Role::Admin)).await, ErrorKind::Denied);
    world.admin.clients().list(&Default::default(), &page()).await.unwrap();
}
