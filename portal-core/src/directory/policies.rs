//! What a firm lets its clients and its team do.

/// What a firm lets its clients and its team do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Policies {
    /// Whether contacts make folders where they may upload.
    pub contacts_make_folders: bool,
}

/// What to change of a firm's policies; what is `None` stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Serialize)]
pub struct PoliciesChange {
    /// Whether contacts make folders where they may upload.
    pub contacts_make_folders: Option<bool>,
}

impl Policies {
    /// The same with what is to change.
    pub(super) fn changed(self, change: &PoliciesChange) -> Self {
        Self { contacts_make_folders: change.contacts_make_folders.unwrap_or(self.contacts_make_folders) }
    }
}
