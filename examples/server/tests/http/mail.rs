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
