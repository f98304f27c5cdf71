//! The secrets of signing in: where they come from, and that no error or panic tells them.

use std::collections::BTreeSet;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use portal_core::authenticators::EmailAuthenticator;
use portal_core::identity::{Asked, BrowserToken, SessionToken};
use portal_core::memory::{FixedLinks, MemoryBlobs, MemoryStore};
use portal_core::ports::store::StoreError;
use portal_core::ports::{
    Authenticator as _, Challenge, Entropy, EntropyError, KeyError, LinkKeySource, Mail, Response, SystemEntropy,
};
use portal_core::testing::{NoEntropy, VirtualClock, Watch, WatchedCall, WatchedStore, World};
use portal_core::values::{DisplayName, EmailAddress, FileName, LinkKey, LoginId, Secret, SessionId};
use portal_core::{Error, Portal, Visitor};

use crate::words::email;

/// The system's randomness, of which every draw is noted.
#[derive(Default)]
struct Noted(Mutex<Vec<[u8; 32]>>);

impl Entropy for Noted {
    fn draw(&self) -> Result<[u8; 32], EntropyError> {
        let drawn = SystemEntropy.draw()?;
        self.0.lock().unwrap().push(drawn);
        Ok(drawn)
    }
}

#[tokio::test]
async fn l01_the_secret_of_each_of_a_thousand_sessions_is_a_draw_of_its_own() {
    let noted = Arc::new(Noted::default());
    let world = World::builder().entropy(noted.clone()).build().await.unwrap();
    let mut secrets = BTreeSet::new();
    for _ in 0..1000 {
        let before = noted.0.lock().unwrap().len();
        let token = world.session_of(&world.ana).await.unwrap();
        let bytes = URL_SAFE_NO_PAD.decode(token.expose()).unwrap();
        let secret: [u8; 32] = bytes[32..].try_into().unwrap();
        assert!(noted.0.lock().unwrap()[before..].contains(&secret), "all 256 bits of it were drawn for this sign-in");
        assert!(secrets.insert(secret));
        world.mailer.take();
        world.clock.advance(Duration::from_secs(16 * 60));
    }
    assert_eq!(secrets.len(), 1000);
}

/// What must be read nowhere.
struct Planted(Vec<(&'static str, Vec<u8>)>);

impl Planted {
    /// None of it stands in `printed`, in whatever way bytes are written.
    fn assert_absent(&self, whose: &str, printed: &str) {
        for (name, secret) in &self.0 {
            let text = String::from_utf8(secret.clone()).unwrap_or_else(|_| "no text".into());
            let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
            let listed = format!("{secret:?}").trim_matches(['[', ']']).to_owned();
            let encoded = [STANDARD_NO_PAD.encode(secret), URL_SAFE_NO_PAD.encode(secret)];
            let one_line = printed.split_whitespace().collect::<Vec<_>>().join(" ").replace(", ]", "]");
            // Six digits may stand in an id by chance.
            let words = printed.split(|character: char| !character.is_ascii_alphanumeric());
            let spelled =
                if text.len() == 6 { words.clone().any(|word| word == text) } else { printed.contains(&text) };
            let others = [hex.to_uppercase(), hex, listed].into_iter().chain(encoded);
            let found = spelled || others.into_iter().any(|way| one_line.contains(&way));
            assert!(!found, "{name} is told by {whose}: {printed}");
        }
    }

    /// Neither what is printed of `value` tells any of it, nor a panic over it.
    fn assert_untold(&self, whose: &str, value: &dyn fmt::Debug) {
        let panicked = catch_unwind(AssertUnwindSafe(|| failed(value).unwrap())).unwrap_err();
        let panicked = panicked.downcast_ref::<String>().unwrap();
        assert!(panicked.contains("called `Result::unwrap()`"), "{panicked}");
        self.assert_absent(whose, &format!("{value:?} {value:#?} {panicked}"));
    }

    /// Nor does an error, or whatever it came of.
    fn assert_error_untold(&self, whose: &str, error: &dyn std::error::Error) {
        let mut next = Some(error);
        while let Some(error) = next {
            self.assert_untold(whose, &error);
            self.assert_absent(whose, &format!("{error}"));
            next = error.source();
        }
    }
}

fn failed<E>(error: E) -> Result<(), E> {
    Err(error)
}

/// A store that can be reached so often and then no more.
struct Leaves(AtomicUsize);

#[async_trait]
impl Watch for Leaves {
    async fn before(&self, _: WatchedCall<'_>) -> Result<(), StoreError> {
        let left = self.0.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map(drop).map_err(|_| StoreError::Unavailable("the line broke".into()))
    }
}

/// A key store that is down.
struct Down;

#[async_trait]
impl LinkKeySource for Down {
    async fn link_key(&self) -> Result<LinkKey, KeyError> {
        Err(KeyError::Unavailable("down".into()))
    }
}

/// Somebody who asked, and what their mail says.
struct Asker {
    world: World,
    store: MemoryStore,
    asked: Asked,
    browser: BrowserToken,
    mail: Mail,
    link: String,
    code: String,
}

impl Asker {
    async fn new() -> Self {
        let store = MemoryStore::new();
        let world = World::builder().store(Arc::new(store.clone())).build().await.unwrap();
        let visitor = world.portal.visitor(std::net::IpAddr::from([192, 0, 2, 1]));
        let browser = visitor.browser_token().unwrap();
        let asked = visitor.ask(world.firm, world.ana.email.clone(), &browser).await.unwrap();
        world.run_worker().await.unwrap();
        let mail = world.mailer.last_to(&world.ana.email).unwrap();
        let link = mail.text.lines().find_map(|line| line.trim().strip_prefix("https://portal.test/access/")).unwrap();
        let link = link.rsplit('/').next().unwrap().to_owned();
        let is_code = |line: &str| line.len() == 7 && line.chars().filter(char::is_ascii_digit).count() == 6;
        let code = mail.text.lines().map(str::trim).find(|line| is_code(line)).unwrap().replace(' ', "");
        Self { world, store, asked, browser, mail, link, code }
    }

    /// A visitor of a portal on the same store and with the same key, less what is broken of it.
    fn visitor_of(
        &self,
        reached: usize,
        keys: impl LinkKeySource + 'static,
        entropy: impl Entropy + 'static,
    ) -> Visitor {
        let leaves = Arc::new(Leaves(AtomicUsize::new(reached)));
        let portal = Portal::builder()
            .store(WatchedStore::new(Arc::new(self.store.clone()), leaves))
            .blobs(MemoryBlobs::new())
            .mailer(self.world.mailer.clone())
            .links(FixedLinks::new("https://portal.test").unwrap())
            .sender(email("portal@portal.test"))
            .unencrypted(keys)
            .clock(VirtualClock::new())
            .entropy(entropy)
            .build();
        portal.unwrap().visitor(std::net::IpAddr::from([192, 0, 2, 1]))
    }

    /// What redeeming and looking answer, that all fail.
    async fn failures(&self, visitor: &Visitor, answer: &str, browser: &BrowserToken) -> Vec<Error> {
        let (address, attempt) = (self.asked.address, self.asked.attempt);
        let looked = visitor.link(address, attempt, answer, Some(browser)).await;
        let by_link = visitor.redeem_link(address, attempt, answer, browser, "a browser").await;
        let by_code = visitor.redeem_code(address, attempt, answer, browser, "a browser").await;
        looked.err().into_iter().chain(by_link.err()).chain(by_code.err()).collect()
    }
}

#[tokio::test]
async fn l38_no_error_no_debug_output_and_no_panic_tells_a_secret() {
    let asker = Asker::new().await;
    let world = &asker.world;
    let key = [7; 32];
    let token = world.session_of(&world.ben).await.unwrap();
    let typed = "hunter2-as-typed";
    let bytes_of = |token: &str| URL_SAFE_NO_PAD.decode(token).unwrap();
    let planted = Planted(vec![
        ("the key", key.to_vec()),
        ("the link's secret", asker.link.clone().into_bytes()),
        ("the link's secret, decoded", bytes_of(&asker.link)),
        ("the code", asker.code.clone().into_bytes()),
        ("the browser's token", asker.browser.expose().into_bytes()),
        ("the browser's secret", bytes_of(&asker.browser.expose())),
        ("the session's token", token.expose().into_bytes()),
        ("the session's secret", bytes_of(&token.expose())[32..].to_vec()),
        ("what was typed", typed.as_bytes().to_vec()),
    ]);

    // What holds a secret, and the calls that carry one.
    let challenge = Challenge { link: Secret::new(asker.link.as_str()), code: Secret::new(asker.code.as_str()) };
    let visitor = world.portal.visitor(std::net::IpAddr::from([192, 0, 2, 1]));
    let elsewhere = visitor.browser_token().unwrap();
    let (address, attempt) = (asker.asked.address, asker.asked.attempt);
    let code_shown = visitor.link(address, attempt, &asker.link, Some(&elsewhere)).await.unwrap();
    let call = visitor.redeem_code(address, attempt, &asker.code, &asker.browser, "a browser");
    let call = call.replacing(Some(token.clone()));
    let held: [(&str, &dyn fmt::Debug); 12] = [
        ("a key", &LinkKey::new(key)),
        ("a secret", &Secret::new(asker.link.as_str())),
        ("a challenge", &challenge),
        ("a link that was opened", &Response::Link(challenge.link.clone())),
        ("a code that was typed", &Response::Code(challenge.code.clone())),
        ("a link opened elsewhere", &code_shown),
        ("a browser's token", &asker.browser),
        ("a session's token", &token),
        ("a mail", &asker.mail),
        ("a call", &call),
        ("a visitor", &visitor),
        ("a portal", &world.portal),
    ];
    for (whose, value) in held {
        planted.assert_untold(whose, value);
    }

    // What is no secret's text, and what is read as something else.
    let cut = token.expose()[1..].to_owned();
    planted.assert_error_untold("a token cut short", &cut.parse::<SessionToken>().unwrap_err());
    planted
        .assert_error_untold("a session's token as a browser's", &token.expose().parse::<BrowserToken>().unwrap_err());
    planted.assert_error_untold("a token as an id", &token.expose().parse::<SessionId>().unwrap_err());
    planted.assert_error_untold("a token as a login", &token.expose().parse::<LoginId>().unwrap_err());
    planted.assert_error_untold("a token as an address", &EmailAddress::new(&token.expose()).unwrap_err());
    let with_break = format!("{}\u{7}", token.expose());
    planted.assert_error_untold("a token as a name", &DisplayName::new(&with_break).unwrap_err());
    let long = token.expose().repeat(20);
    planted.assert_error_untold("a token as a file's name", &FileName::new(&long).unwrap_err());

    // What signing in answers, when it is wrong and when something is broken.
    let mut errors = Vec::new();
    for answer in [typed, &asker.link, &asker.code] {
        errors.extend(asker.failures(&visitor, answer, &elsewhere).await);
        for reached in 0..4 {
            let broken = asker.visitor_of(reached, LinkKey::new(key), SystemEntropy);
            errors.extend(asker.failures(&broken, answer, &asker.browser).await);
        }
        errors.extend(asker.failures(&asker.visitor_of(99, Down, SystemEntropy), answer, &asker.browser).await);
        errors
            .extend(asker.failures(&asker.visitor_of(99, LinkKey::new(key), NoEntropy), answer, &asker.browser).await);
    }
    errors.extend(asker.failures(&visitor, typed, &asker.browser).await);
    let signed_in = call.await.unwrap();
    planted.assert_untold("a session that began", &signed_in);
    errors.extend(asker.failures(&visitor, &asker.code, &asker.browser).await);
    errors.push(world.portal.signed_in(&token).await.unwrap_err());
    errors.push(world.portal.contact(&token, world.ana.contact).await.unwrap_err());
    assert!(errors.len() > 40, "{}", errors.len());
    for error in &errors {
        planted.assert_error_untold("signing in", error);
    }
    let kinds: BTreeSet<String> = errors.iter().map(|error| format!("{:?}", error.kind())).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["Refused", "SignedOut", "Unavailable"]);
    let broken = EmailAuthenticator::new(Arc::new(Down));
    let attempt = portal_core::ports::store::IdentityReads::attempt(&asker.store, address, attempt).await.unwrap();
    planted.assert_error_untold("an authenticator", &broken.begin(&attempt.unwrap()).await.unwrap_err());
}
