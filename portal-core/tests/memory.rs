//! The ports in memory pass the suites that every adapter must pass.

mod store {
    portal_core::store_conformance!(async { (portal_core::memory::MemoryStore::new(), ()) });
}

mod blobs {
    portal_core::blob_conformance!(async { (portal_core::memory::MemoryBlobs::new(), ()) });
}

mod mailer {
    portal_core::mailer_conformance!(async {
        let mailer = portal_core::memory::MemoryMailer::new();
        (mailer.clone(), mailer)
    });
}
