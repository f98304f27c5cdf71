//! What a form keeps: what was typed, what is wrong with it, and what no log may show.

use std::fmt;

/// The name of the hidden field that carries the CSRF token.
pub const CSRF_FIELD: &str = "_csrf";

/// One field of a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Field {
    /// What was typed, or what stands there now.
    pub value: String,
    /// What is wrong with it and what to do, as a sentence.
    pub error: Option<String>,
}

impl Field {
    /// A field that holds `value`.
    #[expect(clippy::needless_pass_by_value, reason = "texts, names and numbers alike, without a mark at each call")]
    pub fn of(value: impl ToString) -> Self {
        Self { value: value.to_string(), error: None }
    }

    /// A field whose `value` was refused.
    pub fn refused(value: impl Into<String>, error: impl Into<String>) -> Self {
        Self { value: value.into(), error: Some(error.into()) }
    }
}

/// A text that a page shows and no `Debug` does: tokens, codes, addresses that hold a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Hidden(String);

impl Hidden {
    /// Hides `text` from `Debug`.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l38_what_is_hidden_stays_out_of_debug() {
        let field = Hidden::new("824135");
        assert_eq!(format!("{field:?}"), "Hidden");
        assert_eq!(field.to_string(), "824135");
    }
}
