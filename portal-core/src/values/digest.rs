//! SHA-256 digests, and personal texts of which only a salted digest is hashed into the audit chain.

use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::IdError;

/// A SHA-256 digest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// The digest before anything was hashed: the head of an empty chain.
    pub const ZERO: Self = Self([0; 32]);

    /// Hashes `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Hashes several parts so that no two different lists of parts hash alike: each is led by its length.
    pub fn of_parts(parts: &[&[u8]]) -> Self {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update((part.len() as u64).to_be_bytes());
            hasher.update(part);
        }
        Self(hasher.finalize().into())
    }

    /// Takes 32 bytes that were a digest before.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The digest's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The first 128 bits, for ids that are derived.
    pub fn leading_u128(&self) -> u128 {
        self.0.iter().take(16).fold(0, |bits, byte| (bits << 8) | u128::from(*byte))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Digest {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        // The same strict reading as an id: lower-case hexadecimal of the exact length, in two halves.
        let half = |range| {
            let digits = text.get(range).unwrap_or_default();
            format!("{}_{digits}", <super::EventId as super::Id>::PREFIX)
                .parse::<super::EventId>()
                .map(super::Id::as_u128)
        };
        let (high, low) = (half(0..32)?, half(32..text.len().max(32))?);
        let mut bytes = [0; 32];
        for (target, byte) in bytes.iter_mut().zip(high.to_be_bytes().into_iter().chain(low.to_be_bytes())) {
            *target = byte;
        }
        Ok(Self(bytes))
    }
}

impl serde::Serialize for Digest {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// What makes a digest of a short text useless to a guesser.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Salt([u8; 16]);

impl Salt {
    /// Takes 16 random bytes.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The salt's bytes.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

impl fmt::Debug for Salt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Salt(…)")
    }
}

/// A personal text inside an event: a name, an address, an IP.
///
/// The audit chain hashes only its salted digest; salt and text lie beside the event and can be erased without breaking
/// the chain. Serialized it is its digest alone; a store keeps what [`Note::beside`] gives next to the event and hands it
/// back with [`Note::restore`].
#[derive(Clone, PartialEq, Eq)]
pub struct Note {
    digest: Digest,
    beside: Option<(Salt, String)>,
}

impl Note {
    /// Notes `text` under a fresh salt.
    pub fn new(salt: Salt, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { digest: Digest::of_parts(&[&salt.0, text.as_bytes()]), beside: Some((salt, text)) }
    }

    /// The salted digest, which is all that is hashed.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The text, unless it was erased.
    pub fn text(&self) -> Option<&str> {
        self.beside.as_ref().map(|(_, text)| text.as_str())
    }

    /// What a store keeps beside the event.
    pub fn beside(&self) -> Option<(Salt, &str)> {
        self.beside.as_ref().map(|(salt, text)| (*salt, text.as_str()))
    }

    /// Takes salt and text away: the digest stays, and nobody can tell any more what it is of.
    pub fn erase(&mut self) {
        self.beside = None;
    }

    /// Puts salt and text back; what does not match the digest is ignored and the note stays erased.
    pub fn restore(&mut self, salt: Salt, text: String) {
        let restored = Self::new(salt, text);
        if restored.digest == self.digest {
            *self = restored;
        }
    }
}

impl fmt::Debug for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Note({})", self.digest)
    }
}

impl serde::Serialize for Note {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.digest.serialize(serializer)
    }
}

impl<'de> serde::Deserialize<'de> for Note {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { digest: Digest::deserialize(deserializer)?, beside: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sha_256_of_abc_is_that_of_fips_180_4() {
        let digest = Digest::of(b"abc");
        assert_eq!(digest.to_string(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
        assert_eq!(digest.to_string().parse(), Ok(digest));
        assert!("ba78".parse::<Digest>().is_err());
        assert!(format!("{digest}00").parse::<Digest>().is_err());
    }

    #[test]
    fn parts_cannot_be_shifted_into_one_another() {
        assert_ne!(Digest::of_parts(&[b"ab", b"c"]), Digest::of_parts(&[b"a", b"bc"]));
    }

    #[test]
    fn a_note_hides_its_text_and_takes_back_only_its_own() {
        let note = Note::new(Salt::from_bytes([7; 16]), "w2.pdf");
        let json = serde_json::to_string(&note).unwrap();
        assert!(!json.contains("w2") && !format!("{note:?}").contains("w2"));
        let mut bare: Note = serde_json::from_str(&json).unwrap();
        assert_eq!(bare.text(), None);
        bare.restore(Salt::from_bytes([7; 16]), "w3.pdf".into());
        assert_eq!(bare.text(), None);
        bare.restore(Salt::from_bytes([7; 16]), "w2.pdf".into());
        assert_eq!(bare.text(), Some("w2.pdf"));
        bare.erase();
        assert_eq!((bare.text(), bare.beside(), bare.digest()), (None, None, note.digest()));
    }
}
