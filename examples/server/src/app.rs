//! The server put together: the portal, the staff login, and what pages need beside them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use portal_core::notifications::{Templates, Timing};
use portal_core::ports::{BlobStore, Clock, Entropy, Mailer, Previewer, Scanner, Store};
use portal_core::values::{EmailAddress, LinkKey};
use portal_core::{BuildError, Portal};
use tokio::sync::Notify;

use crate::base_url::BaseUrl;
use crate::keys::ServerKeys;
use crate::links::ServerLinks;
use crate::mailbox::Mailbox;
use crate::security::csrf::FormTokens;
use crate::staff_login::{StaffAccounts, StaffLogin};
use crate::views::staff::DemoAccount;

/// Everything outside the server that it works with.
#[derive(Clone)]
pub struct Ports {
    /// Records.
    pub store: Arc<dyn Store>,
    /// Bytes.
    pub blobs: Arc<dyn BlobStore>,
    /// Mail.
    pub mailer: Arc<dyn Mailer>,
    /// Pictures of pages; without one there are no previews.
    pub previewer: Option<Arc<dyn Previewer>>,
    /// Looks at what is uploaded; without one nobody does.
    pub scanner: Option<Arc<dyn Scanner>>,
    /// Time, and waiting.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub entropy: Arc<dyn Entropy>,
    /// How staff sign in.
    pub staff_accounts: Arc<dyn StaffAccounts>,
}

impl std::fmt::Debug for Ports {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ports").finish_non_exhaustive()
    }
}

/// What the server is told.
#[derive(Clone)]
pub struct Options {
    /// Where people reach it.
    pub base_url: BaseUrl,
    /// Its keys.
    pub keys: ServerKeys,
    /// The address that mail is sent from.
    pub sender: EmailAddress,
    /// When mail goes.
    pub timing: Timing,
    /// What mail says.
    pub templates: Templates,
    /// The demo's mailbox page; there is none unless it is given.
    pub mailbox: Option<Arc<dyn Mailbox>>,
    /// The demo's staff accounts, offered on the sign-in page.
    pub demo_accounts: Vec<DemoAccount>,
    /// How many proxies of ours stand in front: see [`requests::source`](crate::security::requests::source).
    pub proxies: usize,
    /// The folder that delivery reports come into, if they come into one.
    pub bounces: Option<PathBuf>,
    /// How long and how much.
    pub limits: Limits,
}

impl Options {
    /// A server without demo data at `base_url`.
    pub fn new(base_url: BaseUrl, keys: ServerKeys, sender: EmailAddress) -> Self {
        Self {
            base_url,
            keys,
            sender,
            timing: Timing::default(),
            templates: Templates::builtin(),
            mailbox: None,
            demo_accounts: Vec::new(),
            proxies: 0,
            bounces: None,
            limits: Limits::default(),
        }
    }
}

impl std::fmt::Debug for Options {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options")
            .field("base_url", &self.base_url)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// How long things may take, and how much may come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How long until a request is answered, uploads apart (30 seconds).
    pub answer: Duration,
    /// How long the other side may neither send nor take anything (60 seconds).
    pub stall: Duration,
    /// How long the head of a request may take to come (10 seconds).
    pub head: Duration,
    /// The most bytes that a form has (256 KiB).
    pub form_bytes: usize,
    /// How many connections there are at once (1,024). Without proxies of ours in front, one peer holds a quarter of them at
    /// most.
    pub connections: usize,
    /// How long requests under way may go on after the server was asked to stop (20 seconds).
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            answer: Duration::from_secs(30),
            stall: Duration::from_secs(60),
            head: Duration::from_secs(10),
            form_bytes: 256 * 1024,
            connections: 1024,
            drain: Duration::from_secs(20),
        }
    }
}

/// What handlers share.
#[derive(Clone)]
pub(crate) struct App(Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) portal: Portal,
    pub(crate) staff_login: StaffLogin,
    pub(crate) tokens: FormTokens,
    /// By it the log tells addresses apart without holding any.
    pub(crate) link_key: LinkKey,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) base_url: BaseUrl,
    pub(crate) mailbox: Option<Arc<dyn Mailbox>>,
    pub(crate) demo_accounts: Vec<DemoAccount>,
    pub(crate) proxies: usize,
    pub(crate) bounces: Option<PathBuf>,
    pub(crate) limits: Limits,
    /// Told after what somebody signed in has changed, so that mail goes without waiting for the next round.
    pub(crate) changed: Notify,
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    pub(crate) fn new(ports: Ports, options: Options) -> Result<Self, BuildError> {
        let Ports { store, blobs, mailer, previewer, scanner, clock, entropy, staff_accounts } = ports;
        let mut builder = Portal::builder()
            .shared_store(store)
            .shared_blobs(blobs)
            .shared_mailer(mailer)
            .links(ServerLinks::new(options.base_url.clone()))
            .sender(options.sender)
            .shared_keys(options.keys.ring.clone())
            .timing(options.timing)
            .templates(options.templates)
            .shared_clock(Arc::clone(&clock))
            .shared_entropy(Arc::clone(&entropy));
        if let Some(previewer) = previewer {
            builder = builder.shared_previewer(previewer);
        }
        if let Some(scanner) = scanner {
            builder = builder.shared_scanner(scanner);
        }
        Ok(Self(Arc::new(Parts {
            portal: builder.build()?,
            staff_login: StaffLogin::new(staff_accounts, Arc::clone(&clock), Arc::clone(&entropy)),
            tokens: FormTokens::new(options.keys.forms),
            link_key: options.keys.link,
            clock,
            entropy,
            base_url: options.base_url,
            mailbox: options.mailbox,
            demo_accounts: options.demo_accounts,
            proxies: options.proxies,
            bounces: options.bounces,
            limits: options.limits,
            changed: Notify::new(),
        })))
    }
}
