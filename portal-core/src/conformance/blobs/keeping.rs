//! Bytes are kept whole and read in ranges.

use bytes::Bytes;
use futures_util::future::join_all;
use futures_util::{StreamExt as _, TryStreamExt as _};

use super::samples::{FULL, assert_unread, begun, bytes, kept, key, read};
use crate::ports::{BlobError, BlobStore, PART_BYTES};

/// Bytes are read as they were put, of any kind and down to none.
pub async fn bytes_are_read_as_they_were_put(blobs: &dyn BlobStore) {
    for (number, size) in (1..).zip([0, 1, 2, 1_000, 70_000]) {
        let part = bytes(u8::try_from(number).unwrap(), size);
        kept(blobs, key(number), std::slice::from_ref(&part)).await;
        assert_eq!(read(blobs, key(number), 0, size).await.unwrap(), part, "{size} bytes");
    }
    let odd: Bytes = b"\r\n\0\xff\xfe\x1a..\r\n.\r\n"[..].into();
    kept(blobs, key(99), std::slice::from_ref(&odd)).await;
    assert_eq!(read(blobs, key(99), 0, odd.len()).await.unwrap(), odd);
}

/// Nothing is read before the upload was completed; then it is there whole.
pub async fn nothing_is_read_before_it_is_complete(blobs: &dyn BlobStore) {
    assert_unread(blobs, key(1)).await;
    let upload = blobs.begin(key(1)).await.unwrap();
    assert_unread(blobs, key(1)).await;
    let part = blobs.put_part(&upload, 1, bytes(1, 100)).await.unwrap();
    assert_unread(blobs, key(1)).await;
    blobs.complete(&upload, &[part]).await.unwrap();
    assert_eq!(read(blobs, key(1), 0, 100).await.unwrap(), bytes(1, 100));
}

/// A range is read exactly, within a part and over the borders of parts.
pub async fn a_range_is_read_exactly(blobs: &dyn BlobStore) {
    let parts = [bytes(1, FULL), bytes(2, FULL), bytes(3, 10)];
    kept(blobs, key(1), &parts).await;
    let whole = parts.concat();
    let size = whole.len();
    let ranges = [
        (0, 1),
        (0, FULL),
        (FULL - 1, FULL + 1),
        (FULL, FULL + 1),
        (FULL - 2, 2 * FULL + 3),
        (2 * FULL, size),
        (size - 1, size),
        (12_345, 12_346),
    ];
    for (from, to) in ranges {
        assert!(read(blobs, key(1), from, to).await.unwrap() == whole[from..to], "{from}..{to}");
    }
    assert!(read(blobs, key(1), 0, size).await.unwrap() == whole, "the whole");
}

/// An empty range gives nothing; one that ends after the bytes is refused, and says how many there are.
pub async fn a_range_past_the_end_is_refused(blobs: &dyn BlobStore) {
    kept(blobs, key(1), &[bytes(1, 100)]).await;
    for at in [0, 50, 100] {
        assert_eq!(read(blobs, key(1), at, at).await.unwrap(), b"", "at {at}");
    }
    for (from, to) in [(0, 101), (100, 101), (99, 1_000_000), (200, 300)] {
        let answer = read(blobs, key(1), from, to).await;
        assert!(matches!(answer, Err(BlobError::OutOfRange { size_bytes: 100 })), "{from}..{to}: {answer:?}");
    }
    let answer = blobs.read(key(1), 0..u64::MAX).await.err();
    assert!(matches!(answer, Some(BlobError::OutOfRange { size_bytes: 100 })), "{answer:?}");
    assert_unread(blobs, key(2)).await;
}

/// What is read comes in pieces, none larger than a full part: the memory in use does not grow with the bytes.
pub async fn bytes_come_in_bounded_pieces(blobs: &dyn BlobStore) {
    kept(blobs, key(1), &[bytes(1, FULL), bytes(2, FULL), bytes(3, FULL), bytes(4, 1)]).await;
    let mut stream = blobs.read(key(1), 0..3 * FULL as u64 + 1).await.unwrap();
    let mut total = 0;
    while let Some(piece) = stream.try_next().await.unwrap() {
        assert!(piece.len() <= PART_BYTES, "a piece of {} bytes", piece.len());
        total += piece.len();
    }
    assert_eq!(total, 3 * FULL + 1);
}

/// Keys keep to themselves: nothing of one is read under another.
pub async fn keys_keep_to_themselves(blobs: &dyn BlobStore) {
    let near = [key(1), crate::values::BlobKey::from_bits(0), crate::values::BlobKey::from_bits(u128::MAX)];
    let mut uploads = Vec::new();
    for (seed, key) in (1..).zip(near) {
        uploads.push(begun(blobs, key, &[bytes(seed, 10 + usize::from(seed))]).await);
    }
    for (upload, parts) in uploads.iter().rev() {
        blobs.complete(upload, parts).await.unwrap();
    }
    for (seed, key) in (1..).zip(near) {
        let size = 10 + usize::from(seed);
        assert_eq!(read(blobs, key, 0, size).await.unwrap(), bytes(seed, size));
    }
    blobs.delete(near[0]).await.unwrap();
    assert_unread(blobs, near[0]).await;
    assert!(read(blobs, near[1], 0, 1).await.is_ok());
}

/// Many read at once, and one who stops halfway disturbs nobody.
pub async fn many_read_at_once(blobs: &dyn BlobStore) {
    kept(blobs, key(1), &[bytes(1, 500_000)]).await;
    let mut halfway = blobs.read(key(1), 0..500_000).await.unwrap();
    assert!(halfway.next().await.is_some());
    drop(halfway);
    let readers = (0..16).map(|reader| read(blobs, key(1), reader * 1_000, 400_000 + reader));
    for (reader, answer) in join_all(readers).await.into_iter().enumerate() {
        assert!(answer.unwrap() == bytes(1, 500_000)[reader * 1_000..400_000 + reader], "reader {reader}");
    }
}
