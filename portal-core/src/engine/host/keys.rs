//! The keys of a deployment: changing data keys, and wrapping them anew.

use std::sync::Arc;

use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, DataKey, DirectoryRefusal, Firm};
use crate::engine::caller::{Caller as _, HostCaller, Unguarded};
use crate::engine::data_keys::DataKeys;
use crate::engine::run::{Answer, Operate, run};
use crate::engine::{Call, Engine, Error, ErrorKind, Operation};
use crate::ports::WrappedKey;
use crate::record::{Key, Whole};
use crate::values::{FirmId, Page, PageRequest, RingKeyId};

/// The keys of a deployment.
#[derive(Debug, Clone)]
pub struct HostKeys {
    engine: Arc<Engine>,
}

/// A data key that was added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedDataKey {
    /// The firm.
    pub firm: FirmId,
    /// The key's number at the firm.
    pub number: u32,
}

/// A data key, after it was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DataKeyRow {
    /// The firm.
    pub firm: FirmId,
    /// The key's number at the firm.
    pub number: u32,
    /// What was done.
    pub outcome: Rewrapped,
}

/// What was done about a data key's wrapping.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rewrapped {
    /// It was wrapped with the ring's current key already.
    WasCurrent,
    /// It is from now on.
    Now,
    /// The ring cannot unwrap it: the bytes under it cannot be read, unless the ring gets its key back.
    Lost {
        /// The ring's key that is missing, or does not fit.
        by: RingKeyId,
    },
}

impl HostKeys {
    pub(super) fn new(engine: Arc<Engine>) -> Self {
        Self { engine }
    }

    /// Gives a firm another data key. What is uploaded from now on is sealed under it, on this node at once and on the others
    /// within a minute; what was before stays under the key that it has, and stays readable.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`] without such a firm; [`DirectoryRefusal::Unencrypted`] when the portal keeps bytes as they
    /// come; [`ErrorKind::Unavailable`] when the ring cannot be reached.
    pub fn rotate(&self, firm: FirmId) -> Call<AddedDataKey> {
        Call::plain(self.engine.clone(), HostCaller { firm }, RotateDataKey { firm })
    }

    /// Wraps data keys anew with the ring's current key, a page of them, of whatever firms. After the last page, which has no
    /// `next`, the ring's earlier keys are needed no more, unless something was lost.
    ///
    /// It may be broken off and begun again, and called on several nodes: a key that is wrapped with the current one is left as it is. Every
    /// node must have the ring's current key before.
    ///
    /// # Errors
    /// [`DirectoryRefusal::Unencrypted`] when the portal keeps bytes as they come; [`ErrorKind::Unavailable`] when store or ring
    /// cannot be reached: the same page may be asked for again.
    pub async fn rewrap(&self, page: &PageRequest) -> Result<Page<DataKeyRow>, Error> {
        let nowhere = HostCaller { firm: FirmId::from_bits(0) };
        nowhere.authorize(&self.engine, Operation::RewrapDataKeys).await?;
        let current = data_keys(&self.engine)?.ring().current().await?;
        let page = self.engine.store.data_keys(page).await?;
        let mut items = Vec::with_capacity(page.items.len());
        for (firm, key) in page.items {
            let number = key.number;
            let outcome = if key.wrapped_by == current {
                Rewrapped::WasCurrent
            } else {
                match run(&self.engine, &HostCaller { firm }, None, &RewrapDataKey { firm, number }).await {
                    Ok(()) => Rewrapped::Now,
                    Err(error) if error.kind() == ErrorKind::Corrupt => Rewrapped::Lost { by: key.value.wrapped_by },
                    Err(error) => return Err(error),
                }
            };
            items.push(DataKeyRow { firm, number, outcome });
        }
        Ok(Page { items, next: page.next })
    }
}

fn data_keys(engine: &Engine) -> Result<&DataKeys, Error> {
    engine.data_keys.as_deref().ok_or_else(|| DirectoryRefusal::Unencrypted.into())
}

#[derive(serde::Serialize)]
struct RotateDataKey {
    firm: FirmId,
}

/// A firm, and the key that it is to get.
struct Drawn {
    firm: Versioned<Firm>,
    number: u32,
    wrapped: WrappedKey,
}

impl Operate for RotateDataKey {
    const OPERATION: Operation = Operation::RotateDataKey;
    type By = HostCaller;
    type Loaded = Drawn;
    type Output = AddedDataKey;

    async fn load(&self, engine: &Engine, _authority: &Unguarded) -> Result<Drawn, Error> {
        let keys = data_keys(engine)?;
        let firm = engine.store.firm(self.firm).await?.ok_or(Error::NotFound)?;
        let number = directory::next_data_key(engine.store.current_data_key(self.firm).await?.as_ref());
        let wrapped = keys.new_wrapped(self.firm, number).await?;
        // Whatever becomes of this, which one is current is asked anew.
        keys.forget_current(self.firm);
        Ok(Drawn { firm, number, wrapped })
    }

    fn decide(
        &self,
        _authority: &Unguarded,
        drawn: &Drawn,
        context: &Context,
    ) -> Result<Decision<Whole, AddedDataKey>, Error> {
        let WrappedKey { by, bytes } = drawn.wrapped.clone();
        let added = directory::add_data_key(self.firm, drawn.number, by, bytes, context)
            .expect(directory::Key::Firm(self.firm), drawn.firm.version);
        Ok(added.map(|number| AddedDataKey { firm: self.firm, number }).lift())
    }
}

impl Answer for AddedDataKey {
    fn made(&self) -> Vec<Key> {
        vec![directory::Key::Firm(self.firm).into(), directory::Key::DataKey(self.number).into()]
    }

    fn remade(made: &[Key]) -> Option<Self> {
        match made {
            [Key::Directory(directory::Key::Firm(firm)), Key::Directory(directory::Key::DataKey(number))] => {
                Some(Self { firm: *firm, number: *number })
            }
            _ => None,
        }
    }
}

#[derive(serde::Serialize)]
struct RewrapDataKey {
    firm: FirmId,
    number: u32,
}

impl Operate for RewrapDataKey {
    const OPERATION: Operation = Operation::RewrapDataKeys;
    type By = HostCaller;
    type Loaded = Option<(Versioned<DataKey>, WrappedKey)>;
    type Output = ();

    /// The key with its new wrapping, unless somebody else was faster.
    async fn load(&self, engine: &Engine, _authority: &Unguarded) -> Result<Self::Loaded, Error> {
        let keys = data_keys(engine)?;
        let Some(key) = engine.store.data_key(self.firm, self.number).await? else { return Ok(None) };
        if key.wrapped_by == keys.ring().current().await? {
            return Ok(None);
        }
        let wrapped = keys.wrapped_anew(self.firm, &key).await?;
        Ok(Some((key, wrapped)))
    }

    fn decide(&self, _: &Unguarded, loaded: &Self::Loaded, _context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(loaded.as_ref().map_or(Decision::nothing(()), |(key, WrappedKey { by, bytes })| {
            directory::rewrap_data_key(self.firm, key, by.clone(), bytes.clone()).lift()
        }))
    }
}
