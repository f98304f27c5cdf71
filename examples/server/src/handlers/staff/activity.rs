//! What happened at a client, and at the firm, in words.

use std::collections::HashMap;

use portal_core::ActivityRow;
use portal_core::event::{DeliveryEvent, Event};
use portal_core::sharing::Audience;
use portal_core::values::{Actor, ClientId, ContactId, FileName, MemberId, NodeId, Note, PageRequest};
use portal_core::{directory, files, sharing};

use super::activity_filter::ActivityAsked;
use super::head;
use crate::handlers::{Asked, Ids};
use crate::views::staff::{ActivityLine, ActivityPage, ClientHead, FirmActivityPage, Phrase};
use crate::views::{ListPlace, MailChoice, paths, words};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, page};
use crate::web::problem::Problem;

/// How many of a client's latest events are looked through for those about one document.
const LOOKED_THROUGH: usize = 200;

/// `GET /staff/clients/{client}/activity`.
pub(crate) async fn list(staff: AsStaff, ids: Ids, Asked(asked): Asked<ActivityAsked>) -> Answer {
    let client: ClientId = ids.of("client")?;
    let query = asked.query(&staff.firm.settings.time_zone)?;
    let head = head(&staff.staff, client).await?;
    let names = names(&staff, &head).await?;
    let (filter, paging) = asked.shown(names.people());
    let found = staff.staff.find_activity(client, &query, &paging.request()).await?;
    let names = names.learn(&found.items);
    page(&ActivityPage {
        frame: staff.frame(),
        client: head,
        rows: found.items.into_iter().map(|row| line(Some(client), row, &names)).collect(),
        place: ListPlace { asked: filter.fields(), ..paging.place(paths::activity(client), found.next) },
        filter,
    })
}

/// `GET /staff/activity`: what happened at the firm and at none of its clients.
pub(crate) async fn of_firm(staff: AsStaff, Asked(asked): Asked<ActivityAsked>) -> Answer {
    let query = asked.query(&staff.firm.settings.time_zone)?;
    let names = Names::of_team(&staff).await?;
    let (filter, paging) = asked.shown(names.people());
    let found = staff.staff.find_firm_activity(&query, &paging.request()).await?;
    let names = names.learn(&found.items);
    page(&FirmActivityPage {
        frame: staff.frame(),
        rows: found.items.into_iter().map(|row| line(None, row, &names)).collect(),
        place: ListPlace { asked: filter.fields(), ..paging.place(paths::firm_activity(), found.next) },
        filter,
    })
}

/// The names of those whom events speak of.
pub(super) struct Names {
    members: HashMap<MemberId, String>,
    contacts: HashMap<ContactId, String>,
    /// Whose contacts these are.
    client: Option<ClientId>,
    /// Those who are there no more, as far as events tell their names.
    former: HashMap<Actor, String>,
}

impl Names {
    /// The names of the firm's team.
    async fn of_team(staff: &AsStaff) -> Result<Self, Problem> {
        let team = staff.staff.team().list(&PageRequest::first(PageRequest::MAX_LIMIT)).await?;
        let members = team.items.into_iter().map(|member| (member.id, member.name.to_string())).collect();
        Ok(Self { members, contacts: HashMap::new(), client: None, former: HashMap::new() })
    }

    /// Those who are there, by their ids, as one looks for what they did: contacts first, each by name.
    fn people(&self) -> Vec<(String, String)> {
        let by_name = |mut people: Vec<(String, String)>| {
            people.sort_by_cached_key(|(_, name)| name.to_lowercase());
            people
        };
        let contacts = self.contacts.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
        let members = self.members.iter().map(|(id, name)| (id.to_string(), name.clone())).collect();
        [by_name(contacts), by_name(members)].concat()
    }

    /// Learns of those whom these speak of.
    fn learn(mut self, rows: &[ActivityRow]) -> Self {
        self.former.extend(rows.iter().filter_map(|row| row.person.clone()));
        self
    }

    /// What somebody is called.
    pub(super) fn of(&self, actor: Actor) -> String {
        let known = match actor {
            Actor::Member(member) => self.members.get(&member).cloned(),
            Actor::Contact(contact) => self.contacts.get(&contact).cloned(),
            _ => None,
        };
        let known = known.or_else(|| self.former.get(&actor).cloned());
        known.unwrap_or_else(|| match actor {
            Actor::Member(_) => "A former team member".to_owned(),
            Actor::Contact(_) => "A former contact".to_owned(),
            _ => "The portal".to_owned(),
        })
    }

    /// Somebody under a name, with the way to their place in the Contacts panel while they are there, and afterwards to their page.
    fn person(&self, actor: Actor, name: String) -> Phrase {
        match (actor, self.client) {
            (Actor::Contact(contact), _) if self.contacts.contains_key(&contact) => {
                Phrase::leading_to(name, paths::in_panel(contact))
            }
            (Actor::Contact(contact), Some(client)) => Phrase::leading_to(name, paths::contact(client, contact)),
            _ => Phrase::words(name),
        }
    }

    fn known(&self, actor: Actor) -> Phrase {
        self.person(actor, self.of(actor))
    }

    fn audience(&self, audience: Audience) -> Phrase {
        match audience {
            Audience::AllContacts => Phrase::words("all contacts"),
            Audience::Contact(contact) => self.known(Actor::Contact(contact)),
        }
    }
}

/// The names of the firm's team and of a client's contacts.
pub(super) async fn names(staff: &AsStaff, client: &ClientHead) -> Result<Names, Problem> {
    let contacts = client.contacts.iter().map(|line| (line.id, line.name.to_string())).collect();
    Ok(Names { contacts, client: Some(client.id), ..Names::of_team(staff).await? })
}

/// What happened to one folder or document of late.
pub(super) async fn about(
    staff: &AsStaff,
    client: ClientId,
    node: NodeId,
    names: &Names,
) -> Result<Vec<ActivityLine>, Problem> {
    let found = staff.staff.activity(client, &PageRequest::first(LOOKED_THROUGH)).await?;
    let about = found.items.into_iter().filter(|row| row.happened.event.node() == Some(node));
    Ok(about.map(|row| line(Some(client), row, names)).collect())
}

/// Who put what into the client's trash of late, as it is said there.
pub(super) async fn removed_by(staff: &AsStaff, client: &ClientHead) -> Result<HashMap<NodeId, String>, Problem> {
    let found = staff.staff.activity(client.id, &PageRequest::first(LOOKED_THROUGH)).await?;
    let names = names(staff, client).await?.learn(&found.items);
    let mut by = HashMap::new();
    for row in found.items {
        let Event::Files(event) = &row.happened.event else { continue };
        let who = row.actor_name.unwrap_or_else(|| names.of(row.happened.actor));
        let said = match event {
            files::Event::Trashed { .. } => who,
            files::Event::Withdrawn { .. } => format!("{who}, who withdrew it"),
            _ => continue,
        };
        // The latest comes first.
        by.extend(row.happened.event.node().filter(|node| !by.contains_key(node)).map(|node| (node, said)));
    }
    Ok(by)
}

fn line(client: Option<ClientId>, row: ActivityRow, names: &Names) -> ActivityLine {
    let ActivityRow { happened, actor_name, node_name, .. } = row;
    // The link in a mail is pressed by whom the mail went to.
    let pressed = choice_by_link(&happened.event, happened.actor);
    let actor = pressed.unwrap_or(happened.actor);
    let who = actor_name.filter(|_| pressed.is_none()).unwrap_or_else(|| names.of(actor));
    let thing = Thing { client, node: happened.event.node(), now: node_name };
    let what = what(&happened.event, happened.actor, &thing, names);
    ActivityLine { at: happened.at, who: names.person(actor, who), what }
}

/// Whose mail was chosen by the link in it, if that is what happened.
fn choice_by_link(event: &Event, actor: Actor) -> Option<Actor> {
    match event {
        Event::Directory(directory::Event::MailChosen { addressee, .. }) if actor == Actor::Visitor => {
            Some(actor_of(*addressee))
        }
        _ => None,
    }
}

fn actor_of(addressee: directory::Addressee) -> Actor {
    match addressee {
        directory::Addressee::Contact(contact) => Actor::Contact(contact),
        directory::Addressee::Member(member) => Actor::Member(member),
    }
}

/// What an event happened to, as it is now.
struct Thing {
    /// Whose it is; `None` for what is the firm's own.
    client: Option<ClientId>,
    node: Option<NodeId>,
    /// What it is called; `None` when it is gone for good.
    now: Option<FileName>,
}

impl Thing {
    /// It, by its name now and with the way there; by its name then, once it is gone. Names that were erased stay erased.
    fn named(&self, then: &Note) -> Phrase {
        match (&self.now, self.client, self.node) {
            (Some(now), Some(client), Some(NodeId::Folder(folder))) => {
                Phrase::leading_to(format!("“{now}”"), paths::folder(client, folder))
            }
            (Some(now), Some(client), Some(NodeId::Document(document))) => {
                Phrase::leading_to(format!("“{now}”"), paths::document(client, document))
            }
            _ => Phrase::words(quoted(then)),
        }
    }

    /// The name it had then, after `as_what`, where that was another.
    fn once(&self, as_what: &str, then: &Note) -> Option<String> {
        let then = then.text()?;
        let now = self.now.as_ref()?;
        (now.as_str() != then).then(|| format!("{as_what} “{then}”"))
    }

    /// The same in brackets, after other things to be told there.
    fn aside(&self, told: Option<String>, as_what: &str, then: &Note) -> Phrase {
        let told: Vec<String> = told.into_iter().chain(self.once(as_what, then)).collect();
        Phrase::words(if told.is_empty() { String::new() } else { format!(" ({})", told.join(", ")) })
    }
}

/// What happened, as the rest of a sentence that begins with who did it.
fn what(event: &Event, by: Actor, thing: &Thing, names: &Names) -> Vec<Phrase> {
    match event {
        Event::Directory(event) => of_directory(event, by, names),
        Event::Sharing(event) => of_sharing(event, thing, names),
        Event::Files(event) => of_files(event, thing),
        Event::Identity(_) => vec![Phrase::words("signed in")],
        Event::Delivery(DeliveryEvent::TestAsked { .. }) => vec![Phrase::words("sent themselves a test mail")],
        Event::Delivery(DeliveryEvent::Resent { .. }) => vec![Phrase::words("sent a mail once more")],
    }
}

/// A name as it was then, in quotes.
fn quoted(name: &Note) -> String {
    name.text().map_or_else(|| "something".to_owned(), |text| format!("“{text}”"))
}

fn plain(name: &Note) -> String {
    name.text().unwrap_or("somebody").to_owned()
}

fn of_directory(event: &directory::Event, by: Actor, names: &Names) -> Vec<Phrase> {
    use directory::Event;
    let words = |text: String| vec![Phrase::words(text)];
    let person =
        |before: &str, actor: Actor, after: &str| vec![Phrase::words(before), names.known(actor), Phrase::words(after)];
    let contact = |before: &str, contact: ContactId, name: &Note| {
        vec![Phrase::words(before), names.person(Actor::Contact(contact), plain(name))]
    };
    match event {
        Event::ClientAdded { name, .. } => words(format!("added the client {}", plain(name))),
        Event::ClientRenamed { name, .. } => words(format!("renamed the client to {}", plain(name))),
        Event::ContactAdded { contact: who, name, .. } => contact("added the contact ", *who, name),
        Event::ContactChanged { contact: who, name, .. } => contact("changed the contact ", *who, name),
        Event::ContactRemoved { contact: who, .. } => person("removed ", Actor::Contact(*who), ""),
        Event::ContactErased { contact: who, .. } => person("erased ", Actor::Contact(*who), ""),
        Event::ClientExported { .. } => words("exported all that is kept of this client".to_owned()),
        Event::PortalAccessChanged { contact: who, allowed: true, .. } => {
            person("gave portal access back to ", Actor::Contact(*who), "")
        }
        Event::PortalAccessChanged { contact: who, allowed: false, .. } => {
            person("took portal access from ", Actor::Contact(*who), "")
        }
        Event::Assigned { member: who, .. } => person("assigned ", Actor::Member(*who), ""),
        Event::Unassigned { member: who, .. } => person("unassigned ", Actor::Member(*who), ""),
        Event::ContactSignedIn { contact: who, .. } => person("noted that ", Actor::Contact(*who), " signed in"),
        Event::MailChosen { addressee, often, language, .. } => {
            let kinds = addressee.topics().iter().map(|topic| {
                MailChoice { topic: *topic, often: often.get(topic).copied().unwrap_or_default() }.in_words()
            });
            let language = language.as_ref().map(|tag| format!("in {}", words::language(tag)));
            let chosen = kinds.chain(language).collect::<Vec<_>>().join(", ");
            match actor_of(*addressee) {
                whose if whose == by => words(format!("chose how they are mailed: {chosen}")),
                _ if by == Actor::Visitor => {
                    words(format!("chose by the link in a mail how they are mailed: {chosen}"))
                }
                whose => person("chose how mail goes to ", whose, &format!(": {chosen}")),
            }
        }
        Event::MailBounced { contact: who, address, reason, .. } => {
            let why = reason.text().map(|reason| format!(": {reason}")).unwrap_or_default();
            person(&format!("learnt that mail to {} came back, of ", plain(address)), Actor::Contact(*who), &why)
        }
        Event::BounceCleared { contact: who, .. } => person("had mail tried again to ", Actor::Contact(*who), ""),
        Event::FirmAdded { .. } => words("added the firm".to_owned()),
        Event::DataKeyAdded { number, .. } => {
            words(format!("made key {number}, by which the firm’s files are encrypted"))
        }
        Event::DataKeyRewrapped { number, .. } => {
            words(format!("sealed key {number} anew, by which the firm’s files are encrypted"))
        }
        Event::FolderTemplateAdded { name, .. } => words(format!("added the folder template {}", quoted(name))),
        Event::FolderTemplateChanged { name, .. } => words(format!("changed the folder template {}", quoted(name))),
        Event::FolderTemplateRemoved { name, .. } => words(format!("removed the folder template {}", quoted(name))),
        Event::DefaultTemplateChosen { .. } => words("chose the folders that new clients get".to_owned()),
        Event::FolderTemplateApplied { name, .. } => words(format!("added the folders of {}", quoted(name))),
        Event::FirmChanged { .. } => words("changed the firm’s settings".to_owned()),
        Event::MemberAdded { name, .. } => words(format!("added the team member {}", plain(name))),
        Event::MemberRoleChanged { member: who, role } => {
            person("made ", Actor::Member(*who), &format!(" {}", words::role(role)))
        }
        Event::MemberRemoved { member: who } => person("removed ", Actor::Member(*who), " from the team"),
    }
}

fn of_sharing(event: &sharing::Event, thing: &Thing, names: &Names) -> Vec<Phrase> {
    use sharing::Event;
    let sentence = |before: &str, name: &Note, audience: Audience, after: String| {
        let with = Phrase::words(" with ");
        let after = Phrase::words(after);
        let aside = thing.aside(None, "then called", name);
        vec![Phrase::words(before), thing.named(name), aside, with, names.audience(audience), after]
    };
    match event {
        Event::Shared { name, audience, access, notify, .. } => {
            let silently = if *notify { "" } else { ", silently" };
            sentence("shared ", name, *audience, format!(" as {}{silently}", words::access(access)))
        }
        Event::TermsChanged { name, audience, access, .. } => {
            sentence("changed the sharing of ", name, *audience, format!(" to {}", words::access(access)))
        }
        Event::Revoked { name, audience, .. } => sentence("stopped sharing ", name, *audience, String::new()),
    }
}

fn of_files(event: &files::Event, thing: &Thing) -> Vec<Phrase> {
    use files::Event;
    let sentence = |before: &str, name: &Note, told: Option<String>, as_what: &str| {
        vec![Phrase::words(before), thing.named(name), thing.aside(told, as_what, name)]
    };
    let then = "then called";
    match event {
        Event::DoneUploading { name, .. } => sentence("is done uploading into ", name, None, "called then"),
        Event::FolderAdded { name, .. } => sentence("made the folder ", name, None, "asked for as"),
        Event::Uploaded { name, size_bytes, .. } => {
            sentence("uploaded ", name, Some(words::bytes(size_bytes)), "sent as")
        }
        Event::VersionAdded { name, size_bytes, .. } => {
            sentence("uploaded a new version of ", name, Some(words::bytes(size_bytes)), then)
        }
        Event::Moved { name, from_name, to_name, .. } => {
            let way = format!(" from {} to {}", quoted(from_name), quoted(to_name));
            vec![Phrase::words("moved "), thing.named(name), thing.aside(None, then, name), Phrase::words(way)]
        }
        Event::Withdrawn { name, .. } => sentence("withdrew ", name, None, then),
        Event::Opened { name, .. } => sentence("was the first to open ", name, None, then),
        Event::Infected { name, threat, .. } => {
            let told = format!("the scanner calls it {}", plain(threat));
            let mut told = sentence("uploaded a harmful file, which nobody else can open: ", name, Some(told), then);
            told.truncate(3);
            told
        }
        Event::HoldPlaced { name, reason, .. } => {
            sentence("put a hold on ", name, Some(format!("reason: {}", plain(reason))), then)
        }
        Event::HoldReleased { name, .. } => sentence("took the hold off ", name, None, then),
        Event::Renamed { from, to, .. } => {
            vec![Phrase::words(format!("renamed {} to ", quoted(from))), thing.named(to), thing.aside(None, then, to)]
        }
        Event::Trashed { name, .. } => {
            vec![
                Phrase::words("moved "),
                thing.named(name),
                thing.aside(None, then, name),
                Phrase::words(" to the trash"),
            ]
        }
        Event::Archived { name, .. } => sentence("archived ", name, None, then),
        Event::Unarchived { name, .. } => sentence("took out of the archive ", name, None, then),
        Event::Restored { name, .. } => sentence("restored ", name, None, then),
        Event::Purged { name, .. } => vec![Phrase::words(format!("deleted {} for good", quoted(name)))],
        Event::Downloaded { name, .. } => sentence("downloaded ", name, None, then),
    }
}
