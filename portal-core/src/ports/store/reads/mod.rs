//! Reads, a trait and a file an area, each shaped for the question it answers.
//!
//! What holds for every one of them:
//!
//! - It answers [`StoreError::Unavailable`](super::StoreError::Unavailable) when the store cannot be reached, which is worth trying again, and
//!   [`StoreError::Corrupt`](super::StoreError::Corrupt) when a row cannot be read; what is not there is no error.
//! - It sees every commit that was answered before it was asked.
//! - It costs what it gives, by an index: nothing is counted or walked that is not answered for.
//! - A `limit` of 0 gives nothing.

mod audit;
mod directory;
mod files;
mod identity;
mod sharing;

pub use audit::{ActivityOnly, ActivityQuery, AuditReads};
pub use directory::{ClientQuery, ClientRow, ContactRead, DirectoryReads};
pub use files::{Child, DocumentRead, Extent, FileReads, FolderRead, KeptUploads, NodeRead, TrashRow, UploaderUsage};
pub use identity::IdentityReads;
pub use sharing::SharingReads;
