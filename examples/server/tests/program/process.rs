//! A server process and its mail.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use portal_core::ports::store::Outbox as _;
use portal_smtp::SpooledMail;
use portal_sqlx::SqliteStore;
use tokio::time::timeout;

use crate::browser::Browser;

/// How long another process may take for what takes a moment: machines are busy at times.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A server process, which is killed when the test is done with it.
pub struct Program {
    pub child: Child,
    pub lines: std::io::Lines<BufReader<ChildStdout>>,
    pub printed: Vec<String>,
    pub address: SocketAddr,
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(data: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_portal-server"));
    command.args(["--data", data.to_str().unwrap()]).args(arguments).env_clear();
    // The folder of a test goes with all that is in it.
    command.env("PORTAL_KEYS", data.join("keys/portal.key"));
    command
}

impl Program {
    pub fn start(data: &Path, arguments: &[&str]) -> Self {
        let mut command = command(data, arguments);
        command.args(["--listen", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let printed: Vec<String> = (0..3).map(|_| lines.next().unwrap().unwrap()).collect();
        let address = printed[0].strip_prefix("portal-server listening on http://").unwrap().parse().unwrap();
        Self { child, lines, printed, address }
    }

    pub fn browser(&self) -> Browser {
        Browser::new(self.address)
    }

    /// The same browser, at this server.
    pub fn lend(&self, browser: &Browser) -> Browser {
        Browser { cookies: browser.cookies.clone(), ..self.browser() }
    }

    /// Asks it to stop, and says how it ended.
    pub fn stop(mut self) -> Option<i32> {
        let stopped = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status().unwrap();
        assert!(stopped.success());
        self.child.wait().unwrap().code()
    }

    /// The demo staff's address and password, as it printed them.
    pub fn staff(&self) -> (String, String) {
        let (_, rest) = self.printed[1].split_once(" as ").unwrap();
        let (email, password) = rest.split_once(" with the password ").unwrap();
        (email.to_owned(), password.to_owned())
    }
}

/// The sign-in mails to an address, the last first. The demo's own people are told of what was shared with them, too.
async fn sign_in_mails(data: &Path, to: &str) -> Vec<SpooledMail> {
    let mails = portal_smtp::read_spool(data.join("mail"), 100).await.unwrap();
    mails.into_iter().filter(|mail| mail.to.address == to && mail.text.contains("/link/")).collect()
}

/// The sign-in mail that comes to an address after `before` others: exactly one, also when all that was to be done is done.
pub async fn mail(data: &Path, to: &str, before: usize) -> SpooledMail {
    let store = SqliteStore::open(data.join("portal.sqlite3")).await.unwrap();
    let coming = async {
        loop {
            let came = sign_in_mails(data, to).await.len() > before;
            let backlog = store.backlog().await.unwrap();
            if came && (backlog.events, backlog.messages) == (0, 0) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    };
    let came = timeout(PATIENCE, coming).await;
    let mut mails = sign_in_mails(data, to).await;
    assert!(came.is_ok(), "{} mails for {to}, and this is left to do: {:?}", mails.len(), store.backlog().await);
    assert_eq!(mails.len(), before + 1, "for {to}");
    store.close().await;
    mails.swap_remove(0)
}

pub fn code(mail: &SpooledMail) -> String {
    let words: Vec<&str> = mail.text.split_whitespace().collect();
    let three = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_digit());
    words.windows(2).find(|pair| three(pair[0]) && three(pair[1])).unwrap().concat()
}

/// The path of the sign-in link of a mail.
pub fn link(mail: &SpooledMail) -> String {
    let link = mail.text.split_whitespace().find(|word| word.contains("/link/")).unwrap();
    format!("/p/{}", link.split_once("/p/").unwrap().1)
}

pub const ANA: &str = "ana@acme.test";

/// Ana asks to sign in, and her mail comes.
pub async fn ask(program: &Program, data: &Path, before: usize) -> (Browser, SpooledMail) {
    let mut browser = program.browser();
    let form = browser.get("/p/demo").await.ok();
    let asked = browser.submit(&form, "/p/demo", &[("email", ANA)]).await;
    assert_eq!(asked.leads_to().as_deref(), Some("/p/demo/code"));
    (browser, mail(data, ANA, before).await)
}
