//! One event told to very many: how long recipients take to be worked out and to be sent to, each, and peak memory.
//!
//! `cargo bench --bench fan_out -- 1 1000 10000 100000` (numbers of recipients; 1,000 and 10,000 unless said otherwise). A member of
//! the team uploads one document into a folder that is shared with all contacts by one grant, or with each of them by one of
//! their own; on SQLite, with a mail server that takes everything and keeps nothing. Each measurement runs in a process of its own, so
//! that its peak memory is its own. What grows with the number of recipients is a fault.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    missing_docs,
    reason = "it measures real time, and a measurement that cannot be made ends the program"
)]

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use portal_core::change::Write;
use portal_core::directory::{self, Contact, ContactDetails, NewClient, NewFirm, NewMember, PortalAccess};
use portal_core::event::Keyspace;
use portal_core::memory::{FixedLinks, MemoryBlobs};
use portal_core::ports::store::{Changes, Outbox as _};
use portal_core::ports::{Mail, Mailer, MailerError, Store};
use portal_core::record::Record;
use portal_core::sharing::{self, Access, Audience, Grant};
use portal_core::testing::VirtualClock;
use portal_core::values::*;
use portal_core::{Portal, WorkReport};
use portal_sqlx::SqliteStore;

/// How many records are planted by one commit.
const AT_ONCE: usize = 2_000;
const KINDS: [&str; 2] = ["by_one_grant", "by_one_each"];

#[path = "shared/memory.rs"]
mod memory;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if let [kind, recipients] = &arguments[..]
        && KINDS.contains(&kind.as_str())
    {
        return measure(kind, recipients.parse().expect("a number of recipients"));
    }
    let numbers = if arguments.is_empty() { vec!["1000".into(), "10000".into()] } else { arguments };
    let titles = ["recipients", "shared", "commit ms", "expand µs each", "send µs each", "peak memory MB"];
    println!(
        "{:>10} {:>14} {:>10} {:>15} {:>13} {:>15}",
        titles[0], titles[1], titles[2], titles[3], titles[4], titles[5]
    );
    for number in numbers {
        for kind in KINDS {
            let program = std::env::current_exe().expect("this program");
            let status = Command::new(program).args([kind, &number]).status();
            assert!(status.expect("a process").success(), "measuring {number} recipients failed");
        }
    }
}

/// Takes every mail and keeps none.
#[derive(Clone, Default)]
struct Counting(Arc<AtomicUsize>);

#[async_trait]
impl Mailer for Counting {
    async fn send(&self, _: &Mail) -> Result<(), MailerError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

#[tokio::main]
async fn measure(kind: &str, recipients: usize) {
    let shared_memory = std::path::Path::new("/dev/shm");
    let folder = if shared_memory.is_dir() { tempfile::tempdir_in(shared_memory) } else { tempfile::tempdir() };
    let folder = folder.expect("a folder");
    let store = SqliteStore::open(folder.path().join("portal.sqlite3")).await.expect("a database");
    store.migrate().await.expect("tables");
    let (clock, mailer) = (VirtualClock::new(), Counting::default());
    let portal = Portal::builder()
        .store(store.clone())
        .blobs(MemoryBlobs::new())
        .mailer(mailer.clone())
        .links(FixedLinks::new("https://portal.miller.test").expect("a base"))
        .sender(address("portal@miller.test"))
        .clock(clock.clone())
        .unencrypted(LinkKey::new([7; 32]))
        .build()
        .expect("a portal");
    let olga = NewMember::new(name("Olga"), address("olga@miller.test"));
    let firm = portal.host().firms().add(NewFirm::new(name("Miller"), olga)).await.expect("a firm");
    let staff = portal.staff(firm.firm, firm.owner).await.expect("staff");
    let acme = staff.clients().add(NewClient::new(name("Acme"))).await.expect("a client");
    let files = staff.files(acme.id);
    let shared = files.add_folder(acme.root, FileName::new("2025 Tax").expect("a name")).await.expect("a folder");
    if kind == KINDS[0] {
        files.share(shared, Audience::AllContacts, Access::View).await.expect("a share");
    }
    for first in (0..recipients).step_by(AT_ONCE) {
        let people = first..recipients.min(first + AT_ONCE);
        let grant = (kind == KINDS[1]).then_some(shared);
        plant(&store, firm.firm, acme.id, people, grant).await;
    }
    work(&portal).await;

    let began = Instant::now();
    files.upload(shared, FileName::new("return.pdf").expect("a name"), "bytes").await.expect("an upload");
    let commit = began.elapsed();
    assert_eq!(store.backlog().await.expect("a backlog").events, 1, "however many will hear of it");

    let began = Instant::now();
    let expanded = work(&portal).await;
    let expand = began.elapsed();
    assert_eq!((expanded.recipients, mailer.0.load(Ordering::Relaxed)), (recipients, 0));

    clock.advance(Duration::from_secs(60 * 60));
    let began = Instant::now();
    work(&portal).await;
    let send = began.elapsed();
    assert_eq!(mailer.0.load(Ordering::Relaxed), recipients);
    let each = |time: Duration| time.as_secs_f64() * 1e6 / recipients as f64;
    println!(
        "{recipients:>10} {kind:>14} {:>10.1} {:>15.0} {:>13.0} {:>15.1}",
        commit.as_secs_f64() * 1e3,
        each(expand),
        each(send),
        memory::peak_megabytes()
    );
}

async fn work(portal: &Portal) -> WorkReport {
    let mut whole = WorkReport::default();
    loop {
        let report = portal.worker().run_due().await.expect("the worker");
        whole.recipients += report.recipients;
        if !report.more {
            return whole;
        }
    }
}

/// Contacts who may enter, each with a grant on the folder where there is one.
async fn plant(
    store: &SqliteStore,
    firm: FirmId,
    client: ClientId,
    people: std::ops::Range<usize>,
    granted: Option<FolderId>,
) {
    let at = Timestamp::from_micros(1_600_000_000_000_000);
    let record = |number: usize| {
        let contact = ContactId::from_bits(1_000_000 + number as u128);
        let email = Some(address(&format!("contact-{number}@acme.test")));
        let person = Contact {
            id: contact,
            client,
            external_id: None,
            name: name("Ana"),
            email,
            details: ContactDetails::default(),
            created_at: at,
            removed_at: None,
        };
        let access = PortalAccess { contact, allowed: true, last_signed_in_at: None };
        let grant = granted.map(|folder| Grant {
            id: GrantId::from_bits(number as u128),
            client,
            node: folder.into(),
            audience: Audience::Contact(contact),
            access: Access::View,
            until: None,
            alerts: true,
            created_by: Actor::Host,
            created_at: at,
        });
        let records: [Record; 2] =
            [directory::Record::Contact(person).into(), directory::Record::PortalAccess(access).into()];
        records.into_iter().chain(grant.map(|grant| sharing::Record::Grant(grant).into()))
    };
    let command = portal_core::ports::store::Command {
        keyspace: Keyspace::Firm(firm),
        actor: Actor::Host,
        id: format!("plant {}", people.start),
        input: Digest::ZERO,
        run: 1,
    };
    let writes = people.flat_map(record).map(Write::Create).collect();
    let changes = Changes { command, at, writes, events: Vec::new(), made: Vec::new() };
    store.commit(&changes).await.expect("planting");
}

fn name(text: &str) -> DisplayName {
    DisplayName::new(text).expect("a name")
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).expect("an address")
}
