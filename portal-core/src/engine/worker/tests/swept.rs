//! Sweeping: what nobody needs any more goes, and nothing else.

use std::time::Duration;

use bytes::Bytes;

use super::world::{World, file};
use crate::notifications::MessageState;
use crate::ports::store::{FileReads as _, SharingReads as _};
use crate::ports::{BlobStore as _, Clock as _};
use crate::sharing::{Access, Audience};
use crate::testing::{Watch, WatchedBlobs, WatchedCall};
use crate::values::{BlobKey, FolderId, NodeId, VersionId};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

async fn blobs(world: &World) -> Vec<BlobKey> {
    let page = world.blobs.list(None, 10_000).await.unwrap();
    page.blobs.into_iter().map(|(blob, _)| blob).collect()
}

async fn blob_of(world: &World, version: VersionId) -> BlobKey {
    world.store.version(world.firm, version).await.unwrap().unwrap().blob
}

#[tokio::test]
async fn s25_what_was_purged_goes_with_all_below_it_grants_versions_and_bytes() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let kept = world.folder("Kept").await;
    world.upload(kept, "kept.pdf").await;
    let top = world.folder("Gone").await;
    let mut folders: Vec<FolderId> = vec![top];
    for depth in 0..6 {
        let inner = world.files().add_folder(folders[depth], file(&format!("depth {depth}"))).await.unwrap();
        world.files().share(inner, Audience::Contact(ana), Access::View).await.unwrap();
        folders.push(inner);
    }
    let mut documents = Vec::new();
    for folder in &folders {
        for number in 0..3 {
            let document = world.upload(*folder, &format!("scan {number}.pdf")).await;
            world.files().add_version(document, file("again.pdf"), "again").await.unwrap();
            world.files().share(document, Audience::Contact(ana), Access::View).await.unwrap();
            documents.push(document);
        }
    }
    assert_eq!(blobs(&world).await.len(), 1 + 2 * documents.len());
    assert_eq!(world.store.granted(world.firm, world.client, ana).await.unwrap().len(), 1 + 6 + documents.len());

    world.files().trash(top).await.unwrap();
    world.work().await;
    assert_eq!(blobs(&world).await.len(), 1 + 2 * documents.len(), "what lies in the trash is kept");
    world.files().purge(top).await.unwrap();
    world.work().await;

    assert_eq!(blobs(&world).await.len(), 1);
    let granted = world.store.granted(world.firm, world.client, ana).await.unwrap();
    assert_eq!(granted.len(), 1, "Client Uploads alone: {granted:?}");
    for node in folders.iter().map(|id| NodeId::from(*id)).chain(documents.iter().map(|id| NodeId::from(*id))) {
        assert!(world.store.grants_on(world.firm, node).await.unwrap().is_empty());
        assert!(world.store.node(world.firm, node).await.unwrap().is_none());
    }
    assert!(world.store.purged(10).await.unwrap().is_empty());
    assert!(world.store.condemned(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_large_purge_takes_several_calls_and_each_does_a_bounded_amount() {
    let world = World::new().await;
    let top = world.folder("Gone").await;
    for number in 0..450 {
        world.upload(top, &format!("scan {number}.pdf")).await;
    }
    world.files().trash(top).await.unwrap();
    world.files().purge(top).await.unwrap();
    let mut calls = 0;
    loop {
        let report = world.portal.worker().run_due().await.unwrap();
        assert!(report.swept <= 200 + 100 + 100, "{report:?}");
        calls += 1;
        if !report.more {
            break;
        }
    }
    assert!(calls >= 3, "{calls}");
    assert!(blobs(&world).await.is_empty());
    assert!(world.store.purged(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_tree_deeper_than_one_call_takes_is_taken_all_the_same() {
    let world = World::new().await;
    let top = world.folder("Gone").await;
    // Several ways down, each as deep as folders lie: more than one call takes away.
    for way in 0..7 {
        let mut last = top;
        for depth in 0..43 {
            last = world.files().add_folder(last, file(&format!("{way} {depth}"))).await.unwrap();
        }
        world.upload(last, "deep.pdf").await;
    }
    world.files().trash(top).await.unwrap();
    world.files().purge(top).await.unwrap();
    assert_eq!(world.work().await.swept, 1 + 7 * (43 + 2), "the folders, and seven documents with their bytes");
    assert!(blobs(&world).await.is_empty() && world.store.purged(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn s12_an_upload_past_its_deadline_is_condemned_and_its_bytes_go() {
    let world = World::new().await;
    let folder = world.folder("2025 Tax").await;
    // The node dies in the middle of the body: the row and some bytes stay.
    let body = crate::engine::Body::from_stream(futures_util::StreamExt::chain(
        futures_util::stream::once(async { Ok(Bytes::from(vec![7; 6 * 1024 * 1024])) }),
        futures_util::stream::pending(),
    ));
    let mut upload = Box::pin(world.files().upload(folder, file("w2.pdf"), body).into_future());
    assert!(futures_util::FutureExt::now_or_never(&mut upload).is_none());
    drop(upload);
    world.work().await;
    assert_eq!(blobs(&world).await.len(), 1, "it may still be under way on another node");
    world.clock.advance(DAY);
    world.work().await;
    assert!(blobs(&world).await.is_empty());
    assert!(world.store.overdue_uploads(world.clock.now(), 10).await.unwrap().is_empty());
    assert!(world.store.condemned(10).await.unwrap().is_empty());
}

#[tokio::test]
async fn bytes_that_no_record_names_go_once_they_are_a_day_old_and_named_ones_never() {
    let world = World::new().await;
    let folder = world.folder("2025 Tax").await;
    let document = world.upload(folder, "w2.pdf").await;
    let version = world.store.document(world.firm, document).await.unwrap().unwrap().current.id;
    let named = blob_of(&world, version).await;
    let lost = BlobKey::from_bits(99);
    let upload = world.blobs.begin(lost).await.unwrap();
    let part = world.blobs.put_part(&upload, 1, Bytes::from_static(b"lost")).await.unwrap();
    world.blobs.complete(&upload, &[part]).await.unwrap();
    world.work().await;
    assert_eq!(blobs(&world).await.len(), 2);
    // The blob store in memory has a time of its own, which says when they were written.
    let written = world.blobs.list(None, 10).await.unwrap().blobs.into_iter().map(|(_, at)| at).max().unwrap();
    world.clock.jump_to(written + DAY);
    world.work().await;
    assert_eq!(blobs(&world).await, [named]);
}

/// A blob store that cannot delete.
struct Stuck;

#[async_trait::async_trait]
impl Watch for Stuck {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), crate::ports::store::StoreError> {
        match call.name {
            "delete" | "list" => Err(crate::ports::store::StoreError::Unavailable("down".into())),
            _ => Ok(()),
        }
    }
}

#[tokio::test]
async fn a_blob_store_that_is_down_holds_up_no_mail_and_is_swept_after() {
    use std::sync::Arc;
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    let gone = world.upload(folder, "draft.pdf").await;
    world.files().trash(gone).await.unwrap();
    world.files().purge(gone).await.unwrap();
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();

    let stuck = Arc::new(WatchedBlobs::new(Arc::new(world.blobs.clone()), Arc::new(Stuck)));
    let node = super::world::node(Arc::new(world.store.clone()), stuck, world.mailer.clone(), &world.clock, 5);
    let report = node.worker().run_due().await.unwrap();
    assert!(report.failed > 0 && report.sent == 1, "{report:?}");
    assert_eq!(world.store.condemned(10).await.unwrap().len(), 1, "the row that says so goes last");
    assert_eq!(world.messages(Some(MessageState::Sent)).await.len(), 1);
    world.work().await;
    assert!(blobs(&world).await.is_empty() && world.store.condemned(10).await.unwrap().is_empty());
}
