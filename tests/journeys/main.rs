//! Stories in a real browser, against the server as it is wired for one machine: SQLite, a folder, a mail spool.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs,
    reason = "these are tests: what goes wrong panics with what was seen"
)]

mod archive;
mod browser;
mod cable;
mod desk;
mod folders;
mod house;
mod keeping;
mod moving;
mod people;
mod shared_folder;
mod steps;
mod uploads;
mod withdrawing;
