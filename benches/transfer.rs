//! Upload and download through the handles, into a folder, kept as they come and encrypted: MB/s beside bare SHA-256 of the same bytes,
//! and peak memory.
//!
//! `cargo bench --bench transfer -- 50 5000` (sizes in MB; 50 alone unless said otherwise). Each measurement runs in a process of its
//! own, so that its peak memory is its own. The folder lies on /dev/shm where there is one: this measures us, not a disk.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::disallowed_methods,
    missing_docs,
    reason = "it measures real time, and a measurement that cannot be made ends the program"
)]

use std::process::Command;
use std::time::Instant;

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use portal_core::directory::{NewClient, NewFirm, NewMember};
use portal_core::encryption::MasterKey;
use portal_core::memory::{FixedLinks, MemoryKeyRing, MemoryMailer, MemoryStore};
use portal_core::values::{DisplayName, EmailAddress, FileName, LinkKey, RingKeyId};
use portal_core::{Body, ByteRange, Portal};
use portal_s3::FolderBlobs;
use sha2::{Digest as _, Sha256};

const CHUNK: usize = 256 * 1024;
const MEGABYTE: u64 = 1_000_000;

#[path = "shared/memory.rs"]
mod memory;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    if let [measured, megabytes] = &arguments[..]
        && let Some(kept) = Kept::ALL.into_iter().find(|kept| kept.word() == measured)
    {
        return measure(kept, megabytes.parse().expect("a number of megabytes"));
    }
    let sizes = if arguments.is_empty() { vec!["50".to_owned()] } else { arguments };
    println!(
        "{:>8} {:>10} {:>12} {:>12} {:>12} {:>14}",
        "MB", "kept", "SHA-256 MB/s", "up MB/s", "down MB/s", "peak memory MB"
    );
    for size in sizes {
        for kept in Kept::ALL {
            let program = std::env::current_exe().expect("this program");
            let status = Command::new(program).args([kept.word(), &size]).status();
            assert!(status.expect("a process").success(), "measuring {size} MB failed");
        }
    }
}

/// How bytes are kept.
#[derive(Clone, Copy)]
enum Kept {
    Plain,
    Encrypted,
}

impl Kept {
    const ALL: [Self; 2] = [Self::Plain, Self::Encrypted];

    fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Encrypted => "encrypted",
        }
    }
}

fn chunks(bytes: u64) -> impl Iterator<Item = Bytes> {
    let chunk = Bytes::from((0..CHUNK).map(|index| u8::try_from(index * 31 % 251).unwrap_or(0)).collect::<Vec<u8>>());
    let whole = bytes / CHUNK as u64;
    let rest = chunk.slice(..usize::try_from(bytes % CHUNK as u64).unwrap_or(0));
    std::iter::repeat_n(chunk, usize::try_from(whole).expect("a size")).chain(std::iter::once(rest))
}

#[tokio::main]
async fn measure(kept: Kept, megabytes: u64) {
    let bytes = megabytes * MEGABYTE;
    let rate = |began: Instant| megabytes as f64 / began.elapsed().as_secs_f64();

    let began = Instant::now();
    let mut hasher = Sha256::new();
    chunks(bytes).for_each(|chunk| hasher.update(&chunk));
    std::hint::black_box(hasher.finalize());
    let hashing = rate(began);

    let shared_memory = std::path::Path::new("/dev/shm");
    let folder = if shared_memory.is_dir() { tempfile::tempdir_in(shared_memory) } else { tempfile::tempdir() };
    let folder = folder.expect("a folder");
    let portal = portal(kept, folder.path()).await;
    let olga = NewMember::new(name("Olga"), address("olga@miller.test"));
    let firm = portal.host().firms().add(NewFirm::new(name("Miller"), olga)).await.expect("a firm");
    let staff = portal.staff(firm.firm, firm.owner).await.expect("staff");
    let acme = staff.clients().add(NewClient::new(name("Acme"))).await.expect("a client");
    let files = staff.files(acme.id);

    let began = Instant::now();
    let body = Body::from_stream(stream::iter(chunks(bytes).map(Ok)));
    let receipt = files.upload(acme.root, FileName::new("large.bin").expect("a name"), body).await.expect("an upload");
    let up = rate(began);
    assert_eq!(receipt.size_bytes, bytes);

    let began = Instant::now();
    let mut download = files.download(receipt.document, None, ByteRange::All).await.expect("a download");
    let mut received = 0;
    while let Some(chunk) = download.body.next().await {
        received += chunk.expect("a chunk").len() as u64;
    }
    let down = rate(began);
    assert_eq!(received, bytes);
    println!(
        "{megabytes:>8} {:>10} {hashing:>12.0} {up:>12.0} {down:>12.0} {:>14.1}",
        kept.word(),
        memory::peak_megabytes()
    );
}

async fn portal(kept: Kept, folder: &std::path::Path) -> Portal {
    let link_key = LinkKey::new([7; 32]);
    let builder = match kept {
        Kept::Plain => Portal::builder().unencrypted(link_key),
        Kept::Encrypted => {
            let master = MasterKey::new(RingKeyId::new("bench").expect("an id"), [8; 32]);
            Portal::builder().keys(MemoryKeyRing::new(link_key, master))
        }
    };
    builder
        .store(MemoryStore::new())
        .blobs(FolderBlobs::open(folder).await.expect("a blob folder"))
        .mailer(MemoryMailer::new())
        .links(FixedLinks::new("https://portal.miller.test").expect("a base"))
        .sender(address("portal@miller.test"))
        .build()
        .expect("a portal")
}

fn name(text: &str) -> DisplayName {
    DisplayName::new(text).expect("a name")
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).expect("an address")
}
