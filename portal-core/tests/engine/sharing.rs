//! Grants: what they open, to whom, and until when.

use std::time::Duration;

use portal_core::directory::{FirmChange, NewClient, NewContact};
use portal_core::files::{FilesRefusal, FolderKind};
use portal_core::sharing::{Access, Audience, Effect, Obstacle, ShareRequest, SharedHow, SharingRefusal};
use portal_core::testing::World;
use portal_core::values::{ClientRef, ContactId, DisplayName, DocumentId, FolderId, NodeId};
use portal_core::{ContactEntryKind, EntryKind, ErrorKind};

use crate::words::{called, error, files_refuse, kind, listed, page, roots, sees, sharing_refuses, upload};

const HOUR: Duration = Duration::from_secs(60 * 60);

#[tokio::test]
async fn s01_view_inherited_and_upload_on_a_child_uploads_to_the_child_only() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    world.share(world.receipts, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert_eq!(files_refuse(upload(&ana, world.tax, "w2.pdf")).await, FilesRefusal::ViewOnly);
    upload(&ana, world.receipts, "w2.pdf").await.unwrap();
    assert_eq!(listed(&ana, world.receipts).await, ["w2.pdf"]);
    assert_eq!(listed(&ana, world.tax).await, ["Receipts"]);
}

#[tokio::test]
async fn s02_upload_on_the_parent_and_view_on_the_child_is_view_and_upload() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    world.share(world.receipts, &world.ana, Access::View).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    upload(&ana, world.receipts, "w2.pdf").await.unwrap();
    assert_eq!(ana.files().list(world.receipts, &page()).await.unwrap().access, Access::ViewAndUpload);
}

#[tokio::test]
async fn s03_the_same_rights_by_whatever_route() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    files.share(world.receipts, Audience::AllContacts, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let through_the_parent = ana.files().list(world.tax, &page()).await.unwrap().entries.items;
    let by_itself = ana.files().list(world.receipts, &page()).await.unwrap();
    let by_staff = world.owner.view_as(world.ana.contact).list(world.receipts, &page()).await.unwrap();
    assert_eq!(through_the_parent[0].access, Access::ViewAndUpload);
    assert_eq!(by_itself.access, Access::ViewAndUpload);
    assert_eq!(by_staff, by_itself);
}

#[tokio::test]
async fn s04_a_child_shared_alone_hides_the_name_of_its_parent() {
    let world = World::new().await.unwrap();
    let document = world.upload(world.acme.id, world.receipts, "w2.pdf", "bytes").await.unwrap();
    world.upload(world.acme.id, world.tax, "secret.pdf", "bytes").await.unwrap();
    world.share(world.receipts, &world.ana, Access::View).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert_eq!(roots(&ana).await, ["Client Uploads", "Receipts"]);
    assert!(!sees(&ana, world.tax).await);
    assert!(!sees(&ana, world.acme.root).await);
    assert!(ana.files().list(world.receipts, &page()).await.unwrap().path.is_empty());
    let seen = ana.files().document(document).await.unwrap();
    assert_eq!(seen.path.iter().map(|crumb| crumb.folder).collect::<Vec<_>>(), [world.receipts]);
    let all_she_is_told = format!(
        "{:?} {:?} {:?} {:?}",
        ana.files().roots().await.unwrap(),
        ana.files().list(world.receipts, &page()).await.unwrap(),
        seen,
        ana.home().await.unwrap(),
    );
    assert!(!all_she_is_told.contains("2025 Tax") && !all_she_is_told.contains("secret.pdf"), "{all_she_is_told}");
}

#[tokio::test]
async fn s05_parent_and_child_shared_are_one_root() {
    let world = World::new().await.unwrap();
    world.share(world.receipts, &world.ana, Access::ViewAndUpload).await.unwrap();
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert_eq!(roots(&ana).await, ["2025 Tax", "Client Uploads"]);
}

#[tokio::test]
async fn s06_a_sibling_contact_gets_not_found() {
    let world = World::new().await.unwrap();
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ben = world.sign_in(&world.ben).await.unwrap();
    assert_eq!(roots(&ben).await, ["Client Uploads"]);
    assert!(!sees(&ben, world.tax).await);
    assert!(!sees(&ben, document).await);
    assert_eq!(kind(upload(&ben, world.tax, "w2.pdf")).await, ErrorKind::NotFound);
    assert_eq!(kind(ben.files().download(document, portal_core::ByteRange::All)).await, ErrorKind::NotFound);
    assert_eq!(kind(ben.files().preview(document, 0, 100)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn s07_a_person_of_two_clients_sees_each_apart() {
    let world = World::new().await.unwrap();
    let (bolt, cedar) = (world.owner.files(world.bolt.id), world.owner.files(world.cedar.id));
    let at_bolt = bolt.add_folder(world.bolt.root, called("Bolt's own")).await.unwrap();
    let at_cedar = cedar.add_folder(world.cedar.root, called("Cedar's own")).await.unwrap();
    bolt.share(at_bolt, world.dan_at_bolt.audience(), Access::ViewAndUpload).await.unwrap();
    cedar.share(at_cedar, world.dan_at_cedar.audience(), Access::View).await.unwrap();
    let session = world.session_of(&world.dan_at_bolt).await.unwrap();
    let dan_at_bolt = world.portal.contact(&session, world.dan_at_bolt.contact).await.unwrap();
    let dan_at_cedar = world.portal.contact(&session, world.dan_at_cedar.contact).await.unwrap();
    assert_eq!(roots(&dan_at_bolt).await, ["Bolt's own", "Client Uploads"]);
    assert_eq!(roots(&dan_at_cedar).await, ["Cedar's own", "Client Uploads"]);
    for (dan, other) in [(&dan_at_bolt, at_cedar), (&dan_at_cedar, at_bolt)] {
        assert!(!sees(dan, other).await);
        assert_eq!(kind(upload(dan, other, "x.pdf")).await, ErrorKind::NotFound);
    }
    upload(&dan_at_bolt, at_bolt, "only at bolt.pdf").await.unwrap();
    assert!(dan_at_cedar.files().receipts(&page()).await.unwrap().items.is_empty());
    assert!(dan_at_cedar.home().await.unwrap().recent.is_empty());
}

#[tokio::test]
async fn s07_a_grant_for_a_contact_of_another_client_cannot_be_given() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let unknown = Audience::Contact(ContactId::from_bits(42));
    for audience in [world.dan_at_bolt.audience(), world.eve.audience(), unknown] {
        let share = files.share(world.tax, audience, Access::View);
        assert_eq!(kind(share).await, ErrorKind::NotFound);
        let with_upload =
            files.upload(world.tax, called("w2.pdf"), "bytes").share(ShareRequest::new(audience, Access::View));
        assert_eq!(kind(with_upload).await, ErrorKind::NotFound, "sharing as it is uploaded is sharing");
    }
    assert!(files.list(Some(world.tax), &page()).await.unwrap().entries.items.len() == 1, "nothing was kept");
}

#[tokio::test]
async fn s08_an_id_of_another_firm_equals_an_unknown_one() {
    let world = World::new().await.unwrap();
    let theirs = world.other_owner.files(world.delta.id);
    let folder = theirs.add_folder(world.delta.root, called("Theirs")).await.unwrap();
    let document = theirs.upload(folder, called("w2.pdf"), "bytes").await.unwrap().document;
    theirs.share(folder, Audience::AllContacts, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (no_folder, no_document) = (FolderId::from_bits(42), DocumentId::from_bits(42));
    for (folder, document) in [(folder, document), (no_folder, no_document)] {
        let answers = [
            error(ana.files().list(folder, &page())).await.to_string(),
            error(ana.files().document(document)).await.to_string(),
            error(upload(&ana, folder, "x.pdf")).await.to_string(),
            error(world.owner.files(world.acme.id).list(Some(folder), &page())).await.to_string(),
            error(world.owner.files(world.acme.id).document(document)).await.to_string(),
            error(world.owner.files(world.delta.id).list(Some(folder), &page())).await.to_string(),
        ];
        assert_eq!(answers, ["there is no such thing"; 6]);
    }
}

#[tokio::test]
async fn s09_an_upload_grant_on_a_document_is_refused() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
    let upload = files.share(document, world.ana.audience(), Access::ViewAndUpload);
    assert_eq!(sharing_refuses(upload).await, SharingRefusal::UploadOnDocument);
    assert!(files.sharing(document).await.unwrap().own.is_empty());
    let in_one_go = files
        .upload(world.tax, called("1099.pdf"), "bytes")
        .share(ShareRequest::new(world.ana.audience(), Access::ViewAndUpload));
    assert_eq!(sharing_refuses(in_one_go).await, SharingRefusal::UploadOnDocument);
    files.share(document, world.ana.audience(), Access::View).await.unwrap();
    assert!(sees(&world.sign_in(&world.ana).await.unwrap(), document).await);
}

#[tokio::test]
async fn s10_view_only_uploads_are_refused_and_nothing_is_stored() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let before = world.ports.blobs.list(None, 100).await.unwrap();
    assert_eq!(files_refuse(upload(&ana, world.tax, "w2.pdf")).await, FilesRefusal::ViewOnly);
    assert_eq!(world.ports.blobs.list(None, 100).await.unwrap(), before);
    assert_eq!(listed(&ana, world.tax).await, ["Receipts"]);
    world.clock.advance(48 * HOUR);
    let uploads = world.ports.store.overdue_uploads(portal_core::ports::Clock::now(&world.clock), 10).await.unwrap();
    assert!(uploads.is_empty(), "not even an upload's row: {uploads:?}");
}

#[tokio::test]
async fn s11_a_direct_grant_on_the_child_outlives_the_parents() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    world.share(world.receipts, &world.ana, Access::View).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    world.owner.files(world.acme.id).revoke(world.tax, world.ana.audience()).await.unwrap();
    assert!(!sees(&ana, world.tax).await);
    assert_eq!(files_refuse(upload(&ana, world.receipts, "w2.pdf")).await, FilesRefusal::ViewOnly);
    assert_eq!(roots(&ana).await, ["Client Uploads", "Receipts"]);
}

#[tokio::test]
async fn s15_a_grant_ends_at_its_exact_instant() {
    let world = World::new().await.unwrap();
    let end = portal_core::ports::Clock::now(&world.clock) + HOUR;
    let files = world.owner.files(world.acme.id);
    files.share(world.tax, world.ana.audience(), Access::ViewAndUpload).until(Some(end)).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    world.clock.jump_to(portal_core::values::Timestamp::from_micros(end.as_micros() - 1));
    assert!(sees(&ana, world.tax).await);
    upload(&ana, world.tax, "in time.pdf").await.unwrap();
    world.clock.jump_to(end);
    assert!(!sees(&ana, world.tax).await);
    assert_eq!(roots(&ana).await, ["Client Uploads"]);
    assert_eq!(kind(upload(&ana, world.tax, "too late.pdf")).await, ErrorKind::NotFound);
    assert!(ana.home().await.unwrap().recent.is_empty());
    let told = files.explain(world.ana.contact, world.tax).await.unwrap();
    assert_eq!((told.effective(), told.reasons[0].effect), (None, Effect::Expired(end)));
    assert!(files.sharing(world.tax).await.unwrap().shared_with.is_empty());
    let in_the_past = files.share(world.tax, world.ana.audience(), Access::View).until(Some(end));
    assert_eq!(sharing_refuses(in_the_past).await, SharingRefusal::EndsInThePast);
}

#[tokio::test]
async fn s16_the_same_grant_twice_is_one_grant() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let first = files.share(world.tax, world.ana.audience(), Access::View).notify().await.unwrap().shared;
    let again = files.share(world.tax, world.ana.audience(), Access::View).notify().await.unwrap().shared;
    assert_eq!((first.how, again.how), (SharedHow::Given, SharedHow::Already));
    assert_eq!(first.grant, again.grant);
    assert_eq!(files.sharing(world.tax).await.unwrap().own.len(), 1);
    let granted = world.ports.store.granted(world.firm, world.acme.id, world.ana.contact).await.unwrap();
    assert_eq!(granted.len(), 2, "the folder and Client Uploads");
}

#[tokio::test]
async fn s17_a_downgrade_works_at_once() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    upload(&ana, world.tax, "before.pdf").await.unwrap();
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    assert_eq!(files_refuse(upload(&ana, world.tax, "after.pdf")).await, FilesRefusal::ViewOnly);
    assert_eq!(listed(&ana, world.tax).await, ["Receipts", "before.pdf"]);
}

#[tokio::test]
async fn s23_delete_and_restore_revives_a_grant() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.receipts, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    for trashed in [world.receipts, world.tax] {
        files.trash(trashed).await.unwrap();
        assert!(!sees(&ana, world.receipts).await);
        assert_eq!(roots(&ana).await, ["Client Uploads"]);
        assert_eq!(kind(upload(&ana, world.receipts, "x.pdf")).await, ErrorKind::NotFound);
        assert_eq!(files_refuse(files.upload(world.receipts, called("x.pdf"), "bytes")).await, FilesRefusal::InTrash);
        let told = files.explain(world.ana.contact, world.receipts).await.unwrap();
        assert!(matches!(told.obstacles[..], [Obstacle::InTrash { .. }]), "{told:?}");
        files.restore(trashed).await.unwrap();
        upload(&ana, world.receipts, "x.pdf").await.unwrap();
    }
}

#[tokio::test]
async fn s24_a_grant_that_ended_in_the_trash_stays_dead() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let end = portal_core::ports::Clock::now(&world.clock) + HOUR;
    files.share(world.tax, world.ana.audience(), Access::View).until(Some(end)).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    files.trash(world.tax).await.unwrap();
    world.clock.jump_to(end);
    files.restore(world.tax).await.unwrap();
    assert!(!sees(&ana, world.tax).await);
}

#[tokio::test]
async fn s27_a_renamed_default_folder_keeps_its_flag_and_its_links() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let uploads = world.acme.client_uploads;
    let ana = world.sign_in(&world.ana).await.unwrap();
    upload(&ana, uploads, "before.pdf").await.unwrap();
    let renamed = files.rename(uploads, called("Your documents")).await.unwrap();
    assert_eq!(renamed.name.as_str(), "Your documents");
    let root = ana.files().roots().await.unwrap().remove(0);
    assert_eq!((root.node(), root.name.as_str()), (uploads.into(), "Your documents"));
    assert!(matches!(root.kind, ContactEntryKind::Folder { client_uploads: true, .. }));
    assert_eq!(root.access, Access::ViewAndUpload);
    upload(&ana, uploads, "after.pdf").await.unwrap();
    assert_eq!(listed(&ana, uploads).await, ["after.pdf", "before.pdf"]);
    let entries = files.list(None, &page()).await.unwrap().entries.items;
    let flagged = entries.iter().find(|entry| entry.node == NodeId::from(uploads)).unwrap();
    assert_eq!(flagged.kind, EntryKind::Folder(FolderKind::ClientUploads));
}

#[tokio::test]
async fn s28_a_removed_default_folder_is_not_made_again() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let ana = world.sign_in(&world.ana).await.unwrap();
    files.trash(world.acme.client_uploads).await.unwrap();
    assert!(roots(&ana).await.is_empty());
    let contact = NewContact::without_email(DisplayName::new("Gil").unwrap());
    world.owner.contacts(world.acme.id).add(contact).await.unwrap();
    world.owner.clients().rename(world.acme.id, DisplayName::new("Acme Inc").unwrap()).await.unwrap();
    files.purge(world.acme.client_uploads).await.unwrap();
    world.run_worker().await.unwrap();
    let left = files.list(None, &page()).await.unwrap().entries.items;
    assert_eq!(left.iter().map(|entry| entry.name.as_str()).collect::<Vec<_>>(), ["2025 Tax", "Internal"]);
    assert!(roots(&ana).await.is_empty());
}

#[tokio::test]
async fn s29_with_the_setting_off_no_default_folder_is_made() {
    let world = World::new().await.unwrap();
    let off = FirmChange { client_uploads_for_new_clients: Some(false), ..FirmChange::default() };
    world.owner.settings().change(off).await.unwrap();
    let added = world.owner.clients().add(NewClient::new(DisplayName::new("Elm").unwrap())).await.unwrap();
    assert_eq!(added.client_uploads, None);
    assert!(world.owner.files(added.id).list(None, &page()).await.unwrap().entries.items.is_empty());
    let root = world.ports.store.client(world.firm, &ClientRef::Id(added.id)).await.unwrap().unwrap().root;
    assert_eq!(root, added.root);
    let on = FirmChange { client_uploads_for_new_clients: Some(true), ..FirmChange::default() };
    world.owner.settings().change(on).await.unwrap();
    let added = world.owner.clients().add(NewClient::new(DisplayName::new("Fir").unwrap())).await.unwrap();
    assert!(added.client_uploads.is_some());
}

#[tokio::test]
async fn s30_a_contact_added_later_has_the_default_folder() {
    let world = World::new().await.unwrap();
    let late = portal_core::values::EmailAddress::new("late@acme.test").unwrap();
    let contact = NewContact::new(DisplayName::new("Late").unwrap(), late.clone());
    let contact = world.owner.contacts(world.acme.id).add(contact).await.unwrap();
    let late = portal_core::testing::Person { firm: world.firm, client: world.acme.id, contact, email: late };
    let late = world.sign_in(&late).await.unwrap();
    assert_eq!(roots(&late).await, ["Client Uploads"]);
    upload(&late, world.acme.client_uploads, "w2.pdf").await.unwrap();
}

#[tokio::test]
async fn s35_a_contact_without_email_is_granted_and_the_result_says_an_email_is_needed() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let gil = NewContact::without_email(DisplayName::new("Gil").unwrap());
    let gil = world.owner.contacts(world.acme.id).add(gil).await.unwrap();
    let outcome = files.share(world.tax, Audience::Contact(gil), Access::View).notify().await.unwrap();
    assert_eq!(outcome.email_needed, [gil]);
    assert_eq!(outcome.shared.how, SharedHow::Given);
    let told = files.explain(gil, world.tax).await.unwrap();
    assert_eq!((told.access, told.effective()), (Some(Access::View), None));
    assert!(matches!(told.obstacles[..], [Obstacle::EmailMissing]));
    let with_ana = files.share(world.tax, world.ana.audience(), Access::View).await.unwrap();
    assert!(with_ana.email_needed.is_empty());
}
