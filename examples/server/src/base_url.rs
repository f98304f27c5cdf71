//! Where people reach this server: `https`, or `http` on the loopback, and nothing else.

use std::fmt;
use std::net::SocketAddr;

use portal_core::values::WebLink;

/// The scheme, host and port under which people reach this server, as browsers write an origin.
///
/// It comes from configuration and never from a request, so that nobody can make a mail point elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    home: WebLink,
}

/// Why an address cannot be a base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BaseUrlError {
    /// Sign-in cookies would travel in the clear.
    #[error(
        "the base URL `{0}` is neither https nor on this machine's loopback: set --base-url to the https address people use"
    )]
    Unsafe(String),
    /// Cookies are bound to the whole host, so that the portal cannot share it by path.
    #[error("the base URL `{0}` may hold a scheme, a host and a port, and nothing after them")]
    NotAnOrigin(String),
}

impl BaseUrl {
    /// Reads `https://host[:port]`, or `http://` with a loopback host.
    ///
    /// # Errors
    /// [`BaseUrlError`] for anything else.
    pub fn new(text: &str) -> Result<Self, BaseUrlError> {
        let text = text.trim();
        let bare = text.strip_suffix('/').unwrap_or(text).to_ascii_lowercase();
        let link = WebLink::new(bare.clone()).map_err(|_| BaseUrlError::Unsafe(text.to_owned()))?;
        let not_an_origin = || BaseUrlError::NotAnOrigin(text.to_owned());
        let (scheme, authority) = link.as_str().split_once("://").ok_or_else(not_an_origin)?;
        if !is_authority(authority) {
            return Err(not_an_origin());
        }
        let default_port = if scheme == "https" { ":443" } else { ":80" };
        let authority = authority.strip_suffix(default_port).unwrap_or(authority);
        let home = WebLink::new(format!("{scheme}://{authority}")).map_err(|_| not_an_origin())?;
        Ok(Self { home })
    }

    /// The address that `listen` is reached at from this machine.
    ///
    /// # Errors
    /// [`BaseUrlError::Unsafe`] when `listen` is not on the loopback.
    pub fn of_listener(listen: SocketAddr) -> Result<Self, BaseUrlError> {
        Self::new(&format!("http://{listen}"))
    }

    /// The origin, as browsers send it in `Origin`.
    pub fn origin(&self) -> &str {
        self.home.as_str()
    }

    /// The same, as a link.
    pub fn home(&self) -> &WebLink {
        &self.home
    }

    /// The host and port, as browsers send them in `Host`.
    pub fn authority(&self) -> &str {
        self.origin().split_once("://").map_or("", |(_, authority)| authority)
    }

    /// Whether people come over TLS.
    pub fn is_https(&self) -> bool {
        self.origin().starts_with("https://")
    }

    /// The absolute address of `path`, which begins with a slash.
    pub fn join(&self, path: &str) -> String {
        format!("{}{path}", self.origin())
    }
}

impl fmt::Display for BaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.origin())
    }
}

fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, port)) => {
            let valid = address.parse::<std::net::Ipv6Addr>().is_ok();
            return valid && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
        }
        None => text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port))),
    };
    let label =
        |label: &str| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    host.split('.').all(label) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok_and(|port| port > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l22_a_base_url_is_https_or_loopback() {
        for (text, origin) in [
            ("https://portal.acme.test", "https://portal.acme.test"),
            (" https://Portal.Acme.test:443/ ", "https://portal.acme.test"),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("http://[::1]:8080/", "http://[::1]:8080"),
            ("http://localhost:80", "http://localhost"),
        ] {
            assert_eq!(BaseUrl::new(text).unwrap().origin(), origin);
        }
        for text in
            ["http://portal.acme.test", "http://0.0.0.0:8080", "ftp://acme.test", "acme.test", "", "http://10.0.0.1"]
        {
            assert!(matches!(BaseUrl::new(text), Err(BaseUrlError::Unsafe(_))), "{text}");
        }
        let refusal = BaseUrl::new("http://portal.acme.test").unwrap_err().to_string();
        assert!(refusal.contains("http://portal.acme.test") && !refusal.contains('\n'), "{refusal}");
    }

    #[test]
    fn a_base_url_is_an_origin_and_no_more() {
        for text in [
            "https://acme.test/portal",
            "https://a@acme.test",
            "https://acme.test?x",
            "https://acme.test:0",
            "https://a..b",
        ] {
            assert!(matches!(BaseUrl::new(text), Err(BaseUrlError::NotAnOrigin(_))), "{text}");
        }
    }

    #[test]
    fn the_listener_is_reached_on_the_loopback_alone() {
        assert_eq!(BaseUrl::of_listener(([127, 0, 0, 1], 8080).into()).unwrap().authority(), "127.0.0.1:8080");
        assert!(BaseUrl::of_listener(([0, 0, 0, 0], 8080).into()).is_err());
    }
}
