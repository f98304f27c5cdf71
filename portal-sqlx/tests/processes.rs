//! One file and several processes: what was answered survives a kill, and what two write at once is neither lost nor torn.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on says so")]

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};

use portal_core::audit::{ChainKey, verify};
use portal_core::change::Write;
use portal_core::event::{Event, Keyspace};
use portal_core::files::{self, Document, DocumentVersion, Place, Removal, Scan};
use portal_core::identity::{Limit, LimitKind, Record as IdentityRecord};
use portal_core::ports::Store as _;
use portal_core::ports::store::{
    AuditReads as _, Changes, Child as Listed, Command, CommitError, FileReads as _, IdentityReads as _,
};
use portal_core::record::{Record, Whole};
use portal_core::values::{
    Actor, AddressKey, BlobKey, ClientId, Digest, DocumentId, FileName, FirmId, FolderId, ListOrder, Note, PageRequest,
    Salt, Timestamp, VersionId,
};
use portal_sqlx::SqliteStore;

const FIRM: FirmId = FirmId::from_bits(1);
const CLIENT: ClientId = ClientId::from_bits(2);
const FOLDER: FolderId = FolderId::from_bits(3);
const SUBJECT: AddressKey = AddressKey::from_bits(4);
const NOW: Timestamp = Timestamp::from_micros(1);

/// Where the other processes find the file, what they do with it, and how they number what they make.
const FILE: &str = "PORTAL_TEST_FILE";
const WORK: &str = "PORTAL_TEST_WORK";
const FIRST: &str = "PORTAL_TEST_FIRST";

/// A process of this very program that does nothing but `work`.
fn process(file: &Path, work: &str, first: u128) -> Child {
    Process::new(std::env::current_exe().unwrap())
        .args(["--exact", "works_on_the_file", "--ignored", "--nocapture", "--test-threads", "1"])
        .env(FILE, file)
        .env(WORK, work)
        .env(FIRST, first.to_string())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()
        .unwrap()
}

/// What the process says it did, as it says it.
fn said(child: &mut Child) -> impl Iterator<Item = u128> + use<> {
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    lines.map_while(Result::ok).filter_map(|line| line.strip_prefix("did ").and_then(|number| number.parse().ok()))
}

fn say(number: u128) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\ndid {number}").unwrap();
    out.flush().unwrap();
}

#[tokio::test]
#[ignore = "the other tests run it in processes of its own"]
async fn works_on_the_file() {
    let Ok(file) = std::env::var(FILE) else { return };
    let first: u128 = std::env::var(FIRST).unwrap().parse().unwrap();
    let store = SqliteStore::open(file).await.unwrap();
    store.migrate().await.unwrap();
    match std::env::var(WORK).unwrap().as_str() {
        "upload for ever" => {
            for number in first.. {
                store.commit(&upload(number)).await.unwrap();
                say(number);
            }
        }
        "upload" => {
            for number in first..first + UPLOADS {
                store.commit(&upload(number)).await.unwrap();
            }
            say(UPLOADS);
        }
        "count" => {
            // Not before the other is there.
            say(0);
            std::io::stdin().lock().read_line(&mut String::new()).unwrap();
            say(count(&store, first).await);
        }
        other => panic!("no such work: {other}"),
    }
}

/// How many documents, and how often, each of two processes writes.
const UPLOADS: u128 = 60;
const COUNTS: u32 = 100;

fn changes(keyspace: Keyspace, id: String, writes: Vec<Write<Whole>>, events: Vec<Event>) -> Changes {
    let command = Command { keyspace, actor: Actor::Host, id, input: Digest::ZERO, run: 1 };
    Changes { command, at: NOW, writes, events, made: Vec::new() }
}

/// A document that wants to be called `scan.pdf` as all the others do, its version, and an event.
fn upload(number: u128) -> Changes {
    let (document, version, name) =
        (DocumentId::from_bits(number), VersionId::from_bits(number), FileName::new("scan.pdf").unwrap());
    let place = Place {
        client: CLIENT,
        parent: Some(FOLDER),
        name: name.clone(),
        removal: Removal::Live,
        created_by: Actor::Host,
        created_at: NOW,
        hold: None,
    };
    let first = DocumentVersion {
        id: version,
        document,
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
    let event = files::Event::Uploaded {
        client: CLIENT,
        folder: FOLDER,
        above: Vec::new(),
        document,
        version,
        name: Note::new(Salt::from_bytes([1; 16]), "scan.pdf"),
        size_bytes: 1,
        sha256: Digest::ZERO,
        shared: None,
    };
    let records = [
        files::Record::Document(Document { id: document, place, current: version, opened_at: None }),
        files::Record::Version(first),
    ];
    let creates = records.into_iter().map(|record| Write::Create(Record::from(record))).collect();
    changes(Keyspace::Firm(FIRM), format!("upload {number}"), creates, vec![event.into()])
}

/// Counts one number up, reading and writing it [`COUNTS`] times; says how often it was told that another was faster.
async fn count(store: &SqliteStore, first: u128) -> u128 {
    let (mut done, mut conflicts) = (0, 0);
    while done < COUNTS {
        let read = store.limits(&[(SUBJECT, LimitKind::TypedFailures)]).await.unwrap().remove(0);
        let counted = |count| Limit { subject: SUBJECT, kind: LimitKind::TypedFailures, count, since: NOW };
        let write = match read {
            None => Write::Create(IdentityRecord::Limit(counted(1)).into()),
            Some(limit) => Write::Update(limit.version, IdentityRecord::Limit(counted(limit.count + 1)).into()),
        };
        let id = format!("count {first} {done} {conflicts}");
        match store.commit(&changes(Keyspace::Address(SUBJECT), id, vec![write], vec![])).await {
            Ok(_) => done += 1,
            Err(CommitError::Conflict(_)) => conflicts += 1,
            Err(other) => panic!("{other}"),
        }
    }
    conflicts
}

/// Checks that every commit in the file is whole, and says which documents there are.
async fn whole(store: &SqliteStore) -> BTreeSet<u128> {
    let (mut names, mut documents, mut request) = (BTreeSet::new(), BTreeSet::new(), PageRequest::first(500));
    loop {
        let page = store.children(FIRM, FOLDER, ListOrder::Name, &request).await.unwrap();
        for child in page.items {
            let Listed::Document(read, _) = child else { panic!("there are documents only") };
            assert_eq!(read.current.document, read.document.id);
            assert!(names.insert(read.document.place.name.folded()), "two are called {}", read.document.place.name);
            documents.insert(portal_core::values::Id::as_u128(read.document.id));
        }
        let Some(next) = page.next else { break };
        request = PageRequest::first(500).after(Some(next));
    }
    let links = store.links(Keyspace::Firm(FIRM), ChainKey::Client(CLIENT), 0, usize::MAX).await.unwrap();
    let linked = links.iter().map(|(link, payloads)| (*link, payloads.iter().map(String::as_str)));
    assert_eq!(verify(linked, None), Ok(documents.len() as u64));
    documents
}

#[tokio::test]
async fn what_was_answered_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let mut first = 1;
    // Again and again on one file: each time the log that the killed one left is taken over.
    for kept in [40, 1, 120] {
        let mut child = process(&file, "upload for ever", first);
        let mut answered = said(&mut child);
        let mut seen: BTreeSet<u128> = answered.by_ref().take(kept).collect();
        child.kill().unwrap();
        seen.extend(answered);
        child.wait().unwrap();

        let store = SqliteStore::open(&file).await.unwrap();
        let there = whole(&store).await;
        let last = seen.last().copied().unwrap();
        assert!((1..=last).all(|number| there.contains(&number)), "{} of {last} are there", there.len());
        // What was not answered may be there, too: the one that was under way.
        let unanswered = there.iter().filter(|number| **number > last).count();
        assert!(unanswered <= 1, "{unanswered} are there that were not answered");
        first = there.last().unwrap() + 1;
        store.close().await;
    }
}

#[tokio::test]
async fn two_processes_that_upload_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    // Both make the tables, too.
    let mut children = [process(&file, "upload", 1), process(&file, "upload", 1_000)];
    for child in &mut children {
        assert_eq!(said(child).collect::<Vec<_>>(), [UPLOADS]);
        assert!(child.wait().unwrap().success());
    }
    let there = whole(&SqliteStore::open(&file).await.unwrap()).await;
    let wanted: BTreeSet<u128> = (1..=UPLOADS).chain(1_000..1_000 + UPLOADS).collect();
    assert_eq!(there, wanted);
}

#[tokio::test]
async fn of_two_processes_that_write_one_record_each_is_told_when_the_other_was_faster() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal.db");
    let mut children = [process(&file, "count", 1), process(&file, "count", 2)];
    let mut reports = children.each_mut().map(said);
    assert_eq!(reports.each_mut().map(Iterator::next), [Some(0); 2]);
    for child in &mut children {
        child.stdin.take().unwrap().write_all(b"\n").unwrap();
    }
    let conflicts: u128 = reports.into_iter().flatten().sum();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    let store = SqliteStore::open(&file).await.unwrap();
    let counted = store.limits(&[(SUBJECT, LimitKind::TypedFailures)]).await.unwrap().remove(0).unwrap();
    assert_eq!((counted.count, counted.version.as_u64()), (2 * COUNTS, u64::from(2 * COUNTS)));
    assert!(conflicts > 0, "the two never met");
}
