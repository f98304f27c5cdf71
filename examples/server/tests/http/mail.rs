//! Mail, as the server's own worker sends it.

use std::sync::Arc;
use std::time::Duration;

use portal_core::ports::{Mail, Mailer, MailerError};
use portal_core::sharing::Access;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::office::Office;

/// How long something may take that happens at once: machines are busy at times.
const PATIENCE: Duration = Duration::from_secs(60);

/// A mail server that takes sign-in mail and nothing else: whatever else is sent hangs.
struct Hanging {
    inner: Arc<dyn Mailer>,
    /// One permit for each mail that hangs.
    hang: Arc<Semaphore>,
}

#[async_trait::async_trait]
impl Mailer for Hanging {
    async fn send(&self, mail: &Mail) -> Result<(), MailerError> {
        if mail.subject.starts_with("Sign in") {
            return self.inner.send(mail).await;
        }
        self.hang.add_permits(1);
        std::future::pending().await
    }
}

/// Lets time pass until `done`.
async fn pass_time(office: &Office, done: impl Fn() -> bool) {
    let passing = async {
        while !done() {
            office.world.clock.advance(Duration::from_millis(100));
            office.browser().get("/healthz").await.ok();
        }
    };
    timeout(PATIENCE, passing).await.expect("it does not happen");
}

#[tokio::test]
async fn sign_in_mail_goes_while_other_mail_hangs() {
    let hang = Arc::new(Semaphore::new(0));
    let office = Office::open_with(|ports, _| {
        ports.mailer = Arc::new(Hanging { inner: ports.mailer.clone(), hang: hang.clone() });
    })
    .await;
    let world = &office.world;
    let share = world.owner.files(world.acme.id).share(world.tax, world.ana.audience(), Access::View);
    share.notify().await.unwrap();
    pass_time(&office, || hang.available_permits() > 0).await;

    // Again and again: what hangs hangs on.
    for _ in 0..3 {
        let before = world.mailer.sent().len();
        office.ask(&mut office.browser(), world.ana.firm, &world.ana.email).await;
        pass_time(&office, || world.mailer.sent().len() > before).await;
        assert_eq!(world.mailer.sent().last().unwrap().to, world.ana.email);
    }
    assert_eq!(hang.available_permits(), 1);
}

#[tokio::test]
async fn n09_a_mail_program_turns_mail_off_with_one_click_and_fifty_looks_change_nothing() {
    let office = Office::open().await;
    let world = &office.world;
    let share = async |called: &str| {
        let called = portal_core::values::FileName::new(called).unwrap();
        let folder = world.owner.files(world.acme.id).add_folder(world.acme.root, called).await.unwrap();
        world.owner.files(world.acme.id).share(folder, world.ana.audience(), Access::View).notify().await.unwrap();
        // The server's own worker may be at it, too.
        let all_is_told = async {
            loop {
                world.run_worker().await.unwrap();
                let backlog = world.portal.worker().backlog().await.unwrap();
                if (backlog.events, backlog.messages) == (0, 0) {
                    return;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, all_is_told).await.expect("it is not told");
    };
    share("Returns").await;
    let mail = world.mailer.last_to(&world.ana.email).unwrap();
    let link = mail.unsubscribe.unwrap();
    let path = link.as_str().strip_prefix("https://portal.test").unwrap().to_owned();
    let mut browser = office.browser();
    for _ in 0..50 {
        let page = browser.get(&path).await.ok();
        assert!(page.text().contains("Stop these mails?") && !page.text().contains("ana@acme.test"), "{}", page.text());
    }
    let before = world.mailer.sent().len();
    share("Notices").await;
    assert_eq!(world.mailer.sent().len(), before + 1, "looking turned nothing off");

    // As mail programs do it: from nowhere, with no cookie, and in either way of writing a form.
    let one_click = [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            "--x\r\nContent-Disposition: form-data; name=\"List-Unsubscribe\"\r\n\r\nOne-Click\r\n--x--\r\n",
        ),
    ];
    for (kind, body) in one_click {
        let mut program = office.browser();
        program.origin = None;
        let headers = [(hyper::header::CONTENT_TYPE, kind)];
        let answer = program.send(hyper::Method::POST, &path, &headers, body.to_owned().into_bytes().into()).await;
        assert_eq!(answer.status, 200, "{kind}");
        assert!(answer.text().contains("Turned off"), "{}", answer.text());
    }
    let page = browser.get(&path).await.ok();
    assert!(page.text().contains("Turned off"), "{}", page.text());
    let before = world.mailer.sent().len();
    share("Notes").await;
    assert_eq!(world.mailer.sent().len(), before);

    let again = browser.post(&format!("{path}/again"), &[]).await;
    assert!(again.text().contains("Turned on again"), "{}", again.text());
    share("Letters").await;
    let sent: Vec<String> = world.mailer.sent().into_iter().skip(before).map(|mail| mail.subject).collect();
    assert!(matches!(sent.as_slice(), [subject] if subject.contains("Letters")), "{sent:?}");
}
