//! How many statements a commit or a read takes: as many for fifty rows as for one.

use std::time::Duration;

use portal_core::change::{Version, Write};
use portal_core::event::Lane;
use portal_core::files::{self, Document, Place, Removal};
use portal_core::identity::LimitKind;
use portal_core::notifications::{Batch, MailKind, NewMessage, Recipient};
use portal_core::ports::Store as _;
use portal_core::ports::store::*;
use portal_core::record::{Record, Whole};
use portal_core::values::*;

use super::upload;
use super::world::{CLIENT, FIRM, LEAF, NOW, changes, planted};
use crate::SqliteStore;
use crate::plans::count;

pub(super) async fn statements<T>(doing: impl Future<Output = T>) -> u64 {
    let before = count();
    doing.await;
    count() - before
}

async fn store() -> (SqliteStore, tempfile::TempDir) {
    planted(100).await
}

fn uploaded(number: u128) -> files::Event {
    files::Event::Uploaded {
        client: CLIENT,
        folder: LEAF,
        above: Vec::new(),
        document: DocumentId::from_bits(number),
        version: VersionId::from_bits(number),
        name: Note::new(Salt::from_bytes([1; 16]), "scan.pdf"),
        size_bytes: 1,
        sha256: Digest::ZERO,
        shared: None,
    }
}

/// Uploads of documents called as `name` says, all in one commit.
fn uploads(first: u128, many: u128, name: impl Fn(u128) -> String) -> Changes {
    let numbers = first..first + many;
    let writes = numbers.clone().flat_map(|number| upload(number, LEAF, &name(number))).collect();
    let mut all = changes(&format!("uploads {first}"), writes, numbers.clone().map(|it| uploaded(it).into()).collect());
    all.made = numbers.map(|number| files::Key::Document(DocumentId::from_bits(number)).into()).collect();
    all
}

#[tokio::test]
async fn a_commit_of_fifty_rows_takes_as_many_statements_as_one_of_one() {
    let (store, _folder) = store().await;
    let cost = async |all: Changes| statements(async { store.commit(&all).await.unwrap() }).await;
    let one = cost(uploads(1 << 64, 1, |number| format!("{number}.pdf"))).await;
    let fifty = cost(uploads(2 << 64, 50, |number| format!("{number}.pdf"))).await;
    let five_hundred = cost(uploads(3 << 64, 500, |number| format!("{number}.pdf"))).await;
    assert_eq!(one, fifty);
    assert!(five_hundred < 10 * one, "{one} became {five_hundred}");
}

#[tokio::test]
async fn s31_names_of_one_commit_are_settled_together() {
    let (store, _folder) = store().await;
    let cost = async |all: Changes| statements(async { store.commit(&all).await.unwrap() }).await;
    let apart = cost(uploads(1 << 64, 500, |number| format!("{number}.pdf"))).await;
    let alike = cost(uploads(2 << 64, 500, |_| "scan.pdf".into())).await;
    assert!(alike < apart + 30, "{apart} became {alike}");
}

#[tokio::test]
async fn names_that_are_passed_on_take_one_statement() {
    let (store, _folder) = store().await;
    let named = |number: u128, name: u128| {
        let name = FileName::new(&format!("{name}.pdf")).unwrap();
        let (parent, created_by) = (Some(LEAF), Actor::Host);
        let place =
            Place { client: CLIENT, parent, name, removal: Removal::Live, created_by, created_at: NOW, hold: None };
        let id = DocumentId::from_bits(number);
        Record::from(files::Record::Document(Document {
            id,
            place,
            current: VersionId::from_bits(number),
            opened_at: None,
        }))
    };
    let round = async |first: u128, many: u128| {
        store.commit(&uploads(first, many, |number| format!("{number}.pdf"))).await.unwrap();
        let passed_on = (0..many).map(|it| named(first + it, first + (it + 1) % many));
        let writes: Vec<Write<Whole>> = passed_on.map(|record| Write::Update(Version::FIRST, record)).collect();
        let all = changes(&format!("round {first}"), writes, vec![]);
        statements(async { assert!(store.commit(&all).await.unwrap().settled.is_empty()) }).await
    };
    assert_eq!(round(1 << 64, 2).await, round(2 << 64, 50).await);
}

#[tokio::test]
async fn fifty_recipients_are_staged_in_as_many_statements_as_one() {
    let (store, _folder) = store().await;
    let mut lease = Lease { holder: 1, now: NOW, until: NOW + Duration::from_secs(60) };
    let mut stage = async |many: u128, first: u128, batched: bool| {
        lease.holder += 1;
        let claim = store.claim_events(Lane::Ordinary, &lease, 1).await.unwrap().remove(0);
        let new = |number: u128| NewMessage {
            id: MessageId::from_bits((first << 64) + number),
            firm: FIRM,
            to: Recipient::Contact(ContactId::from_bits(number)),
            address: EmailAddress::new(&format!("a{number}@acme.test")).unwrap(),
            kind: MailKind::NewDocuments,
            client: Some(CLIENT),
            folder: Some(LEAF),
            event: claim.happened.id,
            created_at: NOW,
            hastens: false,
            batch: batched.then_some(Batch { quiet: Duration::from_secs(9), longest: Duration::from_secs(9) }),
        };
        let messages: Vec<NewMessage> = (0..many).map(new).collect();
        statements(async { assert!(store.stage(&claim, &messages, &EventProgress::Done).await.unwrap()) }).await
    };
    assert_eq!(stage(1, 1, false).await, stage(50, 2, false).await);
    let first = stage(50, 3, true).await;
    // Now they join those.
    assert_eq!(stage(50, 4, true).await, first);
    assert_eq!(stage(1, 5, true).await, first);
}

#[tokio::test]
async fn fifty_by_id_are_read_in_one_statement() {
    let (store, _folder) = store().await;
    let documents: Vec<DocumentId> = (1..=50).map(|number| DocumentId::from_bits(10_000_000 + number)).collect();
    assert_eq!(statements(store.documents_by_id(FIRM, &documents)).await, 1);
    let limits: Vec<_> = (1..=50).map(|it| (AddressKey::from_bits(it), LimitKind::TypedFailures)).collect();
    assert_eq!(statements(store.limits(&limits)).await, 1);
    let people: Vec<Actor> = (1..=50).map(|number| Actor::Contact(ContactId::from_bits(number))).collect();
    assert_eq!(statements(store.names(FIRM, &people)).await, 1);
    let (folders, contacts) = ((0..50).map(|number| FolderId::from_bits(1_000_100 + number).into()), 1..50);
    let (folders, contacts): (Vec<NodeId>, Vec<_>) = (folders.collect(), contacts.map(ContactId::from_bits).collect());
    assert_eq!(statements(store.ancestries(FIRM, &folders, &contacts)).await, 1);
    let ids: Vec<ExternalId> = (1..=50).map(|number| ExternalId::new(format!("x_{number}")).unwrap()).collect();
    assert_eq!(statements(store.clients_by_external_ids(FIRM, &ids)).await, 1);
    assert_eq!(statements(store.contacts_by_external_ids(FIRM, &ids)).await, 1);
    let page = PageRequest::first(50);
    assert_eq!(statements(store.children(FIRM, LEAF, ListOrder::Name, &page)).await, 1);
    assert_eq!(statements(store.trash(FIRM, CLIENT, &page)).await, 1);
}
