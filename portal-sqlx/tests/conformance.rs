//! The suite of portal-core that every store must pass, each case on a file of its own.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use portal_sqlx::SqliteStore;

async fn fresh() -> (SqliteStore, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
    store.migrate().await.unwrap();
    (store, folder)
}

mod sqlite {
    portal_core::store_conformance!(super::fresh());
}
