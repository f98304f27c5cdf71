//! Where things stand in a zip file: no two of them at one path, whatever is renamed and moved while it is written, and all under
//! names that any file system takes.

use std::collections::HashSet;

use crate::files::settle_name;
use crate::values::{Digest, FileName, FoldedName};

/// The paths that are taken, by their digests: however long they are, each costs the same.
#[derive(Debug, Default)]
pub(crate) struct Paths(HashSet<u128>);

impl Paths {
    /// The path of `name` in the folder at `folder`, which ends with a slash: with a number where it is taken.
    pub(crate) fn settle(&mut self, folder: &str, name: &FileName) -> String {
        let folded = folder.to_lowercase();
        let settled = settle_name(&portable(name), |name| self.0.contains(&mark(&folded, name)));
        self.0.insert(mark(&folded, &settled.folded()));
        format!("{folder}{settled}")
    }
}

/// The name as all file systems take it. On Windows some characters mean drives, streams and patterns, and some names mean
/// devices, whatever follows their first dot.
fn portable(name: &FileName) -> FileName {
    const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];
    let named = |character| if "<>:\"|?*".contains(character) { '_' } else { character };
    let mut text: String = name.as_str().chars().map(named).collect();
    let kept = text.trim_end_matches(['.', ' ']).len();
    if kept < text.len() {
        text.truncate(kept);
        text.push('_');
    }
    let stem = text.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let port = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    if DEVICES.contains(&stem.as_str()) || port.is_some_and(|number| number.chars().count() == 1) {
        text.insert(0, '_');
    }
    // One that became too long is none that was short enough to mean a device.
    FileName::new(&text).unwrap_or_else(|_| name.clone())
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

    #[test]
    fn no_name_means_a_drive_a_stream_or_a_device() {
        let mut paths = Paths::default();
        let mut settle = |name: &str| paths.settle("", &FileName::new(name).unwrap());
        assert_eq!(settle("C:evil.bat"), "C_evil.bat");
        assert_eq!(settle("C_evil.bat"), "C_evil (2).bat");
        assert_eq!(settle("invoice.pdf:hidden.exe"), "invoice.pdf_hidden.exe");
        assert_eq!(settle("what? *all* <of> \"it\" a|b"), "what_ _all_ _of_ _it_ a_b");
        assert_eq!([settle("NUL.txt"), settle("con"), settle("Lpt1.tar.gz")], ["_NUL.txt", "_con", "_Lpt1.tar.gz"]);
        assert_eq!([settle("lpt.pdf"), settle("console.log"), settle("Com10")], ["lpt.pdf", "console.log", "Com10"]);
    }
}
