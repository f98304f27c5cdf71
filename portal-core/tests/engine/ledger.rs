//! What happened and what was mailed, told with what things are called now.

use portal_core::ports::store::DeliveryQuery;
use portal_core::sharing::Access;
use portal_core::testing::World;
use portal_core::values::NodeId;
use portal_core::{ActivityRow, MailSubject};

use crate::words::{called, page, upload};

async fn subjects(world: &World) -> Vec<MailSubject> {
    let ledger = world.owner.deliveries();
    let messages = ledger.list(&DeliveryQuery::default(), &page()).await.unwrap().items;
    ledger.subjects(&messages).await.unwrap()
}

#[tokio::test]
async fn what_happened_is_told_with_the_name_that_a_thing_has_now_and_with_none_once_it_is_gone_for_good() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let first = world.upload(world.acme.id, world.tax, "w2.pdf", "1").await.unwrap();
    let second = world.upload(world.acme.id, world.tax, "w2.pdf", "2").await.unwrap();
    files.rename(first, called("W-2.pdf")).await.unwrap();
    let now_called = async |node: NodeId| {
        let rows: Vec<ActivityRow> = world.owner.activity(world.acme.id, &page()).await.unwrap().items;
        let about: Vec<ActivityRow> = rows.into_iter().filter(|row| row.happened.event.node() == Some(node)).collect();
        assert!(!about.is_empty());
        let names: Vec<Option<String>> =
            about.into_iter().map(|row| row.node_name.map(|name| name.to_string())).collect();
        assert!(names.windows(2).all(|pair| pair[0] == pair[1]), "{names:?}");
        names[0].clone()
    };
    assert_eq!(now_called(first.into()).await.as_deref(), Some("W-2.pdf"));
    assert_eq!(now_called(second.into()).await.as_deref(), Some("w2 (2).pdf"), "as it was settled");
    assert_eq!(now_called(world.tax.into()).await.as_deref(), Some("2025 Tax"));
    files.trash(second).await.unwrap();
    assert_eq!(now_called(second.into()).await.as_deref(), Some("w2 (2).pdf"), "the trash holds it still");
    files.purge(second).await.unwrap();
    assert_eq!(now_called(second.into()).await, None);
}

#[tokio::test]
async fn the_ledger_says_what_a_message_speaks_of_also_once_it_was_sent_again() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    files.share(world.tax, world.ana.audience(), Access::View).notify().await.unwrap();
    world.run_worker().await.unwrap();
    let tax = Some((NodeId::from(world.tax), called("2025 Tax")));
    let of_tax = MailSubject { folder: None, first: tax, count: 1 };
    assert_eq!(subjects(&world).await, std::slice::from_ref(&of_tax));

    let ana = world.sign_in(&world.ana).await.unwrap();
    for name in ["a.pdf", "b.pdf"] {
        upload(&ana, world.acme.client_uploads, name).await.unwrap();
    }
    world.run_worker().await.unwrap();
    let told = subjects(&world).await;
    assert_eq!(told.len(), 2);
    let uploads = &told[0];
    let folder = uploads.folder.as_ref().map(|(folder, name)| (*folder, name.as_str()));
    assert_eq!(folder, Some((world.acme.client_uploads, "Client Uploads")));
    assert_eq!(uploads.first.as_ref().map(|(_, name)| name.as_str()), Some("a.pdf"));
    assert_eq!(uploads.count, 2);

    let ledger = world.owner.deliveries();
    let messages = ledger.list(&DeliveryQuery::default(), &page()).await.unwrap().items;
    ledger.resend(messages[1].id).await.unwrap();
    world.run_worker().await.unwrap();
    let again = ledger.list(&DeliveryQuery::default(), &page()).await.unwrap().items[0].id;
    ledger.resend(again).await.unwrap();
    world.run_worker().await.unwrap();
    let told = subjects(&world).await;
    assert_eq!(told.len(), 4);
    assert_eq!(told[..2], [of_tax.clone(), of_tax.clone()]);

    files.trash(world.tax).await.unwrap();
    files.purge(world.tax).await.unwrap();
    assert_eq!(subjects(&world).await[0], MailSubject { folder: None, first: None, count: 1 });
}

#[tokio::test]
async fn l33_the_ledger_of_another_firm_names_nothing_of_this_one() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    files.share(world.tax, world.ana.audience(), Access::View).notify().await.unwrap();
    world.run_worker().await.unwrap();
    let messages = world.owner.deliveries().list(&DeliveryQuery::default(), &page()).await.unwrap().items;
    let told = world.other_owner.deliveries().subjects(&messages).await.unwrap();
    assert_eq!(told, [MailSubject { count: 1, ..MailSubject::default() }]);
}
