//! What happened since the last daily or weekly mail, by client and folder: each thing as far as its reader may know of it.

use std::collections::{BTreeMap, BTreeSet};

use super::compose::{Nothing, Said, greeted};
use super::mentions::Events;
use crate::directory::{Addressee, Client, Firm, Member};
use crate::engine::Engine;
use crate::event::{Event, Happened};
use crate::notifications::{
    ContactSight, Content, DropReason, Listing, Message, Reader, SECTIONS, Section, Sight, Standing, mentioned,
    share_due, standing,
};
use crate::ports::store::StoreError;
use crate::sharing::{self, Ancestry};
use crate::values::{ClientId, ContactId, DocumentId, FileName, FolderId, NodeId, WebLink};

/// To the contacts of any clients who read one mailbox.
pub(super) async fn to_contacts(
    engine: &Engine,
    message: &Message,
    firm: &Firm,
    readers: &[Reader<'_>],
) -> Result<Said, Nothing> {
    let mut eyes = BTreeMap::new();
    for reader in readers {
        let contact = reader.contact;
        let granted = engine.store.granted(message.firm, contact.client, contact.id).await?;
        let sight = ContactSight::new(contact.id, &granted, engine.clock.now());
        // INVARIANT: what lies at a client is looked at with the eyes of its own contacts alone (S7).
        eyes.entry(contact.client).or_insert_with(Vec::new).push(sight);
    }
    let gathering = Gathering::new(engine, message, firm, Eyes::Contacts(eyes));
    let link = engine.links.access_page(message.firm);
    let addressee = readers.first().map(|reader| Addressee::Contact(reader.contact.id));
    gathering.say(addressee, greeted(readers), link).await
}

/// To a member of the team who is still reached there.
pub(super) async fn to_member(
    engine: &Engine,
    message: &Message,
    firm: &Firm,
    member: Option<Member>,
) -> Result<Said, Nothing> {
    let here = member.filter(|member| member.removed_at.is_none() && member.email == message.address);
    let member = here.ok_or(DropReason::AddressGone)?;
    let gathering = Gathering::new(engine, message, firm, Eyes::Team);
    let link = engine.links.staff_home(message.firm);
    gathering.say(Some(Addressee::Member(member.id)), member.name.as_str().to_owned(), link).await
}

/// With whose eyes things are looked at.
enum Eyes {
    Team,
    Contacts(BTreeMap<ClientId, Vec<ContactSight>>),
}

impl Eyes {
    fn at(&self, client: ClientId) -> Sight {
        match self {
            Self::Team => Sight::Team,
            Self::Contacts(sights) => Sight::Mailbox(sights.get(&client).cloned().unwrap_or_default()),
        }
    }
}

/// Where a section's things lie.
type Place = (ClientId, Option<FolderId>);

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

    async fn say(mut self, addressee: Option<Addressee>, to_name: String, link: WebLink) -> Result<Said, Nothing> {
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
        let content = Content::digest(topic, sections, self.count, self.elsewhere);
        Ok(Said { addressee, to_name, content, link })
    }

    /// What was uploaded, each document once and as it lies and is called now.
    async fn add_documents(&mut self, chunk: &[Happened], seen: &mut BTreeSet<DocumentId>) -> Result<(), Nothing> {
        let told: Vec<_> = chunk.iter().filter_map(mentioned).filter(|told| seen.insert(told.document)).collect();
        let ids: Vec<DocumentId> = told.iter().map(|told| told.document).collect();
        if ids.is_empty() {
            return Ok(());
        }
        let now = self.engine.clock.now();
        let documents = self.engine.store.documents_by_id(self.message.firm, &ids).await?;
        let mut folders = BTreeMap::new();
        for (read, told) in documents
            .iter()
            .filter_map(|read| told.iter().find(|told| told.document == read.document.id).map(|told| (read, told)))
        {
            let place = &read.document.place;
            let Some(folder) = place.parent else { continue };
            if !folders.contains_key(&folder)
                && let Some(ancestry) = self.engine.store.ancestry(self.message.firm, folder.into()).await?
            {
                folders.insert(folder, ancestry);
            }
            let sight = self.eyes.at(place.client);
            let stands = standing(&read.document, &folders, &sight, now);
            self.best = self.best.min(stands);
            if stands != Standing::Due {
                continue;
            }
            // A folder is named only to those to whom it is open (S4).
            let open = folders.get(&folder).filter(|ancestry| sight.sees_into(ancestry, now));
            let node = open.map_or(NodeId::Document(read.document.id), |_| folder.into());
            let name = open.and_then(|ancestry| ancestry.node()).map(|step| step.name.clone());
            self.add(place.client, node, name, &place.name, told.new_version).await?;
        }
        Ok(())
    }

    /// What was shared, each thing once and as it is called now.
    async fn add_shares(&mut self, chunk: &[Happened], seen: &mut BTreeSet<NodeId>) -> Result<(), Nothing> {
        for happened in chunk {
            let Event::Sharing(
                sharing::Event::Shared { client, node, .. } | sharing::Event::TermsChanged { client, node, .. },
            ) = &happened.event
            else {
                continue;
            };
            if !seen.insert(*node) {
                continue;
            }
            let ancestry = self.engine.store.ancestry(self.message.firm, *node).await?;
            match self.share(*client, ancestry.as_ref()) {
                Ok(name) => self.add(*client, *node, None, &name, false).await?,
                Err(DropReason::AccessGone) => self.best = self.best.min(Standing::Hidden),
                Err(_) => {}
            }
        }
        Ok(())
    }

    /// What a shared thing is called, if any of its readers still sees it.
    fn share(&self, client: ClientId, ancestry: Option<&Ancestry>) -> Result<FileName, DropReason> {
        let Eyes::Contacts(sights) = &self.eyes else { return Err(DropReason::NothingLeft) };
        let now = self.engine.clock.now();
        let mut reason = DropReason::AccessGone;
        for sight in sights.get(&client).into_iter().flatten() {
            match share_due(sight.contact, ancestry, now) {
                Ok((name, _)) => return Ok(name.clone()),
                Err(why) => reason = why,
            }
        }
        Err(reason)
    }

    /// Adds one thing to the section where it lies, or to what is only counted once there are enough of these.
    async fn add(
        &mut self,
        client: ClientId,
        node: NodeId,
        folder: Option<FileName>,
        name: &FileName,
        new_version: bool,
    ) -> Result<(), Nothing> {
        let named = self.firm.settings.file_names_in_mail;
        let place = (client, folder.as_ref().and(node.folder()));
        let mut found = self.sections.iter().position(|(of, _)| *of == place);
        if found.is_none() && self.sections.len() < SECTIONS {
            let Some(client_name) = self.client_name(client).await? else { return Ok(()) };
            let folder = folder.filter(|_| named).map(|folder| folder.as_str().to_owned());
            let section = Section {
                client_name,
                folder,
                link: self.link(client, node).as_str().to_owned(),
                documents: Listing::default(),
            };
            self.sections.push((place, section));
            found = Some(self.sections.len() - 1);
        }
        self.count += 1;
        match found.and_then(|found| self.sections.get_mut(found)) {
            Some((_, section)) => section.documents.add(name, new_version, named),
            None => self.elsewhere += 1,
        }
        Ok(())
    }

    fn link(&self, client: ClientId, node: NodeId) -> WebLink {
        let links = &self.engine.links;
        match (&self.eyes, node) {
            (Eyes::Contacts(sights), _) => {
                let contact: Option<ContactId> = sights.get(&client).and_then(|all| all.first()).map(|it| it.contact);
                let item = |contact| links.contact_item(self.message.firm, contact, node);
                contact.map_or_else(|| links.access_page(self.message.firm), item)
            }
            (Eyes::Team, NodeId::Folder(folder)) => links.staff_folder(self.message.firm, client, folder),
            (Eyes::Team, NodeId::Document(_)) => links.staff_home(self.message.firm),
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
