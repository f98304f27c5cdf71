//! Keys that lie outside the database.

use async_trait::async_trait;

use crate::values::LinkKey;

/// Why a key cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The key store cannot be reached: worth trying again.
    #[error("the key store is unavailable")]
    Unavailable(#[source] super::BoxError),
    /// There is a key, and it is not one that can be used.
    #[error("the key cannot be used: {why}")]
    Unusable {
        /// What is wrong with it.
        why: String,
    },
}

/// Holds the keys of a deployment: a file, a key-management service.
///
/// # Contract
/// The same key on every node and after every restart. It is asked at nearly every request, and so answers from memory.
#[async_trait]
pub trait KeyRing: Send + Sync {
    /// The key from which links, codes and lookups derive.
    ///
    /// # Errors
    /// [`KeyError`] when it cannot be had; the portal then signs nobody in.
    async fn link_key(&self) -> Result<LinkKey, KeyError>;
}

#[async_trait]
impl KeyRing for LinkKey {
    async fn link_key(&self) -> Result<LinkKey, KeyError> {
        Ok(self.clone())
    }
}
