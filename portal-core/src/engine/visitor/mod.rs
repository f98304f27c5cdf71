//! Nobody yet: the access page, asking for a sign-in mail, and signing in.
//!
//! Everything here answers alike for addresses that a firm knows and for those that it does not: nothing reads the directory
//! but for the firm's own face.

mod ask;
mod redeem;
mod unsubscribe;

use std::sync::Arc;

pub use redeem::{LinkView, NewSession, Redeem};
pub use unsubscribe::UnsubscribeView;

use super::call::{Call, Plain};
use super::caller::{Caller as _, VisitorCaller};
use super::logos::{LogoImage, logo_of};
use super::{Engine, Error, Operation};
use crate::directory::{Firm, Logo};
use crate::identity::{Asked, BrowserToken, Means, Source};
use crate::values::{AddressKey, AttemptId, Color, DisplayName, EmailAddress, FirmId, FirmRef, Id as _, Secret};

/// Somebody who is not signed in.
#[derive(Debug, Clone)]
pub struct Visitor {
    engine: Arc<Engine>,
    source: Source,
}

/// How a firm shows itself on its access page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirmFace {
    /// The firm.
    pub id: FirmId,
    /// Its name.
    pub name: DisplayName,
    /// Its colour.
    pub color: Color,
    /// Its logo, if it shows one: [`Visitor::logo`] reads it.
    pub logo: Option<Logo>,
}

impl Visitor {
    pub(super) fn new(engine: Arc<Engine>, source: Source) -> Self {
        Self { engine, source }
    }

    /// How a firm shows itself, by either id.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when there is no such firm.
    pub async fn access_page(&self, firm: impl Into<FirmRef> + Send) -> Result<FirmFace, Error> {
        self.nobody_yet().authorize(&self.engine, Operation::AccessPage).await?;
        let firm = self.firm(firm.into()).await?;
        let logo = firm.logo().cloned();
        Ok(FirmFace { id: firm.id, name: firm.name, color: firm.settings.color, logo })
    }

    /// The logo that a firm shows: on its access page as everywhere.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when there is no such firm, or it shows none.
    pub async fn logo(&self, firm: impl Into<FirmRef> + Send) -> Result<LogoImage, Error> {
        self.nobody_yet().authorize(&self.engine, Operation::ReadLogo).await?;
        let firm = self.firm(firm.into()).await?;
        logo_of(&self.engine, &firm).await?.ok_or(Error::NotFound)
    }

    async fn firm(&self, firm: FirmRef) -> Result<Firm, Error> {
        let found = match firm {
            FirmRef::Id(id) => self.engine.store.firm(id).await?,
            FirmRef::External(id) => self.engine.store.firm_by_external_id(&id).await?,
        };
        Ok(found.ok_or(Error::NotFound)?.value)
    }

    /// A new token for a browser that came to an access page without one. It goes into a cookie, and link and code work
    /// together with it alone.
    ///
    /// # Errors
    /// [`ErrorKind::Unavailable`](super::ErrorKind::Unavailable) when there is no randomness to be had.
    pub fn browser_token(&self) -> Result<BrowserToken, Error> {
        Ok(BrowserToken::new(self.engine.entropy.draw()?))
    }

    /// Asks for a mail with a link and a code to sign in at a firm. The answer is the same whether or not the firm knows
    /// the address, and whether or not there was too much asking.
    ///
    /// A key given with [`Call::command`], such as a number in the form, is this browser's own: another browser's same key
    /// is another.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](super::ErrorKind::NotFound) when there is no such firm.
    pub fn ask(&self, firm: FirmId, email: EmailAddress, browser: &BrowserToken) -> Call<Asked> {
        let ask = ask::Ask { firm, email, browser: browser.digest(), source: self.source };
        Call::with(self.engine.clone(), Plain::new(ask))
    }

    /// What a sign-in link can do where it was opened. Looking uses nothing up, however often it is done.
    ///
    /// # Errors
    /// When something that is needed cannot be reached. A link that is no good is [`LinkView::Gone`].
    pub async fn link(
        &self,
        address: AddressKey,
        attempt: AttemptId,
        secret: &str,
        browser: Option<&BrowserToken>,
    ) -> Result<LinkView, Error> {
        VisitorCaller { address }.authorize(&self.engine, Operation::LookAtLink).await?;
        redeem::look(&self.engine, address, attempt, Secret::new(secret), browser).await
    }

    /// Signs in by the link, in the browser that asked. `device` is what the browser says it is, for the list of sessions.
    ///
    /// A key given with [`Call::command`] changes nothing: a link or code is used once in any case, and what it gave is not
    /// given again.
    ///
    /// # Errors
    /// Awaiting it: [`IdentityRefusal`](crate::identity::IdentityRefusal).
    pub fn redeem_link(
        &self,
        address: AddressKey,
        attempt: AttemptId,
        secret: &str,
        browser: &BrowserToken,
        device: &str,
    ) -> Call<NewSession, Redeem> {
        self.redeem(address, attempt, (Means::Link, secret), browser, device)
    }

    /// Signs in by the code, typed in the browser that asked. Spaces and dashes in it do not matter.
    ///
    /// # Errors
    /// As for [`Self::redeem_link`]; a wrong code is [`IdentityRefusal::WrongCode`](crate::identity::IdentityRefusal::WrongCode).
    pub fn redeem_code(
        &self,
        address: AddressKey,
        attempt: AttemptId,
        code: &str,
        browser: &BrowserToken,
        device: &str,
    ) -> Call<NewSession, Redeem> {
        self.redeem(address, attempt, (Means::Code, code), browser, device)
    }

    fn redeem(
        &self,
        address: AddressKey,
        attempt: AttemptId,
        (means, answer): (Means, &str),
        browser: &BrowserToken,
        device: &str,
    ) -> Call<NewSession, Redeem> {
        let redeem = Redeem {
            address,
            attempt,
            means,
            answer: Secret::new(answer),
            browser: browser.digest(),
            source: self.source,
            device: device.to_owned(),
            replaced: None,
        };
        Call::with(self.engine.clone(), redeem)
    }

    fn nobody_yet(&self) -> VisitorCaller {
        VisitorCaller { address: AddressKey::from_u128(0) }
    }
}
