//! The same random sequences of operations through a portal in memory and one on SQLite, which must not be told apart: equal
//! answers, equal mails, equal chains. Clock and entropy are of one seed, so that even ids and secrets are equal.
//!
//! A sequence that differs prints the command that plays it again. `PORTAL_SEQUENCES` says how many are played.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests may, in what they have in common too")]

mod bugs;
mod carry_out;
mod draw;
mod fitting;
mod known;
mod opening;
mod part_by_part;
mod play;
mod side;
mod tally;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use portal_core::Operation;

use bugs::Bug;
use play::{Difference, play};
use side::{Emptied, Side};
use tally::Tally;

/// So many sequences are played unless it is said otherwise: `scripts/soak` says more.
const SEQUENCES: u64 = 1_000;

fn said(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap())
}

/// A folder in memory, where there is one: a database on a disk waits for the disk.
fn scratch() -> tempfile::TempDir {
    let memory = std::path::Path::new("/dev/shm");
    let folder = tempfile::Builder::new();
    if memory.is_dir() { folder.tempdir_in(memory).or_else(|_| tempfile::tempdir()) } else { tempfile::tempdir() }
        .unwrap()
}

async fn on_memory_and_sqlite(database: &mut Emptied, seed: u64, tally: &Tally, aloud: bool) -> Result<(), Difference> {
    database.empty().await;
    play([&Side::in_memory(seed), &Side::on_sqlite(database, seed)], seed, tally, aloud).await?;
    let dangling = database.store.dangling_references().await.unwrap();
    if dangling.is_empty() { Ok(()) } else { Err(Difference(format!("references point nowhere: {dangling:?}"))) }
}

/// The command that plays one sequence again, aloud.
fn again(seed: u64) -> String {
    format!("PORTAL_SEED={seed} cargo test -p portal --test comparison memory_and_sqlite -- --nocapture")
}

#[test]
fn memory_and_sqlite_are_not_told_apart() {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(cores).enable_all().build().unwrap();
    runtime.block_on(async {
        let (folder, tally) = (Arc::new(scratch()), Arc::new(Tally::new()));
        if let Some(seed) = said("PORTAL_SEED") {
            let mut database = Emptied::open(&folder.path().join("again.db")).await;
            return on_memory_and_sqlite(&mut database, seed, &tally, true)
                .await
                .unwrap_or_else(|it| panic!("{}", it.0));
        }
        let (sequences, next) = (said("PORTAL_SEQUENCES").unwrap_or(SEQUENCES), Arc::new(AtomicU64::new(0)));
        let lanes: Vec<_> = (0..cores * 2)
            .map(|lane| {
                let (folder, tally, next) = (folder.clone(), tally.clone(), next.clone());
                tokio::spawn(async move {
                    let mut database = Emptied::open(&folder.path().join(format!("{lane}.db"))).await;
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= sequences {
                            database.close().await;
                            return Ok(());
                        }
                        if let Err(Difference(what)) = on_memory_and_sqlite(&mut database, seed, &tally, false).await {
                            next.store(sequences, Ordering::Relaxed);
                            return Err(format!("sequence {seed} differs: {what}\nplay it again: {}", again(seed)));
                        }
                    }
                })
            })
            .collect();
        for lane in lanes {
            lane.await.unwrap().unwrap_or_else(|difference| panic!("{difference}"));
        }
        println!("{sequences} sequences\n{tally}");
        let (tried, accepted) = tally.changing();
        assert!(accepted * 100 >= tried * 40, "{accepted} of {tried} were accepted");
        for operation in Operation::ALL.iter().filter(|operation| **operation != Operation::WorkerStep) {
            let ((tried, accepted), wanted) = (tally.of(*operation), sequences / 10);
            assert!(tried >= wanted, "{operation:?} was tried {tried} times, and should be {wanted} times");
            assert!(accepted * 10 >= tried, "{operation:?} was accepted {accepted} of {tried} times");
        }
    });
}

/// So many sequences are enough to notice any planted bug; most take one or two.
const ENOUGH: u64 = 100;

#[tokio::test]
async fn two_portals_in_memory_are_not_told_apart() {
    for seed in 0..ENOUGH {
        let sides = [&Side::in_memory(seed), &Side::in_memory(seed)];
        play(sides, seed, &Tally::new(), false).await.unwrap_or_else(|it| panic!("{seed}: {}", it.0));
    }
}

#[tokio::test]
async fn planted_bugs_are_noticed() {
    for bug in Bug::ALL {
        let mut noticed = None;
        for seed in 0..ENOUGH {
            let sides = [&Side::in_memory(seed), &Side::on(bug.planted(), seed)];
            if play(sides, seed, &Tally::new(), false).await.is_err() {
                noticed = Some(seed);
                break;
            }
        }
        println!("{bug:?} is noticed by sequence {noticed:?}");
        assert!(noticed.is_some(), "{bug:?} goes unnoticed");
    }
}
