//! What happens when the file is full, foreign, not migrated, or altered by hand.

use std::time::Duration;

use portal_core::audit::{ChainError, ChainKey, Link, verify};
use portal_core::change::Write;
use portal_core::directory::{self, Client, Event};
use portal_core::event::Keyspace;
use portal_core::ports::Store as _;
use portal_core::ports::store::{AuditReads as _, Changes, Command, CommitError, DirectoryReads as _, StoreError};
use portal_core::record::Record;
use portal_core::values::{Actor, ClientId, Digest, DisplayName, FirmId, FolderId, Note, PageRequest, Salt, Timestamp};

use crate::{OpenError, SqliteStore};

const FIRM: FirmId = FirmId::from_bits(1);
const CLIENT: ClientId = ClientId::from_bits(2);

async fn fresh() -> (SqliteStore, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
    store.migrate().await.unwrap();
    (store, folder)
}

fn add_client(number: u128, name: &str) -> Changes {
    let id = ClientId::from_bits(number);
    let at = Timestamp::from_micros(1);
    let command = Command {
        keyspace: Keyspace::Firm(FIRM),
        actor: Actor::Host,
        id: format!("add {number}"),
        input: Digest::ZERO,
        run: 1,
    };
    let client = Client {
        id,
        external_id: None,
        name: DisplayName::new(name).unwrap(),
        root: FolderId::from_bits(number),
        created_at: at,
    };
    let event = Event::ClientAdded { client: id, name: Note::new(Salt::from_bytes([7; 16]), name) };
    Changes {
        command,
        at,
        writes: vec![Write::Create(Record::from(directory::Record::Client(client)))],
        events: vec![event.into()],
        made: Vec::new(),
    }
}

async fn by_hand(store: &SqliteStore, sql: &'static str) {
    let mut transaction = store.database.begin().await.unwrap();
    sqlx::raw_sql(sql).execute(transaction.connection().unwrap()).await.unwrap();
    transaction.end(Ok::<_, StoreError>(())).await.unwrap();
}

#[tokio::test]
async fn a_full_disk_stores_nothing_and_loses_nothing() {
    let (store, _folder) = fresh().await;
    store.commit(&add_client(1, "before")).await.unwrap();
    by_hand(&store, "PRAGMA max_page_count = 1").await;
    let mut full = None;
    // A few may find room on pages that are there.
    for number in 2..5_000 {
        if let Err(error) = store.commit(&add_client(number, &"x".repeat(200))).await {
            full = Some((number, error));
            break;
        }
    }
    let (number, error) = full.unwrap();
    assert!(matches!(error, CommitError::Store(StoreError::Unavailable(_))), "{error}");
    let refused = add_client(number, &"x".repeat(200));
    assert!(store.outcome(&refused.command).await.unwrap().is_none());
    assert!(store.client(FIRM, &ClientId::from_bits(number).into()).await.unwrap().is_none());
    assert!(store.client(FIRM, &ClientId::from_bits(1).into()).await.unwrap().is_some());

    // The connection that met the full disk is not used again; the next one has its own limit, which is none.
    store.commit(&refused).await.unwrap();
}

#[tokio::test]
async fn a_file_that_is_locked_for_long_is_unavailable_and_its_commit_is_not_there() {
    let (store, folder) = fresh().await;
    let other = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
    by_hand(&store, "PRAGMA busy_timeout = 1").await;
    let held = other.database.begin().await.unwrap();
    let error = store.commit(&add_client(1, "Acme")).await.unwrap_err();
    assert!(matches!(error, CommitError::Store(StoreError::Unavailable(_))), "{error}");
    // Reads go on meanwhile.
    assert!(store.client(FIRM, &ClientId::from_bits(1).into()).await.unwrap().is_none());
    drop(held);
    by_hand(&store, "PRAGMA busy_timeout = 5000").await;
    store.commit(&add_client(1, "Acme")).await.unwrap();
}

#[tokio::test]
async fn what_is_no_database_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("letter.txt");
    std::fs::write(&path, "Dear Sir or Madam, ".repeat(1_000)).unwrap();
    assert!(matches!(SqliteStore::open(&path).await, Err(OpenError::Unavailable(_))));
    assert!(matches!(SqliteStore::open(folder.path()).await, Err(OpenError::Unavailable(_))));
    assert!(std::fs::read_to_string(&path).unwrap().starts_with("Dear Sir"));
}

#[tokio::test]
async fn an_address_names_a_file_and_nothing_in_memory() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal.db");
    for prefix in ["sqlite:", "sqlite://"] {
        let store = SqliteStore::connect(&format!("{prefix}{}", path.display())).await.unwrap();
        store.migrate().await.unwrap();
    }
    assert!(path.exists());
    for url in ["sqlite:", "sqlite::memory:", "sqlite://:memory:", "postgres://localhost/x", "portal.db"] {
        assert!(matches!(SqliteStore::connect(url).await, Err(OpenError::Address(_))), "{url}");
    }
}

#[tokio::test]
async fn a_path_is_taken_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["with space.db", "a?mode=memory", "a#b%20c.db", "größe.db"] {
        let store = SqliteStore::open(folder.path().join(name)).await.unwrap();
        store.migrate().await.unwrap();
        assert!(folder.path().join(name).exists(), "{name}");
    }
}

#[tokio::test]
async fn without_its_tables_a_store_says_so_and_tables_of_another_version_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
    let error = store.firm(FIRM).await.unwrap_err();
    assert!(matches!(&error, StoreError::Corrupt { what } if what.contains("no such table")), "{error}");

    store.migrate().await.unwrap();
    store.migrate().await.unwrap();
    by_hand(&store, "UPDATE portal_migrations SET checksum = x'00' WHERE version = 2").await;
    assert!(matches!(store.migrate().await, Err(OpenError::Migration(_))));
}

#[tokio::test]
async fn the_tables_of_a_host_in_the_same_file_are_not_touched() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("practice.db")).await.unwrap();
    by_hand(
        &store,
        "CREATE TABLE clients (id); CREATE TABLE _sqlx_migrations (id); CREATE INDEX grants ON clients (id)",
    )
    .await;
    store.migrate().await.unwrap();
    store.commit(&add_client(1, "Acme")).await.unwrap();
    let tables =
        "SELECT name FROM sqlite_master WHERE name NOT LIKE 'portal%' AND name NOT LIKE 'sqlite%' ORDER BY name";
    let names = store.database.rows(tables, &[]).await.unwrap();
    let names: Vec<&str> = names.iter().map(|row| row.fields().text().unwrap()).collect();
    assert_eq!(names, ["_sqlx_migrations", "clients", "grants"]);
}

#[tokio::test]
async fn l36_an_erased_text_leaves_the_chain_whole_and_an_edited_event_does_not() {
    let (store, _folder) = fresh().await;
    for (number, name) in [(CLIENT, "Ana Ansel"), (ClientId::from_bits(3), "other")] {
        store.commit(&add_client(portal_core::values::Id::as_u128(number), name)).await.unwrap();
    }
    let text = async || {
        let page = store.activity(FIRM, CLIENT, &PageRequest::default()).await.unwrap();
        page.items[0].event.notes()[0].text().map(str::to_owned)
    };
    let check = async || {
        let links = store.links(Keyspace::Firm(FIRM), ChainKey::Client(CLIENT), 0, 10).await.unwrap();
        verify(links.iter().map(|(link, payloads)| (*link, payloads.iter().map(String::as_str))), None)
    };
    assert_eq!((text().await.as_deref(), check().await), (Some("Ana Ansel"), Ok(1)));
    by_hand(&store, "UPDATE portal_event_notes SET note = 'Mallory' WHERE note = 'Ana Ansel'").await;
    assert_eq!((text().await, check().await), (None, Ok(1)));
    by_hand(&store, "DELETE FROM portal_event_notes").await;
    assert_eq!((text().await, check().await), (None, Ok(1)));

    by_hand(&store, "UPDATE portal_events SET payload = replace(payload, 'client_added', 'client_renamed')").await;
    assert_eq!(check().await, Err(ChainError::Events { sequence: 1 }));
}

/// A store in which a client was added and renamed twice: three links, the head of the last as an anchor, and a check.
struct Chained {
    store: SqliteStore,
    anchor: (u64, Digest),
    _folder: tempfile::TempDir,
}

impl Chained {
    async fn new() -> Self {
        let (store, folder) = fresh().await;
        store.commit(&add_client(portal_core::values::Id::as_u128(CLIENT), "Acme")).await.unwrap();
        for number in 1..=2 {
            store.commit(&rename(number)).await.unwrap();
        }
        let mut chained = Self { store, anchor: (3, Digest::ZERO), _folder: folder };
        chained.anchor.1 = chained.links().await.last().unwrap().0.head;
        chained
    }

    async fn links(&self) -> Vec<(Link, Vec<String>)> {
        self.store.links(Keyspace::Firm(FIRM), ChainKey::Client(CLIENT), 0, 10).await.unwrap()
    }

    /// What the chain proves by itself, and held against the anchor.
    async fn checked(&self) -> [Result<u64, ChainError>; 2] {
        let links = self.links().await;
        let verified =
            |anchor| verify(links.iter().map(|(link, texts)| (*link, texts.iter().map(String::as_str))), anchor);
        [verified(None), verified(Some(self.anchor))]
    }
}

/// Renames the client, in words of its own, as far as the chain is concerned.
fn rename(number: u8) -> Changes {
    let name = Note::new(Salt::from_bytes([number; 16]), format!("Acme {number}"));
    let event = Event::ClientRenamed { client: CLIENT, name };
    let renamed = add_client(1000 + u128::from(number), "Acme");
    Changes { writes: Vec::new(), events: vec![event.into()], ..renamed }
}

#[tokio::test]
async fn l36_links_that_were_removed_swapped_or_cut_off_by_hand_are_found() {
    let whole = Chained::new().await;
    assert_eq!(whole.checked().await, [Ok(3); 2]);

    by_hand(&whole.store, "DELETE FROM portal_links WHERE sequence = 3").await;
    assert_eq!(whole.checked().await, [Ok(2), Err(ChainError::Tail { anchored: 3, found: 2 })]);
    // The store goes on from where the chain was, so that from then on the gap shows without an anchor, too.
    whole.store.commit(&rename(3)).await.unwrap();
    assert_eq!(whole.checked().await, [Err(ChainError::Sequence { expected: 3 }); 2]);

    let dropped = Chained::new().await;
    by_hand(&dropped.store, "DELETE FROM portal_links WHERE sequence = 2").await;
    assert_eq!(dropped.checked().await, [Err(ChainError::Sequence { expected: 2 }); 2]);

    let swapped = Chained::new().await;
    let swap = "UPDATE portal_links SET sequence = 5 - sequence + 100 WHERE sequence > 1; \
         UPDATE portal_links SET sequence = sequence - 100 WHERE sequence > 100";
    by_hand(&swapped.store, swap).await;
    assert_eq!(
        swapped.checked().await,
        [Err(ChainError::Events { sequence: 2 }); 2],
        "their events are where they were"
    );
    by_hand(&swapped.store, "UPDATE portal_events SET link_sequence = 5 - link_sequence WHERE link_sequence > 1").await;
    assert_eq!(swapped.checked().await, [Err(ChainError::Head { sequence: 2 }); 2]);
}

#[tokio::test]
async fn a_commit_that_waits_for_its_turn_is_not_lost_when_nobody_waits_for_it() {
    let (store, _folder) = fresh().await;
    let held = store.database.begin().await.unwrap();
    let asked = add_client(1, "Acme");
    {
        // Polled once, so that it is under way, and dropped.
        let mut commit = std::pin::pin!(store.commit(&asked));
        let waits = std::future::poll_fn(|context| std::task::Poll::Ready(commit.as_mut().poll(context).is_pending()));
        assert!(waits.await);
    }
    drop(held);
    // The writers take turns: once this one had its own, the one before had.
    tokio::time::timeout(Duration::from_secs(60), store.commit(&add_client(2, "other"))).await.unwrap().unwrap();
    assert!(store.client(FIRM, &ClientId::from_bits(1).into()).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_who_open_a_new_file_at_once_get_it() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("portal.db");
        let opening = (0..8).map(|_| {
            let path = path.clone();
            tokio::spawn(async move {
                let store = SqliteStore::open(path).await?;
                store.migrate().await.map(|()| store)
            })
        });
        for opened in opening.collect::<Vec<_>>() {
            opened.await.unwrap().unwrap().close().await;
        }
    }
}
