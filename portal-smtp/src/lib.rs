//! Sends the mail of [`portal_core`].
//!
//! [`SpoolMailer`] writes each mail as an `.eml` file into a folder: the embedded default, for a demo, for tests, and for
//! hosts that pick mail up from there. [`read_spool`] reads the folder back for a mailbox page. SMTP is to come, with the same
//! bytes: [`mime`] makes them for both. [`undelivered`] reads what mail servers report by mail, later, that did not arrive.
//!
//! # Why mail-builder
//! `lettre`, which will speak SMTP here, has a builder too, but it is part of a whole transport, and it takes any bytes that
//! are a mail (`send_raw`). `mail-builder` does nothing but MIME: it folds and encodes by RFC 2047 whatever stands in a name or subject, writes
//! the Message-ID as it is given, takes the boundary from us, so that a mail depends on its content alone, and its sibling
//! `mail-parser` reads the spool back.

mod mailbox;
pub mod mime;
mod report;
mod spool;

pub use mailbox::{Correspondent, SpooledMail, read_spool, read_spool_of, read_spooled};
pub use report::{MAX_REPORT_BYTES, Undelivered, undelivered};
pub use spool::SpoolMailer;
