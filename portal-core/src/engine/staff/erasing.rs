//! Erasing a person (S34).

use super::contacts::StaffContacts;
use crate::change::{Context, Decision, Version, Versioned};
use crate::directory::{self, Addressee, Firm, Mailing};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::mailing::mailing_of;
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files::refuse_kept;
use crate::ports::store::{ContactRead, KeptUploads};
use crate::record::Whole;
use crate::sharing::{self, Ancestry};
use crate::values::{ClientId, ContactId};

impl StaffContacts {
    /// Erases a contact, whether they were removed before or not: name, addresses, phones, the host's id, what they chose of their
    /// mail, when they signed in and what was shared with them alone are gone with this call, and they enter no more. What they
    /// uploaded stays, and is named by nobody. From what happened and from the delivery ledger the worker takes what named them,
    /// and their login with it, if it reaches nobody else; every audit chain stays whole. Mail that waits for them never goes.
    /// Nobody is told. There is no way back.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::Denied`](crate::engine::ErrorKind::Denied) for all but owners and admins;
    /// [`FilesRefusal::Held`](crate::files::FilesRefusal::Held) while something that they uploaded is held, and
    /// [`FilesRefusal::Retained`](crate::files::FilesRefusal::Retained) while it is to be kept: with it stays who it is of.
    pub fn erase(&self, contact: ContactId) -> Call<()> {
        self.staff.call(EraseContact { client: self.client, contact })
    }
}

#[derive(serde::Serialize)]
struct EraseContact {
    client: ClientId,
    contact: ContactId,
}

/// Somebody who is to be erased, and all that goes with them.
struct Found {
    firm: Versioned<Firm>,
    read: ContactRead,
    mailing: Option<Versioned<Mailing>>,
    granted: Vec<Ancestry>,
    tree: Version,
    kept: KeptUploads,
}

impl Operate for EraseContact {
    const OPERATION: Operation = Operation::EraseContact;
    type By = StaffCaller;
    type Loaded = Found;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Found, Error> {
        let (store, firm) = (&engine.store, authority.firm);
        let read = super::contact_of(engine, firm, self.client, self.contact).await?;
        let tree = store.tree(firm, self.client).await?.ok_or_else(|| Error::corrupt("a client without its tree"))?;
        Ok(Found {
            firm: super::firm(engine, firm).await?,
            mailing: mailing_of(engine, firm, Addressee::Contact(self.contact)).await?,
            granted: store.granted(firm, self.client, self.contact).await?,
            kept: store.kept_uploads(firm, self.contact).await?,
            tree: tree.version,
            read,
        })
    }

    fn decide(&self, by: &StaffAuthority, found: &Found, context: &Context) -> Result<Decision<Whole>, Error> {
        let (read, mailing) = (&found.read, found.mailing.as_ref());
        let erased = directory::erase_contact(&read.contact, &read.access, mailing, by.firm, context);
        if erased.writes.is_empty() {
            return Ok(erased.lift());
        }
        let days = found.firm.settings.policies.retention_days;
        refuse_kept(found.kept.holds > 0, found.kept.newest_at, days, context.now)?;
        let forgotten = sharing::forget(self.client, self.contact, &found.granted);
        // INVARIANT: a hold changes the tree too, so that of both at once one is decided anew.
        let touched =
            if forgotten.writes.is_empty() { sharing::touch_tree(self.client, found.tree) } else { forgotten };
        Ok(erased.lift::<Whole>().and(touched.lift()))
    }
}
