//! The headers that every answer carries.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use portal_core::ports::Entropy;

/// What a page of this answer puts on its own scripts and styles, so that nobody else's run. 128 random bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nonce(Arc<str>);

impl Nonce {
    /// The text of the attribute.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What the headers depend on.
#[derive(Clone)]
pub struct HeaderPolicy {
    /// Whether people come over TLS: only then may a browser be told to insist on it.
    pub https: bool,
    /// Where nonces come from.
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for HeaderPolicy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HeaderPolicy").field("https", &self.https).finish_non_exhaustive()
    }
}

/// Gives each request a [`Nonce`] and each answer the headers of [`HeaderPolicy`], for `axum::middleware::from_fn_with_state`.
///
/// What a handler has set itself stays: a download has a stricter content policy, and pictures of the page's own may be kept.
pub async fn secure(State(policy): State<HeaderPolicy>, mut request: Request, next: Next) -> Response {
    let Ok(random) = policy.entropy.draw() else { return StatusCode::SERVICE_UNAVAILABLE.into_response() };
    let nonce = Nonce(BASE64.encode(random.split_at(16).0).into());
    request.extensions_mut().insert(nonce.clone());
    let mut response = next.run(request).await;
    add(response.headers_mut(), &nonce, policy.https);
    response
}

/// The content policy of a page: its own scripts and styles by nonce, its own pictures and requests, and nothing else.
pub fn page_policy(nonce: &Nonce) -> String {
    let nonce = nonce.as_str();
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; img-src 'self'; connect-src 'self'; \
         frame-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    )
}

fn add(headers: &mut HeaderMap, nonce: &Nonce, https: bool) {
    let mut set = |name: HeaderName, value: HeaderValue| {
        headers.entry(name).or_insert(value);
    };
    if let Ok(policy) = HeaderValue::try_from(page_policy(nonce)) {
        set(header::CONTENT_SECURITY_POLICY, policy);
    }
    set(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    set(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Not `no-referrer`: with it browsers say `Origin: null` in our own forms, and older ones nothing else.
    set(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin"));
    set(HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin"));
    if https {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        set(header::STRICT_TRANSPORT_SECURITY, year);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l24_an_answer_says_what_a_page_may_do() {
        let mut headers = HeaderMap::new();
        add(&mut headers, &Nonce("n0nce".into()), false);
        let policy = headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        for part in [
            "default-src 'none'",
            "script-src 'nonce-n0nce'",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        ] {
            assert!(policy.contains(part), "{part} is missing in {policy}");
        }
        assert!(!policy.contains("unsafe"));
        assert_eq!(headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        assert_eq!(headers[header::REFERRER_POLICY], "same-origin");
        assert!(!headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn l24_strict_transport_is_said_over_https_only() {
        let mut headers = HeaderMap::new();
        add(&mut headers, &Nonce("n".into()), true);
        assert!(headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
    }

    #[test]
    fn what_a_handler_set_stays() {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox"));
        add(&mut headers, &Nonce("n".into()), false);
        assert_eq!(headers[header::CONTENT_SECURITY_POLICY], "sandbox");
        assert_eq!(headers.get_all(header::CONTENT_SECURITY_POLICY).iter().count(), 1);
    }
}
