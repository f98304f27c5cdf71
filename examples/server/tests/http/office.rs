//! A server over the ready-made world of portal-core, with its time in the test's hands.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use portal_core::memory::MemoryPreviewer;
use portal_core::ports::{Mail, SystemEntropy};
use portal_core::testing::{Person, World};
use portal_core::values::LinkKey;
use portal_core::values::{EmailAddress, FirmId, MemberId, Secret};
use portal_server::base_url::BaseUrl;
use portal_server::keys::ServerKeys;
use portal_server::staff_login::{MemoryAccounts, Password};
use portal_server::{Limits, Options, Ports, Server};
use tokio::net::TcpListener;
use tokio::sync::oneshot;

use super::browser::Browser;

/// A world and a server over it.
pub struct Office {
    pub world: World,
    pub server: Server,
    pub address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
}

pub const PASSWORD: &str = "correct horse battery";

impl Office {
    pub async fn open() -> Self {
        Self::open_with(|_, _| {}).await
    }

    pub async fn open_with(change: impl FnOnce(&mut Ports, &mut Options)) -> Self {
        let world = World::new().await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let mut ports = Ports {
            store: world.ports.store.clone(),
            blobs: world.ports.blobs.clone(),
            mailer: Arc::new(world.mailer.clone()),
            previewer: Some(Arc::new(MemoryPreviewer::new())),
            scanner: None,
            clock: Arc::new(world.clock.as_stepped()),
            entropy: Arc::new(SystemEntropy),
            staff_accounts: Arc::new(MemoryAccounts::default()),
        };
        // The world's own link key and ring, so that both see the same logins and documents.
        let ring = world.ports.keys.clone().unwrap();
        let keys = ServerKeys { link: LinkKey::new([7; 32]), forms: Secret::new([8; 32]), ring };
        let mut options = Options::new(BaseUrl::of_listener(address).unwrap(), keys, email("portal@miller.test"));
        options.limits = Limits { drain: Duration::from_secs(1), ..Limits::default() };
        change(&mut ports, &mut options);
        let server = Server::new(ports, options).unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let serving = server.clone();
        tokio::spawn(async move {
            serving.serve(listener, async { drop(stopped.await) }).await;
        });
        Self { world, server, address, stop: Some(stop) }
    }

    /// Asks the server to stop, which it hears as soon as it goes on.
    pub fn stop(&mut self) {
        drop(self.stop.take());
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// Signs a team member in.
    pub async fn staff(&self, firm: FirmId, member: MemberId) -> Browser {
        let address = email(&format!("{member}@sign-in.test"));
        self.server.staff_login().add(firm, member, address.clone(), &Password::typed(PASSWORD)).await.unwrap();
        let mut browser = self.browser();
        let form = browser.get("/staff/sign-in").await.ok();
        let fields = [("email", address.as_str()), ("password", PASSWORD)];
        let signed_in = browser.submit(&form, "/staff/sign-in", &fields).await;
        assert_eq!(signed_in.leads_to().as_deref(), Some("/staff/clients"), "{}", signed_in.text());
        browser
    }

    pub async fn owner(&self) -> Browser {
        let me = self.world.owner.me().await.unwrap();
        self.staff(self.world.firm, me.id).await
    }

    /// Does all that is due now.
    pub async fn work(&self) {
        while self.server.portal().worker().run_due().await.unwrap().more {}
    }

    /// The last mail to an address.
    pub async fn mail(&self, address: &EmailAddress) -> Mail {
        self.work().await;
        self.world.mailer.last_to(address).unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// Asks for a sign-in mail on a firm's access page.
    pub async fn ask(&self, browser: &mut Browser, firm: FirmId, address: &EmailAddress) {
        let page = format!("/p/{firm}");
        let form = browser.get(&page).await.ok();
        let asked = browser.submit(&form, &page, &[("email", address.as_str())]).await;
        assert_eq!(asked.leads_to().as_deref(), Some(format!("{page}/code").as_str()), "{}", asked.text());
    }

    /// Signs a person in by the code in the mail.
    pub async fn sign_in(&self, person: &Person) -> Browser {
        let mut browser = self.browser();
        self.sign_in_with(&mut browser, person).await;
        browser
    }

    pub async fn sign_in_with(&self, browser: &mut Browser, person: &Person) {
        self.ask(browser, person.firm, &person.email).await;
        let code = code(&self.mail(&person.email).await);
        let page = format!("/p/{}/code", person.firm);
        let form = browser.get(&page).await.ok();
        let entered = browser.submit(&form, &page, &[("code", &code)]).await;
        assert!(entered.status.is_redirection(), "{}", entered.text());
    }

    /// The path of a person's page.
    pub fn at(&self, person: &Person, rest: &str) -> String {
        format!("/p/{}/{}{rest}", person.firm, person.contact)
    }
}

pub fn email(text: &str) -> EmailAddress {
    EmailAddress::new(text).unwrap()
}

/// The six digits of a sign-in mail, which it writes in two groups.
pub fn code(mail: &Mail) -> String {
    let words: Vec<&str> = mail.text.split_whitespace().collect();
    let three = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    let code = words.windows(2).find(|pair| three(pair[0]) && three(pair[1]));
    code.unwrap_or_else(|| panic!("no code in {}", mail.text)).concat()
}

/// The path of the first link in a mail that begins so.
pub fn link(office: &Office, mail: &Mail, begins: &str) -> String {
    let start = format!("http://{}{begins}", office.address);
    let at = mail.text.find(&start).unwrap_or_else(|| panic!("no {start} in {}", mail.text));
    let link = mail.text[at..].split_whitespace().next().unwrap();
    link.strip_prefix(&format!("http://{}", office.address)).unwrap().to_owned()
}
