//! What is visible: by the toggle, to whom and why, and no longer than it is granted.

use portal_core::files::FilesRefusal;
use portal_core::sharing::{Access, Audience, Effect, Obstacle, SharingRefusal, Visibility};
use portal_core::testing::World;
use portal_core::values::FolderId;
use portal_core::{ByteRange, ErrorKind};

use crate::words::{blobs, files_refuse, kind, sees, sharing_refuses, upload};

#[tokio::test]
async fn l21_a_picture_that_is_kept_in_memory_is_shown_to_nobody_who_lost_the_grant() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "%PDF-1.7").await.unwrap();
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let drawn = ana.files().preview(document, 0, 100).await.unwrap();
    for blob in blobs(&world).await {
        world.ports.blobs.delete(blob).await.unwrap();
    }
    assert_eq!(
        ana.files().preview(document, 0, 100).await.unwrap(),
        drawn,
        "it is kept: there is nothing to draw it from"
    );

    files.revoke(world.tax, world.ana.audience()).await.unwrap();
    assert_eq!(kind(ana.files().preview(document, 0, 100)).await, ErrorKind::NotFound);
    assert_eq!(kind(ana.files().download(document, ByteRange::All)).await, ErrorKind::NotFound);
    assert_eq!(files.preview(document, 0, 100).await.unwrap(), drawn, "it is kept, for those who may see it");
}

#[tokio::test]
async fn the_visible_toggle_shares_silently_with_all_and_takes_that_grant_alone_away() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let ana = world.sign_in(&world.ana).await.unwrap();
    let shown = async |node: FolderId| files.sharing(node).await.unwrap().visibility;
    assert_eq!(shown(world.tax).await, Visibility::Off);
    files.set_visible(world.tax, true).await.unwrap();
    files.set_visible(world.tax, true).await.unwrap();
    assert_eq!(shown(world.tax).await, Visibility::On);
    assert_eq!(files_refuse(upload(&ana, world.tax, "x.pdf")).await, FilesRefusal::ViewOnly);
    assert!(matches!(shown(world.receipts).await, Visibility::OnByAnother { node, .. } if node == world.tax.into()));
    let below = files.set_visible(world.receipts, false);
    assert_eq!(sharing_refuses(below).await, SharingRefusal::VisibleByAnother);
    world.share(world.tax, &world.ben, Access::View).await.unwrap();
    files.set_visible(world.tax, false).await.unwrap();
    assert!(!sees(&ana, world.tax).await);
    assert!(sees(&world.sign_in(&world.ben).await.unwrap(), world.tax).await);
    assert_eq!(sharing_refuses(files.set_visible(world.tax, true)).await, SharingRefusal::VisibleByAnother);
    let uploads = files.sharing(world.acme.client_uploads).await.unwrap().visibility;
    assert!(matches!(uploads, Visibility::OnByAnother { audience: Audience::AllContacts, .. }), "{uploads:?}");
}

#[tokio::test]
async fn the_root_and_what_lies_in_the_trash_are_not_shared() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let root = files.share(world.acme.root, Audience::AllContacts, Access::View);
    assert_eq!(sharing_refuses(root).await, SharingRefusal::RootCannotBeShared);
    assert_eq!(sharing_refuses(files.set_visible(world.acme.root, true)).await, SharingRefusal::RootCannotBeShared);
    files.trash(world.tax).await.unwrap();
    let below = files.share(world.receipts, world.ana.audience(), Access::View);
    assert_eq!(sharing_refuses(below).await, SharingRefusal::InTrash);
}

#[tokio::test]
async fn explain_tells_what_stands_in_the_way_of_each_contact() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    world.share(world.receipts, &world.ana, Access::ViewAndUpload).await.unwrap();
    let told = files.explain(world.ana.contact, world.receipts).await.unwrap();
    assert_eq!(told.effective(), Some(Access::ViewAndUpload));
    assert_eq!(told.reasons.iter().map(|it| it.effect).collect::<Vec<_>>(), [Effect::Decides, Effect::Exceeded]);
    let ben = files.explain(world.ben.contact, world.tax).await.unwrap();
    assert_eq!((ben.effective(), ben.reasons[0].effect), (None, Effect::ForAnother));
    world.owner.contacts(world.acme.id).set_portal_access(world.ana.contact, false).await.unwrap();
    let told = files.explain(world.ana.contact, world.tax).await.unwrap();
    assert!(matches!(told.obstacles[..], [Obstacle::AccessRemoved]) && told.effective().is_none());
    assert_eq!(kind(files.explain(world.cara.contact, world.tax)).await, ErrorKind::NotFound);
}
