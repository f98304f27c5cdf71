//! The ports in memory pass the suites that every adapter must pass.

mod store {
    portal_core::store_conformance!(async { (portal_core::memory::MemoryStore::new(), ()) });
}

mod blobs {
    portal_core::blob_conformance!(async { (portal_core::memory::MemoryBlobs::new(), ()) });
}

mod encrypted_blobs {
    use std::sync::Arc;

    use portal_core::encryption::EncryptedBlobs;
    use portal_core::memory::{MemoryBlobs, MemoryFirmKeys};
    use portal_core::ports::SystemEntropy;
    use portal_core::values::FirmId;

    portal_core::blob_conformance!(async {
        let keys = Arc::new(MemoryFirmKeys::new(Arc::new(SystemEntropy)));
        let (firm, inner) = (FirmId::from_bits(1), Arc::new(MemoryBlobs::new()));
        (EncryptedBlobs::new(firm, inner, keys, Arc::new(SystemEntropy)), ())
    });
}

mod mailer {
    portal_core::mailer_conformance!(async {
        let mailer = portal_core::memory::MemoryMailer::new();
        (mailer.clone(), mailer)
    });
}
