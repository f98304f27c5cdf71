//! The delivery ledger.

use askama::Template;
use portal_core::notifications::{MailKind, MessageState};
use portal_core::values::{ClientId, DisplayName, EmailAddress, MessageId, Timestamp};

use super::client::Phrase;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{ListPlace, StaffFrame};

/// `GET /staff/deliveries?only=dead&after=`. Rows post no field to [`paths::resend`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/deliveries.html")]
pub struct Deliveries {
    /// The frame.
    pub frame: StaffFrame,
    /// Whether only what did not arrive is listed.
    pub only_dead: bool,
    /// The messages, the latest first.
    pub rows: Vec<DeliveryLine>,
    /// Which page of the ledger it is.
    pub place: ListPlace,
}

impl Deliveries {
    fn state_icon(&self, row: &DeliveryLine) -> Icon {
        match row.state {
            MessageState::Waiting => Icon::Clock,
            MessageState::Sent => Icon::Check,
            MessageState::Dropped(_) => Icon::Close,
            MessageState::Dead => Icon::Warning,
        }
    }
}

/// A message.
#[derive(Debug, Clone)]
pub struct DeliveryLine {
    /// The message.
    pub id: MessageId,
    /// Where it goes.
    pub address: EmailAddress,
    /// What it says.
    pub kind: MailKind,
    /// What it speaks of, as that is called now.
    pub subject: Vec<Phrase>,
    /// The client it speaks of.
    pub client: Option<(ClientId, DisplayName)>,
    /// How it stands.
    pub state: MessageState,
    /// How often sending it was tried.
    pub tries: u32,
    /// What the last try that failed said.
    pub last_error: Option<String>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it is to be sent, or tried again.
    pub due_at: Timestamp,
    /// When it was sent, dropped or given up.
    pub settled_at: Option<Timestamp>,
}

impl DeliveryLine {
    /// Whether it can be sent once more: it was given up, or was sent and is not to be found.
    pub fn resendable(&self) -> bool {
        matches!(self.state, MessageState::Dead | MessageState::Sent)
    }

    /// Whether it did not arrive.
    pub fn failed(&self) -> bool {
        self.state == MessageState::Dead
    }
}
