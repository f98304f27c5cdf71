//! The data keys of firms: kept in the database wrapped, and in this process for a while unwrapped.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::Error;
use super::run::once_on;
use crate::change::Versioned;
use crate::directory::{DataKey, add_data_key, next_data_key};
use crate::encryption::{FirmKey, FirmKeys};
use crate::event::Keyspace;
use crate::ports::{BlobError, Clock, Entropy, KeyError, KeyRing, Store, WrappedKey};
use crate::values::{Actor, FirmId, Id as _, Secret, Timestamp};

/// For how long an unwrapped key is kept: so long does a ring that took its key away take to be heeded everywhere.
const KEPT_FOR: Duration = Duration::from_secs(10 * 60);
/// For how long it is not asked anew which key of a firm is the current one.
const CURRENT_FOR: Duration = Duration::from_secs(60);
/// How many unwrapped keys are kept, of whatever firms.
const KEPT: usize = 1024;
/// How often making the first key of a firm is tried, while others make it.
const TRIES: usize = 4;

/// Gives the data keys of every firm, and makes a firm's first.
pub(crate) struct DataKeys {
    store: Arc<dyn Store>,
    ring: Arc<dyn KeyRing>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    keys: BTreeMap<(FirmId, u32), (Timestamp, Arc<FirmKey>)>,
    current: BTreeMap<FirmId, (Timestamp, u32)>,
}

impl DataKeys {
    pub(crate) fn new(
        store: Arc<dyn Store>,
        ring: Arc<dyn KeyRing>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Self {
        Self { store, ring, clock, entropy, kept: Mutex::default() }
    }

    /// The ring that wraps them.
    pub(crate) fn ring(&self) -> &dyn KeyRing {
        &*self.ring
    }

    /// A new key, which nobody knows, wrapped as the firm's key of this number.
    pub(crate) async fn new_wrapped(&self, firm: FirmId, number: u32) -> Result<WrappedKey, Error> {
        let key = Secret::new(*Zeroizing::new(self.entropy.draw()?));
        self.ring.wrap(&key, &context(firm, number)).await.map_err(unusable_for_good)
    }

    /// The same key, wrapped with the ring's current key.
    pub(crate) async fn wrapped_anew(&self, firm: FirmId, key: &DataKey) -> Result<WrappedKey, Error> {
        let context = context(firm, key.number);
        let plain = self.ring.unwrap(&wrapped(key), &context).await.map_err(unusable_for_good)?;
        self.ring.wrap(&plain, &context).await.map_err(unusable_for_good)
    }

    /// Has the current key of the firm asked for anew.
    pub(crate) fn forget_current(&self, firm: FirmId) {
        self.kept().current.remove(&firm);
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The firm's current key as it is kept, made if there is none. Of two nodes that make it at once one wins, and the other reads it.
    async fn current_record(&self, firm: FirmId) -> Result<Versioned<DataKey>, Error> {
        for _ in 0..TRIES {
            if let Some(found) = self.store.current_data_key(firm).await? {
                return Ok(found);
            }
            let number = next_data_key(None);
            let WrappedKey { by, bytes } = self.new_wrapped(firm, number).await?;
            let (store, clock, entropy) = (&*self.store, &*self.clock, &*self.entropy);
            once_on((store, clock, entropy), Keyspace::Firm(firm), Actor::Worker, |context| {
                add_data_key(firm, number, by, bytes, context).map(|_number| ()).lift()
            })
            .await?;
        }
        Err(Error::Busy)
    }

    async fn open(&self, firm: FirmId, record: &DataKey) -> Result<Arc<FirmKey>, Error> {
        let number = record.number;
        let unwrapped = self.ring.unwrap(&wrapped(record), &context(firm, number)).await;
        let plain = unwrapped.map_err(unusable_for_good)?;
        let bytes = Zeroizing::new(<[u8; 32]>::try_from(plain.expose()).map_err(|_| Error::corrupt("a data key"))?);
        let key = Arc::new(FirmKey::new(number, *bytes));
        self.kept().keep((firm, number), key.clone(), self.clock.now());
        Ok(key)
    }

    async fn find_current(&self, firm: FirmId) -> Result<Arc<FirmKey>, Error> {
        let now = self.clock.now();
        if let Some(key) = self.kept().current_key(firm, now) {
            return Ok(key);
        }
        let record = self.current_record(firm).await?;
        let known = self.kept().key((firm, record.number), now);
        let key = match known {
            Some(key) => key,
            None => self.open(firm, &record).await?,
        };
        self.kept().note_current(firm, record.number, now);
        Ok(key)
    }

    async fn find_numbered(&self, firm: FirmId, number: u32) -> Result<Arc<FirmKey>, Error> {
        if let Some(key) = self.kept().key((firm, number), self.clock.now()) {
            return Ok(key);
        }
        let missing = || Error::corrupt(format!("{firm} has no data key {number}"));
        let record = self.store.data_key(firm, number).await?.ok_or_else(missing)?;
        self.open(firm, &record).await
    }
}

impl fmt::Debug for DataKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DataKeys(…)")
    }
}

impl Kept {
    fn key(&self, id: (FirmId, u32), now: Timestamp) -> Option<Arc<FirmKey>> {
        self.keys.get(&id).filter(|(since, _)| is_fresh(*since, now, KEPT_FOR)).map(|(_, key)| key.clone())
    }

    fn current_key(&self, firm: FirmId, now: Timestamp) -> Option<Arc<FirmKey>> {
        let (since, number) = self.current.get(&firm)?;
        self.key((firm, *number), now).filter(|_| is_fresh(*since, now, CURRENT_FOR))
    }

    fn note_current(&mut self, firm: FirmId, number: u32, now: Timestamp) {
        if self.current.len() >= KEPT {
            self.current.retain(|_, (since, _)| is_fresh(*since, now, CURRENT_FOR));
        }
        if self.current.len() < KEPT {
            self.current.insert(firm, (now, number));
        }
    }

    /// Keeps a key; when there are too many, those past their time go, and then the one that is there longest.
    fn keep(&mut self, id: (FirmId, u32), key: Arc<FirmKey>, now: Timestamp) {
        if self.keys.len() >= KEPT {
            self.keys.retain(|_, (since, _)| is_fresh(*since, now, KEPT_FOR));
        }
        if self.keys.len() >= KEPT
            && let Some(oldest) = self.keys.iter().min_by_key(|(_, (since, _))| *since).map(|(id, _)| *id)
        {
            self.keys.remove(&oldest);
        }
        self.keys.insert(id, (now, key));
    }
}

/// Whether what was noted at `since` still holds; a clock that jumped back says nothing.
fn is_fresh(since: Timestamp, now: Timestamp, span: Duration) -> bool {
    now >= since && now.since(since) < span
}

fn wrapped(key: &DataKey) -> WrappedKey {
    WrappedKey { by: key.wrapped_by.clone(), bytes: key.wrapped.clone() }
}

/// What a data key is bound to in its wrapping: it is of no use to another firm, nor under another number.
fn context(firm: FirmId, number: u32) -> Vec<u8> {
    [&firm.as_u128().to_be_bytes()[..], &number.to_be_bytes()].concat()
}

#[async_trait]
impl FirmKeys for DataKeys {
    async fn current(&self, firm: FirmId) -> Result<Arc<FirmKey>, BlobError> {
        self.find_current(firm).await.map_err(in_words_of_blobs)
    }

    async fn numbered(&self, firm: FirmId, number: u32) -> Result<Arc<FirmKey>, BlobError> {
        self.find_numbered(firm, number).await.map_err(in_words_of_blobs)
    }
}

/// What a ring says of a key that it cannot use: trying again is in vain then.
fn unusable_for_good(error: KeyError) -> Error {
    match error {
        KeyError::Unavailable(source) => Error::Unavailable(source),
        KeyError::Unusable { .. } => Error::corrupt(error.to_string()),
    }
}

/// Whether trying again may help is what whoever reads or writes bytes wants to know.
fn in_words_of_blobs(error: Error) -> BlobError {
    match error {
        Error::Corrupt { what } => BlobError::Corrupt { what },
        other => BlobError::Unavailable(other.into()),
    }
}
