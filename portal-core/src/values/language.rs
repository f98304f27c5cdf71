//! Languages that mail is written in.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::TextError;

/// A language, by its tag as web pages and mails say it (BCP 47): `en`, `de`, `pt-br`. Kept in lower case.
///
/// Any tag that is written as one is taken: which of them there are words in, the templates know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Language(Cow<'static, str>);

impl Language {
    /// English, in which everything has words.
    pub const ENGLISH: Self = Self(Cow::Borrowed("en"));
    /// German.
    pub const GERMAN: Self = Self(Cow::Borrowed("de"));

    /// The most characters of a tag.
    pub const MAX_CHARS: usize = 35;

    /// Reads a tag.
    ///
    /// # Errors
    /// [`TextError::Empty`], [`TextError::TooLong`], and [`TextError::Malformed`] for what is not written as a tag is.
    pub fn new(tag: &str) -> Result<Self, TextError> {
        if tag.is_empty() {
            return Err(TextError::Empty);
        }
        if tag.len() > Self::MAX_CHARS {
            return Err(TextError::TooLong { max: Self::MAX_CHARS });
        }
        let mut parts = tag.split('-');
        let primary = parts.next().unwrap_or_default();
        let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
        let subtag =
            |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if (2..=3).contains(&primary.len()) && letters(primary) && parts.all(subtag) {
            Ok(Self(Cow::Owned(tag.to_ascii_lowercase())))
        } else {
            Err(TextError::Malformed)
        }
    }

    /// The tag.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The language without what narrows it: of `de-at`, `de`.
    #[must_use]
    pub fn broader(&self) -> Option<Self> {
        self.0.rsplit_once('-').map(|(broader, _)| Self(Cow::Owned(broader.to_owned())))
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Language {
    type Err = TextError;

    fn from_str(tag: &str) -> Result<Self, TextError> {
        Self::new(tag)
    }
}

impl TryFrom<String> for Language {
    type Error = TextError;

    fn try_from(tag: String) -> Result<Self, TextError> {
        Self::new(&tag)
    }
}

impl From<Language> for String {
    fn from(language: Language) -> Self {
        language.0.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_kept_in_lower_case_and_nothing_else_is_one() {
        assert_eq!(Language::new("de").unwrap(), Language::GERMAN);
        assert_eq!(Language::new("pt-BR").unwrap().as_str(), "pt-br");
        for odd in ["d", "deut", "de_at", "de-", "-de", "de-abcdefghi", "../en", "de\n", "ü", "12"] {
            assert_eq!(Language::new(odd), Err(TextError::Malformed), "{odd:?}");
        }
        assert_eq!(Language::new(""), Err(TextError::Empty));
        assert!(matches!(Language::new(&"de-a".repeat(10)), Err(TextError::TooLong { .. })));
    }

    #[test]
    fn what_narrows_a_language_can_be_left_out() {
        let swiss = Language::new("de-CH-1901").unwrap();
        assert_eq!(swiss.broader().unwrap().as_str(), "de-ch");
        assert_eq!(swiss.broader().unwrap().broader(), Some(Language::GERMAN));
        assert_eq!(Language::GERMAN.broader(), None);
    }
}
