//! Bringing in a list of clients and contacts.

use askama::Template;

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{StaffFrame, words};

/// `GET /staff/clients/import`; posts `file` to the same.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/import.html")]
pub struct ImportForm {
    /// The frame.
    pub frame: StaffFrame,
    /// What is wrong with the file that was sent.
    pub error: Option<String>,
}

/// `POST /staff/clients/import`: what a list would do. It posts `file` (the list as text) and `at` (what is shown of it, and
/// which page) to the same, and `file` to [`paths::run_import`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/import_look.html")]
pub struct ImportLook {
    /// The frame.
    pub frame: StaffFrame,
    /// The list as text.
    pub file: String,
    /// Columns of it that are not read.
    pub passed_over: Vec<String>,
    /// How much of what it would do.
    pub counts: ImportCounts,
    /// Which lines are shown.
    pub show: ImportShow,
    /// The lines on this page.
    pub lines: Vec<ImportLine>,
    /// Which page it is, from 1 on.
    pub page: usize,
    /// How many pages there are.
    pub pages: usize,
}

impl ImportLook {
    /// What can be shown: each by its value and label, how many lines that are, and whether they are shown now.
    fn choices(&self) -> Vec<(&'static str, &'static str, u64, bool)> {
        let choice = |show: ImportShow| (show.value(), show.label(), self.counts.of(show), show == self.show);
        ImportShow::ALL.into_iter().map(choice).filter(|(_, _, lines, _)| *lines > 0).collect()
    }
}

/// `POST /staff/clients/import/run`: what a list did.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/import_done.html")]
pub struct ImportDone {
    /// The frame.
    pub frame: StaffFrame,
    /// How much of what it did.
    pub counts: ImportCounts,
    /// The lines that were refused, all of them.
    pub refused: Vec<ImportLine>,
}

/// How much of a list is what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ImportCounts {
    /// Clients that are made.
    pub new_clients: u64,
    /// Contacts that are made.
    pub new_contacts: u64,
    /// Clients that are changed.
    pub changed_clients: u64,
    /// Contacts that are changed.
    pub changed_contacts: u64,
    /// Clients and contacts that say the same already.
    pub unchanged: u64,
    /// Lines of each kind, in the order of [`ImportShow::ALL`].
    pub lines: [u64; 5],
}

impl ImportCounts {
    /// Whether anything is written.
    pub fn writes(&self) -> bool {
        self.new_clients + self.new_contacts + self.changed_clients + self.changed_contacts > 0
    }

    /// How many lines are shown so.
    pub fn of(&self, show: ImportShow) -> u64 {
        let place = ImportShow::ALL.iter().position(|other| *other == show);
        place.and_then(|place| self.lines.get(place)).copied().unwrap_or_default()
    }

    /// How many lines are refused.
    pub fn refused(&self) -> u64 {
        self.of(ImportShow::Refused)
    }

    /// The same in words.
    pub fn refused_lines(&self) -> String {
        words::counted(&self.refused(), "line", "lines")
    }

    /// What is made, in words.
    pub fn made(&self) -> String {
        in_words(self.new_clients, self.new_contacts)
    }

    /// What is changed, in words.
    pub fn changed(&self) -> String {
        in_words(self.changed_clients, self.changed_contacts)
    }
}

fn in_words(clients: u64, contacts: u64) -> String {
    let said = [(clients, "client", "clients"), (contacts, "contact", "contacts")];
    let said = said.into_iter().filter(|(count, _, _)| *count > 0);
    let said: Vec<String> = said.map(|(count, one, many)| words::counted(&count, one, many)).collect();
    if said.is_empty() { "None".to_owned() } else { words::listed(&said) }
}

/// Which lines of a list are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportShow {
    /// All.
    All,
    /// Those that make something.
    New,
    /// Those that change something, and make nothing.
    Changed,
    /// Those that say what stands there already.
    Unchanged,
    /// Those of which something is refused.
    Refused,
}

impl ImportShow {
    /// Each.
    pub const ALL: [Self; 5] = [Self::All, Self::New, Self::Changed, Self::Unchanged, Self::Refused];

    /// As forms name it.
    pub fn value(&self) -> &'static str {
        match self {
            Self::All => "all",
            Self::New => "new",
            Self::Changed => "changed",
            Self::Unchanged => "unchanged",
            Self::Refused => "refused",
        }
    }

    /// In words.
    pub fn label(&self) -> &'static str {
        match self {
            Self::All => "All lines",
            Self::New => "New",
            Self::Changed => "Changed",
            Self::Unchanged => "Unchanged",
            Self::Refused => "Refused",
        }
    }

    /// The one that is named so.
    pub fn named(value: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|show| show.value() == value)
    }
}

/// A line of a list.
#[derive(Debug, Clone)]
pub struct ImportLine {
    /// Its number in the file.
    pub number: u64,
    /// Its client.
    pub client: String,
    /// What becomes of it; `None` where another line says it.
    pub client_mark: Option<ImportMark>,
    /// Its contact, if it has one.
    pub contact: Option<String>,
    /// What becomes of them.
    pub contact_mark: Option<ImportMark>,
    /// Why something of it is refused.
    pub refused: Option<String>,
}

/// What becomes of a client or contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportMark {
    /// It is made.
    New,
    /// It is changed.
    Changed,
    /// It stays.
    Unchanged,
}

impl ImportMark {
    /// In a word.
    pub fn label(&self) -> &'static str {
        match self {
            Self::New => "New",
            Self::Changed => "Changed",
            Self::Unchanged => "Unchanged",
        }
    }
}
