//! Staff sign in.

use askama::Template;
use portal_core::values::DisplayName;

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, Hidden, PlainFrame};

/// `GET`/`POST /staff/sign-in`. Posts `email`, `password`.
#[derive(Debug, Clone, Template)]
#[template(path = "staff/sign_in.html")]
pub struct StaffSignIn {
    /// The frame.
    pub frame: PlainFrame,
    /// What was typed as the email address.
    pub email: Field,
    /// The password's error; its value is never sent back.
    pub password: Field,
    /// Why signing in did not go, where that is no one field's fault.
    pub problem: Option<String>,
    /// The demo's accounts, offered to be filled in; empty without demo data.
    pub demo: Vec<DemoAccount>,
}

/// A staff account of the demo.
#[derive(Debug, Clone)]
pub struct DemoAccount {
    /// Whose it is.
    pub name: DisplayName,
    /// What they may do, in a word or two.
    pub role: &'static str,
    /// Their address.
    pub email: String,
    /// The demo's password.
    pub password: Hidden,
}
