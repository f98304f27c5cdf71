//! The firm's team, and how its members sign in to this server.

use portal_core::directory::{Member, NewMember, Role};
use portal_core::values::{DisplayName, EmailAddress, MemberId, PageRequest};

use super::administers;
use super::clients::name_error;
use crate::handlers::Ids;
use crate::staff_login::{AddAccountError, Password};
use crate::views::staff::{MemberLine, NewMember as NewMemberView, RemoveMember, TeamPage};
use crate::views::{Field, Flash, paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;

/// `GET /staff/team`.
pub(crate) async fn list(staff: AsStaff) -> Answer {
    let team = team(&staff).await?;
    let line = |member: Member| MemberLine {
        me: member.id == staff.me.id,
        id: member.id,
        name: member.name,
        email: member.email,
        role: member.role,
    };
    page(&TeamPage { frame: staff.frame(), rows: team.into_iter().map(line).collect() })
}

async fn team(staff: &AsStaff) -> Result<Vec<Member>, Problem> {
    Ok(staff.staff.team().list(&PageRequest::first(PageRequest::MAX_LIMIT)).await?.items)
}

async fn member(staff: &AsStaff, id: MemberId) -> Result<Member, Problem> {
    team(staff).await?.into_iter().find(|member| member.id == id).ok_or(Problem::NotFound)
}

/// `GET /staff/team/new`.
pub(crate) async fn new_form(staff: AsStaff) -> Answer {
    administers(&staff)?;
    let blank = Field::default;
    page(&NewMemberView { frame: staff.frame(), name: blank(), email: blank(), role: Role::Member, password: blank() })
}

/// A new member's form.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewMemberForm {
    name: String,
    email: String,
    role: Role,
    password: String,
}

/// `POST /staff/team`.
pub(crate) async fn add(posted: Posted<AsStaff, NewMemberForm>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    administers(&staff)?;
    let login = &staff.visit.app.staff_login;
    let name = DisplayName::new(&fields.name);
    let password = Password::chosen(fields.password);
    let email = match EmailAddress::new(&fields.email) {
        Err(_) => Err("Type the whole address, such as name@example.com."),
        Ok(email) if login.is_taken(&email).await? => Err(TAKEN),
        Ok(email) => Ok(email),
    };
    let (Ok(name), Ok(email), Ok(password)) = (&name, &email, &password) else {
        let field = |value: &str, error: Option<String>| match error {
            Some(error) => Field::refused(value, error),
            None => Field::of(value),
        };
        return refused(&NewMemberView {
            frame: staff.frame(),
            name: field(&fields.name, name.err().map(|error| name_error(error).to_owned())),
            email: field(&fields.email, email.err().map(str::to_owned)),
            role: fields.role,
            password: field("", password.err().map(|error| said(&error.to_string()))),
        });
    };
    let new = NewMember::new(name.clone(), email.clone()).role(fields.role);
    let added = staff.staff.team().add(new).command(command).await?;
    match login.add(staff.firm.id, added, email.clone(), password).await {
        Ok(()) => {}
        Err(AddAccountError::EmailTaken) => return Err(Problem::Refused(TAKEN.to_owned())),
        Err(AddAccountError::Busy) => return Err(Problem::Busy),
        Err(AddAccountError::Unavailable(error)) => return Err(error.into()),
    }
    go_saying(paths::team(), Flash::done(format!("{name} is on the team. Tell them their password yourself.")))
}

const TAKEN: &str = "Somebody signs in with this address already. Use another.";

fn said(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().map(|letter| letter.to_uppercase().collect()).unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

/// The form that changes a role.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RoleForm {
    role: Role,
}

/// `POST /staff/team/{member}/role`.
pub(crate) async fn change_role(ids: Ids, posted: Posted<AsStaff, RoleForm>) -> Answer {
    let Posted { actor: staff, fields: RoleForm { role }, .. } = posted;
    let member = member(&staff, ids.of("member")?).await?;
    staff.staff.team().change_role(member.id, role).await?;
    go_saying(paths::team(), Flash::done(format!("{} has the role {} now.", member.name, words::role(&role))))
}

/// `GET /staff/team/{member}/remove`.
pub(crate) async fn remove_form(staff: AsStaff, ids: Ids) -> Answer {
    administers(&staff)?;
    let member = member(&staff, ids.of("member")?).await?;
    page(&RemoveMember { frame: staff.frame(), member: member.id, name: member.name })
}

/// `POST` of the same.
pub(crate) async fn remove(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let staff = posted.actor;
    let member = member(&staff, ids.of("member")?).await?;
    staff.staff.team().remove(member.id).await?;
    staff.visit.app.staff_login.remove(staff.firm.id, member.id).await?;
    go_saying(paths::team(), Flash::done(format!("{} is not on the team any more.", member.name)))
}
