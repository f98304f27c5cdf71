//! Where the wrapper has its keys from.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use zeroize::Zeroizing;

use super::cipher::KEY_BYTES;
use crate::ports::BlobError;
use crate::values::FirmId;

/// A data key of a firm, unwrapped: in memory alone, and wiped when it is dropped.
pub struct FirmKey {
    number: u32,
    bytes: Zeroizing<[u8; KEY_BYTES]>,
}

impl FirmKey {
    /// Takes 32 random bytes as the key of this number.
    pub fn new(number: u32, bytes: [u8; KEY_BYTES]) -> Self {
        Self { number, bytes: Zeroizing::new(bytes) }
    }

    /// Its number at the firm.
    pub fn number(&self) -> u32 {
        self.number
    }

    pub(super) fn expose(&self) -> &[u8; KEY_BYTES] {
        &self.bytes
    }
}

impl fmt::Debug for FirmKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FirmKey").field("number", &self.number).finish_non_exhaustive()
    }
}

/// Gives the data keys of firms.
///
/// # Contract
/// A number names one key for good: what was sealed under it is opened under it, on every node. It is asked for each part
/// and each stream, and so answers from memory nearly always.
///
/// # Errors
/// [`BlobError::Unavailable`] when a key cannot be had now, [`BlobError::Corrupt`] when it cannot be had any more.
#[async_trait]
pub trait FirmKeys: Send + Sync {
    /// The key that new bytes of the firm are sealed under; made, if there is none.
    ///
    /// # Errors
    /// See the trait.
    async fn current(&self, firm: FirmId) -> Result<Arc<FirmKey>, BlobError>;

    /// The firm's key of this number.
    ///
    /// # Errors
    /// See the trait; [`BlobError::Corrupt`] when the firm has no such key.
    async fn numbered(&self, firm: FirmId, number: u32) -> Result<Arc<FirmKey>, BlobError>;
}
