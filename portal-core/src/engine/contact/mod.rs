//! A client's contact: what they see, and what they may upload.

mod caller;
mod done_uploading;
mod entering;
mod files;
mod folder_zip;
mod folders;
mod notifications;
mod resumable;
mod uploads;
mod withdrawing;

use std::sync::Arc;

pub(crate) use caller::ContactCaller;
pub use files::ContactFiles;
pub use notifications::ContactNotifications;
pub(crate) use resumable::finish_waiting;
pub use resumable::{BeginContactUpload, ContactUploads, FinishContactUpload};
pub use uploads::{ContactUpload, ContactUploaded};

use super::caller::Caller as _;
use super::content::Readable;
use super::sight::{ContactEntry, RecentDocument, Sight};
use super::{Engine, Error, Operation, Portal};
use crate::directory::{Client, Contact, Firm};
use crate::identity::SessionToken;
use crate::values::{Actor, ClientRef, ContactId, DocumentId};
use caller::ContactAuthority;

impl Portal {
    /// A contact, in the session of their login. One login may reach several contacts; which one acts is said here, and at
    /// each call it is read anew whether the session lives, the login still reaches the contact, and the firm still lets them in.
    ///
    /// # Errors
    /// [`ErrorKind::SignedOut`](super::ErrorKind::SignedOut) when the session ended,
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when it does not reach this contact.
    pub async fn contact(&self, session: &SessionToken, contact: ContactId) -> Result<ContactHandle, Error> {
        let caller = ContactCaller::find(&self.engine, session, contact).await?;
        Ok(ContactHandle { engine: self.engine.clone(), caller })
    }
}

/// A client's contact, in a session.
#[derive(Debug, Clone)]
pub struct ContactHandle {
    engine: Arc<Engine>,
    caller: ContactCaller,
}

/// Who a contact is, and at whose portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactMe {
    /// The contact.
    pub contact: Contact,
    /// The client they belong to.
    pub client: Client,
    /// The firm whose portal it is.
    pub firm: Firm,
}

/// What a contact finds first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Home {
    /// The latest documents that they see.
    pub recent: Vec<RecentDocument>,
    /// What is shared with them at the top, folders first.
    pub roots: Vec<ContactEntry>,
    /// The folders that are shared with them to upload into, wherever these lie, by name.
    pub uploads: Vec<ContactEntry>,
}

impl ContactHandle {
    /// Who the contact is, and at whose portal.
    ///
    /// # Errors
    /// [`ErrorKind::SignedOut`](super::ErrorKind::SignedOut) when the session ended,
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when it reaches this contact no more; so for every call below.
    pub async fn me(&self) -> Result<ContactMe, Error> {
        let authority = self.authorize(Operation::ContactMe).await?;
        let contact = authority.contact.contact.value;
        let client = self.engine.store.client(authority.firm, &ClientRef::Id(contact.client)).await?;
        let firm = self.engine.store.firm(authority.firm).await?;
        let (Some(client), Some(firm)) = (client, firm) else { return Err(Error::NotFound) };
        Ok(ContactMe { contact, client: client.value, firm: firm.value })
    }

    /// What the contact finds first.
    ///
    /// # Errors
    /// As for [`Self::me`].
    pub async fn home(&self) -> Result<Home, Error> {
        const RECENT: usize = 8;
        let authority = self.authorize(Operation::ContactHome).await?;
        let sight = self.sight(&authority);
        let (roots, uploads) = sight.home().await?;
        Ok(Home { recent: sight.recent(&roots, RECENT).await?, roots, uploads })
    }

    /// What is shared with the contact.
    pub fn files(&self) -> ContactFiles {
        ContactFiles::new(self.clone())
    }

    /// How often the contact is mailed.
    pub fn notifications(&self) -> ContactNotifications {
        ContactNotifications::new(self.clone())
    }

    async fn authorize(&self, operation: Operation) -> Result<ContactAuthority, Error> {
        self.caller.authorize(&self.engine, operation).await
    }

    fn sight(&self, authority: &ContactAuthority) -> Sight<'_> {
        let contact = &authority.contact.contact;
        Sight { engine: &self.engine, firm: authority.firm, client: contact.client, contact: contact.id }
    }

    async fn readable(&self, operation: Operation, document: DocumentId) -> Result<Readable, Error> {
        let authority = self.authorize(operation).await?;
        let (_, read) = self.sight(&authority).document(document).await?;
        let version = read.current.clone();
        let actor = Actor::Contact(authority.contact.contact.id);
        Ok(Readable { firm: authority.firm, actor, read, version })
    }
}
