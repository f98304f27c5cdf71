//! Folders, documents, their versions, and the uploads that become them.

mod archive;
mod depth;
mod events;
mod holds;
mod media_type;
mod moves;
mod name;
mod records;
mod rules;
mod scans;
mod sniff;
mod trash;
mod uploads;
mod withdrawal;

pub(crate) use archive::{archive_entry, refuse_settled, unarchive_entry};
pub use depth::DEEPEST;
pub(crate) use depth::refuse_too_deep;
pub use events::Event;
pub use holds::Hold;
pub(crate) use holds::{place_hold, refuse_kept, release_hold};
pub use media_type::MediaType;
pub(crate) use moves::move_entry;
pub use name::{NameSettling, settle_name};
pub use records::{
    Condemned, Document, DocumentVersion, Files, Folder, FolderKind, Key, Place, Receipt, Record, Removal,
};
pub use rules::{FilesRefusal, add_folder, plant_root, rename_document, rename_folder};
pub(crate) use scans::{Kept, await_scan, claim_scan, keep_infected, note_scan, refuse_infected};
pub use scans::{Scan, UploadScan};
pub use sniff::{disagree, sniffed};
pub(crate) use trash::{
    Entry, condemn_blob, forget, purge_entry, restore_entry, sweep_document, sweep_folder, trash_entry,
};
pub use uploads::{
    Limit, RESUMABLE_FOR, Received, Room, Tail, Taken, UPLOAD_DEADLINE, UPLOADS_UNDER_WAY, Upload, UploadInto, Usage,
    Wanted, condemn_upload, done_uploading, finish_upload, finish_version, new_document, start_upload, take,
};
pub use withdrawal::withdrawable;
pub(crate) use withdrawal::{note_opening, opening_counts, withdraw};
