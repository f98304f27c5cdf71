//! Drawing on a thread of this process.

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use portal_core::ports::{Preview, PreviewError, Previewer};
use tokio::sync::Semaphore;

use crate::limits::MAX_FILE_BYTES;
use crate::render::{render, unreadable};

/// Draws pages on threads of this process, a few at once.
///
/// It keeps the limits of pixels and no limit of time: who calls it may stop waiting, and the drawing goes on to its end.
/// Memory and the stack are the process's own: a file that is nested deep enough ends the whole process. For what strangers
/// upload take [`ChildPreviewer`](crate::ChildPreviewer).
///
/// ```
/// # tokio::runtime::Runtime::new()?.block_on(async {
/// use portal_core::ports::{PreviewError, Previewer as _};
///
/// let previewer = portal_pdf::PagePreviewer::default();
/// let answer = previewer.preview("%PDF-1.7, and no more".into(), 0, 800).await;
/// assert!(matches!(answer, Err(PreviewError::Unreadable { .. })));
/// # }); Ok::<_, std::io::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct PagePreviewer {
    at_once: usize,
    places: Arc<Semaphore>,
}

impl PagePreviewer {
    /// A previewer that draws `at_once` pages at a time (at least one); others wait.
    pub fn new(at_once: usize) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS);
        Self { at_once, places: Arc::new(Semaphore::new(at_once)) }
    }
}

impl Default for PagePreviewer {
    /// Two at a time.
    fn default() -> Self {
        Self::new(2)
    }
}

#[async_trait]
impl Previewer for PagePreviewer {
    fn max_bytes(&self) -> u64 {
        MAX_FILE_BYTES
    }

    fn at_once(&self) -> usize {
        self.at_once
    }

    async fn preview(&self, file: Bytes, page: u32, width_pixels: u32) -> Result<Preview, PreviewError> {
        let place =
            Arc::clone(&self.places).acquire_owned().await.map_err(|error| PreviewError::Failed(error.into()))?;
        let drawing = tokio::task::spawn_blocking(move || {
            // Given back when the drawing ends, which may be after the caller went away.
            let _place = place;
            render(&file, page, width_pixels)
        });
        match drawing.await {
            Ok(drawn) => drawn,
            Err(stopped) if stopped.is_panic() => Err(unreadable("the renderer fails on it")),
            Err(stopped) => Err(PreviewError::Failed(stopped.into())),
        }
    }
}
