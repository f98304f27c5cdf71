//! Uploads that do not end well: nothing of them is left.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::{FutureExt as _, StreamExt as _, stream};
use portal_core::directory::FirmChange;
use portal_core::files::FilesRefusal;
use portal_core::memory::MemoryBlobs;
use portal_core::ports::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Clock as _, PART_BYTES, Part};
use portal_core::sharing::{Access, Audience};
use portal_core::testing::World;
use portal_core::values::{BlobKey, Cursor, Digest};
use portal_core::{Body, ErrorKind, Staff};

use crate::words::{MORE_THAN_A_DAY, blobs, called, files_refuse, kind, lies_in, only_versions_are_left};

/// A body of two chunks, between which `meanwhile` happens.
fn interrupted(meanwhile: impl Future<Output = ()> + Send + 'static) -> Body {
    interrupted_before(meanwhile, Bytes::from_static(b"second half"))
}

fn interrupted_before(meanwhile: impl Future<Output = ()> + Send + 'static, second: Bytes) -> Body {
    let first = stream::once(async { Ok(Bytes::from_static(b"first half, ")) });
    let second = stream::once(async move {
        meanwhile.await;
        Ok(second)
    });
    Body::from_stream(first.chain(second))
}

#[tokio::test]
async fn a_body_in_pieces_arrives_whole() {
    let world = World::new().await.unwrap();
    let upload = world.owner.files(world.acme.id).upload(world.tax, called("w2.pdf"), interrupted(async {}));
    let receipt = upload.await.unwrap();
    assert_eq!(receipt.sha256, Digest::of(b"first half, second half"));
    assert_eq!(world.content(world.acme.id, receipt.document).await.unwrap(), b"first half, second half");
}

#[tokio::test]
async fn n13_the_result_of_an_upload_says_that_nobody_is_assigned() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let upload = || ana.files().upload(world.tax, called("w2.pdf"), "bytes").command("once");
    assert!(!upload().await.unwrap().nobody_assigned);
    let (client, assigned) = (world.acme.id, world.assigned.me().await.unwrap().id);
    world.owner.assignments(client).unassign(assigned).await.unwrap();
    let again = upload().await.unwrap();
    assert!(again.nobody_assigned, "also where the upload was made before");
    let other = ana.files().upload(world.tax, called("w2.pdf"), "bytes").await.unwrap();
    assert!(other.nobody_assigned);
    assert_eq!(other.receipt.name.as_str(), "w2 (2).pdf");
    world.owner.assignments(client).assign(assigned).await.unwrap();
    assert!(!ana.files().upload(world.tax, called("w2.pdf"), "bytes").await.unwrap().nobody_assigned);
}

#[tokio::test]
async fn l27_the_same_bytes_under_the_same_command_lie_under_a_new_key_each_time() {
    let world = World::new().await.unwrap();
    let there = Arc::new(Mutex::new(Vec::new()));
    let upload = |member: &Staff| {
        let (world, there) = (world.clone(), there.clone());
        let into = world.tax;
        let files = member.files(world.acme.id);
        let look = async move {
            let now = blobs(&world).await.len();
            there.lock().unwrap().push(now);
        };
        files.upload(into, called("w2.pdf"), interrupted(look)).command("k").into_future()
    };
    let first = upload(&world.owner).await.unwrap();
    upload(&world.assigned).await.unwrap();
    assert_eq!(upload(&world.owner).await.unwrap(), first, "the command was carried out before");
    assert_eq!(*there.lock().unwrap(), [1, 2, 3], "each has bytes of its own while they come");
    assert_eq!(only_versions_are_left(&world).await, 2);
}

#[tokio::test]
async fn s12_revoked_during_upload_leaves_nothing() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (files, audience, tax) = (world.owner.files(world.acme.id), world.ana.audience(), world.tax);
    let revoke = async move { files.revoke(tax, audience).await.unwrap() };
    let upload = ana.files().upload(world.tax, called("w2.pdf"), interrupted(revoke));
    assert_eq!(kind(upload).await, ErrorKind::NotFound);
    assert_eq!(lies_in(&world.owner, world.acme.id, world.tax).await, ["Receipts"]);
    world.run_worker().await.unwrap();
    assert_eq!(blobs(&world).await, [], "it is gone at once, not only after a day");
    assert_eq!(only_versions_are_left(&world).await, 0);
}

#[tokio::test]
async fn s12_whatever_else_is_taken_away_during_an_upload_ends_it() {
    for number in 0..8 {
        let world = World::new().await.unwrap();
        let elsewhere = world.owner.files(world.acme.id);
        elsewhere.share(world.receipts, Audience::AllContacts, Access::View).await.unwrap();
        world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
        let session = world.session_of(&world.ana).await.unwrap();
        let ana = world.portal.contact(&session, world.ana.contact).await.unwrap();
        let taking = world.clone();
        let meanwhile = async move {
            let (files, contacts) = (taking.owner.files(taking.acme.id), taking.owner.contacts(taking.acme.id));
            match number {
                0 => drop(files.share(taking.tax, taking.ana.audience(), Access::View).await.unwrap()),
                1 => files.trash(taking.receipts).await.unwrap(),
                2 => files.trash(taking.tax).await.unwrap(),
                3 => contacts.remove(taking.ana.contact).await.unwrap(),
                4 => contacts.set_portal_access(taking.ana.contact, false).await.unwrap(),
                5 => taking.portal.signed_in(&session).await.unwrap().sign_out().await.unwrap(),
                6 => {
                    let change = portal_core::directory::ContactChange { email: Some(None), ..Default::default() };
                    contacts.change(taking.ana.contact, change).await.unwrap();
                }
                _ => {
                    files.trash(taking.tax).await.unwrap();
                    files.purge(taking.tax).await.unwrap();
                    taking.run_worker().await.unwrap();
                }
            }
        };
        let upload = ana.files().upload(world.receipts, called("w2.pdf"), interrupted(meanwhile));
        let answer = upload.await.unwrap_err();
        let expected = match number {
            0 => ErrorKind::Refused,
            5 => ErrorKind::SignedOut,
            _ => ErrorKind::NotFound,
        };
        assert_eq!(answer.kind(), expected, "{number}");
        assert_eq!(only_versions_are_left(&world).await, 0);
    }
}

#[tokio::test]
async fn a_grant_that_ends_during_an_upload_ends_it() {
    let world = World::new().await.unwrap();
    let end = world.clock.now() + std::time::Duration::from_secs(60);
    let files = world.owner.files(world.acme.id);
    files.share(world.tax, world.ana.audience(), Access::ViewAndUpload).until(Some(end)).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let clock = world.clock.clone();
    let upload = ana.files().upload(world.tax, called("w2.pdf"), interrupted(async move { clock.jump_to(end) }));
    assert_eq!(kind(upload).await, ErrorKind::NotFound);
    assert_eq!(only_versions_are_left(&world).await, 0);
}

#[tokio::test]
async fn a_member_removed_during_an_upload_uploads_nothing() {
    let world = World::new().await.unwrap();
    let (owner, mia) = (world.owner.clone(), world.assigned.me().await.unwrap().id);
    let remove = async move { owner.team().remove(mia).await.unwrap() };
    let files = world.assigned.files(world.acme.id);
    assert_eq!(kind(files.upload(world.tax, called("w2.pdf"), interrupted(remove))).await, ErrorKind::Denied);
    assert_eq!(only_versions_are_left(&world).await, 0);
}

#[tokio::test]
async fn a_document_trashed_during_its_new_version_stays_as_it_was() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "first").await.unwrap();
    let trashing = files.clone();
    let trash = async move { trashing.trash(document).await.unwrap() };
    let version = files.add_version(document, called("w2.pdf"), interrupted(trash));
    assert_eq!(files_refuse(version).await, FilesRefusal::InTrash);
    files.restore(document).await.unwrap();
    assert_eq!(world.content(world.acme.id, document).await.unwrap(), b"first");
    assert_eq!(only_versions_are_left(&world).await, 1);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_invalid_and_leaves_nothing() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let broken = || {
        let chunks = [Ok(Bytes::from_static(b"half of")), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
        Body::from_stream(stream::iter(chunks))
    };
    let theirs = ana.files().upload(world.acme.client_uploads, called("w2.pdf"), broken());
    assert_eq!(kind(theirs).await, ErrorKind::Invalid);
    let ours = world.owner.files(world.acme.id).upload(world.tax, called("w2.pdf"), broken());
    assert_eq!(kind(ours).await, ErrorKind::Invalid);
    assert!(lies_in(&world.owner, world.acme.id, world.acme.client_uploads).await.is_empty());
    world.run_worker().await.unwrap();
    assert_eq!(blobs(&world).await, []);
    assert_eq!(only_versions_are_left(&world).await, 0);
}

#[tokio::test]
async fn an_upload_that_is_dropped_in_the_middle_is_swept_after_its_deadline() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let upload = ana.files().upload(world.acme.client_uploads, called("w2.pdf"), interrupted(std::future::pending()));
    assert!(upload.into_future().now_or_never().is_none(), "it waits for the second half");
    world.run_worker().await.unwrap();
    assert_eq!(blobs(&world).await.len(), 1, "nobody can tell yet that it will not come");
    assert_eq!(only_versions_are_left(&world).await, 0);
}

#[tokio::test]
async fn an_upload_slower_than_its_deadline_is_told_so() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    for big in [false, true] {
        let meanwhile = world.clone();
        let a_day_passes = async move { meanwhile.let_pass(MORE_THAN_A_DAY).await.unwrap() };
        // A large second half is put as a part while it comes, a small one when all has come.
        let second = Bytes::from(vec![7; if big { PART_BYTES } else { 5 }]);
        let body = interrupted_before(a_day_passes, second);
        let upload = files.upload(world.tax, called("w2.pdf"), body);
        assert_eq!(files_refuse(upload).await, FilesRefusal::UploadExpired);
        assert_eq!(only_versions_are_left(&world).await, 0);
    }
}

#[tokio::test]
async fn a_body_over_the_firms_limit_is_refused_and_leaves_nothing() {
    let world = World::new().await.unwrap();
    let limit = FirmChange { max_upload_bytes: Some(23), ..FirmChange::default() };
    world.owner.settings().change(limit).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let into = world.acme.client_uploads;
    ana.files().upload(into, called("just.pdf"), interrupted(async {})).await.unwrap();
    let limit = FirmChange { max_upload_bytes: Some(22), ..FirmChange::default() };
    world.owner.settings().change(limit).await.unwrap();
    let over = ana.files().upload(into, called("over.pdf"), interrupted(async {}));
    assert_eq!(files_refuse(over).await, FilesRefusal::TooLarge { limit_bytes: 22 });
    let over = world.owner.files(world.acme.id).upload(into, called("over.pdf"), interrupted(async {}));
    assert_eq!(files_refuse(over).await, FilesRefusal::TooLarge { limit_bytes: 22 });
    assert_eq!(lies_in(&world.owner, world.acme.id, into).await, ["just.pdf"]);
    assert_eq!(only_versions_are_left(&world).await, 1);
}

/// Notes how large the parts are that it is given.
struct Parts {
    inner: MemoryBlobs,
    largest: AtomicUsize,
    smaller_before_the_last: AtomicUsize,
    last: AtomicUsize,
}

#[async_trait]
impl BlobStore for Parts {
    async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError> {
        self.last.store(PART_BYTES, Ordering::SeqCst);
        self.inner.begin(key).await
    }
    async fn put_part(&self, upload: &BlobUpload, number: u32, bytes: Bytes) -> Result<Part, BlobError> {
        self.largest.fetch_max(bytes.len(), Ordering::SeqCst);
        if self.last.swap(bytes.len(), Ordering::SeqCst) < PART_BYTES {
            self.smaller_before_the_last.fetch_add(1, Ordering::SeqCst);
        }
        self.inner.put_part(upload, number, bytes).await
    }
    async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError> {
        self.inner.complete(upload, parts).await
    }
    async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError> {
        self.inner.abort(upload).await
    }
    async fn read(&self, key: BlobKey, range: std::ops::Range<u64>) -> Result<BlobStream, BlobError> {
        self.inner.read(key, range).await
    }
    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        self.inner.delete(key).await
    }
    async fn list(&self, after: Option<&Cursor>, limit: usize) -> Result<BlobPage, BlobError> {
        self.inner.list(after, limit).await
    }
}

#[tokio::test]
async fn an_upload_holds_one_part_whatever_the_size_of_its_chunks() {
    let parts = Arc::new(Parts {
        inner: MemoryBlobs::new(),
        largest: AtomicUsize::new(0),
        smaller_before_the_last: AtomicUsize::new(0),
        last: AtomicUsize::new(0),
    });
    let world = World::builder().blobs(parts.clone()).unencrypted().build().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let size = 2 * PART_BYTES + 1234;
    let whole = Bytes::from((0..=250_u8).cycle().take(size).collect::<Vec<u8>>());
    for chunk_bytes in [1000, PART_BYTES - 1, PART_BYTES, PART_BYTES + 1, size] {
        let rest = whole.clone();
        let chunks = stream::iter((0..size).step_by(chunk_bytes))
            .map(move |start| Ok(rest.slice(start..(start + chunk_bytes).min(size))));
        let receipt = files.upload(world.tax, called("big.bin"), Body::from_stream(chunks)).await.unwrap();
        assert_eq!((receipt.size_bytes, receipt.sha256), (size as u64, Digest::of(&whole)), "{chunk_bytes}");
        assert!(world.content(world.acme.id, receipt.document).await.unwrap() == whole, "{chunk_bytes}");
    }
    assert_eq!(parts.largest.load(Ordering::SeqCst), PART_BYTES);
    assert_eq!(parts.smaller_before_the_last.load(Ordering::SeqCst), 0, "only the last part may be smaller");
}
