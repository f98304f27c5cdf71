//! How much a firm keeps.

/// How much is kept at most, of one contact or of all; `None` for no end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct Quota {
    /// How many files, each version counted.
    pub files: Option<u64>,
    /// How many bytes.
    pub bytes: Option<u64>,
}

/// What a firm keeps of each contact, and in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Quotas {
    /// Of what each contact uploads.
    pub contact: Quota,
    /// Of everything.
    pub firm: Quota,
}

impl Default for Quotas {
    /// 10,000 files and 100 GB of each contact, and no end in all.
    fn default() -> Self {
        Self { contact: Quota { files: Some(10_000), bytes: Some(100_000_000_000) }, firm: Quota::default() }
    }
}
