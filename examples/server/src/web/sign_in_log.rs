//! One line in the log for each time that staff signed in or failed to, and that a contact failed to (ASVS 5.0, 16.3.1). A
//! contact's sign-ins stand in the audit chain of their login.
//!
//! A line holds no address, no password and no code: the address is told by the keyed hash that the portal itself knows it by,
//! so that lines about one of them can be put together by whoever holds the key.

use std::net::IpAddr;

use portal_core::identity::{IdentityRefusal, address_key};
use portal_core::values::{AddressKey, EmailAddress};
use portal_core::{Error, NewSession, Refusal};

use super::problem::log;
use super::visit::Visit;
use crate::staff_login::StaffSignInError;

/// How signing in went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Right,
    /// The password or the code is wrong.
    Wrong,
    /// Too many were wrong before.
    Paused,
    /// What was redeemed is over, of another browser, or nothing.
    Void,
    /// It could not be judged.
    Unjudged,
}

impl Outcome {
    const fn word(self) -> &'static str {
        match self {
            Self::Right => "right",
            Self::Wrong => "wrong",
            Self::Paused => "paused",
            Self::Void => "void",
            Self::Unjudged => "unjudged",
        }
    }
}

/// Notes that a team member signed in or did not.
pub(crate) fn note_staff(visit: &Visit, typed: &str, outcome: &Result<String, StaffSignInError>) {
    let outcome = match outcome {
        Ok(_) => Outcome::Right,
        Err(StaffSignInError::Wrong) => Outcome::Wrong,
        Err(StaffSignInError::Paused) => Outcome::Paused,
        Err(StaffSignInError::Busy | StaffSignInError::Unavailable(_)) => Outcome::Unjudged,
    };
    let address = EmailAddress::new(typed).ok().map(|email| address_key(&visit.app.link_key, &email));
    log(None, &line("staff password", outcome, address, visit.source), None);
}

/// Notes that a contact's code or link was refused.
pub(crate) fn note_contact(visit: &Visit, what: &str, address: AddressKey, redeemed: &Result<NewSession, Error>) {
    let outcome = match redeemed {
        Ok(_) => return,
        Err(Error::Refused(Refusal::Identity(IdentityRefusal::WrongCode { .. }))) => Outcome::Wrong,
        Err(Error::Refused(Refusal::Identity(IdentityRefusal::CodesPaused { .. }))) => Outcome::Paused,
        Err(Error::Refused(_) | Error::NotFound) => Outcome::Void,
        Err(_) => Outcome::Unjudged,
    };
    log(None, &line(what, outcome, Some(address), visit.source), None);
}

/// INVARIANT: every part is this program's own or is printed from a value of a type that holds no text.
fn line(what: &str, outcome: Outcome, address: Option<AddressKey>, source: IpAddr) -> String {
    let address = address.map_or_else(|| "none".to_owned(), |address| address.to_string());
    let outcome = outcome.word();
    format!("sign-in by=\"{what}\" outcome={outcome} address={address} source={source}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l40_a_line_says_who_where_and_how_it_went_and_nothing_else() {
        let source = "203.0.113.9".parse().unwrap();
        assert_eq!(
            line("staff password", Outcome::Wrong, Some(AddressKey::from_bits(1)), source),
            "sign-in by=\"staff password\" outcome=wrong address=address_00000000000000000000000000000001 source=203.0.113.9"
        );
        let unknown = line("contact code", Outcome::Paused, None, "2001:db8::1".parse().unwrap());
        assert!(unknown.ends_with("outcome=paused address=none source=2001:db8::1"), "{unknown}");
    }
}
