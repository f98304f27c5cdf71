//! Signing in, over HTTP.

use portal_server::staff_login::Password;

use super::browser::Browser;
use super::office::{Office, PASSWORD, code, email, link};

const SESSION: &str = "__Host-portal-session";

/// Asks for the person's sign-in mail in a new browser, and gives the path of its link.
async fn asked(office: &Office) -> (Browser, String) {
    let ana = &office.world.ana;
    let mut browser = office.browser();
    office.ask(&mut browser, ana.firm, &ana.email).await;
    let mail = office.mail(&ana.email).await;
    (browser, link(office, &mail, "/p/"))
}

#[tokio::test]
async fn l05_fifty_looks_leave_a_link_valid_and_set_no_session() {
    let office = Office::open().await;
    let (mut asking, link) = asked(&office).await;
    let mut scanner = office.browser();
    for _ in 0..25 {
        let seen = scanner.get(&link).await.ok();
        assert!(!seen.text().contains("<form"), "a scanner has nothing to press");
        scanner.send(hyper::Method::HEAD, &link, &[], bytes::Bytes::new()).await.ok();
        // A scanner that posts what it sees, from where it is, comes to nothing either.
        let pressed = scanner.post(&link, &[]).await;
        assert_eq!(pressed.status, 403);
        asking.get(&link).await.ok();
    }
    assert!(!scanner.cookies.contains_key(SESSION) && !asking.cookies.contains_key(SESSION));
    let form = asking.get(&link).await.ok();
    let entered = asking.submit(&form, &link, &[]).await;
    assert!(entered.status.is_redirection());
    assert!(asking.cookies.contains_key(SESSION));
    // Used once, it is over; also where it was used, which is shown the way on.
    let used = asking.get(&link).await;
    assert_eq!(used.status, 410);
    used.shows("You are signed in").shows("ana@acme.test").shows("/choose").hides("Ask again");
    let elsewhere = scanner.get(&link).await;
    assert_eq!(elsewhere.status, 410);
    elsewhere.shows("This link is over").hides("ana@acme.test");
}

#[tokio::test]
async fn l05_another_browser_with_a_token_of_its_own_does_not_redeem_the_link() {
    let office = Office::open().await;
    let (_, link) = asked(&office).await;
    let mut other = office.browser();
    let form = other.get(&format!("/p/{}", office.world.firm)).await.ok();
    let refused = other.submit(&form, &link, &[]).await;
    assert_eq!(refused.status, 410);
    assert!(!other.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn l06_a_code_belongs_to_its_own_attempt() {
    let office = Office::open().await;
    let ana = &office.world.ana;
    let (mut first, mut second) = (office.browser(), office.browser());
    office.ask(&mut first, ana.firm, &ana.email).await;
    let code_of_first = code(&office.mail(&ana.email).await);
    office.ask(&mut second, ana.firm, &ana.email).await;
    office.work().await;
    let page = format!("/p/{}/code", ana.firm);
    let form = second.get(&page).await.ok();
    let refused = second.submit(&form, &page, &[("code", &code_of_first)]).await;
    assert_eq!(refused.status, 422);
    let form = first.get(&page).await.ok();
    let entered = first.submit(&form, &page, &[("code", &code_of_first)]).await;
    assert!(entered.status.is_redirection(), "{}", entered.text());
}

#[tokio::test]
async fn a_wrong_code_is_told_with_the_tries_left_and_the_fifth_ends_it() {
    let office = Office::open().await;
    let ana = &office.world.ana;
    let mut browser = office.browser();
    office.ask(&mut browser, ana.firm, &ana.email).await;
    let right = code(&office.mail(&ana.email).await);
    let wrong = if right == "000000" { "000001" } else { "000000" };
    let page = format!("/p/{}/code", ana.firm);
    let mut form = browser.get(&page).await.ok();
    for left in ["4 more times", "3 more times", "2 more times", "once more"] {
        form = browser.submit(&form, &page, &[("code", wrong)]).await.shows(left);
        assert_eq!(form.status, 422);
    }
    let over = browser.submit(&form, &page, &[("code", wrong)]).await.shows("Ask for a new");
    assert_eq!(over.status, 422);
    let late = browser.submit(&form, &page, &[("code", &right)]).await;
    assert_eq!(late.status, 422);
    assert!(!browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn l07_no_header_of_a_request_gets_into_a_mail() {
    let office = Office::open().await;
    let ana = &office.world.ana;
    let mut browser = office.browser();
    let page = format!("/p/{}", ana.firm);
    let form = browser.get(&page).await.ok();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("_csrf", form.token().as_str()), ("email", ana.email.as_str())])
        .finish();
    let headers = [
        (hyper::header::CONTENT_TYPE, "application/x-www-form-urlencoded"),
        (hyper::header::HeaderName::from_static("x-forwarded-host"), "evil.test"),
        (hyper::header::HeaderName::from_static("x-forwarded-proto"), "https"),
        (hyper::header::FORWARDED, "host=evil.test"),
        (hyper::header::REFERER, "https://evil.test/"),
    ];
    browser.send(hyper::Method::POST, &page, &headers, body.into()).await;
    let mail = office.mail(&ana.email).await;
    assert!(!mail.text.contains("evil") && !mail.html.contains("evil"));
    assert!(mail.text.contains(&format!("http://{}/p/", office.address)));
}

#[tokio::test]
async fn l16_a_browser_that_only_asked_reaches_nothing() {
    let office = Office::open().await;
    let (mut browser, _) = asked(&office).await;
    let ana = &office.world.ana;
    for rest in ["", "/files", "/settings", "/receipts"] {
        let page = browser.get(&office.at(ana, rest)).await;
        assert_eq!(page.leads_to(), Some(format!("/p/{}", ana.firm)), "{rest}");
    }
    // Nor does what it holds work as anything else.
    let browser_token = browser.cookies["__Host-portal-browser"].clone();
    browser.cookies.insert(SESSION.to_owned(), browser_token.clone());
    browser.cookies.insert("__Host-portal-staff".to_owned(), browser_token);
    assert!(browser.get(&office.at(ana, "/files")).await.status.is_redirection());
    assert_eq!(browser.get("/staff/clients").await.leads_to().as_deref(), Some("/staff/sign-in"));
}

#[tokio::test]
async fn l19_signing_in_again_gives_a_new_session_and_ends_the_old_one() {
    let office = Office::open().await;
    let ana = &office.world.ana;
    let mut browser = office.sign_in(ana).await;
    let old = browser.cookies[SESSION].clone();
    let mut kept = browser.clone();
    kept.get(&office.at(ana, "")).await.ok();
    let held = browser.cookies.remove(SESSION).unwrap();
    office.ask(&mut browser, ana.firm, &ana.email).await;
    browser.cookies.insert(SESSION.to_owned(), held);
    let code = code(&office.mail(&ana.email).await);
    let page = format!("/p/{}/code", ana.firm);
    let form = browser.get(&page).await.ok();
    browser.submit(&form, &page, &[("code", &code)]).await;
    assert_ne!(browser.cookies[SESSION], old);
    browser.get(&office.at(ana, "")).await.ok();
    assert!(kept.get(&office.at(ana, "")).await.status.is_redirection());
}

#[tokio::test]
async fn l21_signing_out_works_at_once_by_every_read_path() {
    let office = Office::open().await;
    let (world, ana) = (&office.world, &office.world.ana);
    let name = portal_core::values::FileName::new("a.pdf").unwrap();
    let receipt = world.owner.files(world.acme.id).upload(world.acme.client_uploads, name, "%PDF-1.7");
    let receipt = receipt.await.unwrap();
    let document = format!("/documents/{}", receipt.document);
    let shown = format!("/files/{}", receipt.document);
    let paths =
        [String::new(), "/files".to_owned(), shown, format!("{document}/download"), format!("{document}/pages/1")];
    let mut browser = office.sign_in(ana).await;
    let mut thief = browser.clone();
    for path in &paths {
        thief.get(&office.at(ana, path)).await.ok();
    }
    let page = browser.get(&office.at(ana, "/settings")).await.ok();
    let out = browser.submit(&page, &format!("/p/{}/sign-out", ana.firm), &[]).await;
    browser.follow(out).await.ok().shows("You signed out");
    assert!(!browser.cookies.contains_key(SESSION));
    for path in &paths {
        // Whoever kept the cookie is told to sign in, and loses it.
        let refused = thief.clone().get(&office.at(ana, path)).await;
        assert!(refused.status.is_redirection(), "{path}: {}", refused.status);
    }
}

#[tokio::test]
async fn l21_access_taken_away_works_on_the_next_request() {
    let office = Office::open().await;
    let (world, ana) = (&office.world, &office.world.ana);
    let mut browser = office.sign_in(ana).await;
    browser.get(&office.at(ana, "/files")).await.ok();
    world.owner.contacts(world.acme.id).set_portal_access(ana.contact, false).await.unwrap();
    let refused = browser.get(&office.at(ana, "/files")).await;
    assert!(refused.status == 404 || refused.status.is_redirection(), "{}", refused.status);
}

#[tokio::test]
async fn l21_a_device_is_signed_out_from_the_list_of_sessions() {
    let office = Office::open().await;
    let ana = &office.world.ana;
    let (mut here, mut lost) = (office.sign_in(ana).await, office.sign_in(ana).await);
    lost.get(&office.at(ana, "")).await.ok();
    let settings = here.get(&office.at(ana, "/settings")).await.ok().shows("Firefox on Windows");
    let ended = here.submit(&settings, &office.at(ana, "/sessions/end-others"), &[]).await;
    here.follow(ended).await.ok().shows("signed out everywhere else");
    assert!(lost.get(&office.at(ana, "")).await.status.is_redirection());
}

#[tokio::test]
async fn l22_every_cookie_is_bound_to_the_host() {
    let office = Office::open().await;
    let ana = &office.world.ana;
    let mut browser = office.browser();
    let page = format!("/p/{}", ana.firm);
    let mut seen = Vec::new();
    let form = browser.get(&page).await.ok();
    seen.push(form.clone());
    seen.push(browser.submit(&form, &page, &[("email", ana.email.as_str())]).await);
    let code = code(&office.mail(&ana.email).await);
    let form = browser.get(&format!("{page}/code")).await.ok();
    seen.push(browser.submit(&form, &format!("{page}/code"), &[("code", &code)]).await);
    let settings = browser.get(&office.at(ana, "/settings")).await.ok();
    seen.push(browser.submit(&settings, &format!("{page}/sign-out"), &[]).await);
    let (me, address) = (office.world.owner.me().await.unwrap().id, email("olivia@sign-in.test"));
    let password = Password::typed(PASSWORD);
    office.server.staff_login().add(office.world.firm, me, address, &password).await.unwrap();
    let mut staff = office.browser();
    let form = staff.get("/staff/sign-in").await.ok();
    let typed = [("email", "olivia@sign-in.test"), ("password", PASSWORD)];
    let entered = staff.submit(&form, "/staff/sign-in", &typed).await;
    assert!(entered.headers.contains_key("set-cookie"), "{}", entered.text());
    let clients = staff.get("/staff/clients").await.ok();
    seen.extend([form, entered, staff.submit(&clients, "/staff/sign-out", &[]).await]);
    let mut cookies = 0;
    for answer in &seen {
        for cookie in answer.headers.get_all("set-cookie") {
            let cookie = cookie.to_str().unwrap();
            cookies += 1;
            assert!(cookie.starts_with("__Host-"), "{cookie}");
            for attribute in ["; Path=/", "; Secure", "; HttpOnly", "; SameSite=Lax"] {
                assert!(cookie.contains(attribute), "{cookie}");
            }
            assert!(!cookie.contains("Domain"), "{cookie}");
        }
    }
    assert!(cookies >= 9, "{cookies} cookies were seen");
}

#[tokio::test]
async fn l22_another_name_for_this_machine_leads_to_the_one_that_is_meant() {
    let office = Office::open().await;
    let mut browser = office.browser();
    let port = office.address.port();
    let stream = tokio::net::TcpStream::connect(office.address).await.unwrap();
    for (host, answer) in [("localhost", "303"), ("evil.test", "303")] {
        let request = format!("GET /staff/sign-in HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n");
        let mut stream = tokio::net::TcpStream::connect(office.address).await.unwrap();
        tokio::io::AsyncWriteExt::write_all(&mut stream, request.as_bytes()).await.unwrap();
        let mut text = String::new();
        tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut text).await.unwrap();
        assert!(text.starts_with(&format!("HTTP/1.1 {answer}")), "{text}");
        assert!(text.contains(&format!("location: http://{}/staff/sign-in", office.address)), "{text}");
    }
    drop(stream);
    browser.get("/staff/sign-in").await.ok();
}

#[tokio::test]
async fn l03_link_and_code_are_worth_nothing_after_ten_minutes() {
    let office = Office::open().await;
    let (mut browser, link) = asked(&office).await;
    let code = code(&office.mail(&office.world.ana.email).await);
    office.world.clock.advance(std::time::Duration::from_secs(10 * 60));
    assert_eq!(browser.get(&link).await.status, 410);
    let page = format!("/p/{}/code", office.world.firm);
    let shown = browser.get(&page).await.ok().shows("has run out");
    // The page has no form any more; whoever kept one is refused.
    let token = browser.get("/staff/sign-in").await.ok().token();
    let refused = browser.post(&page, &[("_csrf", &token), ("code", &code)]).await;
    assert_eq!(refused.status, 422);
    assert!(!shown.text().contains("name=\"code\""));
    assert!(!browser.cookies.contains_key(SESSION));
}

#[tokio::test]
async fn l20_a_session_ends_when_it_was_not_used_and_leads_to_sign_in() {
    let office = Office::open().await;
    let ana = &office.world.ana;
    let mut browser = office.sign_in(ana).await;
    browser.get(&office.at(ana, "/files")).await.ok();
    office.world.clock.advance(portal_core::identity::SESSION_IDLE);
    let over = browser.get(&office.at(ana, "/files")).await;
    assert_eq!(over.leads_to(), Some(format!("/p/{}", ana.firm)));
    browser.follow(over).await.ok().shows("Sign in to see what was shared with you");
    assert!(!browser.cookies.contains_key(SESSION));
    // Signed in again, one is where one wanted to be.
    let form = browser.get(&format!("/p/{}", ana.firm)).await.ok();
    browser.submit(&form, &format!("/p/{}", ana.firm), &[("email", ana.email.as_str())]).await;
    let code = code(&office.mail(&ana.email).await);
    let page = format!("/p/{}/code", ana.firm);
    let form = browser.get(&page).await.ok();
    let entered = browser.submit(&form, &page, &[("code", &code)]).await;
    assert_eq!(entered.leads_to(), Some(office.at(ana, "/files")));
}

#[tokio::test]
async fn a_forged_or_foreign_token_is_no_session() {
    let office = Office::open().await;
    let world = &office.world;
    let good = office.sign_in(&world.ana).await.cookies[SESSION].clone();
    let eve = office.sign_in(&world.eve).await.cookies[SESSION].clone();
    let swapped = format!("{}{}", &eve[..43], &good[43..]);
    let turned: String = good.chars().rev().collect();
    for forged in [&good[1..], &turned, &swapped, "", "AAAA", &eve, &format!("{good}A")] {
        let mut browser = office.browser();
        browser.cookies.insert(SESSION.to_owned(), forged.to_owned());
        let page = browser.get(&office.at(&world.ana, "/files")).await;
        assert!(
            page.status == 404 || page.leads_to() == Some(format!("/p/{}", world.firm)),
            "{forged}: {}",
            page.status
        );
    }
}

#[tokio::test]
async fn l10_nobody_is_locked_out_by_somebody_else_asking_for_them() {
    let office = Office::open_with(|_, options| options.proxies = 1).await;
    let ana = &office.world.ana;
    let page = format!("/p/{}", ana.firm);
    let from = hyper::header::HeaderName::from_static("x-forwarded-for");
    let ask = async |source: &str| {
        let mut browser = office.browser();
        let form = browser.get(&page).await.ok();
        let fields = [("_csrf", form.token()), ("email", ana.email.to_string())];
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let headers = [(hyper::header::CONTENT_TYPE, "application/x-www-form-urlencoded"), (from.clone(), source)];
        browser.send(hyper::Method::POST, &page, &headers, body.into()).await;
        office.work().await;
        office.world.mailer.delivered_to(&ana.email).len()
    };
    let mut mails = 0;
    for _ in 0..50 {
        mails = ask("203.0.113.66").await;
    }
    assert!(mails < 20, "{mails} mails were sent for one source");
    assert_eq!(ask("198.51.100.1").await, mails + 1, "she asks from home");
}
