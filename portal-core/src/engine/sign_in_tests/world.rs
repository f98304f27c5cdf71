//! A deployment in memory whose time the test owns.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::directory::{NewClient, NewContact, NewFirm, NewMember};
use crate::engine::{Error, NewSession, Portal, Refusal, Staff, Visitor};
use crate::identity::{Asked, BrowserToken, IdentityRefusal, address_key};
use crate::memory::{FixedLinks, MemoryBlobs, MemoryMailer, MemoryStore};
use crate::ports::{Challenge, Entropy, Mail, Store};
use crate::testing::{SeededEntropy, VirtualClock, Watch, WatchedStore};
use crate::values::LinkKey;
use crate::values::{ClientId, ContactId, DisplayName, EmailAddress, FirmId, Secret};

pub(super) struct World {
    pub(super) store: MemoryStore,
    pub(super) clock: VirtualClock,
    pub(super) mailer: MemoryMailer,
    pub(super) portal: Portal,
}

/// A firm with one client.
pub(super) struct Practice {
    pub(super) firm: FirmId,
    pub(super) staff: Staff,
    pub(super) client: ClientId,
}

/// Somebody in front of a browser, who asked.
pub(super) struct Asker {
    pub(super) visitor: Visitor,
    pub(super) browser: BrowserToken,
    pub(super) asked: Asked,
}

pub(super) fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

pub(super) fn name(text: &str) -> DisplayName {
    DisplayName::new(text).unwrap()
}

pub(super) fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(60 * minutes)
}

impl World {
    pub(super) fn new() -> Self {
        let (store, clock, mailer) = (MemoryStore::new(), VirtualClock::new(), MemoryMailer::new());
        let portal = node(store.clone(), &clock, &mailer, SeededEntropy::new(1));
        Self { store, clock, mailer, portal }
    }

    /// Another process on the same store, or the same one after a restart.
    pub(super) fn node(&self, entropy: impl Entropy + 'static) -> Portal {
        node(self.store.clone(), &self.clock, &self.mailer, entropy)
    }

    /// Another process whose calls of the store are watched.
    pub(super) fn watched_node(&self, seed: u64, watch: impl Watch + 'static) -> Portal {
        let store = WatchedStore::new(Arc::new(self.store.clone()), Arc::new(watch));
        node(store, &self.clock, &self.mailer, SeededEntropy::new(seed))
    }

    pub(super) async fn practice(&self, firm: &str) -> Practice {
        let owner = NewMember::new(name("Olga"), email("olga@firm.test"));
        let added = self.portal.host().firms().add(NewFirm::new(name(firm), owner)).await.unwrap();
        let staff = self.portal.staff(added.firm, added.owner).await.unwrap();
        let client = staff.clients().add(NewClient::new(name("Acme"))).await.unwrap().id;
        Practice { firm: added.firm, staff, client }
    }

    pub(super) fn visitor(&self, ip: &str) -> Visitor {
        self.portal.visitor(ip.parse::<IpAddr>().unwrap())
    }

    pub(super) async fn ask(&self, firm: FirmId, address: &str) -> Asker {
        self.ask_from("192.0.2.1", firm, address).await
    }

    pub(super) async fn ask_from(&self, ip: &str, firm: FirmId, address: &str) -> Asker {
        let visitor = self.visitor(ip);
        let browser = visitor.browser_token().unwrap();
        let asked = visitor.ask(firm, email(address), &browser).await.unwrap();
        Asker { visitor, browser, asked }
    }

    /// Asks, lets the worker work, and signs in by the link.
    pub(super) async fn sign_in(&self, firm: FirmId, address: &str) -> NewSession {
        let asker = self.ask(firm, address).await;
        self.work().await;
        let challenge = self.mail(&asker).await.expect("a mail went");
        asker.by_link(&challenge).await.unwrap()
    }

    /// Lets the worker do all that is due.
    pub(super) async fn work(&self) {
        while self.portal.worker().run_due().await.unwrap().more {}
    }

    /// The link and the code in the mail that went to whoever asked; `None` when none went.
    pub(super) async fn mail(&self, asker: &Asker) -> Option<Challenge> {
        let attempt = format!("/{}/", asker.asked.attempt);
        let mails = self.mailer.delivered();
        let mail = mails.iter().find(|mail| mail.text.contains(&attempt))?;
        assert_eq!(asker.asked.address, address_key(&LinkKey::new(KEY), &mail.to), "to whom it was asked for");
        Some(read(mail))
    }
}

/// The link's secret and the code that stand in a mail.
pub(super) fn read(mail: &Mail) -> Challenge {
    let link = mail.text.lines().find(|line| line.starts_with("https://portal.test/access/")).unwrap();
    let secret = link.rsplit('/').next().unwrap();
    let bare = |line: &str| line.split_whitespace().collect::<String>();
    let code = mail.text.lines().map(bare).find(|line| line.parse::<u32>().is_ok()).unwrap();
    assert_eq!(code.len(), 6);
    Challenge { link: Secret::new(secret), code: Secret::new(code) }
}

const KEY: [u8; 32] = [7; 32];

fn node(
    store: impl Store + 'static,
    clock: &VirtualClock,
    mailer: &MemoryMailer,
    entropy: impl Entropy + 'static,
) -> Portal {
    Portal::builder()
        .store(store)
        .blobs(MemoryBlobs::new())
        .mailer(mailer.clone())
        .links(FixedLinks::new("https://portal.test").unwrap())
        .sender(email("portal@portal.test"))
        .unencrypted(LinkKey::new(KEY))
        .clock(clock.clone())
        .entropy(entropy)
        .build()
        .unwrap()
}

impl Practice {
    pub(super) async fn contact(&self, called: &str, address: &str) -> ContactId {
        let contact = NewContact::new(name(called), email(address));
        self.staff.contacts(self.client).add(contact).await.unwrap()
    }
}

impl Asker {
    pub(super) async fn by_link(&self, challenge: &Challenge) -> Result<NewSession, Error> {
        let (address, attempt) = (self.asked.address, self.asked.attempt);
        let link = challenge.link.expose_text();
        self.visitor.redeem_link(address, attempt, link, &self.browser, "Firefox").await
    }

    pub(super) async fn by_code(&self, code: &str) -> Result<NewSession, Error> {
        let (address, attempt) = (self.asked.address, self.asked.attempt);
        self.visitor.redeem_code(address, attempt, code, &self.browser, "Firefox").await
    }
}

/// The rule of identity that refused.
pub(super) fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> IdentityRefusal {
    match answer {
        Err(Error::Refused(Refusal::Identity(refusal))) => refusal,
        other => panic!("{other:?}"),
    }
}

/// A code that is not the one in the mail.
pub(super) fn wrong(challenge: &Challenge) -> &'static str {
    if challenge.code.expose_text() == "000000" { "000001" } else { "000000" }
}
