//! Where things stand in the zip file: no two of them at one path, whatever is renamed and moved while it is written.

use std::collections::HashSet;

use crate::files::settle_name;
use crate::values::{Digest, FileName, FoldedName};

/// The paths that are taken, by their digests: however long they are, each costs the same.
#[derive(Debug, Default)]
pub(super) struct Paths(HashSet<u128>);

impl Paths {
    /// The path of `name` in the folder at `folder`, which ends with a slash: with a number where it is taken.
    pub(super) fn settle(&mut self, folder: &str, name: &FileName) -> String {
        let folded = folder.to_lowercase();
        let settled = settle_name(name, |name| self.0.contains(&mark(&folded, name)));
        self.0.insert(mark(&folded, &settled.folded()));
        format!("{folder}{settled}")
    }
}

fn mark(folder: &str, name: &FoldedName) -> u128 {
    Digest::of_parts(&[folder.as_bytes(), name.as_str().as_bytes()]).leading_u128()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_stand_at_one_path_gets_a_number() {
        let mut paths = Paths::default();
        let mut settle = |folder: &str, name: &str| paths.settle(folder, &FileName::new(name).unwrap());
        assert_eq!(settle("Files/", "scan.pdf"), "Files/scan.pdf");
        assert_eq!(settle("Files/", "Scan.PDF"), "Files/Scan (2).PDF");
        assert_eq!(settle("Files/", "scan.pdf"), "Files/scan (3).pdf");
        assert_eq!(settle("FILES/", "scan.pdf"), "FILES/scan (4).pdf", "as file systems see it");
        assert_eq!(settle("Trash/", "scan.pdf"), "Trash/scan.pdf");
    }
}
