//! Moves: who gains and loses is told before, confirmed, and holds until the commit.

use portal_core::files::FilesRefusal;
use portal_core::ports::Clock as _;
use portal_core::sharing::{Access, AccessChange, Audience, SharingRefusal};
use portal_core::testing::World;
use portal_core::values::{FolderId, NodeId};
use portal_core::{Error, ErrorKind};

use crate::guards::Race;
use crate::words::{called, error, files_refuse, kind, lies_in, roots, sees, sharing_refuses, world_that_yields};

const VIEW: Option<Access> = Some(Access::View);
const UPLOAD: Option<Access> = Some(Access::ViewAndUpload);

fn change(audience: Audience, before: Option<Access>, after: Option<Access>) -> AccessChange {
    AccessChange { audience, before, after, since: None }
}

/// Who would gain by what is refused for that reason alone.
fn gains(error: Error) -> Vec<AccessChange> {
    match error {
        Error::GivesAccess(refused) => refused.gains,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn s18_a_move_that_gives_access_asks_first_and_asks_anew_when_more_would_gain() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let draft = world.upload(world.acme.id, world.internal, "draft.pdf", "bytes").await.unwrap();
    let shown = files.preview_move(draft, world.receipts).await.unwrap();
    assert_eq!(shown.effects.gains, [change(world.ana.audience(), None, UPLOAD)]);
    assert_eq!(shown.name_of(world.ana.contact).as_deref(), Some("Ana"));
    assert_eq!((shown.from.as_str(), shown.into.as_str(), shown.lies_there), ("Internal", "Receipts", false));
    assert_eq!(lies_in(&world.owner, world.acme.id, world.receipts).await, [""; 0], "looking moves nothing");

    assert_eq!(sharing_refuses(files.move_to(draft, world.receipts)).await, SharingRefusal::GivesAccess);
    assert_eq!(gains(error(files.move_to(draft, world.receipts)).await), shown.effects.gains);
    world.share(world.receipts, &world.ben, Access::View).await.unwrap();
    let more = gains(error(files.move_to(draft, world.receipts).giving(shown.effects.gains)).await);
    let (ana, ben) = (change(world.ana.audience(), None, UPLOAD), change(world.ben.audience(), None, VIEW));
    assert!(more.len() == 2 && more.contains(&ana) && more.contains(&ben), "{more:?}");
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert!(!sees(&ana, draft).await);

    // Less than was confirmed is no reason to ask anew.
    files.revoke(world.tax, world.ana.audience()).await.unwrap();
    let moved = files.move_to(draft, world.receipts).giving(more).await.unwrap();
    assert_eq!((moved.node, moved.name.as_str(), moved.from), (draft.into(), "draft.pdf", world.internal));
    let ben = world.sign_in(&world.ben).await.unwrap();
    assert!(sees(&ben, draft).await && !sees(&ana, draft).await);
}

#[tokio::test]
async fn s19_a_move_that_takes_access_away_does_so_at_once_and_says_so_before() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let document = world.upload(world.acme.id, world.receipts, "w2.pdf", "bytes").await.unwrap();
    files.share(document, world.ana.audience(), Access::View).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert!(sees(&ana, world.receipts).await);
    let shown = files.preview_move(world.receipts, world.internal).await.unwrap();
    assert_eq!(shown.effects.losses, [change(world.ana.audience(), VIEW, None)]);
    assert_eq!(shown.effects.kept_below.iter().map(|kept| kept.node).collect::<Vec<_>>(), [document.into()]);
    files.move_to(world.receipts, world.internal).await.unwrap();
    assert!(!sees(&ana, world.receipts).await);
    assert!(sees(&ana, document).await, "what is granted further down is kept, as it was said");
    assert_eq!(roots(&ana).await, ["2025 Tax", "Client Uploads", "w2.pdf"]);
}

#[tokio::test]
async fn s20_a_direct_grant_travels_with_what_is_moved() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.receipts, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    files.move_to(world.receipts, world.internal).await.unwrap();
    assert_eq!(roots(&ana).await, ["Client Uploads", "Receipts"]);
    ana.files().upload(world.receipts, called("w2.pdf"), "bytes").await.unwrap();
    // To where she may only view she brings what she may do here.
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    files.move_to(world.receipts, world.tax).await.unwrap();
    ana.files().upload(world.receipts, called("1099.pdf"), "bytes").await.unwrap();
}

#[tokio::test]
async fn s21_a_folder_is_not_moved_below_itself() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    assert_eq!(files_refuse(files.move_to(world.tax, world.tax)).await, FilesRefusal::IntoItself);
    assert_eq!(files_refuse(files.move_to(world.tax, world.receipts)).await, FilesRefusal::IntoItself);
    assert_eq!(files_refuse(files.preview_move(world.tax, world.receipts)).await, FilesRefusal::IntoItself);
    assert_eq!(files_refuse(files.move_to(world.acme.root, world.tax)).await, FilesRefusal::Root);
    files.trash(world.internal).await.unwrap();
    assert_eq!(files_refuse(files.move_to(world.tax, world.internal)).await, FilesRefusal::IntoTrash);
    assert_eq!(files_refuse(files.move_to(world.internal, world.tax)).await, FilesRefusal::InTrash);
}

#[tokio::test]
async fn s21_two_moves_at_once_never_make_a_ring() {
    for seed in 0..30 {
        let world = world_that_yields(seed).await;
        let files = world.owner.files(world.acme.id);
        let (one, other) = (files.move_to(world.tax, world.internal), files.move_to(world.internal, world.receipts));
        let answers = futures_util::future::join(one.into_future(), other.into_future()).await;
        let done = [answers.0.map(drop), answers.1.map(drop)];
        assert_eq!(done.iter().filter(|answer| answer.is_ok()).count(), 1, "{seed}: {done:?}");
        for folder in [world.tax, world.internal, world.receipts] {
            files.list(Some(folder), &crate::words::page()).await.unwrap();
        }
    }
}

#[tokio::test]
async fn s22_another_clients_folder_is_not_there_to_move_to() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    for elsewhere in [world.bolt.client_uploads, world.delta.client_uploads, FolderId::from_bits(42)] {
        assert_eq!(kind(files.move_to(world.tax, elsewhere)).await, ErrorKind::NotFound);
        assert_eq!(kind(files.preview_move(world.tax, elsewhere)).await, ErrorKind::NotFound);
        assert_eq!(kind(files.move_to(elsewhere, world.tax)).await, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn a_name_that_is_taken_there_gets_a_number_and_a_move_is_undone_by_another() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.upload(world.acme.id, world.internal, "W2.pdf", "theirs").await.unwrap();
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
    let moved = files.move_to(document, world.internal).await.unwrap();
    assert_eq!(moved.name.as_str(), "w2 (2).pdf");
    assert_eq!(lies_in(&world.owner, world.acme.id, world.internal).await, ["w2 (2).pdf", "W2.pdf"]);
    assert_eq!(lies_in(&world.owner, world.acme.id, world.tax).await, ["Receipts"]);
    let back = files.move_to(document, moved.from).await.unwrap();
    assert_eq!((back.name.as_str(), back.from), ("w2 (2).pdf", world.internal));
    let there = files.move_to(document, world.tax).await.unwrap();
    assert_eq!(there.from, world.tax, "it lies there, and nothing happens");
}

#[tokio::test]
async fn s40_a_move_and_a_revocation_at_once_never_leave_more_than_either_order() {
    // Whichever is about to commit, the other comes first: what Ana was to gain is what she has then, or nothing.
    let race = Race::new().await;
    let (world, acme) = (race.world.clone(), race.world.acme.id);
    let shown = race.staff.preview_move(world.internal, world.tax).await.unwrap().effects.gains;
    let files = world.owner.files(acme);
    let ana = world.ana.audience();
    let (tax, internal) = (world.tax, world.internal);
    race.meanwhile.happens(async move { files.revoke(tax, ana).await.unwrap() });
    race.staff.move_to(internal, tax).giving(shown).await.unwrap();
    assert!(race.meanwhile.took_place());
    assert!(!sees(&race.ana, internal).await && !sees(&race.ana, tax).await);

    let race = Race::new().await;
    let (files, internal) = (race.world.owner.files(acme), race.world.internal);
    let (tax, ana) = (race.world.tax, race.world.ana.audience());
    let shown = race.staff.preview_move(internal, tax).await.unwrap().effects.gains;
    race.meanwhile.happens(async move { drop(files.move_to(internal, tax).giving(shown).await.unwrap()) });
    race.staff.revoke(tax, ana).await.unwrap();
    assert!(race.meanwhile.took_place());
    assert!(!sees(&race.ana, internal).await && !sees(&race.ana, tax).await);
}

#[tokio::test]
async fn s40_what_is_shared_while_a_move_commits_is_asked_about_anew() {
    for before in [Access::View, Access::ViewAndUpload] {
        let race = Race::new().await;
        let (files, tax, ben) = (race.world.owner.files(race.world.acme.id), race.world.tax, race.world.ben.audience());
        let shown = race.staff.preview_move(race.world.internal, tax).await.unwrap().effects.gains;
        race.meanwhile.happens(async move { drop(files.share(tax, ben, before).await.unwrap()) });
        let refused = gains(error(race.staff.move_to(race.world.internal, tax).giving(shown)).await);
        assert!(race.meanwhile.took_place());
        assert!(refused.contains(&change(ben, None, Some(before))), "{refused:?}");
        assert!(!sees(&race.ana, race.world.internal).await);
    }
}

#[tokio::test]
async fn s40_an_upload_into_what_is_moved_away_does_not_go_through() {
    let race = Race::new().await;
    let (world, files) = (race.world.clone(), race.world.owner.files(race.world.acme.id));
    let (receipts, internal) = (world.receipts, world.internal);
    race.meanwhile.happens(async move { drop(files.move_to(receipts, internal).await.unwrap()) });
    assert_eq!(kind(race.ana.files().upload(receipts, called("w2.pdf"), "w2")).await, ErrorKind::NotFound);
    assert!(race.meanwhile.took_place());
    assert_eq!(lies_in(&world.owner, world.acme.id, receipts).await, [""; 0]);
}

#[tokio::test]
async fn what_was_moved_is_mailed_to_nobody_who_would_not_have_heard_of_it_before() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    world.share(world.receipts, &world.ben, Access::View).await.unwrap();
    let draft = files.upload(world.internal, called("draft.pdf"), "bytes").await.unwrap().document;
    let notice = files.upload(world.tax, called("notice.pdf"), "bytes").await.unwrap().document;
    let moved = async |node: NodeId, into| {
        let shown = files.preview_move(node, into).await.unwrap();
        files.move_to(node, into).giving(shown.effects.gains).await.unwrap()
    };
    // Before the worker works out who is to be told.
    moved(draft.into(), world.receipts).await;
    moved(notice.into(), world.receipts).await;
    world.let_pass(std::time::Duration::from_secs(3600)).await.unwrap();
    let to = |person: &portal_core::testing::Person| world.mailer.delivered_to(&person.email);
    assert_eq!(to(&world.ben).len(), 0, "he was not to hear of either where it was uploaded");
    let anas = to(&world.ana);
    assert_eq!(anas.len(), 1);
    assert!(anas[0].text.contains("notice.pdf") && !anas[0].text.contains("draft.pdf"), "{}", anas[0].text);
    // A mail that waits tells of what its reader sees where it lies when it goes.
    let late = files.upload(world.tax, called("late.pdf"), "bytes").await.unwrap().document;
    world.run_worker().await.unwrap();
    moved(late.into(), world.internal).await;
    world.let_pass(std::time::Duration::from_secs(3600)).await.unwrap();
    assert_eq!(to(&world.ana).len(), 1, "at {}", world.clock.now());
}
