//! Turning a kind of mail off by the link in it, and on again: no session, and nothing told of anybody else (RFC 8058).

use super::Visitor;
use crate::change::{Context, Decision};
use crate::directory::{Addressee, Frequency, MailingChange, Topic};
use crate::engine::caller::{Caller, Unguarded};
use crate::engine::mailing::Mailbox;
use crate::engine::run::Operate;
use crate::engine::{Call, Engine, Error, FirmFace, Operation, Right};
use crate::event::Keyspace;
use crate::notifications::UnsubscribeToken;
use crate::record::Whole;
use crate::values::{Actor, EmailAddress, FirmId};

/// What an unsubscribe link is about, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsubscribeView {
    /// The firm whose mail it is.
    pub firm: FirmFace,
    /// The kind of mail.
    pub topic: Topic,
    /// Whether it is turned off already.
    pub off: bool,
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
        Ok(UnsubscribeView { firm: face, topic: token.topic(), off: mailbox.all_off(token.topic()) })
    }

    /// Turns the kind of mail off that the token is of, for all who read the mailbox that it went to. Off already, nothing
    /// happens.
    ///
    /// # Errors
    /// Awaiting it: as for [`Self::unsubscribe_page`].
    pub fn unsubscribe(&self, firm: FirmId, token: &UnsubscribeToken) -> Call<()> {
        self.choose(firm, token, Frequency::Off)
    }

    /// Takes that back: whoever of them has it turned off gets it at once again.
    ///
    /// # Errors
    /// Awaiting it: as for [`Self::unsubscribe_page`].
    pub fn subscribe_again(&self, firm: FirmId, token: &UnsubscribeToken) -> Call<()> {
        self.choose(firm, token, Frequency::AtOnce)
    }

    fn choose(&self, firm: FirmId, token: &UnsubscribeToken, often: Frequency) -> Call<()> {
        let unsubscribe = Unsubscribe { firm, token: token.clone(), of: token.expose(), often };
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
    often: Frequency,
}

impl Operate for Unsubscribe {
    const OPERATION: Operation = Operation::Unsubscribe;
    type By = LinkHolder;
    type Loaded = Mailbox;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &Unguarded) -> Result<Mailbox, Error> {
        proven(engine, self.firm, &self.token).await
    }

    fn decide(&self, _: &Unguarded, mailbox: &Mailbox, _: &Context) -> Result<Decision<Whole>, Error> {
        let topic = self.token.topic();
        let change = MailingChange::topic(topic, self.often);
        let concerned = |now: Frequency| self.often == Frequency::Off || now == Frequency::Off;
        mailbox.choose(topic, &change, concerned)
    }
}
