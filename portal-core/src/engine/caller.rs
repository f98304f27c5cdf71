//! Who asks, and what they may do: read anew at each call.

use std::future::Future;

use super::restriction::{About, Seen};
use super::{Engine, Error, Operation, Right};
use crate::change::{Versioned, Write};
use crate::directory::{self, Member, Role};
use crate::event::Keyspace;
use crate::record::Whole;
use crate::values::{Actor, AddressKey, FirmId, MemberId};

/// Somebody who asks for operations.
pub(crate) trait Caller: Clone + Send + Sync + 'static {
    /// What was found out about them at this call.
    type Authority: Authority;

    /// Who they are.
    fn actor(&self) -> Actor;

    /// Where what they do is kept.
    fn keyspace(&self) -> Keyspace;

    /// Reads anew whether they may do `operation` at all.
    fn authorize(
        &self,
        engine: &Engine,
        operation: Operation,
    ) -> impl Future<Output = Result<Self::Authority, Error>> + Send;
}

/// What was found out about a caller.
pub(crate) trait Authority: Send + Sync {
    /// What every commit of theirs rests on, so that nothing slips past its being taken away.
    fn guards(&self) -> Vec<Write<Whole>>;
}

/// The embedding software, acting at one firm.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HostCaller {
    pub(crate) firm: FirmId,
}

/// The authority of those who are whom they are by what they hold, so that nothing can be taken away meanwhile.
#[derive(Debug)]
pub(crate) struct Unguarded;

impl Unguarded {
    /// For an operation that is for `whom`, and for nobody else.
    pub(crate) fn of(whom: Right, operation: Operation) -> Result<Self, Error> {
        if operation.right() == whom { Ok(Self) } else { Err(Error::Denied) }
    }
}

impl Authority for Unguarded {
    fn guards(&self) -> Vec<Write<Whole>> {
        Vec::new()
    }
}

impl Caller for HostCaller {
    type Authority = Unguarded;

    fn actor(&self) -> Actor {
        Actor::Host
    }

    fn keyspace(&self) -> Keyspace {
        Keyspace::Firm(self.firm)
    }

    async fn authorize(&self, _engine: &Engine, operation: Operation) -> Result<Unguarded, Error> {
        Unguarded::of(Right::Host, operation)
    }
}

/// Somebody who typed an address, and may be anybody.
#[derive(Debug, Clone, Copy)]
pub(crate) struct VisitorCaller {
    pub(crate) address: AddressKey,
}

impl Caller for VisitorCaller {
    type Authority = Unguarded;

    fn actor(&self) -> Actor {
        Actor::Visitor
    }

    fn keyspace(&self) -> Keyspace {
        Keyspace::Address(self.address)
    }

    async fn authorize(&self, _engine: &Engine, operation: Operation) -> Result<Unguarded, Error> {
        Unguarded::of(Right::Visitor, operation)
    }
}

/// The portal itself, acting in one keyspace.
#[derive(Debug, Clone, Copy)]
pub(crate) struct WorkerCaller {
    pub(crate) keyspace: Keyspace,
}

impl Caller for WorkerCaller {
    type Authority = Unguarded;

    fn actor(&self) -> Actor {
        Actor::Worker
    }

    fn keyspace(&self) -> Keyspace {
        self.keyspace
    }

    async fn authorize(&self, _engine: &Engine, operation: Operation) -> Result<Unguarded, Error> {
        Unguarded::of(Right::Worker, operation)
    }
}

/// A team member.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StaffCaller {
    pub(crate) firm: FirmId,
    pub(crate) member: MemberId,
    /// What their call is about, as far as their firm may restrict them.
    pub(crate) about: About,
}

/// A team member who is still one, has the role that the operation asks for, and sees the client that it is about.
#[derive(Debug)]
pub(crate) struct StaffAuthority {
    pub(crate) firm: FirmId,
    pub(crate) member: Versioned<Member>,
    pub(crate) seen: Seen,
}

impl StaffAuthority {
    pub(crate) fn actor(&self) -> Actor {
        Actor::Member(self.member.id)
    }

    /// Whether they may ask for an operation, or for what one does besides its own.
    pub(crate) fn may(&self, operation: Operation) -> Result<(), Error> {
        if !role_is_enough(self.member.role, operation) {
            return Err(Error::Denied);
        }
        // INVARIANT: what a restricted member does not see answers exactly like what is nowhere (S38).
        let hidden = operation.right() == Right::StaffAtClient && !self.seen.includes_the_client();
        if hidden { Err(Error::NotFound) } else { Ok(()) }
    }
}

fn role_is_enough(role: Role, operation: Operation) -> bool {
    match operation.right() {
        Right::Staff | Right::StaffAtClient => true,
        Right::Administrator => role.administers(),
        _ => false,
    }
}

impl Authority for StaffAuthority {
    fn guards(&self) -> Vec<Write<Whole>> {
        let member = Write::Expect(directory::Key::Member(self.member.id).into(), self.member.version);
        std::iter::once(member).chain(self.seen.guard()).collect()
    }
}

impl Caller for StaffCaller {
    type Authority = StaffAuthority;

    fn actor(&self) -> Actor {
        Actor::Member(self.member)
    }

    fn keyspace(&self) -> Keyspace {
        Keyspace::Firm(self.firm)
    }

    async fn authorize(&self, engine: &Engine, operation: Operation) -> Result<StaffAuthority, Error> {
        let found = engine.store.member(self.firm, &self.member.into()).await?;
        let member = found.filter(|member| member.removed_at.is_none()).ok_or(Error::Denied)?;
        let seen = Seen::by(engine, self.firm, &member, self.about).await?;
        let authority = StaffAuthority { firm: self.firm, member, seen };
        authority.may(operation).map(|()| authority)
    }
}
