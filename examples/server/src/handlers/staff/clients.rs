//! The list of clients, and each client's name and team.

use portal_core::directory::{Member, NewClient};
use portal_core::ports::store::{ClientQuery, ClientRow};
use portal_core::values::{ClientId, DisplayName, MemberId, PageRequest, TextError};

use super::head;
use crate::handlers::{Asked, Ids, Listing, Sort};
use crate::views::staff::{
    AssignTeam, ClientHead, ClientLine, Clients, NewClient as NewClientView, Rename, TeamChoice,
};
use crate::views::{Field, Flash, ListPlace, Undo, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go, go_saying, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;
use crate::web::sorts::Sorted;

/// The query of the list of clients.
#[derive(Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientsQuery {
    #[serde(default)]
    q: String,
    sort: Option<Sort>,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
}

/// `GET /staff/clients`.
pub(crate) async fn list(staff: AsStaff, Asked(query): Asked<ClientsQuery>) -> Answer {
    let ClientsQuery { q, sort, after, back } = query;
    let listing = Listing { sort, after, back };
    let (searched, asked) = (q.trim(), listing.order());
    let order = staff.visit.sorts.of(Sorted::Clients, asked);
    let name_contains = (!searched.is_empty()).then(|| searched.to_lowercase());
    let wanted = ClientQuery { order, name_contains, ..ClientQuery::default() };
    let paging = listing.paging();
    let found = staff.staff.clients().list(&wanted, &paging.request()).await?;
    let line = |row: ClientRow| ClientLine {
        id: row.client.id,
        name: row.client.name,
        contacts: row.contacts,
        assigned: row.assigned,
        created_at: row.client.created_at,
    };
    let searches = if searched.is_empty() { Vec::new() } else { vec![("q", searched.to_owned())] };
    let place = ListPlace { asked: searches, order: Some(order), ..paging.place(paths::clients(), found.next) };
    let mut response = page(&Clients {
        frame: staff.frame(),
        query: searched.to_owned(),
        rows: found.items.into_iter().map(line).collect(),
        place,
    })?;
    staff.visit.sorts.remember(Sorted::Clients, asked, &mut response);
    Ok(response)
}

/// `GET /staff/clients/new`.
pub(crate) async fn new_form(staff: AsStaff) -> Answer {
    let team = choices(&staff, &[staff.me.id]).await?;
    page(&new_view(&staff, Field::default(), team).await?)
}

async fn new_view(staff: &AsStaff, name: Field, team: Vec<TeamChoice>) -> Result<NewClientView, Problem> {
    let client_uploads = staff.firm.settings.client_uploads_for_new_clients;
    let template = super::templates::of_new_clients(staff).await?;
    Ok(NewClientView { frame: staff.frame(), name, team, client_uploads, template })
}

/// The whole team to choose from.
async fn choices(staff: &AsStaff, chosen: &[MemberId]) -> Result<Vec<TeamChoice>, Problem> {
    let team = staff.staff.team().list(&PageRequest::first(PageRequest::MAX_LIMIT)).await?;
    let choice = |member: Member| TeamChoice { chosen: chosen.contains(&member.id), id: member.id, name: member.name };
    Ok(team.items.into_iter().map(choice).collect())
}

/// A new client's form.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClientForm {
    name: String,
    #[serde(default)]
    member: Vec<MemberId>,
}

/// `POST /staff/clients`.
pub(crate) async fn add(posted: Posted<AsStaff, NewClientForm>) -> Answer {
    let Posted { actor: staff, fields, command, .. } = posted;
    let name = match DisplayName::new(&fields.name) {
        Ok(name) => name,
        Err(error) => {
            let team = choices(&staff, &fields.member).await?;
            return refused(&new_view(&staff, Field::refused(fields.name, name_error(error)), team).await?);
        }
    };
    let added = staff.staff.clients().add(NewClient::new(name.clone())).command(command).await?;
    for member in fields.member {
        staff.staff.assignments(added.id).assign(member).await?;
    }
    go_saying(&paths::files(added.id), Flash::done(format!("{name} is a client now.")))
}

/// What is wrong with a name, as it is said beside the field.
pub(super) fn name_error(error: TextError) -> &'static str {
    match error {
        TextError::Empty => "Type a name.",
        TextError::TooLong { .. } => "A name has at most 200 characters. Shorten it.",
        _ => "A name has letters, digits and signs, and nothing invisible. Type it anew.",
    }
}

/// `GET /staff/clients/{client}`: a client's record begins with its files.
pub(crate) async fn show(staff: AsStaff, ids: Ids) -> Answer {
    let client = staff.staff.clients().find(ids.of::<ClientId>("client")?).await?;
    go(&paths::files(client.id))
}

/// `GET /staff/clients/{client}/rename`.
pub(crate) async fn rename_form(staff: AsStaff, ids: Ids) -> Answer {
    let client = head(&staff.staff, ids.of("client")?).await?;
    let name = Field::of(&client.name);
    page(&rename_view(&staff, client, name))
}

fn rename_view(staff: &AsStaff, client: ClientHead, name: Field) -> Rename {
    Rename { frame: staff.frame(), node: None, before: client.name.to_string(), client, name }
}

/// A form with a name.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NameForm {
    pub(super) name: String,
}

/// `POST /staff/clients/{client}/rename`.
pub(crate) async fn rename(ids: Ids, posted: Posted<AsStaff, NameForm>) -> Answer {
    let Posted { actor: staff, fields, back, .. } = posted;
    let client = head(&staff.staff, ids.of("client")?).await?;
    let name = match DisplayName::new(&fields.name) {
        Ok(name) => name,
        Err(error) => return refused(&rename_view(&staff, client, Field::refused(fields.name, name_error(error)))),
    };
    staff.staff.clients().rename(client.id, name.clone()).await?;
    let undo = Undo::at(paths::rename_client(client.id)).field("name", &client.name);
    go_saying(
        &back.or(paths::files(client.id)),
        Flash::done(format!("{} is now called {name}.", client.name)).undone_by(undo),
    )
}

/// `GET /staff/clients/{client}/team`.
pub(crate) async fn team_form(staff: AsStaff, ids: Ids) -> Answer {
    let client = head(&staff.staff, ids.of("client")?).await?;
    let assigned: Vec<MemberId> = client.assigned.iter().map(|(member, _)| *member).collect();
    let team = choices(&staff, &assigned).await?;
    let leaves = sees_by_assignment(&staff) && assigned.contains(&staff.me.id);
    page(&AssignTeam { frame: staff.frame(), client, team, leaves })
}

/// Whether they see a client only as long as they are assigned to it.
fn sees_by_assignment(staff: &AsStaff) -> bool {
    staff.firm.settings.policies.members_restricted && !staff.me.role.administers()
}

/// The team's form: exactly those are assigned from then on.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamForm {
    #[serde(default)]
    member: Vec<MemberId>,
}

/// What is said to whoever took themselves off.
fn left() -> Flash {
    Flash::done("You are not assigned to that client any more, so you no longer see it.")
}

/// `POST /staff/clients/{client}/team`.
pub(crate) async fn assign_team(ids: Ids, posted: Posted<AsStaff, TeamForm>) -> Answer {
    let Posted { actor: staff, fields, back, .. } = posted;
    let client: ClientId = ids.of("client")?;
    let assignments = staff.staff.assignments(client);
    let before: Vec<MemberId> = assignments.list().await?.into_iter().map(|member| member.id).collect();
    for member in fields.member.iter().filter(|member| !before.contains(member)) {
        assignments.assign(*member).await?;
    }
    let mut leaving: Vec<MemberId> = before.into_iter().filter(|member| !fields.member.contains(member)).collect();
    // Whoever takes themselves off may see nothing of it afterwards: that is the last to be done.
    leaving.sort_by_key(|member| *member == staff.me.id);
    for member in &leaving {
        assignments.unassign(*member).await?;
    }
    if leaving.contains(&staff.me.id) && sees_by_assignment(&staff) {
        return go_saying(paths::clients(), left());
    }
    go_saying(&back.or(paths::files(client)), Flash::done("The team of this client was changed."))
}

/// `POST /staff/clients/{client}/team/{member}/assign`.
pub(crate) async fn assign(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let (client, member): (ClientId, MemberId) = (ids.of("client")?, ids.of("member")?);
    posted.actor.staff.assignments(client).assign(member).await?;
    let undo = Undo::at(paths::unassign(client, member));
    go_saying(&paths::files(client), Flash::done("They look after this client now.").undone_by(undo))
}

/// `POST /staff/clients/{client}/team/{member}/unassign`.
pub(crate) async fn unassign(ids: Ids, posted: Posted<AsStaff, NoFields>) -> Answer {
    let (client, member): (ClientId, MemberId) = (ids.of("client")?, ids.of("member")?);
    let staff = posted.actor;
    staff.staff.assignments(client).unassign(member).await?;
    if member == staff.me.id && sees_by_assignment(&staff) {
        return go_saying(paths::clients(), left());
    }
    let undo = Undo::at(paths::assign(client, member));
    go_saying(&paths::files(client), Flash::done("They look after this client no more.").undone_by(undo))
}
