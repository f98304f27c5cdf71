//! What the handles of a portal do, told case by case: the numbers in the names are those of the behaviour and security
//! requirements. Everything runs in memory, on a virtual clock.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may, in what they have in common too"
)]

mod archive;
mod branding;
mod commands;
mod deeds;
mod directory;
mod done;
mod dropped;
mod elsewhere;
mod encryption;
mod entering;
mod erasing;
mod everybody;
mod export;
mod files;
mod folder_zip;
mod folders;
mod guards;
mod holds;
mod import;
mod ledger;
mod line;
mod mail;
mod matrix;
mod moves;
mod previews;
mod quotas;
mod restricted;
mod resumable;
mod scanning;
mod scene;
mod secrets;
mod sharing;
mod taken_away;
mod templates;
mod test_mail;
mod things;
mod uploads;
mod visibility;
mod ways;
mod withdrawals;
mod words;
