//! What is taken away between the last look and the commit: the commit itself must not go through (S12).

use std::sync::Arc;

use portal_core::ErrorKind;
use portal_core::directory::ContactChange;
use portal_core::memory::MemoryStore;
use portal_core::sharing::{Access, Audience};
use portal_core::testing::{Meanwhile, WatchedStore, World};
use portal_core::{ContactHandle, StaffFiles};

use crate::words::{called, kind, lies_in};

/// Two nodes on one store: at one of them everything is taken away while the other is about to commit.
pub(crate) struct Race {
    pub(crate) world: World,
    pub(crate) staff: StaffFiles,
    /// Who does it.
    pub(crate) member: portal_core::Staff,
    owner: portal_core::Staff,
    pub(crate) ana: ContactHandle,
    pub(crate) meanwhile: Arc<Meanwhile>,
}

impl Race {
    pub(crate) async fn new() -> Self {
        let store = Arc::new(MemoryStore::new());
        let world = World::builder().store(store.clone()).build().await.unwrap();
        world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
        let session = world.session_of(&world.ana).await.unwrap();
        let meanwhile = Arc::new(Meanwhile::default());
        let watched = Arc::new(WatchedStore::new(store, meanwhile.clone()));
        let (portal, ..) = World::builder().store(watched).seed(2).empty().unwrap();
        let mia = world.assigned.me().await.unwrap().id;
        let member = portal.staff(world.firm, mia).await.unwrap();
        let staff = member.files(world.acme.id);
        let olivia = world.owner.me().await.unwrap().id;
        let owner = portal.staff(world.firm, olivia).await.unwrap();
        let ana = portal.contact(&session, world.ana.contact).await.unwrap();
        Self { world, staff, member, owner, ana, meanwhile }
    }

    /// The owner, on the watched node.
    pub(crate) fn owner(&self) -> StaffFiles {
        self.owner.files(self.world.acme.id)
    }

    async fn names(&self) -> Vec<String> {
        lies_in(&self.world.owner, self.world.acme.id, self.world.tax).await
    }
}

#[tokio::test]
async fn s12_whatever_a_contacts_upload_rests_on_holds_until_the_commit() {
    for number in 0..6 {
        let race = Race::new().await;
        let world = race.world.clone();
        race.meanwhile.happens(async move {
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
        });
        let upload = race.ana.files().upload(race.world.tax, called("w2.pdf"), "w2");
        let expected = if number == 1 { ErrorKind::Refused } else { ErrorKind::NotFound };
        assert_eq!(kind(upload).await, expected, "{number}");
        assert!(race.meanwhile.took_place());
        if number == 2 {
            race.world.owner.files(race.world.acme.id).restore(race.world.tax).await.unwrap();
        }
        assert_eq!(race.names().await, ["Receipts"], "{number}");
    }
}

#[tokio::test]
async fn whatever_staff_put_into_a_folder_rests_on_its_not_being_in_the_trash() {
    for number in 0..6 {
        let race = Race::new().await;
        let (acme, tax) = (race.world.acme.id, race.world.tax);
        let document = race.world.upload(acme, tax, "w2.pdf", "first").await.unwrap();
        let world = race.world.clone();
        race.meanwhile.happens(async move { world.owner.files(acme).trash(tax).await.unwrap() });
        let files = &race.staff;
        let answer = match number {
            0 => kind(files.upload(tax, called("w3.pdf"), "w3")).await,
            1 => kind(files.add_version(document, called("w2.pdf"), "second")).await,
            2 => kind(files.add_folder(tax, called("Letters"))).await,
            3 => kind(files.rename(document, called("w4.pdf"))).await,
            4 => kind(files.move_to(race.world.internal, tax).giving(gains(&race, tax).await)).await,
            _ => kind(files.share(document, Audience::AllContacts, Access::View)).await,
        };
        assert_eq!(answer, ErrorKind::Refused, "{number}");
        assert!(race.meanwhile.took_place());
        race.world.owner.files(acme).restore(tax).await.unwrap();
        assert_eq!(race.names().await, ["Receipts", "w2.pdf"], "{number}");
        assert_eq!(race.world.content(acme, document).await.unwrap(), b"first");
    }
}

/// Those who gain when what nobody sees is moved there.
async fn gains(race: &Race, into: portal_core::values::FolderId) -> Vec<portal_core::sharing::AccessChange> {
    let shown = race.world.owner.files(race.world.acme.id).preview_move(race.world.internal, into).await.unwrap();
    shown.effects.gains
}

#[tokio::test]
async fn a_share_rests_on_its_contact_not_being_removed() {
    let race = Race::new().await;
    let (world, ben) = (race.world.clone(), race.world.ben.contact);
    race.meanwhile.happens(async move { world.owner.contacts(world.acme.id).remove(ben).await.unwrap() });
    let share = race.staff.share(race.world.receipts, Audience::Contact(ben), Access::View);
    assert_eq!(kind(share).await, ErrorKind::NotFound);
    assert!(race.meanwhile.took_place());
    let sharing = race.staff.sharing(race.world.receipts).await.unwrap();
    assert!(sharing.own.is_empty(), "{sharing:?}");
}

#[tokio::test]
async fn nothing_is_shared_any_more_with_a_contact_who_was_removed() {
    let race = Race::new().await;
    let (world, files) = (&race.world, &race.staff);
    world.share(world.receipts, &world.ana, Access::View).await.unwrap();
    files.share(world.tax, world.ben.audience(), Access::View).await.unwrap();
    world.owner.contacts(world.acme.id).remove(world.ana.contact).await.unwrap();
    let audiences = async |node| {
        let own = files.sharing(node).await.unwrap().own;
        own.into_iter().map(|grant| grant.audience).collect::<Vec<_>>()
    };
    assert_eq!(audiences(world.tax).await, [world.ben.audience()]);
    assert_eq!(audiences(world.receipts).await, []);
    files.set_visible(world.receipts, true).await.unwrap_err();
    files.revoke(world.tax, world.ben.audience()).await.unwrap();
    files.set_visible(world.receipts, true).await.unwrap();
}
