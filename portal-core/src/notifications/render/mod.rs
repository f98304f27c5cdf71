//! From a letter to the words of a mail, by templates that the host may replace.

mod builtin;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

use super::samples;
use super::{Letter, LetterKind};
use crate::values::Language;
use builtin::{BUILTIN, LAYOUT};

/// The most characters of a subject.
const MAX_SUBJECT_CHARS: usize = 200;

/// Which part of a mail a template makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TemplatePart {
    /// The subject: what it renders is brought to one line.
    Subject,
    /// The text part. Nothing is escaped.
    Text,
    /// The HTML part. Everything is escaped.
    Html,
}

impl TemplatePart {
    /// Every part.
    pub const ALL: [Self; 3] = [Self::Subject, Self::Text, Self::Html];

    const fn suffix(self) -> &'static str {
        match self {
            Self::Subject => "subject.txt",
            Self::Text => "txt",
            Self::Html => "html",
        }
    }
}

/// A template that cannot be used, or could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the template `{template}` cannot be used: {reason}")]
pub struct TemplateError {
    template: String,
    reason: String,
}

impl TemplateError {
    fn new(template: &str, error: &minijinja::Error) -> Self {
        Self::because(template, error, error.detail())
    }

    /// The same without details, which may quote what the template was given.
    fn discreet(template: &str, error: &minijinja::Error) -> Self {
        Self::because(template, error, None)
    }

    fn because(template: &str, error: &minijinja::Error, detail: Option<&str>) -> Self {
        let detail = detail.map_or_else(|| error.kind().to_string(), |detail| format!("{}: {detail}", error.kind()));
        let reason = error.line().map_or_else(|| detail.clone(), |line| format!("line {line}: {detail}"));
        Self { template: error.name().unwrap_or(template).to_owned(), reason }
    }
}

/// The words of one mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Rendered {
    /// The subject: one line.
    pub subject: String,
    /// The text part.
    pub text: String,
    /// The HTML part.
    pub html: String,
}

impl fmt::Debug for Rendered {
    /// Says nothing of what is inside: a sign-in mail holds a link and a code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rendered(…)")
    }
}

/// The templates of all mails in every language, in [minijinja](https://docs.rs/minijinja)'s language (that of Jinja2).
///
/// A template is given the fields of [`Letter`] and of its [`Content`](super::Content) by name; one that asks for anything
/// else is refused. HTML templates may `{% extends "layout.html" %}`, which is of all languages and may be replaced too; what it
/// says itself it takes from the `words.txt` of the letter's language.
///
/// English and German come with the library. A letter in a language that there are no words in is written in what is broader
/// (`de` for `de-at`), or else in English.
///
/// Clones share what they hold: a host keeps one and replaces templates while the portal runs.
///
/// # Examples
/// ```
/// use portal_core::notifications::{LetterKind, TemplatePart, Templates};
/// use portal_core::values::Language;
/// let (templates, german) = (Templates::builtin(), Language::GERMAN);
/// templates.replace(&german, LetterKind::Shared, TemplatePart::Subject, "{{ firm_name }}: etwas Neues für Sie")?;
/// assert!(templates.replace(&german, LetterKind::Shared, TemplatePart::Subject, "{{ nobody_knows_this }}").is_err());
/// # Ok::<(), portal_core::notifications::TemplateError>(())
/// ```
#[derive(Clone)]
pub struct Templates {
    current: Arc<RwLock<Arc<Library>>>,
}

/// All templates, by names that begin with their language, and in which languages there are all of them.
#[derive(Clone)]
struct Library {
    environment: Environment<'static>,
    languages: BTreeSet<Language>,
}

/// The words of all mails in one language, as a host adds them.
#[derive(Debug, Clone, Default)]
pub struct Translation {
    /// The macros by which layout and lists say what stands in every mail: `new_version()`, `and_more(more)`, `stop()`,
    /// `or_choose()` and `moment(at)`.
    pub words: String,
    /// A template for each part of each kind.
    pub parts: BTreeMap<(LetterKind, TemplatePart), String>,
}

impl Templates {
    /// The templates that come with the library.
    pub fn builtin() -> Self {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        if let Ok(syntax) = SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build() {
            environment.set_syntax(syntax);
        }
        environment.set_auto_escape_callback(
            |name| {
                if name.ends_with(".html") { AutoEscape::Html } else { AutoEscape::None }
            },
        );
        environment.set_formatter(|out, state, value| match (state.auto_escape(), value.as_str()) {
            (AutoEscape::Html, Some(text)) if !value.is_safe() => Ok(out.write_str(&escape_html(text))?),
            _ => minijinja::escape_formatter(out, state, value),
        });
        for (name, source) in BUILTIN {
            // A template that does not parse is missing and fails every test that renders it.
            let _ = environment.add_template(name, source);
        }
        let languages = BTreeSet::from([Language::ENGLISH, Language::GERMAN]);
        Self { current: Arc::new(RwLock::new(Arc::new(Library { environment, languages }))) }
    }

    /// The languages that there are all words in.
    pub fn languages(&self) -> Vec<Language> {
        self.library().languages.iter().cloned().collect()
    }

    /// The first of the `wanted` languages that there are words in, or in what is broader than it; or else English.
    pub fn choose<'l>(&self, wanted: impl IntoIterator<Item = &'l Language>) -> Language {
        self.library().choose(wanted)
    }

    /// Takes another template for a part of a mail in one language, from now on. It is tried on samples first, and refused if it
    /// fails on any of them; the one before then stays.
    ///
    /// # Errors
    /// [`TemplateError`] says what is wrong with it, and where; of a language that was not [added](Self::add_language), too.
    pub fn replace(
        &self,
        language: &Language,
        kind: LetterKind,
        part: TemplatePart,
        source: impl Into<String>,
    ) -> Result<(), TemplateError> {
        let name = template_name(language, kind, part);
        self.change(|library| {
            if !library.languages.contains(language) {
                return Err(TemplateError { template: name.clone(), reason: "there is no such language".to_owned() });
            }
            library.take(&name, source.into())
        })
    }

    /// Takes another layout for the HTML parts of all mails, as [`replace`](Self::replace) does.
    ///
    /// # Errors
    /// [`TemplateError`], as for `replace`.
    pub fn replace_layout(&self, source: impl Into<String>) -> Result<(), TemplateError> {
        self.change(|library| library.take(LAYOUT, source.into()))
    }

    /// Takes the words of one more language, or others for one that there is, from now on. They are tried on samples first, and
    /// refused if one is missing or fails; those before then stay.
    ///
    /// # Errors
    /// [`TemplateError`], as for `replace`.
    pub fn add_language(&self, language: &Language, words: Translation) -> Result<(), TemplateError> {
        self.change(|library| {
            library.take(&format!("{language}/words.txt"), words.words)?;
            for ((kind, part), source) in words.parts {
                library.take(&template_name(language, kind, part), source)?;
            }
            library.languages.insert(language.clone());
            Ok(())
        })
    }

    /// Changes the templates if all samples can still be written in every language.
    fn change(&self, change: impl FnOnce(&mut Library) -> Result<(), TemplateError>) -> Result<(), TemplateError> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let mut tried = Library::clone(&current);
        change(&mut tried)?;
        for language in &tried.languages {
            for sample in samples::all() {
                tried.render(&Letter { language: language.clone(), ..sample }, TemplateError::new)?;
            }
        }
        *current = Arc::new(tried);
        Ok(())
    }

    /// The words of a letter.
    ///
    /// # Errors
    /// [`TemplateError`] when a template that the host replaced fails on this letter.
    pub fn render(&self, letter: &Letter) -> Result<Rendered, TemplateError> {
        // The link and the code of a sign-in mail are in no error: it is kept with the message, for staff to read.
        let is_secret = letter.content.kind() == LetterKind::SignIn;
        self.library().render(letter, if is_secret { TemplateError::discreet } else { TemplateError::new })
    }

    fn library(&self) -> Arc<Library> {
        Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Library {
    fn choose<'l>(&self, wanted: impl IntoIterator<Item = &'l Language>) -> Language {
        let known = |wanted: &Language| {
            let mut broader = std::iter::successors(Some(wanted.clone()), Language::broader);
            broader.find(|language| self.languages.contains(language))
        };
        wanted.into_iter().find_map(known).unwrap_or(Language::ENGLISH)
    }

    fn take(&mut self, name: &str, source: String) -> Result<(), TemplateError> {
        let taken = self.environment.add_template_owned(name.to_owned(), source);
        taken.map_err(|error| TemplateError::new(name, &error))
    }

    fn render(
        &self,
        letter: &Letter,
        fails: fn(&str, &minijinja::Error) -> TemplateError,
    ) -> Result<Rendered, TemplateError> {
        let (kind, language) = (letter.content.kind(), self.choose([&letter.language]));
        let part = |part, values: Value| {
            let name = template_name(&language, kind, part);
            let rendered = self.environment.get_template(&name).and_then(|template| template.render(values));
            rendered.map_err(|error| fails(&name, &error))
        };
        let values = minijinja::context! { language => language.as_str(), ..Value::from(Serde(letter)) };
        let subject = one_line(&part(TemplatePart::Subject, values.clone())?);
        // The page behind the HTML part has a title, which is the subject.
        let titled = minijinja::context! { subject => subject.as_str(), ..values };
        let (text, html) = (part(TemplatePart::Text, titled.clone())?, part(TemplatePart::Html, titled)?);
        Ok(Rendered { subject, text, html })
    }
}

impl Default for Templates {
    fn default() -> Self {
        Self::builtin()
    }
}

impl fmt::Debug for Templates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Templates(…)")
    }
}

fn template_name(language: &Language, kind: LetterKind, part: TemplatePart) -> String {
    format!("{language}/{}.{}", kind.name(), part.suffix())
}

/// Escapes for text and quoted attributes of HTML. Slashes stay, so that links read as links wherever HTML is read.
fn escape_html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

/// One line of a bounded length: every run of white space and control characters is one space.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect();
    let line = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(MAX_SUBJECT_CHARS) {
        None => line,
        Some(_) => line.chars().take(MAX_SUBJECT_CHARS - 1).chain(['…']).collect(),
    }
}
