//! "Done uploading": the team is told now, of everything, once.

use std::time::Duration;

use portal_core::files::FilesRefusal;
use portal_core::ports::store::DeliveryQuery;
use portal_core::sharing::Access;
use portal_core::testing::World;

use crate::words::{email, files_refuse, page, upload};

#[tokio::test]
async fn who_says_that_they_are_done_has_the_team_told_now_of_everything_and_once() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (into, mia) = (world.acme.client_uploads, email("mia@miller.test"));
    let told = || world.mailer.delivered_to(&mia).len();
    for name in ["w2.pdf", "1099.pdf"] {
        upload(&ana, into, name).await.unwrap();
    }
    world.run_worker().await.unwrap();
    assert_eq!(told(), 0, "it waits for more");
    ana.files().done_uploading(into).command("done").await.unwrap();
    world.run_worker().await.unwrap();
    let mail = world.mailer.last_to(&mia).unwrap();
    assert!(told() == 1 && mail.text.contains("w2.pdf") && mail.text.contains("1099.pdf"), "{}", mail.text);
    ana.files().done_uploading(into).command("done").await.unwrap();
    world.let_pass(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(told(), 1);
    // What comes later waits as always.
    upload(&ana, into, "k1.pdf").await.unwrap();
    world.run_worker().await.unwrap();
    assert_eq!(told(), 1);
    world.let_pass(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(told(), 2);
}

#[tokio::test]
async fn being_done_with_nothing_sends_nothing_and_stands_in_no_ledger() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let ledger = async || {
        let about = DeliveryQuery { client: Some(world.acme.id), ..DeliveryQuery::default() };
        world.owner.deliveries().list(&about, &page()).await.unwrap().items.len()
    };
    let before = ledger().await;
    ana.files().done_uploading(world.acme.client_uploads).await.unwrap();
    world.let_pass(Duration::from_secs(3600)).await.unwrap();
    assert_eq!(ledger().await, before);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    assert_eq!(files_refuse(ana.files().done_uploading(world.tax)).await, FilesRefusal::ViewOnly);
}
