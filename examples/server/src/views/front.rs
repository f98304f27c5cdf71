//! The front door.

use askama::Template;

use super::PlainFrame;
#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;

/// `GET /`: for clients and for staff; with the firm where the server has but one.
#[derive(Debug, Clone, Template)]
#[template(path = "front.html")]
pub struct FrontDoor {
    /// The frame.
    pub frame: PlainFrame,
}
