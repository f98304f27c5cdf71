//! From events to messages: recipients are worked out page by page, each page staged with where to go on.

use super::erase::Erased;
use super::readers::Readers;
use super::uploads::Upload;
use super::{ANEW_AFTER, Issue, SIGN_IN_ANEW_AFTER, WorkReport, follow_contact, issue, lease};
use crate::engine::{Engine, Error};
use crate::event::Lane;
use crate::event::{DeliveryEvent, Event, Happened};
use crate::notifications::{self, MailKind, NewMessage, Occasion, Recipient, team_told, told_of_share};
use crate::ports::store::{ClaimedEvent, ContactRead, EventProgress, StoreError};
use crate::sharing::{Ancestry, Audience};
use crate::values::{
    Actor, ClientId, ContactId, Cursor, EmailAddress, FirmId, GrantId, MemberId, MessageId, NodeId, Page, PageRequest,
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

pub(super) type WorkedOut = (Vec<NewMessage>, EventProgress);

pub(super) const NOBODY: WorkedOut = (Vec::new(), EventProgress::Done);

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
            files::Event::Uploaded { client, folder, above, document, .. }
            | files::Event::VersionAdded { client, folder, above, document, .. },
        ) => {
            let shared = match &happened.event {
                Event::Files(files::Event::Uploaded { shared, .. }) => *shared,
                _ => None,
            };
            let path = std::iter::once(*folder).chain(above.iter().copied()).collect();
            Upload { firm, client: *client, path, document: *document, shared }.work_out(engine, claim).await
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
        Event::Delivery(DeliveryEvent::TestAsked { member, .. }) => {
            Ok((test_mail(engine, happened, firm, *member).await?, EventProgress::Done))
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
        Event::Directory(directory::Event::ContactErased { client, contact }) => {
            let erased = Erased { firm, client: *client, contact: *contact };
            Ok((Vec::new(), erased.work_out(engine, claim.cursor.as_ref()).await?))
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
        let page = match self.audience {
            Audience::Contact(contact) => {
                let one = engine.store.contact(self.firm, &contact.into()).await?;
                Page { items: one.into_iter().collect(), next: None }
            }
            Audience::AllContacts => contacts(engine, self.firm, self.client, claim.cursor.clone()).await?,
        };
        let found = engine.store.ancestries(self.firm, &[self.node], &ids(&page)).await?.pop();
        // A grant that was taken away meanwhile tells nobody, on this page or the next.
        let standing = |found: &Ancestry| found.grants().any(|(_, grant)| grant.id == self.grant);
        let Some(ancestry) = found.filter(standing) else { return Ok(NOBODY) };
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

/// A member asked for a test: it goes to where they read mail.
async fn test_mail(
    engine: &Engine,
    happened: &Happened,
    firm: FirmId,
    member: MemberId,
) -> Result<Vec<NewMessage>, Error> {
    let (to, kind) = (Recipient::Member(member), MailKind::Test);
    let address = address_now(engine, firm, to).await?;
    let now = engine.clock.now();
    let occasion = Occasion { firm, client: None, happened, kind, folder: None, batch: None, actor_address: None, now };
    Ok(address.map(|address| occasion.message(to, &address)).into_iter().collect())
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
    let address = address_now(engine, firm, earlier.to).await?;
    let (kind, folder) = (earlier.kind, earlier.folder);
    let (batch, now) = (None, engine.clock.now());
    let occasion = Occasion { firm, client, happened, kind, folder, batch, actor_address: None, now };
    Ok(address.map(|address| occasion.message(earlier.to, &address)).into_iter().collect())
}

/// Where whoever did it reads mail, if they do.
pub(super) async fn address_of(
    engine: &Engine,
    firm: FirmId,
    actor: Actor,
) -> Result<Option<EmailAddress>, StoreError> {
    Ok(match actor {
        Actor::Contact(contact) => {
            engine.store.contact(firm, &contact.into()).await?.and_then(|read| read.contact.value.email)
        }
        Actor::Member(member) => engine.store.member(firm, &member.into()).await?.map(|member| member.value.email),
        _ => None,
    })
}

/// Where somebody is reached now, if they are.
pub(super) async fn address_now(
    engine: &Engine,
    firm: FirmId,
    to: Recipient,
) -> Result<Option<EmailAddress>, StoreError> {
    Ok(match to {
        Recipient::Contact(contact) => {
            let found = engine.store.contact(firm, &contact.into()).await?;
            found.filter(|read| read.contact.removed_at.is_none()).and_then(|read| read.contact.value.email)
        }
        Recipient::Member(member) => {
            let found = engine.store.member(firm, &member.into()).await?;
            found.filter(|member| member.removed_at.is_none()).map(|member| member.value.email)
        }
        Recipient::Attempt(..) => None,
    })
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

pub(super) async fn contacts(
    engine: &Engine,
    firm: FirmId,
    client: ClientId,
    after: Option<Cursor>,
) -> Result<Page<ContactRead>, StoreError> {
    engine.store.contacts(firm, client, &PageRequest::first(RECIPIENTS).after(after)).await
}

/// Those whose grants are asked for: the contacts of one page, however many others a node is granted to.
pub(super) fn ids(page: &Page<ContactRead>) -> Vec<ContactId> {
    page.items.iter().map(|read| read.contact.id).collect()
}

pub(super) fn progress(next: Option<Cursor>) -> EventProgress {
    next.map_or(EventProgress::Done, EventProgress::More)
}
