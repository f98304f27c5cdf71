//! What an answer must not tell: whom a firm knows, and which of two was wrong.

use std::collections::BTreeSet;
use std::sync::Arc;

use portal_core::Staff;
use portal_core::directory::NewContact;
use portal_core::ports::store::StoreError;
use portal_core::testing::{Watch, WatchedCall, WatchedStore};
use portal_core::values::DisplayName;

use super::browser::{Browser, Page};
use super::office::{Office, PASSWORD, email};

/// What an answer looks like to whoever wants to tell addresses apart: all but what is random in each, of which the length
/// is left, and the address itself as it is shown.
fn seen(page: &Page, browser: &Browser, address: &str) -> String {
    let mut text = format!("{}\n", page.status);
    for (name, value) in &page.headers {
        let value = value.to_str().unwrap();
        text += &match name.as_str() {
            "date" | "x-request-id" => format!("{name}: {}\n", value.len()),
            _ => format!("{name}: {value}\n"),
        };
    }
    text += &page.text();
    let policy = page.header(hyper::header::CONTENT_SECURITY_POLICY);
    let nonce = policy.split("'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).map(str::to_owned);
    let token = page.text().contains("_csrf").then(|| page.token());
    for random in browser.cookies.values().chain(&token).chain(&nonce) {
        text = text.replace(random, &format!("({} characters)", random.len()));
    }
    text.replace(&email(address).masked(), "(masked)").replace(address, "(typed)")
}

#[tokio::test]
async fn l08_known_and_unknown_addresses_are_answered_alike() {
    let office = Office::open().await;
    let world = &office.world;
    let add = async |staff: &Staff, client, address| {
        let contact = NewContact::new(DisplayName::new("Somebody").unwrap(), email(address));
        staff.contacts(client).add(contact).await.unwrap()
    };
    add(&world.owner, world.bolt.id, "bob@acme.test").await;
    add(&world.other_owner, world.delta.id, "eve@acme.test").await;
    let shut_out = add(&world.owner, world.acme.id, "xyz@acme.test").await;
    world.owner.contacts(world.acme.id).set_portal_access(shut_out, false).await.unwrap();
    let left = add(&world.owner, world.acme.id, "lee@acme.test").await;
    world.owner.contacts(world.acme.id).remove(left).await.unwrap();
    let page = format!("/p/{}", world.firm);
    let mut answers = BTreeSet::new();
    // Written alike, so that what is masked is alike.
    for (address, is_mailed) in [
        ("ana@acme.test", true),
        // Of another client of the firm, and of another firm alone.
        ("bob@acme.test", true),
        ("eve@acme.test", false),
        // Whose access was taken away, who was removed, and whom nobody knows.
        ("xyz@acme.test", false),
        ("lee@acme.test", false),
        ("abc@acme.test", false),
    ] {
        let mut browser = office.browser();
        let form = browser.get(&page).await.ok();
        let asked = browser.submit(&form, &page, &[("email", address)]).await;
        let first = seen(&asked, &browser, address);
        let code_page = browser.get(&format!("{page}/code")).await.ok();
        let second = seen(&code_page, &browser, address);
        office.work().await;
        let wrong = browser.submit(&code_page, &format!("{page}/code"), &[("code", "not a code")]).await;
        let third = seen(&wrong, &browser, address);
        answers.insert(format!("{first}\n{second}\n{third}"));
        assert_eq!(world.mailer.last_to(&email(address)).is_some(), is_mailed, "{address}");
    }
    assert_eq!(answers.len(), 1, "{}", Vec::from_iter(answers).join("\n\n"));
}

#[tokio::test]
async fn staff_sign_in_does_not_tell_which_of_the_two_was_wrong() {
    let office = Office::open().await;
    let me = office.world.owner.me().await.unwrap();
    office.staff(office.world.firm, me.id).await;
    let known = format!("{}@sign-in.test", me.id);
    let mut texts = BTreeSet::new();
    for (address, password) in
        [(known.as_str(), "wrong"), ("member_00000000000000000000000000000000@sign-in.test", PASSWORD)]
    {
        let mut browser = office.browser();
        let form = browser.get("/staff/sign-in").await.ok();
        let refused = browser.submit(&form, "/staff/sign-in", &[("email", address), ("password", password)]).await;
        assert_eq!(refused.status, 422);
        texts.insert(seen(&refused, &browser, address));
        assert!(!browser.cookies.contains_key("__Host-portal-staff"));
    }
    assert_eq!(texts.len(), 1);
}

/// How often the outbox was looked into.
#[derive(Default)]
struct Looks(std::sync::atomic::AtomicUsize);

#[async_trait::async_trait]
impl Watch for Looks {
    async fn before(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        if call.name == "claim_events" {
            self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        }
        Ok(())
    }
}

#[tokio::test]
async fn l08_asking_wakes_nobody_so_that_the_next_requests_do_not_tell_who_is_known() {
    let looks = Arc::new(Looks::default());
    let watch = Arc::clone(&looks);
    let office = Office::open_with(|ports, _| {
        ports.store = Arc::new(WatchedStore::new(ports.store.clone(), watch));
    })
    .await;
    let count = || looks.0.load(std::sync::atomic::Ordering::SeqCst);
    /// Lets everybody come as far as they can without any time passing.
    async fn settle(office: &Office) {
        for _ in 0..20 {
            office.browser().get("/healthz").await.ok();
        }
    }
    let ana = &office.world.ana;
    let mut owner = office.owner().await;
    settle(&office).await;

    let before = count();
    office.ask(&mut office.browser(), ana.firm, &ana.email).await;
    settle(&office).await;
    assert_eq!(count(), before, "nobody looks for what there is to send");
    assert!(office.world.mailer.last_to(&ana.email).is_none());

    // The next round sends it, whoever did what meanwhile.
    let sent = async {
        while office.world.mailer.last_to(&ana.email).is_none() {
            office.world.clock.advance(std::time::Duration::from_millis(100));
            settle(&office).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), sent).await.expect("it is never sent");

    // What somebody signed in has changed is told at once.
    settle(&office).await;
    let before = count();
    let form = owner.get("/staff/clients/new").await.ok();
    owner.submit(&form, "/staff/clients", &[("name", "New")]).await;
    let looked = async {
        while count() == before {
            settle(&office).await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), looked).await.expect("nobody looks");
}
