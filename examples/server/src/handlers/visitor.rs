//! Signing in as a client's contact: asking, the code, the link, and which portal to enter.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use portal_core::identity::IdentityRefusal;
use portal_core::values::{AddressKey, AttemptId, ContactId, DisplayName, EmailAddress, Timestamp};
use portal_core::{Error, LinkView, NewSession, PortalChoice, Refusal};

use crate::handlers::Asked;
use crate::security::cookies::Lifetime;
use crate::views::contact::{AccessPage, ChoosePage, CodePage, LinkGone, LinkHere, LinkTellsCode, PortalLine};
use crate::views::{Field, FirmFace, Flash, Hidden, paths};
use crate::web::actors::{Anybody, AtFirm, Person};
use crate::web::carried::{ASKING, Asking, WANTED, put, wanted};
use crate::web::pages::{Answer, go, go_saying, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::{Problem, refusal_sentence};
use crate::web::sign_in_log::note_contact;
use crate::web::visit::{BROWSER, SESSION};

/// How long a browser keeps what ties a sign-in to it.
const BROWSER_LIFE: Lifetime = Lifetime::For(std::time::Duration::from_secs(24 * 3600));

/// Gives the browser the token that its forms and its sign-in are tied to, if it does not hold one yet.
pub(crate) fn with_browser(anybody: &Anybody, mut response: Response) -> Response {
    if anybody.fresh {
        put(&mut response, BROWSER.set(anybody.browser_cookie(), BROWSER_LIFE).ok());
    }
    response
}

/// `GET /p/{firm}`: the access page; for somebody signed in the way to their portal.
pub(crate) async fn access(at: AtFirm, Cookies(cookies): Cookies) -> Answer {
    if signed_in(&at).await.is_some() {
        return go(&paths::choose(&at.address));
    }
    let reason = cookies.wanted.map(|_| "Sign in to see what was shared with you.".to_owned());
    let view = AccessPage { frame: at.frame(), email: Field::default(), reason };
    Ok(with_browser(&at.anybody, page(&view)?))
}

/// As whom this browser is signed in, if it is.
async fn signed_in(at: &AtFirm) -> Option<EmailAddress> {
    let session = at.anybody.visit.session.as_deref()?.parse().ok()?;
    at.anybody.visit.app.portal.signed_in(&session).await.ok()?.email().await.ok()
}

/// The form of the access page.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AskForm {
    email: String,
}

/// `POST /p/{firm}`: asks for a mail. What is answered does not depend on who is known.
pub(crate) async fn ask(posted: Posted<AtFirm, AskForm>) -> Answer {
    let Posted { actor: at, fields, command, .. } = posted;
    let Ok(email) = EmailAddress::new(&fields.email) else {
        let email = Field::refused(fields.email, "Type your whole email address, such as name@example.com.");
        return refused(&AccessPage { frame: at.frame(), email, reason: None });
    };
    let asked = at.visitor.ask(at.firm.id, email, &at.anybody.browser).command(command).await?;
    let mut response = go(&paths::code(&at.address))?;
    Asking::of(at.firm.id, asked).put(&mut response);
    Ok(response)
}

/// What a browser was handed while signing in.
pub(crate) struct Cookies(Handed);

pub(crate) struct Handed {
    asking: Option<Asking>,
    wanted: Option<String>,
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for Cookies {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<Self, std::convert::Infallible> {
        Ok(Self(Handed {
            asking: ASKING.read(&parts.headers).and_then(Asking::read),
            wanted: WANTED.read(&parts.headers).and_then(wanted),
        }))
    }
}

/// `GET /p/{firm}/code`: where the code is typed.
pub(crate) async fn code(at: AtFirm, Cookies(cookies): Cookies) -> Answer {
    match cookies.asking.filter(|asking| asking.firm == at.firm.id) {
        Some(asking) => page(&code_page(&at, &asking, Field::default(), false)),
        None => go(&paths::access(&at.address)),
    }
}

fn code_page(at: &AtFirm, asking: &Asking, code: Field, exhausted: bool) -> CodePage {
    let over = at.anybody.visit.now() >= asking.expires_at;
    let code = if over && code.error.is_none() {
        Field::refused("", "The code has run out. Ask for a new one.")
    } else {
        code
    };
    CodePage {
        frame: at.frame(),
        masked_email: asking.masked_email.clone(),
        expires_at: asking.expires_at,
        code,
        exhausted: exhausted || over,
    }
}

/// The form of the code page. It does not print what was typed.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CodeForm {
    code: String,
}

/// `POST /p/{firm}/code`.
pub(crate) async fn redeem_code(Cookies(cookies): Cookies, posted: Posted<AtFirm, CodeForm>) -> Answer {
    let Posted { actor: at, fields, .. } = posted;
    let Some(asking) = cookies.asking.filter(|asking| asking.firm == at.firm.id) else {
        return go(&paths::access(&at.address));
    };
    let Anybody { browser, visit, .. } = &at.anybody;
    let redeem = at.visitor.redeem_code(asking.address, asking.attempt, &fields.code, browser, &visit.device);
    let held = visit.session.as_deref().and_then(|session| session.parse().ok());
    let redeemed = redeem.replacing(held).await;
    note_contact(visit, "contact code", asking.address, &redeemed);
    match redeemed {
        Ok(session) => enter(&at, session, cookies.wanted).await,
        Err(Error::Refused(Refusal::Identity(refusal))) => {
            let (said, exhausted) = code_refused(refusal);
            refused(&code_page(&at, &asking, Field::refused(fields.code, said), exhausted))
        }
        Err(error) => Err(error.into()),
    }
}

/// What is said of a code that was refused, and whether no more of them are taken.
fn code_refused(refusal: IdentityRefusal) -> (String, bool) {
    match refusal {
        IdentityRefusal::WrongCode { tries_left: 0 } => {
            ("That code was typed wrong too often. Ask for a new one.".to_owned(), true)
        }
        IdentityRefusal::AttemptOver => {
            ("This code is over: it was used, or it ran out. Ask for a new one.".to_owned(), true)
        }
        IdentityRefusal::OtherBrowser => {
            ("This sign-in began in another browser. Type the code there, or ask for a new one here.".to_owned(), true)
        }
        IdentityRefusal::CodesPaused { .. } => (
            "Too many wrong codes were typed for this address. Use the link in the mail, or wait a while.".to_owned(),
            false,
        ),
        refusal => (refusal_sentence(refusal.into()), false),
    }
}

/// The parts of a sign-in link.
type LinkParts = (String, AddressKey, AttemptId, String);

/// `GET /p/{firm}/link/{address}/{attempt}/{secret}`: looking uses nothing up, whoever looks, however often.
pub(crate) async fn link(at: AtFirm, path: Result<Path<LinkParts>, axum::extract::rejection::PathRejection>) -> Answer {
    let Ok(Path((_, address, attempt, secret))) = path else { return gone(&at).await };
    let browser = Some(&at.anybody.browser).filter(|_| !at.anybody.fresh);
    match at.visitor.link(address, attempt, &secret, browser).await? {
        LinkView::SignIn => page(&LinkHere { frame: at.frame(), action: Hidden::new(at.anybody.visit.path.clone()) }),
        LinkView::ShowCode { code, expires_at } => page(&tells_code(&at, &code, expires_at)),
        LinkView::Gone => gone(&at).await,
    }
}

fn tells_code(at: &AtFirm, code: &portal_core::values::Secret, expires_at: Timestamp) -> LinkTellsCode {
    let code = Hidden::new(String::from_utf8_lossy(code.expose()));
    LinkTellsCode { frame: at.frame(), code, expires_at }
}

async fn gone(at: &AtFirm) -> Answer {
    let mut response = page(&LinkGone { frame: at.frame(), signed_in: signed_in(at).await })?;
    *response.status_mut() = StatusCode::GONE;
    Ok(response)
}

/// `POST` of the same: signs in, in the browser that asked.
pub(crate) async fn redeem_link(
    path: Result<Path<LinkParts>, axum::extract::rejection::PathRejection>,
    Cookies(cookies): Cookies,
    posted: Posted<AtFirm, NoFields>,
) -> Answer {
    let at = posted.actor;
    let Ok(Path((_, address, attempt, secret))) = path else { return gone(&at).await };
    let Anybody { browser, visit, .. } = &at.anybody;
    let held = visit.session.as_deref().and_then(|session| session.parse().ok());
    let redeem = at.visitor.redeem_link(address, attempt, &secret, browser, &visit.device);
    let redeemed = redeem.replacing(held).await;
    note_contact(visit, "contact link", address, &redeemed);
    match redeemed {
        Ok(session) => enter(&at, session, cookies.wanted).await,
        Err(Error::Refused(Refusal::Identity(_))) => gone(&at).await,
        Err(error) => Err(error.into()),
    }
}

/// Sets the session's cookie and leads on: to what was wanted, to the one portal, or to the choice.
async fn enter(at: &AtFirm, session: NewSession, wanted: Option<String>) -> Answer {
    let app = &at.anybody.visit.app;
    let portals = app.portal.signed_in(&session.token).await?.portals().await?;
    let reachable = |path: &String| {
        let contact = path.split('/').nth(3).and_then(|part| part.parse::<ContactId>().ok());
        contact.is_some_and(|contact| portals.iter().any(|portal| portal.contact == contact))
    };
    let mut response = match wanted.filter(reachable) {
        Some(path) => go(&path)?,
        None => go(&way_in(&at.address, &at.firm, &portals))?,
    };
    let life = session.expires_at.since(at.anybody.visit.now());
    put(&mut response, SESSION.set(&session.token.expose(), Lifetime::For(life)).ok());
    put(&mut response, ASKING.clear().ok());
    put(&mut response, WANTED.clear().ok());
    Ok(response)
}

fn way_in(address: &str, firm: &portal_core::FirmFace, portals: &[PortalChoice]) -> String {
    match portals {
        [only] if only.firm == firm.id => paths::home(address, only.contact),
        [only] => paths::home(&only.firm.to_string(), only.contact),
        _ => paths::choose(address),
    }
}

/// The query of the chooser: whose portal was left for it.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChooseQuery {
    here: Option<ContactId>,
}

/// `GET /p/{firm}/choose`: which portal to enter; where there is but one, the way there.
pub(crate) async fn choose(person: Person, Asked(query): Asked<ChooseQuery>) -> Answer {
    let mut portals = person.signed_in.portals().await?;
    if portals.len() == 1 {
        return go(&way_in(&person.address, &person.firm, &portals));
    }
    portals.sort_by_cached_key(|portal| {
        let words = |name: &DisplayName| name.as_str().to_lowercase();
        let client = (words(&portal.firm_name), portal.firm, words(&portal.client_name), portal.client);
        (portal.firm != person.firm.id, client, words(&portal.contact_name))
    });
    let line = |portal: PortalChoice| PortalLine {
        firm: FirmFace {
            address: if portal.firm == person.firm.id { person.address.clone() } else { portal.firm.to_string() },
            name: portal.firm_name,
            color: portal.color,
            logo: None,
        },
        client: portal.client,
        client_name: portal.client_name,
        contact: portal.contact,
        contact_name: portal.contact_name,
        here: query.here == Some(portal.contact),
    };
    let email = person.signed_in.email().await?;
    page(&ChoosePage { frame: person.frame(), email, portals: portals.into_iter().map(line).collect() })
}

/// `POST /p/{firm}/sign-out`.
pub(crate) async fn sign_out(posted: Posted<Person, NoFields>) -> Answer {
    let person = posted.actor;
    person.signed_in.sign_out().await.map_err(Problem::from)?;
    let mut response = go_saying(&paths::access(&person.address), Flash::done("You signed out."))?;
    put(&mut response, SESSION.clear().ok());
    Ok(response)
}
