//! The suite of every blob store, over a folder that holds nothing but ciphertext.

use std::sync::Arc;

use portal_core::encryption::EncryptedBlobs;
use portal_core::memory::MemoryFirmKeys;
use portal_core::ports::SystemEntropy;
use portal_core::values::FirmId;
use portal_s3::FolderBlobs;

portal_core::blob_conformance!(async {
    let folder = tempfile::tempdir().unwrap();
    let inner = Arc::new(FolderBlobs::open(folder.path()).await.unwrap());
    let keys = Arc::new(MemoryFirmKeys::new(Arc::new(SystemEntropy)));
    (EncryptedBlobs::new(FirmId::from_bits(1), inner, keys, Arc::new(SystemEntropy)), folder)
});
