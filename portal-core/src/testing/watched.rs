//! A store and a blob store that a test watches: it may act before and after each call, and answer in their stead.

use std::any::Any;
use std::ops::Range;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;

use super::methods::vocabulary::*;
use super::methods::{every_outbox_method, every_read};
use crate::ports::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Part};
use crate::values::Cursor;

/// A call of a watched port: the name of its method, and what it commits, if it does.
#[derive(Debug, Clone, Copy)]
pub struct WatchedCall<'a> {
    /// The name of the method.
    pub name: &'static str,
    /// What is committed, for `commit` alone.
    pub changes: Option<&'a Changes>,
}

/// What a test does around the calls of a port. Each does nothing unless it is written.
///
/// An error given here is what the caller hears: before the call the port never learns of it, after it the port has done what
/// it was asked.
#[async_trait]
pub trait Watch: Send + Sync {
    /// Before the port is called.
    async fn before(&self, _call: WatchedCall<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    /// After the port has done it.
    async fn after(&self, _call: WatchedCall<'_>) -> Result<(), StoreError> {
        Ok(())
    }

    /// Commits something else instead, for tests that ask whether they would notice a store that is wrong.
    fn instead_of(&self, _changes: &Changes) -> Option<Changes> {
        None
    }

    /// Falsifies what the port answered, for such tests: `answer` is what the method named gives when all went well.
    fn falsify(&self, _method: &'static str, _answer: &mut (dyn Any + Send)) {}
}

/// A [`Store`] that is watched.
#[derive(Clone)]
pub struct WatchedStore {
    inner: Arc<dyn Store>,
    watch: Arc<dyn Watch>,
}

impl std::fmt::Debug for WatchedStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchedStore").finish_non_exhaustive()
    }
}

impl WatchedStore {
    /// Watches `inner`.
    pub fn new(inner: Arc<dyn Store>, watch: Arc<dyn Watch>) -> Self {
        Self { inner, watch }
    }
}

macro_rules! watched {
    ({} $($port:ident {
        $(async fn $name:ident(&self $(, $arg:ident: $type:ty)*) -> $answer:ty;)*
    })*) => {$(
        #[async_trait]
        impl $port for WatchedStore {$(
            async fn $name(&self $(, $arg: $type)*) -> $answer {
                let call = WatchedCall { name: stringify!($name), changes: None };
                self.watch.before(call).await?;
                let mut answer = self.inner.$name($($arg),*).await?;
                self.watch.falsify(call.name, &mut answer);
                self.watch.after(call).await?;
                Ok(answer)
            }
        )*}
    )*};
}

every_read! { watched }
every_outbox_method! { watched }

#[async_trait]
impl Store for WatchedStore {
    async fn outcome(&self, command: &Command) -> Result<Option<CommandOutcome>, StoreError> {
        let call = WatchedCall { name: "outcome", changes: None };
        self.watch.before(call).await?;
        let answer = self.inner.outcome(command).await?;
        self.watch.after(call).await?;
        Ok(answer)
    }

    async fn commit(&self, changes: &Changes) -> Result<Committed, CommitError> {
        let call = WatchedCall { name: "commit", changes: Some(changes) };
        self.watch.before(call).await?;
        let instead = self.watch.instead_of(changes);
        let mut answer = self.inner.commit(instead.as_ref().unwrap_or(changes)).await?;
        self.watch.falsify(call.name, &mut answer);
        self.watch.after(call).await?;
        Ok(answer)
    }

    async fn forget_outcomes(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        let call = WatchedCall { name: "forget_outcomes", changes: None };
        self.watch.before(call).await?;
        let answer = self.inner.forget_outcomes(before, limit).await?;
        self.watch.after(call).await?;
        Ok(answer)
    }
}

/// A [`BlobStore`] that is watched.
#[derive(Clone)]
pub struct WatchedBlobs {
    inner: Arc<dyn BlobStore>,
    watch: Arc<dyn Watch>,
}

impl std::fmt::Debug for WatchedBlobs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WatchedBlobs").finish_non_exhaustive()
    }
}

impl WatchedBlobs {
    /// Watches `inner`.
    pub fn new(inner: Arc<dyn BlobStore>, watch: Arc<dyn Watch>) -> Self {
        Self { inner, watch }
    }
}

fn as_blobs_say(error: StoreError) -> BlobError {
    match error {
        StoreError::Unavailable(source) => BlobError::Unavailable(source),
        StoreError::Corrupt { what } => BlobError::Corrupt { what },
    }
}

macro_rules! watched_blobs {
    ($(fn $name:ident($($arg:ident: $type:ty),*) -> $answer:ty;)*) => {
        #[async_trait]
        impl BlobStore for WatchedBlobs {$(
            async fn $name(&self, $($arg: $type),*) -> Result<$answer, BlobError> {
                let call = WatchedCall { name: stringify!($name), changes: None };
                self.watch.before(call).await.map_err(as_blobs_say)?;
                let answer = self.inner.$name($($arg),*).await?;
                self.watch.after(call).await.map_err(as_blobs_say)?;
                Ok(answer)
            }
        )*}
    };
}

watched_blobs! {
    fn begin(key: BlobKey) -> BlobUpload;
    fn put_part(upload: &BlobUpload, number: u32, bytes: Bytes) -> Part;
    fn complete(upload: &BlobUpload, parts: &[Part]) -> ();
    fn discard_part(upload: &BlobUpload, part: &Part) -> ();
    fn abort(upload: &BlobUpload) -> ();
    fn read(key: BlobKey, range: Range<u64>) -> BlobStream;
    fn delete(key: BlobKey) -> ();
    fn list(after: Option<&Cursor>, limit: usize) -> BlobPage;
}
