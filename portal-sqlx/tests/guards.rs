//! What is taken away while a contact uploads, as the whole engine has it on a file: no document, and no bytes that stay.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use std::sync::Arc;
use std::time::Duration;

use portal_core::directory::ContactChange;
use portal_core::sharing::Access;
use portal_core::testing::{Meanwhile, WatchedStore, World};
use portal_core::values::FileName;
use portal_core::{ContactHandle, ErrorKind};
use portal_sqlx::SqliteStore;

/// Two nodes, each with the file open for itself: at one of them everything is taken away while the other is about to commit.
struct Race {
    world: World,
    ana: ContactHandle,
    meanwhile: Arc<Meanwhile>,
    _folder: tempfile::TempDir,
}

impl Race {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let open = async || SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
        let store = open().await;
        store.migrate().await.unwrap();
        let world = World::builder().store(Arc::new(store)).build().await.unwrap();
        world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
        let session = world.session_of(&world.ana).await.unwrap();
        let meanwhile = Arc::new(Meanwhile::default());
        let watched = WatchedStore::new(Arc::new(open().await), meanwhile.clone());
        let other = World::builder().store(Arc::new(watched)).blobs(world.ports.blobs.clone()).seed(2);
        let (portal, ..) = other.empty().unwrap();
        let ana = portal.contact(&session, world.ana.contact).await.unwrap();
        Self { world, ana, meanwhile, _folder: folder }
    }

    async fn documents(&self) -> usize {
        let files = self.world.owner.files(self.world.acme.id);
        let listing = files.list(Some(self.world.tax), &Default::default()).await.unwrap();
        listing.entries.items.len() - 1
    }
}

async fn take_away(world: &World, number: usize) {
    let (files, contacts) = (world.owner.files(world.acme.id), world.owner.contacts(world.acme.id));
    match number {
        0 => files.revoke(world.tax, world.ana.audience()).await.unwrap(),
        1 => drop(files.share(world.tax, world.ana.audience(), Access::View).await.unwrap()),
        2 => files.trash(world.tax).await.unwrap(),
        3 => contacts.remove(world.ana.contact).await.unwrap(),
        4 => contacts.set_portal_access(world.ana.contact, false).await.unwrap(),
        _ => {
            let nowhere = ContactChange { email: Some(None), ..Default::default() };
            contacts.change(world.ana.contact, nowhere).await.unwrap();
        }
    }
}

#[tokio::test]
async fn s12_whatever_a_contacts_upload_rests_on_holds_until_the_commit() {
    for number in 0..6 {
        let race = Race::new().await;
        let world = race.world.clone();
        race.meanwhile.happens(async move { take_away(&world, number).await });
        let upload = race.ana.files().upload(race.world.tax, FileName::new("w2.pdf").unwrap(), "w2");
        let expected = if number == 1 { ErrorKind::Refused } else { ErrorKind::NotFound };
        assert_eq!(upload.await.unwrap_err().kind(), expected, "{number}");
        assert!(race.meanwhile.took_place());
        if number == 2 {
            race.world.owner.files(race.world.acme.id).restore(race.world.tax).await.unwrap();
        }
        assert_eq!(race.documents().await, 0, "{number}");
        race.world.let_pass(Duration::from_secs(25 * 60 * 60)).await.unwrap();
        let blobs = race.world.ports.blobs.list(None, 10).await.unwrap();
        assert!(blobs.blobs.is_empty(), "{number}");
    }
}
