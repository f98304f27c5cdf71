//! What is archived: out of the daily lists, readable, and as it is.

use portal_core::files::{DEEPEST, FilesRefusal};
use portal_core::sharing::{Access, Audience};
use portal_core::testing::World;
use portal_core::values::NodeId;
use portal_core::{ByteRange, ContactHandle, ErrorKind};

use crate::guards::Race;
use crate::words::{called, files_refuse as refused, kind, lies_in, page, person, upload};

/// A world with a document in the folder that is shared with Ana to upload into.
async fn scene() -> (World, ContactHandle, portal_core::values::DocumentId) {
    let world = World::new().await.unwrap();
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    (world, ana, document)
}

async fn roots(ana: &ContactHandle) -> [Vec<String>; 2] {
    let names = |entries: Vec<portal_core::ContactEntry>| entries.iter().map(|entry| entry.name.to_string()).collect();
    [names(ana.files().roots().await.unwrap()), names(ana.files().archived_roots().await.unwrap())]
}

async fn archive(world: &World) -> Vec<NodeId> {
    let rows = world.owner.files(world.acme.id).archived(&page()).await.unwrap().items;
    let node = |row: portal_core::ports::store::TrashRow| match row.node {
        portal_core::ports::store::NodeRead::Folder(folder) => folder.id.into(),
        portal_core::ports::store::NodeRead::Document(document) => document.id.into(),
    };
    rows.into_iter().map(node).collect()
}

#[tokio::test]
async fn what_is_archived_leaves_the_lists_and_is_read_by_whoever_has_access() {
    let (world, ana, document) = scene().await;
    let files = world.owner.files(world.acme.id);
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    assert_eq!(roots(&ana).await, [names(&["2025 Tax", "Client Uploads"]), names(&[])]);
    files.archive(world.tax).await.unwrap();
    assert_eq!(roots(&ana).await, [names(&["Client Uploads"]), names(&["2025 Tax"])]);
    assert!(!lies_in(&world.owner, world.acme.id, world.acme.root).await.contains(&"2025 Tax".to_owned()));
    assert_eq!(archive(&world).await, [world.tax.into()]);
    assert!(ana.home().await.unwrap().recent.is_empty(), "it is none of the latest");

    let listing = ana.files().list(world.tax, &page()).await.unwrap();
    assert!(listing.archived && listing.access == Access::View, "{listing:?}");
    let read = ana.files().download(document, ByteRange::All).await.unwrap();
    assert_eq!(world.bytes_of(read).await.unwrap(), b"bytes");
    let details = files.document(document).await.unwrap();
    assert!(details.archived && !details.in_trash);

    files.unarchive(world.tax).await.unwrap();
    assert_eq!(archive(&world).await, []);
    assert_eq!(ana.files().list(world.tax, &page()).await.unwrap().access, Access::ViewAndUpload);
    assert_eq!(ana.home().await.unwrap().recent.len(), 1);
    upload(&ana, world.tax, "w3.pdf").await.unwrap();
}

#[tokio::test]
async fn what_is_archived_in_a_shared_folder_is_found_there_apart() {
    let (world, ana, document) = scene().await;
    let files = world.owner.files(world.acme.id);
    files.archive(document).await.unwrap();
    files.archive(world.receipts).await.unwrap();
    let names = async |archived: bool| {
        let listing = match archived {
            true => ana.files().archived_in(world.tax, &page()).await.unwrap(),
            false => ana.files().list(world.tax, &page()).await.unwrap(),
        };
        listing.entries.items.into_iter().map(|entry| (entry.name.to_string(), entry.access)).collect::<Vec<_>>()
    };
    assert_eq!(names(false).await, []);
    let view = |name: &str| (name.to_owned(), Access::View);
    assert_eq!(names(true).await, [view("Receipts"), view("w2.pdf")]);
    assert_eq!(kind(ana.files().archived_in(world.internal, &page())).await, ErrorKind::NotFound);
    world.owner.files(world.acme.id).revoke(world.tax, world.ana.audience()).await.unwrap();
    assert_eq!(kind(ana.files().archived_in(world.tax, &page())).await, ErrorKind::NotFound);
    assert_eq!(kind(ana.files().document(document)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn what_is_archived_takes_nothing_new_and_stays_as_it_is() {
    let (world, ana, document) = scene().await;
    let files = world.owner.files(world.acme.id);
    let own = upload(&ana, world.tax, "own.pdf").await.unwrap().document;
    files.archive(world.tax).await.unwrap();
    for refusal in [
        refused(files.upload(world.tax, called("x.pdf"), "x")).await,
        refused(files.upload(world.receipts, called("x.pdf"), "x")).await,
        refused(files.uploads().begin(world.tax, called("x.pdf"), 5)).await,
        refused(files.add_version(document, called("x.pdf"), "x")).await,
        refused(files.add_folder(world.receipts, called("New"))).await,
        refused(files.rename(world.tax, called("Other"))).await,
        refused(files.rename(document, called("Other"))).await,
        refused(files.move_to(document, world.internal)).await,
        refused(files.move_to(world.tax, world.internal)).await,
        refused(files.archive(world.tax)).await,
        refused(files.archive(document)).await,
        refused(ana.files().upload(world.tax, called("x.pdf"), "x")).await,
        refused(ana.files().add_folder(world.tax, called("New"))).await,
    ] {
        assert_eq!(refusal, FilesRefusal::Archived);
    }
    assert_eq!(refused(files.move_to(world.internal, world.tax)).await, FilesRefusal::IntoArchive);
    assert_eq!(refused(files.unarchive(document)).await, FilesRefusal::NotArchived);
    assert_eq!(refused(files.archive(world.acme.root)).await, FilesRefusal::Root);
    assert_eq!(refused(ana.files().withdraw(own)).await, FilesRefusal::NoWithdrawal);
    assert_eq!(ana.files().document(own).await.unwrap().withdrawable, None);

    // Who sees it, what holds it, and the trash are as open as before.
    files.share(world.tax, world.ben.audience(), Access::View).await.unwrap();
    files.place_hold(world.tax, person("Audit")).await.unwrap();
    files.trash(world.tax).await.unwrap();
    assert_eq!((archive(&world).await, kind(ana.files().document(document)).await), (vec![], ErrorKind::NotFound));
    assert_eq!(refused(files.unarchive(world.tax)).await, FilesRefusal::InTrash);
    files.restore(world.tax).await.unwrap();
    upload(&ana, world.tax, "w3.pdf").await.unwrap();
}

#[tokio::test]
async fn what_is_archived_gives_its_name_up_and_comes_back_by_another() {
    let (world, _, _) = scene().await;
    let files = world.owner.files(world.acme.id);
    files.archive(world.tax).await.unwrap();
    files.add_folder(world.acme.root, called("2025 tax")).await.unwrap();
    files.unarchive(world.tax).await.unwrap();
    let names = lies_in(&world.owner, world.acme.id, world.acme.root).await;
    assert_eq!(names, ["2025 tax", "2025 Tax (2)", "Client Uploads", "Internal"]);
}

#[tokio::test]
async fn archiving_is_mailed_to_nobody_and_told_in_the_activity() {
    let (world, _, document) = scene().await;
    world.run_worker().await.unwrap();
    world.mailer.take();
    let files = world.owner.files(world.acme.id);
    files.archive(document).await.unwrap();
    files.unarchive(document).await.unwrap();
    world.let_pass(std::time::Duration::from_secs(3600)).await.unwrap();
    let told = world.mailer.take().into_iter().filter(|mail| !mail.subject.contains("2025 Tax")).count();
    assert_eq!(told, 0);
    use portal_core::event::Event;
    use portal_core::files::Event as Files;
    let happened = world.owner.activity(world.acme.id, &page()).await.unwrap().items;
    let of = |event: &Event| match event {
        Event::Files(Files::Archived { node, .. }) => Some(("archived", *node)),
        Event::Files(Files::Unarchived { node, .. }) => Some(("unarchived", *node)),
        _ => None,
    };
    let told: Vec<_> = happened.iter().filter_map(|row| of(&row.happened.event)).collect();
    assert_eq!(told, [("unarchived", document.into()), ("archived", document.into())]);
}

#[tokio::test]
async fn nothing_comes_into_what_is_archived_at_the_same_time() {
    for number in 0..6 {
        let race = Race::new().await;
        let (acme, tax) = (race.world.acme.id, race.world.tax);
        let document = race.world.upload(acme, tax, "w2.pdf", "first").await.unwrap();
        let world = race.world.clone();
        race.meanwhile.happens(async move { world.owner.files(acme).archive(tax).await.unwrap() });
        let files = &race.staff;
        let refusal = match number {
            0 => refused(files.upload(tax, called("w3.pdf"), "w3")).await,
            1 => refused(files.add_version(document, called("w2.pdf"), "second")).await,
            2 => refused(files.add_folder(tax, called("Letters"))).await,
            3 => refused(files.rename(document, called("w4.pdf"))).await,
            4 => refused(files.move_to(document, race.world.internal)).await,
            _ => refused(race.ana.files().upload(tax, called("w3.pdf"), "w3")).await,
        };
        assert_eq!(refusal, FilesRefusal::Archived, "{number}");
        assert!(race.meanwhile.took_place());
        race.world.owner.files(acme).unarchive(tax).await.unwrap();
        assert_eq!(lies_in(&race.world.owner, acme, tax).await, ["Receipts", "w2.pdf"], "{number}");
    }
}

#[tokio::test]
async fn folders_lie_so_deep_and_no_deeper_made_or_moved() {
    let (world, ana, _) = scene().await;
    let files = world.owner.files(world.acme.id);
    let too_deep = FilesRefusal::TooDeep { most: DEEPEST };
    let mut deepest = world.acme.root;
    for depth in 1..=DEEPEST {
        deepest = files.add_folder(deepest, called(&format!("{depth}"))).await.unwrap();
    }
    assert_eq!(refused(files.add_folder(deepest, called("deeper"))).await, too_deep);
    files.upload(deepest, called("w2.pdf"), "bytes").await.unwrap();
    let all = files.share(deepest, Audience::AllContacts, Access::ViewAndUpload);
    all.await.unwrap();
    let policies = portal_core::directory::PoliciesChange { contacts_make_folders: Some(true), ..Default::default() };
    let change = portal_core::directory::FirmChange { policies, ..Default::default() };
    world.owner.settings().change(change).await.unwrap();
    assert_eq!(refused(ana.files().add_folder(deepest, called("deeper"))).await, too_deep);
    // The tax folder has one in it, so that it goes two above the deepest and no lower.
    let place = files.list(Some(deepest), &page()).await.unwrap().folder.path;
    let (above, two_above) = (place[DEEPEST - 1].0, place[DEEPEST - 2].0);
    let gains = files.preview_move(world.internal, above).await.unwrap().effects.gains;
    files.move_to(world.internal, above).giving(gains).await.unwrap();
    assert_eq!(refused(files.move_to(world.tax, above)).await, too_deep);
    assert_eq!(refused(async { files.preview_move(world.tax, above).await }).await, too_deep);
    files.move_to(world.tax, two_above).await.unwrap();
}

#[tokio::test]
async fn whoever_sees_a_folder_finds_all_that_is_archived_below_it_and_nothing_beside_it() {
    let (world, ana, document) = scene().await;
    let files = world.owner.files(world.acme.id);
    let deep = files.add_folder(world.tax, called("Letters")).await.unwrap();
    let letter = world.upload(world.acme.id, deep, "letter.pdf", "bytes").await.unwrap();
    let hidden = world.upload(world.acme.id, world.internal, "memo.pdf", "bytes").await.unwrap();
    for node in [NodeId::from(document), letter.into(), hidden.into()] {
        files.archive(node).await.unwrap();
    }
    let below = |found: Vec<portal_core::ContactEntry>| {
        let mut found: Vec<String> = found.iter().map(|entry| entry.name.to_string()).collect();
        found.sort();
        found
    };
    assert_eq!(below(ana.files().archived_below().await.unwrap()), ["letter.pdf", "w2.pdf"]);
    assert_eq!(roots(&ana).await[1], Vec::<String>::new(), "none of them is at the top");
    files.trash(deep).await.unwrap();
    assert_eq!(below(ana.files().archived_below().await.unwrap()), ["w2.pdf"]);
    // A root is archived itself: it is listed at the top.
    files.archive(world.tax).await.unwrap();
    assert_eq!(below(ana.files().archived_below().await.unwrap()), ["w2.pdf"]);
    assert_eq!(roots(&ana).await[1], ["2025 Tax"]);
}

#[tokio::test]
async fn a_folder_to_upload_into_stays_one_at_home_when_what_is_above_it_becomes_visible() {
    let (world, ana, _) = scene().await;
    let files = world.owner.files(world.acme.id);
    let inbox = files.add_folder(world.internal, called("Inbox")).await.unwrap();
    world.share(inbox, &world.ana, Access::ViewAndUpload).await.unwrap();
    let uploads = async || {
        let home = ana.home().await.unwrap();
        home.uploads.iter().map(|entry| entry.name.to_string()).collect::<Vec<_>>()
    };
    let all = ["2025 Tax", "Client Uploads", "Inbox"];
    assert_eq!(uploads().await, all);
    files.set_visible(world.internal, true).await.unwrap();
    assert_eq!(uploads().await, all);
    let tops = ana.home().await.unwrap().roots;
    assert!(tops.iter().all(|entry| entry.name.as_str() != "Inbox"), "it lies below another");
    files.archive(world.internal).await.unwrap();
    assert_eq!(uploads().await, ["2025 Tax", "Client Uploads"], "what is archived takes nothing");
}
