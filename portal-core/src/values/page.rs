//! Lists in pages, by cursor.

/// Where a page ended: opaque to the caller, made and read by the store.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Cursor(String);

impl Cursor {
    /// Wraps what the store wants to be told to go on.
    pub fn new(position: impl Into<String>) -> Self {
        Self(position.into())
    }

    /// What the store wrapped. It came through the caller's hands: a store treats it as input from outside.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageRequest {
    after: Option<Cursor>,
    limit: usize,
}

impl PageRequest {
    /// The most items that one page holds.
    pub const MAX_LIMIT: usize = 500;

    /// The first page, of `limit` items (1 to [`Self::MAX_LIMIT`]; what lies outside is brought inside).
    pub fn first(limit: usize) -> Self {
        Self { after: None, limit: limit.clamp(1, Self::MAX_LIMIT) }
    }

    /// The page that follows `cursor`, or the first one for `None`.
    #[must_use]
    pub fn after(mut self, cursor: Option<Cursor>) -> Self {
        self.after = cursor;
        self
    }

    /// The cursor this page follows.
    pub fn cursor(&self) -> Option<&Cursor> {
        self.after.as_ref()
    }

    /// The most items wanted.
    pub fn limit(&self) -> usize {
        self.limit
    }
}

impl Default for PageRequest {
    /// The first page of 100.
    fn default() -> Self {
        Self::first(100)
    }
}

/// In which order a list comes, where one may choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum ListOrder {
    /// By folded name, and by id among equals.
    #[default]
    Name,
    /// The same from its end.
    NameBackwards,
    /// The latest first, and the greater id among those of one time.
    Newest,
    /// The same from its end.
    Oldest,
}

impl ListOrder {
    /// Every order there is.
    pub const ALL: [Self; 4] = [Self::Name, Self::NameBackwards, Self::Newest, Self::Oldest];
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// How to ask for what follows; `None` at the end.
    pub next: Option<Cursor>,
}

impl<T> Page<T> {
    /// The same page with every item turned into another.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}
