//! The bytes of an upload as they come in.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};

/// The bytes of an upload: a stream that is read once, chunk by chunk, and never held whole.
pub struct Body {
    /// What was read ahead.
    ahead: VecDeque<io::Result<Bytes>>,
    /// What comes after it; nothing once it ended or broke off.
    rest: Option<Pin<Box<dyn Stream<Item = io::Result<Bytes>> + Send>>>,
}

impl Body {
    /// Takes any stream of chunks. An error in it breaks the upload off, and nothing of it is kept.
    pub fn from_stream(chunks: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Self {
        Self { ahead: VecDeque::new(), rest: Some(Box::pin(chunks)) }
    }

    pub(crate) async fn next(&mut self) -> Option<io::Result<Bytes>> {
        match self.ahead.pop_front() {
            Some(chunk) => Some(chunk),
            None => self.pull().await,
        }
    }

    /// Reads ahead until `least` bytes are there or no more come, and says how many are.
    pub(crate) async fn read_ahead(&mut self, least: u64) -> u64 {
        let mut came = 0;
        while came < least {
            let Some(chunk) = self.pull().await else { break };
            came += chunk.as_ref().map_or(0, |chunk| chunk.len() as u64);
            self.ahead.push_back(chunk);
        }
        came
    }

    async fn pull(&mut self) -> Option<io::Result<Bytes>> {
        let next = self.rest.as_mut()?.next().await;
        if !matches!(next, Some(Ok(_))) {
            self.rest = None;
        }
        next
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
