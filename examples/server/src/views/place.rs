//! Where one is in a list: its order, and the way to the pages before and after.

use portal_core::values::{Cursor, ListOrder};

use super::icons::Icon;
use super::words::in_address;

/// So many pages are found again on the way back; from further on the first page is.
const WAY_BACK: usize = 30;

/// A column by which lists can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// By name.
    Name,
    /// By date.
    Date,
}

/// An order as addresses and cookies write it.
pub fn order_value(order: ListOrder) -> &'static str {
    match order {
        ListOrder::Name => "name",
        ListOrder::NameBackwards => "name-backwards",
        ListOrder::Newest => "newest",
        ListOrder::Oldest => "oldest",
    }
}

/// The order that is written so.
pub fn order_of(text: &str) -> Option<ListOrder> {
    ListOrder::ALL.into_iter().find(|order| order_value(*order) == text)
}

/// Where one is in a list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListPlace {
    /// The list's address, without a query.
    pub path: String,
    /// What else is asked of it, such as what is searched for.
    pub asked: Vec<(&'static str, String)>,
    /// Its order, where one may choose.
    pub order: Option<ListOrder>,
    /// After what this page begins; `None` for the first page.
    pub after: Option<Cursor>,
    /// After what the pages before it began, from the second page on.
    pub back: Vec<Cursor>,
    /// After what the next page begins.
    pub next: Option<Cursor>,
}

impl ListPlace {
    /// The only page, or the first.
    pub fn at(path: impl Into<String>) -> Self {
        Self { path: path.into(), ..Self::default() }
    }

    /// The address of this very page.
    pub fn here(&self) -> String {
        self.address(self.order, self.after.as_ref(), &self.back)
    }

    /// The address of the first page, from any other.
    pub fn first_page(&self) -> Option<String> {
        self.after.as_ref().map(|_| self.address(self.order, None, &[]))
    }

    /// The address of the page before, where that is not the first.
    pub fn previous_page(&self) -> Option<String> {
        let (last, before) = self.back.split_last()?;
        Some(self.address(self.order, Some(last), before))
    }

    /// The address of the next page.
    pub fn next_page(&self) -> Option<String> {
        let next = self.next.as_ref()?;
        let mut back = self.back.clone();
        back.extend(self.after.clone());
        let forgotten = back.len().saturating_sub(WAY_BACK);
        Some(self.address(self.order, Some(next), back.get(forgotten..).unwrap_or_default()))
    }

    /// The address of the list sorted by a column: the other way round, if it is sorted by it already.
    pub fn sorted_by(&self, column: Column) -> String {
        let order = match (column, self.order) {
            (Column::Name, Some(ListOrder::Name)) => ListOrder::NameBackwards,
            (Column::Name, _) => ListOrder::Name,
            (Column::Date, Some(ListOrder::Newest)) => ListOrder::Oldest,
            (Column::Date, _) => ListOrder::Newest,
        };
        self.address(Some(order), None, &[])
    }

    /// Which way the list is sorted by a column, if it is, as `aria-sort` says it.
    pub fn sort_of(&self, column: Column) -> Option<&'static str> {
        match (column, self.order?) {
            (Column::Name, ListOrder::Name) | (Column::Date, ListOrder::Oldest) => Some("ascending"),
            (Column::Name, ListOrder::NameBackwards) | (Column::Date, ListOrder::Newest) => Some("descending"),
            _ => None,
        }
    }

    /// The arrow beside a column's name.
    pub fn arrow(&self, column: Column) -> Icon {
        match self.sort_of(column) {
            Some("ascending") => Icon::Ascending,
            _ => Icon::Descending,
        }
    }

    /// The same as fields of a form, for whoever posts from this page.
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let order = self.order.map(|order| ("sort", order_value(order).to_owned()));
        let after = self.after.iter().map(|cursor| ("after", cursor.as_str().to_owned()));
        let back = self.back.iter().map(|cursor| ("back", cursor.as_str().to_owned()));
        self.asked.iter().cloned().chain(order).chain(after).chain(back).collect()
    }

    fn address(&self, order: Option<ListOrder>, after: Option<&Cursor>, back: &[Cursor]) -> String {
        let place = Self { order, after: after.cloned(), back: back.to_vec(), ..self.clone() };
        let query: Vec<String> =
            place.fields().into_iter().map(|(name, value)| format!("{name}={}", in_address(&value))).collect();
        if query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, query.join("&")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cursor(text: &str) -> Cursor {
        Cursor::new(text)
    }

    #[test]
    fn paging_back_leads_where_one_was() {
        let first = ListPlace { order: Some(ListOrder::Newest), next: Some(cursor("b c")), ..ListPlace::at("/files") };
        assert_eq!(first.first_page(), None);
        assert_eq!(first.previous_page(), None);
        assert_eq!(first.next_page().unwrap(), "/files?sort=newest&after=b%20c");
        let second = ListPlace { after: Some(cursor("b")), next: Some(cursor("c")), ..first.clone() };
        assert_eq!(second.first_page().unwrap(), "/files?sort=newest");
        assert_eq!(second.previous_page(), None, "the page before is the first");
        let third_page = second.next_page().unwrap();
        assert_eq!(third_page, "/files?sort=newest&after=c&back=b");
        let third = ListPlace { after: Some(cursor("c")), back: vec![cursor("b")], next: None, ..first };
        assert_eq!(third.here(), third_page);
        assert_eq!(third.previous_page().unwrap(), second.here());
    }

    #[test]
    fn the_way_back_is_no_longer_than_an_address_can_be() {
        let back: Vec<Cursor> = (0..WAY_BACK).map(|page| cursor(&page.to_string())).collect();
        let far = ListPlace { after: Some(cursor("here")), back, next: Some(cursor("on")), ..ListPlace::at("/files") };
        let next = far.next_page().unwrap();
        assert!(!next.contains("back=0&") && next.contains("back=1&") && next.ends_with("back=here"), "{next}");
    }

    #[test]
    fn a_column_sorts_one_way_and_then_the_other() {
        let mut place = ListPlace { asked: vec![("q", "a&b".to_owned())], ..ListPlace::at("/clients") };
        let mut sorted = |order| {
            place.order = Some(order);
            [Column::Name, Column::Date].map(|column| (place.sort_of(column), place.sorted_by(column)))
        };
        let address = |sort: &str| format!("/clients?q=a%26b&sort={sort}");
        let expected = [
            (ListOrder::Name, (Some("ascending"), "name-backwards"), (None, "newest")),
            (ListOrder::NameBackwards, (Some("descending"), "name"), (None, "newest")),
            (ListOrder::Newest, (None, "name"), (Some("descending"), "oldest")),
            (ListOrder::Oldest, (None, "name"), (Some("ascending"), "newest")),
        ];
        for (order, (by_name, name), (by_date, date)) in expected {
            assert_eq!(sorted(order), [(by_name, address(name)), (by_date, address(date))], "{order:?}");
            assert_eq!(order_of(order_value(order)), Some(order));
        }
        assert_eq!(order_of("size"), None);
    }
}
