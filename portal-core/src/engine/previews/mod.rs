//! Pictures of pages: what was drawn is kept, and what is drawn waits for a place before a byte of it is read.

mod kept;

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use futures_util::StreamExt as _;

use super::content::Readable;
use super::places::Places;
use super::{Engine, Error};
use crate::files::DocumentVersion;
use crate::ports::{Preview, PreviewError, Previewer};
use crate::values::FirmId;
use kept::{Kept, Wanted};

/// The previewer, and what keeps strangers' files from filling the memory of this process.
pub(crate) struct Previews {
    previewer: Arc<dyn Previewer>,
    places: Places,
    kept: Kept,
}

impl Previews {
    /// Pictures that `previewer` draws, of which at most `kept_bytes` are kept.
    pub(super) fn new(previewer: Arc<dyn Previewer>, kept_bytes: usize) -> Self {
        Self { places: Places::new(previewer.at_once()), kept: Kept::new(kept_bytes), previewer }
    }

    /// A picture of one page of what somebody was found to have access to.
    pub(super) async fn preview(
        &self,
        engine: &Engine,
        readable: &Readable,
        page: u32,
        width_pixels: u32,
    ) -> Result<Preview, Error> {
        let version = &readable.version;
        if version.size_bytes > self.previewer.max_bytes() {
            return Err(Error::Preview(PreviewError::TooMuch { what: "memory" }));
        }
        let wanted = Wanted { file: (readable.firm, version.sha256), page, width_pixels };
        if let Some(found) = self.kept.find(&wanted, engine.clock.now()) {
            return found.map_err(Error::Preview);
        }
        let _place = self.places.take(engine.clock.as_ref(), (readable.firm, readable.actor)).await?;
        // Somebody may have drawn it while this one waited.
        if let Some(found) = self.kept.find(&wanted, engine.clock.now()) {
            return found.map_err(Error::Preview);
        }
        let file = read(engine, readable.firm, version).await?;
        let drawn = self.previewer.preview(file, page, width_pixels).await;
        self.kept.note(&wanted, &drawn, engine.clock.now());
        drawn.map_err(Error::Preview)
    }
}

/// The whole file: the previewer takes it at once, and says how large it may be.
async fn read(engine: &Engine, firm: FirmId, version: &DocumentVersion) -> Result<Bytes, Error> {
    let mut chunks = engine.blobs_of(firm).read(version.blob, 0..version.size_bytes).await?;
    let mut file = BytesMut::with_capacity(usize::try_from(version.size_bytes).unwrap_or(0));
    while let Some(chunk) = chunks.next().await {
        file.extend_from_slice(&chunk?);
    }
    Ok(file.freeze())
}
