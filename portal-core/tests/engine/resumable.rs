//! Uploads that are gone on with: by another process, after a break, and by nobody else than who began them.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use portal_core::files::FilesRefusal;
use portal_core::memory::MemoryBlobs;
use portal_core::ports::PART_BYTES;
use portal_core::ports::store::StoreError;
use portal_core::sharing::{Access, ShareRequest};
use portal_core::testing::{Meanwhile, Watch, WatchedBlobs, WatchedCall, WatchedStore, World};
use portal_core::values::{Digest, UploadId};
use portal_core::{Body, ContactHandle, ErrorKind, UploadProgress};

use crate::words::{
    MORE_THAN_A_DAY, another_node, blobs, called, files_refuse, kind, lies_in, node_of, only_versions_are_left,
};

/// Bytes of which no two parts are alike.
fn bytes(size: usize) -> Bytes {
    let numbers = (0_u64..).flat_map(|number| number.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    numbers.take(size).collect::<Vec<u8>>().into()
}

/// What comes of `bytes` before the line breaks.
fn broken(bytes: &Bytes) -> Body {
    let chunks: Vec<_> = bytes.chunks(100_000).map(Bytes::copy_from_slice).map(Ok).collect();
    let broken = stream::once(async { Err(io::Error::from(io::ErrorKind::ConnectionReset)) });
    Body::from_stream(stream::iter(chunks).chain(broken))
}

async fn begin(ana: &ContactHandle, world: &World, size: usize) -> UploadProgress {
    let uploads = ana.files().uploads();
    uploads.begin(world.acme.client_uploads, called("big.bin"), size as u64).await.unwrap()
}

#[tokio::test]
async fn an_upload_goes_on_where_it_broke_off_in_another_process_and_is_whole() {
    let world = World::new().await.unwrap();
    let session = world.session_of(&world.ana).await.unwrap();
    let size = 6 * PART_BYTES + 4321;
    let whole = bytes(size);
    let first = world.portal.contact(&session, world.ana.contact).await.unwrap();
    let begun = begin(&first, &world, size).await;
    let mut at = 0;
    for cut in [0, 10, PART_BYTES - 1, PART_BYTES + 50_000, PART_BYTES + 70_000, 5 * PART_BYTES + 1, size - 1] {
        // Every time another process: nothing is known but what the stores hold.
        let portal = another_node(&world, cut as u64);
        let ana = portal.contact(&session, world.ana.contact).await.unwrap();
        let came = ana.files().uploads().resume(begun.id, at as u64, broken(&whole.slice(at..cut))).await;
        assert_eq!(came.unwrap_err().kind(), ErrorKind::Invalid);
        let [progress] = ana.files().uploads().list().await.unwrap().try_into().unwrap();
        assert_eq!(progress.taken_bytes, cut as u64, "what came before the break is kept to the last byte");
        at = cut;
    }
    let uploads = first.files().uploads();
    assert_eq!(files_refuse(uploads.finish(begun.id)).await, FilesRefusal::Incomplete);
    let progress = uploads.resume(begun.id, at as u64, whole.slice(at..)).await.unwrap();
    assert_eq!(progress.taken_bytes, progress.size_bytes);
    let receipt = uploads.finish(begun.id).await.unwrap().receipt;
    assert_eq!((receipt.size_bytes, receipt.sha256), (size as u64, Digest::of(&whole)));
    assert!(world.content(world.acme.id, receipt.document).await.unwrap() == whole);
    assert_eq!(uploads.finish(begun.id).await.unwrap().receipt, receipt, "finishing again answers the same");
    assert_eq!(uploads.list().await.unwrap(), []);
    assert_eq!(only_versions_are_left(&world).await, 1, "nothing that was kept apart is left");
}

#[tokio::test]
async fn a_call_that_is_dropped_loses_no_more_than_what_was_not_noted() {
    // Kept as they come: sealing lets others run, and the call is polled once.
    let world = World::builder().unencrypted().build().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let size = 9 * PART_BYTES;
    let whole = bytes(size);
    let begun = begin(&ana, &world, size).await;
    let chunk = |part: usize| Ok(whole.slice(part * PART_BYTES..(part + 1) * PART_BYTES));
    let hangs = stream::iter((0..7).map(chunk).collect::<Vec<_>>()).chain(stream::pending());
    let uploads = ana.files().uploads();
    assert!(uploads.resume(begun.id, 0, Body::from_stream(hangs)).now_or_never().is_none(), "it waits for more");
    let at = uploads.progress(begun.id).await.unwrap().taken_bytes;
    assert_eq!(at, 4 * PART_BYTES as u64);
    let rest = whole.slice(4 * PART_BYTES..);
    uploads.resume(begun.id, at, rest).await.unwrap();
    let receipt = uploads.finish(begun.id).await.unwrap().receipt;
    assert_eq!(receipt.sha256, Digest::of(&whole));
    assert!(world.content(world.acme.id, receipt.document).await.unwrap() == whole);
    assert_eq!(only_versions_are_left(&world).await, 1);
}

#[tokio::test]
async fn what_does_not_follow_or_was_not_announced_is_refused_and_loses_nothing() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let uploads = ana.files().uploads();
    let begun = begin(&ana, &world, 10).await;
    uploads.resume(begun.id, 0, "01234").await.unwrap();
    for from in [0, 4, 6, 10, u64::MAX] {
        let wrong = FilesRefusal::WrongOffset { taken_bytes: 5 };
        assert_eq!(files_refuse(uploads.resume(begun.id, from, "x")).await, wrong, "from {from}");
    }
    let more = uploads.resume(begun.id, 5, "567890");
    assert_eq!(files_refuse(more).await, FilesRefusal::MoreThanAnnounced { announced_bytes: 10 });
    assert_eq!(uploads.resume(begun.id, 5, "").await.unwrap().taken_bytes, 5, "nothing came, nothing is lost");
    uploads.resume(begun.id, 5, "56789").await.unwrap();
    let receipt = uploads.finish(begun.id).await.unwrap().receipt;
    assert_eq!(receipt.sha256, Digest::of(b"0123456789"));
    assert_eq!(only_versions_are_left(&world).await, 1);
}

#[tokio::test]
async fn a_file_of_no_bytes_is_a_file() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let begun = begin(&ana, &world, 0).await;
    let receipt = ana.files().uploads().finish(begun.id).await.unwrap().receipt;
    assert_eq!((receipt.size_bytes, receipt.sha256), (0, Digest::of(b"")));
    assert_eq!(world.content(world.acme.id, receipt.document).await.unwrap(), b"");
    assert_eq!(only_versions_are_left(&world).await, 1);
}

/// How often each thing was asked of the blob store.
#[derive(Default)]
struct Asked(Mutex<BTreeMap<String, usize>>);

impl Asked {
    fn take(&self, name: &str) -> usize {
        self.0.lock().unwrap().remove(name).unwrap_or(0)
    }
}

#[async_trait]
impl Watch for Asked {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        *self.0.lock().unwrap().entry(call.name.to_owned()).or_default() += 1;
        Ok(())
    }
}

/// A world whose blob store is watched.
async fn counted() -> (World, Arc<Asked>) {
    let asked = Arc::new(Asked::default());
    let blobs = WatchedBlobs::new(Arc::new(MemoryBlobs::new()), asked.clone());
    (World::builder().blobs(Arc::new(blobs)).build().await.unwrap(), asked)
}

#[tokio::test]
async fn whoever_loses_against_another_takes_back_the_parts_that_they_put() {
    let (world, asked) = counted().await;
    let ana = world.sign_in(&world.ana).await.unwrap();
    let whole = bytes(4 * PART_BYTES);
    let begun = begin(&ana, &world, whole.len()).await;
    let uploads = ana.files().uploads();
    asked.0.lock().unwrap().clear();
    let (meanwhile, all) = (uploads.clone(), whole.clone());
    let first = whole.slice(..3 * PART_BYTES);
    let late = stream::once(async move { Ok(first) }).chain(stream::once(async move {
        meanwhile.resume(begun.id, 0, all).await.unwrap();
        Ok(Bytes::from_static(b"more"))
    }));
    let contested = uploads.resume(begun.id, 0, Body::from_stream(late)).await;
    assert_eq!(contested.unwrap_err().refusal(), Some(FilesRefusal::UploadContested.into()));
    assert_eq!((asked.take("put_part"), asked.take("discard_part")), (3 + 4 + 1, 3), "of those one is what came last");
    assert_eq!(uploads.finish(begun.id).await.unwrap().receipt.sha256, Digest::of(&whole));
}

#[tokio::test]
async fn a_few_bytes_do_not_have_many_read_and_written_again() {
    let (world, asked) = counted().await;
    let ana = world.sign_in(&world.ana).await.unwrap();
    let whole = bytes(1_000_000);
    let begun = begin(&ana, &world, whole.len()).await;
    let uploads = ana.files().uploads();
    uploads.resume(begun.id, 0, whole.slice(..900_000)).await.unwrap();
    asked.0.lock().unwrap().clear();
    let few = whole.slice(900_000..900_100);
    let refused = uploads.resume(begun.id, 900_000, few.clone()).await.unwrap_err().refusal();
    assert_eq!(refused, Some(FilesRefusal::TooLittle { least_bytes: 900_000 / 128 }.into()));
    assert_eq!(uploads.resume(begun.id, 900_000, broken(&few)).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert!(asked.0.lock().unwrap().is_empty(), "the blob store hears nothing of it");
    assert_eq!(uploads.progress(begun.id).await.unwrap().taken_bytes, 900_000);
    uploads.resume(begun.id, 900_000, whole.slice(900_000..999_900)).await.unwrap();
    uploads.resume(begun.id, 999_900, whole.slice(999_900..)).await.unwrap();
    assert_eq!(uploads.finish(begun.id).await.unwrap().receipt.sha256, Digest::of(&whole), "the end may be short");
}

#[tokio::test]
async fn a_file_of_no_bytes_that_is_finished_twice_at_once_is_kept_once() {
    let (world, asked) = counted().await;
    let session = world.session_of(&world.ana).await.unwrap();
    let ana = world.portal.contact(&session, world.ana.contact).await.unwrap();
    // The firm has its data key.
    world.upload(world.acme.id, world.tax, "2024.pdf", "2024").await.unwrap();
    let empty = begin(&ana, &world, 0).await;
    asked.take("begin");
    // Another node finishes it when this one is about to: its bytes were complete before.
    let meanwhile = Arc::new(Meanwhile::default());
    let watched = Arc::new(WatchedStore::new(world.ports.store.clone(), meanwhile.clone()));
    let slow = node_of(&world, 2).shared_store(watched).build().unwrap();
    let slow = slow.contact(&session, world.ana.contact).await.unwrap();
    let uploads = ana.files().uploads();
    meanwhile.happens(async move { drop(uploads.finish(empty.id).await.unwrap()) });
    let receipt = slow.files().uploads().finish(empty.id).await.unwrap().receipt;
    assert!(meanwhile.took_place());
    assert_eq!((receipt.size_bytes, asked.take("begin")), (0, 1));
    assert_eq!(only_versions_are_left(&world).await, 2);
}

#[tokio::test]
async fn l29_who_sends_very_many_files_at_once_waits_and_holds_nobody_else_up() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let uploads = ana.files().uploads();
    let first = || stream::once(async { Ok(Bytes::from_static(b"first")) });
    let mut under_way = Vec::new();
    for _ in 0..9 {
        under_way.push(begin(&ana, &world, 10).await.id);
    }
    let (ninth, eight) = under_way.split_last().unwrap();
    let mut slow: Vec<_> = eight
        .iter()
        .map(|upload| uploads.resume(*upload, 0, Body::from_stream(first().chain(stream::pending()))).boxed())
        .collect();
    for slow in &mut slow {
        assert!(slow.now_or_never().is_none());
    }
    assert_eq!(kind(uploads.resume(*ninth, 0, Body::from_stream(first()))).await, ErrorKind::Busy);
    let at_once = ana.files().upload(world.acme.client_uploads, called("one.pdf"), "one");
    assert_eq!(kind(at_once.into_future()).await, ErrorKind::Busy);
    world.upload(world.acme.id, world.tax, "of staff.pdf", "theirs").await.unwrap();
    slow.pop();
    assert_eq!(uploads.resume(*ninth, 0, Body::from_stream(first())).await.unwrap().taken_bytes, 5);
}

#[tokio::test]
async fn whoever_finds_what_was_kept_apart_gone_is_told_that_somebody_else_went_on() {
    let world = World::new().await.unwrap();
    let session = world.session_of(&world.ana).await.unwrap();
    let ana = world.portal.contact(&session, world.ana.contact).await.unwrap();
    let begun = begin(&ana, &world, 10).await;
    let uploads = ana.files().uploads();
    uploads.resume(begun.id, 0, "0123").await.unwrap();
    let meanwhile = uploads.clone();
    let late = stream::once(async move {
        // It looked where to go on before; what was kept apart until then is not there any more.
        meanwhile.resume(begun.id, 4, "4567").await.unwrap();
        Ok(Bytes::from_static(b"4567"))
    });
    let came = uploads.resume(begun.id, 4, Body::from_stream(late)).await;
    assert_eq!(came.unwrap_err().refusal(), Some(FilesRefusal::UploadContested.into()));
    uploads.resume(begun.id, 8, "89").await.unwrap();
    assert_eq!(uploads.finish(begun.id).await.unwrap().receipt.sha256, Digest::of(b"0123456789"));
    assert_eq!(only_versions_are_left(&world).await, 1);
}

#[tokio::test]
async fn two_who_go_on_at_once_do_not_mix() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let size = 2 * PART_BYTES + 5;
    let whole = bytes(size);
    let begun = begin(&ana, &world, size).await;
    let uploads = ana.files().uploads();
    let (meanwhile, all) = (uploads.clone(), whole.clone());
    let late = stream::once(async move {
        // The first is slow: a second one goes on from the same place and is done before it.
        meanwhile.resume(begun.id, 0, all).await.unwrap();
        Ok(Bytes::from_static(b"something else"))
    });
    let contested = uploads.resume(begun.id, 0, Body::from_stream(late)).await;
    assert!(contested.is_err_and(|error| error.kind() == ErrorKind::Refused));
    let receipt = uploads.finish(begun.id).await.unwrap().receipt;
    assert_eq!(receipt.sha256, Digest::of(&whole));
    assert!(world.content(world.acme.id, receipt.document).await.unwrap() == whole);
    assert_eq!(only_versions_are_left(&world).await, 1, "what the slow one kept apart is gone");
}

#[tokio::test]
async fn l33_an_upload_is_there_for_nobody_but_who_began_it() {
    let world = World::new().await.unwrap();
    let (ana, ben) = (world.sign_in(&world.ana).await.unwrap(), world.sign_in(&world.ben).await.unwrap());
    let begun = begin(&ana, &world, 4).await;
    let unknown = UploadId::from_bits(1);
    let theirs = ben.files().uploads();
    let staffs = world.owner.files(world.acme.id).uploads();
    for upload in [begun.id, unknown] {
        assert_eq!(kind(theirs.resume(upload, 0, "0123")).await, ErrorKind::NotFound);
        assert_eq!(kind(theirs.finish(upload)).await, ErrorKind::NotFound);
        assert_eq!(kind(theirs.give_up(upload)).await, ErrorKind::NotFound);
        assert_eq!(kind(theirs.progress(upload)).await, ErrorKind::NotFound);
        assert_eq!(kind(staffs.resume(upload, 0, "0123")).await, ErrorKind::NotFound);
        assert_eq!(kind(staffs.finish(upload)).await, ErrorKind::NotFound);
        assert_eq!(kind(staffs.give_up(upload)).await, ErrorKind::NotFound);
    }
    assert_eq!((theirs.list().await.unwrap(), staffs.list().await.unwrap()), (vec![], vec![]));
    // A member's own is found at its client alone.
    let own = staffs.begin(world.tax, called("w2.pdf"), 4).await.unwrap();
    let elsewhere = world.owner.files(world.bolt.id).uploads();
    assert_eq!(kind(elsewhere.progress(own.id)).await, ErrorKind::NotFound);
    assert_eq!(kind(elsewhere.finish(own.id)).await, ErrorKind::NotFound);
    assert_eq!(elsewhere.list().await.unwrap(), []);
    assert_eq!(kind(world.admin.files(world.acme.id).uploads().progress(own.id)).await, ErrorKind::NotFound);
    assert_eq!(staffs.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn s12_revoked_while_an_upload_rests_nothing_goes_on_and_its_bytes_go() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let uploads = ana.files().uploads();
    let files = world.owner.files(world.acme.id);
    let begun = uploads.begin(world.tax, called("w2.pdf"), 8).await.unwrap();
    uploads.resume(begun.id, 0, "0123").await.unwrap();
    files.share(world.tax, world.ana.audience(), Access::View).await.unwrap();
    assert_eq!(files_refuse(uploads.resume(begun.id, 4, "4567")).await, FilesRefusal::ViewOnly);
    files.share(world.tax, world.ana.audience(), Access::ViewAndUpload).await.unwrap();
    uploads.resume(begun.id, 4, "4567").await.unwrap();
    files.revoke(world.tax, world.ana.audience()).await.unwrap();
    assert_eq!(kind(uploads.finish(begun.id)).await, ErrorKind::NotFound);
    assert!(!lies_in(&world.owner, world.acme.id, world.tax).await.contains(&"w2.pdf".to_owned()));
    world.run_worker().await.unwrap();
    assert_eq!(blobs(&world).await, [], "its bytes are gone at once");
    assert_eq!(only_versions_are_left(&world).await, 0);
}

#[tokio::test]
async fn what_is_given_up_or_left_for_days_goes_with_all_its_bytes() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let uploads = ana.files().uploads();
    let [one, other] = [begin(&ana, &world, 2 * PART_BYTES).await, begin(&ana, &world, 2 * PART_BYTES).await];
    for upload in [&one, &other] {
        let came = uploads.resume(upload.id, 0, broken(&bytes(PART_BYTES + 5))).await;
        assert_eq!(came.unwrap_err().kind(), ErrorKind::Invalid);
    }
    uploads.give_up(one.id).command("no more").await.unwrap();
    uploads.give_up(one.id).command("no more").await.unwrap();
    assert_eq!(kind(uploads.give_up(one.id)).await, ErrorKind::NotFound);
    world.run_worker().await.unwrap();
    assert_eq!(blobs(&world).await.len(), 2, "the other's parts, and what it has beside them");
    world.let_pass(MORE_THAN_A_DAY).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let uploads = ana.files().uploads();
    uploads.resume(other.id, PART_BYTES as u64 + 5, "x").await.unwrap();
    world.let_pass(2 * MORE_THAN_A_DAY).await.unwrap();
    assert_eq!(blobs(&world).await.len(), 2, "each byte that comes gives it three days more");
    world.let_pass(MORE_THAN_A_DAY).await.unwrap();
    assert_eq!(blobs(&world).await, []);
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert_eq!(ana.files().uploads().list().await.unwrap(), []);
    assert_eq!(only_versions_are_left(&world).await, 0);
}

#[tokio::test]
async fn what_is_announced_too_large_or_begun_too_often_is_refused_before_a_byte_comes() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (uploads, into) = (ana.files().uploads(), world.acme.client_uploads);
    let limit = portal_core::directory::FirmChange { max_upload_bytes: Some(9), ..Default::default() };
    world.owner.settings().change(limit).await.unwrap();
    let large = uploads.begin(into, called("w2.pdf"), 10);
    assert_eq!(files_refuse(large).await, FilesRefusal::TooLarge { limit_bytes: 9 });
    assert_eq!(
        files_refuse(world.owner.files(world.acme.id).uploads().begin(into, called("w2.pdf"), 10)).await,
        FilesRefusal::TooLarge { limit_bytes: 9 }
    );
    for number in 0..portal_core::files::UPLOADS_UNDER_WAY {
        uploads.begin(into, called("w2.pdf"), 9).command(number.to_string()).await.unwrap();
    }
    let most = portal_core::files::UPLOADS_UNDER_WAY;
    let one_more = uploads.begin(into, called("w2.pdf"), 9);
    assert_eq!(files_refuse(one_more).await, FilesRefusal::TooManyUploads { most });
    let in_one_go = ana.files().upload(into, called("w2.pdf"), "bytes");
    assert_eq!(files_refuse(in_one_go).await, FilesRefusal::TooManyUploads { most });
    // Each has their own number of them.
    world.owner.files(world.acme.id).uploads().begin(into, called("w2.pdf"), 9).await.unwrap();
    assert_eq!(blobs(&world).await, []);
}

#[tokio::test]
async fn beginning_again_under_the_same_command_is_the_same_upload() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (uploads, into) = (ana.files().uploads(), world.acme.client_uploads);
    let begin = |size| uploads.begin(into, called("w2.pdf"), size).command("evening");
    let first = begin(4).await.unwrap();
    uploads.resume(first.id, 0, "01").await.unwrap();
    let again = begin(4).await.unwrap();
    assert_eq!((again.id, again.taken_bytes), (first.id, 2));
    assert_eq!(kind(begin(5)).await, ErrorKind::CommandReused);
}

#[tokio::test]
async fn staff_resume_documents_and_versions_and_share_in_the_same_go() {
    let world = World::new().await.unwrap();
    let uploads = world.owner.files(world.acme.id).uploads();
    let begun = uploads.begin(world.tax, called("return.pdf"), 6).await.unwrap();
    uploads.resume(begun.id, 0, "012").await.unwrap();
    uploads.resume(begun.id, 3, "345").await.unwrap();
    let request = ShareRequest::new(world.ana.audience(), Access::View);
    let receipt = uploads.finish(begun.id).share(request).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert_eq!(ana.files().document(receipt.document).await.unwrap().name.as_str(), "return.pdf");
    let begun = uploads.begin_version(receipt.document, called("final.pdf"), 3).await.unwrap();
    uploads.resume(begun.id, 0, "new").await.unwrap();
    let version = uploads.finish(begun.id).await.unwrap();
    assert_eq!((version.document, version.name.as_str()), (receipt.document, "return.pdf"));
    assert_eq!(world.content(world.acme.id, receipt.document).await.unwrap(), b"new");
    assert_eq!(only_versions_are_left(&world).await, 2);
}

#[tokio::test]
async fn a_blob_store_that_forgot_the_upload_says_that_it_is_over() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let begun = begin(&ana, &world, 2 * PART_BYTES).await;
    let uploads = ana.files().uploads();
    uploads.resume(begun.id, 0, bytes(PART_BYTES)).await.unwrap();
    for blob in blobs(&world).await {
        world.ports.blobs.delete(blob).await.unwrap();
    }
    let went_on = uploads.resume(begun.id, PART_BYTES as u64, bytes(PART_BYTES));
    assert_eq!(files_refuse(went_on).await, FilesRefusal::UploadExpired);
}
