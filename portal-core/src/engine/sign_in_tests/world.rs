//! A deployment in memory whose time the test owns.

use std::net::IpAddr;
use std::time::Duration;

use crate::directory::{NewClient, NewContact, NewFirm, NewMember};
use crate::engine::worker::{Issue, follow_contact, issue, tell_firms};
use crate::engine::{Error, NewSession, Portal, Refusal, Staff, Visitor};
use crate::event::Event;
use crate::identity::{Asked, BrowserToken, IdentityRefusal};
use crate::memory::{FixedLinks, MemoryBlobs, MemoryMailer, MemoryStore};
use crate::notifications::Lane;
use crate::ports::store::{EventProgress, IdentityReads as _, Lease, Outbox as _};
use crate::ports::{Challenge, Clock as _, Entropy, LinkKey};
use crate::testing::{SeededEntropy, VirtualClock};
use crate::values::{ClientId, ContactId, DisplayName, EmailAddress, FirmId};
use crate::{directory, identity};

pub(super) struct World {
    pub(super) store: MemoryStore,
    pub(super) clock: VirtualClock,
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
        let (store, clock) = (MemoryStore::new(), VirtualClock::new());
        let portal = node(&store, &clock, SeededEntropy::new(1));
        Self { store, clock, portal }
    }

    /// Another process on the same store, or the same one after a restart.
    pub(super) fn node(&self, entropy: impl Entropy + 'static) -> Portal {
        node(&self.store, &self.clock, entropy)
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

    /// Works off every event, as the worker does.
    pub(super) async fn work(&self) {
        let engine = &self.portal.engine;
        for lane in [Lane::SignIn, Lane::Ordinary] {
            let now = self.clock.now();
            let lease = Lease { holder: 1, now, until: now + minutes(1) };
            for claim in self.store.claim_events(lane, &lease, 1000).await.unwrap() {
                let happened = &claim.happened;
                match &happened.event {
                    Event::Identity(identity::Event::Asked { address, attempt, .. }) => {
                        issue(engine, *address, *attempt).await.unwrap();
                    }
                    Event::Identity(event) => tell_firms(engine, event, happened.at).await.unwrap(),
                    Event::Directory(
                        directory::Event::ContactAdded { contact, .. }
                        | directory::Event::ContactChanged { contact, .. }
                        | directory::Event::ContactRemoved { contact, .. },
                    ) => follow_contact(engine, happened.keyspace.firm().unwrap(), *contact).await.unwrap(),
                    _ => {}
                }
                assert!(self.store.stage(&claim, &[], &EventProgress::Done).await.unwrap());
            }
        }
    }

    /// What stands in the mail that goes to whoever asked; `None` when none goes.
    pub(super) async fn mail(&self, asker: &Asker) -> Option<Challenge> {
        let (address, attempt) = (asker.asked.address, asker.asked.attempt);
        let engine = &self.portal.engine;
        let Issue::Known { .. } = issue(engine, address, attempt).await.unwrap() else { return None };
        let attempt = self.store.attempt(address, attempt).await.unwrap().unwrap();
        Some(engine.authenticator.begin(&attempt).await.unwrap())
    }
}

fn node(store: &MemoryStore, clock: &VirtualClock, entropy: impl Entropy + 'static) -> Portal {
    Portal::builder()
        .store(store.clone())
        .blobs(MemoryBlobs::new())
        .mailer(MemoryMailer::new())
        .links(FixedLinks::new("https://portal.test").unwrap())
        .sender(email("portal@portal.test"))
        .unencrypted(LinkKey::new([7; 32]))
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
