//! What every mail is, whatever it says, in every language.

use super::*;
use crate::notifications::Content;

fn in_languages() -> Vec<Letter> {
    let languages = Templates::builtin().languages();
    let each =
        |letter: Letter| languages.iter().map(move |language| Letter { language: language.clone(), ..letter.clone() });
    samples::all().into_iter().flat_map(|letter| each(letter).collect::<Vec<_>>()).collect()
}

fn rendered() -> Vec<(Letter, Rendered)> {
    let templates = Templates::builtin();
    in_languages().into_iter().map(|letter| (letter.clone(), templates.render(&letter).unwrap())).collect()
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
    templates.replace(&Language::ENGLISH, LetterKind::SignIn, TemplatePart::Subject, "one\n\ntwo\r\nBcc: x").unwrap();
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
        templates.replace(&Language::ENGLISH, LetterKind::SignIn, TemplatePart::Text, source).unwrap();
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
        for tag in ["url(", "<script", "<link", "@import"] {
            assert!(!mail.html.contains(tag), "{tag}");
        }
        // The logo travels with the mail, and the firm's name stands where it is not shown.
        let logos = usize::from(letter.logo.is_some());
        assert_eq!(mail.html.matches("<img").count(), logos, "{}", mail.html);
        assert_eq!(mail.html.matches("src=").count(), logos);
        assert_eq!(mail.html.matches("src=\"cid:1@logo.portal\" alt=\"Hill &amp; &quot;Sons").count(), logos);
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
fn every_mail_ends_with_what_the_firm_writes_under_its_mails() {
    for (letter, mail) in rendered() {
        let lines = samples::FOOTER.join("\n");
        assert_eq!(mail.text.trim_end().ends_with(&lines), !letter.footer.is_empty(), "{}", mail.text);
        let html = "Hill &amp; &quot;Sons&quot; &lt;CPA&gt;<br>1 Main Street, &lt;Springfield&gt;</p>";
        assert_eq!(mail.html.matches(html).count(), usize::from(!letter.footer.is_empty()), "{}", mail.html);
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
    for source in ["{{ codes }}", "{{ code", "{% if answers %}{{ nothing }}{% endif %}", "{% extends 'other.html' %}"] {
        for part in TemplatePart::ALL {
            assert!(templates.replace(&Language::ENGLISH, LetterKind::SignIn, part, source).is_err(), "{source}");
        }
    }
    assert!(templates.replace_layout("{{ no_such_colour }}").is_err());
    assert_eq!(templates.render(&letter).unwrap(), before);
    let error = templates
        .replace(&Language::ENGLISH, LetterKind::SignIn, TemplatePart::Text, "\n{{ codes }}")
        .unwrap_err()
        .to_string();
    assert!(error.contains("sign_in.txt") && error.contains("line 2"), "{error}");
}

#[test]
fn a_replaced_template_speaks_through_every_clone() {
    let templates = Templates::builtin();
    let portal = templates.clone();
    templates.replace(&Language::ENGLISH, LetterKind::SignIn, TemplatePart::Text, "Kode: {{ code }}").unwrap();
    templates.replace_layout("<p>{% block happened %}{% endblock %}</p>").unwrap();
    let mail = portal.render(&samples::letter(Content::sign_in("012345", 10), true)).unwrap();
    assert_eq!(mail.text, "Kode: 012 345");
    assert!(mail.html.starts_with("<p>You asked"), "{}", mail.html);
}
