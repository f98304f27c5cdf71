//! Previews: how many files lie in memory at a time, and what is drawn again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_trait::async_trait;
use bytes::Bytes;
use portal_core::memory::FixedLinks;
use portal_core::ports::store::StoreError;
use portal_core::ports::{Preview, PreviewError, Previewer};
use portal_core::testing::{Watch, WatchedBlobs, WatchedCall, World};
use portal_core::values::{DocumentId, EmailAddress, LinkKey};
use portal_core::{ErrorKind, Portal, StaffFiles};
use tokio::sync::Semaphore;

use crate::words::kind;

/// Draws two at a time, each once it may; what begins with `bomb` takes too much.
struct Slow {
    may: Semaphore,
    drawn: AtomicUsize,
}

#[async_trait]
impl Previewer for Slow {
    fn max_bytes(&self) -> u64 {
        1000
    }

    fn at_once(&self) -> usize {
        2
    }

    async fn preview(&self, file: Bytes, _: u32, _: u32) -> Result<Preview, PreviewError> {
        self.may.acquire().await.map_err(|error| PreviewError::Failed(error.into()))?.forget();
        self.drawn.fetch_add(1, Ordering::SeqCst);
        if file.starts_with(b"bomb") {
            return Err(PreviewError::TooMuch { what: "time" });
        }
        Ok(Preview { png: file, width_pixels: 1, height_pixels: 1, pages: 1 })
    }
}

/// How often bytes were read.
#[derive(Default)]
struct Reads(AtomicUsize);

#[async_trait]
impl Watch for Reads {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if call.name == "read" {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        Ok(())
    }
}

struct Gallery {
    world: World,
    portal: Portal,
    previewer: Arc<Slow>,
    reads: Arc<Reads>,
}

impl Gallery {
    async fn open() -> Self {
        // Kept as they come, so that a file read is one read of the store.
        let world = World::builder().unencrypted().build().await.unwrap();
        let previewer = Arc::new(Slow { may: Semaphore::new(0), drawn: AtomicUsize::new(0) });
        let reads = Arc::new(Reads::default());
        let portal = Portal::builder()
            .shared_store(world.ports.store.clone())
            .blobs(WatchedBlobs::new(world.ports.blobs.clone(), reads.clone()))
            .mailer(world.mailer.clone())
            .links(FixedLinks::new("https://portal.test").unwrap())
            .sender(EmailAddress::new("portal@portal.test").unwrap())
            .unencrypted(LinkKey::new([7; 32]))
            .shared_previewer(previewer.clone())
            .clock(world.clock.as_stepped())
            .build()
            .unwrap();
        Self { world, portal, previewer, reads }
    }

    async fn documents(&self, contents: impl IntoIterator<Item = String>) -> Vec<DocumentId> {
        let mut documents = Vec::new();
        for (number, content) in contents.into_iter().enumerate() {
            let name = format!("{number}.pdf");
            let document = self.world.upload(self.world.acme.id, self.world.tax, &name, content).await.unwrap();
            documents.push(document);
        }
        documents
    }

    async fn files(&self, member: &portal_core::Staff) -> StaffFiles {
        let member = member.me().await.unwrap().id;
        self.portal.staff(self.world.firm, member).await.unwrap().files(self.world.acme.id)
    }

    /// Asks for pictures, all at once.
    fn ask(&self, files: &StaffFiles, documents: &[DocumentId]) -> Vec<tokio::task::JoinHandle<Result<(), ErrorKind>>> {
        let ask = |document: &DocumentId| {
            let (files, document) = (files.clone(), *document);
            tokio::spawn(async move { files.preview(document, 0, 100).await.map(drop).map_err(|error| error.kind()) })
        };
        documents.iter().map(ask).collect()
    }

    fn reads(&self) -> usize {
        self.reads.0.load(Ordering::SeqCst)
    }

    /// Lets everybody come as far as they can.
    async fn settle(&self) {
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
    }
}

#[tokio::test]
async fn l28_of_many_previews_at_once_no_more_files_are_read_than_are_drawn() {
    let gallery = Gallery::open().await;
    let documents = gallery.documents((0..20).map(|number| format!("file {number}"))).await;
    let (owner, admin, member) = (
        gallery.files(&gallery.world.owner).await,
        gallery.files(&gallery.world.admin).await,
        gallery.files(&gallery.world.assigned).await,
    );
    let mut asking = gallery.ask(&owner, &documents);
    gallery.settle().await;
    assert_eq!(gallery.reads(), 1, "one for each who asks");
    asking.extend(gallery.ask(&admin, &documents));
    asking.extend(gallery.ask(&member, &documents));
    gallery.settle().await;
    assert_eq!(gallery.reads(), 2, "as many as the previewer draws at a time");

    // Who waits too long is told so, and has read nothing.
    gallery.world.clock.advance(std::time::Duration::from_secs(60));
    gallery.previewer.may.add_permits(1000);
    let mut busy = 0;
    for asked in asking {
        match asked.await.unwrap() {
            Ok(()) => {}
            Err(ErrorKind::Busy) => busy += 1,
            Err(other) => panic!("{other:?}"),
        }
    }
    assert_eq!((busy, gallery.reads()), (58, 2));
}

#[tokio::test]
async fn l28_a_picture_that_was_drawn_is_shown_again_without_reading_a_byte() {
    let gallery = Gallery::open().await;
    gallery.previewer.may.add_permits(2);
    let documents = gallery.documents(["same".to_owned(), "same".to_owned(), "other".to_owned()]).await;
    let files = gallery.files(&gallery.world.owner).await;
    for document in [documents[0], documents[1], documents[2], documents[0]] {
        files.preview(document, 0, 100).await.unwrap();
    }
    assert_eq!((gallery.reads(), gallery.previewer.drawn.load(Ordering::SeqCst)), (2, 2));
}

#[tokio::test]
async fn l28_what_takes_too_much_is_drawn_once() {
    let gallery = Gallery::open().await;
    gallery.previewer.may.add_permits(1000);
    let bomb = gallery.documents(["bomb".to_owned()]).await[0];
    for member in [&gallery.world.owner, &gallery.world.admin] {
        let files = gallery.files(member).await;
        for _ in 0..3 {
            assert_eq!(kind(files.preview(bomb, 0, 100)).await, ErrorKind::Invalid);
        }
    }
    assert_eq!((gallery.reads(), gallery.previewer.drawn.load(Ordering::SeqCst)), (1, 1));
}
