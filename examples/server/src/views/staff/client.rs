//! The clients, and the head of one's record.

use askama::Template;
use portal_core::directory::PortalStatus;
use portal_core::event::EventTopic;
use portal_core::values::{ClientId, ContactId, DisplayName, EmailAddress, Language, MemberId, Timestamp};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{ListPlace, StaffFrame, words};

/// `GET /staff/clients?q=&after=`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/clients.html")]
pub struct Clients {
    /// The frame.
    pub frame: StaffFrame,
    /// What is searched for; empty for all.
    pub query: String,
    /// The clients of this page.
    pub rows: Vec<ClientLine>,
    /// Which page of the list it is.
    pub place: ListPlace,
}

/// A client in the list.
#[derive(Debug, Clone)]
pub struct ClientLine {
    /// The client.
    pub id: ClientId,
    /// Its name.
    pub name: DisplayName,
    /// How many contacts it has.
    pub contacts: u64,
    /// The names of the team members assigned.
    pub assigned: Vec<String>,
    /// When it was added.
    pub created_at: Timestamp,
}

/// What stands above every page of a client's record: its name, its team, its contacts.
#[derive(Debug, Clone)]
pub struct ClientHead {
    /// The client.
    pub id: ClientId,
    /// Its name.
    pub name: DisplayName,
    /// The team members assigned.
    pub assigned: Vec<(MemberId, DisplayName)>,
    /// Its contacts.
    pub contacts: Vec<ContactLine>,
}

/// A contact in the Contacts panel.
#[derive(Debug, Clone)]
pub struct ContactLine {
    /// The contact.
    pub id: ContactId,
    /// Their name.
    pub name: DisplayName,
    /// Their address, if known.
    pub email: Option<EmailAddress>,
    /// Where they stand with the portal.
    pub status: PortalStatus,
    /// The language of their mail; `None` for the firm's.
    pub language: Option<Language>,
    /// What was said when mail to them came back, if it did.
    pub bounced: Option<String>,
}

impl ContactLine {
    /// Whether the firm lets them enter.
    pub fn allowed(&self) -> bool {
        self.status != PortalStatus::AccessRemoved
    }
}

/// The tabs of a client's record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Files, and what belongs to them.
    Files,
    /// What happened.
    Activity,
    /// None of them: a contact's page, or one that is seldom opened.
    None,
}

/// `GET /staff/activity?after=`: what happened at the firm and at none of its clients.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/firm_activity.html")]
pub struct FirmActivityPage {
    /// The frame.
    pub frame: StaffFrame,
    /// What is looked for.
    pub filter: ActivityFilter,
    /// What happened, the latest first.
    pub rows: Vec<ActivityLine>,
    /// Which page of the list it is.
    pub place: ListPlace,
}

/// `GET /staff/clients/{client}/activity?after=`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/activity.html")]
pub struct ActivityPage {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// What is looked for.
    pub filter: ActivityFilter,
    /// What happened, the latest first.
    pub rows: Vec<ActivityLine>,
    /// Which page of it.
    pub place: ListPlace,
}

/// What is looked for in what happened; asked for as `show` and `day`.
#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    /// A topic's name, or somebody's id; empty for everything.
    pub show: String,
    /// A day, such as `2026-04-30`; empty for all.
    pub day: String,
    /// Whom one can look for, by id and name.
    pub people: Vec<(String, String)>,
}

impl ActivityFilter {
    /// Whether anything is.
    pub fn is_set(&self) -> bool {
        !self.show.is_empty() || !self.day.is_empty()
    }

    /// The same as the address says it.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let fields = [("show", &self.show), ("day", &self.day)];
        fields.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name, value.clone())).collect()
    }

    /// Topics to choose from: value, label, whether it is chosen.
    pub fn topics(&self) -> Vec<(&'static str, &'static str, bool)> {
        EventTopic::ALL.into_iter().map(|it| (it.name(), words::topic(it), it.name() == self.show)).collect()
    }

    /// People to choose from; one who is there no more stays chosen.
    pub fn choices(&self) -> Vec<(&str, &str, bool)> {
        let people = self.people.iter().map(|(id, name)| (id.as_str(), name.as_str(), *id == self.show));
        let mut people: Vec<_> = people.collect();
        let known = people.iter().any(|(_, _, chosen)| *chosen) || EventTopic::named(&self.show).is_some();
        if !known && !self.show.is_empty() {
            people.push((&self.show, "Somebody who left", true));
        }
        people
    }
}

/// Something that happened.
#[derive(Debug, Clone)]
pub struct ActivityLine {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub who: Phrase,
    /// What, as the rest of a sentence: `shared “2025 Tax” with Ana`.
    pub what: Vec<Phrase>,
}

/// A piece of a sentence, with the way to what it names while that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// The words.
    pub text: String,
    /// Where they lead.
    pub href: Option<String>,
}

impl Phrase {
    /// Words alone.
    pub fn words(text: impl Into<String>) -> Self {
        Self { text: text.into(), href: None }
    }

    /// The name of something, and the way there.
    pub fn leading_to(text: impl Into<String>, href: String) -> Self {
        Self { text: text.into(), href: Some(href) }
    }
}
