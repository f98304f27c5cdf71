//! What one page hands to the next through the browser: what was just done, what was asked for, where to go on.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use portal_core::identity::Asked;
use portal_core::values::{AddressKey, AttemptId, DocumentId, FirmId, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::security::cookies::{HostCookie, Lifetime};
use crate::views::{Flash, MissedFile};

/// Carries [`Carried`]: said once on the next page.
pub(crate) const CARRIED: HostCookie = HostCookie::new("__Host-portal-said");
/// Carries [`Asking`]: the sign-in that this browser asked for.
pub(crate) const ASKING: HostCookie = HostCookie::new("__Host-portal-asking");
/// Carries the path that somebody wanted to see before they were asked to sign in.
pub(crate) const WANTED: HostCookie = HostCookie::new("__Host-portal-wanted");
/// Carries the same for the team, who may be signed in beside a contact.
pub(crate) const STAFF_WANTED: HostCookie = HostCookie::new("__Host-portal-staff-wanted");

/// Browsers keep a cookie of 4,096 bytes with its name and attributes.
const MAX_COOKIE_BYTES: usize = 3800;

/// What the next page says once.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub(crate) struct Carried {
    pub(crate) flash: Option<Flash>,
    /// Documents just uploaded by the plain form, whose receipts are shown.
    pub(crate) uploaded: Vec<DocumentId>,
    /// What was not taken of it.
    pub(crate) missed: Vec<MissedFile>,
}

impl Carried {
    pub(crate) fn read(cookie: &str) -> Self {
        unpack(cookie).unwrap_or_default()
    }

    /// Hands it to the next page. What is too much for a cookie is left out, its Undo last of all.
    pub(crate) fn put(mut self, response: &mut Response) {
        let mut text = pack(&self);
        if text.len() > MAX_COOKIE_BYTES {
            self.uploaded.clear();
            text = pack(&self);
        }
        // What did not arrive matters most: as much of it is told as fits.
        while text.len() > MAX_COOKIE_BYTES && self.missed.pop().is_some() {
            text = pack(&self);
        }
        if text.len() > MAX_COOKIE_BYTES {
            self.flash = self.flash.map(|flash| Flash { undo: None, ..flash });
            text = pack(&self);
        }
        put(response, CARRIED.set(&text, Lifetime::For(Duration::from_secs(120))).ok());
    }
}

/// The sign-in that a browser asked for. It holds nothing that signs in: that is in the mail.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct Asking {
    pub(crate) firm: FirmId,
    pub(crate) address: AddressKey,
    pub(crate) attempt: AttemptId,
    pub(crate) expires_at: Timestamp,
    pub(crate) masked_email: String,
}

impl Asking {
    pub(crate) fn of(firm: FirmId, asked: Asked) -> Self {
        let Asked { address, attempt, expires_at, masked_email } = asked;
        Self { firm, address, attempt, expires_at, masked_email }
    }

    pub(crate) fn read(cookie: &str) -> Option<Self> {
        unpack(cookie)
    }

    pub(crate) fn put(&self, response: &mut Response) {
        put(response, ASKING.set(&pack(self), Lifetime::For(Duration::from_secs(1800))).ok());
    }
}

/// Takes away what a page has said, so that it is said once; for `axum::middleware::from_fn`.
pub(crate) async fn said_once(request: Request, next: Next) -> Response {
    let carries = CARRIED.read(request.headers()).is_some();
    let mut response = next.run(request).await;
    let is_page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind == PAGE);
    // Where another page follows, that one says it.
    if carries && is_page && response.status() == StatusCode::OK {
        put(&mut response, CARRIED.clear().ok());
    }
    response
}

const PAGE: &str = "text/html; charset=utf-8";

/// Remembers where somebody wanted to go, for after they signed in. Who wanted a file is led to its page: a download leaves
/// one where one is.
pub(crate) fn put_wanted(path: &str, response: &mut Response) {
    if path.contains("/pages/") {
        return;
    }
    let page = match path.strip_suffix("/download") {
        Some(document) if path.starts_with("/p/") => document.replacen("/documents/", "/files/", 1),
        Some(document) => document.to_owned(),
        None => path.to_owned(),
    };
    let cookie = if path.starts_with("/p/") { WANTED } else { STAFF_WANTED };
    put(response, cookie.set(&BASE64.encode(page), Lifetime::For(Duration::from_secs(1800))).ok());
}

/// The path that somebody wanted to see: one of a contact's pages, and nothing else.
pub(crate) fn wanted(cookie: &str) -> Option<String> {
    wanted_within("/p/", cookie)
}

/// The path that somebody of the team wanted to see: one of the team's pages, and nothing else.
pub(crate) fn staff_wanted(cookie: &str) -> Option<String> {
    wanted_within("/staff/", cookie)
}

fn wanted_within(place: &str, cookie: &str) -> Option<String> {
    let path = String::from_utf8(BASE64.decode(cookie).ok()?).ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_".contains(&byte);
    (path.starts_with(place) && path.bytes().all(plain) && !path.contains("//")).then_some(path)
}

/// Adds a `Set-Cookie` header.
pub(crate) fn put(response: &mut Response, cookie: Option<HeaderValue>) {
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

fn pack(value: &impl Serialize) -> String {
    serde_json::to_vec(value).map(|json| BASE64.encode(json)).unwrap_or_default()
}

fn unpack<T: DeserializeOwned>(cookie: &str) -> Option<T> {
    serde_json::from_slice(&BASE64.decode(cookie).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::views::Undo;

    #[test]
    fn what_is_said_comes_back_as_it_was() {
        let flash = Flash::done("“Erklärung.pdf” is in the trash.").undone_by(Undo::at("/x").field("a", "b"));
        let said = Carried { flash: Some(flash), uploaded: vec![DocumentId::from_bits(7)], missed: vec![missed(7)] };
        assert_eq!(Carried::read(&pack(&said)), said);
        assert_eq!(Carried::read("nonsense"), Carried::default());
        assert_eq!(Carried::read(&BASE64.encode("{\"flash\":3}")), Carried::default());
    }

    fn missed(number: usize) -> MissedFile {
        MissedFile { name: Some(format!("scan {number}.pdf")), why: "It is larger than 1 KB.".to_owned() }
    }

    #[test]
    fn of_many_files_that_were_not_taken_as_many_are_told_as_fit_and_how_many_in_all() {
        let mut response = Response::default();
        let (uploaded, missed) = (vec![DocumentId::from_bits(7); 200], (0..200).map(missed).collect());
        Carried { flash: Some(Flash::problem("200 files were not.")), uploaded, missed }.put(&mut response);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        let read = Carried::read(cookie.split(['=', ';']).nth(1).unwrap());
        assert_eq!(read.flash, Some(Flash::problem("200 files were not.")));
        assert!((10..200).contains(&read.missed.len()), "{}", read.missed.len());
    }

    #[test]
    fn what_is_too_much_for_a_cookie_is_left_out() {
        let flash = Flash::done("x".repeat(500)).undone_by(Undo::at("y".repeat(4000)));
        let mut response = Response::default();
        Carried { flash: Some(flash), uploaded: vec![DocumentId::from_bits(7); 200], missed: Vec::new() }
            .put(&mut response);
        let cookie = response.headers()[header::SET_COOKIE].to_str().unwrap();
        assert!(cookie.len() < 4096);
        let value = cookie.split(['=', ';']).nth(1).unwrap();
        assert!(Carried::read(value).flash.is_some_and(|flash| flash.undo.is_none()));
    }

    #[test]
    fn one_is_led_to_a_page_of_the_portal_and_nowhere_else() {
        let read = |path: &str| wanted(&BASE64.encode(path));
        let fine = "/p/demo/contact_1/files/folder_2";
        assert_eq!(read(fine).as_deref(), Some(fine));
        for path in ["//evil.test", "/p//evil.test", "https://evil.test", "/p/\\evil", "/staff", "/p/a?b", ""] {
            assert_eq!(read(path), None, "{path}");
        }
        let staff = |path: &str| staff_wanted(&BASE64.encode(path));
        assert_eq!(staff("/staff/clients/client_1").as_deref(), Some("/staff/clients/client_1"));
        for path in ["/staff//evil.test", "//evil.test", "/staffed", "/p/demo/contact_1", "/staff/a?b", "/staff/\\evil"]
        {
            assert_eq!(staff(path), None, "{path}");
        }
    }
}
