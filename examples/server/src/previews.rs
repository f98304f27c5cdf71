//! Pictures that were just drawn, kept for a while: a page asks for one to learn how many there are, and a moment later
//! the browser asks for the same one.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use bytes::Bytes;
use portal_core::ports::{Preview, PreviewError, Previewer};
use portal_core::values::Digest;

/// A previewer that remembers the last pictures of another one, by what was drawn: access was decided before, and nothing is
/// found without the very bytes.
#[derive(Debug)]
pub struct RecentPreviews<P> {
    inner: P,
    most_bytes: usize,
    kept: Mutex<VecDeque<(Key, Preview)>>,
}

type Key = (Digest, u32, u32);

impl<P: Previewer> RecentPreviews<P> {
    /// Remembers pictures of `inner` that have at most `most_bytes` together.
    pub fn new(inner: P, most_bytes: usize) -> Self {
        Self { inner, most_bytes, kept: Mutex::new(VecDeque::new()) }
    }

    fn kept(&self) -> MutexGuard<'_, VecDeque<(Key, Preview)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn find(&self, key: &Key) -> Option<Preview> {
        let mut kept = self.kept();
        let at = kept.iter().position(|(known, _)| known == key)?;
        let found = kept.remove(at)?;
        let preview = found.1.clone();
        kept.push_front(found);
        Some(preview)
    }

    fn keep(&self, key: Key, preview: &Preview) {
        let mut kept = self.kept();
        kept.push_front((key, preview.clone()));
        let mut bytes = 0;
        let fits = |(_, preview): &(Key, Preview)| {
            bytes += preview.png.len();
            bytes <= self.most_bytes
        };
        let count = kept.iter().map(fits).take_while(|fits| *fits).count();
        kept.truncate(count);
    }
}

#[async_trait]
impl<P: Previewer> Previewer for RecentPreviews<P> {
    fn max_bytes(&self) -> u64 {
        self.inner.max_bytes()
    }

    async fn preview(&self, file: Bytes, page: u32, width_pixels: u32) -> Result<Preview, PreviewError> {
        let key = (Digest::of(&file), page, width_pixels);
        if let Some(preview) = self.find(&key) {
            return Ok(preview);
        }
        let preview = self.inner.preview(file, page, width_pixels).await?;
        self.keep(key, &preview);
        Ok(preview)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// Counts what it draws; each picture has ten bytes.
    #[derive(Debug, Default)]
    struct Counting(AtomicU32);

    #[async_trait]
    impl Previewer for Counting {
        fn max_bytes(&self) -> u64 {
            100
        }

        async fn preview(&self, _: Bytes, page: u32, width_pixels: u32) -> Result<Preview, PreviewError> {
            if page > 8 {
                return Err(PreviewError::NoSuchPage { pages: 9 });
            }
            self.0.fetch_add(1, Ordering::SeqCst);
            Ok(Preview { png: vec![0; 10].into(), width_pixels, height_pixels: 1, pages: 9 })
        }
    }

    #[tokio::test]
    async fn what_was_drawn_is_not_drawn_again_while_there_is_room() {
        let previews = RecentPreviews::new(Counting::default(), 30);
        let drawn = async |file: &'static str, page, width| {
            previews.preview(Bytes::from_static(file.as_bytes()), page, width).await.unwrap();
            previews.inner.0.load(Ordering::SeqCst)
        };
        assert_eq!(drawn("a", 0, 100).await, 1);
        assert_eq!(drawn("a", 0, 100).await, 1);
        assert_eq!(drawn("a", 0, 101).await, 2);
        assert_eq!(drawn("b", 0, 100).await, 3);
        assert_eq!(drawn("a", 0, 100).await, 3);
        // A fourth takes the place of the one not asked for longest.
        assert_eq!(drawn("a", 1, 100).await, 4);
        assert_eq!(drawn("a", 0, 100).await, 4);
        assert_eq!(drawn("a", 0, 101).await, 5);
    }

    #[tokio::test]
    async fn what_could_not_be_drawn_is_tried_again() {
        let previews = RecentPreviews::new(Counting::default(), 30);
        for _ in 0..2 {
            let refused = previews.preview(Bytes::new(), 9, 10).await;
            assert!(matches!(refused, Err(PreviewError::NoSuchPage { pages: 9 })));
        }
    }
}
