//! Who may see and upload what: grants, and the access that follows from them.
//!
//! To change what View and Upload means, open `access.rs`; to change what may be granted, open `grants.rs`, for
//! the visible toggle `toggle.rs`, and for who gains and loses by a move `moves.rs`.

mod access;
mod explain;
mod grants;
mod moves;
mod records;
#[cfg(test)]
pub(crate) mod tests_support;
mod toggle;

pub(crate) use access::seen;
pub use access::{
    Ancestry, SharedRoot, Step, Visibility, effective_access, hears_of_uploads, may_upload, shared_roots,
    upload_folders, visibility,
};
pub use explain::{Effect, Explanation, Obstacle, Reason, explain};
pub use grants::{
    ShareRequest, Shared, SharedHow, SharingRefusal, forget, grant_to_all, newly_given, plant_tree, revoke, share,
    touch_tree,
};
pub use moves::{AccessChange, KeptBelow, MoveEffects, move_effects};
pub use records::{Access, Audience, Event, Grant, Key, Record, Sharing, Tree};
pub use toggle::set_visible;
