//! Limits on what is sent: how many bytes, and how long a sender may say nothing.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::Stream;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};

/// Why a body was not taken.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BodyError {
    /// It has more bytes than allowed.
    #[error("more than {max_bytes} bytes were sent")]
    TooLarge {
        /// The most bytes that are taken.
        max_bytes: usize,
    },
    /// Nothing came for too long.
    #[error("nothing came for {} seconds", .0.as_secs())]
    Stalled(Duration),
    /// The connection broke.
    #[error("the connection broke off")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// Reads a whole body of at most `max_bytes` within `span`.
///
/// # Errors
/// [`BodyError`] when it is larger, takes longer, or breaks off.
pub async fn read_small(body: Body, max_bytes: usize, span: Duration) -> Result<Bytes, BodyError> {
    let read = Limited::new(body, max_bytes).collect();
    match tokio::time::timeout(span, read).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(BodyError::TooLarge { max_bytes }),
        Ok(Err(error)) => Err(BodyError::Broken(error)),
        Err(_) => Err(BodyError::Stalled(span)),
    }
}

/// A body as it comes, given up once nothing comes for a while. It may be of any length and take any time in all.
#[derive(Debug)]
pub struct Flowing {
    body: BodyDataStream,
    patience: Duration,
    deadline: Pin<Box<tokio::time::Sleep>>,
    ended: bool,
}

impl Flowing {
    /// Streams `body`, whose sender may say nothing for `patience` at a time.
    pub fn new(body: Body, patience: Duration) -> Self {
        Self { body: body.into_data_stream(), patience, deadline: Box::pin(tokio::time::sleep(patience)), ended: false }
    }
}

impl Stream for Flowing {
    type Item = Result<Bytes, BodyError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.ended {
            return Poll::Ready(None);
        }
        if let Poll::Ready(item) = Pin::new(&mut self.body).poll_next(context) {
            let next = tokio::time::Instant::now() + self.patience;
            self.deadline.as_mut().reset(next);
            self.ended = !matches!(item, Some(Ok(_)));
            return Poll::Ready(item.map(|chunk| chunk.map_err(|error| BodyError::Broken(error.into()))));
        }
        std::task::ready!(self.deadline.as_mut().poll(context));
        self.ended = true;
        Poll::Ready(Some(Err(BodyError::Stalled(self.patience))))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::StreamExt as _;
    use futures_util::stream;

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn slow(gaps: Vec<u64>) -> Body {
        Body::from_stream(stream::iter(gaps).then(|seconds| async move {
            tokio::time::sleep(SECOND * u32::try_from(seconds).unwrap()).await;
            Ok::<_, std::io::Error>(Bytes::from_static(b"x"))
        }))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_may_take_any_time_while_something_comes() {
        let chunks: Vec<_> = Flowing::new(slow(vec![50; 100]), SECOND * 60).collect().await;
        assert_eq!(chunks.iter().filter(|chunk| chunk.is_ok()).count(), 100);
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_stalls_is_given_up() {
        let chunks: Vec<_> = Flowing::new(slow(vec![1, 61, 1]), SECOND * 60).collect().await;
        assert!(matches!(chunks[..], [Ok(_), Err(BodyError::Stalled(_))]), "{chunks:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_small_body_is_small_and_quick() {
        assert_eq!(read_small(Body::from("abc"), 3, SECOND).await.unwrap(), "abc");
        assert!(matches!(read_small(Body::from("abcd"), 3, SECOND).await, Err(BodyError::TooLarge { max_bytes: 3 })));
        assert!(matches!(read_small(slow(vec![2]), 3, SECOND).await, Err(BodyError::Stalled(_))));
    }
}
