//! Turning a kind of mail off by the link in it, and on again: no session, and nothing told of anybody else (RFC 8058).

use std::time::Duration;

use super::Visitor;
use crate::change::{Context, Decision};
use crate::directory::{Addressee, DirectoryRefusal, MOST_ON_AGAIN, Topic};
use crate::engine::caller::{Caller, Unguarded};
use crate::engine::mailing::Mailbox;
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, FirmFace, Operation, Right};
use crate::event::{Happened, Keyspace};
use crate::notifications::UnsubscribeToken;
use crate::record::Whole;
use crate::values::{Actor, EmailAddress, FirmId, PageRequest};

/// What an unsubscribe link is about, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribeView {
    /// The firm whose mail it is.
    pub firm: FirmFace,
    /// The kind of mail.
    pub topic: Topic,
    /// Whether it is turned off already.
    pub off: bool,
    /// Whether it was the link that turned it off, which can take that back.
    pub can_be_on_again: bool,
}

impl Visitor {
    /// What an unsubscribe link is about. Looking changes nothing, however often it is done.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) for a token that is of no mail of this firm, of one to an
    /// address that is another by now, or too old: which of these it is, is not told.
    pub async fn unsubscribe_page(&self, firm: FirmId, token: &UnsubscribeToken) -> Result<UnsubscribeView, Error> {
        LinkHolder { firm }.authorize(&self.engine, Operation::LookAtUnsubscribe).await?;
        let mailbox = proven(&self.engine, firm, token).await?;
        let face = self.access_page(firm).await?;
        let topic = token.topic();
        let (off, can_be_on_again) = (mailbox.all_off(topic), mailbox.can_be_on_again(topic));
        Ok(UnsubscribeView { firm: face, topic, off, can_be_on_again })
    }

    /// Turns the kind of mail off that the token is of, for all who read the mailbox that it went to. Off already, nothing
    /// happens.
    ///
    /// # Errors
    /// Awaiting it: as for [`Self::unsubscribe_page`].
    pub fn unsubscribe(&self, firm: FirmId, token: &UnsubscribeToken) -> Call<()> {
        self.by_link(firm, token, false)
    }

    /// Takes back what such a link did, and nothing else: it goes as often as it did before. What somebody turned off themselves,
    /// or chose since, stays.
    ///
    /// # Errors
    /// Awaiting it: as for [`Self::unsubscribe_page`]; and [`DirectoryRefusal::OnAgainTooOften`] after ten times within a day.
    pub fn subscribe_again(&self, firm: FirmId, token: &UnsubscribeToken) -> Call<()> {
        self.by_link(firm, token, true)
    }

    fn by_link(&self, firm: FirmId, token: &UnsubscribeToken, on: bool) -> Call<()> {
        let unsubscribe = Unsubscribe { firm, token: token.clone(), of: token.expose(), on };
        Call::plain(self.engine.clone(), LinkHolder { firm }, unsubscribe)
    }
}

/// Whoever holds a link of a mail of this firm; which one, the operation looks at.
#[derive(Debug, Clone, Copy)]
struct LinkHolder {
    firm: FirmId,
}

impl Caller for LinkHolder {
    type Authority = Unguarded;

    fn actor(&self) -> Actor {
        Actor::Visitor
    }

    fn keyspace(&self) -> Keyspace {
        Keyspace::Firm(self.firm)
    }

    async fn authorize(&self, _engine: &Engine, operation: Operation) -> Result<Unguarded, Error> {
        Unguarded::of(Right::Visitor, operation)
    }
}

/// Those who read the mailbox that a token's mail went to.
async fn proven(engine: &Engine, firm: FirmId, token: &UnsubscribeToken) -> Result<Mailbox, Error> {
    let address: Option<EmailAddress> = match token.addressee() {
        Addressee::Contact(contact) => {
            let found = engine.store.contact(firm, &contact.into()).await?;
            found.and_then(|read| read.contact.value.email)
        }
        Addressee::Member(member) => {
            let found = engine.store.member(firm, &member.into()).await?;
            found.filter(|member| member.removed_at.is_none()).map(|member| member.value.email)
        }
    };
    let key = engine.keys.link_key().await?;
    let genuine = |address: &EmailAddress| token.is_genuine(&key, firm, address, engine.clock.now());
    let address = address.filter(genuine).ok_or(Error::NotFound)?;
    match token.addressee() {
        Addressee::Contact(_) => Mailbox::load(engine, firm, &address).await,
        Addressee::Member(member) => Mailbox::of_member(engine, firm, member, &address).await,
    }
}

#[derive(serde::Serialize)]
struct Unsubscribe {
    firm: FirmId,
    #[serde(skip)]
    token: UnsubscribeToken,
    of: String,
    on: bool,
}

/// How far back in what happened it is looked for that mail was turned off and on.
const LOOKED_AT: usize = 200;
const WITHIN: Duration = Duration::from_secs(24 * 60 * 60);

impl Operate for Unsubscribe {
    const OPERATION: Operation = Operation::Unsubscribe;
    type By = LinkHolder;
    /// Who reads the mailbox; and what happened there last, where it is turned on again.
    type Loaded = (Mailbox, Vec<Happened>);
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Self::Loaded, Error> {
        let mailbox = proven(engine, self.firm, &self.token).await?;
        let page = PageRequest::first(LOOKED_AT);
        let last = match self.token.addressee() {
            _ if !self.on => Vec::new(),
            Addressee::Member(_) => engine.store.firm_activity(self.firm, &page).await?.items,
            Addressee::Contact(contact) => match engine.store.contact(self.firm, &contact.into()).await? {
                Some(read) => engine.store.activity(self.firm, read.contact.client, &page).await?.items,
                None => Vec::new(),
            },
        };
        Ok((mailbox, last))
    }

    fn decide(
        &self,
        _: &Unguarded,
        (mailbox, last): &Self::Loaded,
        context: &Context,
    ) -> Result<Decision<Whole>, Error> {
        if !self.on {
            return mailbox.turn_off(self.token.topic());
        }
        let by_link = |it: &&Happened| mailbox.chosen_by_link(it) && context.now.since(it.at) < WITHIN;
        // Each time is two: off and on.
        if last.iter().filter(by_link).count() >= 2 * MOST_ON_AGAIN {
            return Err(DirectoryRefusal::OnAgainTooOften.into());
        }
        Ok(mailbox.turn_on_again(self.token.topic()))
    }
}
