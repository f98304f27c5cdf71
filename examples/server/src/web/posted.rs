//! A form that somebody posted: taken when it is from a page of ours shown to them, and has the fields it should have.

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::{HeaderMap, header};
use portal_core::values::Digest;
use serde::de::DeserializeOwned;

use super::actors::Holder;
use super::asked::text;
use super::problem::Problem;
use crate::app::App;
use crate::security::bodies::{BodyError, read_small};
use crate::security::forms::PostedForm;

/// Who posted, and what.
pub(crate) struct Posted<A, T> {
    pub(crate) actor: A,
    pub(crate) fields: T,
    /// Names this press of the button: the same when the same form of the same page comes twice.
    pub(crate) command: String,
    /// Where to come back to.
    pub(crate) back: Back,
}

/// The staff page that a form was shown on, if it said so. A list comes back at the place where it was left.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Back(Option<String>);

impl Back {
    /// Takes nothing but an address within the clients' pages, or the ledger.
    fn read(sent: Option<String>) -> Self {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-_?=&%.~+".contains(&byte);
        let ledger = |path: &str| path.split('?').next() == Some("/staff/deliveries");
        let ours = |path: &String| {
            (path.starts_with("/staff/clients/") || ledger(path)) && !path.contains("//") && path.bytes().all(plain)
        };
        Self(sent.filter(ours))
    }

    /// That page, or else `usual`.
    pub(crate) fn or(self, usual: String) -> String {
        self.0.unwrap_or(usual)
    }

    /// That page if it is `usual` at whatever place of the list, or else `usual`.
    pub(crate) fn within(self, usual: String) -> String {
        let same = |path: &String| path.split('?').next() == Some(usual.as_str());
        self.0.filter(same).unwrap_or(usual)
    }
}

/// A form with no field but its token.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoFields {}

impl<A, T> FromRequest<App> for Posted<A, T>
where
    A: FromRequestParts<App, Rejection = Problem> + Holder + Send,
    T: DeserializeOwned,
{
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let actor = A::from_request_parts(&mut parts, app).await?;
        if !is_form(&parts.headers) {
            return Err(Problem::Malformed);
        }
        let read = read_small(body, app.limits.form_bytes, app.limits.answer).await.map_err(Problem::from)?;
        let form = PostedForm::read(&read).map_err(|_| Problem::Malformed)?;
        let page = ours(app, &actor, form.token.as_deref())?.to_owned();
        let command = Digest::of_parts(&[page.as_bytes(), parts.uri.path().as_bytes(), &read]).to_string();
        let back = Back::read(form.back.clone());
        let fields = form.into_fields().map_err(|_| Problem::Malformed)?;
        Ok(Self { actor, fields, command, back })
    }
}

/// The page that a token was shown on, when it was shown to whoever posts it.
pub(crate) fn ours<'a>(app: &App, actor: &impl Holder, token: Option<&'a str>) -> Result<&'a str, Problem> {
    let cookie = actor.cookie().ok_or(Problem::NotOurForm)?;
    app.tokens.page(cookie, token.unwrap_or_default()).ok_or(Problem::NotOurForm)
}

fn is_form(headers: &HeaderMap) -> bool {
    let declared = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    declared.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/x-www-form-urlencoded"))
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::TooLarge { .. } => Self::TooLarge,
            BodyError::Stalled(_) | BodyError::Broken(_) => Self::Malformed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(path: &str) -> String {
        Back::read(Some(path.to_owned())).or("usual".to_owned())
    }

    #[test]
    fn one_comes_back_to_a_page_of_the_clients_and_nowhere_else() {
        let fine = "/staff/clients/client_1/files/folder_2?after=Zm9v%3D";
        assert_eq!(back(fine), fine);
        assert_eq!(back("/staff/deliveries?only=dead"), "/staff/deliveries?only=dead");
        for path in [
            "//evil.test",
            "https://evil.test",
            "/staff/clients//evil.test",
            "/staff/deliveries-evil",
            "/p/demo",
            "/staff/clients/\r\nx",
            "",
        ] {
            assert_eq!(back(path), "usual", "{path:?}");
        }
    }

    #[test]
    fn a_list_comes_back_at_its_place_and_another_page_does_not() {
        let read = |path: &str| Back::read(Some(path.to_owned())).within("/staff/clients/1/files".to_owned());
        assert_eq!(read("/staff/clients/1/files?after=x"), "/staff/clients/1/files?after=x");
        assert_eq!(read("/staff/clients/1/documents/2"), "/staff/clients/1/files");
    }
}
