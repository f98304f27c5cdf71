//! A name for each request, and a limit to how long it may take to be answered.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use portal_core::ports::Entropy;

/// The name of one request: what an error page shows and a log line begins with. It says nothing about who asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(Arc<str>);

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Names each request, for `axum::middleware::from_fn_with_state`; the answer carries the name in `X-Request-Id`. What the
/// sender calls it is not looked at: a log line cannot be forged by it.
pub async fn name(State(entropy): State<Arc<dyn Entropy>>, mut request: Request, next: Next) -> Response {
    let Ok(random) = entropy.draw() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let id: String = random.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    request.extensions_mut().insert(RequestId(id.as_str().into()));
    let mut response = next.run(request).await;
    if let Ok(value) = HeaderValue::try_from(id) {
        response.headers_mut().insert("x-request-id", value);
    }
    response
}

/// Answers `503` when a request is not answered within `span`, for `axum::middleware::from_fn_with_state`. It is not for
/// uploads, which take what they take while bytes come, and does not count how long the answer takes to be read.
pub async fn within(State(span): State<Duration>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(span, next.run(request)).await;
    answer.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}
