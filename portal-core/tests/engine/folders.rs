//! Folders that contacts make.

use portal_core::ErrorKind;
use portal_core::directory::{FirmChange, PoliciesChange};
use portal_core::files::FilesRefusal;
use portal_core::sharing::Access;
use portal_core::testing::World;
use portal_core::values::Actor;

use crate::guards::Race;
use crate::words::{called, files_refuse, kind, lies_in, listed, page, sees, upload};

/// Lets contacts make folders, or not any more.
async fn set_folders(world: &World, allowed: bool) {
    let policies = PoliciesChange { contacts_make_folders: Some(allowed), ..PoliciesChange::default() };
    world.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
}

#[tokio::test]
async fn s39_where_contacts_make_no_folders_one_is_refused_clearly_and_nothing_is_made() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (files, uploads) = (ana.files(), world.acme.client_uploads);
    assert_eq!(files_refuse(files.add_folder(uploads, called("2025"))).await, FilesRefusal::NoFolders);
    set_folders(&world, true).await;
    files.add_folder(uploads, called("2025")).await.unwrap();
    set_folders(&world, false).await;
    assert_eq!(files_refuse(files.add_folder(uploads, called("2026"))).await, FilesRefusal::NoFolders);
    assert_eq!(lies_in(&world.owner, world.acme.id, uploads).await, ["2025"], "what was made stays");
}

#[tokio::test]
async fn s39_where_they_may_a_folder_takes_what_they_may_upload_and_only_there() {
    let world = World::new().await.unwrap();
    set_folders(&world, true).await;
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    world.share(world.receipts, &world.ana, Access::ViewAndUpload).await.unwrap();
    let (ana, ben) = (world.sign_in(&world.ana).await.unwrap(), world.sign_in(&world.ben).await.unwrap());
    let made = ana.files().add_folder(world.receipts, called("Travel")).await.unwrap();
    upload(&ana, made, "train.pdf").await.unwrap();
    assert_eq!(listed(&ana, made).await, ["train.pdf"]);
    assert!(!sees(&ben, made).await);
    let entries = world.owner.files(world.acme.id).list(Some(world.receipts), &page()).await.unwrap().entries.items;
    assert_eq!((entries[0].name.as_str(), entries[0].by), ("Travel", Actor::Contact(world.ana.contact)));
    ana.files().add_folder(world.receipts, called("travel")).await.unwrap();
    assert_eq!(listed(&ana, world.receipts).await, ["Travel", "travel (2)"]);
    assert_eq!(files_refuse(ana.files().add_folder(world.tax, called("x"))).await, FilesRefusal::ViewOnly);
    for unseen in [world.internal, world.acme.root, world.bolt.client_uploads, world.delta.client_uploads] {
        assert_eq!(kind(ana.files().add_folder(unseen, called("x"))).await, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn s39_a_folder_rests_on_the_policy_and_the_access_by_which_it_is_made() {
    for number in 0..3 {
        let race = Race::new().await;
        let (world, tax) = (race.world.clone(), race.world.tax);
        set_folders(&world, true).await;
        race.meanwhile.happens(async move {
            let files = world.owner.files(world.acme.id);
            match number {
                0 => set_folders(&world, false).await,
                1 => drop(files.share(tax, world.ana.audience(), Access::View).await.unwrap()),
                _ => files.revoke(tax, world.ana.audience()).await.unwrap(),
            }
        });
        let refused = kind(race.ana.files().add_folder(tax, called("Travel"))).await;
        assert_eq!(refused, if number == 2 { ErrorKind::NotFound } else { ErrorKind::Refused }, "{number}");
        assert!(race.meanwhile.took_place());
        assert_eq!(lies_in(&race.world.owner, race.world.acme.id, tax).await, ["Receipts"], "{number}");
    }
}

#[tokio::test]
async fn s39_a_folder_that_is_sent_twice_comes_once_and_never_past_the_policy() {
    let world = World::new().await.unwrap();
    let (ana, uploads) = (world.sign_in(&world.ana).await.unwrap(), world.acme.client_uploads);
    let files = ana.files();
    let by_staff = world.owner.files(world.acme.id);
    assert_eq!(files_refuse(files.find_or_add_folder(uploads, called("2025"))).await, FilesRefusal::NoFolders);
    set_folders(&world, true).await;
    let made = files.find_or_add_folder(uploads, called("2025 Été")).await.unwrap();
    assert_eq!(files.find_or_add_folder(uploads, called("2025 été")).await.unwrap(), made);
    assert_eq!(by_staff.find_or_add_folder(uploads, called("2025 ÉTÉ")).await.unwrap(), made);
    assert_ne!(files.find_or_add_folder(made, called("2025 Été")).await.unwrap(), made, "the same name further down");
    assert_eq!(lies_in(&world.owner, world.acme.id, uploads).await, ["2025 Été"]);

    // What is in the trash is none that it could go into, and where the policy ended not even one that is there is told of.
    by_staff.trash(made).await.unwrap();
    assert_ne!(files.find_or_add_folder(uploads, called("2025 Été")).await.unwrap(), made);
    assert_ne!(by_staff.find_or_add_folder(uploads, called("2025 Été")).await.unwrap(), made);
    assert_eq!(lies_in(&world.owner, world.acme.id, uploads).await, ["2025 Été"]);
    assert_eq!(files_refuse(by_staff.find_or_add_folder(made, called("x"))).await, FilesRefusal::InTrash);
    set_folders(&world, false).await;
    assert_eq!(files_refuse(files.find_or_add_folder(uploads, called("2025 Été"))).await, FilesRefusal::NoFolders);
    for unseen in [world.internal, world.acme.root, world.bolt.client_uploads, world.delta.client_uploads] {
        assert_eq!(kind(files.find_or_add_folder(unseen, called("x"))).await, ErrorKind::NotFound);
    }
}
