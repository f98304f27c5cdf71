//! Who asks: found from cookies and the path anew at each request, before anything else of it is looked at.

use std::str::FromStr;

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use portal_core::directory::{Firm, Member};
use portal_core::identity::{BrowserToken, SessionToken};
use portal_core::values::{FirmId, FirmRef};
use portal_core::{ContactHandle, ContactMe, FirmFace, SignedIn, Staff, Visitor};

use super::problem::Problem;
use super::visit::Visit;
use crate::app::App;
use crate::views;

/// Somebody whose forms carry a token made for a cookie of theirs.
pub(crate) trait Holder {
    /// The value of that cookie; without one no form of theirs is taken.
    fn cookie(&self) -> Option<&str>;
}

/// A part of the path by its name in the route.
pub(crate) async fn parameter(parts: &mut Parts, name: &str) -> Option<String> {
    let found = RawPathParams::from_request_parts(parts, &()).await.ok()?;
    found.iter().find(|(key, _)| *key == name).map(|(_, value)| value.to_owned())
}

/// A part of the path, read as an id. What is no id is not there.
pub(crate) async fn id<T: FromStr>(parts: &mut Parts, name: &str) -> Result<T, Problem> {
    parameter(parts, name).await.and_then(|text| text.parse().ok()).ok_or(Problem::NotFound)
}

/// A firm as addresses write it: its id, or the host's own.
pub(crate) fn firm_of(text: &str) -> Result<FirmRef, Problem> {
    match text.parse::<FirmId>() {
        Ok(id) => Ok(id.into()),
        Err(_) => FirmRef::external(text).map_err(|_| Problem::NotFound),
    }
}

/// Anybody with a browser, who may hold a browser cookie or not yet.
#[derive(Clone)]
pub(crate) struct Anybody {
    pub(crate) visit: Visit,
    pub(crate) browser: BrowserToken,
    /// Whether the browser does not hold the token yet, so that the answer has to set it.
    pub(crate) fresh: bool,
    cookie: String,
}

impl FromRequestParts<App> for Anybody {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let held = visit.browser.clone();
        let fresh = held.is_none();
        let browser = match held {
            Some(browser) => browser,
            None => visitor(&visit).browser_token()?,
        };
        Ok(Self { cookie: browser.expose(), visit, browser, fresh })
    }
}

impl Holder for Anybody {
    fn cookie(&self) -> Option<&str> {
        (!self.fresh).then_some(&self.cookie)
    }
}

impl Anybody {
    /// The token for forms of the page that is shown now, which also sets the cookie if it has to.
    pub(crate) fn token(&self) -> views::Hidden {
        self.visit.token(&self.cookie)
    }

    /// Them, before they are signed in.
    pub(crate) fn visitor(&self) -> Visitor {
        visitor(&self.visit)
    }

    /// The value of the browser cookie.
    pub(crate) fn browser_cookie(&self) -> &str {
        &self.cookie
    }
}

fn visitor(visit: &Visit) -> Visitor {
    visit.app.portal.visitor(visit.source)
}

/// Somebody at a firm's access page.
#[derive(Clone)]
pub(crate) struct AtFirm {
    pub(crate) anybody: Anybody,
    pub(crate) visitor: Visitor,
    pub(crate) firm: FirmFace,
    /// The firm as the address writes it.
    pub(crate) address: String,
}

impl FromRequestParts<App> for AtFirm {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let anybody = Anybody::from_request_parts(parts, app).await?;
        let address = parameter(parts, "firm").await.ok_or(Problem::NotFound)?;
        let visitor = visitor(&anybody.visit);
        let firm = visitor.access_page(firm_of(&address)?).await?;
        Ok(Self { anybody, visitor, firm, address })
    }
}

impl Holder for AtFirm {
    fn cookie(&self) -> Option<&str> {
        self.anybody.cookie()
    }
}

/// Somebody signed in, at a firm's pages, before they said as which contact.
#[derive(Clone)]
pub(crate) struct Person {
    pub(crate) visit: Visit,
    pub(crate) signed_in: SignedIn,
    pub(crate) firm: FirmFace,
    pub(crate) address: String,
    cookie: String,
}

impl FromRequestParts<App> for Person {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let address = parameter(parts, "firm").await.ok_or(Problem::NotFound)?;
        let firm = visitor(&visit).access_page(firm_of(&address)?).await?;
        let (cookie, token) = session(&visit)?;
        let signed_in = app.portal.signed_in(&token).await?;
        Ok(Self { visit, signed_in, firm, address, cookie })
    }
}

impl Holder for Person {
    fn cookie(&self) -> Option<&str> {
        Some(&self.cookie)
    }
}

fn session(visit: &Visit) -> Result<(String, SessionToken), Problem> {
    let cookie = visit.session.clone().ok_or(Problem::SignedOut)?;
    let token = cookie.parse().map_err(|_| Problem::SignedOut)?;
    Ok((cookie, token))
}

/// A client's contact, at a firm's pages.
#[derive(Clone)]
pub(crate) struct AsContact {
    pub(crate) visit: Visit,
    pub(crate) contact: ContactHandle,
    pub(crate) me: ContactMe,
    pub(crate) token: SessionToken,
    pub(crate) address: String,
    cookie: String,
}

impl FromRequestParts<App> for AsContact {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let address = parameter(parts, "firm").await.ok_or(Problem::NotFound)?;
        let firm = firm_of(&address)?;
        let (cookie, token) = session(&visit)?;
        let contact = id(parts, "contact").await?;
        let contact = app.portal.contact(&token, contact).await?;
        let me = contact.me().await?;
        let here = match &firm {
            FirmRef::Id(id) => *id == me.firm.id,
            FirmRef::External(id) => Some(id) == me.firm.external_id.as_ref(),
        };
        if here { Ok(Self { visit, contact, me, token, address, cookie }) } else { Err(Problem::NotFound) }
    }
}

impl Holder for AsContact {
    fn cookie(&self) -> Option<&str> {
        Some(&self.cookie)
    }
}

/// A team member.
#[derive(Clone)]
pub(crate) struct AsStaff {
    pub(crate) visit: Visit,
    pub(crate) staff: Staff,
    pub(crate) me: Member,
    pub(crate) firm: Firm,
    pub(crate) cookie: String,
}

impl FromRequestParts<App> for AsStaff {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let Ok(visit) = Visit::from_request_parts(parts, app).await;
        let cookie = visit.staff.clone().ok_or(Problem::SignedOut)?;
        let session = app.staff_login.session(&cookie).await?.ok_or(Problem::SignedOut)?;
        let signed_out = |error: portal_core::Error| match error {
            portal_core::Error::NotFound | portal_core::Error::Denied => Problem::SignedOut,
            error => error.into(),
        };
        let staff = app.portal.staff(session.firm, session.member).await.map_err(signed_out)?;
        let me = staff.me().await.map_err(signed_out)?;
        let firm = staff.firm().await.map_err(signed_out)?;
        Ok(Self { visit, staff, me, firm, cookie })
    }
}

impl Holder for AsStaff {
    fn cookie(&self) -> Option<&str> {
        Some(&self.cookie)
    }
}

/// How addresses write a firm: the host's own id where it can stand in one, and else the portal's.
pub(crate) fn firm_address(firm: &Firm) -> String {
    let plain = |id: &str| id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    let external = firm.external_id.as_ref().map(|id| id.as_str()).filter(|id| plain(id));
    external.map_or_else(|| firm.id.to_string(), str::to_owned)
}
