//! What reads and commits cost as a firm grows, counted in steps of SQLite's machine: the page, the depth and the grants;
//! never the firm, nor the client, nor the folder.

mod import;
mod measured;
mod meter;
mod statements;
mod world;

use portal_core::change::Write;
use portal_core::files::{self, Document, DocumentVersion, Place, Removal, Scan};
use portal_core::ports::Store as _;
use portal_core::ports::store::DirectoryReads as _;
use portal_core::record::{Record, Whole};
use portal_core::values::*;

use crate::SqliteStore;
use meter::{Cost, Meter};
use world::*;

/// A document that is put into a folder, and its version.
fn upload(number: u128, folder: FolderId, name: &str) -> Vec<Write<Whole>> {
    let (id, version, name) =
        (DocumentId::from_bits(number), VersionId::from_bits(number), FileName::new(name).unwrap());
    let place = Place {
        client: CLIENT,
        parent: Some(folder),
        name: name.clone(),
        removal: Removal::Live,
        created_by: Actor::Host,
        created_at: NOW,
        hold: None,
    };
    let first = DocumentVersion {
        id: version,
        document: id,
        blob: BlobKey::from_bits(number),
        size_bytes: 1,
        sha256: Digest::ZERO,
        declared_type: None,
        sniffed_type: None,
        scan: Scan::NotScanned,
        uploaded_as: name,
        uploaded_by: Actor::Host,
        uploaded_at: NOW,
    };
    [files::Record::Document(Document { id, place, current: version, opened_at: None }), files::Record::Version(first)]
        .into_iter()
        .map(|record| Write::Create(Record::from(record)))
        .collect()
}

async fn commits(store: &SqliteStore, meter: &mut Meter) {
    let fresh = changes("fresh", upload(2, FLAT, "other.pdf"), vec![]);
    assert!(meter.of("an upload", store.commit(&fresh)).await.unwrap().settled.is_empty());
    let taken = changes("taken", upload(3, FLAT, "scan.pdf"), vec![]);
    assert_eq!(meter.of("an upload of a name that is taken", store.commit(&taken)).await.unwrap().settled.len(), 1);
}

async fn costs(many: u32) -> Vec<Cost> {
    let (store, _folder) = planted(many).await;
    store.firm(FIRM).await.unwrap();
    let mut meter = Meter { steps: store.database.count_steps().await, costs: Vec::new() };
    measured::directory(&store, &mut meter).await;
    measured::sharing(&store, &mut meter).await;
    measured::files(&store, &mut meter).await;
    measured::identity(&store, &mut meter).await;
    measured::history(&store, &mut meter).await;
    measured::outbox(&store, &mut meter).await;
    commits(&store, &mut meter).await;
    meter.costs
}

/// What grows with what it is about, and at most as fast: a list of clients counts the contacts of each; of messages that wait
/// for one address all are looked at to find the first; and an extent counts all that lies below.
const GROWS: [&str; 4] = ["clients", "clients, the newest first", "claiming messages to one", "extent of all"];

#[tokio::test]
async fn what_anything_costs_does_not_grow_with_the_firm() {
    let (few, many) = (costs(200).await, costs(2_000).await);
    let mut faults = Vec::new();
    for (few, many) in few.iter().zip(&many) {
        let most = if GROWS.contains(&few.name) { 10 * few.steps } else { few.steps + few.steps / 4 + 20 };
        if many.steps > most {
            faults.push(format!("{}: {} steps became {}", few.name, few.steps, many.steps));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[tokio::test]
#[ignore = "shows what everything costs; run it with --nocapture"]
async fn what_everything_costs() {
    let all = [costs(1_000).await, costs(10_000).await, costs(100_000).await];
    println!(
        "{:45} {:>10} {:>10} {:>10} steps {:>10} {:>10} {:>10} µs",
        "of", "1k", "10k", "100k", "1k", "10k", "100k"
    );
    for place in 0..all[0].len() {
        let of = all.each_ref().map(|costs| &costs[place]);
        let [a, b, c] = of.map(|cost| cost.steps);
        let [d, e, f] = of.map(|cost| cost.time.as_micros());
        println!("{:45} {a:10} {b:10} {c:10}       {d:10} {e:10} {f:10}", of[0].name);
    }
}

/// Uploads of one name into one folder, each in a commit of its own.
#[tokio::test]
#[ignore = "shows what uploads of one name cost; run it with --nocapture"]
async fn what_ten_thousand_of_one_name_cost() {
    let (store, _folder) = planted(100).await;
    let mut meter = Meter { steps: Default::default(), costs: Vec::new() };
    for number in 1..=10_000 {
        let one = changes(&format!("upload {number}"), upload(number << 32, LEAF, "scan.pdf"), vec![]);
        meter.of("upload", store.commit(&one)).await.unwrap();
    }
    for some in meter.costs.chunks(1_000) {
        let time: std::time::Duration = some.iter().map(|cost| cost.time).sum();
        let statements: u64 = some.iter().map(|cost| cost.statements).sum();
        println!("1000 more: {time:?}, {statements} statements");
    }
}
