//! What a firm lets its clients do, and how long it keeps things.

use askama::Template;

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, StaffFrame};

/// `GET`/`POST` of [`paths::policies`]; posts `make_folders` (`on` or absent), `withdrawal` (`never`, `grace`, `always`),
/// `minutes`, `retention_days`, and of [`QuotaFields`] what is to change. Those who may not change it see it all as text.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/policies.html")]
pub struct PoliciesPage {
    /// The frame.
    pub frame: StaffFrame,
    /// Whether contacts make folders.
    pub make_folders: bool,
    /// Whether they withdraw what they uploaded.
    pub withdrawal: WithdrawalChoice,
    /// For how many minutes they may.
    pub minutes: Field,
    /// For how many days uploads are kept at least.
    pub retention_days: Field,
    /// How much is kept.
    pub quotas: QuotaFields,
}

/// How much is kept at most: empty for no end.
#[derive(Debug, Clone)]
pub struct QuotaFields {
    /// Of each contact, in files.
    pub contact_files: Field,
    /// Of each contact, in gigabytes.
    pub contact_gigabytes: Field,
    /// Of all, in files.
    pub firm_files: Field,
    /// Of all, in gigabytes.
    pub firm_gigabytes: Field,
}

/// Whether contacts withdraw what they uploaded, as the form says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WithdrawalChoice {
    /// Never.
    Never,
    /// For some minutes.
    Grace,
    /// At any time.
    Always,
}

impl PoliciesPage {
    fn is(&self, choice: WithdrawalChoice) -> bool {
        self.withdrawal == choice
    }
}
