//! Uploads that waited for the scanner, finished in the name of whoever began them.

use crate::engine::{Engine, Error, contact, staff};
use crate::files::Scan;
use crate::values::{Actor, ClientId, FirmId, UploadId};

/// An upload in which the scanner found nothing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waiting {
    pub(crate) firm: FirmId,
    pub(crate) client: ClientId,
    pub(crate) upload: UploadId,
    pub(crate) by: Actor,
    pub(crate) scan: Scan,
}

impl Waiting {
    /// The same command as if whoever began it had asked.
    pub(crate) fn command(&self) -> String {
        super::finishing(self.upload)
    }
}

/// Makes of it what it was to become, with the right of whoever began it as it is now.
pub(crate) async fn finish_waiting(engine: &Engine, waiting: Waiting) -> Result<(), Error> {
    match waiting.by {
        Actor::Contact(contact) => contact::finish_waiting(engine, waiting, contact).await,
        Actor::Member(member) => staff::finish_waiting(engine, waiting, member).await,
        _ => Err(Error::NotFound),
    }
}
