//! Listing keys for the sweeper.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::Path;

use portal_core::ports::BlobPage;
use portal_core::values::{BlobKey, Cursor, Id as _, Timestamp};

use super::place::{Place, key_of, parse_key, shard_name};

/// The key at which a page ended.
pub(super) fn position(cursor: &Cursor) -> io::Result<u128> {
    let not_ours = || io::Error::new(io::ErrorKind::InvalidInput, "not a cursor of this store");
    parse_key(cursor.as_str()).ok_or_else(not_ours)
}

/// The `limit` keys that follow `after`. Of each shard's names no more than a page is held at a time, however many there are.
pub(super) fn page(root: &Path, after: Option<u128>, limit: usize) -> io::Result<BlobPage> {
    let mut keys = BTreeSet::new();
    for shard in shards(root, after)? {
        collect(&root.join(shard), after, limit, &mut keys)?;
        if keys.len() > limit {
            break;
        }
    }
    let more = keys.len() > limit;
    let listed: Vec<u128> = keys.into_iter().take(limit).collect();
    let next = listed.last().filter(|_| more).map(|last| Cursor::new(format!("{last:032x}")));
    let blobs = listed.into_iter().map(BlobKey::from_u128).filter_map(|key| Some((key, written(root, key)?))).collect();
    Ok(BlobPage { blobs, next })
}

/// The names of the shards, from that of `after` on.
fn shards(root: &Path, after: Option<u128>) -> io::Result<BTreeSet<String>> {
    let first = after.map(shard_name).unwrap_or_default();
    let mut names = BTreeSet::new();
    // INVARIANT: a root that is missing is an error, never an empty store.
    for entry in fs::read_dir(root).map_err(io::Error::other)? {
        let name = entry?.file_name();
        if let Some(name) = name.to_str().filter(|name| name.len() == 2 && **name >= *first) {
            names.insert(name.to_owned());
        }
    }
    Ok(names)
}

/// Adds the keys of a shard, and keeps the smallest: one more than `limit`, to know whether there are more.
fn collect(shard: &Path, after: Option<u128>, limit: usize, keys: &mut BTreeSet<u128>) -> io::Result<()> {
    for entry in fs::read_dir(shard)? {
        let key = entry?.file_name().to_str().and_then(key_of);
        let Some(key) = key.filter(|key| after.is_none_or(|after| *key > after)) else { continue };
        keys.insert(key);
        if keys.len() > limit.saturating_add(1) {
            keys.pop_last();
        }
    }
    Ok(())
}

/// When anything of the blob was last written; `None` when it was deleted meanwhile.
fn written(root: &Path, key: BlobKey) -> Option<Timestamp> {
    let place = Place::of(root, key);
    let times = place.folders().into_iter().filter_map(|folder| fs::metadata(folder).ok()?.modified().ok());
    times.max().map(super::timestamp)
}
