//! Changes come from our own pages alone, and have the fields they should have.

use hyper::Method;
use hyper::header::{self, HeaderName};
use portal_server::routes::{Route, TABLE, Takes, Who};

use super::browser::{Browser, announced, multipart, part};
use super::office::Office;

/// A path of a route, with ids of things that are there.
fn filled(office: &Office, path: &str) -> String {
    let world = &office.world;
    let me = format!("{}", world.ana.contact);
    path.replace("{firm}", &world.firm.to_string())
        .replace("{contact}", &me)
        .replace("{client}", &world.acme.id.to_string())
        .replace("{folder}", &world.tax.to_string())
        .replace("{node}", &world.tax.to_string())
        .replace("{member}", "member_00000000000000000000000000000001")
        .replace("{document}", "document_00000000000000000000000000000001")
        .replace("{session}", "session_00000000000000000000000000000001")
        .replace("{message}", "message_00000000000000000000000000000001")
        .replace("{address}", "address_00000000000000000000000000000001")
        .replace("{attempt}", "attempt_00000000000000000000000000000001")
        .replace("{secret}", "secret")
        .replace("{page}", "1")
        .replace("{mail}", "1")
        .replace("{name}", "portal.css")
        .replace("{color}", "1f5f5b.css")
}

/// Somebody for whom the route is, with whatever they hold.
async fn right_browser(office: &Office, who: Who) -> (Browser, String) {
    match who {
        Who::Staff | Who::Administrator => (office.owner().await, "/staff/clients/new".to_owned()),
        Who::Contact | Who::SignedIn => {
            let browser = office.sign_in(&office.world.ana).await;
            (browser, office.at(&office.world.ana, "/settings"))
        }
        Who::Visitor => (office.browser(), format!("/p/{}", office.world.firm)),
        Who::Anybody | Who::Demo => (office.browser(), "/staff/sign-in".to_owned()),
    }
}

fn form(takes: Takes, token: &str) -> (&'static str, Vec<u8>) {
    match takes {
        Takes::Files => ("multipart/form-data; boundary=edge", multipart(token, &[("a.pdf", b"x")])),
        _ => ("application/x-www-form-urlencoded", format!("_csrf={token}").into_bytes()),
    }
}

/// Whether a route changes something and takes the token of a form for it; one-click unsubscribe carries its own in its path.
fn takes_a_token(route: &Route) -> bool {
    route.method != hyper::Method::GET && route.takes != Takes::OneClick
}

#[tokio::test]
async fn l23_every_change_without_a_token_or_a_good_origin_is_refused() {
    let office = Office::open().await;
    let ours = format!("http://{}", office.address);
    let site = HeaderName::from_static("sec-fetch-site");
    let mut tried = 0;
    for who in [Who::Anybody, Who::Demo, Who::Visitor, Who::SignedIn, Who::Contact, Who::Staff, Who::Administrator] {
        let (mut browser, page) = right_browser(&office, who).await;
        let (mut other, _) = right_browser(&office, who).await;
        let (token, token_of_other) = (browser.get(&page).await.ok().token(), other.get(&page).await.ok().token());
        browser.origin = None;
        for route in TABLE.iter().filter(|route| route.who == who && takes_a_token(route)) {
            let attacks: [(&str, Vec<(HeaderName, &str)>); 8] = [
                ("", vec![(header::ORIGIN, &ours)]),
                ("forged", vec![(header::ORIGIN, &ours)]),
                (&token_of_other, vec![(header::ORIGIN, &ours)]),
                (&token, vec![]),
                (&token, vec![(header::ORIGIN, "null")]),
                (&token, vec![(header::ORIGIN, "https://evil.test")]),
                (&token, vec![(header::ORIGIN, &ours), (site.clone(), "cross-site")]),
                (&token, vec![(site.clone(), "same-site")]),
            ];
            for (token, mut headers) in attacks {
                let body = match route.takes {
                    Takes::Headers | Takes::Bytes => {
                        headers.extend(announced(token));
                        headers.extend(part(token, "0").into_iter().skip(2));
                        b"bytes".to_vec()
                    }
                    takes => {
                        let (kind, body) = form(takes, token);
                        headers.push((header::CONTENT_TYPE, kind));
                        body
                    }
                };
                let path = filled(&office, route.path);
                let answer = browser.send(route.method.clone(), &path, &headers, body.into()).await;
                assert_eq!(answer.status, 403, "{route:?} with {token:?} {headers:?}");
            }
            tried += 1;
        }
    }
    assert_eq!(tried, TABLE.iter().filter(|route| takes_a_token(route)).count());
}

#[tokio::test]
async fn l23_a_token_is_worth_nothing_once_one_signed_in_as_somebody_else() {
    let office = Office::open().await;
    let mut browser = office.owner().await;
    let form = browser.get("/staff/clients/new").await.ok();
    let out = browser.get("/staff/clients").await.ok();
    browser.submit(&out, "/staff/sign-out", &[]).await;
    let admin = office.world.admin.me().await.unwrap();
    let mut other = office.staff(office.world.firm, admin.id).await;
    let refused = other.submit(&form, "/staff/clients", &[("name", "Sneaked in")]).await;
    assert_eq!(refused.status, 403);
}

#[tokio::test]
async fn l34_unknown_and_privileged_fields_are_refused() {
    let office = Office::open().await;
    let world = &office.world;
    let mut olivia = office.owner().await;
    let form = olivia.get("/staff/clients/new").await.ok();
    let rename = format!("/staff/clients/{}/rename", world.acme.id);
    for (path, fields) in [
        ("/staff/clients", &[("name", "New"), ("id", "client_1")][..]),
        ("/staff/clients", &[("name", "New"), ("name", "Twice")]),
        ("/staff/clients", &[]),
        (&rename, &[("name", "New"), ("firm", "firm_1")]),
        ("/staff/settings", &[("name", "x"), ("role", "owner")]),
        ("/staff/team", &[("name", "x"), ("email", "x@y.test"), ("role", "god"), ("password", "correct horse")]),
    ] {
        let refused = olivia.submit(&form, path, fields).await;
        assert_eq!(refused.status, 400, "{path} {fields:?}");
    }
    let asked = olivia.get("/staff/clients?q=a&owner=1").await;
    assert_eq!(asked.status, 400);
    assert_eq!(world.owner.clients().find(world.acme.id).await.unwrap().name.as_str(), "Acme");
}

#[tokio::test]
async fn a_form_of_another_kind_or_too_large_is_refused() {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    let token = olivia.get("/staff/clients/new").await.ok().token();
    let json = [(header::CONTENT_TYPE, "application/json")];
    let refused = olivia.send(Method::POST, "/staff/clients", &json, "{\"name\":\"x\"}".into()).await;
    assert_eq!(refused.status, 400);
    let kind = [(header::CONTENT_TYPE, "application/x-www-form-urlencoded")];
    let huge = format!("_csrf={token}&name={}", "x".repeat(300 * 1024));
    let refused = olivia.send(Method::POST, "/staff/clients", &kind, huge.into()).await;
    assert_eq!(refused.status, 413);
}

#[tokio::test]
async fn pressing_twice_makes_one_thing() {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    let form = olivia.get("/staff/clients/new").await.ok();
    let first = olivia.submit(&form, "/staff/clients", &[("name", "Zebra Ltd")]).await;
    let again = olivia.submit(&form, "/staff/clients", &[("name", "Zebra Ltd")]).await;
    assert_eq!(first.leads_to(), again.leads_to());
    // Another page is another wish.
    let form = olivia.get("/staff/clients/new").await.ok();
    let other = olivia.submit(&form, "/staff/clients", &[("name", "Zebra Ltd")]).await;
    assert_ne!(first.leads_to(), other.leads_to());
}

#[tokio::test]
async fn what_was_typed_stays_beside_what_was_wrong_with_it() {
    let office = Office::open().await;
    let world = &office.world;
    let mut olivia = office.owner().await;
    let new_contact = format!("/staff/clients/{}/contacts/new", world.acme.id);
    let form = olivia.get(&new_contact).await.ok();
    let refused = olivia.submit(&form, &new_contact, &[("name", "Zoë"), ("email", "zoe@@acme")]).await;
    assert_eq!(refused.status, 422);
    refused.shows("Zoë").shows("zoe@@acme").shows("name@example.com");
    let page = format!("/p/{}", world.firm);
    let mut browser = office.browser();
    let form = browser.get(&page).await.ok();
    for odd in ["", "ana", "ana@", "@acme.test", "a b@acme.test", "ana@acme.test\r\nBcc: x@y.test", &"x".repeat(10_000)]
    {
        let refused = browser.submit(&form, &page, &[("email", odd)]).await;
        assert_eq!(refused.status, 422, "{odd:?}");
    }
}

#[tokio::test]
async fn what_is_wrong_far_down_a_form_is_said_by_its_title_at_its_head_and_has_the_focus() {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    let page = olivia.get("/staff/settings").await.ok().hides("<title>Error").hides("aria-invalid");
    let fields = [
        ("name", "Harbor"),
        ("color", "#1f5f5b"),
        ("time_zone", "Europe/Nowhere"),
        ("digest_hour", "7"),
        ("max_upload_megabytes", "10"),
    ];
    let refused = olivia.submit(&page, "/staff/settings", &fields).await;
    assert_eq!(refused.status, 422);
    let refused = refused.shows("<title>Error: ").shows("data-wrong");
    let text = refused.text();
    let field = text.split("id=\"f-time_zone\"").nth(1).and_then(|rest| rest.split('>').next()).unwrap();
    assert!(field.contains("aria-invalid=\"true\" autofocus"), "{field}");
    assert_eq!(text.matches(" autofocus").count(), 1, "only what is wrong takes the focus");
}

#[tokio::test]
async fn a_quota_of_nothing_is_refused_beside_its_field() {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    let page = olivia.get("/staff/policies").await.ok();
    let usual = [("withdrawal", "never"), ("minutes", "15"), ("retention_days", "0")];
    for quota in ["contact_files", "contact_gigabytes", "firm_files", "firm_gigabytes"] {
        let fields: Vec<_> = usual.into_iter().chain([(quota, "0")]).collect();
        let refused = olivia.submit(&page, "/staff/policies", &fields).await;
        assert_eq!(refused.status, 422, "{quota}");
        refused.shows("Type a whole number of at least 1, or leave it empty for no end.");
    }
    let fields: Vec<_> = usual.into_iter().chain([("contact_files", "1")]).collect();
    assert_eq!(olivia.submit(&page, "/staff/policies", &fields).await.status, 303);
}
