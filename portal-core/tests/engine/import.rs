//! The host's lists, brought in: once, again, broken off, and looked at before.

use std::time::Duration;

use portal_core::directory::{ImportRow, RowOutcome, RowRefusal};
use portal_core::ports::store::ClientQuery;
use portal_core::testing::World;
use portal_core::values::{ClientRef, PageRequest};
use portal_core::{ErrorKind, ImportReport, Operation};

use crate::words::{client_row, contact_row, directory_refuses, email, external, kind, page};

use RowOutcome::{Created, Refused, Unchanged, Updated};

/// Clients and their contacts, so many of each, contacts first.
fn list(many: usize) -> Vec<ImportRow> {
    let contacts =
        (0..many).map(|it| contact_row(&format!("k{it}"), &format!("c{it}"), "Ann", &format!("ann{it}@host.test")));
    let clients = (0..many).map(|it| client_row(&format!("c{it}"), &format!("Client {it}")));
    contacts.chain(clients).collect()
}

async fn events(world: &World) -> usize {
    let all = PageRequest::first(PageRequest::MAX_LIMIT);
    let mut events = 0;
    for row in world.owner.clients().list(&ClientQuery::default(), &all).await.unwrap().items {
        events += world.owner.activity(row.client.id, &all).await.unwrap().items.len();
    }
    events
}

#[tokio::test]
async fn a_list_is_brought_in_and_the_same_list_again_writes_nothing() {
    let world = World::new().await.unwrap();
    let sync = world.portal.host().sync(world.firm);
    let before =
        world.owner.clients().list(&ClientQuery::default(), &PageRequest::first(1_000)).await.unwrap().items.len();
    let report = sync.rows(list(120)).await.unwrap();
    assert_eq!(report.rows, vec![Created; 240]);
    let all = PageRequest::first(PageRequest::MAX_LIMIT);
    assert_eq!(world.owner.clients().list(&ClientQuery::default(), &all).await.unwrap().items.len(), before + 120);
    let noted = events(&world).await;
    assert_eq!(sync.rows(list(120)).await.unwrap().rows, vec![Unchanged; 240]);
    assert_eq!(events(&world).await, noted, "nothing is noted of what is as it was");

    let found = world.owner.clients().find(ClientRef::External(external("c7"))).await.unwrap();
    let listing = world.owner.files(found.id).list(None, &page()).await.unwrap();
    assert_eq!(listing.entries.items[0].name.as_str(), "Client Uploads", "folders come with it as with any other");
    let contacts = world.owner.contacts(found.id).list(&page()).await.unwrap().items;
    assert_eq!((contacts.len(), contacts[0].contact.email.clone()), (1, Some(email("ann7@host.test"))));
}

#[tokio::test]
async fn what_a_row_says_otherwise_is_changed_and_what_it_leaves_out_stays() {
    let world = World::new().await.unwrap();
    let sync = world.portal.host().sync(world.firm);
    sync.rows(list(1)).await.unwrap();
    let rows = [client_row("c0", "Oak Ltd"), contact_row("k0", "c0", "Ann", "")];
    assert_eq!(sync.rows(rows).await.unwrap().rows, [Updated, Unchanged]);
    let oak = world.owner.clients().find(ClientRef::External(external("c0"))).await.unwrap();
    assert_eq!(oak.name.as_str(), "Oak Ltd");
    let ann = world.owner.contacts(oak.id).list(&page()).await.unwrap().items.remove(0).contact;
    assert_eq!(ann.email, Some(email("ann0@host.test")));
}

#[tokio::test]
async fn a_row_that_does_not_fit_is_refused_with_its_reason_and_holds_up_no_other() {
    let world = World::new().await.unwrap();
    let sync = world.portal.host().sync(world.firm);
    sync.rows(list(2)).await.unwrap();
    let removed = world.owner.clients().find(ClientRef::External(external("c1"))).await.unwrap().id;
    let ann = world.owner.contacts(removed).list(&page()).await.unwrap().items.remove(0).contact.id;
    world.owner.contacts(removed).remove(ann).await.unwrap();
    let rows = vec![
        contact_row("k0", "c1", "Ann", ""),
        contact_row("k1", "c1", "Ann", ""),
        contact_row("k7", "nowhere", "Bob", ""),
        client_row("c8", "Oak"),
        client_row("c8", "Elm"),
        contact_row("k8", "c8", "Cas", "cas@host.test"),
        contact_row("k0", "c8", "Ann", ""),
    ];
    let expected = [
        Refused(RowRefusal::OtherClient),
        Refused(RowRefusal::ContactRemoved),
        Refused(RowRefusal::UnknownClient),
        Created,
        Refused(RowRefusal::Twice),
        Created,
        Refused(RowRefusal::Twice),
    ];
    let before = events(&world).await;
    assert_eq!(sync.preview(rows.clone()).await.unwrap().rows, expected, "looked at before");
    assert_eq!(world.owner.clients().preview_import(rows.clone()).await.unwrap().rows, expected);
    assert_eq!(events(&world).await, before, "looking writes nothing");
    assert_eq!(kind(world.owner.clients().find(ClientRef::External(external("c8")))).await, ErrorKind::NotFound);
    let report = sync.rows(rows).await.unwrap();
    assert_eq!(report.rows, expected);
    assert_eq!((report.count(|it| it == Created), report.refused().count()), (2, 5));
    let oak = world.owner.clients().find(ClientRef::External(external("c8"))).await.unwrap();
    assert_eq!(oak.name.as_str(), "Oak", "the first of two rows holds");
}

#[tokio::test]
async fn nobody_is_mailed_about_an_import() {
    let world = World::new().await.unwrap();
    world.let_pass(Duration::from_secs(24 * 60 * 60)).await.unwrap();
    let before = world.mailer.sent().len();
    world.owner.clients().import(list(60)).await.unwrap();
    world.let_pass(Duration::from_secs(24 * 60 * 60)).await.unwrap();
    assert_eq!(world.mailer.sent().len(), before);
    // They are let in all the same, once something is shared with them, as with any other.
    let (client, firm) =
        (world.owner.clients().find(ClientRef::External(external("c5"))).await.unwrap().id, world.firm);
    let ann = world.owner.contacts(client).list(&page()).await.unwrap().items.remove(0).contact.id;
    assert_eq!(world.ports.store.reaching(ann).await.unwrap()[0].firm, firm);
}

#[tokio::test]
async fn an_import_that_broke_off_goes_on_when_it_is_run_again_and_tells_under_its_key_what_it_told() {
    let world = World::new().await.unwrap();
    let import = world.owner.clients();
    let half: Vec<ImportRow> = list(75).into_iter().skip(75).take(50).collect();
    import.import(half).await.unwrap();
    let outcomes = |report: &ImportReport| (report.count(|it| it == Created), report.count(|it| it == Unchanged));
    let whole = import.import(list(75)).command("sync 1").await.unwrap();
    assert_eq!(outcomes(&whole), (100, 50));
    let again = import.import(list(75)).command("sync 1").await.unwrap();
    assert_eq!(again, whole, "the same command answers the same");
    assert_eq!(outcomes(&import.import(list(75)).command("sync 2").await.unwrap()), (0, 150));
    let other = import.import(list(74)).command("sync 1");
    assert_eq!(kind(other).await, ErrorKind::CommandReused);
    // What was changed since is not written by a key that is used up, and said so.
    let c3 = world.owner.clients().find(ClientRef::External(external("c3"))).await.unwrap().id;
    world.owner.contacts(c3).list(&page()).await.unwrap();
    let one = || import.import([client_row("c3", "Client 3")]).command("sync 3");
    assert_eq!(one().await.unwrap().rows, [Unchanged]);
    world.owner.clients().rename(c3, crate::words::person("Other")).await.unwrap();
    assert_eq!(one().await.unwrap().rows, [Refused(RowRefusal::ChangedSince)]);
}

#[tokio::test]
async fn too_long_a_list_is_refused_before_anything_is_written() {
    let world = World::new().await.unwrap();
    let rows = vec![client_row("c0", "Oak"); 100_001];
    let refusal = directory_refuses(world.owner.clients().import(rows)).await;
    assert_eq!(refusal, portal_core::directory::DirectoryRefusal::TooManyRows { max: 100_000 });
    assert_eq!(kind(world.owner.clients().find(ClientRef::External(external("c0")))).await, ErrorKind::NotFound);
    assert_eq!(Operation::Import.right(), portal_core::Right::Administrator);
}
