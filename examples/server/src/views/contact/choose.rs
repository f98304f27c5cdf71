//! One login, several portals.

use askama::Template;
use portal_core::values::{ClientId, ContactId, DisplayName, EmailAddress};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{FirmFace, PlainFrame};

/// `GET /p/{firm}/choose?here=`: after signing in, and to switch.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/choose.html")]
pub struct ChoosePage {
    /// The frame.
    pub frame: PlainFrame,
    /// Who is signed in.
    pub email: EmailAddress,
    /// What the login reaches, the firm that was asked first, and those of one client beside one another.
    pub portals: Vec<PortalLine>,
}

impl ChoosePage {
    /// The portals of each client. Where a client has several, several people read this mailbox.
    fn clients(&self) -> Vec<&[PortalLine]> {
        self.portals
            .chunk_by(|one, next| (one.client, &one.firm.address) == (next.client, &next.firm.address))
            .collect()
    }

    fn is_one_client(&self) -> bool {
        self.clients().len() == 1
    }
}

/// A portal that the login reaches.
#[derive(Debug, Clone)]
pub struct PortalLine {
    /// The firm.
    pub firm: FirmFace,
    /// The client.
    pub client: ClientId,
    /// Its name.
    pub client_name: DisplayName,
    /// The contact.
    pub contact: ContactId,
    /// Their name.
    pub contact_name: DisplayName,
    /// Whether it is where they are now.
    pub here: bool,
}
