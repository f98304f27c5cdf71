//! A call that was put together and not yet made.

use std::fmt;
use std::future::{Future, IntoFuture};
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use super::caller::Caller;
use super::run::{Operate, run};
use super::{Engine, Error};

/// A call that does something once it is awaited.
///
/// [`Call::command`] makes it idempotent: the same call with the same key is carried out once, and answers the same.
/// Without one, a call whose answer was lost may have been carried out.
#[must_use = "a call does nothing until it is awaited"]
pub struct Call<T, O = Plain<T>> {
    engine: Arc<Engine>,
    key: Option<String>,
    pub(super) operation: O,
    answer: PhantomData<fn() -> T>,
}

impl<T, O> Call<T, O> {
    pub(super) fn with(engine: Arc<Engine>, operation: O) -> Self {
        Self { engine, key: None, operation, answer: PhantomData }
    }

    pub(super) fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Makes the call idempotent under a key of the caller's: unique for the actor at the firm, remembered for 7 days. The
    /// same key with other input is refused as [`CommandReused`](super::ErrorKind::CommandReused).
    pub fn command(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
}

impl<T: Send + 'static> Call<T> {
    pub(super) fn plain<C: Caller, O: Operate<By = C, Output = T>>(
        engine: Arc<Engine>,
        caller: C,
        operation: O,
    ) -> Self {
        Self::with(engine, Plain::new(By { caller, operation }))
    }
}

impl<T, O> fmt::Debug for Call<T, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call").finish_non_exhaustive()
    }
}

impl<T: 'static, O: Perform<Output = T>> IntoFuture for Call<T, O> {
    type Output = Result<T, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.operation.perform(self.engine, self.key))
    }
}

/// What a call does. Private: calls are made by handles alone.
pub(crate) trait Perform: Send + 'static {
    type Output: Send + 'static;

    fn perform(
        self,
        engine: Arc<Engine>,
        key: Option<String>,
    ) -> impl Future<Output = Result<Self::Output, Error>> + Send + 'static;
}

type Answering<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;
type Performing<T> = Box<dyn FnOnce(Arc<Engine>, Option<String>) -> Answering<T> + Send>;

/// A call without options of its own.
pub struct Plain<T>(Performing<T>);

impl<T: Send + 'static> Plain<T> {
    pub(super) fn new(operation: impl Perform<Output = T>) -> Self {
        Self(Box::new(move |engine, key| Box::pin(operation.perform(engine, key))))
    }
}

impl<T> fmt::Debug for Plain<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(…)")
    }
}

impl<T: Send + 'static> Perform for Plain<T> {
    type Output = T;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<T, Error> {
        (self.0)(engine, key).await
    }
}

/// An operation and who asks for it.
pub(crate) struct By<C, O> {
    pub(crate) caller: C,
    pub(crate) operation: O,
}

impl<C: Caller, O: Operate<By = C>> Perform for By<C, O> {
    type Output = O::Output;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<O::Output, Error> {
        run(&engine, &self.caller, key, &self.operation).await
    }
}
