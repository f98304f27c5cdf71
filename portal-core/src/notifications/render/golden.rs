//! What each mail says, word for word, in each language: beside this, for people to read. `PORTAL_GOLDEN=1` writes them anew.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::*;
use crate::directory::{Firm, FirmSettings, Logo, LogoPicture};
use crate::notifications::Specimen;
use crate::values::{BlobKey, DisplayName, EmailAddress, FirmId, ImageKind, MailFooter, TimeZone, Timestamp, WebLink};

const LINK: &str = "https://portal.test/open";
const FOOTER: [&str; 3] = ["Hill & Co, 12 Elm Lane, Dover", "+44 1304 555 0100", "No. 0812 3456"];

fn firm() -> Firm {
    let picture = LogoPicture { kind: ImageKind::Png, size_bytes: 1, width: 480, height: 96 };
    let settings = FirmSettings {
        reply_to: EmailAddress::new("office@hill.test").ok(),
        time_zone: TimeZone::new("Europe/Berlin").unwrap(),
        logo: Some(Logo { blob: BlobKey::from_bits(1), picture, shown: true }),
        mail_footer: MailFooter::new(&FOOTER.join("\n")).ok(),
        ..FirmSettings::default()
    };
    let created_at = Timestamp::from_micros(1_767_225_540_000_000);
    let name = DisplayName::new("Hill & Co").unwrap();
    Firm { id: FirmId::from_bits(1), external_id: None, name, settings, created_at }
}

fn written(specimen: Specimen, language: &Language) -> Rendered {
    let (firm, link) = (firm(), WebLink::new(LINK).unwrap());
    Templates::builtin().render(&specimen.letter(&firm, language.clone(), &link, firm.created_at)).unwrap()
}

#[test]
fn every_mail_says_in_every_language_what_was_read_and_found_good() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/notifications/golden");
    let mut faults = Vec::new();
    for language in Templates::builtin().languages() {
        for specimen in Specimen::ALL {
            let mail = written(specimen, &language);
            let text = format!("Subject: {}\n\n{}", mail.subject, mail.text);
            for (ending, is) in [("txt", text), ("html", mail.html)] {
                let path = folder.join(language.as_str()).join(format!("{}.{ending}", specimen.name()));
                if std::env::var_os("PORTAL_GOLDEN").is_some() {
                    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
                    std::fs::write(&path, &is).unwrap();
                }
                let was = std::fs::read_to_string(&path).unwrap_or_default();
                if was != is {
                    faults.push(path);
                }
            }
        }
    }
    assert!(faults.is_empty(), "look at these, and write them anew if they are right: {faults:#?}");
}

/// The words of a text without what it was given: names, links and numbers.
fn words(text: &str) -> BTreeSet<String> {
    let given = [
        FOOTER[0],
        FOOTER[1],
        FOOTER[2],
        "Hill & Co",
        "Acme",
        "Bolt",
        "Ana Lopez",
        "Maya Brandt",
        "1040.pdf",
        "W-2.pdf",
        "1099.pdf",
        LINK,
    ];
    let bare = given.iter().fold(text.to_owned(), |text, given| text.replace(given, " "));
    let bare = bare.split(|character: char| !character.is_alphabetic()).filter(|word| word.len() > 1);
    bare.map(str::to_lowercase).collect()
}

/// What people see of an HTML part.
fn seen(html: &str) -> String {
    let body = html.split_once("<body").map_or(html, |(_, body)| body);
    let parts = body.split('<').map(|part| part.split_once('>').map_or("", |(_, text)| text));
    parts.collect::<Vec<_>>().join(" ").replace("&nbsp;", " ").replace("&amp;", "&")
}

#[test]
fn no_word_of_another_language_is_left_in_a_translation() {
    // What both languages write alike, the name of the zone among it.
    let shared =
        BTreeSet::from(["in", "code", "link", "browser", "team", "an", "mail", "mails", "version", "europe", "berlin"]);
    let all = |language: &Language| -> BTreeSet<String> {
        let of = |specimen| {
            let mail = written(specimen, language);
            words(&format!("{} {} {}", mail.subject, mail.text, seen(&mail.html)))
        };
        Specimen::ALL.into_iter().flat_map(of).collect()
    };
    let english = all(&Language::ENGLISH);
    assert!(english.len() > 80, "{english:?}");
    for language in Templates::builtin().languages().iter().filter(|language| **language != Language::ENGLISH) {
        let words = all(language);
        let both: Vec<&String> = words.intersection(&english).filter(|word| !shared.contains(word.as_str())).collect();
        assert!(both.is_empty(), "in {language} and in English: {both:?}");
        assert!(words.len() > 80, "{words:?}");
    }
}

#[test]
fn every_language_has_every_part_of_every_mail_and_every_word() {
    let names = |language: &str| -> BTreeSet<&str> {
        let of = |(name, _): &(&'static str, &str)| name.strip_prefix(language).and_then(|rest| rest.strip_prefix('/'));
        BUILTIN.iter().filter_map(of).collect()
    };
    let macros = |language: &str| -> BTreeSet<String> {
        let (_, words) = BUILTIN.iter().find(|(name, _)| *name == format!("{language}/words.txt")).unwrap();
        words.split("{% macro ").skip(1).filter_map(|rest| Some(rest.split_once(" %}")?.0.to_owned())).collect()
    };
    assert_eq!(names("en").len(), 1 + LetterKind::ALL.len() * TemplatePart::ALL.len());
    for language in Templates::builtin().languages() {
        assert_eq!((names(language.as_str()), macros(language.as_str())), (names("en"), macros("en")), "{language}");
    }
}

#[test]
fn a_language_without_words_falls_back_to_what_is_broader_then_to_the_next_and_at_last_to_english() {
    let templates = Templates::builtin();
    let [austrian, french, german] = ["de-AT", "fr", "de"].map(|tag| Language::new(tag).unwrap());
    assert_eq!(templates.choose([&austrian, &Language::ENGLISH]), german);
    assert_eq!(templates.choose([&french, &german]), german);
    assert_eq!(templates.choose([&french]), Language::ENGLISH);
    assert_eq!(templates.choose([]), Language::ENGLISH);
    assert_eq!(written(Specimen::SignIn, &austrian), written(Specimen::SignIn, &german));
    assert_eq!(written(Specimen::SignIn, &french), written(Specimen::SignIn, &Language::ENGLISH));
}

#[test]
fn a_host_adds_a_language_whole_or_not_at_all() {
    let (templates, french) = (Templates::builtin(), Language::new("fr").unwrap());
    let part = |kind: LetterKind, part: TemplatePart| {
        ((kind, part), format!("{} {:?} {{{{ firm_name }}}}", kind.name(), part))
    };
    let all = || LetterKind::ALL.into_iter().flat_map(|kind| TemplatePart::ALL.map(|it| part(kind, it)));
    let half = Translation { words: String::new(), parts: all().skip(1).collect() };
    assert!(templates.add_language(&french, half).is_err());
    assert!(templates.replace(&french, LetterKind::SignIn, TemplatePart::Text, "Bonjour").is_err());
    assert_eq!(templates.choose([&french]), Language::ENGLISH);
    templates.add_language(&french, Translation { words: String::new(), parts: all().collect() }).unwrap();
    templates.replace(&french, LetterKind::SignIn, TemplatePart::Text, "Bonjour").unwrap();
    let firm = firm();
    let link = WebLink::new(LINK).unwrap();
    let mail = templates.render(&Specimen::SignIn.letter(&firm, french, &link, firm.created_at)).unwrap();
    assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("sign_in Subject Hill & Co", "Bonjour"));
}
