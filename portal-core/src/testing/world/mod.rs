//! A ready-made world: two firms with teams, clients, contacts and folders, on adapters in memory.

mod build;

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;

pub use build::WorldBuilder;

use super::VirtualClock;
use crate::identity::SessionToken;
use crate::memory::MemoryMailer;
use crate::ports::{BlobError, BlobStore, KeyRing, Store};
use crate::sharing::{Access, Audience};
use crate::values::{ClientId, ContactId, DocumentId, EmailAddress, FileName, FirmId, FolderId};
use crate::{BuildError, ByteRange, ContactHandle, Download, Error, Portal, Staff};

/// Why a world could not be made, or somebody could not sign in to it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WorldError {
    /// The portal refused, or could not be reached.
    #[error(transparent)]
    Portal(#[from] Error),
    /// The portal could not be put together.
    #[error(transparent)]
    Build(#[from] BuildError),
    /// Bytes could not be read.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// A name or an address was none.
    #[error("`{0}` is not what it should be")]
    Value(String),
    /// No mail with a code came to the address.
    #[error("no sign-in mail came to `{0}`")]
    NoMail(EmailAddress),
}

/// A client and the folders that came with it.
#[derive(Debug, Clone, Copy)]
pub struct WorldClient {
    /// The client.
    pub id: ClientId,
    /// The folder that holds all of its files.
    pub root: FolderId,
    /// Its Client Uploads folder.
    pub client_uploads: FolderId,
}

/// Somebody at a client.
#[derive(Debug, Clone)]
pub struct Person {
    /// The firm whose client it is.
    pub firm: FirmId,
    /// The client.
    pub client: ClientId,
    /// The contact.
    pub contact: ContactId,
    /// Where they read mail.
    pub email: EmailAddress,
}

impl Person {
    /// This one contact, as whom something is shared with.
    pub fn audience(&self) -> Audience {
        Audience::Contact(self.contact)
    }
}

/// A portal with two firms, on a virtual clock and seeded entropy: what most tests of an embedding application begin with.
///
/// | firm | team | clients and contacts |
/// |---|---|---|
/// | Miller CPA | Olivia (owner), Adam (admin), Mia (member, assigned to Acme), Noah (member) | Acme: Ana, Ben. Bolt: Cara, Dan. Cedar: Dan again, and the spouses Kim and Lee, who share an address |
/// | Jones & Co | Jo (owner) | Delta: Eve |
///
/// Acme has the folders "2025 Tax" with "Receipts" in it, and "Internal". Nothing is shared but the Client Uploads folders.
///
/// # Examples
/// ```
/// use portal_core::sharing::Access;
/// use portal_core::testing::World;
///
/// # futures_util::FutureExt::now_or_never(async {
/// let world = World::new().await?;
/// world.owner.files(world.acme.id).share(world.tax, world.ana.audience(), Access::View).await?;
/// let ana = world.sign_in(&world.ana).await?;
/// let names: Vec<_> = ana.files().roots().await?.into_iter().map(|root| root.name.to_string()).collect();
/// assert_eq!(names, ["2025 Tax", "Client Uploads"]);
/// # Ok::<(), portal_core::testing::WorldError>(())
/// # }).expect("nothing in memory waits")?;
/// # Ok::<(), portal_core::testing::WorldError>(())
/// ```
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the table above says who and what they are")]
pub struct World {
    pub portal: Portal,
    pub clock: VirtualClock,
    pub mailer: MemoryMailer,
    pub ports: WorldPorts,
    pub firm: FirmId,
    pub owner: Staff,
    pub admin: Staff,
    pub assigned: Staff,
    pub unassigned: Staff,
    pub acme: WorldClient,
    pub bolt: WorldClient,
    pub cedar: WorldClient,
    pub ana: Person,
    pub ben: Person,
    pub cara: Person,
    pub dan_at_bolt: Person,
    pub dan_at_cedar: Person,
    pub kim: Person,
    pub lee: Person,
    pub tax: FolderId,
    pub receipts: FolderId,
    pub internal: FolderId,
    pub other_firm: FirmId,
    pub other_owner: Staff,
    pub delta: WorldClient,
    pub eve: Person,
}

/// What the portal of a world stands on, for a test to look behind it.
#[derive(Clone)]
pub struct WorldPorts {
    /// The store.
    pub store: Arc<dyn Store>,
    /// The blob store.
    pub blobs: Arc<dyn BlobStore>,
    /// The key ring; none in a world that keeps bytes as they come.
    pub keys: Option<Arc<dyn KeyRing>>,
}

impl std::fmt::Debug for WorldPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorldPorts").finish_non_exhaustive()
    }
}

impl World {
    /// A world in memory.
    ///
    /// # Errors
    /// None that memory gives.
    pub async fn new() -> Result<Self, WorldError> {
        Self::builder().build().await
    }

    /// Begins a world on other ports.
    pub fn builder() -> WorldBuilder {
        WorldBuilder::default()
    }

    /// Uploads a document as the owner, into a folder of a client, silently as far as sharing goes.
    ///
    /// # Errors
    /// What the upload answers.
    pub async fn upload(
        &self,
        client: ClientId,
        folder: FolderId,
        called: &str,
        bytes: impl Into<Bytes>,
    ) -> Result<DocumentId, WorldError> {
        let upload = self.owner.files(client).upload(folder, name(called)?, bytes.into());
        Ok(upload.await?.document)
    }

    /// Shares something of Acme's with one person.
    ///
    /// # Errors
    /// What sharing answers.
    pub async fn share(&self, node: FolderId, with: &Person, access: Access) -> Result<(), WorldError> {
        self.owner.files(with.client).share(node, with.audience(), access).await?;
        Ok(())
    }

    /// Lets the worker do all that is due, until nothing is.
    ///
    /// # Errors
    /// What the worker answers.
    pub async fn run_worker(&self) -> Result<(), WorldError> {
        while self.portal.worker().run_due().await?.more {}
        Ok(())
    }

    /// Lets the worker run now and after each of so many steps of time: windows of mails end, and what they hold goes.
    ///
    /// # Errors
    /// What the worker answers.
    pub async fn let_pass(&self, span: Duration) -> Result<(), WorldError> {
        self.run_worker().await?;
        self.clock.advance(span);
        self.run_worker().await
    }

    /// Signs somebody in the way a person does: they ask on the access page, the worker sends the mail, and they type the
    /// code that they read in it.
    ///
    /// # Errors
    /// [`WorldError::NoMail`] when no mail came, and what signing in answers.
    pub async fn session_of(&self, person: &Person) -> Result<SessionToken, WorldError> {
        let visitor = self.portal.visitor(std::net::IpAddr::from([192, 0, 2, 1]));
        let browser = visitor.browser_token()?;
        let asked = visitor.ask(person.firm, person.email.clone(), &browser).await?;
        self.run_worker().await?;
        let mails = self.mailer.delivered_to(&person.email);
        let code = mails.iter().rev().find_map(|mail| code_in(&mail.text));
        let code = code.ok_or_else(|| WorldError::NoMail(person.email.clone()))?;
        let session = visitor.redeem_code(asked.address, asked.attempt, &code, &browser, "a browser").await?;
        // The index from addresses to contacts, and the firm's word that somebody signed in, come by the worker.
        self.run_worker().await?;
        Ok(session.token)
    }

    /// Signs somebody in and lets them enter as that contact.
    ///
    /// # Errors
    /// As for [`Self::session_of`].
    pub async fn sign_in(&self, person: &Person) -> Result<ContactHandle, WorldError> {
        let session = self.session_of(person).await?;
        Ok(self.portal.contact(&session, person.contact).await?)
    }

    /// All bytes of a download.
    ///
    /// # Errors
    /// When they cannot be read.
    pub async fn bytes_of(&self, download: Download) -> Result<Vec<u8>, WorldError> {
        let chunks: Vec<Bytes> = download.body.try_collect().await?;
        Ok(chunks.concat())
    }

    /// What the owner downloads of a document of Acme's.
    ///
    /// # Errors
    /// What the download answers.
    pub async fn content(&self, client: ClientId, document: DocumentId) -> Result<Vec<u8>, WorldError> {
        self.bytes_of(self.owner.files(client).download(document, None, ByteRange::All).await?).await
    }
}

/// The line of a mail that holds six digits and nothing else: the code as a person would copy it.
fn code_in(text: &str) -> Option<String> {
    let is_code = |line: &&str| {
        let digits = line.chars().filter(char::is_ascii_digit).count();
        digits == 6 && line.chars().all(|character| character.is_ascii_digit() || character == ' ')
    };
    text.lines().map(str::trim).find(is_code).map(str::to_owned)
}

fn value(text: &str) -> WorldError {
    WorldError::Value(text.to_owned())
}

fn name(text: &str) -> Result<FileName, WorldError> {
    FileName::new(text).map_err(|_| value(text))
}
