//! What a firm writes under each of its mails.

use unicode_normalization::UnicodeNormalization as _;

use super::{TextError, is_dangerous};

/// A few lines of plain text that a firm writes under each of its mails, such as its address and what the law wants to stand
/// there: NFC, each line trimmed, none empty, no control or bidi-override characters.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct MailFooter(String);

impl MailFooter {
    /// The most characters it has.
    pub const MAX_CHARS: usize = 600;
    /// The most lines it has.
    pub const MAX_LINES: usize = 8;

    /// Reads it as a person typed it; empty lines are left out.
    ///
    /// # Errors
    /// [`TextError`] when nothing is left, when it has more lines or characters than it may, or holds control characters.
    pub fn new(text: &str) -> Result<Self, TextError> {
        let text: String = text.replace("\r\n", "\n").nfc().collect();
        let lines: Vec<&str> = text.split('\n').map(str::trim).filter(|line| !line.is_empty()).collect();
        if lines.iter().any(|line| line.chars().any(is_dangerous)) {
            return Err(TextError::Forbidden);
        }
        if lines.is_empty() {
            return Err(TextError::Empty);
        }
        if lines.len() > Self::MAX_LINES {
            return Err(TextError::TooManyLines { max: Self::MAX_LINES });
        }
        let text = lines.join("\n");
        if text.chars().count() > Self::MAX_CHARS {
            return Err(TextError::TooLong { max: Self::MAX_CHARS });
        }
        Ok(Self(text))
    }

    /// The whole text, its lines apart by `\n`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Each line.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.split('\n')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_footer_is_lines_of_plain_text() {
        let footer = MailFooter::new("  Hill & Co \r\n\r\n1 Main Street\n").unwrap();
        assert_eq!(footer.lines().collect::<Vec<_>>(), ["Hill & Co", "1 Main Street"]);
        assert_eq!(MailFooter::new(footer.as_str()), Ok(footer), "it reads back what it wrote");
        assert_eq!(MailFooter::new("Cafe\u{301}").unwrap().as_str(), "Caf\u{e9}");
    }

    #[test]
    fn what_is_no_footer_is_refused() {
        assert_eq!(MailFooter::new(" \n\r\n"), Err(TextError::Empty));
        for bad in ["a\rb", "a\u{202e}b", "a\0b", "a\tb", "a\u{2028}b"] {
            assert_eq!(MailFooter::new(bad), Err(TextError::Forbidden), "{bad:?}");
        }
        let most = MailFooter::MAX_LINES;
        assert!(MailFooter::new(&"x\n".repeat(most)).is_ok());
        assert_eq!(MailFooter::new(&"x\n".repeat(most + 1)), Err(TextError::TooManyLines { max: most }));
        let most = MailFooter::MAX_CHARS;
        assert!(MailFooter::new(&"x".repeat(most)).is_ok());
        assert_eq!(MailFooter::new(&"x".repeat(most + 1)), Err(TextError::TooLong { max: most }));
    }
}
