//! Pictures of pages.

use async_trait::async_trait;
use bytes::Bytes;

/// How many pages there are.
pub type PageCount = u32;

/// A picture of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preview {
    /// The picture, as PNG.
    pub png: Bytes,
    /// Its width.
    pub width_pixels: u32,
    /// Its height.
    pub height_pixels: u32,
    /// How many pages the document has; 1 for a picture.
    pub pages: PageCount,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreviewError {
    /// This kind of file has no picture.
    #[error("this kind of file has no preview")]
    Unsupported,
    /// The file is broken, or locked with a password.
    #[error("the file cannot be shown: {why}")]
    Unreadable {
        /// What is wrong with it.
        why: String,
    },
    /// There is no such page.
    #[error("there are {pages} pages")]
    NoSuchPage {
        /// How many there are.
        pages: PageCount,
    },
    /// Showing it takes more time, memory or pixels than is given.
    #[error("showing it takes too much {what}")]
    TooMuch {
        /// What it takes too much of.
        what: &'static str,
    },
    /// The previewer itself failed: worth trying again.
    #[error("the previewer failed")]
    Failed(#[source] super::BoxError),
}

/// Makes pictures of pages of PDFs and of images.
///
/// # Contract
/// - The bytes are a stranger's: whatever they are, the answer comes within limits of time, memory and pixels.
/// - The portal reads no file before there is a place for it: it never asks for more than [`at_once`](Self::at_once) pictures
///   at a time, nor for more than one for the same person. Others wait a little, and are then told that it is busy.
/// - What was drawn, and what could not be, the portal remembers itself: by the SHA-256 of the file, page and width.
#[async_trait]
pub trait Previewer: Send + Sync {
    /// The most bytes that it takes: larger files have no preview.
    fn max_bytes(&self) -> u64;

    /// How many pictures it draws at a time; so many whole files lie in memory at most. Read once.
    fn at_once(&self) -> usize;

    /// A picture of page `page` (from 0), at most `width_pixels` wide.
    ///
    /// # Errors
    /// [`PreviewError`] says why there is none.
    async fn preview(&self, file: Bytes, page: u32, width_pixels: u32) -> Result<Preview, PreviewError>;
}
