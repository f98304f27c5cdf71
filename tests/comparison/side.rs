//! One of the two portals that are compared.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use futures_util::future::BoxFuture;
use portal_core::Portal;
use portal_core::encryption::MasterKey;
use portal_core::memory::{FixedLinks, MemoryBlobs, MemoryKeyRing, MemoryMailer, MemoryPreviewer, MemoryStore};
use portal_core::ports::Store;
use portal_core::ports::store::StoreError;
use portal_core::testing::{SeededEntropy, VirtualClock, Watch, WatchedCall, WatchedStore};
use portal_core::values::{EmailAddress, LinkKey, RingKeyId};
use portal_sqlx::SqliteStore;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _};

/// A portal and all that it stands on. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Side {
    pub(crate) portal: Portal,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) blobs: MemoryBlobs,
    pub(crate) clock: VirtualClock,
    pub(crate) mailer: MemoryMailer,
    pub(crate) meanwhile: Arc<Meanwhile>,
}

impl Side {
    /// A portal on `store`. Two of one seed make the same ids and secrets, as long as they answer alike.
    pub(crate) fn on(store: Arc<dyn Store>, seed: u64) -> Self {
        let (clock, mailer, meanwhile) = (VirtualClock::new(), MemoryMailer::new(), Arc::new(Meanwhile::default()));
        let blobs = MemoryBlobs::new().clock(Arc::new(clock.clone()));
        let store: Arc<dyn Store> = Arc::new(WatchedStore::new(store, meanwhile.clone()));
        let master = MasterKey::new(RingKeyId::new("comparison").unwrap(), [8; 32]);
        let ring = MemoryKeyRing::new(LinkKey::new([7; 32]), master).entropy(Arc::new(SeededEntropy::new(seed + 1)));
        let portal = Portal::builder()
            .shared_store(store.clone())
            .blobs(blobs.clone())
            .mailer(mailer.clone())
            .links(FixedLinks::new("https://portal.test").unwrap())
            .previewer(MemoryPreviewer::new())
            .sender(EmailAddress::new("portal@portal.test").unwrap())
            .keys(ring)
            .clock(clock.clone())
            .entropy(SeededEntropy::new(seed))
            .build()
            .unwrap();
        Self { portal, store, blobs, clock, mailer, meanwhile }
    }

    pub(crate) fn in_memory(seed: u64) -> Self {
        Self::on(Arc::new(MemoryStore::new()), seed)
    }

    pub(crate) fn on_sqlite(database: &Emptied, seed: u64) -> Self {
        Self::on(Arc::new(database.store.clone()), seed)
    }
}

/// A database that begins each sequence with nothing but its tables, in which nothing has a number yet.
///
/// Opening a fresh one each time would take longer than the sequence: every connection parses every text anew.
pub(crate) struct Emptied {
    pub(crate) store: SqliteStore,
    /// By a connection of its own, since a store never forgets what it was told.
    emptying: SqliteConnection,
    tables: Vec<String>,
}

impl Emptied {
    pub(crate) async fn open(path: &Path) -> Self {
        let store = SqliteStore::open(path).await.unwrap();
        store.migrate().await.unwrap();
        let mut emptying = SqliteConnectOptions::new().filename(path).connect().await.unwrap();
        let all = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 'portal_migrations' ORDER BY name";
        let tables = sqlx::query_scalar(all).fetch_all(&mut emptying).await.unwrap();
        Self { store, emptying, tables }
    }

    pub(crate) async fn empty(&mut self) {
        let deletes = self.tables.iter().map(|table| format!("DELETE FROM {table};"));
        let at_once = format!("PRAGMA foreign_keys = OFF; BEGIN; {} COMMIT", deletes.collect::<String>());
        sqlx::raw_sql(AssertSqlSafe(at_once)).execute(&mut self.emptying).await.unwrap();
    }

    pub(crate) async fn close(self) {
        self.emptying.close().await.unwrap();
        self.store.close().await;
    }
}

/// Something that happens while an operation is under way: after it read what it needs, before it commits.
#[derive(Default)]
pub(crate) struct Meanwhile {
    armed: Mutex<Option<BoxFuture<'static, ()>>>,
    commits_before: AtomicU32,
}

impl Meanwhile {
    /// Lets `happening` happen right before the commit that follows `commits_before` others.
    pub(crate) fn arm(&self, commits_before: u32, happening: BoxFuture<'static, ()>) {
        self.commits_before.store(commits_before, Ordering::SeqCst);
        *self.armed.lock().unwrap() = Some(happening);
    }

    /// What has not happened, since the operation never came to that commit.
    pub(crate) fn disarm(&self) -> Option<BoxFuture<'static, ()>> {
        self.armed.lock().unwrap().take()
    }
}

#[async_trait]
impl Watch for Meanwhile {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if call.name == "commit" {
            let now = self.commits_before.load(Ordering::SeqCst) == 0;
            let happening = if now { self.disarm() } else { None };
            self.commits_before.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).ok();
            if let Some(happening) = happening {
                happening.await;
            }
        }
        Ok(())
    }
}
