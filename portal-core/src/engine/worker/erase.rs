//! Taking what named an erased contact from everywhere else: what happened, the delivery ledger, and their login.
//!
//! A page at a time, and every step may be run again: an address is looked after before the text is erased that tells it.

use std::collections::BTreeSet;

use super::follow_contact;
use crate::change::{Context, Decision, Versioned};
use crate::directory;
use crate::engine::caller::{Unguarded, WorkerCaller};
use crate::engine::run::{Operate, run};
use crate::engine::{Engine, Error, Operation};
use crate::event::{Event, Keyspace};
use crate::identity::{Login, Session, address_key, erase_login};
use crate::notifications::{Message, MessageState};
use crate::ports::store::EventProgress;
use crate::record::Whole;
use crate::values::{AddressKey, ClientId, ContactId, Cursor, EmailAddress, EventId, FirmId, MessageId, PageRequest};

/// How many events or messages are gone through at once.
const AT_ONCE: usize = 100;
/// What leads a cursor in the ledger, and one in what happened.
const LEDGER: char = 'l';
const HISTORY: char = 'h';

/// A contact who was erased.
pub(super) struct Erased {
    pub(super) firm: FirmId,
    pub(super) client: ClientId,
    pub(super) contact: ContactId,
}

impl Erased {
    /// One page of the work: first the ledger, then what happened, as far back as the client has been there.
    pub(super) async fn work_out(&self, engine: &Engine, cursor: Option<&Cursor>) -> Result<EventProgress, Error> {
        let cursor = cursor.map(Cursor::as_str).unwrap_or_default();
        let page = |led: char| {
            let after = cursor.strip_prefix(led).filter(|after| !after.is_empty()).map(Cursor::new);
            PageRequest::first(AT_ONCE).after(after)
        };
        let next = |led: char, next: Option<Cursor>| next.map(|next| format!("{led}{}", next.as_str()));
        let next = if cursor.starts_with(HISTORY) {
            next(HISTORY, self.history(engine, &page(HISTORY)).await?)
        } else {
            follow_contact(engine, self.firm, self.contact).await?;
            Some(next(LEDGER, self.ledger(engine, &page(LEDGER)).await?).unwrap_or_else(|| HISTORY.to_string()))
        };
        Ok(next.map_or(EventProgress::Done, |next| EventProgress::More(Cursor::new(next))))
    }

    /// A page of the messages to them. What waits for somebody else who reads mail at the same address stays theirs.
    async fn ledger(&self, engine: &Engine, page: &PageRequest) -> Result<Option<Cursor>, Error> {
        let page = engine.store.deliveries_to(self.firm, self.contact, page).await?;
        let waiting = page.items.iter().filter(|message| message.state == MessageState::Waiting);
        let addresses: BTreeSet<&EmailAddress> = waiting.map(|message| &message.address).collect();
        let mut others = BTreeSet::new();
        for address in addresses {
            if !engine.store.contacts_by_email(self.firm, address).await?.is_empty() {
                others.insert(address);
            }
        }
        let theirs = |it: &&Message| it.state != MessageState::Waiting || !others.contains(&it.address);
        let messages: Vec<MessageId> = page.items.iter().filter(theirs).map(|message| message.id).collect();
        engine.store.erase_messages(Keyspace::Firm(self.firm), &messages).await?;
        Ok(page.next)
    }

    /// A page of what happened at the client: every address that they ever had is told there.
    async fn history(&self, engine: &Engine, page: &PageRequest) -> Result<Option<Cursor>, Error> {
        let page = engine.store.activity(self.firm, self.client, page).await?;
        let (mut events, mut addresses) = (Vec::<EventId>::new(), BTreeSet::new());
        for happened in &page.items {
            let Event::Directory(event) = &happened.event else { continue };
            if !event.names(self.contact) {
                continue;
            }
            events.push(happened.id);
            if let directory::Event::ContactAdded { email, .. } | directory::Event::ContactChanged { email, .. } = event
            {
                let text = email.as_ref().and_then(|email| email.text());
                addresses.extend(text.and_then(|text| EmailAddress::new(text).ok()));
            }
        }
        for address in addresses {
            forget_login(engine, &address).await?;
        }
        engine.store.erase_notes(Keyspace::Firm(self.firm), Some(&events)).await?;
        Ok(page.next)
    }
}

/// Erases the login of an address, and what was noted and mailed of its signing in, unless the address reaches somebody still, at
/// whatever firm: then it is not one firm's to erase.
async fn forget_login(engine: &Engine, address: &EmailAddress) -> Result<(), Error> {
    let key = engine.keys.link_key().await?;
    let address = address_key(&key, address);
    if !engine.store.reached(address).await?.is_empty() {
        return Ok(());
    }
    let login = engine.store.login_by_address(address).await?.map(|login| login.id);
    let asked = Keyspace::Address(address);
    let mails: Vec<MessageId> = engine.store.messages(asked, None).await?.iter().map(|mail| mail.id).collect();
    engine.store.erase_messages(asked, &mails).await?;
    engine.store.erase_notes(asked, None).await?;
    if let Some(login) = login {
        let keyspace = Keyspace::Login(login);
        run(engine, &WorkerCaller { keyspace }, None, &EraseLogin { address }).await?;
        engine.store.erase_notes(keyspace, None).await?;
    }
    Ok(())
}

#[derive(serde::Serialize)]
struct EraseLogin {
    address: AddressKey,
}

impl Operate for EraseLogin {
    const OPERATION: Operation = Operation::WorkerStep;
    type By = WorkerCaller;
    type Loaded = Option<(Versioned<Login>, Vec<Versioned<Session>>)>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Self::Loaded, Error> {
        let Some(login) = engine.store.login_by_address(self.address).await? else { return Ok(None) };
        let sessions = engine.store.all_sessions(login.id).await?;
        Ok(Some((login, sessions)))
    }

    fn decide(&self, _: &Unguarded, found: &Self::Loaded, _: &Context) -> Result<Decision<Whole>, Error> {
        let erased = found.as_ref().map(|(login, sessions)| erase_login(login, sessions).lift());
        Ok(erased.unwrap_or_else(|| Decision::nothing(())))
    }
}
