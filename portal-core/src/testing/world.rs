//! A ready-made world: two firms with teams, clients, contacts and folders, on adapters in memory.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::TryStreamExt as _;

use super::{SeededEntropy, VirtualClock};
use crate::directory::{NewClient, NewContact, NewFirm, NewMember, Role};
use crate::identity::SessionToken;
use crate::memory::{FixedLinks, MemoryBlobs, MemoryMailer, MemoryPreviewer, MemoryStore};
use crate::ports::{BlobError, BlobStore, Clock, Entropy, LinkKey, Mailer, Store};
use crate::sharing::{Access, Audience};
use crate::values::{
    ClientId, ContactId, DisplayName, DocumentId, EmailAddress, FileName, FirmId, FolderId, Id as _, MemberRef,
};
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
}

impl std::fmt::Debug for WorldPorts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorldPorts").finish_non_exhaustive()
    }
}

/// Chooses what a world stands on; see [`World::builder`].
#[must_use = "`build` makes the world"]
pub struct WorldBuilder {
    seed: u64,
    store: Arc<dyn Store>,
    blobs: Option<Arc<dyn BlobStore>>,
    mailer: Option<Arc<dyn Mailer>>,
    entropy: Option<Arc<dyn Entropy>>,
}

impl std::fmt::Debug for WorldBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("WorldBuilder").field("seed", &self.seed).finish_non_exhaustive()
    }
}

impl WorldBuilder {
    /// Another seed: the same seed, over the same calls, gives the same ids and secrets.
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Another store, or a wrapper around one.
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = store;
        self
    }

    /// Another blob store, or a wrapper around one.
    pub fn blobs(mut self, blobs: Arc<dyn BlobStore>) -> Self {
        self.blobs = Some(blobs);
        self
    }

    /// Another mailer. [`World::sign_in`] reads the mail of [`World::mailer`]: hand on to that one what should arrive.
    pub fn mailer(mut self, mailer: Arc<dyn Mailer>) -> Self {
        self.mailer = Some(mailer);
        self
    }

    /// Another source of randomness.
    pub fn entropy(mut self, entropy: Arc<dyn Entropy>) -> Self {
        self.entropy = Some(entropy);
        self
    }

    /// The portal alone, with nobody in it, and what it stands on.
    ///
    /// # Errors
    /// [`WorldError`] when a part is missing, which none is.
    pub fn empty(self) -> Result<(Portal, VirtualClock, MemoryMailer, WorldPorts), WorldError> {
        let clock = VirtualClock::new();
        let mailer = MemoryMailer::new();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let blobs = self.blobs.unwrap_or_else(|| Arc::new(MemoryBlobs::new().clock(shared.clone())));
        let ports = WorldPorts { store: self.store, blobs };
        let links = FixedLinks::new("https://portal.test").map_err(|_| value("https://portal.test"))?;
        let portal = Portal::builder()
            .shared_store(ports.store.clone())
            .shared_blobs(ports.blobs.clone())
            .shared_mailer(self.mailer.unwrap_or_else(|| Arc::new(mailer.clone())))
            .links(links)
            .previewer(MemoryPreviewer::new())
            .sender(email("portal@portal.test")?)
            .unencrypted(LinkKey::new([7; 32]))
            .shared_clock(shared)
            .shared_entropy(self.entropy.unwrap_or_else(|| Arc::new(SeededEntropy::new(self.seed))))
            .build()?;
        Ok((portal, clock, mailer, ports))
    }

    /// Makes the world.
    ///
    /// # Errors
    /// [`WorldError`] when a port fails.
    pub async fn build(self) -> Result<World, WorldError> {
        let (portal, clock, mailer, ports) = self.empty()?;
        let miller = found_firm(&portal, "Miller CPA", "Olivia", "olivia@miller.test").await?;
        let (firm, owner) = miller;
        let admin = join(&portal, &owner, firm, "Adam", Role::Admin).await?;
        let assigned = join(&portal, &owner, firm, "Mia", Role::Member).await?;
        let unassigned = join(&portal, &owner, firm, "Noah", Role::Member).await?;
        let (acme, bolt, cedar) =
            (add_client(&owner, "Acme").await?, add_client(&owner, "Bolt").await?, add_client(&owner, "Cedar").await?);
        owner.assignments(acme.id).assign(assigned.me().await?.id).await?;
        let person = async |client: &WorldClient, name, address| add_person(&owner, firm, client, name, address).await;
        let files = owner.files(acme.id);
        let tax = files.add_folder(acme.root, name("2025 Tax")?).await?;
        let receipts = files.add_folder(tax, name("Receipts")?).await?;
        let internal = files.add_folder(acme.root, name("Internal")?).await?;
        let (other_firm, other_owner) = found_firm(&portal, "Jones & Co", "Jo", "jo@jones.test").await?;
        let delta = add_client(&other_owner, "Delta").await?;
        let eve = add_person(&other_owner, other_firm, &delta, "Eve", "eve@delta.test").await?;
        Ok(World {
            ana: person(&acme, "Ana", "ana@acme.test").await?,
            ben: person(&acme, "Ben", "ben@acme.test").await?,
            cara: person(&bolt, "Cara", "cara@bolt.test").await?,
            dan_at_bolt: person(&bolt, "Dan", "dan@two.test").await?,
            dan_at_cedar: person(&cedar, "Dan", "dan@two.test").await?,
            kim: person(&cedar, "Kim", "home@cedar.test").await?,
            lee: person(&cedar, "Lee", "home@cedar.test").await?,
            portal,
            clock,
            mailer,
            ports,
            firm,
            owner,
            admin,
            assigned,
            unassigned,
            acme,
            bolt,
            cedar,
            tax,
            receipts,
            internal,
            other_firm,
            other_owner,
            delta,
            eve,
        })
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
        WorldBuilder { seed: 1, store: Arc::new(MemoryStore::new()), blobs: None, mailer: None, entropy: None }
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

async fn found_firm(portal: &Portal, called: &str, owner: &str, address: &str) -> Result<(FirmId, Staff), WorldError> {
    let owner = NewMember::new(person_name(owner)?, email(address)?);
    let added = portal.host().firms().add(NewFirm::new(person_name(called)?, owner)).await?;
    Ok((added.firm, portal.staff(added.firm, added.owner).await?))
}

async fn join(portal: &Portal, by: &Staff, firm: FirmId, called: &str, role: Role) -> Result<Staff, WorldError> {
    let address = email(&format!("{}@miller.test", called.to_lowercase()))?;
    let member = by.team().add(NewMember::new(person_name(called)?, address).role(role)).await?;
    Ok(portal.staff(firm, MemberRef::Id(member)).await?)
}

async fn add_client(by: &Staff, called: &str) -> Result<WorldClient, WorldError> {
    let added = by.clients().add(NewClient::new(person_name(called)?)).await?;
    // A firm that was just added gives each client this folder.
    let client_uploads = added.client_uploads.unwrap_or(FolderId::from_u128(0));
    Ok(WorldClient { id: added.id, root: added.root, client_uploads })
}

async fn add_person(
    by: &Staff,
    firm: FirmId,
    client: &WorldClient,
    called: &str,
    address: &str,
) -> Result<Person, WorldError> {
    let email = email(address)?;
    let contact = by.contacts(client.id).add(NewContact::new(person_name(called)?, email.clone())).await?;
    Ok(Person { firm, client: client.id, contact, email })
}

fn value(text: &str) -> WorldError {
    WorldError::Value(text.to_owned())
}

fn email(text: &str) -> Result<EmailAddress, WorldError> {
    EmailAddress::new(text).map_err(|_| value(text))
}

fn person_name(text: &str) -> Result<DisplayName, WorldError> {
    DisplayName::new(text).map_err(|_| value(text))
}

fn name(text: &str) -> Result<FileName, WorldError> {
    FileName::new(text).map_err(|_| value(text))
}
