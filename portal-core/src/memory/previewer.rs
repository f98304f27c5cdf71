//! Pictures of nothing in particular.

use async_trait::async_trait;
use bytes::Bytes;

use crate::ports::{PageCount, Preview, PreviewError, Previewer};

/// A [`Previewer`] for tests: of whatever begins like a PDF or a PNG it shows one grey pixel.
///
/// # Examples
/// ```
/// use portal_core::memory::MemoryPreviewer;
/// use portal_core::ports::{PreviewError, Previewer as _};
///
/// # futures_util::FutureExt::now_or_never(async {
/// let previewer = MemoryPreviewer::with_pages(3);
/// assert_eq!(previewer.preview("%PDF-1.7 …".into(), 2, 800).await?.pages, 3);
/// assert!(matches!(previewer.preview("%PDF-1.7 …".into(), 3, 800).await, Err(PreviewError::NoSuchPage { pages: 3 })));
/// assert!(matches!(previewer.preview("name,sum".into(), 0, 800).await, Err(PreviewError::Unsupported)));
/// # Ok::<(), PreviewError>(())
/// # }).expect("memory never waits")?;
/// # Ok::<(), portal_core::ports::PreviewError>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct MemoryPreviewer {
    pages: PageCount,
}

/// A PNG of one grey pixel.
const PIXEL: [u8; 67] = [
    0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d, 0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00,
    0x01, 0x00, 0x00, 0x00, 0x01, 0x08, 0x00, 0x00, 0x00, 0x00, 0x3a, 0x7e, 0x9b, 0x55, 0x00, 0x00, 0x00, 0x0a, 0x49,
    0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0xf8, 0x0f, 0x00, 0x01, 0x01, 0x01, 0x00, 0x1c, 0xb0, 0x8c, 0x99, 0x00, 0x00,
    0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82,
];

const MAX_BYTES: u64 = 64 * 1024 * 1024;

impl MemoryPreviewer {
    /// A previewer to which every PDF has one page.
    pub const fn new() -> Self {
        Self::with_pages(1)
    }

    /// A previewer to which every PDF has `pages` pages.
    pub const fn with_pages(pages: PageCount) -> Self {
        Self { pages }
    }
}

impl Default for MemoryPreviewer {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Previewer for MemoryPreviewer {
    fn max_bytes(&self) -> u64 {
        MAX_BYTES
    }

    fn at_once(&self) -> usize {
        2
    }

    async fn preview(&self, file: Bytes, page: u32, _width_pixels: u32) -> Result<Preview, PreviewError> {
        if file.len() as u64 > MAX_BYTES {
            return Err(PreviewError::TooMuch { what: "memory" });
        }
        let pages = match file.as_ref() {
            file if file.starts_with(b"%PDF-") => self.pages,
            file if file.starts_with(b"\x89PNG") => 1,
            _ => return Err(PreviewError::Unsupported),
        };
        if page >= pages {
            return Err(PreviewError::NoSuchPage { pages });
        }
        Ok(Preview { png: Bytes::from_static(&PIXEL), width_pixels: 1, height_pixels: 1, pages })
    }
}
