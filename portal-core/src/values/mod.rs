//! Small validated values that every area speaks in.
//!
//! What cannot be valid cannot be built: a [`FileName`] is already safe in a header, an [`EmailAddress`] already
//! parses, an id already says what it is the id of.

/// Writes `notes` and `notes_mut` of an event from one list of arms: which notes each variant holds, in a fixed order.
macro_rules! noted {
    ($($pattern:pat => $notes:expr),* $(,)?) => {
        /// The personal texts in this event, in a fixed order.
        pub fn notes(&self) -> Vec<&crate::values::Note> {
            match self { $($pattern => $notes,)* }
        }

        /// The same, for a store that puts the texts back.
        pub fn notes_mut(&mut self) -> Vec<&mut crate::values::Note> {
            match self { $($pattern => $notes,)* }
        }
    };
}
pub(crate) use noted;

mod actor;
mod digest;
mod email;
mod file_name;
mod ids;
mod image;
mod language;
mod link_key;
mod mail_footer;
mod page;
mod phone;
mod reference;
mod ring_key;
mod running_digest;
mod secret;
mod text;
mod time_zone;
mod timestamp;

pub use actor::{Actor, NodeId};
pub use digest::{Digest, Note, Salt};
pub use email::{EmailAddress, EmailAddressError};
pub use file_name::{FileName, FileNameError, FoldedName};
pub use ids::{
    AddressKey, AttemptId, BlobKey, ClientId, ContactId, DocumentId, EventId, FirmId, FolderId, FolderTemplateId,
    GrantId, Id, IdError, LoginId, MemberId, MessageId, SessionId, UploadId, VersionId,
};
pub use image::ImageKind;
pub use language::Language;
pub use link_key::LinkKey;
pub use mail_footer::MailFooter;
pub use page::{Cursor, ListOrder, Page, PageRequest};
pub use phone::PhoneNumber;
pub use reference::{ClientRef, ContactRef, ExternalId, FirmRef, MemberRef};
pub use ring_key::RingKeyId;
pub use running_digest::RunningDigest;
pub use secret::Secret;
pub(crate) use text::is_dangerous;
pub use text::{Color, DisplayName, TextError, WebLink};
pub use time_zone::{HourOfDay, LocalTime, TimeZone, Weekday};
pub use timestamp::Timestamp;
