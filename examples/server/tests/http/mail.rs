//! Mail, as the server's own worker sends it.

use std::sync::Arc;
use std::time::Duration;

use portal_core::notifications::Specimen;
use portal_core::ports::{Mail, Mailer, MailerError};
use portal_core::sharing::Access;
use portal_core::values::Weekday;
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

#[tokio::test]
async fn staff_see_every_kind_of_mail_in_the_firms_name_and_each_language_and_nothing_in_it_runs() {
    let office = Office::open().await;
    let mut browser = office.owner().await;
    for (kind, language) in Specimen::ALL.into_iter().flat_map(|kind| [(kind, "en"), (kind, "de")]) {
        let query = format!("kind={}&language={language}", kind.name());
        let page = browser.get(&format!("/staff/mail?{query}")).await.ok().shows("As a mail program shows it");
        assert!(page.text().contains("sandbox=\"\""), "{query}");
        let frame = browser.get(&format!("/staff/mail/html?{query}")).await.ok();
        assert!(frame.header("content-security-policy").starts_with("sandbox"), "{query}");
        assert!(frame.text().contains(&format!("lang=\"{language}\"")), "{query}");
    }
    for odd in ["kind=other", "language=..%2Fde", "more=1"] {
        assert!(browser.get(&format!("/staff/mail?{odd}")).await.status.as_u16() >= 400, "{odd}");
    }
}

#[tokio::test]
async fn staff_see_that_mail_came_back_and_try_the_address_again() {
    let office = Office::open().await;
    let world = &office.world;
    let mut browser = office.owner().await;
    let files = format!("/staff/clients/{}/files", world.acme.id);
    world.portal.host().mail(world.ana.firm).bounced(world.ana.email.clone(), "550 no such user").await.unwrap();
    let page = browser.get(&files).await.ok().shows("550 no such user").shows("Try this address again");
    let clear = format!("/staff/clients/{}/contacts/{}/clear-bounce", world.acme.id, world.ana.contact);
    browser.submit(&page, &clear, &[]).await;
    browser.get(&files).await.ok().hides("550 no such user").hides("Try this address again");
}

#[tokio::test]
async fn staff_choose_the_language_of_a_contacts_mail_and_the_firms() {
    let office = Office::open().await;
    let world = &office.world;
    let mut browser = office.owner().await;
    let edit = format!("/staff/clients/{}/contacts/{}/edit", world.acme.id, world.ana.contact);
    let form = browser.get(&edit).await.ok().shows("German");
    let fields = [("name", "Ana"), ("email", world.ana.email.as_str()), ("language", "de")];
    browser.submit(&form, &edit, &fields).await;
    let share = world.owner.files(world.acme.id).share(world.tax, world.ana.audience(), Access::View);
    share.notify().await.unwrap();
    office.work().await;
    assert!(office.mail(&world.ana.email).await.subject.ends_with("für Sie freigegeben"));
    let page = browser.get("/staff/settings").await.ok().shows("Day of weekly mail");
    let fields = [
        ("name", "Miller"),
        ("color", "#1f5f5b"),
        ("max_upload_megabytes", "10"),
        ("time_zone", "Europe/Berlin"),
        ("digest_hour", "7"),
        ("digest_day", "friday"),
        ("language", "de"),
        ("sender_name", "Miller Steuer"),
    ];
    browser.submit(&page, "/staff/settings", &fields).await;
    let settings = world.owner.firm().await.unwrap().settings;
    assert_eq!((settings.language.as_str(), settings.digests.day), ("de", Weekday::Friday));
    assert_eq!(settings.sender_name.unwrap().as_str(), "Miller Steuer");
}
