//! What a firm lets its clients and its team do.

use super::Role;

/// What a firm lets its clients and its team do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policies {
    /// Whether contacts make folders where they may upload.
    pub contacts_make_folders: bool,
    /// Whether contacts may take back what they uploaded.
    pub withdrawal: Withdrawal,
    /// For how many days after its upload every version is kept at least; 0 for none. Until then nothing is removed for good,
    /// and nothing is withdrawn.
    pub retention_days: u32,
    /// Whether members see only the clients that they are assigned to. Owners and admins see all.
    pub members_restricted: bool,
}

/// Whether contacts may take back what they uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub enum Withdrawal {
    /// They may not.
    Never,
    /// They may, for so many minutes after the upload, and until a team member has opened it.
    Grace {
        /// For how long.
        minutes: u32,
    },
    /// They may at any time.
    Always,
}

impl Default for Withdrawal {
    /// A quarter of an hour.
    fn default() -> Self {
        Self::Grace { minutes: 15 }
    }
}

/// What to change of a firm's policies; what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct PoliciesChange {
    /// Whether contacts make folders where they may upload.
    pub contacts_make_folders: Option<bool>,
    /// Whether contacts may take back what they uploaded.
    pub withdrawal: Option<Withdrawal>,
    /// For how many days after its upload every version is kept at least.
    pub retention_days: Option<u32>,
    /// Whether members see only the clients that they are assigned to.
    pub members_restricted: Option<bool>,
}

impl Policies {
    /// Whether somebody of this role sees only the clients that they are assigned to (S38).
    pub const fn restricts(&self, role: Role) -> bool {
        self.members_restricted && !role.administers()
    }

    /// The same with what is to change.
    pub(super) fn changed(self, change: &PoliciesChange) -> Self {
        Self {
            contacts_make_folders: change.contacts_make_folders.unwrap_or(self.contacts_make_folders),
            withdrawal: change.withdrawal.unwrap_or(self.withdrawal),
            retention_days: change.retention_days.unwrap_or(self.retention_days),
            members_restricted: change.members_restricted.unwrap_or(self.members_restricted),
        }
    }
}
