//! Quotas: how much a firm keeps of each contact, and in all.

use portal_core::directory::{FirmChange, Quota, Quotas};
use portal_core::files::FilesRefusal;
use portal_core::testing::World;
use portal_core::{Body, Error, Refusal};

use crate::words::{MORE_THAN_A_DAY, called, files_refuse, listed, upload};

async fn set(world: &World, contact: Quota, firm: Quota) {
    let quotas = Some(Quotas { contact, firm });
    world.owner.settings().change(FirmChange { quotas, ..FirmChange::default() }).await.unwrap();
}

const NO_END: Quota = Quota { files: None, bytes: None };

const fn files(most: u64) -> Quota {
    Quota { files: Some(most), bytes: None }
}

const fn bytes(most: u64) -> Quota {
    Quota { files: None, bytes: Some(most) }
}

fn why(error: &Error) -> Option<FilesRefusal> {
    match error.refusal() {
        Some(Refusal::Files(refusal)) => Some(refusal),
        _ => None,
    }
}

#[tokio::test]
async fn l29_a_contact_uploads_as_many_files_as_the_firm_keeps_of_one() {
    let world = World::new().await.unwrap();
    set(&world, files(2), NO_END).await;
    let (ana, ben) = (world.sign_in(&world.ana).await.unwrap(), world.sign_in(&world.ben).await.unwrap());
    let folder = world.acme.client_uploads;
    upload(&ana, folder, "1.pdf").await.unwrap();
    let second = upload(&ana, folder, "2.pdf").await.unwrap();
    let full = FilesRefusal::QuotaUsedUp { left_bytes: 0 };
    assert_eq!(why(&upload(&ana, folder, "3.pdf").await.unwrap_err()), Some(full));
    assert_eq!(files_refuse(ana.files().uploads().begin(folder, called("3.pdf"), 5)).await, full);
    upload(&ben, folder, "by Ben.pdf").await.unwrap();
    // Staff are not bound by it, and what staff remove for good makes room.
    let staff = world.owner.files(world.acme.id);
    staff.upload(folder, called("by Olivia.pdf"), "bytes").await.unwrap();
    staff.trash(second.document).await.unwrap();
    assert_eq!(why(&upload(&ana, folder, "3.pdf").await.unwrap_err()), Some(full), "what lies in the trash is kept");
    staff.purge(second.document).await.unwrap();
    world.let_pass(MORE_THAN_A_DAY).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    upload(&ana, folder, "3.pdf").await.unwrap();
    assert_eq!(listed(&ana, folder).await, ["1.pdf", "3.pdf", "by Ben.pdf", "by Olivia.pdf"]);
}

#[tokio::test]
async fn l29_a_contact_uploads_as_many_bytes_as_the_firm_keeps_of_one_and_what_is_under_way_counts() {
    let world = World::new().await.unwrap();
    set(&world, bytes(20), NO_END).await;
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (folder, uploads) = (world.acme.client_uploads, ana.files().uploads());
    let begun = uploads.begin(folder, called("1.pdf"), 12).await.unwrap();
    let left = FilesRefusal::QuotaUsedUp { left_bytes: 8 };
    assert_eq!(files_refuse(uploads.begin(folder, called("2.pdf"), 9)).await, left);
    // What comes without its size is cut where no room is left, and nothing of it is kept.
    let chunks = || futures_util::stream::iter(["12345", "6789"].map(|chunk| Ok(chunk.into())));
    assert_eq!(files_refuse(ana.files().upload(folder, called("2.pdf"), Body::from_stream(chunks()))).await, left);
    ana.files().upload(folder, called("2.pdf"), "12345678").await.unwrap();
    // What was begun goes on: it was counted.
    uploads.resume(begun.id, 0, "123456789012").await.unwrap();
    uploads.finish(begun.id).await.unwrap();
    let full = FilesRefusal::QuotaUsedUp { left_bytes: 0 };
    assert_eq!(why(&upload(&ana, folder, "3.pdf").await.unwrap_err()), Some(full));
    // Another quota holds at once, and takes nothing away.
    set(&world, bytes(10), NO_END).await;
    assert_eq!(listed(&ana, folder).await, ["1.pdf", "2.pdf"]);
    set(&world, bytes(25), NO_END).await;
    upload(&ana, folder, "3.pdf").await.unwrap();
}

#[tokio::test]
async fn l29_a_firm_has_a_quota_of_its_own_for_all_that_anybody_uploads() {
    let world = World::new().await.unwrap();
    set(&world, NO_END, Quota { files: Some(4), bytes: Some(20) }).await;
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (folder, staff) = (world.acme.client_uploads, world.owner.files(world.acme.id));
    let document = staff.upload(folder, called("1.pdf"), "12345").await.unwrap().document;
    upload(&ana, folder, "2.pdf").await.unwrap();
    staff.add_version(document, called("1.pdf"), "12345").await.unwrap();
    let left = FilesRefusal::FirmQuotaUsedUp;
    assert_eq!(files_refuse(ana.files().upload(folder, called("3.pdf"), "123456")).await, left);
    assert_eq!(files_refuse(staff.uploads().begin_version(document, called("1.pdf"), 6)).await, left);
    staff.upload(folder, called("3.pdf"), "1").await.unwrap();
    let full = FilesRefusal::FirmQuotaUsedUp;
    assert_eq!(files_refuse(staff.upload(folder, called("4.pdf"), "1")).await, full, "four files, versions counted");
    // Another firm has its own.
    let others = world.other_owner.files(world.delta.id);
    others.upload(world.delta.client_uploads, called("1.pdf"), "bytes").await.unwrap();
}

#[tokio::test]
async fn l29_what_anybody_has_under_way_counts_for_the_firm() {
    let world = World::new().await.unwrap();
    set(&world, NO_END, Quota { files: None, bytes: Some(1_000) }).await;
    let (ana, ben) = (world.sign_in(&world.ana).await.unwrap(), world.sign_in(&world.ben).await.unwrap());
    let folder = world.acme.client_uploads;
    ana.files().uploads().begin(folder, called("1.pdf"), 700).await.unwrap();
    let second = ben.files().uploads().begin(folder, called("2.pdf"), 301);
    assert_eq!(files_refuse(second).await, FilesRefusal::FirmQuotaUsedUp);
    let staff = world.owner.files(world.cedar.id);
    assert_eq!(
        files_refuse(staff.uploads().begin(world.cedar.client_uploads, called("3.pdf"), 301)).await,
        FilesRefusal::FirmQuotaUsedUp
    );
    ben.files().uploads().begin(folder, called("2.pdf"), 300).await.unwrap();
}
