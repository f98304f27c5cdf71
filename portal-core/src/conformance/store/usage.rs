//! How much is uploaded.

use super::samples::{at, document, id, upload, version};
use super::world::{World, create, delete, update};
use crate::files::{self, DocumentVersion, Scan, Upload, UploadInto, Usage};
use crate::ports::Store;
use crate::ports::store::UploaderUsage;
use crate::values::{Actor, ClientId};

const fn usage(files: u64, bytes: u64) -> Usage {
    Usage { files, bytes }
}

/// What is uploaded is counted by uploader and in all, as it comes and as it goes, at each firm by itself.
pub async fn usage_is_counted_as_versions_come_and_go(store: &dyn Store) {
    let world = World::with_client(store).await;
    let other = World::firm(store, 2);
    let (ana, ben) = (Actor::Contact(id(7)), Actor::Contact(id(8)));
    let of = async |by| store.uploader_usage(id(1), id(1), by).await.unwrap().kept;
    assert_eq!((of(ana).await, store.firm_usage(id(1)).await.unwrap()), (usage(0, 0), usage(0, 0)));
    let sized = |number, size_bytes, uploaded_by| DocumentVersion { size_bytes, uploaded_by, ..version(number, 3) };
    world.write([create(document(3, 1, "w2.pdf")), create(sized(3, 100, ana)), create(sized(4, 20, ana))]).await;
    world.write([create(sized(5, 3, ben)), create(sized(6, 7, Actor::Host)), create(sized(9, 0, Actor::Worker))]).await;
    other.write([create(document(3, 1, "w2.pdf")), create(sized(3, 1_000, ana))]).await;
    assert_eq!((of(ana).await, of(ben).await, of(Actor::Host).await), (usage(2, 120), usage(1, 3), usage(1, 7)));
    assert_eq!(of(Actor::Member(id(7))).await, usage(0, 0), "a member with the same number is another");
    assert_eq!(store.firm_usage(id(1)).await.unwrap(), usage(5, 130));
    // What a scanner says changes nothing, and one commit may take and give.
    let scanned = DocumentVersion { scan: Scan::Clean(at(3)), ..sized(3, 100, ana) };
    world.write([update(1, scanned), delete(files::Key::Version(id(4)), 1), create(sized(8, 1, ana))]).await;
    assert_eq!((of(ana).await, store.firm_usage(id(1)).await.unwrap()), (usage(2, 101), usage(5, 111)));
    world.write([delete(files::Key::Version(id(3)), 2), delete(files::Key::Version(id(5)), 1)]).await;
    assert_eq!((of(ana).await, of(ben).await), (usage(1, 1), usage(0, 0)));
    assert_eq!(store.firm_usage(id(1)).await.unwrap(), usage(3, 8));
    assert_eq!(store.firm_usage(id(2)).await.unwrap(), usage(1, 1_000));
}

/// What somebody has under way is counted at one client, with the bytes that were announced.
pub async fn usage_counts_what_is_under_way_at_a_client(store: &dyn Store) {
    let world = World::with_client(store).await;
    world.add_client(2).await;
    let begun = |number, client: ClientId, announced_bytes, by| {
        let into = UploadInto::NewDocument(id(1));
        create(Upload { client, announced_bytes, by, ..upload(number, into) })
    };
    let ana = Actor::Contact(id(7));
    world.write([begun(1, id(1), Some(10), ana), begun(2, id(1), None, ana), begun(3, id(2), Some(100), ana)]).await;
    world.write([begun(4, id(1), Some(1_000), Actor::Host)]).await;
    let of = async |client, by| store.uploader_usage(id(1), client, by).await.unwrap();
    assert_eq!(of(id(1), ana).await, UploaderUsage { under_way: usage(2, 10), kept: usage(0, 0) });
    assert_eq!(of(id(2), ana).await.under_way, usage(1, 100));
    assert_eq!(of(id(1), Actor::Host).await.under_way, usage(1, 1_000));
    world.write([delete(files::Key::Upload(id(1)), 1)]).await;
    assert_eq!(of(id(1), ana).await.under_way, usage(1, 0));
    assert_eq!(store.firm_usage(id(1)).await.unwrap(), usage(3, 1_100), "whoever uploads, and at whatever client");
    assert_eq!(store.firm_usage(id(2)).await.unwrap(), usage(0, 0));
}
