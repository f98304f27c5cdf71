//! What happened since the last daily or weekly mail, by client and folder: each thing as far as its reader may know of it.

use std::collections::{BTreeMap, BTreeSet};

use super::compose::{Nothing, Said, greeted};
use super::mentions::{Events, Found, shared_by};
use crate::directory::{Addressee, Client, Firm, Member};
use crate::engine::Engine;
use crate::engine::restriction::assigned_among;
use crate::event::Happened;
use crate::notifications::{
    Content, DropReason, Listing, Message, Reader, SECTIONS, Section, Sight, Standing, mentioned, share_due,
};
use crate::ports::store::StoreError;
use crate::sharing::Ancestry;
use crate::values::{ClientId, ContactId, DocumentId, FileName, FolderId, Language, MemberId, NodeId, WebLink};

/// To the contacts of any clients who read one mailbox.
pub(super) async fn to_contacts(
    engine: &Engine,
    message: &Message,
    firm: &Firm,
    readers: &[Reader<'_>],
) -> Result<Said, Nothing> {
    // INVARIANT: what lies at a client is looked at with the eyes of its own contacts alone (S7).
    let mut eyes: BTreeMap<ClientId, Sight> = BTreeMap::new();
    for reader in readers {
        let sight = eyes.entry(reader.contact.client).or_insert_with(|| Sight::Mailbox(Vec::new()));
        if let Sight::Mailbox(contacts) = sight {
            contacts.push(reader.contact.id);
        }
    }
    let gathering = Gathering::new(engine, message, firm, Eyes::Contacts(eyes));
    let link = engine.links.access_page(message.firm);
    let addressee = readers.first().map(|reader| Addressee::Contact(reader.contact.id));
    let language = readers.iter().find_map(Reader::language);
    let (content, to_name) = (gathering.say().await?, greeted(readers));
    Ok(Said { addressee, language, to_name, content, link })
}

/// To a member of the team who is still reached there.
pub(super) async fn to_member(
    engine: &Engine,
    message: &Message,
    firm: &Firm,
    member: Option<Member>,
    language: Option<Language>,
) -> Result<Said, Nothing> {
    let here = member.filter(|member| member.removed_at.is_none() && member.email == message.address);
    let member = here.ok_or(DropReason::AddressGone)?;
    let eyes = match firm.settings.policies.restricts(member.role) {
        true => Eyes::Restricted { member: member.id, assigned: BTreeSet::new() },
        false => Eyes::Team,
    };
    let gathering = Gathering::new(engine, message, firm, eyes);
    let link = engine.links.staff_home(message.firm);
    let (content, to_name) = (gathering.say().await?, member.name.as_str().to_owned());
    Ok(Said { addressee: Some(Addressee::Member(member.id)), language, to_name, content, link })
}

/// With whose eyes things are looked at.
enum Eyes {
    Team,
    /// A member who is restricted to the clients that they are assigned to, and which of those that are spoken of these are.
    Restricted {
        member: MemberId,
        assigned: BTreeSet<ClientId>,
    },
    Contacts(BTreeMap<ClientId, Sight>),
}

/// Those who read of a client to which nobody of them belongs.
static NOBODY: Sight = Sight::Mailbox(Vec::new());

impl Eyes {
    fn at(&self, client: ClientId) -> &Sight {
        match self {
            Self::Team => &Sight::Team,
            Self::Restricted { assigned, .. } if assigned.contains(&client) => &Sight::Team,
            Self::Restricted { .. } => &NOBODY,
            Self::Contacts(sights) => sights.get(&client).unwrap_or(&NOBODY),
        }
    }

    fn contacts(&self) -> Vec<ContactId> {
        match self {
            Self::Team | Self::Restricted { .. } => Vec::new(),
            Self::Contacts(sights) => sights.values().flat_map(Sight::contacts).copied().collect(),
        }
    }
}

/// Where a section's things lie; what has no folder to name is apart for each of those who read one mailbox, whom it leads there.
type Place = (ClientId, Option<FolderId>, Option<ContactId>);

/// One thing that a digest tells of.
struct Thing<'a> {
    client: ClientId,
    /// Whom its link leads there, if it is for a contact.
    reader: Option<ContactId>,
    /// Where the link leads: to its folder, if that is named, or to itself.
    node: NodeId,
    /// The folder it lies in, as far as it is open to whoever reads of it.
    folder: Option<&'a FileName>,
    name: &'a FileName,
    new_version: bool,
}

/// A digest as it is put together: no more of it is held than a mail shows.
struct Gathering<'a> {
    engine: &'a Engine,
    message: &'a Message,
    firm: &'a Firm,
    eyes: Eyes,
    clients: BTreeMap<ClientId, Option<Client>>,
    sections: Vec<(Place, Section)>,
    count: usize,
    elsewhere: usize,
    best: Standing,
}

impl<'a> Gathering<'a> {
    fn new(engine: &'a Engine, message: &'a Message, firm: &'a Firm, eyes: Eyes) -> Self {
        let (clients, sections) = (BTreeMap::new(), Vec::new());
        Self { engine, message, firm, eyes, clients, sections, count: 0, elsewhere: 0, best: Standing::Removed }
    }

    async fn say(mut self) -> Result<Content, Nothing> {
        let topic = self.message.kind.topic().ok_or(DropReason::NothingLeft)?;
        let mut events = Events::of(self.message);
        let (mut documents, mut nodes) = (BTreeSet::new(), BTreeSet::new());
        while let Some(chunk) = events.next(self.engine).await? {
            self.add_documents(&chunk, &mut documents).await?;
            self.add_shares(&chunk, &mut nodes).await?;
        }
        if self.count == 0 {
            return Err(self.best.drop_reason().unwrap_or(DropReason::NothingLeft).into());
        }
        let sections = self.sections.into_iter().map(|(_, section)| section).collect();
        Ok(Content::digest(topic, sections, self.count, self.elsewhere))
    }

    /// What was uploaded, each document once and as it lies and is called now.
    async fn add_documents(&mut self, chunk: &[Happened], seen: &mut BTreeSet<DocumentId>) -> Result<(), Nothing> {
        let told: Vec<_> = chunk.iter().filter_map(mentioned).filter(|told| seen.insert(told.document)).collect();
        let nodes = told.iter().map(|told| told.document.into());
        let found = Found::of(self.engine, self.message.firm, nodes, &self.eyes.contacts()).await?;
        if let Eyes::Restricted { member, assigned } = &mut self.eyes {
            let clients = found.0.values().map(|ancestry| ancestry.client).collect();
            *assigned = assigned_among(self.engine, self.message.firm, *member, clients).await?;
        }
        let now = self.engine.clock.now();
        for told in told {
            let document = found.0.get(&told.document.into());
            let sight = document.map_or(&NOBODY, |document| self.eyes.at(document.client));
            let stands = sight.standing(document, now);
            self.best = self.best.min(stands);
            let Some(document) = document.filter(|_| stands == Standing::Due) else { continue };
            let Some(step) = document.node() else { continue };
            // It leads one of them who sees it, and names a folder only if it is open to them (S4).
            let reader = sight.first_due(document, now);
            let theirs = reader.map_or(Sight::Team, |reader| Sight::Mailbox(vec![reader]));
            let folder = document.folder().filter(|folder| theirs.sees(folder, now));
            let named = folder.as_ref().and_then(Ancestry::node);
            let thing = Thing {
                client: document.client,
                reader,
                node: named.map_or(step.node, |folder| folder.node),
                folder: named.map(|folder| &folder.name),
                name: &step.name,
                new_version: told.new_version,
            };
            self.add(&thing).await?;
        }
        Ok(())
    }

    /// What was shared, each thing once and as it is called now.
    async fn add_shares(&mut self, chunk: &[Happened], seen: &mut BTreeSet<NodeId>) -> Result<(), Nothing> {
        let shared = chunk.iter().filter_map(shared_by);
        let nodes: Vec<NodeId> = shared.map(|(_, node)| node).filter(|node| seen.insert(*node)).collect();
        let found = Found::of(self.engine, self.message.firm, nodes.iter().copied(), &self.eyes.contacts()).await?;
        let now = self.engine.clock.now();
        for ancestry in nodes.iter().filter_map(|node| found.0.get(node)) {
            let contacts = self.eyes.at(ancestry.client).contacts();
            let due = |contact: &ContactId| share_due(*contact, Some(ancestry), now).is_ok();
            match (contacts.iter().copied().find(due), ancestry.node()) {
                (Some(reader), Some(step)) => {
                    let (client, node, name) = (ancestry.client, step.node, &step.name);
                    let thing = Thing { client, reader: Some(reader), node, folder: None, name, new_version: false };
                    self.add(&thing).await?;
                }
                _ if ancestry.trashed() => {}
                _ => self.best = self.best.min(Standing::Hidden),
            }
        }
        Ok(())
    }

    /// Adds one thing to the section where it lies, or to what is only counted once there are enough of these.
    async fn add(&mut self, thing: &Thing<'_>) -> Result<(), Nothing> {
        let named = self.firm.settings.file_names_in_mail;
        let folder = thing.folder.and(thing.node.folder());
        let place = (thing.client, folder, thing.reader.filter(|_| folder.is_none()));
        let mut found = self.sections.iter().position(|(of, _)| *of == place);
        if found.is_none() && self.sections.len() < SECTIONS {
            let Some(client_name) = self.client_name(thing.client).await? else { return Ok(()) };
            let folder = thing.folder.filter(|_| named).map(|folder| folder.as_str().to_owned());
            let link = self.link(thing).as_str().to_owned();
            self.sections.push((place, Section { client_name, folder, link, documents: Listing::default() }));
            found = Some(self.sections.len() - 1);
        }
        self.count += 1;
        match found.and_then(|found| self.sections.get_mut(found)) {
            Some((_, section)) => section.documents.add(thing.name, thing.new_version, named),
            None => self.elsewhere += 1,
        }
        Ok(())
    }

    fn link(&self, thing: &Thing<'_>) -> WebLink {
        let (links, firm) = (&self.engine.links, self.message.firm);
        match (thing.reader, &self.eyes, thing.node) {
            (Some(contact), ..) => links.contact_item(firm, contact, thing.node),
            (None, Eyes::Contacts(_), _) => links.access_page(firm),
            (None, _, NodeId::Folder(folder)) => links.staff_folder(firm, thing.client, folder),
            (None, _, NodeId::Document(_)) => links.staff_home(firm),
        }
    }

    async fn client_name(&mut self, client: ClientId) -> Result<Option<String>, StoreError> {
        if !self.clients.contains_key(&client) {
            let found = self.engine.store.client(self.message.firm, &client.into()).await?;
            self.clients.insert(client, found.map(|client| client.value));
        }
        let found = self.clients.get(&client).and_then(Option::as_ref);
        Ok(found.map(|client| client.name.as_str().to_owned()))
    }
}
