//! A firm in memory whose time and mail server the test owns.

use std::net::IpAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;

use crate::directory::{self, FirmChange, NewClient, NewContact, NewFirm, NewMember, PoliciesChange};
use crate::engine::{ActivityRow, Portal, PortalBuilder, Staff, StaffFiles, WorkReport};
use crate::event::{Event, Keyspace};
use crate::memory::{FixedLinks, MemoryBlobs, MemoryMailer, MemoryStore};
use crate::notifications::{Message, MessageState};
use crate::ports::store::Outbox as _;
use crate::ports::{BlobStore, LinkKeySource, Mail, Mailer, MailerError, MailerFault, Store};
use crate::sharing::{Access, Audience};
use crate::testing::{SeededEntropy, VirtualClock, WatchedStore, Yields};
use crate::values::LinkKey;
use crate::values::{
    ClientId, ContactId, DisplayName, DocumentId, EmailAddress, FileName, FirmId, FolderId, MemberId, PageRequest,
};

pub(super) struct World {
    pub(super) store: MemoryStore,
    pub(super) blobs: MemoryBlobs,
    pub(super) mailer: TestMailer,
    pub(super) clock: VirtualClock,
    pub(super) portal: Portal,
    pub(super) firm: FirmId,
    pub(super) owner: MemberId,
    pub(super) staff: Staff,
    pub(super) client: ClientId,
    pub(super) client_uploads: FolderId,
}

/// A mail server that fails when it is told to, and counts.
#[derive(Clone, Default)]
pub(super) struct TestMailer {
    pub(super) inner: MemoryMailer,
    pub(super) tries: Arc<AtomicUsize>,
    mood: Arc<Mutex<Mood>>,
}

/// How the mail server takes a mail.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Mood {
    #[default]
    Works,
    Fails(MailerFault),
    /// It takes the mail over and never answers.
    TakesAndHangs,
}

impl TestMailer {
    pub(super) fn mood(&self, mood: Mood) {
        *self.mood.lock().unwrap() = mood;
    }
}

#[async_trait]
impl Mailer for TestMailer {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        self.tries.fetch_add(1, Ordering::Relaxed);
        let mood = *self.mood.lock().unwrap();
        match mood {
            Mood::Works => self.inner.send(mail).await,
            Mood::Fails(fault) => Err(MailerError::new(fault, "the server says no")),
            Mood::TakesAndHangs => {
                self.inner.send(mail).await?;
                std::future::pending().await
            }
        }
    }
}

pub(super) fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

pub(super) fn name(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

pub(super) fn file(text: &str) -> FileName {
    FileName::new(text).unwrap()
}

pub(super) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

pub(super) fn minutes(minutes: u64) -> Duration {
    seconds(60 * minutes)
}

pub(super) const WINDOW: Duration = Duration::from_secs(5 * 60);
pub(super) const LEASE: Duration = Duration::from_secs(2 * 60);

impl World {
    pub(super) async fn new() -> Self {
        let (store, blobs) = (MemoryStore::new(), MemoryBlobs::new());
        let (mailer, clock) = (TestMailer::default(), VirtualClock::new());
        let portal = node(Arc::new(store.clone()), Arc::new(blobs.clone()), mailer.clone(), &clock, 1);
        let owner = NewMember::new(name("Olga Hill"), email("olga@hill.test"));
        let added = portal.host().firms().add(NewFirm::new(name("Hill & Co"), owner)).await.unwrap();
        let staff = portal.staff(added.firm, added.owner).await.unwrap();
        let client = staff.clients().add(NewClient::new(name("Acme"))).await.unwrap();
        let client_uploads = client.client_uploads.unwrap();
        Self {
            store,
            blobs,
            mailer,
            clock,
            portal,
            firm: added.firm,
            owner: added.owner,
            staff,
            client: client.id,
            client_uploads,
        }
    }

    /// Another process on the same store, blobs and mail server.
    pub(super) fn another_node(&self, seed: u64) -> Portal {
        self.node_on(Arc::new(self.store.clone()), seed)
    }

    /// Another process, which lets others go first whenever it calls its store.
    pub(super) fn node_that_yields(&self, seed: u64) -> Portal {
        let store = WatchedStore::new(Arc::new(self.store.clone()), Arc::new(Yields::seeded(seed)));
        self.node_on(Arc::new(store), seed)
    }

    pub(super) fn node_on(&self, store: Arc<dyn Store>, seed: u64) -> Portal {
        node(store, Arc::new(self.blobs.clone()), self.mailer.clone(), &self.clock, seed)
    }

    pub(super) async fn contact(&self, called: &str, address: &str) -> ContactId {
        let contact = NewContact::new(name(called), email(address));
        self.staff.contacts(self.client).add(contact).await.unwrap()
    }

    pub(super) async fn member(&self, called: &str, address: &str) -> MemberId {
        self.staff.team().add(NewMember::new(name(called), email(address))).await.unwrap()
    }

    pub(super) async fn assigned(&self, called: &str, address: &str) -> MemberId {
        let member = self.member(called, address).await;
        self.staff.assignments(self.client).assign(member).await.unwrap();
        member
    }

    pub(super) fn files(&self) -> StaffFiles {
        self.staff.files(self.client)
    }

    pub(super) async fn folder(&self, called: &str) -> FolderId {
        let root = self.staff.clients().find(self.client).await.unwrap().root;
        self.files().add_folder(root, file(called)).await.unwrap()
    }

    /// A folder shared with a contact, silently.
    pub(super) async fn shared_folder(&self, called: &str, contact: ContactId) -> FolderId {
        let folder = self.folder(called).await;
        self.files().share(folder, Audience::Contact(contact), Access::ViewAndUpload).await.unwrap();
        folder
    }

    pub(super) async fn upload(&self, folder: FolderId, called: &str) -> DocumentId {
        self.files().upload(folder, file(called), called.to_owned().into_bytes()).await.unwrap().document
    }

    pub(super) async fn change_firm(&self, change: FirmChange) {
        self.staff.settings().change(change).await.unwrap();
    }

    /// From now on members see only the clients that they are assigned to.
    pub(super) async fn restrict(&self) {
        let policies = PoliciesChange { members_restricted: Some(true), ..PoliciesChange::default() };
        self.change_firm(FirmChange { policies, ..FirmChange::default() }).await;
    }

    /// Uploads as a contact, signed in by the code in a mail. The mails of signing in are taken away.
    pub(super) async fn upload_as(
        &self,
        contact: ContactId,
        address: &str,
        folder: FolderId,
        called: &str,
    ) -> DocumentId {
        let before = self.mailer.inner.take();
        assert!(before.is_empty(), "look at the mails before signing in: {before:?}");
        let visitor = self.portal.visitor("192.0.2.1".parse::<IpAddr>().unwrap());
        let browser = visitor.browser_token().unwrap();
        let asked = visitor.ask(self.firm, email(address), &browser).await.unwrap();
        self.portal.worker().run_sign_in().await.unwrap();
        let mail = self.mailer.inner.take().pop().expect("a sign-in mail came");
        let code = code_in(&mail);
        let redeemed = visitor.redeem_code(asked.address, asked.attempt, &code, &browser, "Firefox");
        let session = redeemed.await.unwrap();
        let handle = self.portal.contact(&session.token, contact).await.unwrap();
        handle.files().upload(folder, file(called), called.to_owned().into_bytes()).await.unwrap().receipt.document
    }

    pub(super) async fn work(&self) -> WorkReport {
        let mut whole = WorkReport::default();
        loop {
            let report = self.portal.worker().run_due().await.unwrap();
            whole.sent += report.sent;
            whole.dropped += report.dropped;
            whole.postponed += report.postponed;
            whole.dead += report.dead;
            whole.swept += report.swept;
            whole.failed += report.failed;
            if !report.more {
                return whole;
            }
        }
    }

    /// Works, lets the window of uploads pass, and works again.
    pub(super) async fn work_past_window(&self) {
        self.work().await;
        self.clock.advance(WINDOW);
        self.work().await;
    }

    /// The mails that came, and to whom; taken away. One that came twice is there twice: only after a crash may it, and
    /// tests of those look at what was delivered.
    pub(super) fn mails(&self) -> Vec<Mail> {
        self.mailer.inner.take()
    }

    /// To whom mails came, sorted; taken away.
    pub(super) fn mailed(&self) -> Vec<String> {
        let mut addresses: Vec<String> = self.mails().iter().map(|mail| mail.to.as_str().to_owned()).collect();
        addresses.sort();
        addresses
    }

    /// The contacts whose mail bounced, in the order in which the firm's history tells it.
    pub(super) async fn bounced(&self) -> Vec<ContactId> {
        let rows = self.staff.activity(self.client, &PageRequest::default()).await.unwrap().items;
        let bounced = |row: &ActivityRow| match row.happened.event {
            Event::Directory(directory::Event::MailBounced { contact, .. }) => Some(contact),
            _ => None,
        };
        rows.iter().filter_map(bounced).collect()
    }

    pub(super) async fn messages(&self, state: Option<MessageState>) -> Vec<Message> {
        self.store.messages(Keyspace::Firm(self.firm), state).await.unwrap()
    }
}

/// The code in a sign-in mail, as a person would copy it.
pub(super) fn code_in(mail: &Mail) -> String {
    let line = mail.text.lines().find(|line| line.starts_with("    ")).expect("the mail shows a code");
    line.split_whitespace().collect()
}

pub(super) fn node_with_keys(world: &World, keys: impl LinkKeySource + 'static) -> Portal {
    let (store, blobs) = (Arc::new(world.store.clone()), Arc::new(world.blobs.clone()));
    parts(store, blobs, world.mailer.clone(), &world.clock, 77).unencrypted(keys).build().unwrap()
}

pub(super) fn node(
    store: Arc<dyn Store>,
    blobs: Arc<dyn BlobStore>,
    mailer: TestMailer,
    clock: &VirtualClock,
    seed: u64,
) -> Portal {
    parts(store, blobs, mailer, clock, seed).unencrypted(LinkKey::new([7; 32])).build().unwrap()
}

fn parts(
    store: Arc<dyn Store>,
    blobs: Arc<dyn BlobStore>,
    mailer: TestMailer,
    clock: &VirtualClock,
    seed: u64,
) -> PortalBuilder {
    Portal::builder()
        .shared_store(store)
        .shared_blobs(blobs)
        .mailer(mailer)
        .links(FixedLinks::new("https://portal.test").unwrap())
        .sender(email("portal@portal.test"))
        .clock(clock.clone())
        .entropy(SeededEntropy::new(seed))
}
