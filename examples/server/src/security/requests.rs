//! A name for each request, and a limit to how long it may take to be answered.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
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

/// Where a request comes from: the other end of the connection, or, behind proxies of ours, whom the outermost of them speaks
/// for. Each of them adds one address to `X-Forwarded-For`, at its end; what stands before these is the sender's own word, and
/// is not looked at. Where a proxy has added nothing, its own address is all that is known.
pub fn source(headers: &HeaderMap, peer: IpAddr, proxies: usize) -> IpAddr {
    let Some(behind) = proxies.checked_sub(1) else { return peer };
    let lines = headers.get_all(FORWARDED_FOR).iter().filter_map(|line| line.to_str().ok());
    let named: Vec<&str> = lines.flat_map(|line| line.split(',')).map(str::trim).collect();
    named.iter().rev().nth(behind).and_then(|address| address.parse().ok()).unwrap_or(peer)
}

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// Answers `503` when a request is not answered within `span`, for `axum::middleware::from_fn_with_state`. It is not for
/// uploads, which take what they take while bytes come, and does not count how long the answer takes to be read.
pub async fn within(State(span): State<Duration>, request: Request, next: Next) -> Response {
    let answer = tokio::time::timeout(span, next.run(request)).await;
    answer.unwrap_or_else(|_| StatusCode::SERVICE_UNAVAILABLE.into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l10_a_source_is_what_our_own_proxies_say_and_never_what_the_sender_says() {
        let proxy: IpAddr = "10.0.0.1".parse().unwrap();
        let from = |lines: &[&'static str], proxies| {
            let headers = lines.iter().map(|line| (FORWARDED_FOR, HeaderValue::from_static(line))).collect();
            source(&headers, proxy, proxies).to_string()
        };
        assert_eq!(from(&["203.0.113.9"], 0), "10.0.0.1");
        assert_eq!(from(&["203.0.113.9"], 1), "203.0.113.9");
        assert_eq!(from(&["198.51.100.7, 203.0.113.9"], 1), "203.0.113.9");
        assert_eq!(from(&["198.51.100.7", "203.0.113.9, 10.0.0.2"], 2), "203.0.113.9");
        assert_eq!(from(&["2001:db8::1"], 1), "2001:db8::1");
        for nothing in [&[][..], &["nonsense"], &["203.0.113.9, "]] {
            assert_eq!(from(nothing, 1), "10.0.0.1");
        }
        assert_eq!(from(&["203.0.113.9"], 2), "10.0.0.1");
    }
}
