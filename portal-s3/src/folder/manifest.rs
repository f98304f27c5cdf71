//! Which parts are the bytes of a blob, in which order.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use portal_core::ports::Part;

/// The file's name in the blob's folder.
pub(super) const NAME: &str = "manifest";
/// What the names of files start with while they are written.
pub(super) const UNFINISHED: &str = "unfinished-";

const FIRST_LINE: &str = "portal blob, version 1";
/// 10,000 parts, the most that S3 has too, need a tenth of this.
const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// The parts of a blob, by number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Manifest(Vec<Part>);

impl Manifest {
    /// The manifest of `parts`, in the order of their numbers.
    pub(super) fn of(mut parts: Vec<Part>) -> io::Result<Self> {
        parts.sort_by_key(|part| part.number);
        let distinct = parts.is_sorted_by(|one, next| one.number < next.number);
        if !distinct || parts.iter().any(|part| part.number == 0 || !is_tag(&part.tag)) {
            return Err(io::Error::new(io::ErrorKind::NotFound, "no upload has such parts"));
        }
        Ok(Self(parts))
    }

    /// The parts, by number.
    pub(super) fn parts(&self) -> &[Part] {
        &self.0
    }

    /// How many bytes the parts have together.
    pub(super) fn size_bytes(&self) -> u64 {
        self.0.iter().map(|part| part.size_bytes).fold(0, u64::saturating_add)
    }

    /// Reads the manifest in `folder`.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let mut text = String::new();
        File::open(folder.join(NAME))?.take(MAX_BYTES).read_to_string(&mut text)?;
        let broken = || io::Error::new(io::ErrorKind::InvalidData, "the manifest of a blob is damaged");
        let mut lines = text.lines();
        if lines.next() != Some(FIRST_LINE) {
            return Err(broken());
        }
        let parts: Option<Vec<Part>> = lines.map(parse_line).collect();
        Self::of(parts.ok_or_else(broken)?).map_err(|_| broken())
    }

    /// Writes the manifest into `folder`, whole or not at all, and leaves one that is there as it is.
    pub(super) fn write(&self, folder: &Path) -> io::Result<()> {
        let mut text = format!("{FIRST_LINE}\n");
        for part in &self.0 {
            let _infallible = writeln!(text, "{} {} {}", part.number, part.size_bytes, part.tag);
        }
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        // INVARIANT: a manifest is never replaced. The kernel may look the folder up, let another process rename it, and only then
        // rename this file: what was published and answered for would change.
        file.persist_noclobber(folder.join(NAME))?;
        Ok(())
    }
}

/// The name of a part's file.
pub(super) fn part_name(number: u32, tag: &str) -> String {
    format!("part-{number}-{tag}")
}

/// The tag of a part, if it is one that this store gave out.
pub(super) fn tag_of(part: &Part) -> io::Result<&str> {
    let unknown = || io::Error::new(io::ErrorKind::NotFound, "no upload has such parts");
    Some(part.tag.as_str()).filter(|tag| is_tag(tag)).ok_or_else(unknown)
}

/// A tag becomes part of a path, and comes from outside: letters and digits, nothing else.
fn is_tag(tag: &str) -> bool {
    (1..=64).contains(&tag.len()) && tag.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn parse_line(line: &str) -> Option<Part> {
    let mut words = line.split(' ');
    let part = Part {
        number: words.next()?.parse().ok()?,
        size_bytes: words.next()?.parse().ok()?,
        tag: words.next()?.to_owned(),
    };
    words.next().is_none().then_some(part)
}
