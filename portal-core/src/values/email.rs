//! Email addresses, as one person types them and as another is found by them.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use super::text::is_dangerous;

/// Why a text is not an email address that the portal writes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmailAddressError {
    /// Nothing was typed.
    #[error("an email address is needed")]
    Empty,
    /// Longer than 254 bytes (RFC 5321, 4.5.3.1.3).
    #[error("longer than an email address can be")]
    TooLong,
    /// Not of the form `name@domain.example`. Quoted names, comments, display names and addresses of bare machines are
    /// refused too: no client has one, and forgers love them.
    #[error("not an email address")]
    Malformed,
}

/// An email address: what was typed, trimmed, beside the canonical form by which it is compared.
///
/// Canonical is NFC, lower case, with the domain in its ASCII form (RFC 5891). The part before the `@` is compared without
/// case, as every large mail service does, though RFC 5321 would allow otherwise.
#[derive(Clone)]
pub struct EmailAddress {
    typed: String,
    canonical: String,
}

impl EmailAddress {
    /// Reads an address as a person typed it.
    ///
    /// # Errors
    /// [`EmailAddressError`] says what is wrong with it.
    pub fn new(text: &str) -> Result<Self, EmailAddressError> {
        let typed: String = text.trim().nfc().collect();
        if typed.is_empty() {
            return Err(EmailAddressError::Empty);
        }
        if typed.len() > 254 {
            return Err(EmailAddressError::TooLong);
        }
        if typed.chars().any(|character| {
            is_dangerous(character) || character.is_whitespace() || "\"()<>[]:;,\\".contains(character)
        }) {
            return Err(EmailAddressError::Malformed);
        }
        let options =
            email_address::Options::default().with_required_tld().without_domain_literal().without_display_text();
        let parsed = email_address::EmailAddress::parse_with_options(&typed, options)
            .map_err(|_| EmailAddressError::Malformed)?;
        let domain = idna::domain_to_ascii_strict(parsed.domain()).map_err(|_| EmailAddressError::Malformed)?;
        let canonical = format!("{}@{domain}", parsed.local_part().to_lowercase());
        if canonical.len() > 254 {
            return Err(EmailAddressError::TooLong);
        }
        Ok(Self { typed, canonical })
    }

    /// The address as it was typed.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The form by which addresses are compared and looked up.
    pub fn canonical(&self) -> &str {
        &self.canonical
    }

    /// The address with most of the name before the `@` hidden: `a•••@acme.test`.
    pub fn masked(&self) -> String {
        let (local, domain) = self.typed.split_once('@').unwrap_or((&self.typed, ""));
        let first: String = local.chars().take(1).collect();
        format!("{first}•••@{domain}")
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.canonical == other.canonical
    }
}

impl Eq for EmailAddress {}

impl std::hash::Hash for EmailAddress {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.canonical.hash(state);
    }
}

impl PartialOrd for EmailAddress {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for EmailAddress {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.canonical.cmp(&other.canonical)
    }
}

impl fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.typed)
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EmailAddress({})", self.masked())
    }
}

impl serde::Serialize for EmailAddress {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_compared_without_case_and_composition() {
        let typed = EmailAddress::new(" Ana.Jose\u{301}@ACME.test ").unwrap();
        assert_eq!(typed, EmailAddress::new("ana.josé@acme.test").unwrap());
        assert_eq!(typed.as_str(), "Ana.José@ACME.test");
        assert_eq!(EmailAddress::new("ana@bücher.test").unwrap().canonical(), "ana@xn--bcher-kva.test");
        assert_eq!(typed.masked(), "A•••@ACME.test");
    }

    #[test]
    fn odd_addresses_are_refused() {
        for text in [
            "ana",
            "@acme.test",
            "ana@",
            "ana@localhost",
            "ana@[127.0.0.1]",
            "Ana <ana@acme.test>",
            "\"a b\"@acme.test",
            "ana@acme.test\r\nBcc: x@y.test",
            "ana@ac\u{202e}me.test",
            "a@b@acme.test",
            "ana,ben@acme.test",
            "ana@acme..test",
            ".ana@acme.test",
            "ana(comment)@acme.test",
            "a\0na@acme.test",
        ] {
            assert_eq!(EmailAddress::new(text), Err(EmailAddressError::Malformed), "{text:?}");
        }
        assert_eq!(EmailAddress::new("  "), Err(EmailAddressError::Empty));
        assert_eq!(EmailAddress::new(&format!("{}@acme.test", "a".repeat(250))), Err(EmailAddressError::TooLong));
    }
}
