//! From a letter to the words of a mail, by templates that the host may replace.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

use super::samples;
use super::{Letter, LetterKind};

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

/// The templates of all mails, in [minijinja](https://docs.rs/minijinja)'s language (that of Jinja2).
///
/// A template is given the fields of [`Letter`] and of its [`Content`](super::Content) by name; one that asks for anything
/// else is refused. HTML templates may `{% extends "layout.html" %}`, which may be replaced too.
///
/// Clones share what they hold: a host keeps one and replaces templates while the portal runs.
///
/// # Examples
/// ```
/// use portal_core::notifications::{LetterKind, TemplatePart, Templates};
/// let templates = Templates::builtin();
/// templates.replace(LetterKind::Shared, TemplatePart::Subject, "{{ firm_name }} hat etwas für Sie freigegeben")?;
/// assert!(templates.replace(LetterKind::Shared, TemplatePart::Subject, "{{ nobody_knows_this }}").is_err());
/// # Ok::<(), portal_core::notifications::TemplateError>(())
/// ```
#[derive(Clone)]
pub struct Templates {
    current: Arc<RwLock<Arc<Environment<'static>>>>,
}

const LAYOUT: &str = "layout.html";

const BUILTIN: [(&str, &str); 18] = [
    (LAYOUT, include_str!("templates/layout.html")),
    ("documents.html", include_str!("templates/documents.html")),
    ("shared.subject.txt", include_str!("templates/shared.subject.txt")),
    ("shared.txt", include_str!("templates/shared.txt")),
    ("shared.html", include_str!("templates/shared.html")),
    ("new_documents.subject.txt", include_str!("templates/new_documents.subject.txt")),
    ("new_documents.txt", include_str!("templates/new_documents.txt")),
    ("new_documents.html", include_str!("templates/new_documents.html")),
    ("client_uploaded.subject.txt", include_str!("templates/client_uploaded.subject.txt")),
    ("client_uploaded.txt", include_str!("templates/client_uploaded.txt")),
    ("client_uploaded.html", include_str!("templates/client_uploaded.html")),
    ("digest.subject.txt", include_str!("templates/digest.subject.txt")),
    ("digest.txt", include_str!("templates/digest.txt")),
    ("digest.html", include_str!("templates/digest.html")),
    ("stop.html", include_str!("templates/stop.html")),
    ("sign_in.subject.txt", include_str!("templates/sign_in.subject.txt")),
    ("sign_in.txt", include_str!("templates/sign_in.txt")),
    ("sign_in.html", include_str!("templates/sign_in.html")),
];

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
        Self { current: Arc::new(RwLock::new(Arc::new(environment))) }
    }

    /// Takes another template for a part of a mail, from now on. It is tried on samples first, and refused if it fails on
    /// any of them; the one before then stays.
    ///
    /// # Errors
    /// [`TemplateError`] says what is wrong with it, and where.
    pub fn replace(
        &self,
        kind: LetterKind,
        part: TemplatePart,
        source: impl Into<String>,
    ) -> Result<(), TemplateError> {
        self.take(&template_name(kind, part), source.into())
    }

    /// Takes another layout for the HTML parts of all mails, as [`replace`](Self::replace) does.
    ///
    /// # Errors
    /// [`TemplateError`], as for `replace`.
    pub fn replace_layout(&self, source: impl Into<String>) -> Result<(), TemplateError> {
        self.take(LAYOUT, source.into())
    }

    fn take(&self, name: &str, source: String) -> Result<(), TemplateError> {
        let mut current = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let mut tried = Environment::clone(&current);
        tried.add_template_owned(name.to_owned(), source).map_err(|error| TemplateError::new(name, &error))?;
        for sample in samples::all() {
            render(&tried, &sample, TemplateError::new)?;
        }
        *current = Arc::new(tried);
        Ok(())
    }

    /// The words of a letter.
    ///
    /// # Errors
    /// [`TemplateError`] when a template that the host replaced fails on this letter.
    pub fn render(&self, letter: &Letter) -> Result<Rendered, TemplateError> {
        let environment = Arc::clone(&self.current.read().unwrap_or_else(PoisonError::into_inner));
        // The link and the code of a sign-in mail are in no error: it is kept with the message, for staff to read.
        let is_secret = letter.content.kind() == LetterKind::SignIn;
        render(&environment, letter, if is_secret { TemplateError::discreet } else { TemplateError::new })
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

fn template_name(kind: LetterKind, part: TemplatePart) -> String {
    format!("{}.{}", kind.name(), part.suffix())
}

fn render(
    environment: &Environment<'static>,
    letter: &Letter,
    fails: fn(&str, &minijinja::Error) -> TemplateError,
) -> Result<Rendered, TemplateError> {
    let kind = letter.content.kind();
    let part = |part, values: Value| {
        let name = template_name(kind, part);
        let rendered = environment.get_template(&name).and_then(|template| template.render(values));
        rendered.map_err(|error| fails(&name, &error))
    };
    let values = Value::from(Serde(letter));
    let subject = one_line(&part(TemplatePart::Subject, values.clone())?);
    // The page behind the HTML part has a title, which is the subject.
    let titled = minijinja::context! { subject => subject.as_str(), ..values };
    Ok(Rendered { text: part(TemplatePart::Text, titled.clone())?, html: part(TemplatePart::Html, titled)?, subject })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notifications::Content;

    fn rendered() -> Vec<(Letter, Rendered)> {
        let templates = Templates::builtin();
        samples::all().into_iter().map(|letter| (letter.clone(), templates.render(&letter).unwrap())).collect()
    }

    #[test]
    fn every_letter_gets_words_in_all_three_parts() {
        for kind in LetterKind::ALL {
            assert!(samples::all().iter().any(|letter| letter.content.kind() == kind), "no sample of {kind:?}");
        }
        for (letter, mail) in rendered() {
            for part in [&mail.subject, &mail.text, &mail.html] {
                assert!(!part.trim().is_empty(), "{letter:?}");
                assert!(!part.contains("{{") && !part.contains("{%") && !part.contains("None"), "{part}");
            }
            assert!(mail.text.contains(&letter.link), "{}", mail.text);
            assert!(!mail.text.contains("&amp;"), "{}", mail.text);
            assert!(mail.html.contains("Hill &amp; "), "the firm speaks: {}", mail.html);
            assert!(!mail.text.contains("\n\n\n\n") && !mail.text.starts_with('\n'), "{}", mail.text);
            assert!(mail.text.lines().all(|line| line.trim_end() == line), "{}", mail.text);
        }
    }

    #[test]
    fn l39_a_subject_is_one_line_whatever_a_template_or_a_name_does() {
        for (_, mail) in rendered() {
            assert!(mail.subject.chars().all(|char| !char.is_control()), "{:?}", mail.subject);
        }
        assert_eq!(one_line(" a\r\nBcc:\u{2028}x@y.test\t\u{85} b "), "a Bcc: x@y.test b");
        assert_eq!(one_line(&"x".repeat(300)).chars().count(), MAX_SUBJECT_CHARS);
        let templates = Templates::builtin();
        templates.replace(LetterKind::SignIn, TemplatePart::Subject, "one\n\ntwo\r\nBcc: x").unwrap();
        let letter = samples::letter(Content::sign_in("123456", 10), true);
        assert_eq!(templates.render(&letter).unwrap().subject, "one two Bcc: x");
    }

    #[test]
    fn l38_a_template_that_fails_on_a_sign_in_letter_tells_neither_link_nor_code() {
        let templates = Templates::builtin();
        let sign_in = samples::letter(Content::sign_in("471118", 10), true);
        let letter = Letter { to_name: "Eve".into(), link: "https://portal.test/access/secret".into(), ..sign_in };
        for field in ["code", "link"] {
            // It passes on every sample.
            let source = format!("{{% if to_name == 'Eve' %}}\n{{% include {field} %}}{{% endif %}}");
            templates.replace(LetterKind::SignIn, TemplatePart::Text, source).unwrap();
            let error = templates.render(&letter).unwrap_err();
            let printed = format!("{error} {error:?}");
            assert!(!printed.contains("471") && !printed.contains("secret"), "{printed}");
            assert!(printed.contains("sign_in.txt") && printed.contains("line 2"), "{printed}");
        }
    }

    #[test]
    fn html_is_escaped_whoever_chose_the_name() {
        for (letter, mail) in rendered() {
            for raw in [samples::FIRM, "<b>", "<2025>", "scan <", "a=1&b=2"] {
                assert!(!mail.html.contains(raw), "{letter:?} lets `{raw}` through:\n{}", mail.html);
            }
            assert!(mail.html.contains(r#"href="https://portal.test/open?a=1&amp;b=2""#), "{}", mail.html);
        }
    }

    #[test]
    fn a_mail_loads_nothing_and_leads_where_its_letter_says_and_nowhere_else() {
        for (letter, mail) in rendered() {
            for tag in ["<img", "url(", "<script", "<link", "@import", "src="] {
                assert!(!mail.html.contains(tag), "{tag}");
            }
            let sections = match &letter.content {
                Content::Digest { sections, .. } => sections.len(),
                _ => 0,
            };
            let links = 1 + usize::from(letter.unsubscribe.is_some()) + sections;
            assert_eq!(mail.html.matches("href=").count(), links, "{}", mail.html);
            let whole = |part: &str| letter.unsubscribe.as_ref().is_none_or(|link| part.contains(link.as_str()));
            assert!(whole(&mail.text) && whole(&mail.html), "{}", mail.text);
        }
    }

    #[test]
    fn file_names_are_in_no_part_when_the_firm_hides_them() {
        for (letter, mail) in rendered() {
            let hidden = match &letter.content {
                Content::Shared { name, .. } => name.is_none(),
                Content::NewDocuments { documents, .. } | Content::ClientUploaded { documents, .. } => {
                    documents.documents.is_empty()
                }
                Content::Digest { sections, .. } => sections.iter().all(|it| it.documents.documents.is_empty()),
                Content::SignIn { .. } => false,
            };
            if hidden {
                for part in [&mail.subject, &mail.text, &mail.html] {
                    assert!(!part.contains("scan") && !part.contains("2025 ") && !part.contains('“'), "{part}");
                }
            }
        }
    }

    #[test]
    fn the_code_is_in_both_parts_and_not_in_the_subject() {
        let mail = Templates::builtin().render(&samples::letter(Content::sign_in("012345", 10), true)).unwrap();
        assert!(mail.text.contains("012 345") && mail.html.contains("012 345"));
        assert!(!mail.subject.contains("012"));
        assert_eq!(format!("{mail:?}"), "Rendered(…)");
    }

    #[test]
    fn a_template_that_fails_on_any_letter_is_refused_and_the_one_before_stays() {
        let templates = Templates::builtin();
        let letter = samples::letter(Content::sign_in("012345", 10), true);
        let before = templates.render(&letter).unwrap();
        for source in
            ["{{ codes }}", "{{ code", "{% if answers %}{{ nothing }}{% endif %}", "{% extends 'other.html' %}"]
        {
            for part in TemplatePart::ALL {
                assert!(templates.replace(LetterKind::SignIn, part, source).is_err(), "{source}");
            }
        }
        assert!(templates.replace_layout("{{ no_such_colour }}").is_err());
        assert_eq!(templates.render(&letter).unwrap(), before);
        let error = templates.replace(LetterKind::SignIn, TemplatePart::Text, "\n{{ codes }}").unwrap_err().to_string();
        assert!(error.contains("sign_in.txt") && error.contains("line 2"), "{error}");
    }

    #[test]
    fn a_replaced_template_speaks_through_every_clone() {
        let templates = Templates::builtin();
        let portal = templates.clone();
        templates.replace(LetterKind::SignIn, TemplatePart::Text, "Kode: {{ code }}").unwrap();
        templates.replace_layout("<p>{% block happened %}{% endblock %}</p>").unwrap();
        let mail = portal.render(&samples::letter(Content::sign_in("012345", 10), true)).unwrap();
        assert_eq!(mail.text, "Kode: 012 345");
        assert!(mail.html.starts_with("<p>You asked"), "{}", mail.html);
    }
}
