//! What is on hold, or too young, is kept.

use std::time::Duration;

use portal_core::ErrorKind;
use portal_core::directory::{PoliciesChange, Withdrawal};
use portal_core::files::FilesRefusal;
use portal_core::testing::World;
use portal_core::values::NodeId;

use crate::guards::Race;
use crate::withdrawals::set_policies;
use crate::words::{called, files_refuse, kind, lies_in, person, upload};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn s26_a_hold_keeps_what_it_is_on_with_all_above_and_below_and_trash_stays_possible() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.receipts, "w2.pdf", "bytes").await.unwrap();
    let held: [NodeId; 3] = [document.into(), world.tax.into(), world.acme.root.into()];
    for held in held {
        world.assigned.files(world.acme.id).place_hold(held, person("Audit of 2025")).await.unwrap();
        assert_eq!(files_refuse(files.place_hold(held, person("Twice"))).await, FilesRefusal::AlreadyHeld);
        files.trash(world.tax).await.unwrap();
        assert_eq!(files_refuse(files.purge(world.tax)).await, FilesRefusal::Held, "{held:?}");
        assert_eq!(files_refuse(files.lost_by_purge(world.tax)).await, FilesRefusal::Held, "{held:?}");
        files.restore(world.tax).await.unwrap();
        let found = files.document(document).await.unwrap();
        assert_eq!((found.on_hold, found.hold.is_some()), (true, held == document.into()));
        files.release_hold(held).await.unwrap();
        assert_eq!(files_refuse(files.release_hold(held)).await, FilesRefusal::NotHeld);
    }
    assert!(!files.document(document).await.unwrap().on_hold);
    files.trash(world.tax).await.unwrap();
    files.purge(world.tax).await.unwrap();
}

#[tokio::test]
async fn s26_a_hold_is_put_on_by_staff_and_taken_off_by_administrators() {
    let world = World::new().await.unwrap();
    let (member, admin) = (world.assigned.files(world.acme.id), world.admin.files(world.acme.id));
    member.place_hold(world.tax, person("Audit of 2025")).await.unwrap();
    let listing = member.list(Some(world.tax), &crate::words::page()).await.unwrap();
    assert_eq!(listing.folder.hold.unwrap().reason, person("Audit of 2025"));
    assert!(listing.entries.items.iter().all(|entry| entry.on_hold));
    assert_eq!(kind(member.release_hold(world.tax)).await, ErrorKind::Denied);
    admin.release_hold(world.tax).await.unwrap();
    for elsewhere in [world.bolt.root, world.delta.root] {
        assert_eq!(kind(admin.place_hold(elsewhere, person("x"))).await, ErrorKind::NotFound);
        assert_eq!(kind(admin.release_hold(elsewhere)).await, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn s26_what_is_on_hold_is_not_withdrawn_and_not_moved_out_from_below_it() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let ana = world.sign_in(&world.ana).await.unwrap();
    let document = upload(&ana, world.acme.client_uploads, "w2.pdf").await.unwrap().document;
    for held in [NodeId::from(document), world.acme.client_uploads.into(), world.acme.root.into()] {
        files.place_hold(held, person("Audit of 2025")).await.unwrap();
        assert_eq!(files_refuse(ana.files().withdraw(document)).await, FilesRefusal::NoWithdrawal);
        assert_eq!(ana.files().document(document).await.unwrap().withdrawable, None);
        files.release_hold(held).await.unwrap();
    }
    files.place_hold(world.acme.client_uploads, person("Audit of 2025")).await.unwrap();
    assert_eq!(files_refuse(files.move_to(document, world.internal)).await, FilesRefusal::Held);
    files.release_hold(world.acme.client_uploads).await.unwrap();
    ana.files().withdraw(document).await.unwrap();
}

#[tokio::test]
async fn s26_uploads_are_kept_for_the_firms_time_to_the_instant() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let keep = |days| PoliciesChange {
        retention_days: Some(days),
        withdrawal: Some(Withdrawal::Always),
        ..PoliciesChange::default()
    };
    set_policies(&world, keep(7)).await;
    let ana = world.sign_in(&world.ana).await.unwrap();
    let uploaded = upload(&ana, world.acme.client_uploads, "w2.pdf").await.unwrap();
    assert_eq!(files_refuse(ana.files().withdraw(uploaded.document)).await, FilesRefusal::NoWithdrawal);
    files.trash(world.acme.client_uploads).await.unwrap();
    let until = uploaded.uploaded_at + 7 * DAY;
    world.clock.advance(7 * DAY - Duration::from_secs(1));
    let refused = files_refuse(files.purge(world.acme.client_uploads)).await;
    assert_eq!(refused, FilesRefusal::Retained { until }, "the folder above it neither");
    world.clock.advance(Duration::from_secs(1));
    files.purge(world.acme.client_uploads).await.unwrap();
}

#[tokio::test]
async fn s26_of_a_hold_and_a_purge_at_once_the_first_holds() {
    // The purge comes first: what is gone is not held.
    let race = Race::new().await;
    let (files, tax) = (race.world.owner.files(race.world.acme.id), race.world.tax);
    files.trash(tax).await.unwrap();
    race.meanwhile.happens(async move { files.purge(tax).await.unwrap() });
    assert_eq!(kind(race.staff.place_hold(tax, person("Audit"))).await, ErrorKind::NotFound);
    assert!(race.meanwhile.took_place());

    // The hold comes first, on something deep below what is about to be purged.
    let race = Race::new().await;
    let (world, acme) = (race.world.clone(), race.world.acme.id);
    let document = world.upload(acme, world.receipts, "w2.pdf", "bytes").await.unwrap();
    world.owner.files(acme).trash(world.tax).await.unwrap();
    let (files, tax) = (world.owner.files(acme), world.tax);
    race.meanwhile.happens(async move { files.place_hold(document, person("Audit")).await.unwrap() });
    let purge = race.owner().purge(tax);
    assert_eq!(files_refuse(purge).await, FilesRefusal::Held);
    assert!(race.meanwhile.took_place());
    world.owner.files(acme).restore(tax).await.unwrap();
    assert_eq!(lies_in(&world.owner, acme, world.receipts).await, ["w2.pdf"]);
    world.owner.files(acme).rename(document, called("w2 kept.pdf")).await.unwrap();
}
