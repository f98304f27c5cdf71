//! What a key ring calls its keys.

use std::fmt;

use super::TextError;

/// The id of one of a key ring's keys, as the ring calls it (a number, a name, the address of a key at a service): 1 to 200
/// printable ASCII characters without spaces. It is no secret, and stands beside what was wrapped.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct RingKeyId(String);

impl RingKeyId {
    /// Takes the ring's id as it is.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, longer than 200 characters, or holds anything else than it may.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.len() > 200 {
            return Err(TextError::TooLong { max: 200 });
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(TextError::Forbidden);
        }
        Ok(Self(text))
    }

    /// The id as the ring wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RingKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_short_and_printable() {
        let arn = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
        for good in ["1", "2026-11/a", arn, &"x".repeat(200)] {
            assert_eq!(RingKeyId::new(good).unwrap().as_str(), good);
        }
        for (bad, why) in [
            ("", TextError::Empty),
            ("a b", TextError::Forbidden),
            ("a\nb", TextError::Forbidden),
            ("é", TextError::Forbidden),
        ] {
            assert_eq!(RingKeyId::new(bad), Err(why), "{bad:?}");
        }
        assert_eq!(RingKeyId::new("x".repeat(201)), Err(TextError::TooLong { max: 200 }));
    }
}
