//! What uploaders say that their files are.

use std::fmt;

/// A media type such as `application/pdf`, as declared: never served as it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct MediaType(String);

impl MediaType {
    /// Reads a declared type: `type/subtype` of RFC 6838's characters, at most 127 a side; parameters are dropped.
    /// `None` for anything else.
    pub fn new(text: &str) -> Option<Self> {
        let essence = text.split(';').next()?.trim().to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/')?;
        let restricted = |name: &str| {
            (1..=127).contains(&name.len())
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
        };
        if restricted(kind) && restricted(subtype) { Some(Self(essence)) } else { None }
    }

    /// The type.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for MediaType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_declared_type_is_kept_without_its_parameters_or_not_at_all() {
        for (text, kept) in [
            ("application/pdf", Some("application/pdf")),
            (" Text/HTML; charset=utf-8", Some("text/html")),
            ("image/svg+xml", Some("image/svg+xml")),
            ("", None),
            ("pdf", None),
            ("application/", None),
            ("a b/c", None),
            ("text/html\r\nX: y", None),
            (&"a/".repeat(2), None),
            (&format!("a/{}", "b".repeat(128)), None),
        ] {
            assert_eq!(MediaType::new(text).as_ref().map(MediaType::as_str), kept, "{text:?}");
        }
    }
}
