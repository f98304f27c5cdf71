//! Naming things by our id or by the host's own.

use super::{ClientId, ContactId, Digest, FirmId, Id as _, MemberId, TextError};

/// What is kept of an erased id begins so.
const ERASED: &str = "erased ";

/// The host's own id for a firm, member, client or contact: 1 to 200 printable characters, compared exactly.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct ExternalId(String);

impl ExternalId {
    /// Takes the host's id as it is.
    ///
    /// # Errors
    /// [`TextError`] when it is empty, longer than 200 characters, or holds control characters.
    pub fn new(text: impl Into<String>) -> Result<Self, TextError> {
        let text = text.into();
        if text.is_empty() {
            return Err(TextError::Empty);
        }
        if text.chars().count() > 200 {
            return Err(TextError::TooLong { max: 200 });
        }
        if text.chars().any(char::is_control) {
            return Err(TextError::Forbidden);
        }
        Ok(Self(text))
    }

    /// What is kept of the id of somebody who was erased: enough to know it again in a host's list, and no more. One that is erased
    /// already stays as it is.
    pub(crate) fn erased(&self, firm: FirmId) -> Self {
        if self.is_erased() {
            return self.clone();
        }
        let digest = Digest::of_parts(&[ERASED.as_bytes(), &firm.as_u128().to_be_bytes(), self.0.as_bytes()]);
        Self(format!("{ERASED}{digest}"))
    }

    /// Whether this is what was kept of an id.
    pub(crate) fn is_erased(&self) -> bool {
        self.0.strip_prefix(ERASED).is_some_and(|digest| digest.len() == 64)
    }

    /// The id as the host wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! references {
    ($($(#[$doc:meta])* $name:ident($id:ty);)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            /// By the portal's id.
            Id($id),
            /// By the host's own id.
            External(ExternalId),
        }

        impl $name {
            /// Names it by the host's own id.
            ///
            /// # Errors
            /// [`TextError`] when the text cannot be an external id.
            pub fn external(text: impl Into<String>) -> Result<Self, TextError> {
                ExternalId::new(text).map(Self::External)
            }
        }

        impl From<$id> for $name {
            fn from(id: $id) -> Self {
                Self::Id(id)
            }
        }

        impl From<ExternalId> for $name {
            fn from(id: ExternalId) -> Self {
                Self::External(id)
            }
        }
    )*};
}

references! {
    /// A firm, by either id.
    FirmRef(FirmId);
    /// A team member, by either id.
    MemberRef(MemberId);
    /// A client, by either id.
    ClientRef(ClientId);
    /// A contact, by either id.
    ContactRef(ContactId);
}
