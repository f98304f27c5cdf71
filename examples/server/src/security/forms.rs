//! Forms, read strictly: what a form does not have is refused.

use std::fmt;

use serde::de::DeserializeOwned;

/// The field that carries the form token.
pub const TOKEN_FIELD: &str = "_csrf";
/// The field that says on which page the form was shown, to come back to.
pub const BACK_FIELD: &str = "_back";

/// A form as it was posted, with the token that every form of ours carries taken out. It prints without what was typed: that
/// may be a password or a code.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct PostedForm {
    /// The form token, from the field [`TOKEN_FIELD`].
    pub token: Option<String>,
    /// The page to come back to, from the field [`BACK_FIELD`], as it was sent.
    pub back: Option<String>,
    fields: Vec<(String, String)>,
}

impl fmt::Debug for PostedForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostedForm").field("fields", &self.fields.len()).finish_non_exhaustive()
    }
}

/// Why a form was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormError {
    /// A field came that the form does not have, or one came twice that comes once, or is missing, or cannot be read.
    #[error("the form does not have the fields expected: {0}")]
    Fields(String),
}

impl PostedForm {
    /// Reads a body of `application/x-www-form-urlencoded`.
    ///
    /// # Errors
    /// [`FormError`] when the token comes twice, or where to come back to does.
    pub fn read(body: &[u8]) -> Result<Self, FormError> {
        let mut form = Self::default();
        for (name, value) in form_urlencoded::parse(body) {
            let own = match name.as_ref() {
                TOKEN_FIELD => &mut form.token,
                BACK_FIELD => &mut form.back,
                _ => {
                    form.fields.push((name.into_owned(), value.into_owned()));
                    continue;
                }
            };
            if own.replace(value.into_owned()).is_some() {
                return Err(FormError::Fields(format!("`{name}` comes twice")));
            }
        }
        Ok(form)
    }

    /// Turns the remaining fields into `T`, which should `deny_unknown_fields`. A field that may come several times is a `Vec`.
    ///
    /// # Errors
    /// [`FormError`] names the field that is wrong, and never shows what was in it.
    pub fn into_fields<T: DeserializeOwned>(self) -> Result<T, FormError> {
        let mut text = form_urlencoded::Serializer::new(String::new());
        text.extend_pairs(&self.fields);
        serde_html_form::from_str(&text.finish()).map_err(|error| {
            let told = error.to_string();
            let names_a_field =
                ["unknown field", "missing field", "duplicate field"].iter().any(|word| told.starts_with(word));
            FormError::Fields(if names_a_field { told } else { "a value cannot be read".to_owned() })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Rename {
        name: String,
        #[serde(default)]
        contact: Vec<String>,
    }

    fn read(body: &str) -> Result<Rename, FormError> {
        PostedForm::read(body.as_bytes())?.into_fields()
    }

    #[test]
    fn a_form_is_read_with_the_token_it_carries() {
        let form = PostedForm::read(b"_csrf=t&name=A+%26+B&contact=1&contact=2").unwrap();
        assert_eq!(form.token.as_deref(), Some("t"));
        let fields: Rename = form.into_fields().unwrap();
        assert_eq!(fields, Rename { name: "A & B".into(), contact: vec!["1".into(), "2".into()] });
    }

    #[test]
    fn l34_unknown_and_repeated_fields_are_refused() {
        for body in ["name=a&role=owner", "name=a&name=b", "", "contact=1", "_csrf=a&_csrf=b&name=x", "name=a&firm=x"] {
            assert!(read(body).is_err(), "{body}");
        }
        assert!(read("name=a").is_ok());
    }

    #[test]
    fn l38_a_form_prints_neither_its_token_nor_what_was_typed() {
        let form = PostedForm::read(b"_csrf=t0ken&email=ana%40acme.test&password=hunter2&code=123456").unwrap();
        let printed = format!("{form:?} {form:#?}");
        for secret in ["t0ken", "hunter2", "123456", "ana", "password"] {
            assert!(!printed.contains(secret), "{printed}");
        }
    }

    #[test]
    fn a_refusal_does_not_repeat_what_was_typed() {
        #[derive(Debug, serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Number {
            #[expect(dead_code, reason = "only reading it matters")]
            number: u8,
        }
        let refusal = PostedForm::read(b"number=hunter2").unwrap().into_fields::<Number>().unwrap_err();
        assert!(!refusal.to_string().contains("hunter2"), "{refusal}");
    }
}
