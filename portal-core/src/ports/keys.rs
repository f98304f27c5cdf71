//! Keys that lie outside the database.

use async_trait::async_trait;

use crate::values::{LinkKey, RingKeyId, Secret};

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key store cannot be reached: worth trying again.
    #[error("the key store is unavailable")]
    Unavailable(#[source] super::BoxError),
    /// There is a key, and it is not one that can be used; or what it should unwrap was wrapped otherwise.
    #[error("the key cannot be used: {why}")]
    Unusable {
        /// What is wrong with it.
        why: String,
    },
}

/// Holds the key from which links, codes and lookups of addresses derive.
///
/// # Contract
/// The same key on every node and after every restart. It is asked at nearly every request, and so answers from memory.
#[async_trait]
pub trait LinkKeySource: Send + Sync {
    /// The key from which links, codes and lookups derive.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be had; the portal then signs nobody in.
    async fn link_key(&self) -> Result<LinkKey, KeyError>;
}

#[async_trait]
impl LinkKeySource for LinkKey {
    async fn link_key(&self) -> Result<LinkKey, KeyError> {
        Ok(self.clone())
    }
}

/// A data key as it is kept in the database: worth nothing without the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// Which of the ring's keys it is wrapped with.
    pub by: RingKeyId,
    /// The ring's own form of it: at most 8 KiB.
    pub bytes: Vec<u8>,
}

/// Holds the keys of a deployment, a file or a key-management service: wraps the data keys of firms, and never gives its own
/// keys out.
///
/// # Contract
/// - All nodes have the same ring. It may have several keys: it wraps with one, the current, and unwraps with whichever one
///   [`WrappedKey::by`] names, for as long as the database holds anything wrapped with that.
/// - The context is authenticated: what was wrapped for one is not unwrapped for another. It is no secret.
/// - Every answer comes within a bounded time: an upload or a download may wait for it. The portal keeps what was unwrapped for some
///   minutes, so that a service is asked seldom.
/// - No error and no log holds a key.
#[async_trait]
pub trait KeyRing: LinkKeySource {
    /// Which of its keys it wraps with now.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be told.
    async fn current(&self) -> Result<RingKeyId, KeyError>;

    /// Wraps a data key of 32 bytes with the current key, for `context`. Twice gives two forms.
    ///
    /// # Errors
    /// [`KeyError`] when the current key cannot be used.
    async fn wrap(&self, key: &Secret, context: &[u8]) -> Result<WrappedKey, KeyError>;

    /// The data key that was wrapped for `context`.
    ///
    /// # Errors
    /// [`KeyError::Unusable`] when the ring does not have that key, or it wrapped something else or for another context;
    /// [`KeyError::Unavailable`] when it cannot be told now.
    async fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<Secret, KeyError>;
}
