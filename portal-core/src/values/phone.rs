//! Phone numbers as the whole world dials them.

use std::fmt;

use super::TextError;

/// A phone number in the form of E.164: `+`, and 7 to 15 digits of which the first is no zero.
///
/// Whether it is given out, and to whom, only the networks know; a list of what each country gives out would weigh more than
/// the rest of this library, and be old within months. So a number without its country is refused, not guessed at.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

impl PhoneNumber {
    /// Reads a number as a person typed it: spaces, dots, hyphens, slashes and brackets are left out, as is the `(0)` that
    /// some write after the country.
    ///
    /// # Errors
    /// [`TextError::Empty`] when nothing was typed; [`TextError::Malformed`] when the country is missing, or it is no number.
    pub fn new(text: &str) -> Result<Self, TextError> {
        let typed = text.trim().replace("(0)", "");
        if typed.is_empty() {
            return Err(TextError::Empty);
        }
        let digits = typed.strip_prefix('+').ok_or(TextError::Malformed)?;
        let digits: String = digits.chars().filter(|character| !" .-/()\u{a0}\u{202f}".contains(*character)).collect();
        let dialled = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
        if dialled && (7..=15).contains(&digits.len()) {
            Ok(Self(format!("+{digits}")))
        } else {
            Err(TextError::Malformed)
        }
    }

    /// The number: `+` and digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PhoneNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end: String = self.0.chars().skip(self.0.len().saturating_sub(2)).collect();
        write!(f, "PhoneNumber(•••{end})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_as_people_write_it() {
        for (typed, read) in [
            ("+1 (512) 555-0100", "+15125550100"),
            (" +49 (0) 30 / 901820 ", "+4930901820"),
            ("+33\u{202f}1.99.00.27.00", "+33199002700"),
            ("+1234567", "+1234567"),
            ("+123456789012345", "+123456789012345"),
        ] {
            assert_eq!(PhoneNumber::new(typed).unwrap().as_str(), read);
        }
    }

    #[test]
    fn what_no_network_dials_is_refused() {
        for typed in [
            "0301234567",
            "+0301234567",
            "+123456",
            "+1234567890123456",
            "+1 512 CALL",
            "++15125550100",
            "+1\n5125550100",
        ] {
            assert_eq!(PhoneNumber::new(typed), Err(TextError::Malformed), "{typed:?}");
        }
        assert_eq!(PhoneNumber::new("  "), Err(TextError::Empty));
    }

    #[test]
    fn a_number_is_not_shown_whole_where_faults_are() {
        let shown = format!("{:?}", PhoneNumber::new("+15125550134").unwrap());
        assert_eq!(shown, "PhoneNumber(•••34)");
    }
}
