//! How deep folders may lie.
//!
//! A name has at most 200 characters of up to 4 bytes, and a path in a zip file at most 65,535 bytes: deeper than this nothing
//! above could be downloaded as one file any more. Two who make folders deeper at the same time may each pass by the other; there is room for
//! thirty more before it matters.

use super::FilesRefusal;
use crate::sharing::Ancestry;

/// How many folders may lie in one another below the folder that holds all of a client's files.
pub const DEEPEST: usize = 50;

/// Refuses what would lie too deep in the folder of `into`: a folder with so many folders in one another below it.
///
/// # Errors
/// [`FilesRefusal::TooDeep`].
pub(crate) fn refuse_too_deep(into: &Ancestry, below: usize) -> Result<(), FilesRefusal> {
    // The root counts for nothing, and the folder itself for one.
    if into.steps.len().saturating_add(below) > DEEPEST { Err(FilesRefusal::TooDeep { most: DEEPEST }) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sharing::tests_support::Path;
    use crate::values::FileName;

    #[test]
    fn folders_lie_so_deep_and_no_deeper() {
        let mut path = Path::root();
        for depth in 1..=50 {
            assert_eq!(refuse_too_deep(&path.ancestry(), 0), Ok(()), "{depth}");
            assert_eq!(refuse_too_deep(&path.ancestry(), 50 - depth), Ok(()), "{depth}");
            assert!(refuse_too_deep(&path.ancestry(), 51 - depth).is_err(), "{depth}");
            path = path.folder(u128::try_from(depth).unwrap());
        }
        assert_eq!(refuse_too_deep(&path.ancestry(), 0), Err(FilesRefusal::TooDeep { most: 50 }));
    }

    #[test]
    fn the_longest_path_fits_into_a_zip_file() {
        let longest = FileName::new(&"\u{10ffff}".repeat(500)).map_or(4 * 200, |name| name.as_str().len());
        assert!((DEEPEST + 1 + 30) * (longest + 1) <= usize::from(u16::MAX), "{longest} bytes");
    }
}
