//! Who looks after a client.

use super::Staff;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Assignment, Client, Member};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::record::Whole;
use crate::values::{ClientId, MemberId};

/// Who looks after a client, and so is told when it uploads.
#[derive(Debug, Clone)]
pub struct StaffAssignments {
    staff: Staff,
    client: ClientId,
}

impl StaffAssignments {
    pub(super) fn new(staff: Staff, client: ClientId) -> Self {
        Self { staff, client }
    }

    /// The members assigned, by name.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such client.
    pub async fn list(&self) -> Result<Vec<Member>, Error> {
        self.staff.authorize(Operation::ListAssigned).await?;
        let (engine, firm) = (&self.staff.engine, self.staff.caller.firm);
        super::client(engine, firm, self.client).await?;
        Ok(engine.store.assigned(firm, self.client).await?)
    }

    /// Assigns a member.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such client or member.
    pub fn assign(&self, member: MemberId) -> Call<()> {
        self.staff.call(Assign { client: self.client, member })
    }

    /// Takes a member off the client.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when there is no such client.
    pub fn unassign(&self, member: MemberId) -> Call<()> {
        self.staff.call(Unassign { client: self.client, member })
    }
}

#[derive(serde::Serialize)]
struct Assign {
    client: ClientId,
    member: MemberId,
}

struct Pair {
    client: Versioned<Client>,
    member: Versioned<Member>,
    existing: Option<Versioned<Assignment>>,
}

impl Operate for Assign {
    const OPERATION: Operation = Operation::Assign;
    type By = StaffCaller;
    type Loaded = Pair;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Pair, Error> {
        Ok(Pair {
            client: super::client(engine, authority.firm, self.client).await?,
            member: super::member(engine, authority.firm, &self.member.into()).await?,
            existing: engine.store.assignment(authority.firm, self.client, self.member).await?,
        })
    }

    fn decide(&self, _: &StaffAuthority, pair: &Pair, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::assign(&pair.client, &pair.member, pair.existing.as_ref(), context).lift())
    }
}

#[derive(serde::Serialize)]
struct Unassign {
    client: ClientId,
    member: MemberId,
}

impl Operate for Unassign {
    const OPERATION: Operation = Operation::Unassign;
    type By = StaffCaller;
    type Loaded = Option<Versioned<Assignment>>;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Self::Loaded, Error> {
        super::client(engine, authority.firm, self.client).await?;
        Ok(engine.store.assignment(authority.firm, self.client, self.member).await?)
    }

    fn decide(&self, _: &StaffAuthority, existing: &Self::Loaded, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::unassign(existing.as_ref()).lift())
    }
}
