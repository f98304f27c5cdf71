//! What identity and the firms learn of one another, and what becomes of an asked attempt.
//!
//! Every function here may be run again after a crash, and by several nodes at once.

mod reach;
mod stale;

pub(crate) use reach::follow_contact;
pub(crate) use stale::sweep_identity;

use crate::change::{Context, Decision, Versioned};
use crate::directory::{Contact, may_enter};
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation, Refusal};
use crate::event::Keyspace;
use crate::identity::{self, Attempt, IdentityRefusal};
use crate::record::Whole;
use crate::sharing::effective_access;
use crate::values::{AddressKey, AttemptId, EmailAddress, FirmId};

/// What an asked attempt comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Issue {
    /// The firm knows the address: link and code work from now on, and the mail may go.
    Known {
        /// Where it goes: the address as the firm's directory spells it.
        email: EmailAddress,
        /// Whom the address reaches there, by id; at least one.
        contacts: Vec<Contact>,
    },
    /// The firm does not know the address, lets nobody in who is reached at it, or shares nothing with them: nothing is sent.
    Unknown,
    /// It was used, spoilt or has too little time left: nothing is sent.
    TooLate,
}

/// Makes link and code of an attempt work, if its firm knows the address. Committed before a mail is staged, and asked again
/// before it is sent: whoever is not known then is sent nothing.
pub(crate) async fn issue(engine: &Engine, address: AddressKey, attempt: AttemptId) -> Result<Issue, Error> {
    let Some(asked) = engine.store.attempt(address, attempt).await? else { return Ok(Issue::TooLate) };
    let mut contacts = engine.store.contacts_by_email(asked.firm, &asked.email).await?;
    contacts.retain(|read| may_enter(&read.contact, &read.access, |theirs| *theirs == asked.email));
    let mut contacts: Vec<Contact> = contacts.into_iter().map(|read| read.contact.value).collect();
    contacts.sort_by_key(|contact| contact.id);
    if !anything_shared(engine, asked.firm, &contacts).await? {
        return Ok(Issue::Unknown);
    }
    let Some(email) = contacts.first().and_then(|contact| contact.email.clone()) else { return Ok(Issue::Unknown) };

    let caller = WorkerCaller { keyspace: Keyspace::Address(address) };
    match run(engine, &caller, None, &IssueAttempt { address, attempt, email: email.clone() }).await {
        Ok(()) => Ok(Issue::Known { email, contacts }),
        Err(Error::Refused(Refusal::Identity(IdentityRefusal::AttemptOver))) => Ok(Issue::TooLate),
        Err(error) => Err(error),
    }
}

/// Whether anything is shared with any of the contacts: whoever has nothing to see has nothing to sign in for.
async fn anything_shared(engine: &Engine, firm: FirmId, contacts: &[Contact]) -> Result<bool, Error> {
    let now = engine.clock.now();
    for contact in contacts {
        let granted = engine.store.granted(firm, contact.client, contact.id).await?;
        if granted.iter().any(|ancestry| effective_access(contact.id, ancestry, now).is_some()) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[derive(serde::Serialize)]
struct IssueAttempt {
    address: AddressKey,
    attempt: AttemptId,
    email: EmailAddress,
}

impl Operate for IssueAttempt {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Versioned<Attempt>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Versioned<Attempt>, Error> {
        let attempt = engine.store.attempt(self.address, self.attempt).await?;
        Ok(attempt.ok_or(IdentityRefusal::AttemptOver)?)
    }

    fn decide(&self, _: &Unguarded, attempt: &Versioned<Attempt>, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(identity::issue(attempt, &self.email, context.now)?.lift())
    }
}
