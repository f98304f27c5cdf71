//! Holds: what is to be kept, whatever else holds.

use askama::Template;
use portal_core::values::{NodeId, Timestamp};

use super::client::ClientHead;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, StaffFrame};

/// How a folder or document stands.
#[derive(Debug, Clone, Default)]
pub struct Held {
    /// Whether it is on hold, by itself or by something above it.
    pub on_hold: bool,
    /// The hold on it itself.
    pub own: Option<HoldLine>,
}

/// A hold.
#[derive(Debug, Clone)]
pub struct HoldLine {
    /// Why.
    pub reason: String,
    /// Who said so.
    pub by: String,
    /// Since when.
    pub since: Timestamp,
}

/// `GET`/`POST` of [`paths::hold`]; posts `reason`. Where there is a hold, it posts no field to [`paths::release`].
#[derive(Debug, Clone, Template)]
#[template(path = "staff/hold.html")]
pub struct HoldDialog {
    /// The frame.
    pub frame: StaffFrame,
    /// The client.
    pub client: ClientHead,
    /// The folder or document.
    pub node: NodeId,
    /// What is held, in a few words.
    pub what: String,
    /// How it stands.
    pub held: Held,
    /// Why it is to be held.
    pub reason: Field,
}
