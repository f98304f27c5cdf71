//! Encryption at rest, as a portal does it: by default, for each firm, and while its keys change.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::TryStreamExt as _;
use futures_util::future::join_all;
use portal_core::directory::{self, DataKey, DirectoryRefusal};
use portal_core::encryption::MasterKey;
use portal_core::memory::{FixedLinks, MemoryBlobs, MemoryKeyRing, MemoryMailer};
use portal_core::ports::{BlobStore as _, KeyError, KeyRing, LinkKeySource, WrappedKey};
use portal_core::testing::{SeededEntropy, World};
use portal_core::values::{DocumentId, FirmId, LinkKey, PageRequest, RingKeyId, Secret};
use portal_core::{ByteRange, ErrorKind, Portal, Refusal, Rewrapped, Staff};

use crate::words::{called, email};

const PLAIN: &str = "Social Security Number 078-05-1120";

fn master(id: &str) -> MasterKey {
    let byte = id.bytes().last().unwrap();
    MasterKey::new(RingKeyId::new(id).unwrap(), [byte; 32])
}

fn ring() -> MemoryKeyRing {
    MemoryKeyRing::new(LinkKey::new([7; 32]), master("m1"))
}

/// A world, what is stored of its bytes, and its ring.
struct Vault {
    world: World,
    blobs: MemoryBlobs,
    ring: MemoryKeyRing,
}

impl Vault {
    async fn new() -> Self {
        let (blobs, ring) = (MemoryBlobs::new(), ring());
        let builder = World::builder().blobs(Arc::new(blobs.clone())).keys(Arc::new(ring.clone()));
        Self { world: builder.build().await.unwrap(), blobs, ring }
    }

    /// Another node on the same store, bytes and ring, which remembers nothing.
    async fn node(&self, seed: u64) -> Staff {
        let portal = node(&self.world, Arc::new(self.ring.clone()), seed);
        portal.staff(self.world.firm, self.world.owner.me().await.unwrap().id).await.unwrap()
    }

    async fn keys(&self) -> Vec<(FirmId, DataKey)> {
        let page = self.world.ports.store.data_keys(&PageRequest::first(100)).await.unwrap();
        page.items.into_iter().map(|(firm, key)| (firm, key.value)).collect()
    }

    async fn rewrap(&self) -> Vec<Rewrapped> {
        let page = self.world.portal.host().keys().rewrap(&PageRequest::first(100)).await.unwrap();
        page.items.into_iter().map(|row| row.outcome).collect()
    }
}

fn node(world: &World, ring: Arc<dyn KeyRing>, seed: u64) -> Portal {
    Portal::builder()
        .shared_store(world.ports.store.clone())
        .shared_blobs(world.ports.blobs.clone())
        .mailer(MemoryMailer::new())
        .links(FixedLinks::new("https://portal.test").unwrap())
        .sender(email("portal@portal.test"))
        .shared_keys(ring)
        .clock(world.clock.clone())
        .entropy(SeededEntropy::new(seed))
        .build()
        .unwrap()
}

async fn stored(blobs: &MemoryBlobs, bytes: u64) -> Vec<u8> {
    let [blob] = blobs.keys()[..] else { panic!("one blob: {:?}", blobs.keys()) };
    let pieces: Vec<_> = blobs.read(blob, 0..bytes).await.unwrap().try_collect().await.unwrap();
    pieces.concat()
}

async fn upload(by: &Staff, world: &World, bytes: String) -> DocumentId {
    by.files(world.acme.id).upload(world.tax, called("w2.pdf"), bytes).await.unwrap().document
}

async fn content(by: &Staff, world: &World, document: DocumentId) -> Result<Vec<u8>, ErrorKind> {
    let download =
        by.files(world.acme.id).download(document, None, ByteRange::All).await.map_err(|error| error.kind())?;
    let pieces: Result<Vec<_>, _> = download.body.try_collect().await;
    pieces.map(|pieces| pieces.concat()).map_err(|_| ErrorKind::Corrupt)
}

#[tokio::test]
async fn l37_what_is_uploaded_is_stored_sealed_and_read_as_it_was() {
    let vault = Vault::new().await;
    let document = upload(&vault.world.owner, &vault.world, PLAIN.into()).await;
    let sealed = stored(&vault.blobs, PLAIN.len() as u64 + 36).await;
    assert!(!sealed.windows(8).any(|some| PLAIN.as_bytes().windows(8).any(|plain| plain == some)));
    assert_eq!(content(&vault.world.owner, &vault.world, document).await.unwrap(), PLAIN.as_bytes());
    let part = ByteRange::From { start: 7, end: Some(15) };
    let download = vault.world.owner.files(vault.world.acme.id).download(document, None, part).await.unwrap();
    assert_eq!(vault.world.bytes_of(download).await.unwrap(), b"Security");
    // A firm has its key from its first upload on, and no other's.
    let keys = vault.keys().await;
    assert_eq!(keys.iter().map(|(firm, key)| (*firm, key.number)).collect::<Vec<_>>(), [(vault.world.firm, 1)]);
}

#[tokio::test]
async fn l37_bytes_are_kept_as_they_come_by_an_explicit_word_and_by_no_other() {
    let blobs = MemoryBlobs::new();
    let world = World::builder().blobs(Arc::new(blobs.clone())).unencrypted().build().await.unwrap();
    upload(&world.owner, &world, PLAIN.into()).await;
    assert_eq!(stored(&blobs, PLAIN.len() as u64).await, PLAIN.as_bytes());
    let refused = world.portal.host().keys().rotate(world.firm).await.unwrap_err();
    assert_eq!(refused.refusal(), Some(Refusal::Directory(DirectoryRefusal::Unencrypted)));
    let refused = world.portal.host().keys().rewrap(&PageRequest::first(1)).await.unwrap_err();
    assert_eq!(refused.refusal(), Some(Refusal::Directory(DirectoryRefusal::Unencrypted)));
    let built = Portal::builder().blobs(MemoryBlobs::new()).build();
    assert_eq!(built.unwrap_err().to_string(), "a portal needs `keys`", "neither is what happens without a word");
}

#[tokio::test]
async fn l37_what_was_kept_before_there_was_encryption_is_refused_and_not_served() {
    let blobs = MemoryBlobs::new();
    let world = World::builder().blobs(Arc::new(blobs.clone())).unencrypted().build().await.unwrap();
    let document = upload(&world.owner, &world, PLAIN.into()).await;
    let portal = node(&world, Arc::new(ring()), 9);
    let owner = portal.staff(world.firm, world.owner.me().await.unwrap().id).await.unwrap();
    assert_eq!(content(&owner, &world, document).await, Err(ErrorKind::Corrupt));
}

#[tokio::test]
async fn l37_nodes_that_make_a_firms_first_key_at_once_have_one() {
    let vault = Vault::new().await;
    let mut nodes = Vec::new();
    for seed in 10..18 {
        nodes.push(vault.node(seed).await);
    }
    let uploads = nodes.iter().enumerate().map(|(at, node)| upload(node, &vault.world, format!("{PLAIN} {at}")));
    let documents = join_all(uploads).await;
    assert_eq!(vault.keys().await.len(), 1);
    for (at, document) in documents.into_iter().enumerate() {
        let expected = format!("{PLAIN} {at}");
        let read = content(&nodes[(at + 1) % nodes.len()], &vault.world, document).await.unwrap();
        assert_eq!(read, expected.as_bytes(), "what {at} uploaded, elsewhere");
    }
}

#[tokio::test]
async fn a_new_data_key_is_taken_up_here_at_once_and_elsewhere_within_a_minute() {
    let vault = Vault::new().await;
    let world = &vault.world;
    let elsewhere = vault.node(10).await;
    upload(&elsewhere, world, PLAIN.into()).await;
    let rotated = world.portal.host().keys().rotate(world.firm).command("spring").await.unwrap();
    assert_eq!((rotated.firm, rotated.number), (world.firm, 2));
    let again = world.portal.host().keys().rotate(world.firm).command("spring").await.unwrap();
    assert_eq!(again, rotated, "the same command is one rotation");
    let number = async |by: &Staff| {
        let before = vault.blobs.keys();
        upload(by, world, PLAIN.into()).await;
        let new: Vec<_> = vault.blobs.keys().into_iter().filter(|blob| !before.contains(blob)).collect();
        let header: Vec<_> = vault.blobs.read(new[0], 4..8).await.unwrap().try_collect().await.unwrap();
        header.concat()[3]
    };
    assert_eq!(number(&world.owner).await, 2);
    assert_eq!(number(&elsewhere).await, 1, "not asked again yet");
    world.clock.advance(Duration::from_secs(60));
    assert_eq!(number(&elsewhere).await, 2);
    let unknown = world.portal.host().keys().rotate(FirmId::from_bits(404)).await.unwrap_err();
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn l37_rotation_under_load_of_data_keys_and_of_the_rings_loses_nothing() {
    let vault = Arc::new(Vault::new().await);
    let first = vault.node(50).await;
    let kept = upload(&first, &vault.world, PLAIN.into()).await;
    let client = |at: u64| {
        let vault = vault.clone();
        tokio::spawn(async move {
            let node = vault.node(100 + at).await;
            let mut uploaded = Vec::new();
            for round in 0..12 {
                let bytes = format!("{at} {round} ").repeat(20_000);
                uploaded.push((upload(&node, &vault.world, bytes.clone()).await, bytes));
                for (document, bytes) in &uploaded {
                    assert!(content(&node, &vault.world, *document).await.unwrap() == bytes.as_bytes());
                }
                vault.world.clock.advance(Duration::from_secs(40));
            }
            uploaded
        })
    };
    let clients: Vec<_> = (0..4).map(client).collect();
    for round in 2..10 {
        vault.world.portal.host().keys().rotate(vault.world.firm).await.unwrap();
        vault.ring.add(master(&format!("m{round}")));
        vault.rewrap().await;
        tokio::task::yield_now().await;
    }
    let mut all = vec![(kept, PLAIN.to_owned())];
    for uploads in join_all(clients).await {
        all.extend(uploads.unwrap());
    }
    // After the last page nothing is wrapped with an earlier key: without them, and on a node that remembers nothing, all is read.
    vault.rewrap().await;
    for round in 1..9 {
        vault.ring.forget(&RingKeyId::new(format!("m{round}")).unwrap());
    }
    let fresh = vault.node(999).await;
    assert_eq!(all.len(), 49);
    for (document, bytes) in all {
        assert!(content(&fresh, &vault.world, document).await.unwrap() == bytes.as_bytes());
    }
}

#[tokio::test]
async fn data_keys_are_wrapped_anew_once_and_lost_ones_are_named() {
    let vault = Vault::new().await;
    let world = &vault.world;
    let document = upload(&world.owner, world, PLAIN.into()).await;
    world.portal.host().keys().rotate(world.firm).await.unwrap();
    assert_eq!(vault.rewrap().await, [Rewrapped::WasCurrent, Rewrapped::WasCurrent]);
    vault.ring.add(master("m2"));
    assert_eq!(vault.rewrap().await, [Rewrapped::Now, Rewrapped::Now]);
    assert_eq!(vault.rewrap().await, [Rewrapped::WasCurrent, Rewrapped::WasCurrent]);
    assert!(vault.keys().await.iter().all(|(_, key)| key.wrapped_by.as_str() == "m2"));
    vault.ring.add(master("m3"));
    vault.ring.forget(&RingKeyId::new("m2").unwrap());
    let lost = Rewrapped::Lost { by: RingKeyId::new("m2").unwrap() };
    assert_eq!(vault.rewrap().await, [lost.clone(), lost]);
    let fresh = vault.node(10).await;
    assert_eq!(content(&fresh, world, document).await, Err(ErrorKind::Corrupt));
    // What this process has unwrapped it forgets after a while, too.
    assert!(content(&world.owner, world, document).await.is_ok());
    world.clock.advance(Duration::from_secs(600));
    assert_eq!(content(&world.owner, world, document).await, Err(ErrorKind::Corrupt));
}

#[tokio::test]
async fn data_keys_leave_their_trace_in_the_firms_chain_and_tell_nobody() {
    let vault = Vault::new().await;
    let world = &vault.world;
    upload(&world.owner, world, PLAIN.into()).await;
    world.portal.host().keys().rotate(world.firm).await.unwrap();
    vault.ring.add(master("m2"));
    vault.rewrap().await;
    let chain = portal_core::audit::ChainKey::Firm(world.firm);
    let links = world.ports.store.links(portal_core::event::Keyspace::Firm(world.firm), chain, 0, 1_000).await.unwrap();
    let told: Vec<&String> = links.iter().flat_map(|(_, events)| events).filter(|it| it.contains("data_key")).collect();
    assert_eq!(told.len(), 4, "{told:?}");
    for (event, what) in told.iter().zip(["added", "added", "rewrapped", "rewrapped"]) {
        assert!(event.contains(&format!("data_key_{what}")), "{told:?}");
    }
    let added = directory::Event::DataKeyAdded { firm: world.firm, number: 1 };
    assert_eq!(portal_core::event::Event::from(added).lane(), None);
}

/// A ring that can be switched off.
struct Switched {
    ring: MemoryKeyRing,
    off: AtomicBool,
}

impl Switched {
    fn check(&self) -> Result<(), KeyError> {
        if self.off.load(Ordering::SeqCst) { Err(KeyError::Unavailable("off".into())) } else { Ok(()) }
    }
}

#[async_trait]
impl LinkKeySource for Switched {
    async fn link_key(&self) -> Result<LinkKey, KeyError> {
        self.ring.link_key().await
    }
}

#[async_trait]
impl KeyRing for Switched {
    async fn current(&self) -> Result<RingKeyId, KeyError> {
        self.check()?;
        self.ring.current().await
    }

    async fn wrap(&self, key: &Secret, context: &[u8]) -> Result<WrappedKey, KeyError> {
        self.check()?;
        self.ring.wrap(key, context).await
    }

    async fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<Secret, KeyError> {
        self.check()?;
        self.ring.unwrap(wrapped, context).await
    }
}

#[tokio::test]
async fn l37_a_ring_that_cannot_be_reached_stops_what_needs_it_and_lets_nothing_through_plain() {
    let (blobs, ring) = (MemoryBlobs::new(), Arc::new(Switched { ring: ring(), off: AtomicBool::new(true) }));
    let world = World::builder().blobs(Arc::new(blobs.clone())).keys(ring.clone()).build().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let refused = files.upload(world.tax, called("w2.pdf"), PLAIN).await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Unavailable);
    assert!(blobs.keys().is_empty());
    ring.off.store(false, Ordering::SeqCst);
    let document = upload(&world.owner, &world, PLAIN.into()).await;
    // What was unwrapped is kept for a while: a ring that is down for a minute holds up nobody.
    ring.off.store(true, Ordering::SeqCst);
    world.clock.advance(Duration::from_secs(59));
    assert_eq!(content(&world.owner, &world, document).await.unwrap(), PLAIN.as_bytes());
    upload(&world.owner, &world, PLAIN.into()).await;
    world.clock.advance(Duration::from_secs(600));
    assert!(content(&world.owner, &world, document).await.is_err());
    assert_eq!(files.upload(world.tax, called("w2.pdf"), PLAIN).await.unwrap_err().kind(), ErrorKind::Unavailable);
    let unreachable = world.portal.host().keys().rewrap(&PageRequest::first(1)).await.unwrap_err();
    assert_eq!(unreachable.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn l37_one_firms_data_key_is_of_no_use_to_another() {
    let vault = Vault::new().await;
    let world = &vault.world;
    upload(&world.owner, world, PLAIN.into()).await;
    let (_, key) = vault.keys().await.remove(0);
    let wrapped = WrappedKey { by: key.wrapped_by, bytes: key.wrapped };
    let context = |firm: FirmId, number: u32| {
        let firm = portal_core::values::Id::as_u128(firm);
        [&firm.to_be_bytes()[..], &number.to_be_bytes()].concat()
    };
    assert!(vault.ring.unwrap(&wrapped, &context(world.firm, 1)).await.is_ok());
    for (firm, number) in [(world.other_firm, 1), (world.firm, 2)] {
        assert!(vault.ring.unwrap(&wrapped, &context(firm, number)).await.is_err(), "{firm} {number}");
    }
}
