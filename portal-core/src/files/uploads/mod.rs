//! Uploads: a row before the first byte, a document after the last.

mod records;
mod room;
mod rules;

pub use records::{Tail, Taken, Upload, UploadInto};
pub use room::{Limit, Room, UPLOADS_UNDER_WAY, Usage};
pub use rules::{
    RESUMABLE_FOR, Received, UPLOAD_DEADLINE, Wanted, condemn_upload, done_uploading, finish_upload, finish_version,
    new_document, start_upload, take,
};
