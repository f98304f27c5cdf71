//! A mail of each kind with made-up content, in a firm's own branding: for showing to staff how its mail looks.

use super::{Content, Letter, Listing, Moment, Section, TeamReason};
use crate::directory::{Firm, Topic};
use crate::sharing::Access;
use crate::values::{DocumentId, FileName, FolderId, Language, Timestamp, WebLink};

/// A kind of mail that can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Specimen {
    /// A folder was shared with a contact.
    SharedFolder,
    /// A document was shared with a contact.
    SharedDocument,
    /// There are new documents for a contact.
    NewDocuments,
    /// What was shared with a contact since the last daily or weekly mail.
    SharedDigest,
    /// What is new for a contact since the last daily or weekly mail.
    DocumentsDigest,
    /// A client uploaded, to the team.
    ClientUploaded,
    /// The same to an owner, since nobody is assigned to the client.
    NobodyAssigned,
    /// What clients uploaded since the last daily or weekly mail, to the team.
    UploadsDigest,
    /// A link and a code to sign in.
    SignIn,
}

impl Specimen {
    /// Every kind, those to contacts first.
    pub const ALL: [Self; 9] = [
        Self::SharedFolder,
        Self::SharedDocument,
        Self::NewDocuments,
        Self::SharedDigest,
        Self::DocumentsDigest,
        Self::SignIn,
        Self::ClientUploaded,
        Self::NobodyAssigned,
        Self::UploadsDigest,
    ];

    /// Its name, as addresses of pages know it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SharedFolder => "shared-folder",
            Self::SharedDocument => "shared-document",
            Self::NewDocuments => "new-documents",
            Self::SharedDigest => "shared-digest",
            Self::DocumentsDigest => "documents-digest",
            Self::ClientUploaded => "client-uploaded",
            Self::NobodyAssigned => "nobody-assigned",
            Self::UploadsDigest => "uploads-digest",
            Self::SignIn => "sign-in",
        }
    }

    /// The kind of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|specimen| specimen.name() == name)
    }

    /// The letter, as the firm would send it at `now`; its links lead to `link`, and none of them does anything.
    pub fn letter(self, firm: &Firm, language: Language, link: &WebLink, now: Timestamp) -> Letter {
        let shown = Shown { firm, link };
        let content = match self {
            Self::SharedFolder => {
                let until = Moment::of(now + THIRTY_DAYS, &firm.settings.time_zone);
                let folder = FolderId::from_bits(1).into();
                Content::shared(CLIENT, folder, shown.name(FOLDER).as_ref(), Access::ViewAndUpload, Some(until))
            }
            Self::SharedDocument => {
                let document = DocumentId::from_bits(1).into();
                Content::shared(CLIENT, document, shown.name(DOCUMENTS[0]).as_ref(), Access::View, None)
            }
            Self::NewDocuments => Content::NewDocuments {
                client_name: CLIENT.to_owned(),
                folder: shown.folder(),
                by_firm: true,
                documents: shown.listing(3, true),
            },
            Self::ClientUploaded => shown.uploaded(TeamReason::Assigned, 12),
            Self::NobodyAssigned => shown.uploaded(TeamReason::NobodyAssigned, 1),
            Self::SharedDigest => shown.digest(Topic::Shared),
            Self::DocumentsDigest => shown.digest(Topic::NewDocuments),
            Self::UploadsDigest => shown.digest(Topic::ClientUploaded),
            Self::SignIn => Content::sign_in("042917", 10),
        };
        let unsubscribe = (self != Self::SignIn).then(|| link.as_str().to_owned());
        let to_name = match self {
            Self::SignIn => "",
            Self::ClientUploaded | Self::NobodyAssigned | Self::UploadsDigest => MEMBER,
            _ => CONTACT,
        };
        Letter { to_name: to_name.to_owned(), unsubscribe, ..Letter::of(firm, language, link, content) }
    }
}

const THIRTY_DAYS: std::time::Duration = std::time::Duration::from_secs(30 * 24 * 60 * 60);
const CLIENT: &str = "Acme";
const CONTACT: &str = "Ana Lopez";
const MEMBER: &str = "Maya Brandt";
const FOLDER: &str = "2025";
const DOCUMENTS: [&str; 3] = ["1040.pdf", "W-2.pdf", "1099.pdf"];

/// What a specimen is made for.
struct Shown<'a> {
    firm: &'a Firm,
    link: &'a WebLink,
}

impl Shown<'_> {
    fn name(&self, name: &str) -> Option<FileName> {
        FileName::new(name).ok().filter(|_| self.firm.settings.file_names_in_mail)
    }

    fn folder(&self) -> Option<String> {
        self.name(FOLDER).map(|name| name.as_str().to_owned())
    }

    fn listing(&self, count: usize, versions: bool) -> Listing {
        let mut listing = Listing::default();
        for (number, name) in DOCUMENTS.into_iter().cycle().take(count).enumerate() {
            if let Ok(name) = FileName::new(name) {
                listing.add(&name, versions && number == 1, self.firm.settings.file_names_in_mail);
            }
        }
        listing
    }

    fn uploaded(&self, because: TeamReason, count: usize) -> Content {
        Content::ClientUploaded {
            client_name: CLIENT.to_owned(),
            folder: self.folder(),
            uploaders: vec![CONTACT.to_owned()],
            because,
            documents: self.listing(count, false),
        }
    }

    fn digest(&self, topic: Topic) -> Content {
        let section = |client: &str, count: usize| Section {
            client_name: client.to_owned(),
            folder: self.folder().filter(|_| topic != Topic::Shared),
            link: self.link.as_str().to_owned(),
            documents: self.listing(count, topic == Topic::NewDocuments),
        };
        Content::digest(topic, vec![section(CLIENT, 2), section("Bolt", 1)], 3, 0)
    }
}
