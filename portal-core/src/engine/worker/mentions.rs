//! What a message speaks of: its events, and of uploads those that are still due.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::compose::Nothing;
use crate::directory::Firm;
use crate::engine::Engine;
use crate::event::{DeliveryEvent, Event, Happened};
use crate::notifications::{ContactSight, DropReason, Listing, Message, Sight, Standing, mentioned, standing};
use crate::ports::store::StoreError;
use crate::sharing::Ancestry;
use crate::values::{Actor, ContactId, DocumentId, EventId, FolderId};

/// How many events of a message are held in memory at once.
const EVENTS: usize = 200;
/// How many uploaders a mail names.
const UPLOADERS: usize = 3;

/// The uploads that a message speaks of, as far as its reader may know of them.
pub(super) struct Uploads {
    /// What a mail lists of them.
    pub(super) listing: Listing,
    /// The first of them.
    pub(super) first: DocumentId,
    lies_in: Option<FolderId>,
    /// The contacts among who uploaded, the first few.
    pub(super) contacts: Vec<Actor>,
    folders: BTreeMap<FolderId, Ancestry>,
}

impl Uploads {
    /// Those that are there still, and open to whoever reads of them.
    pub(super) async fn due(engine: &Engine, message: &Message, firm: &Firm, sight: &Sight) -> Result<Self, Nothing> {
        let now = engine.clock.now();
        let (mut listing, mut first, mut contacts) = (Listing::default(), None, Vec::new());
        let mut best = Standing::Removed;
        let mut folders = Folders::default();
        let mut seen = BTreeSet::new();
        let mut events = Events::of(message);
        while let Some(chunk) = events.next(engine).await? {
            let told: Vec<_> = chunk.iter().filter_map(mentioned).filter(|told| seen.insert(told.document)).collect();
            let ids: Vec<DocumentId> = told.iter().map(|told| told.document).collect();
            let documents = engine.store.documents_by_id(message.firm, &ids).await?;
            for told in told {
                let Some(read) = documents.iter().find(|read| read.document.id == told.document) else { continue };
                folders.load(engine, message, read.document.place.parent).await?;
                let stands = standing(&read.document, &folders.known, sight, now);
                best = best.min(stands);
                if stands != Standing::Due {
                    continue;
                }
                listing.add(&read.document.place.name, told.new_version, firm.settings.file_names_in_mail);
                first.get_or_insert((told.document, read.document.place.parent));
                let of_contact = matches!(told.by, Actor::Contact(_)) && !contacts.contains(&told.by);
                if of_contact && contacts.len() < UPLOADERS {
                    contacts.push(told.by);
                }
            }
        }
        if let Some(folder) = message.folder {
            folders.load(engine, message, Some(folder)).await?;
        }
        let (first, lies_in) = first.ok_or(best.drop_reason().unwrap_or(DropReason::NothingLeft))?;
        Ok(Self { listing, first, lies_in, contacts, folders: folders.known })
    }

    /// Of those who read one mailbox, the first who is to hear of the first document.
    pub(super) fn reader(&self, sights: &[ContactSight], engine: &Engine) -> Option<ContactId> {
        let folder = self.folders.get(&self.lies_in?)?;
        let now = engine.clock.now();
        let due = |sight: &&ContactSight| sight.standing(self.first, folder, now) == Standing::Due;
        sights.iter().find(due).map(|sight| sight.contact)
    }

    /// Whether the reader sees what lies in a folder.
    pub(super) fn opens(&self, folder: FolderId, sight: &Sight, engine: &Engine) -> bool {
        self.folders.get(&folder).is_some_and(|ancestry| sight.sees_into(ancestry, engine.clock.now()))
    }

    /// What a folder is called, where the firm lets mail say so.
    pub(super) fn folder_name(&self, folder: FolderId, firm: &Firm) -> Option<String> {
        let step = self.folders.get(&folder)?.node()?;
        firm.settings.file_names_in_mail.then(|| step.name.as_str().to_owned())
    }
}

/// The ancestries of folders, each asked for once.
#[derive(Default)]
struct Folders {
    known: BTreeMap<FolderId, Ancestry>,
    asked: BTreeSet<FolderId>,
}

impl Folders {
    async fn load(&mut self, engine: &Engine, message: &Message, folder: Option<FolderId>) -> Result<(), StoreError> {
        let Some(folder) = folder.filter(|folder| self.asked.insert(*folder)) else { return Ok(()) };
        if let Some(ancestry) = engine.store.ancestry(message.firm, folder.into()).await? {
            self.known.insert(folder, ancestry);
        }
        Ok(())
    }
}

/// The events that a message speaks of, some at a time; those of an earlier message in place of its being sent once more.
pub(super) struct Events<'a> {
    message: &'a Message,
    waiting: VecDeque<EventId>,
    followed: BTreeSet<EventId>,
}

impl<'a> Events<'a> {
    pub(super) fn of(message: &'a Message) -> Self {
        Self { message, waiting: message.events.iter().copied().collect(), followed: BTreeSet::new() }
    }

    /// The next of them; `None` at the end.
    pub(super) async fn next(&mut self, engine: &Engine) -> Result<Option<Vec<Happened>>, StoreError> {
        if self.waiting.is_empty() {
            return Ok(None);
        }
        let ids: Vec<EventId> = self.waiting.drain(..self.waiting.len().min(EVENTS)).collect();
        let mut chunk = Vec::with_capacity(ids.len());
        for happened in engine.store.events(self.message.keyspace, &ids).await? {
            let Event::Delivery(DeliveryEvent::Resent { message, .. }) = &happened.event else {
                chunk.push(happened);
                continue;
            };
            let earlier = engine.store.delivery(self.message.firm, *message).await?;
            if let Some(earlier) = earlier.filter(|_| self.followed.insert(happened.id)) {
                self.waiting.extend(earlier.events);
            }
        }
        Ok(Some(chunk))
    }
}
