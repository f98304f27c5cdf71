//! Feeding identity's index of whom an address reaches.

use crate::change::{Context, Decision, Versioned};
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::event::Keyspace;
use crate::identity::{Reach, address_key, index_reach};
use crate::record::Whole;
use crate::values::{AddressKey, ContactId, FirmId};

/// How often the index is compared with the directory before somebody else is left to go on.
const COMPARISONS: usize = 8;

/// Makes the index say of a contact what the firm's directory says now, whatever happened to the contact and in whatever
/// order it is told.
///
/// The directory is read again after the index was written: a node that fell asleep in between would otherwise leave
/// something old behind, which nobody would look at any more.
pub(crate) async fn follow_contact(engine: &Engine, firm: FirmId, contact: ContactId) -> Result<(), Error> {
    for _ in 0..COMPARISONS {
        let wanted = wanted(engine, firm, contact).await?;
        let indexed = engine.store.reaching(contact).await?;
        let stale: Vec<AddressKey> = indexed
            .iter()
            .map(|reach| reach.address)
            .filter(|address| wanted.as_ref().is_none_or(|wanted| wanted.address != *address))
            .collect();
        let missing = wanted.filter(|wanted| !indexed.iter().any(|reach| reach.value == *wanted));
        if stale.is_empty() && missing.is_none() {
            return Ok(());
        }
        for address in stale {
            set(engine, IndexReach { address, contact, wanted: None }).await?;
        }
        if let Some(wanted) = missing {
            set(engine, IndexReach { address: wanted.address, contact, wanted: Some(wanted) }).await?;
        }
    }
    Err(Error::Busy)
}

/// What the directory says: by which address the contact is reached, if by one.
async fn wanted(engine: &Engine, firm: FirmId, contact: ContactId) -> Result<Option<Reach>, Error> {
    let key = engine.keys.link_key().await?;
    let read = engine.store.contact(firm, &contact.into()).await?;
    Ok(read.map(|read| read.contact.value).filter(|contact| contact.removed_at.is_none()).and_then(|contact| {
        let address = address_key(&key, contact.email.as_ref()?);
        Some(Reach { address, firm, client: contact.client, contact: contact.id })
    }))
}

async fn set(engine: &Engine, operation: IndexReach) -> Result<(), Error> {
    let caller = WorkerCaller { keyspace: Keyspace::Address(operation.address) };
    run(engine, &caller, None, &operation).await
}

#[derive(serde::Serialize)]
struct IndexReach {
    address: AddressKey,
    contact: ContactId,
    #[serde(skip)]
    wanted: Option<Reach>,
}

impl Operate for IndexReach {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Option<Versioned<Reach>>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Self::Loaded, Error> {
        let reached = engine.store.reached(self.address).await?;
        Ok(reached.into_iter().find(|reach| reach.contact == self.contact))
    }

    fn decide(&self, _: &Unguarded, found: &Self::Loaded, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(index_reach(found.as_ref(), self.wanted.as_ref()).lift())
    }
}
