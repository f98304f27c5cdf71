//! Where a blob lies, and how folders are made and synced so that they are still there after a power cut.

use std::fs::{DirBuilder, File};
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use portal_core::values::{BlobKey, Id as _};

/// What follows the key in the name of an upload's folder.
const UPLOAD: &str = ".upload";
/// What follows the key in the name of a folder that is being deleted.
const GONE: &str = ".gone";

/// The folders that a blob may be in, by its state.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The folder that holds those of all keys with the same first two digits: no folder grows with the whole store.
    pub(super) shard: PathBuf,
    /// The blob's folder while it is uploaded.
    pub(super) upload: PathBuf,
    /// The blob's folder once it is whole.
    pub(super) whole: PathBuf,
    /// The blob's folder while it is deleted.
    pub(super) gone: PathBuf,
}

impl Place {
    /// The place of `key` under `root`.
    pub(super) fn of(root: &Path, key: BlobKey) -> Self {
        let bits = key.as_u128();
        let name = format!("{bits:032x}");
        let shard = root.join(shard_name(bits));
        Self {
            upload: shard.join(format!("{name}{UPLOAD}")),
            gone: shard.join(format!("{name}{GONE}")),
            whole: shard.join(name),
            shard,
        }
    }

    /// The states' folders.
    pub(super) fn folders(&self) -> [&Path; 3] {
        [&self.whole, &self.upload, &self.gone]
    }
}

/// The name of the shard of a key.
pub(super) fn shard_name(bits: u128) -> String {
    format!("{:02x}", bits >> 120)
}

/// Reads the key off the name of a blob's folder, whatever its state.
pub(super) fn key_of(name: &str) -> Option<u128> {
    let digits = name.strip_suffix(UPLOAD).or_else(|| name.strip_suffix(GONE)).unwrap_or(name);
    parse_key(digits)
}

/// Reads 32 lower-case hexadecimal digits.
pub(super) fn parse_key(digits: &str) -> Option<u128> {
    let lower_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let well_formed = digits.len() == 32 && digits.bytes().all(lower_hex);
    well_formed.then(|| u128::from_str_radix(digits, 16).ok()).flatten()
}

/// Makes the folder of the whole store, with what leads to it.
pub(super) fn make_root(root: &Path) -> io::Result<()> {
    let missing: Vec<&Path> = root.ancestors().take_while(|folder| !folder.exists()).collect();
    DirBuilder::new().recursive(true).mode(0o700).create(root)?;
    missing.into_iter().filter_map(Path::parent).try_for_each(sync)?;
    sync(root)
}

/// Makes the folder `path`, unless it is there, and syncs the one that it lies in.
pub(super) fn make(path: &Path) -> io::Result<()> {
    match DirBuilder::new().mode(0o700).create(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
        // Whoever made it before may have been cut off before syncing.
        Ok(()) | Err(_) => {}
    }
    path.parent().map_or(Ok(()), sync)
}

/// Makes sure that the names in a folder outlive a power cut.
pub(super) fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Dates a folder and makes sure that its names outlive a power cut.
pub(super) fn date_and_sync(folder: &Path, now: SystemTime) -> io::Result<()> {
    let folder = File::open(folder)?;
    folder.set_modified(now)?;
    folder.sync_all()
}
