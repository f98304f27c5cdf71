//! How often a contact is mailed, as they choose it for themselves.

use super::{ContactAuthority, ContactCaller, ContactHandle};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Addressee, Mailing, MailingChange};
use crate::engine::mailing::mailing_of;
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::record::Whole;

/// How often a contact is mailed, as they choose it for themselves.
#[derive(Debug, Clone)]
pub struct ContactNotifications {
    contact: ContactHandle,
}

impl ContactNotifications {
    pub(super) fn new(contact: ContactHandle) -> Self {
        Self { contact }
    }

    /// What holds now.
    ///
    /// # Errors
    /// As for [`ContactHandle::me`].
    pub async fn read(&self) -> Result<Mailing, Error> {
        let authority = self.contact.authorize(Operation::ContactReadMail).await?;
        let addressee = Addressee::Contact(authority.contact.contact.id);
        let found = mailing_of(&self.contact.engine, authority.firm, addressee).await?;
        // What was said of their address is for staff.
        Ok(found.map_or_else(|| Mailing::new(addressee), |mailing| Mailing { bounce: None, ..mailing.value }))
    }

    /// Chooses how often they are mailed, and in which language. Nobody is told of it.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::NotTheirMail`](crate::directory::DirectoryRefusal::NotTheirMail).
    pub fn choose(&self, change: MailingChange) -> Call<()> {
        Call::plain(self.contact.engine.clone(), self.contact.caller.clone(), ContactChooseMail { change })
    }
}

#[derive(serde::Serialize)]
struct ContactChooseMail {
    change: MailingChange,
}

impl Operate for ContactChooseMail {
    const OPERATION: Operation = Operation::ContactChooseMail;
    type By = ContactCaller;
    type Loaded = Option<Versioned<Mailing>>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &ContactAuthority) -> Result<Self::Loaded, Error> {
        mailing_of(engine, authority.firm, Addressee::Contact(authority.contact.contact.id)).await
    }

    fn decide(
        &self,
        authority: &ContactAuthority,
        current: &Self::Loaded,
        _: &Context,
    ) -> Result<Decision<Whole>, Error> {
        let contact = &authority.contact.contact;
        let (addressee, client) = (Addressee::Contact(contact.id), Some(contact.client));
        Ok(directory::change_mailing(addressee, client, current.as_ref(), &self.change)?.lift())
    }
}
