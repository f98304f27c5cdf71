//! Signing in without a password: the page that asks, and the pages behind the mail.

use askama::Template;
use portal_core::values::{EmailAddress, Timestamp};

#[allow(clippy::wildcard_imports, unused_imports, reason = "templates name what they need of it")]
use crate::views::scope::*;
use crate::views::{Field, Hidden, PlainFrame};

/// `GET`/`POST /p/{firm}`: posts `email`. `frame.firm` is the firm.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/access.html")]
pub struct AccessPage {
    /// The frame.
    pub frame: PlainFrame,
    /// The address.
    pub email: Field,
    /// Why the person is asked, as a sentence: `Sign in to see “2025 Tax”.`, `You signed out.`
    pub reason: Option<String>,
}

impl AccessPage {
    fn action(&self) -> String {
        self.frame.access()
    }
}

/// `GET`/`POST /p/{firm}/code`: posts `code` (digits; spaces and dashes around them are to be ignored). The same for
/// addresses known and unknown. `frame.firm` is the firm.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/code.html")]
pub struct CodePage {
    /// The frame.
    pub frame: PlainFrame,
    /// The address with most of its name hidden.
    pub masked_email: String,
    /// From when on link and code are worth nothing.
    pub expires_at: Timestamp,
    /// What was typed.
    pub code: Field,
    /// Whether no more codes are taken for this attempt, so that asking again is all that is left.
    pub exhausted: bool,
}

impl CodePage {
    fn action(&self) -> String {
        self.frame.firm.as_ref().map(|firm| paths::code(&firm.address)).unwrap_or_default()
    }

    fn again(&self) -> String {
        self.frame.access()
    }
}

/// `GET`/`POST` of the sign-in link in the browser that asked: one button, which posts no field.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/link_here.html")]
pub struct LinkHere {
    /// The frame.
    pub frame: PlainFrame,
    /// Where the button posts: the address of this page.
    pub action: Hidden,
}

/// `GET` of the sign-in link anywhere else: the code to type where one asked.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/link_tells_code.html")]
pub struct LinkTellsCode {
    /// The frame.
    pub frame: PlainFrame,
    /// The six digits.
    pub code: Hidden,
    /// From when on it is worth nothing.
    pub expires_at: Timestamp,
}

impl LinkTellsCode {
    fn spelled(&self) -> String {
        let digits: Vec<String> = self.code.as_str().chars().map(|digit| digit.to_string()).collect();
        digits.join(" ")
    }

    fn ask_here(&self) -> String {
        self.frame.access()
    }

    /// The digits in two groups of three, as people read them out.
    pub fn spaced(&self) -> String {
        let (first, second) = self.code.as_str().split_at_checked(3).unwrap_or((self.code.as_str(), ""));
        format!("{first} {second}")
    }
}

/// A sign-in link or code that is over: used, too old, or never one. Also the page of a signed-out or ended session.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/link_gone.html")]
pub struct LinkGone {
    /// The frame.
    pub frame: PlainFrame,
    /// As whom this browser is signed in, if it is.
    pub signed_in: Option<EmailAddress>,
}

impl LinkGone {
    fn portal(&self) -> String {
        let address = self.frame.firm.as_ref().map(|firm| firm.address.as_str());
        address.map_or_else(|| paths::front().to_owned(), paths::choose)
    }

    fn again(&self) -> String {
        self.frame.access()
    }
}

/// `GET`, `POST` of an unsubscribe link: one button, which posts no field and needs no token of a form.
#[derive(Debug, Clone, Template)]
#[template(path = "contact/unsubscribe.html")]
pub struct UnsubscribePage {
    /// The frame.
    pub frame: PlainFrame,
    /// The mail it is about, as a sentence goes on: `mail about new documents`.
    pub about: &'static str,
    /// Whether it is turned off.
    pub off: bool,
    /// Whether it was just turned on again.
    pub again: bool,
    /// Whether the link can turn it on again.
    pub can_be_on_again: bool,
    /// Where the button posts.
    pub action: Hidden,
}

impl UnsubscribePage {
    fn firm_name(&self) -> String {
        self.frame.firm.as_ref().map(|firm| firm.name.to_string()).unwrap_or_default()
    }
}
