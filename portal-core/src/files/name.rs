//! Settling names: no two live entries of one folder share a folded name.

use std::collections::BTreeSet;

use crate::values::{FileName, FoldedName};

/// The name that a new entry gets in a folder whose other live entries have the folded names `taken`: the wanted one, or
/// the first free `name (2).ext`, `name (3).ext`, …
///
/// A store calls it inside the commit, under the folder's lock, with at least all taken names that [`FoldedName`] stems
/// could collide with: those equal to the wanted name or beginning with its folded stem.
///
/// # Examples
/// ```
/// # use portal_core::files::settle_name;
/// # use portal_core::values::FileName;
/// let wanted = FileName::new("scan.pdf")?;
/// let taken = [FileName::new("Scan.PDF")?.folded()].into();
/// assert_eq!(settle_name(&wanted, &taken).as_str(), "scan (2).pdf");
/// # Ok::<(), portal_core::values::FileNameError>(())
/// ```
pub fn settle_name(wanted: &FileName, taken: &BTreeSet<FoldedName>) -> FileName {
    if !taken.contains(&wanted.folded()) {
        return wanted.clone();
    }
    // One of `taken.len() + 1` candidates is free.
    let last = taken.len() as u64 + 2;
    (2..=last)
        .map(|number| wanted.numbered(number))
        .find(|name| !taken.contains(&name.folded()))
        .unwrap_or_else(|| wanted.numbered(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(wanted: &str, taken: &[&str]) -> String {
        let taken = taken.iter().map(|name| FileName::new(name).unwrap().folded()).collect();
        settle_name(&FileName::new(wanted).unwrap(), &taken).as_str().to_owned()
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
