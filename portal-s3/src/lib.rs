//! Keeps the bytes of documents for [`portal_core`].
//!
//! [`FolderBlobs`] keeps them in a local folder: the embedded default, for one machine or for several that mount the same
//! file system. S3-compatible object storage is to come, behind the same port.
//!
//! # Why not `object_store`'s `LocalFileSystem`
//! It was considered first, in version 0.14. It syncs what it writes, if told to, but an upload in parts lives in an open file of the
//! process that began it: it has no `MultipartStore`, so no other process can go on with the upload and none can abort it
//! after a crash; and a full disk comes as its `Generic` error. The port asks for all three, and those are what this
//! crate's code does; little else is left.

mod folder;

pub use folder::FolderBlobs;
