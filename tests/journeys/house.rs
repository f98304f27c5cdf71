//! The server of a story: real adapters in a temporary folder, on a clock that the story moves.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use portal_core::directory::{NewClient, NewContact, NewFirm, NewMember};
use portal_core::ports::{Clock, SystemEntropy};
use portal_core::testing::VirtualClock;
use portal_core::values::{
    ClientId, ContactId, DisplayName, EmailAddress, ExternalId, FirmId, FolderId, MemberId, PageRequest,
};
use portal_core::{Portal, Staff};
use portal_pdf::PagePreviewer;
use portal_s3::FolderBlobs;
use portal_server::base_url::BaseUrl;
use portal_server::keys::ServerKeys;
use portal_server::staff_login::{MemoryAccounts, Password};
use portal_server::{Options, Ports, Server};
use portal_smtp::{SpoolMailer, SpooledMail, read_spool};
use portal_sqlx::SqliteStore;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use crate::cable::Cable;

/// What the staff of the story type to sign in.
pub(crate) const PASSWORD: &str = "correct horse battery staple";

/// A running server, its firm, and its folder, which goes with it.
pub(crate) struct House {
    pub(crate) origin: String,
    pub(crate) cable: Cable,
    pub(crate) client: ClientId,
    pub(crate) ana: ContactId,
    /// Olga, as the software that embeds the portal has her.
    pub(crate) owner: Staff,
    pub(crate) folder: tempfile::TempDir,
    clock: VirtualClock,
    portal: Portal,
    stop: Option<oneshot::Sender<()>>,
}

impl House {
    /// A firm with two members assigned to its client Acme, and Ana there.
    pub(crate) async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let clock = VirtualClock::stepped();
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let store = SqliteStore::open(folder.path().join("portal.sqlite3")).await.expect("a database");
        store.migrate().await.expect("tables");
        let port = async || TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let (listener, here) = (port().await, port().await);
        let origin = format!("http://{}", here.local_addr().expect("an address"));
        let cable = Cable::lead(here, listener.local_addr().expect("an address"));
        let ports = Ports {
            store: Arc::new(store),
            blobs: Arc::new(
                FolderBlobs::open(folder.path().join("blobs")).await.expect("a folder").clock(shared.clone()),
            ),
            mailer: Arc::new(
                SpoolMailer::open(folder.path().join("mail")).await.expect("a spool").clock(shared.clone()),
            ),
            previewer: Some(Arc::new(PagePreviewer::default())),
            scanner: None,
            clock: shared,
            entropy: Arc::new(SystemEntropy),
            staff_accounts: Arc::new(MemoryAccounts::default()),
        };
        let sender = address("portal@miller.test");
        let options = Options::new(BaseUrl::new(&origin).expect("a base"), ServerKeys::derive(&[7; 32]), sender);
        let server = Server::new(ports, options).expect("a server");
        tokio::spawn(flow(clock.clone()));
        let (client, ana, owner) = people(&server).await;
        let portal = server.portal().clone();
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(async move {
            let shutdown = async {
                let _ = stopped.await;
            };
            server.serve(listener, shutdown).await;
        });
        Self { origin, cable, client, ana, owner, folder, clock, portal, stop: Some(stop) }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// The client's folder for its uploads.
    pub(crate) async fn uploads(&self) -> FolderId {
        let root = self.owner.files(self.client).list(None, &PageRequest::default()).await.expect("the root");
        let mut folders = root.entries.items.iter().filter_map(|entry| entry.node.folder());
        folders.next_back().expect("Client Uploads")
    }

    /// Lets time pass: windows close, sessions age.
    pub(crate) fn later(&self, span: Duration) {
        self.clock.advance(span);
    }

    /// The mails for an address, the oldest first.
    pub(crate) async fn mails_to(&self, address: &str) -> Vec<SpooledMail> {
        let mails = read_spool(self.spool(), 100).await.expect("the spool");
        mails.into_iter().rev().filter(|mail| mail.to.address == address).collect()
    }

    /// Waits until there are `count` mails for an address and nothing is left to be sent to anybody, and gives the last of
    /// them: none may have come after it.
    pub(crate) async fn mail_to(&self, address: &str, count: usize) -> SpooledMail {
        let arrives = async {
            loop {
                let came = self.mails_to(address).await.len() >= count;
                let backlog = self.portal.worker().backlog().await.expect("the backlog");
                if came && (backlog.events, backlog.messages) == (0, 0) {
                    return;
                }
                tokio::time::sleep(Duration::from_millis(25)).await;
            }
        };
        let arrived = tokio::time::timeout(Duration::from_secs(30), arrives).await;
        let mut mails = self.mails_to(address).await;
        assert!(arrived.is_ok(), "mail number {count} for {address} does not come, or another is left to be sent");
        assert_eq!(mails.len(), count, "mails for {address}: {mails:?}");
        mails.pop().expect("a mail")
    }

    fn spool(&self) -> PathBuf {
        self.folder.path().join("mail")
    }
}

impl Drop for House {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
    }
}

/// Time flows as on the wall, so that pauses end; the story adds what it skips.
async fn flow(clock: VirtualClock) {
    let step = Duration::from_millis(20);
    loop {
        tokio::time::sleep(step).await;
        clock.advance(step);
    }
}

async fn people(server: &Server) -> (ClientId, ContactId, Staff) {
    let portal = server.portal();
    let olga = NewMember::new(name("Olga Miller"), address("olga@miller.test"));
    let firm = NewFirm::new(name("Miller CPA"), olga).external_id(ExternalId::new("miller").expect("an id"));
    let added = portal.host().firms().add(firm).await.expect("a firm");
    let staff = portal.staff(added.firm, added.owner).await.expect("the owner");
    let max = staff.team().add(NewMember::new(name("Max Berger"), address("max@miller.test"))).await.expect("Max");
    let acme = staff.clients().add(NewClient::new(name("Acme Plumbing"))).await.expect("a client").id;
    let ana = staff.contacts(acme).add(NewContact::new(name("Ana Alvarez"), address("ana@acme.test"))).await;
    staff.contacts(acme).add(NewContact::new(name("Ben Brooks"), address("ben@acme.test"))).await.expect("Ben");
    for member in [added.owner, max] {
        staff.assignments(acme).assign(member).await.expect("an assignment");
    }
    sign_in_as(server, added.firm, added.owner, "olga@miller.test").await;
    (acme, ana.expect("Ana"), staff)
}

async fn sign_in_as(server: &Server, firm: FirmId, member: MemberId, email: &str) {
    let password = Password::chosen(PASSWORD).expect("a password");
    server.staff_login().add(firm, member, address(email), &password).await.expect("an account");
}

fn name(text: &str) -> DisplayName {
    DisplayName::new(text).expect("a name")
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::new(text).expect("an address")
}
