//! The embedding software itself: firms, what came of their mail, and the keys of the deployment.

mod keys;
mod mail;
mod sync;

use std::sync::Arc;

pub use keys::{AddedDataKey, DataKeyRow, HostKeys, Rewrapped};
pub use mail::{CameBack, HostMail};
pub use sync::HostSync;

use super::call::Perform;
use super::caller::{Caller as _, HostCaller, Unguarded};
use super::export::{ClientExport, export};
use super::run::{Answer, Operate, run};
use super::{Call, Engine, Error, Operation, Plain};
use crate::change::{Context, Decision};
use crate::directory::{self, DirectoryRefusal, Firm, NewFirm};
use crate::record::{Key, Whole};
use crate::values::{ClientId, Digest, FirmId, FirmRef, Id as _, MemberId, Page, PageRequest};

/// The embedding software itself.
#[derive(Debug, Clone)]
pub struct Host {
    engine: Arc<Engine>,
}

impl Host {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// The firms of the deployment.
    pub fn firms(&self) -> HostFirms {
        HostFirms { engine: self.engine.clone() }
    }

    /// What came of a firm's mail.
    pub fn mail(&self, firm: FirmId) -> HostMail {
        HostMail::new(self.engine.clone(), firm)
    }

    /// The host's own lists of a firm's clients and contacts.
    pub fn sync(&self, firm: FirmId) -> HostSync {
        HostSync::new(self.engine.clone(), firm)
    }

    /// Takes out all that is kept of a client, as [`StaffClients::export`](super::StaffClients::export) does.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](super::ErrorKind::NotFound). Reading it: as there.
    pub fn export(&self, firm: FirmId, client: ClientId) -> Call<ClientExport> {
        export(self.engine.clone(), HostCaller { firm }, client)
    }

    /// The keys under which bytes are kept.
    pub fn keys(&self) -> HostKeys {
        HostKeys::new(self.engine.clone())
    }
}

/// The firms of the deployment.
#[derive(Debug, Clone)]
pub struct HostFirms {
    engine: Arc<Engine>,
}

/// A firm that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedFirm {
    /// The firm.
    pub firm: FirmId,
    /// Its first owner.
    pub owner: MemberId,
}

impl HostFirms {
    /// Adds a firm with its first owner.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::ExternalIdTaken`] when another firm of the deployment has its external id.
    pub fn add(&self, firm: NewFirm) -> Call<AddedFirm> {
        Call::with(self.engine.clone(), Plain::new(AddFirm { firm }))
    }

    /// The firm, by either id.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound).
    pub async fn find(&self, firm: impl Into<FirmRef> + Send) -> Result<Firm, Error> {
        let firm = firm.into();
        let found = match &firm {
            FirmRef::Id(id) => self.engine.store.firm(*id).await?,
            FirmRef::External(id) => self.engine.store.firm_by_external_id(id).await?,
        };
        let found = found.ok_or(Error::NotFound)?;
        HostCaller { firm: found.id }.authorize(&self.engine, Operation::FindFirm).await?;
        Ok(found.value)
    }

    /// All firms, by id.
    ///
    /// # Errors
    /// When the store cannot be reached.
    pub async fn list(&self, page: &PageRequest) -> Result<Page<Firm>, Error> {
        HostCaller { firm: FirmId::from_bits(0) }.authorize(&self.engine, Operation::ListFirms).await?;
        Ok(self.engine.store.firms(page).await?)
    }
}

/// Adding a firm.
#[derive(Debug)]
pub struct AddFirm {
    firm: NewFirm,
}

impl Perform for AddFirm {
    type Output = AddedFirm;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<AddedFirm, Error> {
        // The firm's id leads everything kept of it, its own command outcome too, and so comes before the command.
        let scope = match (&key, self.firm.wanted_external_id()) {
            // The key first: the same key with another external id is the same command, reused.
            (Some(key), _) => Digest::of_parts(&[b"firm by command", key.as_bytes()]),
            (None, Some(external)) => Digest::of_parts(&[b"firm by external id", external.as_str().as_bytes()]),
            (None, None) => Digest::of_parts(&[b"firm", &engine.entropy.draw()?]),
        };
        let id = FirmId::from_u128(scope.leading_u128());
        run(&engine, &HostCaller { firm: id }, key, &AddFirmAs { id, firm: self.firm }).await
    }
}

#[derive(serde::Serialize)]
struct AddFirmAs {
    id: FirmId,
    firm: NewFirm,
}

impl Operate for AddFirmAs {
    const OPERATION: Operation = Operation::AddFirm;
    type By = HostCaller;
    type Loaded = bool;
    type Output = AddedFirm;

    async fn load(&self, engine: &Engine, _authority: &Unguarded) -> Result<bool, Error> {
        Ok(match self.firm.wanted_external_id() {
            Some(external) => engine.store.firm_by_external_id(external).await?.is_some(),
            None => false,
        })
    }

    fn decide(
        &self,
        _authority: &Unguarded,
        taken: &bool,
        context: &Context,
    ) -> Result<Decision<Whole, AddedFirm>, Error> {
        if *taken {
            return Err(DirectoryRefusal::ExternalIdTaken.into());
        }
        let added = directory::add_firm(&self.firm, self.id, context);
        Ok(added.map(|(firm, owner)| AddedFirm { firm, owner }).lift())
    }
}

impl Answer for AddedFirm {
    fn made(&self) -> Vec<Key> {
        vec![directory::Key::Firm(self.firm).into(), directory::Key::Member(self.owner).into()]
    }

    fn remade(made: &[Key]) -> Option<Self> {
        match made {
            [Key::Directory(directory::Key::Firm(firm)), Key::Directory(directory::Key::Member(owner))] => {
                Some(Self { firm: *firm, owner: *owner })
            }
            _ => None,
        }
    }
}
