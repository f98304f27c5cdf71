//! Forms with files, read part by part: what stands before a file is short.
//!
//! A parser of `multipart/form-data` holds the head of a part until it has all of it. Nobody says how long a head may be, and
//! what is held is searched anew with each piece that comes: somebody who sends one without end fills the memory and the
//! processor.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::{Stream, ready};

/// The most bytes that stand before a file: 16 KiB, of which a name of 200 characters is the most of what a browser sends.
pub const HEAD_BYTES: usize = 16 * 1024;

/// There is no limit now.
const UNLIMITED: usize = usize::MAX;

/// How many bytes may still come before the head of a part has to be whole.
#[derive(Debug, Clone)]
pub struct HeadLimit(Arc<AtomicUsize>);

impl HeadLimit {
    /// A head begins: of what comes now, [`HEAD_BYTES`] are handed on. The piece handed on last may hold the beginning of it.
    pub fn begin(&self) {
        self.0.store(HEAD_BYTES, Ordering::SeqCst);
    }

    /// A file begins: it has a limit of its own.
    pub fn lift(&self) {
        self.0.store(UNLIMITED, Ordering::SeqCst);
    }
}

/// A head goes on and on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("more than {HEAD_BYTES} bytes stand before a file")]
pub struct HeadTooLong;

/// A body for a parser of forms, which is given one piece at a time and looks at it before it is given the next.
#[derive(Debug)]
pub struct ShortHeads<S> {
    body: S,
    limit: HeadLimit,
    /// What came and was not handed on yet.
    rest: Bytes,
    /// Whether a piece was just handed on, so that the parser looks at it before there is another.
    handed_on: bool,
}

impl<S> ShortHeads<S> {
    /// Watches over `body`, which begins with a head.
    pub fn new(body: S) -> (Self, HeadLimit) {
        let limit = HeadLimit(Arc::new(AtomicUsize::new(HEAD_BYTES)));
        (Self { body, limit: limit.clone(), rest: Bytes::new(), handed_on: false }, limit)
    }
}

impl<S, E> Stream for ShortHeads<S>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if std::mem::take(&mut self.handed_on) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        while self.rest.is_empty() {
            match ready!(Pin::new(&mut self.body).poll_next(context)) {
                Some(Ok(chunk)) => self.rest = chunk,
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => return Poll::Ready(None),
            }
        }
        let left = self.limit.0.load(Ordering::SeqCst);
        if left == 0 {
            return Poll::Ready(Some(Err(HeadTooLong.into())));
        }
        let length = self.rest.len().min(left);
        let piece = self.rest.split_to(length);
        if left != UNLIMITED {
            self.limit.0.store(left - length, Ordering::SeqCst);
        }
        self.handed_on = true;
        Poll::Ready(Some(Ok(piece)))
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use futures_util::{StreamExt as _, stream};
    use multer::Multipart;

    use super::*;

    const CHUNK: usize = 4096;

    /// A form that begins so and goes on without end; and how much of it was asked for.
    fn form(begins: &str) -> (Multipart<'static>, HeadLimit, Arc<AtomicUsize>) {
        let pulled = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&pulled);
        let goes_on = stream::repeat_with(move || {
            count.fetch_add(CHUNK, Ordering::SeqCst);
            Bytes::from_static(&[b'a'; CHUNK])
        });
        let body = stream::iter([Bytes::from(begins.to_owned())]).chain(goes_on).map(Ok::<_, Infallible>);
        let (body, limit) = ShortHeads::new(body);
        (Multipart::new(body, "edge"), limit, pulled)
    }

    #[tokio::test]
    async fn l28_a_head_without_end_is_refused_once_it_is_too_long() {
        for begins in ["", "--edge\r\nX: ", "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\""] {
            let (mut form, _, pulled) = form(begins);
            assert!(form.next_field().await.is_err(), "{begins}");
            let pulled = pulled.load(Ordering::SeqCst);
            assert!(pulled <= HEAD_BYTES + CHUNK, "{pulled} bytes were asked for: {begins}");
        }
    }

    #[tokio::test]
    async fn l28_a_file_may_be_long_and_the_head_after_it_may_not() {
        let file = "x".repeat(10 * HEAD_BYTES);
        let part = "--edge\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n";
        let (mut form, limit, pulled) = form(&format!("{part}{file}\r\n--edge\r\nX: "));
        let field = form.next_field().await.unwrap().unwrap();
        limit.lift();
        assert_eq!(field.bytes().await.unwrap().len(), file.len());
        limit.begin();
        assert!(form.next_field().await.is_err());
        assert!(pulled.load(Ordering::SeqCst) <= HEAD_BYTES + CHUNK);
    }

    #[tokio::test]
    async fn what_comes_in_one_piece_is_read_like_what_comes_in_many() {
        let part = "--edge\r\nContent-Disposition: form-data; name=\"file\"\r\n\r\n";
        let whole = format!("{part}{}\r\n{part}short\r\n--edge--\r\n", "y".repeat(50_000));
        for length in [1_000_000, 10_000, 7] {
            let pieces: Vec<Bytes> = whole.as_bytes().chunks(length).map(Bytes::copy_from_slice).collect();
            let (body, limit) = ShortHeads::new(stream::iter(pieces).map(Ok::<_, Infallible>));
            let mut form = Multipart::new(body, "edge");
            let mut lengths = Vec::new();
            while let Some(field) = form.next_field().await.unwrap() {
                limit.lift();
                lengths.push(field.bytes().await.unwrap().len());
                limit.begin();
            }
            assert_eq!(lengths, [50_000, 5], "in pieces of {length}");
        }
    }
}
