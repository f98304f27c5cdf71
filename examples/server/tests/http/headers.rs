//! What every answer says to the browser.

use portal_core::values::FileName;
use portal_server::base_url::BaseUrl;

use super::office::Office;

#[tokio::test]
async fn l24_every_page_says_what_it_may_do() {
    let office = Office::open().await;
    let world = &office.world;
    let mut olivia = office.owner().await;
    let mut ana = office.sign_in(&world.ana).await;
    let mut nonces = std::collections::HashSet::new();
    for page in [
        olivia.get("/staff/clients").await.ok(),
        olivia.get(&format!("/staff/clients/{}/files", world.acme.id)).await.ok(),
        ana.get(&office.at(&world.ana, "")).await.ok(),
        ana.get("/nothing/here").await,
        ana.get("/staff/sign-in").await.ok(),
        ana.post("/staff/sign-in", &[]).await,
    ] {
        let policy = page.header("content-security-policy").to_owned();
        for part in ["default-src 'none'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
            assert!(policy.contains(part), "{policy}");
        }
        let nonce = policy.split("script-src 'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 22, "128 bits: {nonce}");
        for tag in
            page.text().split('<').filter(|tag| tag.starts_with("script") || tag.starts_with("link rel=\"stylesheet"))
        {
            assert!(tag.contains(&format!("nonce=\"{nonce}\"")), "{tag}");
        }
        assert!(nonces.insert(nonce), "a nonce came twice");
        assert_eq!(page.header("x-content-type-options"), "nosniff");
        assert_eq!(page.header("cache-control"), "no-store");
        assert_eq!(page.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(page.header("referrer-policy"), "same-origin");
        assert_eq!(page.header("strict-transport-security"), "", "this is no https");
        assert_eq!(page.header("x-request-id").len(), 16);
    }
}

#[tokio::test]
async fn l24_over_https_a_browser_is_told_to_insist_on_it() {
    let office =
        Office::open_with(|_, options| options.base_url = BaseUrl::new("https://portal.miller.test").unwrap()).await;
    let page = office.browser().get("/staff/sign-in").await.ok();
    assert!(page.header("strict-transport-security").starts_with("max-age=31536000"));
}

#[tokio::test]
async fn what_is_the_programs_own_may_be_kept_and_nothing_else() {
    let office = Office::open().await;
    let mut browser = office.browser();
    let page = browser.get("/staff/sign-in").await.ok();
    let sheet = browser.get(&page.link("/assets/portal.css", "")).await.ok();
    assert!(sheet.header("cache-control").contains("immutable"));
    assert_eq!(sheet.header("content-type"), "text/css; charset=utf-8");
    let theme = browser.get("/theme/1f5f5b.css").await.ok();
    assert!(theme.text().contains("--accent"));
    for missing in ["/assets/../Cargo.toml", "/assets/%2e%2e%2fCargo.toml", "/theme/red.css", "/theme/1f5f5b;}.css"] {
        assert_eq!(browser.get(missing).await.status, 404, "{missing}");
    }
}

#[tokio::test]
async fn an_error_is_a_page_that_tells_nothing_of_the_inside() {
    let office = Office::open().await;
    let mut browser = office.browser();
    let missing = browser.get("/nothing").await;
    assert_eq!(missing.status, 404);
    missing.shows("There is nothing here");
    let wrong_way = browser.send(hyper::Method::PUT, "/staff/clients", &[], bytes::Bytes::new()).await;
    assert_eq!(wrong_way.status, 405);
    let broken = browser.get("/staff/sign-in?%ff").await;
    assert_eq!(broken.status, 400);
    broken.shows("did not arrive as expected");
    assert_eq!(browser.get("/healthz").await.ok().text(), "ok\n");
}

#[tokio::test]
async fn names_from_outside_are_text_on_every_page() {
    let office = Office::open().await;
    let world = &office.world;
    let name = FileName::new("<script>alert(1)</script>\"'.pdf").unwrap();
    let files = world.owner.files(world.acme.id);
    let receipt = files.upload(world.acme.client_uploads, name, "%PDF-1.7").await.unwrap();
    let mut olivia = office.owner().await;
    let mut ana = office.sign_in(&world.ana).await;
    let client = format!("/staff/clients/{}", world.acme.id);
    for page in [
        olivia.get(&format!("{client}/files/{}", world.acme.client_uploads)).await.ok(),
        olivia.get(&format!("{client}/documents/{}", receipt.document)).await.ok(),
        olivia.get(&format!("{client}/activity")).await.ok(),
        olivia.get(&format!("{client}/nodes/{}/rename", receipt.document)).await.ok(),
        ana.get(&office.at(&world.ana, &format!("/files/{}", world.acme.client_uploads))).await.ok(),
        ana.get(&office.at(&world.ana, &format!("/files/{}", receipt.document))).await.ok(),
    ] {
        page.hides("<script>alert").shows("alert(1)");
    }
}
