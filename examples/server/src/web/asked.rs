//! What the headers of a request say.

use axum::http::{HeaderMap, HeaderName, header};

/// The text of a header, where there is one that can be read.
pub(crate) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether a script asks, which is answered with words for a page of its own.
pub(crate) fn wants_json(headers: &HeaderMap) -> bool {
    text(headers, &header::ACCEPT).is_some_and(|accept| accept.starts_with("application/json"))
}
