//! A key ring in memory.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use async_trait::async_trait;

use crate::encryption::MasterKey;
use crate::ports::{Entropy, KeyError, KeyRing, LinkKeySource, SystemEntropy, WrappedKey};
use crate::values::{LinkKey, RingKeyId, Secret};

/// The [`KeyRing`] in memory: a link key, and any number of master keys, of which the last is the current one.
///
/// Clones share their keys. It is what a ring is built from that reads its keys from a file or a secret store at its start.
///
/// # Examples
/// ```
/// use portal_core::encryption::MasterKey;
/// use portal_core::memory::MemoryKeyRing;
/// use portal_core::ports::KeyRing as _;
/// use portal_core::values::{LinkKey, RingKeyId, Secret};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let master = |id: &str, byte| Ok::<_, portal_core::values::TextError>(MasterKey::new(RingKeyId::new(id)?, [byte; 32]));
/// let ring = MemoryKeyRing::new(LinkKey::new([7; 32]), master("2025", 1)?);
/// let wrapped = ring.wrap(&Secret::new([9; 32]), b"firm 1").await?;
/// ring.add(master("2026", 2)?);
/// assert_eq!(ring.current().await?.as_str(), "2026");
/// assert_eq!(ring.unwrap(&wrapped, b"firm 1").await?.expose(), [9; 32]);
/// assert!(ring.unwrap(&wrapped, b"firm 2").await.is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # }).expect("memory never waits")?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct MemoryKeyRing {
    link: LinkKey,
    masters: Arc<RwLock<Masters>>,
    entropy: Arc<dyn Entropy>,
}

struct Masters {
    current: Arc<MasterKey>,
    earlier: Vec<Arc<MasterKey>>,
}

impl MemoryKeyRing {
    /// A ring with one master key.
    pub fn new(link: LinkKey, master: MasterKey) -> Self {
        let masters = Masters { current: Arc::new(master), earlier: Vec::new() };
        Self { link, masters: Arc::new(RwLock::new(masters)), entropy: Arc::new(SystemEntropy) }
    }

    /// Draws nonces from `entropy`; from the system's, unless said otherwise.
    #[must_use]
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = entropy;
        self
    }

    /// Adds a master key, which is the current one from now on. One of the same id is replaced.
    pub fn add(&self, master: MasterKey) {
        let mut masters = self.masters.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut masters.current, Arc::new(master));
        masters.earlier.push(before);
        let current = masters.current.clone();
        masters.earlier.retain(|earlier| earlier.id() != current.id());
    }

    /// Forgets a master key that is not the current one: nothing that it wrapped can be unwrapped any more.
    pub fn forget(&self, id: &RingKeyId) {
        self.masters.write().unwrap_or_else(PoisonError::into_inner).earlier.retain(|master| master.id() != id);
    }

    /// Whether it has the master key of this id.
    pub fn has(&self, id: &RingKeyId) -> bool {
        self.master(id).is_some()
    }

    fn current_master(&self) -> Arc<MasterKey> {
        self.masters.read().unwrap_or_else(PoisonError::into_inner).current.clone()
    }

    fn master(&self, id: &RingKeyId) -> Option<Arc<MasterKey>> {
        let masters = self.masters.read().unwrap_or_else(PoisonError::into_inner);
        std::iter::once(&masters.current).chain(&masters.earlier).find(|master| master.id() == id).cloned()
    }
}

impl fmt::Debug for MemoryKeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryKeyRing").field("current", self.current_master().id()).finish_non_exhaustive()
    }
}

#[async_trait]
impl LinkKeySource for MemoryKeyRing {
    async fn link_key(&self) -> Result<LinkKey, KeyError> {
        Ok(self.link.clone())
    }
}

#[async_trait]
impl KeyRing for MemoryKeyRing {
    async fn current(&self) -> Result<RingKeyId, KeyError> {
        Ok(self.current_master().id().clone())
    }

    async fn wrap(&self, key: &Secret, context: &[u8]) -> Result<WrappedKey, KeyError> {
        self.current_master().wrap(key, context, &*self.entropy)
    }

    async fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<Secret, KeyError> {
        let missing = || KeyError::Unusable { why: format!("the ring has no key `{}`", wrapped.by) };
        self.master(&wrapped.by).ok_or_else(missing)?.unwrap(wrapped, context)
    }
}
