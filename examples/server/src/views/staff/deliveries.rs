//! The delivery ledger.

use portal_core::notifications::{MailKind, MessageState};
use portal_core::values::{ClientId, Cursor, DisplayName, EmailAddress, MessageId, Timestamp};

use crate::views::StaffFrame;

/// `GET /staff/deliveries?only=dead&after=`. Rows post no field to [`paths::resend`](crate::views::paths::resend).
#[derive(Debug, Clone)]
pub struct Deliveries {
    /// The frame.
    pub frame: StaffFrame,
    /// Whether only what did not arrive is listed.
    pub only_dead: bool,
    /// The messages, the latest first.
    pub rows: Vec<DeliveryLine>,
    /// Whether this is the first page.
    pub first: bool,
    /// Where the next page begins.
    pub next: Option<Cursor>,
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
    /// Whether it can be sent once more: it was given up.
    pub fn resendable(&self) -> bool {
        self.state == MessageState::Dead
    }
}
