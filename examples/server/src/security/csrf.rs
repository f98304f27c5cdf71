//! Changes come from our own pages alone: a token in each form, and a look at where the browser says it comes from.

use axum::http::{HeaderMap, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use portal_core::values::Secret;
use sha2::Sha256;

/// Makes and checks the tokens that forms carry: an HMAC over the cookie of the browser or session they were shown to, and
/// the page they were shown on.
///
/// A token is worth nothing with another cookie, and nobody who does not hold the key can make one.
#[derive(Debug, Clone)]
pub struct FormTokens {
    key: Secret,
}

impl FormTokens {
    /// Tokens under `key`, the same on every node.
    pub fn new(key: Secret) -> Self {
        Self { key }
    }

    /// The token for forms shown to whoever holds `cookie`, the value of a cookie that nobody else knows. `page` names this
    /// one showing of them, in letters, digits, `-` and `_`: a random text.
    pub fn token(&self, cookie: &str, page: &str) -> String {
        let mac = self.mac(cookie, page).map(|mac| BASE64.encode(mac.finalize().into_bytes())).unwrap_or_default();
        format!("{page}.{mac}")
    }

    /// The page that `token` was shown on, when it was made for `cookie`; compared in constant time.
    ///
    /// A page names one showing of a form: what comes twice from the same page is the same person pressing twice.
    pub fn page<'a>(&self, cookie: &str, token: &'a str) -> Option<&'a str> {
        let (page, mac) = token.split_once('.')?;
        let claimed = BASE64.decode(mac).ok()?;
        let ours = !cookie.is_empty() && self.mac(cookie, page)?.verify_slice(&claimed).is_ok();
        ours.then_some(page)
    }

    fn mac(&self, cookie: &str, page: &str) -> Option<Hmac<Sha256>> {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.key.expose()).ok()?;
        // A page holds no full stop and a cookie follows it, so that no two pairs read alike.
        mac.update(b"form token 1 ");
        mac.update(page.as_bytes());
        mac.update(b".");
        mac.update(cookie.as_bytes());
        Some(mac)
    }
}

/// Whether the browser says that a change comes from a page of `origin`.
///
/// `Origin`, where it names one, must be ours. `Sec-Fetch-Site`, where there is one, must say `same-origin`. One of the two
/// has to be there: every browser of today sends one with each change. (`Origin: null` is what a page that sends no
/// referrer says: it names nobody, and the other header decides.)
pub fn comes_from(headers: &HeaderMap, origin: &str) -> bool {
    let one = |name| {
        let mut values = headers.get_all(name).iter();
        (values.next(), values.next().is_some())
    };
    let ((named, named_twice), (site, site_twice)) = (one(header::ORIGIN), one(SEC_FETCH_SITE));
    let named = named.filter(|value| *value != "null");
    let named_well = named.is_none_or(|value| value == origin);
    let site_well = site.is_none_or(|value| value == "same-origin");
    named_well && site_well && !named_twice && !site_twice && (named.is_some() || site.is_some())
}

/// Where a request comes from, as the browser itself says (W3C Fetch Metadata).
const SEC_FETCH_SITE: header::HeaderName = header::HeaderName::from_static("sec-fetch-site");

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens() -> FormTokens {
        FormTokens::new(Secret::new([3; 32]))
    }

    #[test]
    fn l23_a_token_belongs_to_one_cookie() {
        let token = tokens().token("ana", "page-1");
        assert_eq!(tokens().page("ana", &token), Some("page-1"));
        assert_eq!(tokens().page("ben", &token), None);
        assert_eq!(tokens().page("", &tokens().token("", "page-1")), None);
        assert_eq!(FormTokens::new(Secret::new([4; 32])).page("ana", &token), None);
        let moved = token.replace("page-1", "page-2");
        for forged in ["", ".", "page-1.", "AAAA", &token[1..], &format!("{token}A"), &moved] {
            assert_eq!(tokens().page("ana", forged), None, "{forged}");
        }
    }

    #[test]
    fn l23_a_change_from_elsewhere_is_told_apart() {
        let ours = "https://portal.acme.test";
        let says = |pairs: &[(&'static str, &'static str)]| {
            let headers: HeaderMap =
                pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect();
            comes_from(&headers, ours)
        };
        assert!(says(&[("origin", ours)]));
        assert!(says(&[("origin", ours), ("sec-fetch-site", "same-origin")]));
        assert!(says(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        assert!(says(&[("sec-fetch-site", "same-origin")]));
        for elsewhere in [
            &[][..],
            &[("origin", "null")],
            &[("origin", "https://evil.test")],
            &[("origin", "https://evil.test"), ("sec-fetch-site", "same-origin")],
            &[("origin", ours), ("sec-fetch-site", "cross-site")],
            &[("origin", ours), ("sec-fetch-site", "same-site")],
            &[("sec-fetch-site", "none")],
            &[("origin", "http://portal.acme.test")],
            &[("origin", "https://portal.acme.test:444")],
        ] {
            assert!(!says(elsewhere), "{elsewhere:?}");
        }
    }
}
