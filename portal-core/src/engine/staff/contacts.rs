//! The contacts of a client.

use std::collections::BTreeMap;

use super::Staff;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{
    self, Addressee, Bounce, Client, Contact, ContactChange, DirectoryRefusal, Mailing, MailingChange, NewContact,
    PortalStatus,
};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::mailing::{Mailbox, mailing_of};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::ports::store::ContactRead;
use crate::record::Whole;
use crate::sharing::{self, Ancestry};
use crate::values::{ClientId, ContactId, ContactRef, FirmId, Language, Page, PageRequest};

/// The contacts of a client.
#[derive(Debug, Clone)]
pub struct StaffContacts {
    pub(super) staff: Staff,
    pub(super) client: ClientId,
}

/// A contact in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// The contact.
    pub contact: Contact,
    /// Where they stand with the portal.
    pub status: PortalStatus,
    /// How mail reaches them.
    pub mailing: Mailing,
}

impl ContactRow {
    /// The mark that mail to the address that they have now comes back, if there is one.
    pub fn bounced(&self) -> Option<&Bounce> {
        self.mailing.bounced_at(self.contact.email.as_ref()?)
    }

    fn of(read: ContactRead, mailings: &BTreeMap<Addressee, Mailing>) -> Self {
        let addressee = Addressee::Contact(read.contact.id);
        let mailing = mailings.get(&addressee);
        let status = PortalStatus::of(&read.contact, &read.access, mailing);
        let mailing = mailing.cloned().unwrap_or_else(|| Mailing::new(addressee));
        Self { contact: read.contact.value, status, mailing }
    }
}

impl StaffContacts {
    pub(super) fn new(staff: Staff, client: ClientId) -> Self {
        Self { staff, client }
    }

    /// The contacts, in the order in which they were added or so.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such client.
    pub async fn list(&self, page: &PageRequest) -> Result<Page<ContactRow>, Error> {
        self.staff.authorize(Operation::ListContacts).await?;
        let (engine, firm) = (&self.staff.engine, self.staff.caller.firm);
        super::client(engine, firm, self.client).await?;
        let page = engine.store.contacts(firm, self.client, page).await?;
        let people: Vec<Addressee> = page.items.iter().map(|read| Addressee::Contact(read.contact.id)).collect();
        let mailings = engine.store.mailings(firm, &people).await?;
        let mailings = mailings.into_iter().map(|mailing| (mailing.addressee, mailing.value)).collect();
        Ok(page.map(|read| ContactRow::of(read, &mailings)))
    }

    /// A contact, who may have been removed.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the client has no such contact.
    pub async fn find(&self, contact: ContactId) -> Result<ContactRow, Error> {
        self.staff.authorize(Operation::ListContacts).await?;
        let (engine, firm) = (&self.staff.engine, self.staff.caller.firm);
        let read = super::contact_of(engine, firm, self.client, contact).await?;
        let mailing = mailing_of(engine, firm, Addressee::Contact(contact)).await?;
        let mailings = mailing.into_iter().map(|mailing| (mailing.addressee, mailing.value)).collect();
        Ok(ContactRow::of(read, &mailings))
    }

    /// Adds a contact. What is shared with all contacts of the client is shared with them.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::ExternalIdTaken`].
    pub fn add(&self, contact: NewContact) -> Call<ContactId> {
        self.staff.call(AddContact { client: self.client, contact })
    }

    /// Changes a contact's name or address.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::ContactRemoved`].
    pub fn change(&self, contact: ContactId, change: ContactChange) -> Call<()> {
        self.staff.call(ChangeContact { client: self.client, contact, change })
    }

    /// Takes a contact off the client: they enter no more, from their next request on, and what they uploaded stays.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub fn remove(&self, contact: ContactId) -> Call<()> {
        self.staff.call(RemoveContact { client: self.client, contact })
    }

    /// Takes a contact's portal access away, from their next request on, or gives it back.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::ContactRemoved`].
    pub fn set_portal_access(&self, contact: ContactId, allowed: bool) -> Call<()> {
        self.staff.call(SetPortalAccess { client: self.client, contact, allowed })
    }

    /// Chooses the language that a contact is written to in; `None` for the firm's. How often they are mailed is theirs to
    /// choose.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub fn set_language(&self, contact: ContactId, language: Option<Language>) -> Call<()> {
        self.staff.call(SetContactLanguage { client: self.client, contact, language })
    }

    /// Takes the mark away that mail to a contact comes back, from all who read their mailbox: the next is tried again.
    /// Changing their address does so by itself.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound).
    pub fn clear_bounce(&self, contact: ContactId) -> Call<()> {
        self.staff.call(ClearBounce { client: self.client, contact })
    }
}

#[derive(serde::Serialize)]
struct AddContact {
    client: ClientId,
    contact: NewContact,
}

impl Operate for AddContact {
    const OPERATION: Operation = Operation::AddContact;
    type By = StaffCaller;
    type Loaded = (Versioned<Client>, bool);
    type Output = ContactId;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<(Versioned<Client>, bool), Error> {
        let client = super::client(engine, authority.firm, self.client).await?;
        let taken = match self.contact.wanted_external_id() {
            Some(id) => engine.store.contact(authority.firm, &ContactRef::External(id.clone())).await?.is_some(),
            None => false,
        };
        Ok((client, taken))
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        (client, taken): &(Versioned<Client>, bool),
        context: &Context,
    ) -> Result<Decision<Whole, ContactId>, Error> {
        if *taken {
            return Err(DirectoryRefusal::ExternalIdTaken.into());
        }
        Ok(directory::add_contact(client, &self.contact, context).lift())
    }
}

macro_rules! on_a_contact {
    ($operation:ident, |$this:ident, $read:ident, $context:ident| $decide:expr) => {
        impl Operate for $operation {
            const OPERATION: Operation = Operation::$operation;
            type By = StaffCaller;
            type Loaded = ContactRead;
            type Output = ();

            async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<ContactRead, Error> {
                super::contact_of(engine, authority.firm, self.client, self.contact).await
            }

            fn decide(
                &self,
                _: &StaffAuthority,
                $read: &ContactRead,
                $context: &Context,
            ) -> Result<Decision<Whole>, Error> {
                let $this = self;
                Ok($decide.lift())
            }
        }
    };
}

#[derive(serde::Serialize)]
struct ChangeContact {
    client: ClientId,
    contact: ContactId,
    change: ContactChange,
}

on_a_contact!(ChangeContact, |this, read, context| directory::change_contact(&read.contact, &this.change, context)?);

#[derive(serde::Serialize)]
struct RemoveContact {
    client: ClientId,
    contact: ContactId,
}

impl Operate for RemoveContact {
    const OPERATION: Operation = Operation::RemoveContact;
    type By = StaffCaller;
    type Loaded = (ContactRead, Vec<Ancestry>);
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        let read = super::contact_of(engine, authority.firm, self.client, self.contact).await?;
        Ok((read, engine.store.granted(authority.firm, self.client, self.contact).await?))
    }

    fn decide(
        &self,
        _: &StaffAuthority,
        (read, granted): &Self::Loaded,
        context: &Context,
    ) -> Result<Decision<Whole>, Error> {
        let removed = directory::remove_contact(&read.contact, &read.access, context).lift::<Whole>();
        // Nothing is shared any more with somebody who is gone; a share that is made meanwhile rests on the contact.
        Ok(removed.and(sharing::forget(self.client, self.contact, granted).lift()))
    }
}

#[derive(serde::Serialize)]
struct SetPortalAccess {
    client: ClientId,
    contact: ContactId,
    allowed: bool,
}

on_a_contact!(SetPortalAccess, |this, read, _context| directory::set_portal_access(
    &read.contact,
    &read.access,
    this.allowed
)?);

macro_rules! on_a_mailing {
    ($operation:ident, |$this:ident, $contact:ident, $current:ident| $decide:expr) => {
        impl Operate for $operation {
            const OPERATION: Operation = Operation::$operation;
            type By = StaffCaller;
            type Loaded = (ContactRead, Option<Versioned<Mailing>>);
            type Output = ();

            async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
                let read = super::contact_of(engine, authority.firm, self.client, self.contact).await?;
                let mailing = mailing_of(engine, authority.firm, Addressee::Contact(self.contact)).await?;
                Ok((read, mailing))
            }

            fn decide(
                &self,
                _: &StaffAuthority,
                (read, current): &Self::Loaded,
                _: &Context,
            ) -> Result<Decision<Whole>, Error> {
                let ($this, $contact, $current) = (self, &read.contact, current.as_ref());
                Ok($decide.lift())
            }
        }
    };
}

#[derive(serde::Serialize)]
struct SetContactLanguage {
    client: ClientId,
    contact: ContactId,
    language: Option<Language>,
}

on_a_mailing!(SetContactLanguage, |this, contact, current| {
    let change = MailingChange { language: Some(this.language.clone()), ..MailingChange::default() };
    directory::change_mailing(Addressee::Contact(contact.id), Some(contact.client), current, &change)?
});

#[derive(serde::Serialize)]
struct ClearBounce {
    client: ClientId,
    contact: ContactId,
}

impl Operate for ClearBounce {
    const OPERATION: Operation = Operation::ClearBounce;
    type By = StaffCaller;
    type Loaded = Option<Mailbox>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Option<Mailbox>, Error> {
        let read = super::contact_of(engine, authority.firm, self.client, self.contact).await?;
        marked_mailbox(engine, authority.firm, &read).await
    }

    fn decide(&self, _: &StaffAuthority, mailbox: &Option<Mailbox>, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(mailbox.as_ref().map_or_else(|| Decision::nothing(()), Mailbox::clear_bounce))
    }
}

/// All who read a contact's mailbox: a bounce is marked on each of them, and so is cleared on each.
pub(super) async fn marked_mailbox(
    engine: &Engine,
    firm: FirmId,
    read: &ContactRead,
) -> Result<Option<Mailbox>, Error> {
    match &read.contact.email {
        Some(email) => Mailbox::load(engine, firm, email).await.map(Some),
        None => Ok(None),
    }
}
