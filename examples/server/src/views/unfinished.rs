//! Uploads that broke off and can be gone on with.

use portal_core::UploadProgress;
use portal_core::values::Timestamp;

use super::words;

/// An upload that was begun and is not whole.
#[derive(Debug, Clone)]
pub struct Unfinished {
    /// Where its bytes are sent.
    pub address: String,
    /// Where it is discarded.
    pub discard: String,
    /// What the file is called.
    pub name: String,
    /// How many bytes the file has.
    pub size_bytes: u64,
    /// How many of them have come.
    pub taken_bytes: u64,
    /// Until when it can be gone on with.
    pub deadline: Timestamp,
}

impl Unfinished {
    /// As it is shown to whoever began it.
    pub fn of(progress: &UploadProgress, address: String, discard: String) -> Self {
        Self {
            address,
            discard,
            name: progress.name.to_string(),
            size_bytes: progress.size_bytes,
            taken_bytes: progress.taken_bytes,
            deadline: progress.deadline,
        }
    }

    /// How far it has come, and what to do now.
    pub fn said(&self) -> String {
        let (came, all) = (words::bytes(&self.taken_bytes), words::bytes(&self.size_bytes));
        format!("{came} of {all} arrived. Choose the same file again on this device, and it goes on from there.")
    }
}
