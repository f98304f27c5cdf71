//! Where a contact stands with the portal.

use super::{Contact, Mailing, PortalAccess};
use crate::values::Timestamp;

/// Where a contact stands with the portal, for staff.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PortalStatus {
    /// The firm took access away.
    AccessRemoved,
    /// There is no address to sign in by.
    EmailMissing,
    /// Mail to their address came back, then.
    Bounced(Timestamp),
    /// They may sign in and never have.
    NeverSignedIn,
    /// When they last signed in.
    LastSignedIn(Timestamp),
}

impl PortalStatus {
    /// Where `contact` stands, whom mail reaches as `mailing` says.
    pub fn of(contact: &Contact, access: &PortalAccess, mailing: Option<&Mailing>) -> Self {
        let Some(email) = &contact.email else {
            return if access.allowed { Self::EmailMissing } else { Self::AccessRemoved };
        };
        match (access.allowed, mailing.and_then(|it| it.bounced_at(email)), access.last_signed_in_at) {
            (false, _, _) => Self::AccessRemoved,
            (true, Some(bounce), _) => Self::Bounced(bounce.at),
            (true, None, None) => Self::NeverSignedIn,
            (true, None, Some(at)) => Self::LastSignedIn(at),
        }
    }
}
