//! Who may see and upload what: grants, and the access that follows from them.
//!
//! To change what View and Upload means, open `access.rs`; to change what may be granted, open `grants.rs`.

mod access;
mod explain;
mod grants;
mod records;
#[cfg(test)]
pub(crate) mod tests_support;

pub use access::{
    Ancestry, SharedRoot, Step, Visibility, effective_access, hears_of_uploads, may_upload, shared_roots, visibility,
};
pub use explain::{Effect, Explanation, Obstacle, Reason, explain};
pub use grants::{
    ShareRequest, Shared, SharedHow, SharingRefusal, forget, grant_client_uploads, newly_given, plant_tree, revoke,
    set_visible, share, touch_tree,
};
pub use records::{Access, Audience, Event, Grant, Key, Record, Sharing, Tree};
