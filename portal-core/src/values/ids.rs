//! Typed ids: 128 bits each, written as `kind_` and 32 hexadecimal digits.

use std::fmt;
use std::str::FromStr;

/// Why a text is not an id of the kind asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {expected} id")]
pub struct IdError {
    expected: &'static str,
}

/// What every typed id can do.
pub trait Id: Copy + Ord + fmt::Display + fmt::Debug + Send + Sync + 'static {
    /// What stands before the underscore in the id's text.
    const PREFIX: &'static str;

    /// Makes the id from its 128 bits.
    fn from_u128(bits: u128) -> Self;

    /// The id's 128 bits, as a database keeps them.
    fn as_u128(self) -> u128;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl $name {
            /// Makes the id from its 128 bits, in a constant too.
            pub const fn from_bits(bits: u128) -> Self {
                Self(bits)
            }
        }

        impl Id for $name {
            const PREFIX: &'static str = $prefix;

            fn from_u128(bits: u128) -> Self {
                Self(bits)
            }

            fn as_u128(self) -> u128 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "_{:032x}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse($prefix, text).map(Self)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// A firm: the tenant.
    FirmId = "firm";
    /// A team member of a firm.
    MemberId = "member";
    /// A client of a firm.
    ClientId = "client";
    /// A contact of a client.
    ContactId = "contact";
    /// A folder.
    FolderId = "folder";
    /// A folder template of a firm.
    FolderTemplateId = "template";
    /// A document.
    DocumentId = "document";
    /// One version of a document.
    VersionId = "version";
    /// An upload under way.
    UploadId = "upload";
    /// A grant.
    GrantId = "grant";
    /// A login: one email address, whatever number of contacts it reaches.
    LoginId = "login";
    /// A session of a login.
    SessionId = "session";
    /// An attempt to sign in.
    AttemptId = "attempt";
    /// The keyed hash of an email address: what identity knows an address by before there is a login.
    AddressKey = "address";
    /// An event.
    EventId = "event";
    /// A message to one recipient.
    MessageId = "message";
    /// Where the bytes of one version lie in the blob store: random, never made from a name.
    BlobKey = "blob";
}

fn parse(prefix: &'static str, text: &str) -> Result<u128, IdError> {
    let error = IdError { expected: prefix };
    let digits = text.strip_prefix(prefix).and_then(|rest| rest.strip_prefix('_')).ok_or_else(|| error.clone())?;
    let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if digits.len() != 32 || !digits.bytes().all(lower_hex) {
        return Err(error);
    }
    u128::from_str_radix(digits, 16).map_err(|_| error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_wrote() {
        let id = ClientId::from_u128(0xabc);
        assert_eq!(id.to_string(), "client_00000000000000000000000000000abc");
        assert_eq!(id.to_string().parse(), Ok(id));
    }

    #[test]
    fn an_id_of_another_kind_or_another_spelling_is_refused() {
        for text in [
            "contact_00000000000000000000000000000abc",
            "client_abc",
            "client_00000000000000000000000000000ABC",
            "client_+0000000000000000000000000000abc",
            "client-00000000000000000000000000000abc",
            "client_0000000000000000000000000000é",
            "",
        ] {
            assert!(text.parse::<ClientId>().is_err(), "`{text}` was taken for a client id");
        }
    }
}
