//! The suite of every blob store, over a folder.

use portal_s3::FolderBlobs;

portal_core::blob_conformance!(async {
    let folder = tempfile::tempdir().unwrap();
    (FolderBlobs::open(folder.path()).await.unwrap(), folder)
});
