//! From events to recipients to rendered mail.
//!
//! To change who is told of what, open `recipients.rs`; what becomes of it, `occasion.rs`; what is checked once more before a mail goes, `still_due.rs`; when it
//! goes and how often it is tried, `timing.rs`; what it says and how it looks, `templates/`, where each
//! language has a folder.

mod contrast;
mod letter;
mod message;
mod occasion;
mod recipients;
mod render;
mod samples;
mod specimens;
mod still_due;
#[cfg(test)]
pub(crate) mod tests_support;
mod timing;
mod unsubscribe;

pub use contrast::{Palette, contrast, readable_on};
pub use letter::{
    Content, LISTED, Letter, LetterKind, LetterLogo, Listed, Listing, Moment, SECTIONS, Section, TeamReason, logo_id,
};
pub use message::{Batch, DropReason, MailKind, Message, MessageState, NewMessage, Recipient, Settlement, message_of};
pub use occasion::{Occasion, message_id};
pub use recipients::{Reader, TeamTold, Told, team_told, told_of_share, told_of_upload, would_be_told};
pub use render::{Rendered, TemplateError, TemplatePart, Templates, Translation};
pub use specimens::Specimen;
pub use still_due::{Mentioned, Sight, Standing, by_right, mentioned, reached, share_due};
pub use timing::Timing;
pub use unsubscribe::{UNSUBSCRIBE_LIFE, UnsubscribeToken, UnsubscribeTokenError};
