//! What every page knows.

use portal_core::directory::{Firm, Logo, Role};
use portal_core::values::{Color, ContactId, DisplayName, Timestamp};

use super::forms::Hidden;

/// A firm as its pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmFace {
    /// How addresses name it.
    pub address: String,
    /// Its name.
    pub name: DisplayName,
    /// Its colour.
    pub color: Color,
    /// Its logo, if it shows one.
    pub logo: Option<LogoFace>,
}

/// A logo as pages show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoFace {
    /// What it is known by: another logo has another address.
    pub mark: String,
    /// How many pixels it is shown wide.
    pub width: u32,
    /// How many pixels it is shown high.
    pub height: u32,
}

impl LogoFace {
    /// The most pixels that it takes of a page.
    const WITHIN: (u32, u32) = (160, 40);

    /// The logo of a firm.
    pub fn of(logo: &Logo) -> Self {
        let (width, height) = logo.picture.within(Self::WITHIN.0, Self::WITHIN.1);
        Self { mark: logo.mark(), width, height }
    }
}

impl FirmFace {
    /// A firm as pages at this address show it.
    pub fn of(firm: &Firm, address: String) -> Self {
        let logo = firm.logo().map(LogoFace::of);
        Self { address, name: firm.name.clone(), color: firm.settings.color, logo }
    }

    /// The same of a firm that somebody visits.
    pub fn visited(firm: &portal_core::FirmFace, address: String) -> Self {
        let logo = firm.logo.as_ref().map(LogoFace::of);
        Self { address, name: firm.name.clone(), color: firm.color, logo }
    }

    /// The firm's initials, where a logo would stand.
    pub fn initials(&self) -> String {
        super::words::initials(self.name.as_str())
    }
}

/// What was just done, said once on the next page.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Flash {
    /// Whether it went well.
    pub mood: Mood,
    /// A sentence.
    pub text: String,
    /// How to take it back, where it can be.
    pub undo: Option<Undo>,
}

impl Flash {
    /// Says that something was done.
    pub fn done(text: impl Into<String>) -> Self {
        Self { mood: Mood::Done, text: text.into(), undo: None }
    }

    /// Says that something was not done, and why.
    pub fn problem(text: impl Into<String>) -> Self {
        Self { mood: Mood::Problem, text: text.into(), undo: None }
    }

    /// With an Undo button.
    #[must_use]
    pub fn undone_by(self, undo: Undo) -> Self {
        Self { undo: Some(undo), ..self }
    }

    /// Whether it tells of a problem.
    pub fn is_problem(&self) -> bool {
        self.mood == Mood::Problem
    }
}

/// How a flash sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mood {
    /// It went well.
    Done,
    /// It did not.
    Problem,
}

/// The form behind an Undo button.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Undo {
    /// Where it posts to.
    pub action: String,
    /// Its fields, besides the CSRF token.
    pub fields: Vec<(String, String)>,
}

impl Undo {
    /// Posts to `action` with no more than the token.
    pub fn at(action: impl Into<String>) -> Self {
        Self { action: action.into(), fields: Vec::new() }
    }

    /// Posts `name` too.
    #[must_use]
    #[expect(clippy::needless_pass_by_value, reason = "ids and words alike, without a mark at each call")]
    pub fn field(mut self, name: impl Into<String>, value: impl ToString) -> Self {
        self.fields.push((name.into(), value.to_string()));
        self
    }
}

/// The frame of a page without navigation: signing in, errors, the mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainFrame {
    /// The firm whose page it is, if it is one's.
    pub firm: Option<FirmFace>,
    /// The CSRF token of forms on it.
    pub csrf: Hidden,
    /// What scripts and styles of this page are known by: the nonce of its Content-Security-Policy.
    pub nonce: String,
    /// What was just done.
    pub flash: Option<Flash>,
    /// The server's time.
    pub now: Timestamp,
}

impl PlainFrame {
    /// The access page of the firm whose page it is; the server's first page without one.
    pub(super) fn access(&self) -> String {
        self.firm.as_ref().map_or_else(|| super::paths::front().to_owned(), |firm| super::paths::access(&firm.address))
    }
}

/// The frame of a staff page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffFrame {
    /// The firm.
    pub firm: FirmFace,
    /// Who is signed in.
    pub member: DisplayName,
    /// What they may do.
    pub role: Role,
    /// The page's own address, to come back to.
    pub here: String,
    /// The address of the firm's access page, for its clients.
    pub access_url: String,
    /// Whether there is a mailbox page to link to.
    pub mailbox: bool,
    /// The CSRF token.
    pub csrf: Hidden,
    /// What scripts and styles of this page are known by: the nonce of its Content-Security-Policy.
    pub nonce: String,
    /// What was just done.
    pub flash: Option<Flash>,
    /// The server's time.
    pub now: Timestamp,
}

/// The frame of a contact's page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFrame {
    /// The firm.
    pub firm: FirmFace,
    /// As whom they are here.
    pub contact: ContactId,
    /// Their name.
    pub contact_name: DisplayName,
    /// The client they belong to.
    pub client_name: DisplayName,
    /// Whether their login reaches another portal, so that switching makes sense.
    pub others: bool,
    /// The CSRF token.
    pub csrf: Hidden,
    /// What scripts and styles of this page are known by: the nonce of its Content-Security-Policy.
    pub nonce: String,
    /// What was just done.
    pub flash: Option<Flash>,
    /// The server's time.
    pub now: Timestamp,
}
