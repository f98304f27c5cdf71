//! The bytes of an upload as they come in.

use std::io;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};

/// The bytes of an upload: a stream that is read once, chunk by chunk, and never held whole.
pub struct Body(Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>);

impl Body {
    /// Takes any stream of chunks. An error in it breaks the upload off, and nothing of it is kept.
    pub fn from_stream(chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self(Box::pin(chunks))
    }

    pub(crate) async fn next(&mut self) -> Option<io::Result<Bytes>> {
        self.0.next().await
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        let bytes = bytes.into();
        Self::from_stream(stream::once(async move { Ok(bytes) }))
    }
}

impl std::fmt::Debug for Body {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Body(…)")
    }
}
