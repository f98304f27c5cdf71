//! Settling names: no two live entries of one folder share a folded name.

use crate::values::{FileName, FoldedName};

/// How many names are asked about at once, and how many numbers are tried one after the other.
const AT_ONCE: u64 = 32;
/// Up to which number the distance is doubled.
const FARTHEST: u64 = 1 << 32;

/// The name that a new entry gets in a folder of which `is_taken` tells the folded names of the other live entries: the
/// wanted one, or the first that is free of `name (2).ext` to `name (33).ext`, or one with a higher number.
///
/// A store calls it inside the commit, under the folder's lock; one that has to ask a database goes by [`NameSettling`],
/// which asks about few names however many are taken.
///
/// # Examples
/// ```
/// # use portal_core::files::settle_name;
/// # use portal_core::values::FileName;
/// let wanted = FileName::new("scan.pdf")?;
/// let taken = [FileName::new("Scan.PDF")?.folded()];
/// assert_eq!(settle_name(&wanted, |name| taken.contains(name)).as_str(), "scan (2).pdf");
/// # Ok::<(), portal_core::values::FileNameError>(())
/// ```
pub fn settle_name(wanted: &FileName, is_taken: impl Fn(&FoldedName) -> bool) -> FileName {
    let mut settling = NameSettling::new(wanted);
    loop {
        if let Some(settled) = settling.learn(&is_taken) {
            return settled;
        }
    }
}

/// Settling a name in a few rounds of questions: [`settle_name`] for stores that have to ask for what is taken.
///
/// First for the wanted name, then for the first numbers. Where all of these are taken the distance is doubled until a
/// number is free, and between that one and the last that is taken the search goes on in ever smaller steps: of names that
/// are numbered without a gap it finds the next, and it looks at a few dozen however many there are. What each round asks
/// depends on nothing but the answers before, so that every store settles alike.
///
/// # Examples
/// ```
/// # use portal_core::files::NameSettling;
/// # use portal_core::values::FileName;
/// let wanted = FileName::new("scan.pdf")?;
/// let mut settling = NameSettling::new(&wanted);
/// assert_eq!(settling.asks(), [wanted.folded()]);
/// assert_eq!(settling.learn(|_| true), None);
/// assert_eq!(settling.asks()[0].as_str(), "scan (2).pdf");
/// assert_eq!(settling.learn(|_| false).unwrap().as_str(), "scan (2).pdf");
/// # Ok::<(), portal_core::values::FileNameError>(())
/// ```
#[derive(Debug, Clone)]
pub struct NameSettling<'a> {
    wanted: &'a FileName,
    search: Search,
}

/// How far the search is. The wanted name counts as number 1.
#[derive(Debug, Clone, Copy)]
enum Search {
    Wanted,
    First,
    Doubling,
    Between {
        taken: u64,
        free: u64,
    },
    /// Every number that was tried is taken: one after the other.
    From(u64),
}

impl<'a> NameSettling<'a> {
    /// Begins.
    pub fn new(wanted: &'a FileName) -> Self {
        Self { wanted, search: Search::Wanted }
    }

    /// Whether these names are taken is what it has to know next.
    pub fn asks(&self) -> Vec<FoldedName> {
        self.numbers().into_iter().map(|number| self.name(number).folded()).collect()
    }

    /// What it will have to know, most likely, if `others` more want the same name: for who asks about them all at once.
    pub fn will_ask(&self, others: usize) -> Vec<FoldedName> {
        let Search::Between { taken, .. } = self.search else { return Vec::new() };
        (taken + 1..).take(others).map(|number| self.name(number).folded()).collect()
    }

    /// Takes the answers to [`asks`](Self::asks): the settled name, or nothing as long as there is more to ask.
    pub fn learn(&mut self, is_taken: impl Fn(&FoldedName) -> bool) -> Option<FileName> {
        let numbers = self.numbers();
        let free = numbers.iter().position(|number| !is_taken(&self.name(*number).folded()));
        let at = |place: Option<usize>| place.and_then(|place| numbers.get(place)).copied();
        let (free, last_taken) = (at(free), at(free.map_or(numbers.len(), |free| free).checked_sub(1)));
        let (free, taken) = match (self.search, free) {
            (Search::Wanted | Search::First | Search::From(_), Some(free)) => return Some(self.name(free)),
            (Search::Wanted, None) => {
                self.search = Search::First;
                return None;
            }
            (Search::First, None) => {
                self.search = Search::Doubling;
                return None;
            }
            (Search::Doubling, None) => {
                self.search = Search::From(FARTHEST + 1);
                return None;
            }
            (Search::From(first), None) => {
                self.search = Search::From(first + AT_ONCE);
                return None;
            }
            (Search::Doubling, Some(free)) => (free, last_taken.unwrap_or(AT_ONCE + 1)),
            (Search::Between { taken, free }, found) => (found.unwrap_or(free), last_taken.unwrap_or(taken)),
        };
        self.search = Search::Between { taken, free };
        (free == taken + 1).then(|| self.name(free))
    }

    fn numbers(&self) -> Vec<u64> {
        match self.search {
            Search::Wanted => vec![1],
            Search::First => (2..=AT_ONCE + 1).collect(),
            Search::Doubling => std::iter::successors(Some(2 * AT_ONCE), |last| Some(last * 2))
                .take_while(|far| *far <= FARTHEST)
                .collect(),
            Search::Between { taken, free } if free - taken <= AT_ONCE + 1 => (taken + 1..free).collect(),
            Search::Between { taken, free } => {
                (1..=AT_ONCE).map(|part| taken + (free - taken) * part / (AT_ONCE + 1)).collect()
            }
            Search::From(first) => (first..first + AT_ONCE).collect(),
        }
    }

    fn name(&self, number: u64) -> FileName {
        if number == 1 { self.wanted.clone() } else { self.wanted.numbered(number) }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeSet;

    use super::*;

    fn name(text: &str) -> FileName {
        FileName::new(text).unwrap()
    }

    fn settle(wanted: &str, taken: &[&str]) -> String {
        let taken: BTreeSet<FoldedName> = taken.iter().map(|text| name(text).folded()).collect();
        settle_name(&name(wanted), |name| taken.contains(name)).as_str().to_owned()
    }

    /// The number that `scan.pdf` gets, and about how many names was asked, where a number is taken if `is_taken` says so.
    fn number(is_taken: impl Fn(u64) -> bool) -> (u64, u32) {
        let asked = Cell::new(0);
        let number_of = |text: &str| {
            text.strip_prefix("scan (")
                .and_then(|rest| rest.strip_suffix(").pdf"))
                .map_or(1, |number| number.parse().unwrap())
        };
        let settled = settle_name(&name("scan.pdf"), |name| {
            asked.set(asked.get() + 1);
            is_taken(number_of(name.as_str()))
        });
        (number_of(settled.as_str()), asked.get())
    }

    #[test]
    fn s31_a_taken_name_gets_the_first_free_number() {
        assert_eq!(settle("scan.pdf", &[]), "scan.pdf");
        assert_eq!(settle("scan.pdf", &["scan.pdf"]), "scan (2).pdf");
        assert_eq!(settle("scan.pdf", &["scan.pdf", "scan (2).pdf", "scan (4).pdf"]), "scan (3).pdf");
        assert_eq!(settle("scan (2).pdf", &["scan (2).pdf"]), "scan (2) (2).pdf");
    }

    #[test]
    fn s32_case_and_composition_do_not_make_a_name_free() {
        assert_eq!(settle("Re\u{301}sume\u{301}.PDF", &["résumé.pdf"]), "Résumé (2).PDF");
    }

    #[test]
    fn s31_numbers_without_a_gap_are_gone_on_with_and_few_names_are_looked_at() {
        for last in (1..400).chain([1_023, 1_024, 9_999, 99_999, 1_000_000, FARTHEST - 1]) {
            let (got, asked) = number(|number| number <= last);
            assert_eq!(got, last + 1, "after {last}");
            assert!(asked <= 256, "{asked} names were looked at after {last}");
        }
    }

    #[test]
    fn s31_what_is_found_is_free_wherever_the_gaps_are() {
        for seed in 0..2_000_u64 {
            let taken = |number: u64| number == 1 || (number * 2_654_435_761 + seed * 40_503) % 97 < 90;
            let (got, asked) = number(taken);
            assert!(!taken(got) && asked < 300, "{got} after {asked}");
        }
    }

    #[test]
    fn s31_who_takes_every_number_that_is_tried_first_keeps_nobody_out() {
        let tried = |number: u64| number <= 33 || number.is_power_of_two();
        assert_eq!(number(tried).0, FARTHEST + 1);
        assert_eq!(number(|number| tried(number) || (FARTHEST..FARTHEST + 100).contains(&number)).0, FARTHEST + 100);
    }

    #[test]
    fn what_others_will_ask_is_what_comes_next() {
        let wanted = name("scan.pdf");
        let taken: BTreeSet<FoldedName> =
            std::iter::once(wanted.folded()).chain((2..=40).map(|number| wanted.numbered(number).folded())).collect();
        let mut settling = NameSettling::new(&wanted);
        for _ in 0..3 {
            assert_eq!(settling.will_ask(2), []);
            assert_eq!(settling.learn(|name| taken.contains(name)), None);
        }
        assert_eq!(settling.will_ask(2), [wanted.numbered(34).folded(), wanted.numbered(35).folded()]);
    }

    #[test]
    fn names_at_the_limit_of_length_still_settle_to_distinct_ones() {
        let long = "x".repeat(FileName::MAX_CHARS);
        let mut taken = Vec::new();
        for _ in 0..12 {
            let next = settle(&long, &taken.iter().map(String::as_str).collect::<Vec<_>>());
            assert!(!taken.contains(&next) && next.chars().count() <= FileName::MAX_CHARS);
            taken.push(next);
        }
    }
}
