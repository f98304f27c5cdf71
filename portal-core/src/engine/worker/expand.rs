//! From events to messages: recipients are worked out page by page, each page staged with where to go on.

use super::readers::Readers;
use super::{ANEW_AFTER, Issue, SIGN_IN_ANEW_AFTER, WorkReport, follow_contact, issue, lease};
use crate::directory::{Addressee, FirmSettings, Frequency, Topic};
use crate::engine::mailing::mailings_of;
use crate::engine::{Engine, Error};
use crate::event::Lane;
use crate::event::{DeliveryEvent, Event, Happened};
use crate::notifications::{
    self, Batch, MailKind, NewMessage, Occasion, Recipient, Told, team_told, told_of_share, told_of_upload,
};
use crate::ports::store::{ClaimedEvent, ContactRead, EventProgress, StoreError};
use crate::sharing::{Ancestry, Audience};
use crate::values::{
    Actor, ClientId, ContactId, Cursor, DocumentId, EmailAddress, FirmId, FolderId, GrantId, MessageId, NodeId, Page,
    PageRequest,
};
use crate::{directory, files, identity, sharing};

/// How many events are claimed at once.
const EVENTS: usize = 16;
/// How many recipients are held in memory at once, however many there are.
const RECIPIENTS: usize = 200;

/// Works out one batch of events, and says whether there may be more.
pub(super) async fn batch(engine: &Engine, lane: Lane, report: &mut WorkReport) -> Result<bool, Error> {
    let lease = lease(engine, lane)?;
    let claims = engine.store.claim_events(lane, &lease, EVENTS).await?;
    let mut more = claims.len() == EVENTS;
    for claim in &claims {
        let (messages, progress) = match work_out(engine, claim).await {
            Ok(worked_out) => worked_out,
            // One event that cannot be worked out holds up no other. If it is the store that is gone, staging says so.
            Err(_) => {
                report.failed += 1;
                (Vec::new(), EventProgress::Again(engine.clock.now() + anew_after(lane)))
            }
        };
        more |= matches!(progress, EventProgress::More(_));
        if engine.store.stage(claim, &messages, &progress).await? {
            report.events += 1;
            report.recipients += messages.len();
        }
    }
    Ok(more)
}

const fn anew_after(lane: Lane) -> std::time::Duration {
    match lane {
        Lane::SignIn => SIGN_IN_ANEW_AFTER,
        Lane::Ordinary => ANEW_AFTER,
    }
}

type WorkedOut = (Vec<NewMessage>, EventProgress);

const NOBODY: WorkedOut = (Vec::new(), EventProgress::Done);

async fn work_out(engine: &Engine, claim: &ClaimedEvent) -> Result<WorkedOut, Error> {
    let happened = &claim.happened;
    if let Event::Identity(event) = &happened.event {
        return Ok((identity_event(engine, happened, event).await?, EventProgress::Done));
    }
    let Some(firm) = happened.keyspace.firm() else { return Ok(NOBODY) };
    match &happened.event {
        Event::Sharing(
            sharing::Event::Shared { client, grant, node, audience, notify: true, .. }
            | sharing::Event::TermsChanged { client, grant, node, audience, notify: true, .. },
        ) => {
            let share = Share { firm, client: *client, grant: *grant, node: *node, audience: *audience };
            share.work_out(engine, claim).await
        }
        Event::Files(
            uploaded @ (files::Event::Uploaded { client, folder, document, .. }
            | files::Event::VersionAdded { client, folder, document, .. }),
        ) => {
            let shared = match uploaded {
                files::Event::Uploaded { shared, .. } => *shared,
                _ => None,
            };
            let upload = Upload { firm, client: *client, folder: *folder, document: *document, shared };
            upload.work_out(engine, claim).await
        }
        Event::Files(files::Event::DoneUploading { client, folder, .. }) => {
            let team = team(engine, firm, *client).await?;
            let occasion = Occasion {
                firm,
                client: Some(*client),
                happened,
                kind: MailKind::ClientUploaded,
                folder: Some(*folder),
                batch: None,
                actor_address: None,
                now: engine.clock.now(),
            };
            Ok((occasion.haste(&team), EventProgress::Done))
        }
        Event::Delivery(DeliveryEvent::Resent { message, client }) => {
            Ok((once_more(engine, happened, firm, *message, *client).await?, EventProgress::Done))
        }
        Event::Directory(
            directory::Event::ContactAdded { contact, .. }
            | directory::Event::ContactChanged { contact, .. }
            | directory::Event::ContactRemoved { contact, .. },
        ) => {
            follow_contact(engine, firm, *contact).await?;
            Ok(NOBODY)
        }
        Event::Directory(_) | Event::Sharing(_) | Event::Files(_) | Event::Identity(_) => Ok(NOBODY),
    }
}

/// What identity tells: an attempt that its firm knows gets its mail.
async fn identity_event(
    engine: &Engine,
    happened: &Happened,
    event: &identity::Event,
) -> Result<Vec<NewMessage>, Error> {
    let identity::Event::Asked { address, attempt, firm } = event else { return Ok(Vec::new()) };
    // INVARIANT: link and code work before the mail with them is staged, and so before it can go.
    let Issue::Known { email, .. } = issue(engine, *address, *attempt).await? else { return Ok(Vec::new()) };
    let occasion = Occasion {
        firm: *firm,
        client: None,
        happened,
        kind: MailKind::SignIn,
        folder: None,
        batch: None,
        actor_address: None,
        now: engine.clock.now(),
    };
    Ok(vec![occasion.message(Recipient::Attempt(*address, *attempt), &email)])
}

/// Something was shared: those newly given access are told at once.
struct Share {
    firm: FirmId,
    client: ClientId,
    grant: GrantId,
    node: NodeId,
    audience: Audience,
}

impl Share {
    async fn work_out(&self, engine: &Engine, claim: &ClaimedEvent) -> Result<WorkedOut, Error> {
        let happened = &claim.happened;
        let Some(ancestry) = engine.store.ancestry(self.firm, self.node).await? else { return Ok(NOBODY) };
        if !ancestry.grants().any(|(_, grant)| grant.id == self.grant) {
            return Ok(NOBODY);
        }
        let page = match self.audience {
            Audience::Contact(contact) => {
                let one = engine.store.contact(self.firm, &contact.into()).await?;
                Page { items: one.into_iter().collect(), next: None }
            }
            Audience::AllContacts => contacts(engine, self.firm, self.client, claim.cursor.clone()).await?,
        };
        let Some(firm) = engine.store.firm(self.firm).await? else { return Ok(NOBODY) };
        let readers = Readers::of(engine, self.firm, page.items).await?;
        let address = address_of(engine, self.firm, happened.actor).await?;
        let occasion = Occasion {
            firm: self.firm,
            client: Some(self.client),
            happened,
            kind: MailKind::Shared,
            folder: None,
            batch: None,
            actor_address: address.as_ref(),
            now: engine.clock.now(),
        };
        let told = |reader| told_of_share(reader, self.grant, &ancestry, happened.at);
        Ok((occasion.to_contacts(&firm.settings, readers.iter(), told), progress(page.next)))
    }
}

/// Somebody uploaded: contacts are told of what staff upload, and the team of what contacts do.
struct Upload {
    firm: FirmId,
    client: ClientId,
    folder: FolderId,
    document: DocumentId,
    /// The grant by which it was shared in the same go.
    shared: Option<GrantId>,
}

impl Upload {
    async fn work_out(&self, engine: &Engine, claim: &ClaimedEvent) -> Result<WorkedOut, Error> {
        let happened = &claim.happened;
        let found = engine.store.ancestry(self.firm, self.document.into()).await?;
        let Some(ancestry) = found.filter(|ancestry| !ancestry.trashed()) else { return Ok(NOBODY) };
        let address = address_of(engine, self.firm, happened.actor).await?;
        let Some(firm) = engine.store.firm(self.firm).await? else { return Ok(NOBODY) };
        let settings = &firm.settings;
        if !matches!(happened.actor, Actor::Contact(_)) {
            return self.to_contacts(engine, claim, settings, &ancestry, address.as_ref()).await;
        }
        let mut messages = Vec::new();
        if claim.cursor.is_none() {
            messages = self.to_team(engine, happened, settings, address.as_ref()).await?;
        }
        if !settings.contacts_hear_of_uploads {
            return Ok((messages, EventProgress::Done));
        }
        let (others, progress) = self.to_contacts(engine, claim, settings, &ancestry, address.as_ref()).await?;
        messages.extend(others);
        Ok((messages, progress))
    }

    async fn to_team(
        &self,
        engine: &Engine,
        happened: &Happened,
        settings: &FirmSettings,
        actor_address: Option<&EmailAddress>,
    ) -> Result<Vec<NewMessage>, Error> {
        let team = team(engine, self.firm, self.client).await?;
        let people: Vec<Addressee> = team.members.iter().map(|member| Addressee::Member(member.id)).collect();
        let mailings = mailings_of(engine, self.firm, &people).await?;
        let often = |member| {
            let mailing = mailings.get(&Addressee::Member(member));
            mailing.map_or(Frequency::AtOnce, |mailing| mailing.often(Topic::ClientUploaded))
        };
        let batch = Some(engine.timing.uploads);
        let occasion = self.occasion(engine, happened, MailKind::ClientUploaded, batch, actor_address);
        Ok(occasion.to_team(settings, &team, often))
    }

    async fn to_contacts(
        &self,
        engine: &Engine,
        claim: &ClaimedEvent,
        settings: &FirmSettings,
        ancestry: &Ancestry,
        actor_address: Option<&EmailAddress>,
    ) -> Result<WorkedOut, Error> {
        if ancestry.grants().next().is_none() {
            return Ok(NOBODY);
        }
        let Some(uploaded) = self.where_uploaded(engine, ancestry).await? else { return Ok(NOBODY) };
        let page = contacts(engine, self.firm, self.client, claim.cursor.clone()).await?;
        let readers = Readers::of(engine, self.firm, page.items).await?;
        let batch = Some(engine.timing.uploads);
        let occasion = self.occasion(engine, &claim.happened, MailKind::NewDocuments, batch, actor_address);
        // A move tells nobody: who is told heard of it where it was uploaded, and sees it where it lies.
        let told = |reader| match told_of_upload(reader, &uploaded, self.shared, occasion.now) {
            Told::ByMail => told_of_upload(reader, ancestry, self.shared, occasion.now),
            why_not => why_not,
        };
        Ok((occasion.to_contacts(settings, readers.iter(), told), progress(page.next)))
    }

    /// The document as if it lay where it was uploaded, should it have been moved since; nowhere, when that folder is gone.
    async fn where_uploaded(&self, engine: &Engine, now: &Ancestry) -> Result<Option<Ancestry>, StoreError> {
        if now.steps.get(1).is_some_and(|step| step.node == self.folder.into()) {
            return Ok(Some(now.clone()));
        }
        let folder = engine.store.ancestry(self.firm, self.folder.into()).await?;
        Ok(folder.map(|folder| now.moved_into(now.steps.len().saturating_sub(1), &folder)))
    }

    fn occasion<'a>(
        &self,
        engine: &Engine,
        happened: &'a Happened,
        kind: MailKind,
        batch: Option<Batch>,
        actor_address: Option<&'a EmailAddress>,
    ) -> Occasion<'a> {
        let (client, folder) = (Some(self.client), Some(self.folder));
        Occasion { firm: self.firm, client, happened, kind, folder, batch, actor_address, now: engine.clock.now() }
    }
}

/// A message is sent once more: as a new one, to where its recipient is reached now.
async fn once_more(
    engine: &Engine,
    happened: &Happened,
    firm: FirmId,
    message: MessageId,
    client: Option<ClientId>,
) -> Result<Vec<NewMessage>, Error> {
    let Some(earlier) = engine.store.delivery(firm, message).await? else { return Ok(Vec::new()) };
    let address = match earlier.to {
        Recipient::Contact(contact) => contact_address(engine, firm, contact).await?,
        Recipient::Member(member) => {
            let found = engine.store.member(firm, &member.into()).await?;
            found.filter(|member| member.removed_at.is_none()).map(|member| member.value.email)
        }
        Recipient::Attempt(..) => None,
    };
    let (kind, folder) = (earlier.kind, earlier.folder);
    let (batch, now) = (None, engine.clock.now());
    let occasion = Occasion { firm, client, happened, kind, folder, batch, actor_address: None, now };
    Ok(address.map(|address| occasion.message(earlier.to, &address)).into_iter().collect())
}

/// Where whoever did it reads mail, if they do.
async fn address_of(engine: &Engine, firm: FirmId, actor: Actor) -> Result<Option<EmailAddress>, StoreError> {
    Ok(match actor {
        Actor::Contact(contact) => {
            engine.store.contact(firm, &contact.into()).await?.and_then(|read| read.contact.value.email)
        }
        Actor::Member(member) => engine.store.member(firm, &member.into()).await?.map(|member| member.value.email),
        _ => None,
    })
}

async fn contact_address(
    engine: &Engine,
    firm: FirmId,
    contact: ContactId,
) -> Result<Option<EmailAddress>, StoreError> {
    let found = engine.store.contact(firm, &contact.into()).await?;
    Ok(found.filter(|read| read.contact.removed_at.is_none()).and_then(|read| read.contact.value.email))
}

/// Who of the team is told of a client's uploads.
pub(super) async fn team(
    engine: &Engine,
    firm: FirmId,
    client: ClientId,
) -> Result<notifications::TeamTold, StoreError> {
    let assigned = engine.store.assigned(firm, client).await?;
    let owners = if assigned.is_empty() { engine.store.owners(firm).await? } else { Vec::new() };
    Ok(team_told(assigned, owners))
}

async fn contacts(
    engine: &Engine,
    firm: FirmId,
    client: ClientId,
    after: Option<Cursor>,
) -> Result<Page<ContactRead>, StoreError> {
    engine.store.contacts(firm, client, &PageRequest::first(RECIPIENTS).after(after)).await
}

fn progress(next: Option<Cursor>) -> EventProgress {
    next.map_or(EventProgress::Done, EventProgress::More)
}
