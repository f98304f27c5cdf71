//! What it takes to bring in lists: as many statements for a page of rows as for one, and what ten thousand clients take.

use std::sync::Arc;

use portal_core::directory::{ImportRow, ImportedClient, ImportedContact, ImportedDetails};
use portal_core::testing::World;
use portal_core::values::{DisplayName, EmailAddress, ExternalId};
use portal_core::{HostSync, ImportReport};

use super::statements::statements;
use crate::SqliteStore;

fn external(kind: char, number: u32) -> ExternalId {
    ExternalId::new(format!("{kind}{number}")).unwrap()
}

/// Clients of these numbers.
fn clients(numbers: std::ops::Range<u32>, name: &str) -> Vec<ImportRow> {
    let name = DisplayName::new(name).unwrap();
    let row = |number| ImportedClient { external_id: external('c', number), name: name.clone() };
    numbers.map(|number| ImportRow::Client(row(number))).collect()
}

/// A contact of each of these clients.
fn contacts(numbers: std::ops::Range<u32>) -> Vec<ImportRow> {
    let row = |number| ImportedContact {
        external_id: external('k', number),
        client: external('c', number),
        name: DisplayName::new("Ana").unwrap(),
        email: Some(Some(EmailAddress::new(&format!("ana{number}@host.test")).unwrap())),
        details: ImportedDetails::Unsaid,
    };
    numbers.map(|number| ImportRow::Contact(row(number))).collect()
}

async fn sync() -> (HostSync, World, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
    store.migrate().await.unwrap();
    let world = World::builder().store(Arc::new(store)).build().await.unwrap();
    (world.portal.host().sync(world.firm), world, folder)
}

async fn cost(sync: &HostSync, rows: Vec<ImportRow>) -> u64 {
    statements(async { drop(sync.rows(rows).await.unwrap()) }).await
}

#[tokio::test]
async fn a_page_of_rows_takes_as_many_reads_as_one_row() {
    let (sync, _world, _folder) = sync().await;
    let reads = async |rows: Vec<ImportRow>| statements(async { drop(sync.preview(rows).await.unwrap()) }).await;
    assert_eq!(reads(clients(0..1, "Acme")).await, reads(clients(0..50, "Acme")).await);
    let all = [clients(0..50, "Acme"), contacts(0..50)].concat();
    let one = [clients(0..1, "Acme"), contacts(0..1)].concat();
    assert_eq!(reads(one).await, reads(all).await);
}

#[tokio::test]
async fn a_page_of_rows_is_written_in_few_more_statements_than_one_row() {
    let (sync, _world, _folder) = sync().await;
    let (one, fifty) = (cost(&sync, clients(0..1, "Acme")).await, cost(&sync, clients(1..51, "Acme")).await);
    // A client is several records and events, and so many rows go into one statement.
    assert!(fifty < 2 * one, "{one} became {fifty}");
    let (one, fifty) = (cost(&sync, contacts(0..1)).await, cost(&sync, contacts(1..51)).await);
    assert!(fifty < 2 * one, "{one} became {fifty}");
    let (one, fifty) = (cost(&sync, clients(0..1, "Oak")).await, cost(&sync, clients(1..51, "Oak")).await);
    assert!(fifty < 2 * one, "{one} became {fifty}");
}

#[tokio::test]
#[ignore = "shows what ten thousand clients and as many contacts cost; run it with --nocapture"]
async fn what_ten_thousand_clients_cost() {
    let (sync, _world, _folder) = sync().await;
    let rows = || [clients(0..10_000, "Acme"), contacts(0..10_000)].concat();
    for what in ["created", "unchanged"] {
        #[expect(clippy::disallowed_methods, reason = "real time is shown; nothing rests on it")]
        let began = std::time::Instant::now();
        let statements = cost(&sync, rows()).await;
        println!("20,000 rows {what}: {:?}, {statements} statements", began.elapsed());
    }
    #[expect(clippy::disallowed_methods, reason = "real time is shown; nothing rests on it")]
    let began = std::time::Instant::now();
    let ImportReport { rows } = sync.preview(rows()).await.unwrap();
    println!("{} rows looked at: {:?}", rows.len(), began.elapsed());
}
