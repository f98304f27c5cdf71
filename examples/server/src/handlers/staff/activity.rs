//! What happened at a client, in words.

use std::collections::HashMap;

use portal_core::ActivityRow;
use portal_core::event::{DeliveryEvent, Event};
use portal_core::sharing::{Access, Audience};
use portal_core::values::{Actor, ClientId, ContactId, MemberId, NodeId, Note, PageRequest};
use portal_core::{directory, files, sharing};

use super::head;
use crate::handlers::{Asked, Ids, Paging};
use crate::views::staff::{ActivityLine, ActivityPage, ClientHead};
use crate::views::{paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// How many of a client's latest events are looked through for those about one document.
const LOOKED_THROUGH: usize = 200;

/// `GET /staff/clients/{client}/activity`.
pub(crate) async fn list(staff: AsStaff, ids: Ids, Asked(paging): Asked<Paging>) -> Answer {
    let client: ClientId = ids.of("client")?;
    let found = staff.staff.activity(client, &paging.request()).await?;
    let head = head(&staff.staff, client).await?;
    let names = names(&staff, &head).await?;
    page(&ActivityPage {
        frame: staff.frame(),
        client: head,
        rows: found.items.into_iter().map(|row| line(row, &names)).collect(),
        place: paging.place(paths::activity(client), found.next),
    })
}

/// The names of those whom events speak of.
pub(super) struct Names {
    members: HashMap<MemberId, String>,
    contacts: HashMap<ContactId, String>,
}

impl Names {
    /// What somebody is called.
    pub(super) fn of(&self, actor: Actor) -> String {
        let known = match actor {
            Actor::Member(member) => self.members.get(&member).cloned(),
            Actor::Contact(contact) => self.contacts.get(&contact).cloned(),
            _ => None,
        };
        known.unwrap_or_else(|| match actor {
            Actor::Member(_) => "A former team member".to_owned(),
            Actor::Contact(_) => "A former contact".to_owned(),
            _ => "The portal".to_owned(),
        })
    }

    fn audience(&self, audience: Audience) -> String {
        match audience {
            Audience::AllContacts => "all contacts".to_owned(),
            Audience::Contact(contact) => self.of(Actor::Contact(contact)),
        }
    }
}

/// The names of the firm's team and of a client's contacts.
pub(super) async fn names(staff: &AsStaff, client: &ClientHead) -> Result<Names, Problem> {
    let team = staff.staff.team().list(&PageRequest::first(PageRequest::MAX_LIMIT)).await?;
    Ok(Names {
        members: team.items.into_iter().map(|member| (member.id, member.name.to_string())).collect(),
        contacts: client.contacts.iter().map(|line| (line.id, line.name.to_string())).collect(),
    })
}

/// What happened to one folder or document of late.
pub(super) async fn about(
    staff: &AsStaff,
    client: ClientId,
    node: NodeId,
    names: &Names,
) -> Result<Vec<ActivityLine>, Problem> {
    let found = staff.staff.activity(client, &PageRequest::first(LOOKED_THROUGH)).await?;
    let about = found.items.into_iter().filter(|row| concerns(&row.happened.event) == Some(node));
    Ok(about.map(|row| line(row, names)).collect())
}

/// The folder or document that an event happened to.
fn concerns(event: &Event) -> Option<NodeId> {
    match event {
        Event::Files(event) => match event {
            files::Event::FolderAdded { folder, .. } => Some((*folder).into()),
            files::Event::Uploaded { document, .. }
            | files::Event::VersionAdded { document, .. }
            | files::Event::Downloaded { document, .. } => Some((*document).into()),
            files::Event::Renamed { node, .. }
            | files::Event::Trashed { node, .. }
            | files::Event::Restored { node, .. }
            | files::Event::Purged { node, .. } => Some(*node),
        },
        Event::Sharing(event) => match event {
            sharing::Event::Shared { node, .. }
            | sharing::Event::TermsChanged { node, .. }
            | sharing::Event::Revoked { node, .. } => Some(*node),
        },
        Event::Directory(_) | Event::Identity(_) | Event::Delivery(_) => None,
    }
}

fn line(row: ActivityRow, names: &Names) -> ActivityLine {
    let ActivityRow { happened, actor_name } = row;
    let who = actor_name.unwrap_or_else(|| names.of(happened.actor));
    ActivityLine { at: happened.at, who, what: what(&happened.event, names) }
}

/// What happened, as the rest of a sentence that begins with who did it.
fn what(event: &Event, names: &Names) -> String {
    match event {
        Event::Directory(event) => of_directory(event, names),
        Event::Sharing(event) => of_sharing(event, names),
        Event::Files(event) => of_files(event),
        Event::Identity(_) => "signed in".to_owned(),
        Event::Delivery(DeliveryEvent::Resent { .. }) => "sent a mail once more".to_owned(),
    }
}

/// A name as it was then, in quotes; names that were erased stay erased.
fn quoted(name: &Note) -> String {
    name.text().map_or_else(|| "something".to_owned(), |text| format!("“{text}”"))
}

fn plain(name: &Note) -> String {
    name.text().unwrap_or("somebody").to_owned()
}

fn of_directory(event: &directory::Event, names: &Names) -> String {
    use directory::Event;
    let contact = |contact: &ContactId| names.of(Actor::Contact(*contact));
    let member = |member: &MemberId| names.of(Actor::Member(*member));
    match event {
        Event::ClientAdded { name, .. } => format!("added the client {}", plain(name)),
        Event::ClientRenamed { name, .. } => format!("renamed the client to {}", plain(name)),
        Event::ContactAdded { name, .. } => format!("added the contact {}", plain(name)),
        Event::ContactChanged { name, .. } => format!("changed the contact {}", plain(name)),
        Event::ContactRemoved { contact: who, .. } => format!("removed {}", contact(who)),
        Event::PortalAccessChanged { contact: who, allowed: true, .. } => {
            format!("gave portal access back to {}", contact(who))
        }
        Event::PortalAccessChanged { contact: who, allowed: false, .. } => {
            format!("took portal access from {}", contact(who))
        }
        Event::Assigned { member: who, .. } => format!("assigned {}", member(who)),
        Event::Unassigned { member: who, .. } => format!("unassigned {}", member(who)),
        Event::ContactSignedIn { contact: who, .. } => format!("noted that {} signed in", contact(who)),
        Event::FirmAdded { .. } => "added the firm".to_owned(),
        Event::FirmChanged { .. } => "changed the firm’s settings".to_owned(),
        Event::MemberAdded { name, .. } => format!("added the team member {}", plain(name)),
        Event::MemberRoleChanged { member: who, role } => format!("made {} {}", member(who), words::role(role)),
        Event::MemberRemoved { member: who } => format!("removed {} from the team", member(who)),
    }
}

fn of_sharing(event: &sharing::Event, names: &Names) -> String {
    use sharing::Event;
    let as_access = |access: &Access| words::access(access);
    match event {
        Event::Shared { name, audience, access, notify, .. } => {
            let silently = if *notify { "" } else { ", silently" };
            format!("shared {} with {} as {}{silently}", quoted(name), names.audience(*audience), as_access(access))
        }
        Event::TermsChanged { name, audience, access, .. } => {
            format!(
                "changed the sharing of {} with {} to {}",
                quoted(name),
                names.audience(*audience),
                as_access(access)
            )
        }
        Event::Revoked { name, audience, .. } => {
            format!("stopped sharing {} with {}", quoted(name), names.audience(*audience))
        }
    }
}

fn of_files(event: &files::Event) -> String {
    use files::Event;
    match event {
        Event::FolderAdded { name, .. } => format!("made the folder {}", quoted(name)),
        Event::Uploaded { name, size_bytes, .. } => format!("uploaded {} ({})", quoted(name), words::bytes(size_bytes)),
        Event::VersionAdded { name, size_bytes, .. } => {
            format!("uploaded a new version of {} ({})", quoted(name), words::bytes(size_bytes))
        }
        Event::Renamed { from, to, .. } => format!("renamed {} to {}", quoted(from), quoted(to)),
        Event::Trashed { name, .. } => format!("moved {} to the trash", quoted(name)),
        Event::Restored { name, .. } => format!("restored {}", quoted(name)),
        Event::Purged { name, .. } => format!("deleted {} for good", quoted(name)),
        Event::Downloaded { name, .. } => format!("downloaded {}", quoted(name)),
    }
}
