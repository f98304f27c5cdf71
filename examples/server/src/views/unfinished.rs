//! Uploads that broke off and can be gone on with.

use portal_core::values::Timestamp;
use portal_core::{UploadProgress, UploadState};

use super::words;

/// An upload that was begun and is not whole.
#[derive(Debug, Clone)]
pub struct Unfinished {
    /// Where it is discarded.
    pub discard: String,
    /// What the file is called.
    pub name: String,
    /// How many bytes the file has.
    pub size_bytes: u64,
    /// How many of them have come.
    pub taken_bytes: u64,
    /// What it waits for.
    pub state: UploadState,
    /// Until when it can be gone on with.
    pub deadline: Timestamp,
}

impl Unfinished {
    /// As it is shown to whoever began it.
    pub fn of(progress: &UploadProgress, discard: String) -> Self {
        Self {
            discard,
            name: progress.name.to_string(),
            size_bytes: progress.size_bytes,
            taken_bytes: progress.taken_bytes,
            state: progress.state,
            deadline: progress.deadline,
        }
    }

    /// Its own address, as the script that sends it knows it.
    pub fn address(&self) -> &str {
        self.discard.strip_suffix("/discard").unwrap_or(&self.discard)
    }

    /// How far it has come, and what to do now.
    pub fn said(&self) -> String {
        let (came, all) = (words::bytes(&self.taken_bytes), words::bytes(&self.size_bytes));
        match self.state {
            UploadState::UnderWay => {
                format!(
                    "{came} of {all} arrived. Choose the same file again on this device, and it goes on from there."
                )
            }
            UploadState::AwaitingScan => {
                format!("All of it arrived ({all}). It is checked for viruses, and shown once that is done.")
            }
            UploadState::Infected => {
                "The virus scanner refused it: nobody can open it, and it will be removed.".to_owned()
            }
        }
    }
}
