//! Short words for what these tests say often.

use std::future::IntoFuture;

use portal_core::files::{FilesRefusal, Receipt};
use portal_core::sharing::SharingRefusal;
use portal_core::values::{FileName, FolderId, NodeId, PageRequest};
use portal_core::{ContactEntry, ContactHandle, Error, ErrorKind, Refusal};

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
    contact.files().upload(folder, called(name), "bytes").await
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
