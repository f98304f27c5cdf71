//! The program itself: what it prints, how it ends, and two of it on one database.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    dead_code,
    missing_docs,
    unreachable_pub,
    missing_debug_implementations,
    reason = "a test fails by panicking, and what it shares is its own"
)]

mod alone;
#[path = "../http/browser.rs"]
mod browser;
mod keys;
mod nodes;
mod process;
mod scanner;
