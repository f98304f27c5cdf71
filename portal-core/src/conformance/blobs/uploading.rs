//! Uploads in parts, that anybody who knows of them can go on with.

use std::task::Poll;

use bytes::Bytes;
use futures_util::future::join_all;

use super::samples::{FULL, assert_unread, begun, bytes, kept, key, read};
use crate::ports::{BlobError, BlobStore, BlobUpload, Part};

/// Parts come in any order, at once too, and are put together by their numbers, in whatever order they are named.
pub async fn parts_are_put_together_by_number(blobs: &dyn BlobStore) {
    let upload = blobs.begin(key(1)).await.unwrap();
    let third = blobs.put_part(&upload, 3, bytes(3, 7)).await.unwrap();
    let (first, second) = futures_util::future::join(
        blobs.put_part(&upload, 1, bytes(1, FULL)),
        blobs.put_part(&upload, 2, bytes(2, FULL)),
    )
    .await;
    let (first, second) = (first.unwrap(), second.unwrap());
    assert_eq!([first.number, second.number, third.number], [1, 2, 3]);
    assert_eq!([first.size_bytes, third.size_bytes], [FULL as u64, 7]);
    blobs.complete(&upload, &[second, third, first]).await.unwrap();
    let whole = [bytes(1, FULL), bytes(2, FULL), bytes(3, 7)].concat();
    assert!(read(blobs, key(1), 0, 2 * FULL + 7).await.unwrap() == whole);
}

/// The last part may be as large as the others, and may be empty; completing again answers the same then too.
pub async fn the_last_part_may_be_full_or_empty(blobs: &dyn BlobStore) {
    let shapes: [&[usize]; 4] = [&[FULL], &[FULL, FULL], &[FULL, 0], &[0]];
    for (number, sizes) in (1..).zip(shapes) {
        let parts: Vec<Bytes> = (1..).zip(sizes).map(|(seed, size)| bytes(seed, *size)).collect();
        let whole = parts.concat();
        let (upload, mut put) = begun(blobs, key(number), &parts).await;
        put.reverse();
        for answer in join_all((0..4).map(|_| blobs.complete(&upload, &put))).await {
            answer.unwrap();
        }
        blobs.complete(&upload, &put).await.unwrap();
        assert!(read(blobs, key(number), 0, whole.len()).await.unwrap() == whole, "{sizes:?}");
        let answer = read(blobs, key(number), whole.len(), whole.len() + 1).await;
        let size = whole.len() as u64;
        assert!(matches!(answer, Err(BlobError::OutOfRange { size_bytes }) if size_bytes == size), "{sizes:?}");
        blobs.delete(key(number)).await.unwrap();
        assert!(matches!(blobs.complete(&upload, &put).await, Err(BlobError::NotFound)), "{sizes:?}");
    }
}

/// Putting a number again replaces the part.
pub async fn a_part_put_again_is_replaced(blobs: &dyn BlobStore) {
    let upload = blobs.begin(key(1)).await.unwrap();
    blobs.put_part(&upload, 1, bytes(9, FULL)).await.unwrap();
    let second = blobs.put_part(&upload, 2, bytes(2, 5)).await.unwrap();
    let first = blobs.put_part(&upload, 1, bytes(1, FULL)).await.unwrap();
    blobs.complete(&upload, &[first, second]).await.unwrap();
    assert!(read(blobs, key(1), 0, FULL + 5).await.unwrap() == [bytes(1, FULL), bytes(2, 5)].concat());
}

/// Whoever has the upload's key and token goes on with it.
pub async fn an_upload_is_gone_on_with_by_its_token(blobs: &dyn BlobStore) {
    let (upload, mut parts) = begun(blobs, key(1), &[bytes(1, FULL)]).await;
    let told = BlobUpload { key: upload.key, token: upload.token.clone() };
    drop(upload);
    parts.push(blobs.put_part(&told, 2, bytes(2, 1)).await.unwrap());
    let told_parts: Vec<Part> = parts
        .iter()
        .map(|part| Part { number: part.number, size_bytes: part.size_bytes, tag: part.tag.clone() })
        .collect();
    blobs.complete(&told, &told_parts).await.unwrap();
    assert_eq!(read(blobs, key(1), FULL - 1, FULL + 1).await.unwrap(), [bytes(1, FULL)[FULL - 1], bytes(2, 1)[0]]);
}

/// Completing again with the same parts answers as before, and changes nothing.
pub async fn completing_again_answers_the_same(blobs: &dyn BlobStore) {
    let (upload, mut parts) = kept(blobs, key(1), &[bytes(1, FULL), bytes(2, 9)]).await;
    blobs.complete(&upload, &parts).await.unwrap();
    parts.reverse();
    blobs.complete(&upload, &parts).await.unwrap();
    for answer in join_all((0..8).map(|_| blobs.complete(&upload, &parts))).await {
        answer.unwrap();
    }
    assert!(read(blobs, key(1), 0, FULL + 9).await.unwrap() == [bytes(1, FULL), bytes(2, 9)].concat());
}

/// Many who complete one upload at once make it whole once.
pub async fn completing_at_once_makes_it_whole(blobs: &dyn BlobStore) {
    let (upload, parts) = begun(blobs, key(1), &[bytes(1, 1_000)]).await;
    for answer in join_all((0..8).map(|_| blobs.complete(&upload, &parts))).await {
        answer.unwrap();
    }
    assert_eq!(read(blobs, key(1), 0, 1_000).await.unwrap(), bytes(1, 1_000));
}

/// Parts that were never put make nothing.
pub async fn unknown_parts_make_nothing(blobs: &dyn BlobStore) {
    let (upload, parts) = begun(blobs, key(1), &[bytes(1, 10)]).await;
    let (_, foreign) = begun(blobs, key(2), &[bytes(2, 10)]).await;
    let invented = Part { number: 1, size_bytes: 10, tag: "0123456789abcdef0123456789abcdef".to_owned() };
    for unknown in [&foreign[..], &[invented]] {
        let same = unknown.iter().all(|part| parts.contains(part));
        let completed = blobs.complete(&upload, unknown).await;
        assert!(same || matches!(completed, Err(BlobError::NotFound)), "{unknown:?}: {completed:?}");
    }
    assert_unread(blobs, key(1)).await;
    blobs.complete(&upload, &parts).await.unwrap();
}

/// What is given up is gone, and giving it up again, or what is not there, is well.
pub async fn an_upload_given_up_is_gone(blobs: &dyn BlobStore) {
    let (upload, parts) = begun(blobs, key(1), &[bytes(1, 10)]).await;
    blobs.abort(&upload).await.unwrap();
    blobs.abort(&upload).await.unwrap();
    assert!(matches!(blobs.complete(&upload, &parts).await, Err(BlobError::NotFound)));
    assert!(matches!(blobs.put_part(&upload, 2, bytes(2, 10)).await, Err(BlobError::NotFound)));
    assert_unread(blobs, key(1)).await;
}

/// Giving up what is complete leaves its bytes.
pub async fn what_is_complete_is_not_given_up(blobs: &dyn BlobStore) {
    let (upload, parts) = kept(blobs, key(1), &[bytes(1, 10)]).await;
    blobs.abort(&upload).await.unwrap();
    assert_eq!(read(blobs, key(1), 0, 10).await.unwrap(), bytes(1, 10));
    blobs.complete(&upload, &parts).await.unwrap();
}

/// Whoever stops waiting for a part, or for the completion, may try it again.
pub async fn what_was_dropped_may_be_tried_again(blobs: &dyn BlobStore) {
    for polls in 0..12 {
        let key = key(u128::from(polls) + 1);
        let upload = blobs.begin(key).await.unwrap();
        poll_a_few_times(blobs.put_part(&upload, 1, bytes(9, 50_000)), polls).await;
        let part = blobs.put_part(&upload, 1, bytes(1, 60_000)).await.unwrap();
        poll_a_few_times(blobs.complete(&upload, std::slice::from_ref(&part)), polls).await;
        blobs.complete(&upload, &[part]).await.unwrap();
        assert!(read(blobs, key, 0, 60_000).await.unwrap() == bytes(1, 60_000));
    }
}

/// Polls a future at most `polls` times; then it is dropped.
async fn poll_a_few_times<F: Future>(future: F, mut polls: u32) {
    let mut future = Box::pin(future);
    std::future::poll_fn(|context| {
        if polls == 0 || future.as_mut().poll(context).is_ready() {
            return Poll::Ready(());
        }
        polls -= 1;
        Poll::Pending
    })
    .await;
}

/// A part is as large as what was put, whatever memory it lay in.
pub async fn a_slice_is_put_as_it_is(blobs: &dyn BlobStore) {
    let large = bytes(1, 100_000);
    let slice: Bytes = large.slice(500..600);
    let (_, parts) = kept(blobs, key(1), &[slice]).await;
    assert_eq!(parts[0].size_bytes, 100);
    assert_eq!(read(blobs, key(1), 0, 100).await.unwrap(), large[500..600]);
}
