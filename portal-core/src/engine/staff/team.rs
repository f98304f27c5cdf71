//! The firm's team.

use super::Staff;
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, DirectoryRefusal, Firm, Member, NewMember, Role};
use crate::engine::caller::{StaffAuthority, StaffCaller};
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, Operation};
use crate::record::Whole;
use crate::values::{MemberId, MemberRef, Page, PageRequest};

/// The firm's team.
#[derive(Debug, Clone)]
pub struct StaffTeam {
    staff: Staff,
}

impl StaffTeam {
    pub(super) fn new(staff: Staff) -> Self {
        Self { staff }
    }

    /// The team, by name.
    ///
    /// # Errors
    /// As for [`Staff::firm`].
    pub async fn list(&self, page: &PageRequest) -> Result<Page<Member>, Error> {
        self.staff.authorize(Operation::ListTeam).await?;
        let members = self.staff.engine.store.members(self.staff.caller.firm, page).await?;
        Ok(members.map(|member| member.value))
    }

    /// Adds a member.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::ExternalIdTaken`]; [`DirectoryRefusal::OwnerOnly`] when an admin adds an owner.
    pub fn add(&self, member: NewMember) -> Call<MemberId> {
        self.staff.call(AddMember { member })
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::LastOwner`] and [`DirectoryRefusal::OwnerOnly`].
    pub fn change_role(&self, member: MemberId, role: Role) -> Call<()> {
        self.staff.call(ChangeRole { member, role })
    }

    /// Takes a member off the team: they can do nothing more, and what they did stays under their name.
    ///
    /// # Errors
    /// Awaiting it: [`DirectoryRefusal::LastOwner`] and [`DirectoryRefusal::OwnerOnly`].
    pub fn remove(&self, member: MemberId) -> Call<()> {
        self.staff.call(RemoveMember { member })
    }
}

#[derive(serde::Serialize)]
struct AddMember {
    member: NewMember,
}

impl Operate for AddMember {
    const OPERATION: Operation = Operation::AddMember;
    type By = StaffCaller;
    type Loaded = bool;
    type Output = MemberId;

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<bool, Error> {
        match self.member.wanted_external_id() {
            Some(id) => Ok(engine.store.member(authority.firm, &MemberRef::External(id.clone())).await?.is_some()),
            None => Ok(false),
        }
    }

    fn decide(&self, by: &StaffAuthority, taken: &bool, context: &Context) -> Result<Decision<Whole, MemberId>, Error> {
        if *taken {
            return Err(DirectoryRefusal::ExternalIdTaken.into());
        }
        directory::may_touch_owner(self.member.wanted_role(), by.member.role)?;
        Ok(directory::add_member(&self.member, context).lift())
    }
}

struct Team {
    firm: Versioned<Firm>,
    member: Versioned<Member>,
    owners: usize,
}

async fn load_team(engine: &Engine, authority: &StaffAuthority, member: MemberId) -> Result<Team, Error> {
    // INVARIANT: the firm's row first, then what is counted: a count made stale meanwhile meets the firm's other version.
    let firm = super::firm(engine, authority.firm).await?;
    let member = super::member(engine, authority.firm, &member.into()).await?;
    let owners = engine.store.owners(authority.firm).await?.len();
    Ok(Team { firm, member, owners })
}

#[derive(serde::Serialize)]
struct ChangeRole {
    member: MemberId,
    role: Role,
}

impl Operate for ChangeRole {
    const OPERATION: Operation = Operation::ChangeMemberRole;
    type By = StaffCaller;
    type Loaded = Team;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Team, Error> {
        load_team(engine, authority, self.member).await
    }

    fn decide(&self, by: &StaffAuthority, team: &Team, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::change_member_role(&team.firm, &team.member, self.role, by.member.role, team.owners)?.lift())
    }
}

#[derive(serde::Serialize)]
struct RemoveMember {
    member: MemberId,
}

impl Operate for RemoveMember {
    const OPERATION: Operation = Operation::RemoveMember;
    type By = StaffCaller;
    type Loaded = Team;
    type Output = ();

    async fn load(&self, engine: &Engine, authority: &StaffAuthority) -> Result<Team, Error> {
        load_team(engine, authority, self.member).await
    }

    fn decide(&self, by: &StaffAuthority, team: &Team, context: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::remove_member(&team.firm, &team.member, by.member.role, team.owners, context)?.lift())
    }
}
