//! A request as every page looks at it: what its browser holds, and where it comes from.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use portal_core::identity::BrowserToken;
use portal_core::values::Timestamp;

use super::carried::{CARRIED, Carried, STAFF_WANTED, staff_wanted};
use super::sorts::{SORTS, Sorts};
use crate::app::App;
use crate::security::cookies::HostCookie;
use crate::security::headers::Nonce;
use crate::security::requests::source;
use crate::views::{Hidden, PlainFrame};

/// The session of somebody signed in as a client's contact.
pub(crate) const SESSION: HostCookie = HostCookie::new("__Host-portal-session");
/// The session of a team member.
pub(crate) const STAFF: HostCookie = HostCookie::new("__Host-portal-staff");
/// What a browser is known by before there is a session.
pub(crate) const BROWSER: HostCookie = HostCookie::new("__Host-portal-browser");

/// The other end of the connection, which the server notes on each request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Peer(pub(crate) SocketAddr);

/// A request as every page looks at it.
#[derive(Clone)]
pub(crate) struct Visit {
    pub(crate) app: App,
    pub(crate) source: IpAddr,
    pub(crate) device: String,
    pub(crate) browser: Option<BrowserToken>,
    pub(crate) session: Option<String>,
    pub(crate) staff: Option<String>,
    /// The page of the team's that was wanted before one signed in.
    pub(crate) staff_wanted: Option<String>,
    pub(crate) carried: Carried,
    /// How they like their lists sorted.
    pub(crate) sorts: Sorts,
    pub(crate) path: String,
    /// The path with its query.
    pub(crate) here: String,
    /// The nonce of the answer, which also names this showing of its forms.
    pub(crate) page: String,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let headers = &parts.headers;
        let text = |cookie: HostCookie| cookie.read(headers).map(str::to_owned);
        let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
        let peer = parts.extensions.get::<Peer>().map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip());
        Ok(Self {
            app: app.clone(),
            source: source(headers, peer, app.proxies),
            device: agent.chars().take(200).collect(),
            browser: BROWSER.read(headers).and_then(|token| token.parse().ok()),
            session: text(SESSION),
            staff: text(STAFF),
            staff_wanted: STAFF_WANTED.read(headers).and_then(staff_wanted),
            carried: CARRIED.read(headers).map(Carried::read).unwrap_or_default(),
            sorts: SORTS.read(headers).map(Sorts::read).unwrap_or_default(),
            path: parts.uri.path().to_owned(),
            here: parts.uri.path_and_query().map_or("/", |whole| whole.as_str()).to_owned(),
            page: parts.extensions.get::<Nonce>().map(|nonce| nonce.as_str().to_owned()).unwrap_or_default(),
        })
    }
}

impl Visit {
    /// The server's time.
    pub(crate) fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// The token for the forms of this page, shown to whoever holds `cookie`.
    pub(crate) fn token(&self, cookie: &str) -> Hidden {
        Hidden::new(self.app.tokens.token(cookie, &self.page))
    }

    /// The frame of a page without forms.
    pub(crate) fn bare_frame(&self) -> PlainFrame {
        PlainFrame {
            firm: None,
            csrf: Hidden::new(""),
            nonce: self.page.clone(),
            flash: self.carried.flash.clone(),
            now: self.now(),
        }
    }
}
