//! The key ring of the server: the keys of its file, kept in memory, and looked for in the file again when one is missing.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use portal_core::encryption::MasterKey;
use portal_core::memory::MemoryKeyRing;
use portal_core::ports::{KeyError, KeyRing, LinkKeySource, WrappedKey};
use portal_core::values::{LinkKey, RingKeyId, Secret};
use tokio::sync::Mutex;

use super::KeyFileError;
use super::file::{KeyFile, RingKey};

/// The [`KeyRing`] of a key file. A key that another process adds to the file is taken up without a new start.
#[derive(Debug, Clone)]
pub struct FileKeyRing {
    ring: MemoryKeyRing,
    /// `None` for keys that stand in no file. Keys are taken up one at a time, so that the last of them is the current one.
    path: Arc<Mutex<Option<Box<Path>>>>,
}

impl FileKeyRing {
    pub(super) fn new(file: &KeyFile, path: Option<&Path>, link: LinkKey) -> Self {
        let ring = MemoryKeyRing::new(link, ring_key(file.first()));
        file.added().for_each(|key| ring.add(ring_key(key)));
        Self { ring, path: Arc::new(Mutex::new(path.map(Into::into))) }
    }

    /// Takes up what was added to the file.
    async fn look_again(&self) -> Result<(), KeyError> {
        let path = self.path.lock().await;
        let Some(file) = path.clone() else { return Ok(()) };
        let read = tokio::task::spawn_blocking(move || KeyFile::read(&file)).await;
        let file = read.map_err(|error| KeyError::Unavailable(error.into()))?.map_err(key_error)?;
        for added in file.added().map(ring_key).filter(|key| !self.ring.has(key.id())) {
            self.ring.add(added);
        }
        Ok(())
    }
}

fn ring_key(RingKey { id, key }: RingKey) -> MasterKey {
    MasterKey::new(id, *key)
}

fn key_error(error: KeyFileError) -> KeyError {
    match error {
        KeyFileError::Io { .. } => KeyError::Unavailable(error.into()),
        other => KeyError::Unusable { why: other.to_string() },
    }
}

#[async_trait]
impl LinkKeySource for FileKeyRing {
    async fn link_key(&self) -> Result<LinkKey, KeyError> {
        self.ring.link_key().await
    }
}

#[async_trait]
impl KeyRing for FileKeyRing {
    async fn current(&self) -> Result<RingKeyId, KeyError> {
        self.look_again().await?;
        self.ring.current().await
    }

    async fn wrap(&self, key: &Secret, context: &[u8]) -> Result<WrappedKey, KeyError> {
        // Seldom, and never with a key that stands in no file any more.
        self.look_again().await?;
        self.ring.wrap(key, context).await
    }

    async fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<Secret, KeyError> {
        if !self.ring.has(&wrapped.by) {
            self.look_again().await?;
        }
        self.ring.unwrap(wrapped, context).await
    }
}
