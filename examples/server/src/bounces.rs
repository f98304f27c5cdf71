//! Delivery reports that a mail system lays into a folder: what they say did not arrive is marked.

use std::io;
use std::path::{Path, PathBuf};

use portal_core::values::Timestamp;
use portal_core::{Error, ErrorKind, Portal};
use tokio::fs;
use tokio::io::AsyncReadExt as _;

/// How many reports one call reads.
const AT_ONCE: usize = 100;
/// Where what tells nothing of our mail is put, for people to look at.
const OTHER: &str = "other";

/// What one call found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reports {
    /// Reports that one of the portal's mails failed for good: they are noted, and gone.
    pub noted: usize,
    /// Everything else, which lies in the folder `other` now.
    pub other: usize,
    /// Whether more may be waiting.
    pub more: bool,
}

/// Why reports could not be read now; they wait.
#[derive(Debug, thiserror::Error)]
pub enum ReportsError {
    /// The folder cannot be read or written.
    #[error("the folder of delivery reports cannot be read: {0}")]
    Folder(#[from] io::Error),
    /// What a report says cannot be noted.
    #[error("what a delivery report says cannot be noted: {0}")]
    Portal(#[from] Error),
}

/// Reads the `.eml` files of a folder, a bounded number of them, and notes what they say of the portal's mail. Whoever lays them there writes them
/// under another name first, and renames them once they are whole.
///
/// # Errors
/// [`ReportsError`]: what was not noted by then is met again.
pub async fn read_reports(portal: &Portal, folder: &Path, now: Timestamp) -> Result<Reports, ReportsError> {
    let mut reports = Reports::default();
    for path in waiting(folder).await? {
        // Somebody else may have taken it meanwhile.
        let Some(raw) = read(&path).await? else { continue };
        let noted = match portal_smtp::undelivered(&raw) {
            Some(failed) => match portal.host().mail(failed.firm).bounced(failed.message, failed.reason).await {
                Ok(()) => true,
                // The firm sent no such mail: whoever says so was guessing.
                Err(error) if error.kind() == ErrorKind::NotFound => false,
                Err(error) => return Err(error.into()),
            },
            None => false,
        };
        if noted {
            gone(fs::remove_file(&path).await)?;
            reports.noted += 1;
        } else {
            put_apart(folder, &path, now).await?;
            reports.other += 1;
        }
    }
    reports.more = reports.noted + reports.other >= AT_ONCE;
    Ok(reports)
}

/// The files that are whole.
async fn waiting(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let (mut found, mut entries) = (Vec::new(), fs::read_dir(folder).await?);
    while let Some(entry) = entries.next_entry().await? {
        let path = entry.path();
        let named = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("eml"));
        if named && entry.file_type().await?.is_file() {
            found.push(path);
        }
        if found.len() == AT_ONCE {
            break;
        }
    }
    Ok(found)
}

/// A file, and of one that is too large no more than tells so.
async fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let file = match fs::File::open(path).await {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut raw = Vec::new();
    file.take(portal_smtp::MAX_REPORT_BYTES as u64 + 1).read_to_end(&mut raw).await?;
    Ok(Some(raw))
}

async fn put_apart(folder: &Path, path: &Path, now: Timestamp) -> io::Result<()> {
    let Some(name) = path.file_name().and_then(|name| name.to_str()) else {
        return Err(io::Error::other("a file is called by no text"));
    };
    let other = folder.join(OTHER);
    fs::create_dir_all(&other).await?;
    // Mail systems call two files alike if they are apart in time.
    gone(fs::rename(path, other.join(format!("{}-{name}", now.as_micros()))).await)
}

fn gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        done => done,
    }
}
