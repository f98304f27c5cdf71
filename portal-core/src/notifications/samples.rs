//! Letters to try templates on: every branch that a letter can take a template through.

use super::{Content, Letter, LetterLogo, Listing, Moment, Palette, Section, TeamReason};
use crate::directory::Topic;
use crate::sharing::Access;
use crate::values::{Color, DocumentId, FileName, FolderId, Language, TimeZone, Timestamp};

/// A firm's name that a careless template would let out of an attribute, a header or a page.
pub(crate) const FIRM: &str = "Hill & \"Sons\" <CPA>";

/// What a careless template would let out of a page.
pub(crate) const FOOTER: [&str; 2] = ["Hill & \"Sons\" <CPA>", "1 Main Street, <Springfield>"];

/// Every sample.
pub(crate) fn all() -> Vec<Letter> {
    contents().into_iter().flat_map(|content| [true, false].map(|answers| letter(content.clone(), answers))).collect()
}

pub(crate) fn letter(content: Content, answers: bool) -> Letter {
    Letter {
        language: Language::ENGLISH,
        firm_name: FIRM.to_owned(),
        logo: answers.then(|| LetterLogo { src: "cid:1@logo.portal".to_owned(), width: 240, height: 64 }),
        footer: if answers { FOOTER.map(str::to_owned).to_vec() } else { Vec::new() },
        colors: Palette::of(Color::from_rgb([0x1f, 0x5f, 0x5b])),
        answers,
        to_name: if matches!(content, Content::SignIn { .. }) { String::new() } else { "Ana O'Neill".to_owned() },
        link: "https://portal.test/open?a=1&b=2".to_owned(),
        unsubscribe: (!matches!(content, Content::SignIn { .. }))
            .then(|| "https://portal.test/unsubscribe/u".to_owned()),
        content,
    }
}

fn contents() -> Vec<Content> {
    let client_name = || "Acme & Co".to_owned();
    let name = FileName::new("Tax <2025> & more.pdf").ok();
    let until = || Moment::of(Timestamp::from_micros(1_767_225_540_000_000), &TimeZone::UTC);
    let (folder, document) = (FolderId::from_bits(1).into(), DocumentId::from_bits(2).into());
    let mut contents = vec![
        Content::shared("Acme & Co", folder, name.as_ref(), Access::ViewAndUpload, Some(until())),
        Content::shared("Acme & Co", folder, None, Access::View, None),
        Content::shared("Acme & Co", document, name.as_ref(), Access::View, None),
        Content::shared("Acme & Co", document, None, Access::View, Some(until())),
        Content::sign_in("012345", 10),
    ];
    for (topic, folders, named) in Topic::ALL.into_iter().flat_map(|it| [(it, 1, true), (it, 2, true), (it, 2, false)])
    {
        let section = |number: usize| Section {
            client_name: client_name(),
            folder: named.then(|| format!("2025 \"Tax\" {number}")).filter(|_| topic != Topic::Shared),
            link: format!("https://portal.test/folder/{number}"),
            documents: listing(if number == 1 { 1 } else { 12 }, named),
        };
        let sections: Vec<Section> = (1..=folders).map(section).collect();
        let elsewhere = if folders == 1 { 0 } else { 7 };
        let count = sections.iter().map(|it| it.documents.count).sum::<usize>() + elsewhere;
        contents.push(Content::digest(topic, sections, count, elsewhere));
    }
    for (count, named) in [(1, true), (1, false), (2, true), (10, true), (11, true), (100, true), (100, false)] {
        let folder = named.then(|| "2025 \"Tax\"".to_owned());
        let documents = listing(count, named);
        for flag in [true, false] {
            contents.push(Content::NewDocuments {
                client_name: client_name(),
                folder: folder.clone(),
                by_firm: flag,
                documents: documents.clone(),
            });
        }
        for because in [TeamReason::Assigned, TeamReason::NobodyAssigned, TeamReason::WasAssigned] {
            contents.push(Content::ClientUploaded {
                client_name: client_name(),
                folder: folder.clone(),
                uploaders: ["Ana O'Neill", "Ben <b>", "Cy"].iter().take(count).map(|name| (*name).to_owned()).collect(),
                because,
                documents: documents.clone(),
            });
        }
    }
    contents
}

fn listing(count: usize, named: bool) -> Listing {
    let mut listing = Listing::default();
    for number in 0..count {
        if let Ok(name) = FileName::new(&format!("scan <{number}>.pdf")) {
            listing.add(&name, number == 1, named);
        }
    }
    listing
}
