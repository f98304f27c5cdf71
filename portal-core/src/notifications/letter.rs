//! What a mail has to say, before it has words: what its templates are given.

use std::fmt;

use super::{MailKind, Palette};
use crate::directory::{Firm, Logo, Topic};
use crate::sharing::Access;
use crate::values::{FileName, Language, LocalTime, MailFooter, NodeId, TimeZone, Timestamp, WebLink};

/// How many documents one mail lists; of the others it says how many.
pub const LISTED: usize = 10;

/// How many folders of how many clients a daily or weekly mail lists; of the others it says how many documents they hold.
pub const SECTIONS: usize = 20;

/// Everything that the templates of one mail are given, by these names.
#[derive(Clone, PartialEq, serde::Serialize)]
pub struct Letter {
    /// In which language it is written; where there are no words in it, in English.
    pub language: Language,
    /// The firm that speaks.
    pub firm_name: String,
    /// Its logo, where it has one: its name stands in place of it where pictures are not shown.
    pub logo: Option<LetterLogo>,
    /// What the firm writes under each of its mails, line by line.
    pub footer: Vec<String>,
    /// Its colour, made readable.
    pub colors: Palette,
    /// Whether an answer to this mail reaches the firm.
    pub answers: bool,
    /// The name of who it is for; empty for sign-in mail, which knows an address and no name.
    pub to_name: String,
    /// Where its one button leads.
    pub link: String,
    /// Where whoever reads it turns such mail off; none for what cannot be turned off.
    pub unsubscribe: Option<String>,
    /// What it says.
    #[serde(flatten)]
    pub content: Content,
}

impl Letter {
    /// A letter of a firm, in its branding, to nobody by name.
    pub fn of(firm: &Firm, language: Language, link: &WebLink, content: Content) -> Self {
        Self {
            language,
            firm_name: firm.name.as_str().to_owned(),
            logo: firm.logo().map(LetterLogo::of),
            footer: firm.settings.mail_footer.iter().flat_map(MailFooter::lines).map(str::to_owned).collect(),
            colors: Palette::of(firm.settings.color),
            answers: firm.settings.reply_to.is_some(),
            to_name: String::new(),
            link: link.as_str().to_owned(),
            unsubscribe: None,
            content,
        }
    }
}

/// The logo as a mail shows it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct LetterLogo {
    /// Where the HTML part finds it: within the mail, and nowhere else (RFC 2392).
    pub src: String,
    /// How many pixels it is shown wide.
    pub width: u32,
    /// How many pixels it is shown high.
    pub height: u32,
}

impl LetterLogo {
    /// The most pixels that it takes of a mail.
    const WITHIN: (u32, u32) = (240, 64);

    fn of(logo: &Logo) -> Self {
        let (width, height) = logo.picture.within(Self::WITHIN.0, Self::WITHIN.1);
        Self { src: format!("cid:{}", logo_id(logo)), width, height }
    }
}

/// The Content-ID of a logo within a mail: the same in each that carries it.
pub fn logo_id(logo: &Logo) -> String {
    format!("{}@logo.portal", logo.mark())
}

/// Which templates a letter is written by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LetterKind {
    /// Something was shared with a contact.
    Shared,
    /// There are new documents for a contact.
    NewDocuments,
    /// A client uploaded, to the team.
    ClientUploaded,
    /// What happened since the last daily or weekly mail.
    Digest,
    /// A link and a code to sign in.
    SignIn,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Shared, Self::NewDocuments, Self::ClientUploaded, Self::Digest, Self::SignIn];

    /// The name of the kind, with which the names of its templates begin.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shared => MailKind::Shared.name(),
            Self::NewDocuments => MailKind::NewDocuments.name(),
            Self::ClientUploaded => MailKind::ClientUploaded.name(),
            Self::Digest => "digest",
            Self::SignIn => MailKind::SignIn.name(),
        }
    }
}

/// What a mail says: a variant for each [`LetterKind`].
#[derive(Clone, PartialEq, serde::Serialize)]
#[serde(untagged)]
pub enum Content {
    /// Something was shared with a contact.
    Shared {
        /// The client whose files they are.
        client_name: String,
        /// `folder` or `document`.
        what: &'static str,
        /// What it is called, where the firm lets mail say so.
        name: Option<String>,
        /// Whether they may upload into it.
        may_upload: bool,
        /// Until when, by the firm's clocks.
        until: Option<Moment>,
    },
    /// There are new documents where a contact has access.
    NewDocuments {
        /// The client whose files they are.
        client_name: String,
        /// The folder, where the firm lets mail say so.
        folder: Option<String>,
        /// Whether all of them are the firm's own; otherwise some came from another contact.
        by_firm: bool,
        /// What is new.
        #[serde(flatten)]
        documents: Listing,
    },
    /// A client uploaded, to the team.
    ClientUploaded {
        /// The client.
        client_name: String,
        /// The folder, where the firm lets mail say so.
        folder: Option<String>,
        /// The names of who uploaded.
        uploaders: Vec<String>,
        /// Why this member is told.
        because: TeamReason,
        /// What was uploaded.
        #[serde(flatten)]
        documents: Listing,
    },
    /// What happened since the last daily or weekly mail, by client and folder.
    Digest {
        /// What it is about: the name of the topic.
        about: &'static str,
        /// The folders, the first of them.
        sections: Vec<Section>,
        /// How many documents, or things shared, there are in all.
        count: usize,
        /// How many of them lie in folders that are not listed.
        elsewhere: usize,
    },
    /// A link and a code to sign in.
    SignIn {
        /// The code, in two groups of three digits.
        code: String,
        /// For how many minutes they work.
        minutes: u64,
    },
}

/// Why a member of the team is told of what a client uploaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TeamReason {
    /// They are assigned to the client.
    Assigned,
    /// Nobody is, and they are an owner of the firm.
    NobodyAssigned,
    /// They were to be told when it was uploaded; since then others were assigned.
    WasAssigned,
}

impl Content {
    /// The templates by which it is said.
    pub const fn kind(&self) -> LetterKind {
        match self {
            Self::Shared { .. } => LetterKind::Shared,
            Self::NewDocuments { .. } => LetterKind::NewDocuments,
            Self::ClientUploaded { .. } => LetterKind::ClientUploaded,
            Self::Digest { .. } => LetterKind::Digest,
            Self::SignIn { .. } => LetterKind::SignIn,
        }
    }

    /// What happened since the last daily or weekly mail about a topic.
    pub fn digest(topic: Topic, sections: Vec<Section>, count: usize, elsewhere: usize) -> Self {
        Self::Digest { about: topic.name(), sections, count, elsewhere }
    }

    /// Something was shared; `name` is what it is called, where the firm lets mail say so.
    pub fn shared(
        client_name: &str,
        node: NodeId,
        name: Option<&FileName>,
        access: Access,
        until: Option<Moment>,
    ) -> Self {
        Self::Shared {
            client_name: client_name.to_owned(),
            what: match node {
                NodeId::Folder(_) => "folder",
                NodeId::Document(_) => "document",
            },
            name: name.map(|name| name.as_str().to_owned()),
            may_upload: access == Access::ViewAndUpload,
            until,
        }
    }

    /// A link and a code to sign in. The code's six digits are shown in two groups.
    pub fn sign_in(code: &str, minutes: u64) -> Self {
        let half = code.char_indices().nth(3).map_or(code.len(), |(index, _)| index);
        let (first, second) = code.split_at(half);
        Self::SignIn { code: format!("{first} {second}").trim_end().to_owned(), minutes }
    }
}

/// Documents as a mail lists them.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Listing {
    /// The first of them; none where the firm does not let mail name files.
    pub documents: Vec<Listed>,
    /// How many there are.
    pub count: usize,
    /// How many of them are not named, when some are.
    pub more: usize,
}

/// What happened in one folder of one client, or what was shared at one.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Section {
    /// The client.
    pub client_name: String,
    /// The folder, where there is one to name.
    pub folder: Option<String>,
    /// Where it can be seen.
    pub link: String,
    /// What there is.
    #[serde(flatten)]
    pub documents: Listing,
}

/// One document in a list.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Listed {
    /// What it is called now.
    pub name: String,
    /// Whether it was there already and got a new version.
    pub new_version: bool,
}

impl Listing {
    /// Adds a document; `named` says whether the firm lets mail name files.
    pub fn add(&mut self, name: &FileName, new_version: bool, named: bool) {
        self.count += 1;
        if !named {
            return;
        }
        if self.documents.len() < LISTED {
            self.documents.push(Listed { name: name.as_str().to_owned(), new_version });
        } else {
            self.more += 1;
        }
    }
}

/// A time as clocks show it in some place: a firm's clients may be anywhere, so mail says where. How it is written, each language
/// says itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Moment {
    /// The year.
    pub year: i16,
    /// The month, from 1.
    pub month: i8,
    /// The day of the month, from 1.
    pub day: i8,
    /// The hour, in two digits.
    pub hour: String,
    /// The minute, in two digits.
    pub minute: String,
    /// The name of the time zone.
    pub zone: String,
}

impl Moment {
    /// What clocks of `zone` show at `at`.
    pub fn of(at: Timestamp, zone: &TimeZone) -> Self {
        let LocalTime { year, month, day, hour, minute } = zone.local(at);
        let [hour, minute] = [hour, minute].map(|number| format!("{number:02}"));
        Self { year, month, day, hour, minute, zone: zone.to_string() }
    }
}

impl fmt::Debug for Letter {
    /// Says the kind alone: a sign-in letter holds a link and a code.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Letter({})", self.content.kind().name())
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Content({})", self.kind().name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_names_ten_documents_and_counts_the_others() {
        let mut listing = Listing::default();
        for number in 1..=100 {
            listing.add(&FileName::new(&format!("{number}.pdf")).unwrap(), false, true);
        }
        assert_eq!((listing.documents.len(), listing.count, listing.more), (10, 100, 90));
        assert_eq!(listing.documents[9].name, "10.pdf");
    }

    #[test]
    fn a_firm_that_does_not_let_mail_name_files_gets_a_count_alone() {
        let mut listing = Listing::default();
        listing.add(&FileName::new("divorce.pdf").unwrap(), false, false);
        assert_eq!(listing, Listing { documents: Vec::new(), count: 1, more: 0 });
    }

    #[test]
    fn a_code_is_read_in_two_groups() {
        let code = |text| match Content::sign_in(text, 10) {
            Content::SignIn { code, .. } => code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code("012345"), "012 345");
        assert_eq!(code("01"), "01");
    }

    #[test]
    fn a_moment_is_told_by_the_clocks_of_its_zone() {
        let at = Timestamp::from_micros(1_767_225_540_000_000);
        let berlin = Moment::of(at, &TimeZone::new("Europe/Berlin").unwrap());
        assert_eq!((berlin.year, berlin.month, berlin.day), (2026, 1, 1));
        assert_eq!((berlin.hour.as_str(), berlin.minute.as_str(), berlin.zone.as_str()), ("00", "59", "Europe/Berlin"));
        assert_eq!(Moment::of(at, &TimeZone::UTC).day, 31);
    }

    #[test]
    fn l38_a_sign_in_letter_prints_neither_link_nor_code() {
        let content = Content::sign_in("123456", 10);
        assert_eq!(format!("{content:?}"), "Content(sign_in)");
    }
}
