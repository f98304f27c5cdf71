//! Encryption at rest: bytes sealed in chunks, under a key of the firm that is itself wrapped by the host's key ring.
//!
//! | file | what is in it |
//! |---|---|
//! | `cipher` | the one place that calls the cipher: AES-256-GCM |
//! | `layout` | where the plain bytes lie among the stored ones: arithmetic, nothing else |
//! | `chunk` | one chunk: what is sealed, what it is bound to |
//! | `blobs` | [`EncryptedBlobs`], the wrapper around any blob store |
//! | `keys` | where [`EncryptedBlobs`] has its keys from |
//! | `master` | [`MasterKey`], what a key ring in this process wraps with |
//!
//! # What is stored
//! Each chunk of 64 KiB stands for itself: `magic, number of the data key, nonce, ciphertext, tag`. Its key is derived from the data
//! key, the firm and the blob's key; bound to it as associated data are the same two again, the chunk's place in the blob and
//! whether it is the last. The last is always shorter than a full one, so that bytes which end on a border are followed by an
//! empty last chunk. So a chunk that is changed, moved, repeated, left out or taken from another blob, and bytes that are cut
//! short or continued, are refused.
//!
//! The nonce is random. Parts come out of order, from several processes, and again with other bytes; a counter, as the STREAM
//! construction has it, would need a prefix of its own for each attempt at each part, and one to remember it by.

mod blobs;
mod chunk;
mod cipher;
mod keys;
mod layout;
mod master;
mod reading;
#[cfg(test)]
mod tests;

pub use blobs::EncryptedBlobs;
pub use keys::{FirmKey, FirmKeys};
pub use master::MasterKey;
