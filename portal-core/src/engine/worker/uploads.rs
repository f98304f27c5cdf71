//! Somebody uploaded: contacts are told of what staff upload, and the team of what contacts do.

use super::expand::{NOBODY, WorkedOut, address_of, contacts, ids, progress, team};
use super::readers::Readers;
use crate::directory::{Addressee, FirmSettings, Frequency, Topic};
use crate::engine::mailing::mailings_of;
use crate::engine::{Engine, Error};
use crate::event::Happened;
use crate::notifications::{MailKind, NewMessage, Occasion, told_of_upload};
use crate::ports::store::{ClaimedEvent, EventProgress, StoreError};
use crate::sharing::{Ancestry, Step};
use crate::values::{Actor, ClientId, ContactId, DocumentId, EmailAddress, FirmId, FolderId, GrantId, NodeId};

/// An upload whose recipients are worked out.
pub(super) struct Upload {
    pub(super) firm: FirmId,
    pub(super) client: ClientId,
    /// The folders in which it lay when it was uploaded, the nearest first.
    pub(super) path: Vec<FolderId>,
    pub(super) document: DocumentId,
    /// The grant by which it was shared in the same go.
    pub(super) shared: Option<GrantId>,
}

/// Where a document lies, as far as the contacts of one page are concerned.
struct Places {
    now: Ancestry,
    /// Where it lay when it was uploaded, with the grants of now; nowhere, when a folder of that is gone.
    then: Option<Ancestry>,
}

impl Upload {
    pub(super) async fn work_out(&self, engine: &Engine, claim: &ClaimedEvent) -> Result<WorkedOut, Error> {
        let happened = &claim.happened;
        let Some(firm) = engine.store.firm(self.firm).await? else { return Ok(NOBODY) };
        let by_contact = matches!(happened.actor, Actor::Contact(_));
        if by_contact && !firm.settings.contacts_hear_of_uploads {
            let lies = self.places(engine, &[]).await?.is_some();
            let messages = if lies { self.to_team(engine, happened, &firm.settings).await? } else { Vec::new() };
            return Ok((messages, EventProgress::Done));
        }
        let page = contacts(engine, self.firm, self.client, claim.cursor.clone()).await?;
        let Some(places) = self.places(engine, &ids(&page)).await? else { return Ok(NOBODY) };
        let first = by_contact && claim.cursor.is_none();
        let mut messages = if first { self.to_team(engine, happened, &firm.settings).await? } else { Vec::new() };
        if let Some(then) = &places.then {
            let address = address_of(engine, self.firm, happened.actor).await?;
            let readers = Readers::of(engine, self.firm, page.items).await?;
            let occasion = self.occasion(engine, happened, MailKind::NewDocuments, address.as_ref());
            // A move tells nobody: who is told heard of it where it was uploaded, and sees it where it lies.
            let told = |reader| match told_of_upload(reader, then, self.shared, occasion.now) {
                told if told.often().is_some() => told_of_upload(reader, &places.now, self.shared, occasion.now),
                why_not => why_not,
            };
            messages.extend(occasion.to_contacts(&firm.settings, readers.iter(), told));
        }
        Ok((messages, progress(page.next)))
    }

    async fn to_team(
        &self,
        engine: &Engine,
        happened: &Happened,
        settings: &FirmSettings,
    ) -> Result<Vec<NewMessage>, Error> {
        let address = address_of(engine, self.firm, happened.actor).await?;
        let team = team(engine, self.firm, self.client).await?;
        let people: Vec<Addressee> = team.members.iter().map(|member| Addressee::Member(member.id)).collect();
        let mailings = mailings_of(engine, self.firm, &people).await?;
        let often = |member| {
            let mailing = mailings.get(&Addressee::Member(member));
            mailing.map_or(Frequency::AtOnce, |mailing| mailing.often(Topic::ClientUploaded))
        };
        let occasion = self.occasion(engine, happened, MailKind::ClientUploaded, address.as_ref());
        Ok(occasion.to_team(settings, &team, often))
    }

    /// Where the document lies and lay; `None` when it is gone.
    async fn places(&self, engine: &Engine, contacts: &[ContactId]) -> Result<Option<Places>, StoreError> {
        let found = engine.store.ancestries(self.firm, &[self.document.into()], contacts).await?.pop();
        let Some(now) = found.filter(|found| !found.trashed()) else { return Ok(None) };
        let path = self.path.iter().copied();
        let then = if now.folders().eq(path) { Some(now.clone()) } else { self.then(engine, &now, contacts).await? };
        Ok(Some(Places { now, then }))
    }

    /// Where the document lay: the folders of then, wherever these lie now.
    async fn then(
        &self,
        engine: &Engine,
        now: &Ancestry,
        contacts: &[ContactId],
    ) -> Result<Option<Ancestry>, StoreError> {
        let path: Vec<NodeId> = self.path.iter().map(|folder| (*folder).into()).collect();
        let found = engine.store.ancestries(self.firm, &path, contacts).await?;
        let own_step = |node| found.iter().filter_map(Ancestry::node).find(|step| step.node == node).cloned();
        let above: Option<Vec<Step>> = path.into_iter().map(own_step).collect();
        Ok(above.map(|above| now.at(above)))
    }

    fn occasion<'a>(
        &self,
        engine: &Engine,
        happened: &'a Happened,
        kind: MailKind,
        actor_address: Option<&'a EmailAddress>,
    ) -> Occasion<'a> {
        let (client, folder) = (Some(self.client), self.path.first().copied());
        let (batch, now) = (Some(engine.timing.uploads), engine.clock.now());
        Occasion { firm: self.firm, client, happened, kind, folder, batch, actor_address, now }
    }
}
