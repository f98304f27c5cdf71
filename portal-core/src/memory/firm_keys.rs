//! Data keys in memory.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;

use crate::encryption::{FirmKey, FirmKeys};
use crate::ports::{BlobError, Entropy};
use crate::values::FirmId;

/// The [`FirmKeys`] in memory, for tests: a portal keeps its own in the database, wrapped.
///
/// Clones share their keys.
#[derive(Clone)]
pub struct MemoryFirmKeys {
    keys: Arc<Mutex<BTreeMap<FirmId, Vec<Arc<FirmKey>>>>>,
    entropy: Arc<dyn Entropy>,
}

impl MemoryFirmKeys {
    /// No key yet.
    pub fn new(entropy: Arc<dyn Entropy>) -> Self {
        Self { keys: Arc::default(), entropy }
    }

    /// Makes another key of the firm the current one.
    ///
    /// # Errors
    /// [`BlobError::Unavailable`] when there is no randomness.
    pub fn rotate(&self, firm: FirmId) -> Result<Arc<FirmKey>, BlobError> {
        let drawn = self.entropy.draw().map_err(|error| BlobError::Unavailable(error.into()))?;
        let mut held = self.held();
        let keys = held.entry(firm).or_default();
        let number = u32::try_from(keys.len() + 1).unwrap_or(u32::MAX);
        let key = Arc::new(FirmKey::new(number, drawn));
        keys.push(key.clone());
        Ok(key)
    }

    fn held(&self) -> MutexGuard<'_, BTreeMap<FirmId, Vec<Arc<FirmKey>>>> {
        self.keys.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for MemoryFirmKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MemoryFirmKeys(…)")
    }
}

#[async_trait]
impl FirmKeys for MemoryFirmKeys {
    async fn current(&self, firm: FirmId) -> Result<Arc<FirmKey>, BlobError> {
        let last = self.held().get(&firm).and_then(|keys| keys.last().cloned());
        last.map_or_else(|| self.rotate(firm), Ok)
    }

    async fn numbered(&self, firm: FirmId, number: u32) -> Result<Arc<FirmKey>, BlobError> {
        let held = self.held();
        let found = held.get(&firm).and_then(|keys| keys.iter().find(|key| key.number() == number).cloned());
        found.ok_or_else(|| BlobError::Corrupt { what: format!("{firm} has no data key {number}") })
    }
}
