//! From the first part to the last rename.

use std::collections::HashSet;
use std::fs;
use std::io::{self, Write as _};
use std::path::Path;
use std::time::SystemTime;

use portal_core::ports::Part;

use super::manifest::{self, Manifest, UNFINISHED, part_name};
use super::place::{self, Place};

/// Makes the folder of an upload.
pub(super) fn begin(place: &Place, now: SystemTime) -> io::Result<()> {
    place::make(&place.shard)?;
    place::make(&place.upload)?;
    place::date_and_sync(&place.upload, now)
}

/// Writes one part, so that it is there whole or not at all.
pub(super) fn put_part(place: &Place, number: u32, bytes: &[u8], now: SystemTime) -> io::Result<Part> {
    if number == 0 {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "parts are numbered from 1"));
    }
    let mut file = tempfile::Builder::new().prefix(UNFINISHED).rand_bytes(16).tempfile_in(&place.upload)?;
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    let tag = random_end(file.path())?;
    file.persist_noclobber(place.upload.join(part_name(number, &tag)))?;
    place::date_and_sync(&place.upload, now)?;
    Ok(Part { number, size_bytes: bytes.len() as u64, tag })
}

/// Makes `parts` the bytes of the blob. The first that gets as far as the manifest decides which parts those are.
pub(super) fn complete(place: &Place, parts: Vec<Part>, now: SystemTime) -> io::Result<()> {
    let wanted = Manifest::of(parts)?;
    match publish(place, &wanted, now) {
        // Somebody was here before, or is here now: what they published may be just this.
        Err(error) if is_taken(&error) => {}
        other => other?,
    }
    place::sync(&place.shard)?;
    let published = Manifest::read(&place.whole)?;
    if published != wanted {
        return Err(other_parts());
    }
    drop_strays(&place.whole, &published, now);
    Ok(())
}

/// Removes one part; what was completed stays.
pub(super) fn discard_part(place: &Place, part: &Part) -> io::Result<()> {
    let name = part_name(part.number, manifest::tag_of(part)?);
    unless_missing(fs::remove_file(place.upload.join(name)))
}

/// Gives an upload up; what was completed stays.
pub(super) fn abort(place: &Place) -> io::Result<()> {
    remove(place, &[&place.upload])
}

/// Deletes the blob and its upload.
pub(super) fn delete(place: &Place) -> io::Result<()> {
    remove(place, &[&place.whole, &place.upload])
}

fn publish(place: &Place, wanted: &Manifest, now: SystemTime) -> io::Result<()> {
    for part in wanted.parts() {
        let written = fs::metadata(place.upload.join(part_name(part.number, &part.tag)))?;
        if written.len() != part.size_bytes {
            return Err(io::Error::new(io::ErrorKind::NotFound, "no part of this size was put"));
        }
    }
    match wanted.write(&place.upload) {
        // Somebody looked at their parts, and publishes them now or was cut off: what they began is ended. Whether it is what is
        // wanted is seen in what was published.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        written => written?,
    }
    place::date_and_sync(&place.upload, now)?;
    fs::rename(&place.upload, &place.whole)
}

fn other_parts() -> io::Error {
    io::Error::new(io::ErrorKind::NotFound, "the upload is completed with other parts")
}

/// Whether a step failed because the folder was renamed under it, or because the name it should get is taken.
fn is_taken(error: &io::Error) -> bool {
    use io::ErrorKind::{AlreadyExists, DirectoryNotEmpty, NotFound};
    matches!(error.kind(), NotFound | DirectoryNotEmpty | AlreadyExists)
}

/// Removes parts that were put again, and files whose writer was cut off. What cannot be removed now goes when the blob is deleted.
fn drop_strays(folder: &Path, published: &Manifest, now: SystemTime) {
    let parts = published.parts().iter().map(|part| part_name(part.number, &part.tag));
    let kept: HashSet<String> = parts.chain([manifest::NAME.to_owned()]).collect();
    let mut dropped = false;
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        if !entry.file_name().to_str().is_some_and(|name| kept.contains(name)) {
            dropped |= fs::remove_file(entry.path()).is_ok();
        }
    }
    if dropped {
        let _date_of_the_machine_stays = place::date_and_sync(folder, now);
    }
}

/// Renames each of `folders` out of the way, which is when its bytes are gone for everybody, and then removes it.
fn remove(place: &Place, folders: &[&Path]) -> io::Result<()> {
    for folder in folders {
        // What an earlier deletion left behind would be in the way of the rename.
        unless_missing(fs::remove_dir_all(&place.gone))?;
        unless_missing(fs::rename(folder, &place.gone))?;
    }
    unless_missing(fs::remove_dir_all(&place.gone))?;
    unless_missing(place::sync(&place.shard))
}

fn unless_missing(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn random_end(path: &Path) -> io::Result<String> {
    let name = path.file_name().and_then(|name| name.to_str());
    let end = name.and_then(|name| name.strip_prefix(UNFINISHED));
    end.map(str::to_owned).ok_or_else(|| io::Error::other("a file got another name than asked for"))
}
