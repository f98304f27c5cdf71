//! Making a world.

use std::sync::Arc;

use super::{Person, World, WorldClient, WorldError, WorldPorts, name, value};
use crate::directory::{NewClient, NewContact, NewFirm, NewMember, Role};
use crate::encryption::MasterKey;
use crate::memory::{FixedLinks, MemoryBlobs, MemoryKeyRing, MemoryMailer, MemoryPreviewer, MemoryStore};
use crate::ports::{BlobStore, Clock, Entropy, KeyRing, Mailer, Scanner, Store};
use crate::testing::{SeededEntropy, VirtualClock};
use crate::values::{DisplayName, EmailAddress, FirmId, FolderId, Id as _, LinkKey, MemberRef, RingKeyId};
use crate::{Portal, Staff};

/// Chooses what a world stands on; see [`World::builder`].
#[must_use = "`build` makes the world"]
pub struct WorldBuilder {
    seed: u64,
    store: Arc<dyn Store>,
    blobs: Option<Arc<dyn BlobStore>>,
    mailer: Option<Arc<dyn Mailer>>,
    entropy: Option<Arc<dyn Entropy>>,
    keys: Option<Arc<dyn KeyRing>>,
    scanner: Option<Arc<dyn Scanner>>,
    unencrypted: bool,
}

impl Default for WorldBuilder {
    fn default() -> Self {
        Self {
            seed: 1,
            store: Arc::new(MemoryStore::new()),
            blobs: None,
            mailer: None,
            entropy: None,
            keys: None,
            scanner: None,
            unencrypted: false,
        }
    }
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

    /// Another key ring; unless said otherwise, one in memory with one master key.
    pub fn keys(mut self, keys: Arc<dyn KeyRing>) -> Self {
        self.keys = Some(keys);
        self
    }

    /// Somebody who looks at what is uploaded; unless said otherwise, nobody does.
    pub fn scanner(mut self, scanner: impl Scanner + 'static) -> Self {
        self.scanner = Some(Arc::new(scanner));
        self
    }

    /// Keeps bytes as they come.
    pub fn unencrypted(mut self) -> Self {
        self.unencrypted = true;
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
        let links = FixedLinks::new("https://portal.test").map_err(|_| value("https://portal.test"))?;
        let link_key = LinkKey::new([7; 32]);
        let id = RingKeyId::new("world").map_err(|_| value("world"))?;
        let ring = MemoryKeyRing::new(link_key.clone(), MasterKey::new(id, [8; 32]));
        let ring = || -> Arc<dyn KeyRing> { Arc::new(ring.entropy(Arc::new(SeededEntropy::new(!self.seed)))) };
        let keys = (!self.unencrypted).then(|| self.keys.unwrap_or_else(ring));
        let ports = WorldPorts { store: self.store, blobs, keys: keys.clone() };
        let builder = match &keys {
            None => Portal::builder().unencrypted(link_key),
            Some(keys) => Portal::builder().shared_keys(keys.clone()),
        };
        let builder = match self.scanner {
            Some(scanner) => builder.shared_scanner(scanner),
            None => builder,
        };
        let portal = builder
            .shared_store(ports.store.clone())
            .shared_blobs(ports.blobs.clone())
            .shared_mailer(self.mailer.unwrap_or_else(|| Arc::new(mailer.clone())))
            .links(links)
            .previewer(MemoryPreviewer::new())
            .sender(email("portal@portal.test")?)
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

fn email(text: &str) -> Result<EmailAddress, WorldError> {
    EmailAddress::new(text).map_err(|_| value(text))
}

fn person_name(text: &str) -> Result<DisplayName, WorldError> {
    DisplayName::new(text).map_err(|_| value(text))
}
