//! What each route does: gather what its page shows, or carry out what was posted.

pub(crate) mod archive;
mod arrived;
pub(crate) mod contact;
pub(crate) mod documents;
pub(crate) mod folders;
pub(crate) mod mailbox;
pub(crate) mod public;
pub(crate) mod resumable;
pub(crate) mod staff;
pub(crate) mod unsubscribe;
pub(crate) mod visitor;

use std::collections::HashMap;
use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use portal_core::values::{Cursor, ListOrder, PageRequest};
use serde::de::DeserializeOwned;

use crate::views::{ListPlace, order_of};
use crate::web::problem::Problem;

/// How many items a page of a list shows.
const PAGE_ITEMS: usize = 100;

/// The query of a list: which page, and after what the pages before it began.
#[derive(Debug, Default, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Paging {
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
}

impl Paging {
    /// The page asked for.
    fn request(&self) -> PageRequest {
        PageRequest::first(PAGE_ITEMS).after(self.after.clone().map(Cursor::new))
    }

    /// Whether that is the first.
    fn is_first(&self) -> bool {
        self.after.is_none()
    }

    /// Where that is in the list at `path`, with what the page says of the next.
    fn place(self, path: impl Into<String>, next: Option<Cursor>) -> ListPlace {
        ListPlace {
            after: self.after.map(Cursor::new),
            back: self.back.into_iter().map(Cursor::new).collect(),
            next,
            ..ListPlace::at(path)
        }
    }
}

/// The query of a list that can be sorted.
#[derive(Debug, Default, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Listing {
    sort: Option<Sort>,
    after: Option<String>,
    #[serde(default)]
    back: Vec<String>,
}

impl Listing {
    /// The order asked for.
    fn order(&self) -> Option<ListOrder> {
        self.sort.map(|Sort(order)| order)
    }

    /// Which page of it.
    fn paging(self) -> Paging {
        Paging { after: self.after, back: self.back }
    }
}

/// An order as addresses write it.
#[derive(Debug, Clone, Copy, serde::Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Sort(ListOrder);

impl TryFrom<String> for Sort {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, &'static str> {
        order_of(&text).map(Self).ok_or("there is no such order")
    }
}

/// The query of a request, read strictly: what it does not have is refused.
pub(crate) struct Asked<T>(pub(crate) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        serde_html_form::from_str(query).map(Self).map_err(|_| Problem::Malformed)
    }
}

/// The ids in the path of a page.
#[derive(Debug, Default, Clone)]
pub(crate) struct Ids(HashMap<String, String>);

impl<S: Send + Sync> FromRequestParts<S> for Ids {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, std::convert::Infallible> {
        let found = Path::<HashMap<String, String>>::from_request_parts(parts, state).await;
        Ok(Self(found.map(|Path(found)| found).unwrap_or_default()))
    }
}

impl Ids {
    /// The id that stands where the route says `{name}`. What is no id is not there.
    pub(crate) fn of<T: FromStr>(&self, name: &str) -> Result<T, Problem> {
        self.0.get(name).and_then(|text| text.parse().ok()).ok_or(Problem::NotFound)
    }
}
