//! Who would be told, shown before it happens: by the very rules by which it happens.

use super::expand::team;
use super::readers::Readers;
use crate::engine::{Engine, Error};
use crate::notifications::{TeamTold, Told, would_be_told};
use crate::sharing::{Ancestry, Audience, ShareRequest};
use crate::values::{ClientId, ContactId, DisplayName, EmailAddress, FirmId, PageRequest};

/// How many contacts are named at most; more would not be read by whoever is about to share.
const NAMED: usize = 1_000;

/// Who would be emailed of a share, and who not and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WhoIsTold {
    /// The contacts of the audience, by id.
    pub contacts: Vec<ToldRow>,
    /// Whether there are more contacts than are named here.
    pub more: bool,
}

impl WhoIsTold {
    /// Those who would be emailed, at once or with the next daily or weekly mail. Several who read one mailbox are each named, and that mailbox gets one mail.
    pub fn by_mail(&self) -> impl Iterator<Item = &ToldRow> {
        self.contacts.iter().filter(|row| row.told.is_mailed())
    }

    /// Those who would not, each with the reason.
    pub fn not_by_mail(&self) -> impl Iterator<Item = &ToldRow> {
        self.contacts.iter().filter(|row| !row.told.is_mailed())
    }
}

/// One contact, and whether they would be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToldRow {
    /// The contact.
    pub contact: ContactId,
    /// Their name.
    pub name: DisplayName,
    /// Where they are reached, once known.
    pub email: Option<EmailAddress>,
    /// Whether they would be told, and if not, why.
    pub told: Told,
}

/// Who would be told if whoever reads mail at `by` shared the node as `request` says.
pub(crate) async fn who_is_told(
    engine: &Engine,
    firm: FirmId,
    client: ClientId,
    ancestry: &Ancestry,
    request: &ShareRequest,
    by: &EmailAddress,
) -> Result<WhoIsTold, Error> {
    let now = engine.clock.now();
    let mut who = WhoIsTold::default();
    let mut after = None;
    loop {
        let (items, next) = match request.audience {
            Audience::Contact(contact) => {
                (engine.store.contact(firm, &contact.into()).await?.into_iter().collect(), None)
            }
            Audience::AllContacts => {
                let page = PageRequest::first(PageRequest::MAX_LIMIT).after(after);
                let page = engine.store.contacts(firm, client, &page).await?;
                (page.items, page.next)
            }
        };
        let readers = Readers::of(engine, firm, items).await?;
        who.contacts.extend(readers.iter().filter(|reader| reader.contact.client == client).map(|reader| ToldRow {
            contact: reader.contact.id,
            name: reader.contact.name.clone(),
            email: reader.contact.email.clone(),
            told: would_be_told(reader, request, ancestry, by, now),
        }));
        who.more = next.is_some();
        after = next;
        if after.is_none() || who.contacts.len() >= NAMED {
            return Ok(who);
        }
    }
}

/// Who of the team is told when the client uploads.
pub(crate) async fn who_of_the_team(engine: &Engine, firm: FirmId, client: ClientId) -> Result<TeamTold, Error> {
    Ok(team(engine, firm, client).await?)
}
