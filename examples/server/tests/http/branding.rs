//! The firm's logo and the lines under its mail, on the pages where they are set and where they are shown; and a test of its mail.

use hyper::header;
use portal_core::testing::png_head;
use portal_core::values::FirmId;

use super::office::Office;

/// Where the page's logo lies.
fn logo_on(page: &str) -> String {
    let (_, rest) = page.split_once("<img class=\"logo\" src=\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn a_logo_is_set_seen_on_every_page_removed_and_brought_back() {
    let office = Office::open().await;
    let mut browser = office.owner().await;
    let page = browser.get("/staff/settings").await.ok().shows("Your logo").hides("class=\"logo\"");
    let logo = png_head(400, 100);
    let answer = browser.upload(&page, "/staff/logo", &[("logo.svg", &logo)], false).await;
    assert_eq!(answer.status, 303, "{}", answer.text());
    let page = browser.get("/staff/settings").await.ok().shows("Your logo is on every page").shows("Remove the logo");
    let address = logo_on(&page.text());

    let mut stranger = office.browser();
    let access = stranger.get(&format!("/p/{}", office.world.firm)).await.ok();
    assert_eq!(logo_on(&access.text()).split('?').nth(1), address.split('?').nth(1));
    let shown = stranger.get(&address).await.ok();
    assert_eq!((shown.header(header::CONTENT_TYPE), shown.body.as_ref()), ("image/png", logo.as_slice()));
    assert!(shown.header(header::CACHE_CONTROL).contains("immutable"));
    assert!(shown.header(header::CONTENT_SECURITY_POLICY).contains("sandbox"));
    let other = stranger.get(&format!("{}?v=another", address.split('?').next().unwrap())).await.ok();
    assert_eq!(other.header(header::CACHE_CONTROL), "no-store");
    assert_eq!(stranger.get(&format!("/p/{}/logo", FirmId::from_bits(41))).await.status, 404);

    let answer = browser.submit(&page, "/staff/logo/remove", &[]).await;
    assert_eq!(answer.status, 303);
    let page = browser.get("/staff/settings").await.ok().shows("Undo").shows("Bring it back").hides("class=\"logo\"");
    assert_eq!(stranger.get(&address).await.status, 404);
    browser.submit(&page, "/staff/logo/restore", &[]).await;
    browser.get("/staff/settings").await.ok().shows("Your logo is back").shows("class=\"logo\"");
}

#[tokio::test]
async fn l28_what_is_no_logo_is_refused_beside_the_field_with_what_to_do() {
    let office = Office::open().await;
    let mut browser = office.owner().await;
    let page = browser.get("/staff/settings").await.ok();
    let mut large = png_head(100, 100);
    large.resize(300_000, 0);
    for (bytes, said) in [
        (b"<svg onload=alert(1)>".to_vec(), "neither a PNG nor a JPEG"),
        (large, "more than 200 KB"),
        (png_head(9_000, 100), "more than 2000 pixels"),
    ] {
        let answer = browser.upload(&page, "/staff/logo", &[("logo.png", &bytes)], false).await;
        assert_eq!(answer.status, 422);
        answer.shows(said).shows("aria-describedby=\"d-logo\" aria-invalid=\"true\"");
    }
    let answer = browser.upload(&page, "/staff/logo", &[], false).await;
    assert_eq!(answer.status, 422);
    answer.shows("Choose a file first.");
    browser.get("/staff/settings").await.ok().hides("class=\"logo\"");
}

#[tokio::test]
async fn the_lines_under_mail_are_kept_as_typed_and_refused_beside_the_field() {
    let office = Office::open().await;
    let mut browser = office.owner().await;
    let page = browser.get("/staff/settings").await.ok();
    let fields = |footer| {
        [
            ("name", "Miller"),
            ("color", "#1f5f5b"),
            ("max_upload_megabytes", "10"),
            ("time_zone", "Europe/Berlin"),
            ("digest_hour", "7"),
            ("mail_footer", footer),
        ]
    };
    let typed = "1 Main Street\r\nSpringfield";
    assert_eq!(browser.submit(&page, "/staff/settings", &fields(typed)).await.status, 303);
    browser.get("/staff/settings").await.ok().shows("1 Main Street\nSpringfield</textarea>");
    browser.get("/staff/mail").await.ok().shows("1 Main Street\nSpringfield");
    let many = "x\n".repeat(9);
    let refused = browser.submit(&page, "/staff/settings", &fields(&many)).await;
    assert_eq!(refused.status, 422);
    refused.shows("at most 8 lines").shows("aria-invalid");
    assert_eq!(browser.submit(&page, "/staff/settings", &fields("")).await.status, 303);
    assert_eq!(office.world.owner.firm().await.unwrap().settings.mail_footer, None);
}

#[tokio::test]
async fn staff_send_themselves_a_test_until_it_is_too_many() {
    let office = Office::open().await;
    let mut browser = office.owner().await;
    let looks = "/staff/mail?kind=sign-in&language=de";
    let page = browser.get(looks).await.ok().shows("Send me a test");
    let me = office.world.owner.me().await.unwrap();
    let test = [("kind", "sign-in"), ("language", "de")];
    let answer = browser.submit(&page, "/staff/mail/test", &test).await;
    assert_eq!(answer.leads_to().as_deref(), Some(looks));
    browser.get(looks).await.ok().shows(&format!("A test is on its way to {}.", me.email));
    office.work().await;
    assert!(office.mail(&me.email).await.subject.starts_with("Test: Anmeldung"));
    browser.get("/staff/deliveries").await.ok().shows("Test");
    browser.get("/staff/activity").await.ok().shows("sent themselves a test mail");
    for _ in 0..10 {
        let page = browser.get(looks).await.ok();
        assert_eq!(browser.submit(&page, "/staff/mail/test", &test).await.status, 303);
    }
    browser.get(looks).await.ok().shows("10 tests within an hour");
}
