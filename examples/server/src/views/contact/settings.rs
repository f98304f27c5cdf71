//! A contact's own settings.

use askama::Template;
use portal_core::values::{EmailAddress, SessionId, Timestamp};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{ContactFrame, MailChoice};

/// `GET /p/{firm}/{contact}/settings`. Its forms post no field.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/settings.html")]
pub struct MySettingsPage {
    /// The frame.
    pub frame: ContactFrame,
    /// Their address.
    pub email: EmailAddress,
    /// How often they are mailed, a line a kind of mail.
    pub mail: Vec<MailChoice>,
    /// Where they are signed in, the last used first.
    pub sessions: Vec<SessionLine>,
}

impl MySettingsPage {
    /// Whether they are signed in elsewhere too.
    pub fn elsewhere(&self) -> bool {
        self.sessions.iter().any(|session| !session.here)
    }
}

/// A session.
#[derive(Debug, Clone)]
pub struct SessionLine {
    /// The session.
    pub id: SessionId,
    /// What the browser said it is.
    pub device: String,
    /// When it began.
    pub created_at: Timestamp,
    /// When it was last used.
    pub seen_at: Timestamp,
    /// Whether it is this one.
    pub here: bool,
}
