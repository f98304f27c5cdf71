//! The server over real HTTP, on adapters in memory.
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

mod activity;
mod acts;
mod alike;
mod archive;
mod assigning;
#[allow(dead_code, reason = "shared with the tests of the program, which ask for more of it")]
mod bounces;
mod branding;
mod browser;
mod bulk;
mod cast;
mod closed;
mod connections;
mod contacts;
mod desk;
mod downloads;
mod elsewhere;
mod export;
mod folders;
mod forms;
mod headers;
mod holds;
mod import;
mod mail;
mod matrix;
mod moving;
mod names;
mod office;
mod prepared;
mod resumable;
mod sign_in;
mod story;
mod templates;
mod trash;
mod uploads;
mod withdrawing;
