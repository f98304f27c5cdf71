//! How somebody likes their lists sorted, kept by their browser: one order for each kind of list.

use std::time::Duration;

use axum::response::Response;
use portal_core::values::ListOrder;

use super::carried::put;
use crate::security::cookies::{HostCookie, Lifetime};
use crate::views::{order_of, order_value};

/// Carries [`Sorts`].
pub(crate) const SORTS: HostCookie = HostCookie::new("__Host-portal-sorts");

const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);

/// A kind of list that can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sorted {
    /// The firm's clients.
    Clients,
    /// A client's files, as the team sees them.
    Files,
    /// The same as a contact sees them.
    MyFiles,
}

impl Sorted {
    const ALL: [Self; 3] = [Self::Clients, Self::Files, Self::MyFiles];

    fn name(self) -> &'static str {
        match self {
            Self::Clients => "clients",
            Self::Files => "files",
            Self::MyFiles => "mine",
        }
    }
}

/// The orders that were chosen last.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Sorts([Option<ListOrder>; 3]);

impl Sorts {
    /// Reads `files.newest~clients.name`; what is not written so is left out.
    pub(crate) fn read(cookie: &str) -> Self {
        let mut sorts = Self::default();
        for (kind, order) in cookie.split('~').filter_map(|pair| pair.split_once('.')) {
            if let Some(kind) = Sorted::ALL.into_iter().find(|known| known.name() == kind) {
                *sorts.place(kind) = order_of(order);
            }
        }
        sorts
    }

    /// The order asked for, or else the one that was chosen last.
    pub(crate) fn of(mut self, kind: Sorted, asked: Option<ListOrder>) -> ListOrder {
        asked.or(*self.place(kind)).unwrap_or_default()
    }

    /// Has the browser remember what was asked for, if it does not yet.
    pub(crate) fn remember(mut self, kind: Sorted, asked: Option<ListOrder>, response: &mut Response) {
        if asked.is_none() || *self.place(kind) == asked {
            return;
        }
        *self.place(kind) = asked;
        put(response, SORTS.set(&self.write(), Lifetime::For(YEAR)).ok());
    }

    fn write(mut self) -> String {
        let pair = |kind: Sorted| Some(format!("{}.{}", kind.name(), order_value((*self.place(kind))?)));
        Sorted::ALL.into_iter().filter_map(pair).collect::<Vec<_>>().join("~")
    }

    fn place(&mut self, kind: Sorted) -> &mut Option<ListOrder> {
        let [clients, files, mine] = &mut self.0;
        match kind {
            Sorted::Clients => clients,
            Sorted::Files => files,
            Sorted::MyFiles => mine,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_list_keeps_its_own_order() {
        let sorts = Sorts::read("files.newest~clients.name-backwards");
        assert_eq!(Sorts::read(&sorts.write()), sorts);
        assert_eq!(sorts.of(Sorted::Files, None), ListOrder::Newest);
        assert_eq!(sorts.of(Sorted::Clients, None), ListOrder::NameBackwards);
        assert_eq!(sorts.of(Sorted::MyFiles, None), ListOrder::Name);
        assert_eq!(sorts.of(Sorted::Files, Some(ListOrder::Oldest)), ListOrder::Oldest);
    }

    #[test]
    fn what_is_no_order_is_none() {
        for cookie in ["", "files", "files.size", "rows.name", "~~.", "files.name.x"] {
            assert_eq!(Sorts::read(cookie), Sorts::default(), "{cookie}");
        }
    }

    #[test]
    fn a_browser_is_told_only_what_it_does_not_know() {
        let told = |cookie: &str, asked| {
            let mut response = Response::default();
            Sorts::read(cookie).remember(Sorted::Files, asked, &mut response);
            response.headers().get("set-cookie").map(|value| value.to_str().unwrap().to_owned())
        };
        assert_eq!(told("clients.newest", None), None);
        assert_eq!(told("files.newest", Some(ListOrder::Newest)), None);
        let set = told("clients.newest", Some(ListOrder::Oldest)).unwrap();
        assert!(set.starts_with("__Host-portal-sorts=clients.newest~files.oldest;"), "{set}");
    }
}
