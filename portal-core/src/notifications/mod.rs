//! From events to recipients to rendered mail.

mod message;

pub use message::{Batch, DropReason, Event, Lane, MailKind, Message, MessageState, NewMessage, Recipient, Settlement};
