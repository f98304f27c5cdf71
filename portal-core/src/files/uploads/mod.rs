//! Uploads: a row before the first byte, a document after the last.

mod records;
mod rules;

pub use records::{Tail, Taken, Upload, UploadInto};
pub use rules::{
    RESUMABLE_FOR, Received, UPLOAD_DEADLINE, UPLOADS_UNDER_WAY, Wanted, condemn_upload, done_uploading, finish_upload,
    finish_version, new_document, start_upload, take,
};
