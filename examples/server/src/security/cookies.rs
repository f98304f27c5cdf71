//! Cookies that no other host and no other path can set or read (RFC 6265bis, section 4.1.3.2).

use std::fmt;
use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

/// A `__Host-` cookie: Secure, HttpOnly, SameSite=Lax, Path=/, and without a Domain.
///
/// Chromium and Firefox keep it on `http` loopback too.
///
/// ```
/// use portal_server::security::cookies::{HostCookie, Lifetime};
///
/// const SESSION: HostCookie = HostCookie::new("__Host-session");
/// let set = SESSION.set("Zm9v", Lifetime::Browser).unwrap();
/// assert_eq!(set, "__Host-session=Zm9v; Path=/; Secure; HttpOnly; SameSite=Lax");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HostCookie {
    name: &'static str,
}

/// How long a browser keeps a cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lifetime {
    /// Until it is closed.
    Browser,
    /// For so long, to the second.
    For(Duration),
}

/// The value holds something that a cookie cannot carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a cookie carries letters, digits and -._~ only")]
pub struct CookieError;

impl HostCookie {
    /// A cookie of this name, which has to begin with `__Host-`: a constant of another name does not compile.
    #[expect(clippy::panic, reason = "in a constant it fails the build, and names are constants")]
    pub const fn new(name: &'static str) -> Self {
        let [b'_', b'_', b'H', b'o', b's', b't', b'-', _, ..] = name.as_bytes() else {
            panic!("the name of a host cookie begins with __Host-");
        };
        Self { name }
    }

    /// The value that a browser sent. Two cookies of this name are none: a browser keeps one.
    pub fn read<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        let mut found = headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(name, _)| *name == self.name)
            .map(|(_, value)| value);
        let value = found.next()?;
        (found.next().is_none() && is_plain(value)).then_some(value)
    }

    /// The `Set-Cookie` header that sets it.
    ///
    /// # Errors
    /// [`CookieError`] when the value holds more than letters, digits and `-._~`.
    pub fn set(&self, value: &str, lifetime: Lifetime) -> Result<HeaderValue, CookieError> {
        if !is_plain(value) {
            return Err(CookieError);
        }
        let age = match lifetime {
            Lifetime::Browser => None,
            Lifetime::For(span) => Some(span.as_secs()),
        };
        self.header(value, age)
    }

    /// The `Set-Cookie` header that takes it away.
    ///
    /// # Errors
    /// Never in practice: an empty value can always be carried.
    pub fn clear(&self) -> Result<HeaderValue, CookieError> {
        self.header("", Some(0))
    }

    fn header(self, value: &str, max_age: Option<u64>) -> Result<HeaderValue, CookieError> {
        let age = max_age.map(|seconds| format!("; Max-Age={seconds}")).unwrap_or_default();
        let line = format!("{self}={value}; Path=/{age}; Secure; HttpOnly; SameSite=Lax");
        HeaderValue::from_str(&line).map_err(|_| CookieError)
    }
}

impl fmt::Display for HostCookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COOKIE: HostCookie = HostCookie::new("__Host-session");

    fn sent(lines: &[&'static str]) -> HeaderMap {
        lines.iter().map(|line| (header::COOKIE, HeaderValue::from_static(line))).collect()
    }

    #[test]
    fn l22_a_cookie_is_bound_to_the_host_and_hidden_from_scripts() {
        let set = COOKIE.set("abc-_.~9", Lifetime::For(Duration::from_secs(60))).unwrap();
        assert_eq!(set, "__Host-session=abc-_.~9; Path=/; Max-Age=60; Secure; HttpOnly; SameSite=Lax");
        assert_eq!(COOKIE.clear().unwrap(), "__Host-session=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax");
    }

    #[test]
    fn a_value_adds_no_attribute_and_no_header() {
        for value in ["a; Domain=evil.test", "a\r\nSet-Cookie: b=c", "a b", "é", "\"a\""] {
            assert_eq!(COOKIE.set(value, Lifetime::Browser), Err(CookieError), "{value}");
        }
    }

    #[test]
    fn a_cookie_is_found_among_others_and_only_once() {
        assert_eq!(COOKIE.read(&sent(&["a=b; __Host-session=xyz;c=d"])), Some("xyz"));
        assert_eq!(COOKIE.read(&sent(&["a=b", "__Host-session=xyz"])), Some("xyz"));
        for lines in [&["session=xyz"][..], &["__Host-session=a; __Host-session=b"], &["__Host-session=a b"], &[]] {
            assert_eq!(COOKIE.read(&sent(lines)), None, "{lines:?}");
        }
    }
}
