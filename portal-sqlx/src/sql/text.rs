//! Texts that serve more than one database, and what they become on SQLite.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use portal_core::ports::store::StoreError;

/// What stands in a text for what databases say each in their own way.
const WORDS: &[(&str, &str)] = &[
    // The lock that a guard takes until the commit. SQLite has one writer at a time, who holds everything.
    ("{lock}", ""),
    // The same for a queue: what somebody else holds is passed over.
    ("{skip}", ""),
    // Where one text lies in another, from 1, or 0.
    ("{find}", "instr"),
    ("{id}", "BLOB"),
    ("{bytes}", "BLOB"),
    ("{int}", "INTEGER"),
    // Compared byte by byte, as Rust compares.
    ("{text}", "TEXT"),
    ("{serial}", "INTEGER PRIMARY KEY AUTOINCREMENT"),
    ("{strict}", " STRICT"),
    // A schema of their own, where there are schemas.
    ("portal.", "portal_"),
];

/// A text as SQLite reads it, and how many parameters it takes.
#[derive(Debug)]
pub(crate) struct Rendered {
    pub(crate) text: Arc<str>,
    pub(crate) parameters: usize,
}

/// So many texts are kept as SQLite reads them. There are some hundreds, for statements of many rows come in few lengths.
const KEPT: usize = 2_000;

static RENDERED: LazyLock<RwLock<HashMap<Box<str>, Arc<Rendered>>>> = LazyLock::new(RwLock::default);

/// What [`render`] gives, which takes longer than many a statement itself.
pub(crate) fn rendered(text: &str) -> Arc<Rendered> {
    if let Some(kept) = RENDERED.read().unwrap_or_else(PoisonError::into_inner).get(text) {
        return Arc::clone(kept);
    }
    let rendered = Arc::new(render(text));
    let mut all = RENDERED.write().unwrap_or_else(PoisonError::into_inner);
    if all.len() < KEPT {
        all.insert(text.into(), Arc::clone(&rendered));
    }
    rendered
}

/// Turns `text` into SQLite's words. `$1` becomes `?1`: to SQLite the former is a name, looked up one by one.
pub(crate) fn render(text: &str) -> Rendered {
    let mut rendered = String::with_capacity(text.len());
    let mut parameters = 0;
    let mut rest = text;
    while let Some(at) = rest.find(['{', '$', 'p']) {
        let (before, from) = rest.split_at(at);
        rendered.push_str(before);
        if let Some(digits) = from.strip_prefix('$') {
            let end = digits.find(|character: char| !character.is_ascii_digit()).unwrap_or(digits.len());
            let (number, after) = digits.split_at(end);
            parameters = parameters.max(number.parse().unwrap_or(0));
            // A bare parameter there SQLite plans by its value, and so it parses and plans the text anew each time it runs.
            rendered.push_str(if before.ends_with("LIMIT ") { "0 + ?" } else { "?" });
            rendered.push_str(number);
            rest = after;
        } else if let Some((word, own)) = WORDS.iter().find(|(word, _)| from.starts_with(word)) {
            rendered.push_str(own);
            rest = from.get(word.len()..).unwrap_or_default();
        } else {
            let mut characters = from.chars();
            rendered.extend(characters.next());
            rest = characters.as_str();
        }
    }
    rendered.push_str(rest);
    Rendered { text: rendered.into(), parameters }
}

impl Rendered {
    /// Checks that as many values come as the text takes: SQLite itself reads a missing one as NULL.
    pub(crate) fn check(&self, values: usize) -> Result<(), StoreError> {
        if self.parameters == values {
            return Ok(());
        }
        Err(StoreError::Corrupt { what: format!("a statement of {} parameters got {values} values", self.parameters) })
    }
}

/// `($1,$2),($3,$4)` for two rows of two columns, the first parameter being number `first`.
pub(crate) fn tuples(rows: usize, columns: usize, first: usize) -> String {
    let row = |row: usize| {
        let parameters: Vec<String> =
            (0..columns).map(|column| format!("${}", first + row * columns + column)).collect();
        format!("({})", parameters.join(","))
    };
    (0..rows).map(row).collect::<Vec<_>>().join(",")
}

/// `$1,$2,$3` for three values, the first parameter being number `first`.
pub(crate) fn list(values: usize, first: usize) -> String {
    (first..first + values).map(|number| format!("${number}")).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_parameters_and_the_schema_are_put_into_sqlites_own() {
        let rendered = render("SELECT a FROM portal.clients WHERE p = $2 AND b IN ($1, $12) {lock}");
        assert_eq!(&*rendered.text, "SELECT a FROM portal_clients WHERE p = ?2 AND b IN (?1, ?12) ");
        assert_eq!(rendered.parameters, 12);
        assert!(rendered.check(11).is_err() && rendered.check(12).is_ok());
    }

    #[test]
    fn a_limit_is_no_bare_parameter() {
        assert_eq!(&*render("SELECT a FROM b ORDER BY a LIMIT $1").text, "SELECT a FROM b ORDER BY a LIMIT 0 + ?1");
    }

    #[test]
    fn rows_are_numbered_on() {
        assert_eq!(tuples(2, 2, 3), "($3,$4),($5,$6)");
        assert_eq!(list(3, 2), "$2,$3,$4");
    }
}
