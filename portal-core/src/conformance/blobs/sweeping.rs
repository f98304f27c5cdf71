//! Deleting, and listing for the sweeper.

use std::collections::BTreeSet;

use super::samples::{assert_unread, begun, bytes, kept, key};
use crate::ports::{BlobError, BlobStore, BlobUpload};
use crate::values::{BlobKey, Cursor};

/// What is deleted is gone, and deleting it again, or what was never there, is well.
pub async fn deleted_bytes_are_gone(blobs: &dyn BlobStore) {
    kept(blobs, key(1), &[bytes(1, 10)]).await;
    for _ in 0..2 {
        blobs.delete(key(1)).await.unwrap();
        assert_unread(blobs, key(1)).await;
    }
    blobs.delete(key(2)).await.unwrap();
    assert_eq!(listed(blobs, 100).await, []);
}

/// Deleting a key gives up what is uploaded to it.
pub async fn deleting_gives_up_the_upload(blobs: &dyn BlobStore) {
    let (upload, parts) = begun(blobs, key(1), &[bytes(1, 10)]).await;
    blobs.delete(key(1)).await.unwrap();
    assert!(matches!(blobs.complete(&upload, &parts).await, Err(BlobError::NotFound)));
    assert_unread(blobs, key(1)).await;
    assert_eq!(listed(blobs, 100).await, []);
}

/// Completing does not bring back what was deleted.
pub async fn completing_again_brings_nothing_back(blobs: &dyn BlobStore) {
    let (upload, parts) = kept(blobs, key(1), &[bytes(1, 10)]).await;
    blobs.delete(key(1)).await.unwrap();
    assert!(matches!(blobs.complete(&upload, &parts).await, Err(BlobError::NotFound)));
    assert_unread(blobs, key(1)).await;
}

/// The list tells every key, complete and under way, each once, in pages of any size.
pub async fn the_list_tells_every_key_once(blobs: &dyn BlobStore) {
    assert_eq!(listed(blobs, 100).await, []);
    let mut uploads: Vec<BlobUpload> = Vec::new();
    for number in 0..23 {
        if number % 3 == 0 {
            uploads.push(begun(blobs, key(number), &[bytes(1, 10)]).await.0);
        } else {
            kept(blobs, key(number), &[bytes(1, 10)]).await;
        }
    }
    let expected: BTreeSet<BlobKey> = (0..23).map(key).collect();
    for limit in [1, 2, 7, 22, 23, 100] {
        let all = listed(blobs, limit).await;
        assert_eq!(all.len(), 23, "in pages of {limit}");
        assert_eq!(all.into_iter().collect::<BTreeSet<_>>(), expected, "in pages of {limit}");
    }
    blobs.abort(&uploads[0]).await.unwrap();
    blobs.delete(uploads[1].key).await.unwrap();
    blobs.delete(key(1)).await.unwrap();
    let left = listed(blobs, 5).await;
    assert_eq!(left.len(), 20);
    assert!(![uploads[0].key, uploads[1].key, key(1)].iter().any(|gone| left.contains(gone)));
}

/// Pages hold though what was listed is deleted between them, as a sweeper does, and others go on writing.
pub async fn pages_hold_while_the_sweeper_deletes(blobs: &dyn BlobStore) {
    for number in 0..20 {
        kept(blobs, key(number), &[bytes(1, 10)]).await;
    }
    let (mut seen, mut next, mut more): (Vec<BlobKey>, Option<Cursor>, u128) = (Vec::new(), None, 100);
    loop {
        let page = blobs.list(next.as_ref(), 3).await.unwrap();
        assert!((1..=3).contains(&page.blobs.len()));
        for (key, _) in &page.blobs {
            blobs.delete(*key).await.unwrap();
        }
        seen.extend(page.blobs.into_iter().map(|(key, _)| key));
        next = page.next;
        if next.is_none() {
            break;
        }
        if more < 110 {
            kept(blobs, key(more), &[bytes(1, 10)]).await;
            more += 1;
        }
    }
    let distinct: BTreeSet<&BlobKey> = seen.iter().collect();
    assert_eq!(distinct.len(), seen.len(), "something was listed twice");
    assert!((0..20).all(|number| seen.contains(&key(number))), "something was not listed");
}

/// A cursor of a stranger's is refused or begins at the start.
pub async fn a_strangers_cursor_is_refused_or_begins_at_the_start(blobs: &dyn BlobStore) {
    for number in 0..4 {
        kept(blobs, key(number), &[bytes(1, 10)]).await;
    }
    let first = blobs.list(None, 2).await.unwrap();
    for cursor in ["", "garbage", "../../etc/passwd", "\0", "%2e%2e/", "\u{1F98A}"] {
        if let Ok(page) = blobs.list(Some(&Cursor::new(cursor)), 2).await {
            assert_eq!(page, first, "after {cursor:?}");
        }
    }
}

/// Every key that is listed, in pages of `limit`.
async fn listed(blobs: &dyn BlobStore, limit: usize) -> Vec<BlobKey> {
    let (mut all, mut next) = (Vec::new(), None);
    loop {
        let page = blobs.list(next.as_ref(), limit).await.unwrap();
        assert!(page.blobs.len() <= limit);
        assert!(!page.blobs.is_empty() || page.next.is_none(), "an empty page with another after it");
        all.extend(page.blobs.into_iter().map(|(key, _)| key));
        next = page.next;
        if next.is_none() {
            return all;
        }
    }
}
