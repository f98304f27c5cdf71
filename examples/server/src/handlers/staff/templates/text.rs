//! Folder templates as people type them: a folder a line, two spaces deeper for what lies in it, and behind its name how it is
//! shared with all contacts: `(View Only)` or `(View and Upload)`, in whatever case, or shortly `(view)` and `(upload)`.

use std::collections::HashMap;

use portal_core::directory::{FolderTree, FolderTreeError, TemplateFolder, TemplateSharing};
use portal_core::values::{FileName, FoldedName};

use crate::views::words;

const VIEW: &str = "(view)";
const UPLOAD: &str = "(upload)";
/// So many spaces are one level.
const STEP: usize = 2;

/// The folders as they are typed.
pub(super) fn written(folders: &[TemplateFolder]) -> String {
    let mut text = String::new();
    write(folders, 0, &mut text);
    text
}

fn write(folders: &[TemplateFolder], depth: usize, text: &mut String) {
    for folder in folders {
        let sharing = match folder.sharing {
            TemplateSharing::NotShared => String::new(),
            TemplateSharing::View => format!(" {VIEW}"),
            TemplateSharing::ViewAndUpload => format!(" {UPLOAD}"),
        };
        text.push_str(&format!("{}{}{sharing}\n", " ".repeat(depth * STEP), folder.name));
        write(&folder.folders, depth + 1, text);
    }
}

/// A line: how deep it is, and its folder.
struct Line {
    depth: usize,
    folder: TemplateFolder,
}

/// Reads what was typed; in words what is wrong with it.
pub(super) fn read(text: &str) -> Result<FolderTree, String> {
    let typed = text.lines().zip(1_usize..).filter(|(line, _)| !line.trim().is_empty());
    let mut lines = Vec::new();
    // The names in the folder that is being read, and in those above it, each with its line.
    let mut places: Vec<HashMap<FoldedName, usize>> = Vec::new();
    for (text, number) in typed {
        let spaces: usize =
            text.chars().take_while(|it| it.is_whitespace()).map(|it| if it == '\t' { STEP } else { 1 }).sum();
        let depth = spaces / STEP;
        if depth > lines.last().map_or(0, |last: &Line| last.depth + 1) {
            return Err(format!(
                "Line {number} is too far to the right: put it two spaces right of the folder it lies in."
            ));
        }
        let (name, sharing) = shared(text.trim());
        let name =
            FileName::new(name.trim()).map_err(|_| format!("The folder on line {number} cannot be called so."))?;
        places.truncate(depth + 1);
        places.resize_with(depth + 1, HashMap::new);
        if let Some(before) = places.last_mut().and_then(|here| here.insert(name.folded(), number)) {
            return Err(format!(
                "Lines {before} and {number} have the same name, “{name}”. Call one of them otherwise."
            ));
        }
        lines.push(Line { depth, folder: TemplateFolder::new(name).shared(sharing) });
    }
    let mut lines = lines.into_iter().peekable();
    FolderTree::new(gather(&mut lines, 0)).map_err(|error| match error {
        FolderTreeError::TooMany { most } => format!("A template has at most {most} folders."),
        FolderTreeError::TooDeep { most } => format!("Folders of a template lie at most {most} deep."),
        _ => "These folders make no template.".to_owned(),
    })
}

/// A name, and how what stands in brackets behind it shares it. Other brackets are part of the name.
fn shared(text: &str) -> (&str, TemplateSharing) {
    let behind = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let Some((name, said)) = behind else { return (text, TemplateSharing::NotShared) };
    let said: Vec<String> = said.split_whitespace().map(str::to_lowercase).collect();
    match said.join(" ").as_str() {
        "view" | "view only" => (name, TemplateSharing::View),
        "upload" | "view and upload" | "view & upload" => (name, TemplateSharing::ViewAndUpload),
        _ => (text, TemplateSharing::NotShared),
    }
}

/// `3 folders, 1 of them shared as View Only`: how a text was understood.
pub(super) fn counted(folders: &[TemplateFolder]) -> String {
    let (all, view, upload) = count(folders);
    let shared = [(view, "View Only"), (upload, "View and Upload")];
    let shared: Vec<String> = shared
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, access)| format!("{count} shared as {access}"))
        .collect();
    let folders = words::counted(&all, "folder", "folders");
    match shared.as_slice() {
        [] => format!("{folders}, none of them shared"),
        shared => format!("{folders}, {}", words::listed(shared)),
    }
}

/// How many folders there are, and how many are shared in either way.
fn count(folders: &[TemplateFolder]) -> (u64, u64, u64) {
    folders.iter().fold((0, 0, 0), |(all, view, upload), folder| {
        let below = count(&folder.folders);
        let is = |sharing| u64::from(folder.sharing == sharing);
        (
            all + 1 + below.0,
            view + below.1 + is(TemplateSharing::View),
            upload + below.2 + is(TemplateSharing::ViewAndUpload),
        )
    })
}

/// The folders of one level, each with what lies in it. No line is more than one deeper than the one before.
fn gather(lines: &mut std::iter::Peekable<std::vec::IntoIter<Line>>, depth: usize) -> Vec<TemplateFolder> {
    let mut folders = Vec::new();
    // Deeper than any template is, so that what is typed goes no deeper into this.
    while let Some(line) = lines.next_if(|line| line.depth >= depth || depth > FolderTree::DEEPEST) {
        let below = if depth > FolderTree::DEEPEST { Vec::new() } else { gather(lines, depth + 1) };
        folders.push(TemplateFolder { folders: below, ..line.folder });
    }
    folders
}

#[cfg(test)]
mod tests {
    use super::*;

    const TYPED: &str = "Permanent (view)\n  Letters\n    2025\nClient Uploads (upload)\n";

    #[test]
    fn what_was_typed_is_read_and_written_again() {
        let read_back = |text: &str| written(read(text).unwrap().folders());
        assert_eq!(read_back(TYPED), TYPED);
        assert_eq!(read_back("A\n\tB\n\n\t\tC (view)"), "A\n  B\n    C (view)\n");
        assert_eq!(read_back(" A\n   B\n  C"), "A\n  B\n  C\n");
        assert_eq!(read_back(""), "");
        assert_eq!(read_back("(draft) A(view)"), "(draft) A (view)\n");
    }

    #[test]
    fn sharing_is_said_in_any_case_and_in_the_words_of_the_share_dialog() {
        let read_back = |text: &str| written(read(text).unwrap().folders());
        for view in ["(View)", "(VIEW)", "(view )", "(View Only)", "( view  only )"] {
            assert_eq!(read_back(&format!("Permanent {view}")), "Permanent (view)\n", "{view}");
        }
        for upload in ["(Upload)", "(View and Upload)", "(view & upload)"] {
            assert_eq!(read_back(&format!("Tax {upload}")), "Tax (upload)\n", "{upload}");
        }
        assert_eq!(read_back("Tax (2025)"), "Tax (2025)\n");
        assert_eq!(
            counted(read("A (View)\n  B\nC (upload)").unwrap().folders()),
            "3 folders, 1 shared as View Only and 1 shared as View and Upload"
        );
        assert_eq!(counted(read("A").unwrap().folders()), "1 folder, none of them shared");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        assert!(read("A\n    B").unwrap_err().contains("Line 2"));
        assert!(read("  A").unwrap_err().contains("Line 1"));
        assert!(read("A\n  (view)").unwrap_err().contains("line 2"));
        assert!(read("A\n  B\nC\n  B\na").unwrap_err().starts_with("Lines 1 and 5 have the same name, “a”"));
        assert!(read("A\n  B\nC\n  B").is_ok(), "in two places");
        let deep: String = (0..40).map(|depth| format!("{}A\n", "  ".repeat(depth))).collect();
        assert!(read(&deep).unwrap_err().contains("deep"));
        let many: String = (0..101).map(|number| format!("{number}\n")).collect();
        assert!(read(&many).unwrap_err().contains("at most 100"));
    }
}
