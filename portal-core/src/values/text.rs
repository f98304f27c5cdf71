//! Names of people and firms, colours and links.

use std::fmt;
use std::str::FromStr;

use unicode_normalization::UnicodeNormalization as _;

/// Why a text was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing is left of it.
    #[error("a name is needed")]
    Empty,
    /// It has more characters than allowed.
    #[error("longer than {max} characters")]
    TooLong {
        /// The most characters allowed.
        max: usize,
    },
    /// It has more lines than allowed.
    #[error("more than {max} lines")]
    TooManyLines {
        /// The most lines allowed.
        max: usize,
    },
    /// It holds control characters or marks that turn the direction of writing.
    #[error("holds control characters")]
    Forbidden,
    /// It is not written as this kind of value is.
    #[error("not written as expected")]
    Malformed,
}

/// The name of a person, client or firm: NFC, trimmed, 1 to 200 characters, no control or bidi-override
/// characters and none that break a line or are not seen.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct DisplayName(String);

impl DisplayName {
    /// The most characters a name has.
    pub const MAX_CHARS: usize = 200;

    /// Reads a name as a person typed it.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, too long, or holds control characters.
    pub fn new(text: &str) -> Result<Self, TextError> {
        if text.chars().any(is_dangerous) {
            return Err(TextError::Forbidden);
        }
        let name: String = text.nfc().collect::<String>().trim().to_owned();
        if name.is_empty() {
            return Err(TextError::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(TextError::TooLong { max: Self::MAX_CHARS });
        }
        Ok(Self(name))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name folded for sorting and searching: lower case.
    pub fn folded(&self) -> String {
        self.0.to_lowercase()
    }
}

impl fmt::Display for DisplayName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Control characters, marks that make a text read other than it is (UAX #9 overrides and isolates), spaces that are not
/// seen, and what breaks a line (UAX #14) without being a control character. Joiners stay: Persian and emoji need them.
pub(crate) fn is_dangerous(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}'
                | '\u{200b}' | '\u{2060}' | '\u{feff}' | '\u{2028}' | '\u{2029}'
        )
}

/// A colour as `#rrggbb`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Color([u8; 3]);

impl Color {
    /// Red, green and blue.
    pub const fn from_rgb(rgb: [u8; 3]) -> Self {
        Self(rgb)
    }

    /// Red, green and blue.
    pub const fn rgb(self) -> [u8; 3] {
        self.0
    }
}

impl FromStr for Color {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let digits = text.trim().strip_prefix('#').ok_or(TextError::Malformed)?;
        if digits.len() != 6 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(TextError::Malformed);
        }
        let bits = u32::from_str_radix(digits, 16).map_err(|_| TextError::Malformed)?;
        let [_, red, green, blue] = bits.to_be_bytes();
        Ok(Self([red, green, blue]))
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [red, green, blue] = self.0;
        write!(f, "#{red:02x}{green:02x}{blue:02x}")
    }
}

impl serde::Serialize for Color {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// An absolute address of a page of the embedding application, made from its configuration and never from a request.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct WebLink(String);

impl WebLink {
    /// Takes an `https` address, or an `http` one on the loopback.
    ///
    /// # Errors
    /// [`TextError::Malformed`] for anything else, and for addresses with white space or control characters.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        let visible = !text.chars().any(|character| character.is_whitespace() || is_dangerous(character));
        let trusted = text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
            || text.strip_prefix("http://").is_some_and(is_loopback);
        if visible && trusted { Ok(Self(text)) } else { Err(TextError::Malformed) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for WebLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

fn is_loopback(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix("[::1]") {
        Some("") => return true,
        Some(port) => return port.strip_prefix(':').is_some_and(is_port),
        None => authority,
    };
    let (host, port) = host.split_once(':').map_or((host, None), |(host, port)| (host, Some(port)));
    port.is_none_or(is_port)
        && (host == "localhost" || host.parse().is_ok_and(|ip: std::net::Ipv4Addr| ip.is_loopback()))
}

fn is_port(text: &str) -> bool {
    text.parse::<u16>().is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_trimmed_composed_and_bounded() {
        assert_eq!(DisplayName::new("  Jose\u{301} ").unwrap().as_str(), "José");
        assert_eq!(DisplayName::new(" \u{3000}"), Err(TextError::Empty));
        assert_eq!(DisplayName::new(&"x".repeat(201)), Err(TextError::TooLong { max: 200 }));
        for text in
            ["a\0b", "a\nBcc: x@y.test", "evil\u{202e}fdp.exe", "a\u{2066}b", "a\u{2028}b", "a\u{2029}b", "An\u{200b}a"]
        {
            assert_eq!(DisplayName::new(text), Err(TextError::Forbidden), "{text:?}");
        }
    }

    #[test]
    fn a_color_is_six_digits_and_nothing_else() {
        assert_eq!("#1F5f5b".parse::<Color>().unwrap().to_string(), "#1f5f5b");
        for text in ["1f5f5b", "#fff", "#1f5f5g", "red;}", "#+f5f5b"] {
            assert!(text.parse::<Color>().is_err(), "{text}");
        }
    }

    #[test]
    fn l22_a_link_is_https_or_loopback() {
        for text in ["https://portal.acme.test/x", "http://127.0.0.1:8080", "http://localhost/", "http://[::1]:80/a"] {
            assert!(WebLink::new(text).is_ok(), "{text}");
        }
        for text in [
            "http://acme.test",
            "http://127.0.0.1.evil.test",
            "javascript:x",
            "https:///x",
            "https://a b",
            "http://localhost@evil.test",
        ] {
            assert!(WebLink::new(text).is_err(), "{text}");
        }
    }
}
