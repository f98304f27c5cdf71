//! What is particular to a folder; what every blob store has to do is in the conformance suite.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use portal_core::ports::{BlobError, BlobStore, BlobUpload, Clock, Part};
use portal_core::values::{BlobKey, Id as _, Timestamp};
use portal_s3::FolderBlobs;

const KEY: BlobKey = BlobKey::from_bits(0x3f00_0000_0000_0000_0000_0000_0000_00e1);

async fn folder() -> (tempfile::TempDir, FolderBlobs) {
    let root = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(root.path()).await.unwrap();
    (root, blobs)
}

async fn keep(blobs: &FolderBlobs, key: BlobKey, parts: &[&[u8]]) -> (BlobUpload, Vec<Part>) {
    let upload = blobs.begin(key).await.unwrap();
    let mut put = Vec::new();
    for (number, bytes) in (1..).zip(parts) {
        put.push(blobs.put_part(&upload, number, Bytes::copy_from_slice(bytes)).await.unwrap());
    }
    blobs.complete(&upload, &put).await.unwrap();
    (upload, put)
}

async fn read(blobs: &FolderBlobs, key: BlobKey, from: u64, to: u64) -> Result<Vec<u8>, BlobError> {
    let chunks: Vec<Bytes> = blobs.read(key, from..to).await?.try_collect().await?;
    Ok(chunks.concat())
}

fn files_below(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
        found.insert(entry.path());
        if entry.file_type().unwrap().is_dir() {
            found.extend(files_below(&entry.path()));
        }
    }
    found
}

#[tokio::test]
async fn a_range_is_read_across_the_borders_of_parts_in_small_chunks() {
    let (_root, blobs) = folder().await;
    let bytes: Vec<u8> = (0..1_500_000_u32).map(|at| (at % 251).to_le_bytes()[0]).collect();
    keep(&blobs, KEY, &[&bytes[..600_000], &bytes[600_000..600_001], &bytes[600_001..]]).await;

    for (from, to) in [(0, 1_500_000), (0, 1), (599_999, 600_002), (600_000, 600_001), (600_001, 1_500_000), (7, 7)] {
        let expected = &bytes[usize::try_from(from).unwrap()..usize::try_from(to).unwrap()];
        assert!(read(&blobs, KEY, from, to).await.unwrap() == expected, "range {from}..{to}");
    }
    let chunks: Vec<Bytes> = blobs.read(KEY, 0..1_500_000).await.unwrap().try_collect().await.unwrap();
    assert!(chunks.iter().all(|chunk| chunk.len() <= 256 * 1024));
    assert!(matches!(read(&blobs, KEY, 0, 1_500_001).await, Err(BlobError::OutOfRange { size_bytes: 1_500_000 })));
    assert!(matches!(read(&blobs, KEY, 9_000_000, 9_000_000).await, Err(BlobError::OutOfRange { .. })));
}

#[tokio::test]
async fn another_process_goes_on_with_an_upload_and_puts_parts_again_and_out_of_order() {
    let (root, begun) = folder().await;
    let upload = begun.begin(KEY).await.unwrap();
    let second = begun.put_part(&upload, 2, "world".into()).await.unwrap();
    let _lost = begun.put_part(&upload, 1, "lost ".into()).await.unwrap();
    drop(begun);

    let other = FolderBlobs::open(root.path()).await.unwrap();
    let upload = BlobUpload { key: KEY, token: upload.token };
    let first = other.put_part(&upload, 1, "hello ".into()).await.unwrap();
    assert!(matches!(read(&other, KEY, 0, 0).await, Err(BlobError::NotFound)), "read before it was completed");
    other.complete(&upload, &[second, first]).await.unwrap();
    assert_eq!(read(&other, KEY, 0, 11).await.unwrap(), b"hello world");
    let left = files_below(root.path()).into_iter().filter(|path| path.is_file()).count();
    assert_eq!(left, 3, "two parts and the manifest; the part that was put again is gone");
}

#[tokio::test]
async fn a_part_that_is_taken_back_takes_no_room_and_no_path_is_followed() {
    let (root, blobs) = folder().await;
    let upload = blobs.begin(KEY).await.unwrap();
    let put = |text: &'static str| blobs.put_part(&upload, 1, text.into());
    let (kept, stray) = (put("kept").await.unwrap(), put("stray").await.unwrap());
    for _ in 0..2 {
        blobs.discard_part(&upload, &stray).await.unwrap();
    }
    assert_eq!(files_below(root.path()).into_iter().filter(|path| path.is_file()).count(), 1);
    let outside = Part { tag: "../../outside".to_owned(), ..stray };
    assert!(matches!(blobs.discard_part(&upload, &outside).await, Err(BlobError::NotFound)));
    blobs.complete(&upload, std::slice::from_ref(&kept)).await.unwrap();
    blobs.discard_part(&upload, &kept).await.unwrap();
    assert_eq!(read(&blobs, KEY, 0, 4).await.unwrap(), b"kept", "what is complete stays");
}

#[tokio::test]
async fn completing_again_answers_the_same_and_other_parts_are_refused() {
    let (_root, blobs) = folder().await;
    let (upload, parts) = keep(&blobs, KEY, &[b"one", b"two"]).await;
    blobs.complete(&upload, &parts).await.unwrap();
    blobs.complete(&upload, &parts.iter().rev().cloned().collect::<Vec<_>>()).await.unwrap();
    for wrong in [&parts[..1], &[], &[parts[0].clone(), parts[0].clone()]] {
        assert!(matches!(blobs.complete(&upload, wrong).await, Err(BlobError::NotFound)), "{wrong:?}");
    }
    assert_eq!(read(&blobs, KEY, 0, 6).await.unwrap(), b"onetwo");
}

#[tokio::test]
async fn of_many_that_complete_at_once_with_different_parts_one_wins_whole() {
    for round in 0..20 {
        let (_root, blobs) = folder().await;
        let key = BlobKey::from_bits(round);
        let upload = blobs.begin(key).await.unwrap();
        let mut lists = Vec::new();
        for text in ["aaaa", "bbbb"] {
            lists.push([blobs.put_part(&upload, 1, text.into()).await.unwrap()]);
        }
        let tries = (0..8).map(|at| {
            let (blobs, upload, parts) = (blobs.clone(), upload.clone(), lists[at % 2].clone());
            tokio::spawn(async move { (at % 2, blobs.complete(&upload, &parts).await) })
        });
        let answers: Vec<_> = futures_util::future::join_all(tries).await.into_iter().map(Result::unwrap).collect();
        let won: BTreeSet<usize> = answers.iter().filter(|(_, answer)| answer.is_ok()).map(|(list, _)| *list).collect();
        assert_eq!(won.len(), 1, "{answers:?}");
        let expected = ["aaaa", "bbbb"][*won.first().unwrap()];
        assert_eq!(read(&blobs, key, 0, 4).await.unwrap(), expected.as_bytes());
        for (list, answer) in answers {
            assert_eq!(answer.is_ok(), won.contains(&list), "everybody who asked for what was published is told so");
        }
    }
}

#[tokio::test]
async fn a_part_that_comes_after_completion_changes_nothing() {
    let (_root, blobs) = folder().await;
    let (upload, _parts) = keep(&blobs, KEY, &[b"as published"]).await;
    assert!(matches!(blobs.put_part(&upload, 1, "late".into()).await, Err(BlobError::NotFound)));
    assert_eq!(read(&blobs, KEY, 0, 12).await.unwrap(), b"as published");
}

#[tokio::test]
async fn giving_up_after_completion_keeps_the_bytes_and_deleting_takes_everything() {
    let (root, blobs) = folder().await;
    let (upload, _parts) = keep(&blobs, KEY, &[b"kept"]).await;
    blobs.abort(&upload).await.unwrap();
    assert_eq!(read(&blobs, KEY, 0, 4).await.unwrap(), b"kept");

    let again = blobs.begin(KEY).await.unwrap();
    blobs.put_part(&again, 1, "under way".into()).await.unwrap();
    for _ in 0..2 {
        blobs.delete(KEY).await.unwrap();
        assert!(matches!(read(&blobs, KEY, 0, 4).await, Err(BlobError::NotFound)));
        assert!(matches!(blobs.put_part(&again, 2, "late".into()).await, Err(BlobError::NotFound)));
    }
    blobs.abort(&again).await.unwrap();
    assert_eq!(files_below(root.path()), BTreeSet::from([root.path().join("3f")]));
}

#[tokio::test]
async fn a_reader_of_bytes_that_are_deleted_meanwhile_is_told_and_never_given_others() {
    let (_root, blobs) = folder().await;
    let part = vec![7; 600_000];
    keep(&blobs, KEY, &[&part, &part]).await;
    let mut reading = blobs.read(KEY, 0..1_200_000).await.unwrap();
    reading.next().await.unwrap().unwrap();
    blobs.delete(KEY).await.unwrap();
    let rest: Vec<_> = reading.collect().await;
    assert!(matches!(rest.last(), Some(Err(BlobError::NotFound))), "the stream ended as if it were whole");
}

#[tokio::test]
async fn a_deletion_that_was_cut_off_is_listed_and_finished() {
    let (root, blobs) = folder().await;
    keep(&blobs, KEY, &[b"bytes"]).await;
    let whole = root.path().join(format!("3f/{:032x}", KEY.as_u128()));
    fs::rename(&whole, whole.with_extension("gone")).unwrap();
    let page = blobs.list(None, 10).await.unwrap();
    assert_eq!(page.blobs.iter().map(|(key, _)| *key).collect::<Vec<_>>(), [KEY]);
    blobs.delete(KEY).await.unwrap();
    assert!(blobs.list(None, 10).await.unwrap().blobs.is_empty());
    assert_eq!(files_below(root.path()).len(), 1);
}

#[tokio::test]
async fn every_key_is_listed_once_complete_or_under_way_whatever_the_page() {
    let (root, blobs) = folder().await;
    let keys: BTreeSet<BlobKey> = (1..=60_u128).map(|at| BlobKey::from_bits(((at % 7) << 120) | (at * at))).collect();
    for (at, key) in keys.iter().enumerate() {
        let upload = blobs.begin(*key).await.unwrap();
        if at % 3 > 0 {
            blobs.complete(&upload, &[]).await.unwrap();
        }
    }
    fs::write(root.path().join("00/notes.txt"), "not a blob").unwrap();
    fs::write(root.path().join("README"), "not a shard").unwrap();
    for limit in [1, 2, 7, 59, 60, 61] {
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let page = blobs.list(after.as_ref(), limit).await.unwrap();
            assert!(page.blobs.len() <= limit);
            seen.extend(page.blobs.into_iter().map(|(key, _)| key));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen, keys.iter().copied().collect::<Vec<_>>(), "pages of {limit}");
    }
    let foreign = portal_core::values::Cursor::new("../../etc");
    assert!(matches!(blobs.list(Some(&foreign), 1).await, Err(BlobError::Corrupt { .. })));
}

struct Noon;

#[async_trait]
impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_700_000_000_123_456)
    }

    async fn pause(&self, _span: Duration) {}
}

#[tokio::test]
async fn blobs_are_dated_by_the_clock_that_was_given() {
    let (_root, blobs) = folder().await;
    let blobs = blobs.clock(Arc::new(Noon));
    let (noon, under_way) = (Noon.now(), BlobKey::from_bits(1));
    let upload = blobs.begin(KEY).await.unwrap();
    let _replaced = blobs.put_part(&upload, 1, "first".into()).await.unwrap();
    let part = blobs.put_part(&upload, 1, "second".into()).await.unwrap();
    blobs.complete(&upload, &[part]).await.unwrap();
    let upload = blobs.begin(under_way).await.unwrap();
    blobs.put_part(&upload, 1, "first".into()).await.unwrap();
    assert_eq!(blobs.list(None, 9).await.unwrap().blobs, [(under_way, noon), (KEY, noon)]);
}

#[tokio::test]
async fn l27_no_word_from_outside_becomes_part_of_a_path() {
    let (root, blobs) = folder().await;
    let upload = blobs.begin(KEY).await.unwrap();
    let secret = root.path().join("secret");
    fs::write(&secret, "secret").unwrap();
    // The folders through which these words would lead there, so that nothing but their being refused is in the way.
    let under_way = files_below(root.path()).into_iter().find(|path| path.extension().is_some()).unwrap();
    for (tag, way) in [("x/../../../secret", "part-1-x"), ("../../../../secret", "part-1-..")] {
        fs::create_dir(under_way.join(way)).unwrap();
        assert_eq!(fs::read(under_way.join(format!("part-1-{tag}"))).unwrap(), b"secret");
    }
    for tag in ["x/../../../secret", "../../../../secret", "", ".", "a b", "a\n1 6 b", "\0"] {
        let forged = Part { number: 1, size_bytes: 6, tag: tag.to_owned() };
        assert!(matches!(blobs.complete(&upload, &[forged]).await, Err(BlobError::NotFound)), "{tag:?}");
    }
    assert!(matches!(read(&blobs, KEY, 0, 6).await, Err(BlobError::NotFound)));
    assert!(blobs.put_part(&upload, 0, "zero".into()).await.is_err());
}

#[tokio::test]
async fn a_part_of_another_size_than_was_put_is_refused() {
    let (_root, blobs) = folder().await;
    let upload = blobs.begin(KEY).await.unwrap();
    let part = blobs.put_part(&upload, 1, "four".into()).await.unwrap();
    let forged = Part { size_bytes: 5, ..part.clone() };
    assert!(matches!(blobs.complete(&upload, &[forged]).await, Err(BlobError::NotFound)));
    blobs.complete(&upload, &[part]).await.unwrap();
}

#[tokio::test]
async fn a_damaged_blob_is_an_error_and_never_shorter_bytes() {
    let (root, blobs) = folder().await;
    keep(&blobs, KEY, &[b"whole part"]).await;
    let files = files_below(root.path());
    let part = files.iter().find(|path| path.to_string_lossy().contains("part-1-")).unwrap();
    fs::write(part, "whole").unwrap();
    assert!(matches!(read(&blobs, KEY, 0, 10).await, Err(BlobError::Corrupt { .. })));
    let manifest = files.iter().find(|path| path.ends_with("manifest")).unwrap();
    fs::write(manifest, "portal blob, version 2\n").unwrap();
    assert!(matches!(read(&blobs, KEY, 0, 1).await, Err(BlobError::Corrupt { .. })));
}

#[tokio::test]
async fn a_folder_that_is_missing_is_unavailable_and_not_empty() {
    let (root, blobs) = folder().await;
    keep(&blobs, KEY, &[b"bytes"]).await;
    fs::remove_dir_all(root.path()).unwrap();
    assert!(matches!(blobs.list(None, 1).await, Err(BlobError::Unavailable(_))));
    assert!(matches!(read(&blobs, KEY, 0, 1).await, Err(BlobError::Unavailable(_))));
    assert!(matches!(blobs.begin(KEY).await, Err(BlobError::Unavailable(_))));
    fs::write(root.path(), "a file").unwrap();
    assert!(matches!(FolderBlobs::open(root.path()).await, Err(BlobError::Unavailable(_))));
    fs::remove_file(root.path()).unwrap();
}

#[tokio::test]
async fn files_and_folders_are_open_to_their_owner_alone() {
    let root = tempfile::tempdir().unwrap();
    let blobs = FolderBlobs::open(root.path().join("data/blobs")).await.unwrap();
    keep(&blobs, KEY, &[b"bytes"]).await;
    for path in files_below(root.path()) {
        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{path:?} has mode {mode:o}");
    }
}

/// A disk of a few megabytes, which only root can have.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size: &str) -> Self {
        let at = tempfile::tempdir().unwrap();
        let options = format!("size={size},mode=0700");
        let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", &options, "tmpfs"]).arg(at.path()).status();
        assert!(mounted.is_ok_and(|status| status.success()), "this test mounts a small tmpfs: run it as root");
        Self(at)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _unmounted = Command::new("umount").arg(self.0.path()).status();
    }
}

#[tokio::test]
async fn a_full_disk_is_said_so_nothing_of_it_is_seen_and_the_upload_goes_on_once_there_is_room() {
    let disk = SmallDisk::mount("4m");
    let blobs = FolderBlobs::open(disk.0.path().join("blobs")).await.unwrap();
    let upload = blobs.begin(KEY).await.unwrap();
    let first = blobs.put_part(&upload, 1, vec![1; 3_000_000].into()).await.unwrap();
    let files = files_below(disk.0.path());
    let refused = blobs.put_part(&upload, 2, vec![2; 3_000_000].into()).await;
    assert!(matches!(refused, Err(BlobError::Full(_))), "{refused:?}");
    assert_eq!(files_below(disk.0.path()), files, "what did not fit was left lying");

    let filler = disk.0.path().join("filler");
    let _until_full = fs::write(&filler, vec![0; 4_000_000]);
    let refused = blobs.complete(&upload, std::slice::from_ref(&first)).await;
    assert!(matches!(refused, Err(BlobError::Full(_))), "{refused:?}");
    let refused = blobs.begin(BlobKey::from_bits(1)).await;
    assert!(matches!(refused, Err(BlobError::Full(_)) | Ok(_)), "{refused:?}");
    assert!(matches!(read(&blobs, KEY, 0, 1).await, Err(BlobError::NotFound)));

    fs::remove_file(filler).unwrap();
    let second = blobs.put_part(&upload, 2, "2".into()).await.unwrap();
    blobs.complete(&upload, &[first, second]).await.unwrap();
    assert_eq!(read(&blobs, KEY, 2_999_999, 3_000_001).await.unwrap(), b"\x012");
}

#[tokio::test]
async fn a_full_disk_can_still_be_emptied() {
    let disk = SmallDisk::mount("1m");
    let blobs = FolderBlobs::open(disk.0.path().join("blobs")).await.unwrap();
    keep(&blobs, KEY, &[&[1; 500_000]]).await;
    let _until_full = fs::write(disk.0.path().join("filler"), vec![0; 2_000_000]);
    blobs.delete(KEY).await.unwrap();
    assert!(blobs.list(None, 1).await.unwrap().blobs.is_empty());
}
