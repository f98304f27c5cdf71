//! One login, several portals.

use askama::Template;
use portal_core::values::{ContactId, DisplayName, EmailAddress};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{FirmFace, PlainFrame};

/// `GET /p/{firm}/choose`: after signing in, and to switch.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/choose.html")]
pub struct ChoosePage {
    /// The frame.
    pub frame: PlainFrame,
    /// Who is signed in.
    pub email: EmailAddress,
    /// What the login reaches, the firm that was asked first.
    pub portals: Vec<PortalLine>,
}

/// A portal that the login reaches.
#[derive(Debug, Clone)]
pub struct PortalLine {
    /// The firm.
    pub firm: FirmFace,
    /// The client.
    pub client_name: DisplayName,
    /// The contact.
    pub contact: ContactId,
    /// Their name.
    pub contact_name: DisplayName,
    /// Whether it is where they are now.
    pub here: bool,
}
