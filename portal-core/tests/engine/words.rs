//! Short words for what these tests say often.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use portal_core::directory::{DirectoryRefusal, ImportRow, ImportedClient, ImportedContact, ImportedDetails};
use portal_core::files::{FilesRefusal, Receipt};
use portal_core::memory::{FixedLinks, MemoryStore};
use portal_core::ports::Clock as _;
use portal_core::sharing::SharingRefusal;
use portal_core::testing::{SeededEntropy, WatchedStore, World, Yields};
use portal_core::values::{BlobKey, DisplayName, EmailAddress, ExternalId, FileName, FolderId, NodeId, PageRequest};
use portal_core::{ContactEntry, ContactHandle, Error, ErrorKind, Portal, PortalBuilder, Refusal, Staff};

/// Longer than an upload may take, and than bytes may lie about that no record names.
pub(crate) const MORE_THAN_A_DAY: Duration = Duration::from_secs(25 * 60 * 60);

/// A world whose store lets others go first at each call, in an order that follows from the seed: what is done at once in it
/// meets between any two calls.
pub(crate) async fn world_that_yields(seed: u64) -> World {
    let store = WatchedStore::new(Arc::new(MemoryStore::new()), Arc::new(Yields::seeded(seed)));
    World::builder().store(Arc::new(store)).build().await.unwrap()
}

/// Another process on the same stores, which knows nothing but what they hold.
pub(crate) fn another_node(world: &World, seed: u64) -> Portal {
    node_of(world, seed).build().unwrap()
}

/// Another process on the same stores, for something to be added to it.
pub(crate) fn node_of(world: &World, seed: u64) -> PortalBuilder {
    Portal::builder()
        .shared_store(world.ports.store.clone())
        .shared_blobs(world.ports.blobs.clone())
        .mailer(world.mailer.clone())
        .links(FixedLinks::new("https://portal.test").unwrap())
        .sender(email("portal@portal.test"))
        .shared_keys(world.ports.keys.clone().unwrap())
        .clock(world.clock.clone())
        .entropy(SeededEntropy::new(seed))
}

/// The name of a person or a firm.
pub(crate) fn person(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

/// An address.
pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

/// A file name.
pub(crate) fn called(text: &str) -> FileName {
    FileName::new(text).unwrap()
}

/// The first page, large enough for these tests.
pub(crate) fn page() -> PageRequest {
    PageRequest::default()
}

/// What a call that must fail answers.
pub(crate) async fn error<T: std::fmt::Debug>(call: impl IntoFuture<Output = Result<T, Error>>) -> Error {
    call.await.unwrap_err()
}

/// The kind of what a call that must fail answers.
pub(crate) async fn kind<T: std::fmt::Debug>(call: impl IntoFuture<Output = Result<T, Error>>) -> ErrorKind {
    error(call).await.kind()
}

/// The rule of sharing by which a call is refused.
pub(crate) async fn sharing_refuses<T: std::fmt::Debug>(
    call: impl IntoFuture<Output = Result<T, Error>>,
) -> SharingRefusal {
    match error(call).await.refusal() {
        Some(Refusal::Sharing(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The rule of files by which a call is refused.
pub(crate) async fn files_refuse<T: std::fmt::Debug>(call: impl IntoFuture<Output = Result<T, Error>>) -> FilesRefusal {
    match error(call).await.refusal() {
        Some(Refusal::Files(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The names of entries, in their order.
pub(crate) fn names(entries: &[ContactEntry]) -> Vec<&str> {
    entries.iter().map(|entry| entry.name.as_str()).collect()
}

/// The names of what a contact sees at the top.
pub(crate) async fn roots(contact: &ContactHandle) -> Vec<String> {
    names(&contact.files().roots().await.unwrap()).into_iter().map(str::to_owned).collect()
}

/// The names of what a contact sees in a folder.
pub(crate) async fn listed(contact: &ContactHandle, folder: FolderId) -> Vec<String> {
    let listing = contact.files().list(folder, &page()).await.unwrap();
    names(&listing.entries.items).into_iter().map(str::to_owned).collect()
}

/// Uploads a few bytes as a contact.
pub(crate) async fn upload(contact: &ContactHandle, folder: FolderId, name: &str) -> Result<Receipt, Error> {
    Ok(contact.files().upload(folder, called(name), "bytes").await?.receipt)
}

/// Whether a contact sees a folder or document.
pub(crate) async fn sees(contact: &ContactHandle, node: impl Into<NodeId>) -> bool {
    let answer = match node.into() {
        NodeId::Folder(folder) => contact.files().list(folder, &page()).await.map(|_| ()),
        NodeId::Document(document) => contact.files().document(document).await.map(|_| ()),
    };
    match answer {
        Ok(()) => true,
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::NotFound, "what is not shared is not there");
            false
        }
    }
}

/// The rule of the directory by which a call is refused.
pub(crate) async fn directory_refuses<T: std::fmt::Debug>(
    call: impl IntoFuture<Output = Result<T, Error>>,
) -> DirectoryRefusal {
    match error(call).await.refusal() {
        Some(Refusal::Directory(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

/// The names of what lies in a folder, as staff see it.
pub(crate) async fn lies_in(staff: &Staff, client: portal_core::values::ClientId, folder: FolderId) -> Vec<String> {
    let listing = staff.files(client).list(Some(folder), &page()).await.unwrap();
    listing.entries.items.into_iter().map(|entry| entry.name.to_string()).collect()
}

/// Every blob that the blob store holds, whole or under way.
pub(crate) async fn blobs(world: &World) -> Vec<BlobKey> {
    let page = world.ports.blobs.list(None, 1000).await.unwrap();
    assert!(page.next.is_none());
    page.blobs.into_iter().map(|(blob, _)| blob).collect()
}

/// Lets the sweeper do its work, and says how many blobs are left: those of versions, and nothing else.
pub(crate) async fn only_versions_are_left(world: &World) -> usize {
    world.let_pass(MORE_THAN_A_DAY).await.unwrap();
    let store = &world.ports.store;
    assert_eq!(store.overdue_uploads(world.clock.now(), 10).await.unwrap(), [], "uploads");
    assert_eq!(store.condemned(10).await.unwrap(), [], "condemned bytes");
    assert_eq!(store.purged(10).await.unwrap(), [], "purged nodes");
    let blobs = blobs(world).await;
    assert_eq!(store.named_blobs(&blobs).await.unwrap(), blobs, "bytes that nobody names");
    blobs.len()
}

/// The host's own id of something.
pub(crate) fn external(text: &str) -> ExternalId {
    ExternalId::new(text).unwrap()
}

/// A client's row of a list.
pub(crate) fn client_row(id: &str, name: &str) -> ImportRow {
    ImportRow::Client(ImportedClient { external_id: external(id), name: person(name) })
}

/// A contact's row of a list; without an address when there is none.
pub(crate) fn contact_row(id: &str, client: &str, name: &str, address: &str) -> ImportRow {
    let email = (!address.is_empty()).then(|| Some(email(address)));
    let (external_id, client, name) = (external(id), external(client), person(name));
    ImportRow::Contact(ImportedContact { external_id, client, name, email, details: ImportedDetails::Unsaid })
}

/// A short list: it is written in one commit.
pub(crate) fn rows(id: &str) -> Vec<ImportRow> {
    vec![client_row(id, "Elm"), client_row(&format!("{id}_2"), "Fir")]
}
