//! Names of folders and documents: what the person typed, less what is dangerous.

use std::fmt;

use unicode_normalization::UnicodeNormalization as _;

use super::text::is_dangerous;

/// Why a name cannot be given to a folder or document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileNameError {
    /// Nothing is left of it once what is dangerous is taken away.
    #[error("a name is needed")]
    Empty,
    /// It has more than [`FileName::MAX_CHARS`] characters.
    #[error("longer than {} characters", FileName::MAX_CHARS)]
    TooLong,
}

/// The name of a folder or document.
///
/// It keeps what the person typed, in NFC, without control characters, bidi marks and what is not seen, with path separators turned into
/// `_`, without white space around it and without trailing dots. It never becomes part of a path on disk or in a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileName(String);

impl FileName {
    /// The most characters a name has.
    pub const MAX_CHARS: usize = 200;

    /// Makes a name of what a person typed or their file was called.
    ///
    /// # Errors
    /// [`FileNameError`] when nothing is left of it, or it is too long.
    pub fn new(text: &str) -> Result<Self, FileNameError> {
        // Only so much of it is looked at as could still be a name, however long the input is.
        if text.chars().nth(Self::MAX_CHARS * 4).is_some() {
            return Err(FileNameError::TooLong);
        }
        let safe: String = text
            .nfc()
            .filter(|character| !is_dangerous(*character))
            .map(|character| if matches!(character, '/' | '\\') { '_' } else { character })
            .collect();
        let name = safe.trim_start().trim_end_matches(|character: char| character == '.' || character.is_whitespace());
        if name.is_empty() {
            return Err(FileNameError::Empty);
        }
        if name.chars().count() > Self::MAX_CHARS {
            return Err(FileNameError::TooLong);
        }
        Ok(Self(name.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name by which two in one folder collide.
    pub fn folded(&self) -> FoldedName {
        let composed: String = self.0.nfc().collect();
        FoldedName(icu_casemap::CaseMapper::new().fold_string(&composed).nfc().collect())
    }

    /// The name's stem and its extension with the dot: `("w2", ".pdf")`; names that begin with their only dot have none.
    pub fn split_extension(&self) -> (&str, &str) {
        match self.0.rfind('.') {
            Some(dot) if dot > 0 => self.0.split_at(dot),
            _ => (&self.0, ""),
        }
    }

    /// The name that stands in for this one when it is taken `number - 1` times: `name (2).ext`, within the length.
    pub(crate) fn numbered(&self, number: u64) -> Self {
        let (stem, extension) = self.split_extension();
        let mark = format!(" ({number})");
        let kept: String = extension.chars().take(Self::MAX_CHARS / 2).collect();
        // Cut short, it must end as a name may end.
        let extension = kept.trim_end_matches(|character: char| character == '.' || character.is_whitespace());
        let room = Self::MAX_CHARS.saturating_sub(mark.chars().count() + extension.chars().count());
        let stem: String = stem.chars().take(room).collect();
        Self(format!("{stem}{mark}{extension}"))
    }
}

impl fmt::Display for FileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for FileName {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

/// A name after Unicode NFC and case folding: two live names in one folder never share it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoldedName(String);

impl FoldedName {
    /// Takes a folded name back from a store.
    pub fn from_store(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The folded text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> String {
        FileName::new(text).unwrap().0
    }

    #[test]
    fn l26_what_is_dangerous_in_a_name_becomes_inert() {
        assert_eq!(name("../../etc/passwd"), ".._.._etc_passwd");
        assert_eq!(name("a\0b\r\nc.pdf"), "abc.pdf");
        assert_eq!(name("invoice\u{202e}fdp.exe"), "invoicefdp.exe");
        assert_eq!(name("w2\u{200b}\u{2028}\u{2029}\u{2060}.pdf"), "w2.pdf");
        assert_eq!(
            name("نامه\u{200c}ها \u{1f468}\u{200d}\u{1f469}.pdf"),
            "نامه\u{200c}ها \u{1f468}\u{200d}\u{1f469}.pdf"
        );
        assert_eq!(name("  report.pdf. . "), "report.pdf");
        assert_eq!(name("C:\\Users\\w2.pdf"), "C:_Users_w2.pdf");
        assert_eq!(name("Steuererkla\u{308}rung \"2025\".pdf"), "Steuererklärung \"2025\".pdf");
    }

    #[test]
    fn a_name_of_nothing_or_of_too_much_is_refused() {
        for text in ["", "..", " . ", "\0", "\u{202e}"] {
            assert_eq!(FileName::new(text), Err(FileNameError::Empty), "{text:?}");
        }
        assert_eq!(FileName::new(&"x".repeat(201)), Err(FileNameError::TooLong));
        assert_eq!(FileName::new(&"x".repeat(10_000)), Err(FileNameError::TooLong));
        assert_eq!(name(&"é".repeat(200)).chars().count(), 200);
    }

    #[test]
    fn s32_names_collide_without_case_and_composition() {
        let folded = |text| FileName::new(text).unwrap().folded();
        assert_eq!(folded("RÉSUMÉ.pdf"), folded("re\u{301}sume\u{301}.PDF"));
        assert_eq!(folded("STRASSE.pdf"), folded("straße.pdf"));
        assert_ne!(folded("resume.pdf"), folded("résumé.pdf"));
    }

    #[test]
    fn a_numbered_name_keeps_its_extension_and_its_length() {
        assert_eq!(FileName::new("scan.tar.gz").unwrap().numbered(2).0, "scan.tar (2).gz");
        assert_eq!(FileName::new(".env").unwrap().numbered(3).0, ".env (3)");
        let cut = FileName::new(&format!("a.{} z", "x".repeat(98))).unwrap().numbered(2);
        assert_eq!(FileName::new(&cut.0), Ok(cut));
        let long = FileName::new(&format!("{}.pdf", "x".repeat(196))).unwrap().numbered(12);
        assert_eq!(long.0.chars().count(), 200);
        assert!(long.0.ends_with(" (12).pdf"));
    }
}
