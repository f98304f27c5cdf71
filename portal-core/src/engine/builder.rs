//! Putting a portal together.

use std::sync::Arc;

use super::data_keys::DataKeys;
use super::previews::Previews;
use super::scanning::Scanning;
use super::{Engine, Portal};
use crate::authenticators::EmailAuthenticator;
use crate::notifications::{Templates, Timing};
use crate::ports::{
    Authenticator, BlobStore, Clock, Entropy, KeyRing, LinkKeySource, Links, Mailer, Previewer, Scanner, Store,
    SystemClock, SystemEntropy,
};
use crate::values::EmailAddress;

/// How many bytes of pictures are kept, unless said otherwise.
const PREVIEWS_KEPT_BYTES: usize = 16 * 1024 * 1024;

/// What a portal cannot be built without.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A part is missing.
    #[error("a portal needs `{0}`")]
    Missing(&'static str),
}

/// Puts a portal together; see [`Portal::builder`].
#[derive(Default)]
#[must_use = "`build` makes the portal"]
pub struct PortalBuilder {
    store: Option<Arc<dyn Store>>,
    blobs: Option<Arc<dyn BlobStore>>,
    mailer: Option<Arc<dyn Mailer>>,
    links: Option<Arc<dyn Links>>,
    sender: Option<EmailAddress>,
    keys: Option<Keys>,
    authenticator: Option<Arc<dyn Authenticator>>,
    previewer: Option<Arc<dyn Previewer>>,
    previews_kept_bytes: Option<usize>,
    scanner: Option<Arc<dyn Scanner>>,
    clock: Option<Arc<dyn Clock>>,
    entropy: Option<Arc<dyn Entropy>>,
    timing: Timing,
    templates: Templates,
}

impl std::fmt::Debug for PortalBuilder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PortalBuilder").finish_non_exhaustive()
    }
}

/// What the keys are for.
enum Keys {
    /// Bytes are encrypted.
    Ring(Arc<dyn KeyRing>),
    /// They are not.
    LinksAlone(Arc<dyn LinkKeySource>),
}

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident, $shared:ident: $port:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(self, $name: impl $port + 'static) -> Self {
            self.$shared(Arc::new($name))
        }

        /// The same, for one that is shared with others.
        pub fn $shared(mut self, $name: Arc<dyn $port>) -> Self {
            self.$name = Some($name);
            self
        }
    )*};
}

impl PortalBuilder {
    parts! {
        /// Where records are kept.
        store, shared_store: Store;
        /// Where bytes are kept.
        blobs, shared_blobs: BlobStore;
        /// What sends mail.
        mailer, shared_mailer: Mailer;
        /// Where the application shows what a mail speaks of.
        links, shared_links: Links;
        /// Makes pictures of pages; without one there are no previews.
        previewer, shared_previewer: Previewer;
        /// Looks at what is uploaded before anybody else learns of it; without one nobody does. With one, call
        /// [`Worker::run_scans`](crate::Worker::run_scans) every minute or so, from a task of its own.
        scanner, shared_scanner: Scanner;
        /// Tells the time; the machine's, unless said otherwise.
        clock, shared_clock: Clock;
        /// Gives randomness; the system's, unless said otherwise.
        entropy, shared_entropy: Entropy;
        /// Proves who somebody is; link and code by email, unless said otherwise.
        authenticator, shared_authenticator: Authenticator;
    }

    /// How many bytes of pictures are kept in memory, so that none is drawn twice in a row: 16 MiB unless said otherwise, and
    /// none at 0.
    pub fn previews_kept_bytes(mut self, most: usize) -> Self {
        self.previews_kept_bytes = Some(most);
        self
    }

    /// Holds the keys: the bytes of documents are sealed under data keys that it wraps, and links, codes and lookups of addresses
    /// derive from its link key.
    pub fn keys(self, keys: impl KeyRing + 'static) -> Self {
        self.shared_keys(Arc::new(keys))
    }

    /// The same, for one that is shared with others.
    pub fn shared_keys(mut self, keys: Arc<dyn KeyRing>) -> Self {
        self.keys = Some(Keys::Ring(keys));
        self
    }

    /// Says aloud that bytes are kept as they come, with no key ring. Links, codes and lookups of addresses still derive
    /// from a key that lies outside the database: this one, the same on every node and after every restart.
    pub fn unencrypted(mut self, link_key: impl LinkKeySource + 'static) -> Self {
        self.keys = Some(Keys::LinksAlone(Arc::new(link_key)));
        self
    }

    /// The address that mail is sent from; the name beside it is the firm's.
    pub fn sender(mut self, sender: EmailAddress) -> Self {
        self.sender = Some(sender);
        self
    }

    /// When things are told; as [`Timing::default`] has it, unless said otherwise.
    pub fn timing(mut self, timing: Timing) -> Self {
        self.timing = timing;
        self
    }

    /// The words of mails; those that come with the library, unless said otherwise. A clone kept aside replaces templates
    /// while the portal runs.
    pub fn templates(mut self, templates: Templates) -> Self {
        self.templates = templates;
        self
    }

    /// Makes the portal.
    ///
    /// # Errors
    /// [`BuildError::Missing`] names what is missing: everything but authenticator, previewer, scanner, clock and entropy is needed.
    pub fn build(self) -> Result<Portal, BuildError> {
        let (keys, ring): (Arc<dyn LinkKeySource>, _) = match self.keys.ok_or(BuildError::Missing("keys"))? {
            Keys::Ring(ring) => (ring.clone(), Some(ring)),
            Keys::LinksAlone(link_key) => (link_key, None),
        };
        let store = self.store.ok_or(BuildError::Missing("store"))?;
        let clock = self.clock.unwrap_or_else(|| Arc::new(SystemClock));
        let entropy = self.entropy.unwrap_or_else(|| Arc::new(SystemEntropy));
        let data_keys = ring.map(|ring| Arc::new(DataKeys::new(store.clone(), ring, clock.clone(), entropy.clone())));
        let engine = Engine {
            store,
            data_keys,
            stored_blobs: self.blobs.ok_or(BuildError::Missing("blobs"))?,
            mailer: self.mailer.ok_or(BuildError::Missing("mailer"))?,
            links: self.links.ok_or(BuildError::Missing("links"))?,
            sender: self.sender.ok_or(BuildError::Missing("sender"))?,
            authenticator: self.authenticator.unwrap_or_else(|| Arc::new(EmailAuthenticator::new(keys.clone()))),
            keys,
            previews: self
                .previewer
                .map(|previewer| Previews::new(previewer, self.previews_kept_bytes.unwrap_or(PREVIEWS_KEPT_BYTES))),
            scanning: self.scanner.map(Scanning::new),
            uploading: super::upload::places(),
            zipping: super::zip_stream::places(),
            clock,
            entropy,
            timing: self.timing,
            templates: self.templates,
            logos: super::logos::Logos::default(),
            paces: super::worker::Paces::default(),
        };
        Ok(Portal { engine: Arc::new(engine) })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::memory::{FixedLinks, MemoryBlobs, MemoryMailer, MemoryStore};
    use crate::values::LinkKey;

    #[test]
    fn l01_randomness_is_the_systems_unless_said_otherwise() {
        let portal = || {
            let builder = PortalBuilder::default()
                .store(MemoryStore::new())
                .blobs(MemoryBlobs::new())
                .mailer(MemoryMailer::new())
                .links(FixedLinks::new("https://portal.test").unwrap())
                .sender(EmailAddress::new("portal@portal.test").unwrap())
                .unencrypted(LinkKey::new([7; 32]));
            builder.build().unwrap()
        };
        let mut drawn = BTreeSet::new();
        for portal in [portal(), portal()] {
            let entropy = &portal.engine.entropy;
            assert_eq!(size_of_val(entropy.as_ref()), 0, "it holds nothing from which its draws could follow");
            for _ in 0..1000 {
                assert!(drawn.insert(entropy.draw().unwrap()), "what was drawn before came again");
            }
        }
    }
}
