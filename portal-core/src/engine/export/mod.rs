//! All that a firm keeps of a client, as one zip file: documents with their versions, who may see what, and what happened with the
//! chain that proves it.
//!
//! It is written while it is read, however large it grows, and whether it may go on is looked at anew at each step. It ends
//! whole or breaks off with an error. What moves from place to place meanwhile is neither left out nor written twice: the tree
//! is gone through again until it stayed as it was for once. Held in memory is what a zip file's own list at its end holds
//! too, a line for each version; never a file.

mod chain;
mod manifest;
mod tables;
mod tree;

use std::sync::Arc;

use super::call::{Call, Perform, Plain};
use super::caller::{Caller, HostCaller, StaffCaller};
use super::run::{Operate, run};
use super::zip_stream::{ZipSink, ZipStream, ZipTurn, zip_stream};
use super::{Engine, Error, Operation};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Client};
use crate::record::Whole;
use crate::values::{ClientId, ClientRef, DisplayName, FirmId};
use manifest::Manifest;

/// How the files beside the documents are to be read.
const README: &str = include_str!("README.txt");

/// Somebody who takes out what is kept of a client.
pub(crate) trait Exporter: Caller {
    /// By which right.
    const EXPORT: Operation;

    /// At which firm.
    fn firm(&self) -> FirmId;
}

impl Exporter for HostCaller {
    const EXPORT: Operation = Operation::ExportForHost;

    fn firm(&self) -> FirmId {
        self.firm
    }
}

impl Exporter for StaffCaller {
    const EXPORT: Operation = Operation::ExportClient;

    fn firm(&self) -> FirmId {
        self.firm
    }
}

/// All that is kept of a client, on its way to whoever asked for it.
pub struct ClientExport {
    /// The client.
    pub client: ClientId,
    /// What it is called.
    pub name: DisplayName,
    /// The zip file. When it cannot be gone on with, it breaks off with an error, and what came is no whole zip file.
    pub body: ZipStream,
}

impl std::fmt::Debug for ClientExport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClientExport").field("client", &self.client).finish_non_exhaustive()
    }
}

/// An export that was put together and not yet made.
struct Export<C> {
    caller: C,
    client: ClientId,
}

pub(crate) fn export<C: Exporter>(engine: Arc<Engine>, caller: C, client: ClientId) -> Call<ClientExport> {
    Call::with(engine, Plain::new(Export { caller, client }))
}

impl<C: Exporter> Perform for Export<C> {
    type Output = ClientExport;

    async fn perform(self, engine: Arc<Engine>, key: Option<String>) -> Result<ClientExport, Error> {
        let Self { caller, client } = self;
        caller.authorize(&engine, C::EXPORT).await?;
        let turn = ZipTurn::take(&engine, caller.firm(), caller.actor()).await?;
        // Before the first byte, so that the chain in it says who took it out.
        run(&engine, &caller, key, &NoteExport { caller: caller.clone(), client }).await?;
        let client = client_of(&engine, caller.firm(), client).await?.value;
        let (id, name) = (client.id, client.name.clone());
        let body = zip_stream(turn, |zip| Exporting { engine, caller, client, zip }.write());
        Ok(ClientExport { client: id, name, body })
    }
}

async fn client_of(engine: &Engine, firm: FirmId, client: ClientId) -> Result<Versioned<Client>, Error> {
    engine.store.client(firm, &ClientRef::Id(client)).await?.ok_or(Error::NotFound)
}

/// Notes that what is kept of a client was taken out, and by whom.
#[derive(serde::Serialize)]
struct NoteExport<C> {
    #[serde(skip)]
    caller: C,
    client: ClientId,
}

impl<C: Exporter> Operate for NoteExport<C> {
    const OPERATION: Operation = C::EXPORT;
    type By = C;
    type Loaded = Versioned<Client>;
    type Output = ();

    async fn load(&self, engine: &Engine, _: &C::Authority) -> Result<Versioned<Client>, Error> {
        client_of(engine, self.caller.firm(), self.client).await
    }

    fn decide(&self, _: &C::Authority, client: &Versioned<Client>, _: &Context) -> Result<Decision<Whole>, Error> {
        Ok(directory::note_export(client).lift())
    }
}

/// An export that is being written.
struct Exporting<C> {
    engine: Arc<Engine>,
    caller: C,
    client: Client,
    zip: ZipSink,
}

impl<C: Exporter> Exporting<C> {
    async fn write(mut self) -> Result<ZipSink, Error> {
        let began_at = self.engine.clock.now();
        let mut manifest = Manifest::default();
        self.documents(&mut manifest).await?;
        self.tables(&mut manifest).await?;
        self.chain(&mut manifest).await?;
        let mut readme = self.beside("README.txt")?;
        self.add(&mut readme, README.as_bytes()).await?;
        self.manifest(manifest, began_at).await?;
        Ok(self.zip)
    }

    /// Whether it may still go on.
    async fn may_go_on(&self) -> Result<(), Error> {
        self.caller.authorize(&self.engine, C::EXPORT).await.map(drop)
    }

    fn firm(&self) -> FirmId {
        self.caller.firm()
    }
}
