//! Asking for a sign-in mail.

use std::sync::Arc;

use crate::change::{Context, Decision, Versioned};
use crate::engine::call::Perform;
use crate::engine::caller::{Unguarded, VisitorCaller};
use crate::engine::run::{Answer, Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::identity::{
    self, Asked, Asking, Count, IdentityRefusal, Limit, LimitKind, Source, address_and_source_key, address_key, ask,
    source_key,
};
use crate::record::{Key, Whole};
use crate::values::{AddressKey, Digest, EmailAddress, FirmId};

/// Asking, before the address has become its keyed hash.
pub(super) struct Ask {
    pub(super) firm: FirmId,
    pub(super) email: EmailAddress,
    pub(super) browser: Digest,
    pub(super) source: Source,
}

impl Perform for Ask {
    type Output = Asked;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<Asked, Error> {
        let link_key = engine.keys.link_key().await?;
        let address = address_key(&link_key, &self.email);
        // A stranger may type the same address and choose the same key: the browser's own secret keeps the two apart.
        let key = key.map(|key| format!("{}/{key}", self.browser));
        let operation = AskAs {
            firm: self.firm,
            email: self.email,
            browser: self.browser,
            address,
            for_address: address_and_source_key(&link_key, address, self.source),
            from_source: source_key(&link_key, self.source),
        };
        run(&engine, &VisitorCaller { address }, key, &operation).await
    }
}

#[derive(serde::Serialize)]
struct AskAs {
    firm: FirmId,
    email: EmailAddress,
    browser: Digest,
    address: AddressKey,
    // Where it comes from is not what it asks: a telephone that changed networks asks the same again.
    #[serde(skip)]
    for_address: AddressKey,
    #[serde(skip)]
    from_source: AddressKey,
}

/// The two counts that asking is limited by.
struct Counted {
    for_address: Option<Versioned<Limit>>,
    from_source: Option<Versioned<Limit>>,
}

impl Operate for AskAs {
    const OPERATION: Operation = Operation::AskToSignIn;
    type By = VisitorCaller;
    type Loaded = Counted;
    type Output = Asked;

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Counted, Error> {
        // INVARIANT: of the directory only the firm is read, so that the answer cannot depend on who is in it.
        engine.store.firm(self.firm).await?.ok_or(Error::NotFound)?;
        let keys =
            [(self.for_address, LimitKind::AskedByAddressAndSource), (self.from_source, LimitKind::AskedBySource)];
        let mut found = engine.store.limits(&keys).await?.into_iter();
        Ok(Counted { for_address: found.next().flatten(), from_source: found.next().flatten() })
    }

    fn decide(&self, _: &Unguarded, counted: &Counted, context: &Context) -> Result<Decision<Whole, Asked>, Error> {
        let asking = Asking {
            address: self.address,
            email: &self.email,
            firm: self.firm,
            browser: self.browser,
            for_address: Count {
                subject: self.for_address,
                kind: LimitKind::AskedByAddressAndSource,
                found: counted.for_address.as_ref(),
            },
            from_source: Count {
                subject: self.from_source,
                kind: LimitKind::AskedBySource,
                found: counted.from_source.as_ref(),
            },
        };
        Ok(ask(&asking, context).lift())
    }

    async fn replay(&self, engine: &Engine, _: &Unguarded, made: &[Key]) -> Result<Asked, Error> {
        let [Key::Identity(identity::Key::Attempt(address, attempt))] = made else {
            return Err(Error::corrupt("the outcome of asking to sign in"));
        };
        let attempt = engine.store.attempt(*address, *attempt).await?.ok_or(IdentityRefusal::AttemptOver)?;
        Ok(identity::told(&attempt))
    }
}

impl Answer for Asked {
    fn made(&self) -> Vec<Key> {
        vec![identity::Key::Attempt(self.address, self.attempt).into()]
    }

    fn remade(_made: &[Key]) -> Option<Self> {
        None
    }
}
