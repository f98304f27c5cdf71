//! Folder templates as people type them: a folder a line, two spaces deeper for what lies in it, and behind its name how it is
//! shared with all contacts, `(view)` or `(upload)`.

use portal_core::directory::{FolderTree, FolderTreeError, TemplateFolder, TemplateSharing};
use portal_core::values::FileName;

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
    for (text, number) in typed {
        let spaces: usize =
            text.chars().take_while(|it| it.is_whitespace()).map(|it| if it == '\t' { STEP } else { 1 }).sum();
        let depth = spaces / STEP;
        if depth > lines.last().map_or(0, |last: &Line| last.depth + 1) {
            return Err(format!(
                "Line {number} is too far to the right: put it two spaces right of the folder it lies in."
            ));
        }
        let (name, sharing) = match text.trim() {
            text if text.ends_with(VIEW) => (text.trim_end_matches(VIEW), TemplateSharing::View),
            text if text.ends_with(UPLOAD) => (text.trim_end_matches(UPLOAD), TemplateSharing::ViewAndUpload),
            text => (text, TemplateSharing::NotShared),
        };
        let name =
            FileName::new(name.trim()).map_err(|_| format!("The folder on line {number} cannot be called so."))?;
        lines.push(Line { depth, folder: TemplateFolder::new(name).shared(sharing) });
    }
    let mut lines = lines.into_iter().peekable();
    FolderTree::new(gather(&mut lines, 0)).map_err(|error| match error {
        FolderTreeError::TooMany { most } => format!("A template has at most {most} folders."),
        FolderTreeError::TooDeep { most } => format!("Folders of a template lie at most {most} deep."),
        FolderTreeError::SameName => "Two folders in one place have the same name.".to_owned(),
        _ => "These folders make no template.".to_owned(),
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
    fn what_is_wrong_is_told_with_its_line() {
        assert!(read("A\n    B").unwrap_err().contains("Line 2"));
        assert!(read("  A").unwrap_err().contains("Line 1"));
        assert!(read("A\n  (view)").unwrap_err().contains("line 2"));
        assert!(read("A\na").unwrap_err().contains("same name"));
        let deep: String = (0..40).map(|depth| format!("{}A\n", "  ".repeat(depth))).collect();
        assert!(read(&deep).unwrap_err().contains("deep"));
        let many: String = (0..101).map(|number| format!("{number}\n")).collect();
        assert!(read(&many).unwrap_err().contains("at most 100"));
    }
}
