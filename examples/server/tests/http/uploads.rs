//! Uploads: streamed, refused clearly, and nothing kept of what broke off.

use std::ops::Range;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use hyper::header;
use portal_core::change::Write;
use portal_core::directory::FirmChange;
use portal_core::files::{self, MediaType};
use portal_core::ports::store::StoreError;
use portal_core::ports::{BlobError, BlobPage, BlobStore, BlobStream, BlobUpload, Clock as _, Part};
use portal_core::record::{Record, Whole};
use portal_core::testing::{Watch, WatchedBlobs, WatchedCall, WatchedStore};
use portal_core::values::{BlobKey, Cursor, FileName, PageRequest};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::browser::{Browser, Page, multipart};
use super::office::Office;

/// How long an answer may take that comes at once: machines are busy at times.
const PATIENCE: Duration = Duration::from_secs(60);

struct Uploader {
    office: Office,
    ana: Browser,
    page: Page,
    path: String,
}

/// Ana at her Client Uploads folder.
async fn uploader() -> Uploader {
    uploader_at(Office::open().await).await
}

async fn uploader_at(office: Office) -> Uploader {
    let folder = office.at(&office.world.ana, &format!("/files/{}", office.world.acme.client_uploads));
    let mut ana = office.sign_in(&office.world.ana).await;
    let page = ana.get(&folder).await.ok();
    Uploader { office, ana, page, path: format!("{folder}/upload") }
}

async fn names(office: &Office) -> Vec<String> {
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    let listing = files.list(Some(world.acme.client_uploads), &PageRequest::default()).await.unwrap();
    listing.entries.items.into_iter().map(|entry| entry.name.to_string()).collect()
}

fn json(page: &Page) -> Value {
    serde_json::from_slice(&page.body).unwrap_or_else(|_| panic!("no JSON: {}", page.text()))
}

#[tokio::test]
async fn a_script_gets_a_receipt_for_each_file() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let answer = ana.upload(&page, &path, &[("w2.pdf", b"%PDF-1.7")], true).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let receipt = &json(&answer)["receipt"];
    assert_eq!(receipt["name"], "w2.pdf");
    assert_eq!(receipt["size_bytes"], 8);
    assert_eq!(receipt["sha256"].as_str().unwrap().len(), 64);
    ana.get(receipt["href"].as_str().unwrap()).await.ok().shows("w2.pdf");
    assert_eq!(names(&office).await, ["w2.pdf"]);
}

#[tokio::test]
async fn several_files_of_a_plain_form_arrive_with_their_receipts() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let files: [(&str, &[u8]); 3] = [("a.pdf", b"1"), ("a.pdf", b"2"), ("b.pdf", b"3")];
    let sent = ana.upload(&page, &path, &files, false).await;
    ana.follow(sent).await.ok().shows("3 files were uploaded").shows("a (2).pdf").shows("SHA-256");
    assert_eq!(names(&office).await, ["a (2).pdf", "a.pdf", "b.pdf"]);
    ana.get(&office.at(&office.world.ana, "/receipts")).await.ok().shows("b.pdf");
}

#[tokio::test]
async fn odd_names_are_made_safe_or_refused() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let long = "x".repeat(10_000);
    for (name, status) in [("../../etc/passwd", 201), ("..", 422), (&long, 422), ("a\u{202e}fdp.exe", 201)] {
        let answer = ana.upload(&page, &path, &[(name, b"x")], true).await;
        assert_eq!(answer.status, status, "{name}: {}", answer.text());
        assert_eq!(json(&answer).get("problem").is_some(), status == 422);
    }
    let mut kept = names(&office).await;
    kept.sort();
    assert_eq!(kept, [".._.._etc_passwd", "afdp.exe"]);
}

#[tokio::test]
async fn a_file_larger_than_the_firm_takes_is_refused_and_nothing_of_it_kept() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let change = FirmChange { max_upload_bytes: Some(1000), ..FirmChange::default() };
    office.world.owner.settings().change(change).await.unwrap();
    let answer = ana.upload(&page, &path, &[("big.pdf", &[0; 4096])], true).await;
    assert_eq!(answer.status, 413);
    let text = json(&answer)["problem"]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("big.pdf") && text.contains("1 KB"), "{text}");
    let plain = ana.upload(&page, &path, &[("big.pdf", &[0; 4096]), ("small.pdf", b"x")], false).await;
    ana.follow(plain).await.ok().shows("was not uploaded");
    assert_eq!(names(&office).await, ["small.pdf"]);
}

#[tokio::test]
async fn a_plain_form_is_told_of_each_file_what_became_of_it_on_both_sides() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let change = FirmChange { max_upload_bytes: Some(1000), ..FirmChange::default() };
    office.world.owner.settings().change(change).await.unwrap();
    let (big, long) = ([0; 4096], "x".repeat(300));
    let files: [(&str, &[u8]); 5] =
        [("a.pdf", b"1"), ("big.pdf", &big), ("b.pdf", b"2"), ("huge.pdf", &big), (&long, b"3")];
    let told = |page: Page| {
        let page = page.ok().shows("2 files were uploaded, 3 files were not.");
        let page = page.shows("<b>big.pdf</b> was not uploaded. ").shows("<b>huge.pdf</b> was not uploaded. ");
        page.shows("its name is longer than 200 characters").shows("<b>a.pdf</b> arrived").shows("<b>b.pdf</b> arrived")
    };
    let sent = ana.upload(&page, &path, &files, false).await;
    let folder = sent.leads_to().unwrap();
    told(ana.follow(sent).await);
    ana.get(&folder).await.ok().hides("was not uploaded").hides("arrived");

    let mut olivia = office.owner().await;
    let (client, tax) = (office.world.acme.id, office.world.tax);
    let form = olivia.get(&format!("/staff/clients/{client}/files/{tax}")).await.ok();
    let sent = olivia.upload(&form, &format!("/staff/clients/{client}/files/{tax}/upload"), &files, false).await;
    told(olivia.follow(sent).await);
}

#[tokio::test]
async fn l32_who_may_only_look_uploads_nothing() {
    let office = Office::open().await;
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    files.share(world.tax, world.ana.audience(), portal_core::sharing::Access::View).await.unwrap();
    let mut ana = office.sign_in(&world.ana).await;
    let page = ana.get(&office.at(&world.ana, &format!("/files/{}", world.tax))).await.ok().hides("type=\"file\"");
    let path = office.at(&world.ana, &format!("/files/{}/upload", world.tax));
    let settings = ana.get(&office.at(&world.ana, "/settings")).await.ok();
    let answer = ana.upload(&settings, &path, &[("a.pdf", b"x")], true).await;
    assert_eq!(answer.status, 422, "{}", answer.text());
    let hidden = office.at(&world.ana, &format!("/files/{}/upload", world.internal));
    let answer = ana.upload(&settings, &hidden, &[("a.pdf", b"x")], true).await;
    assert_eq!(answer.status, 404, "{}", answer.text());
    let listing = files.list(Some(world.tax), &PageRequest::default()).await.unwrap();
    assert!(listing.entries.items.iter().all(|entry| entry.name.as_str() != "a.pdf"));
    drop(page);
}

#[tokio::test]
async fn a_form_whose_token_does_not_come_first_or_with_other_fields_is_refused() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let good = String::from_utf8(multipart(&page.token(), &[("a.pdf", b"x")])).unwrap();
    let parts: Vec<&str> = good.split("--edge").collect();
    let turned = format!("--edge{}--edge{}--edge--\r\n", parts[2], parts[1]);
    let other_field = good.replace("name=\"file\"", "name=\"folder\"");
    let no_name = good.replace("; filename=\"a.pdf\"", "");
    let kind = [(header::CONTENT_TYPE, "multipart/form-data; boundary=edge"), (header::ACCEPT, "application/json")];
    for (body, status) in [(turned, 403), (other_field, 400), (no_name, 400), ("nonsense".to_owned(), 400)] {
        let answer = ana.send(hyper::Method::POST, &path, &kind, body.into()).await;
        assert_eq!(answer.status, status, "{}", answer.text());
    }
    assert!(names(&office).await.is_empty());
}

/// The head of a request with an upload form of so many bytes.
fn head(office: &Office, browser: &Browser, path: &str, bytes: usize) -> String {
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!(
        "POST {path} HTTP/1.1\r\nHost: {0}\r\nOrigin: http://{0}\r\nCookie: {1}\r\n\
         Content-Type: multipart/form-data; boundary=edge\r\nContent-Length: {bytes}\r\n\r\n",
        office.address,
        cookies.join("; "),
    )
}

/// What is answered to the beginning of a form, of which the rest does not come.
async fn answer_to(office: &Office, browser: &Browser, path: &str, begins: &[u8]) -> String {
    let mut stream = TcpStream::connect(office.address).await.unwrap();
    stream.write_all(head(office, browser, path, 1 << 30).as_bytes()).await.unwrap();
    stream.write_all(begins).await.unwrap();
    let mut answer = Vec::new();
    let mut piece = [0; 1024];
    while !answer.windows(4).any(|window| window == b"\r\n\r\n") {
        let read = timeout(PATIENCE, stream.read(&mut piece)).await.unwrap_or(Ok(0)).unwrap();
        assert!(read > 0, "it is not answered");
        answer.extend_from_slice(&piece[..read]);
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn l28_a_part_whose_head_goes_on_and_on_is_refused() {
    let Uploader { office, ana, page, path } = uploader().await;
    let token = String::from_utf8(multipart(&page.token(), &[])).unwrap().replace("--edge--\r\n", "");
    let long = "a".repeat(40_000);
    for begins in [
        long.clone(),
        format!("--edge\r\nX: {long}"),
        format!("{token}--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{long}"),
    ] {
        let answer = answer_to(&office, &ana, &path, begins.as_bytes()).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    assert!(names(&office).await.is_empty());
}

#[tokio::test]
async fn what_arrived_before_a_form_was_refused_is_told() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let form = |name: &str| {
        let whole = String::from_utf8(multipart(&page.token(), &[(name, b"1"), ("b.pdf", b"2")])).unwrap();
        let (before, after) = whole.rsplit_once("name=\"file\"").unwrap();
        format!("{before}name=\"folder\"{after}")
    };
    let send = async |ana: &mut Browser, name, accept| {
        let kind = [(header::CONTENT_TYPE, "multipart/form-data; boundary=edge"), (header::ACCEPT, accept)];
        ana.send(hyper::Method::POST, &path, &kind, form(name).into()).await
    };
    let answer = send(&mut ana, "a.pdf", "application/json").await;
    assert_eq!(answer.status, 400);
    let problem = &json(&answer)["problem"];
    assert_eq!(problem["arrived"][0]["name"], "a.pdf");
    assert_eq!(problem["arrived"][0]["sha256"].as_str().unwrap().len(), 64);
    let plain = send(&mut ana, "c.pdf", "text/html").await;
    ana.follow(plain).await.ok().shows("could not be read").shows("c.pdf").shows("SHA-256");
    assert_eq!(names(&office).await, ["a.pdf", "c.pdf"]);
}

#[tokio::test]
async fn what_is_left_of_a_refused_file_is_read_past() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let change = FirmChange { max_upload_bytes: Some(1024), ..FirmChange::default() };
    office.world.owner.settings().change(change).await.unwrap();
    let files: [(&str, &[u8]); 4] =
        [("..", &[1; 300_000]), ("big.pdf", &[2; 300_000]), ("", &[3; 300_000]), ("small.pdf", b"x")];
    let sent = ana.upload(&page, &path, &files, false).await;
    ana.follow(sent).await.ok().shows("small.pdf");
    assert_eq!(names(&office).await, ["small.pdf"]);
}

/// What was begun: rows of uploads, and places for their bytes.
#[derive(Default)]
struct Begun(Mutex<Vec<&'static str>>);

#[async_trait::async_trait]
impl Watch for Begun {
    async fn after(&self, call: WatchedCall<'_>) -> Result<(), StoreError> {
        let row = |write: &Write<Whole>| matches!(write, Write::Create(Record::Files(files::Record::Upload(_))));
        match (call.name, call.changes) {
            ("begin", _) => self.0.lock().unwrap().push("a place for bytes"),
            (_, Some(changes)) if changes.writes.iter().any(row) => self.0.lock().unwrap().push("a row"),
            _ => {}
        }
        Ok(())
    }
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_nothing() {
    let begun = Arc::new(Begun::default());
    let watch = begun.clone();
    let office = Office::open_with(|ports, _| {
        ports.store = Arc::new(WatchedStore::new(ports.store.clone(), watch.clone()));
        ports.blobs = Arc::new(WatchedBlobs::new(ports.blobs.clone(), watch));
    })
    .await;
    let Uploader { office, mut ana, page, path } = uploader_at(office).await;
    let body = multipart(&page.token(), &[("cut.pdf", &[7; 200_000])]);
    let head = head(&office, &ana, &path, body.len());
    let mut stream = TcpStream::connect(office.address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&body[..100_000]).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 303 "), "{answer}");
    let header = |name: &str| answer.split("\r\n").find_map(|line| line.strip_prefix(name)).unwrap();
    let (said, value) = header("set-cookie: ").split(';').next().unwrap().split_once('=').unwrap();
    ana.cookies.insert(said.to_owned(), value.to_owned());
    let told = "“cut.pdf” was not uploaded. The connection broke off. Try once more.";
    ana.get(header("location: ")).await.ok().shows(told).hides("more were");
    assert!(names(&office).await.is_empty());
    assert_eq!(*begun.0.lock().unwrap(), ["a row", "a place for bytes"], "it had begun");
    let ports = &office.world.ports;
    // What began is swept once its time has come, and its bytes with it.
    office.world.clock.advance(Duration::from_secs(3 * 24 * 3600));
    office.work().await;
    office.world.clock.advance(Duration::from_secs(3 * 24 * 3600));
    office.work().await;
    let left = ports.blobs.list(None, 100).await.unwrap();
    assert!(left.blobs.is_empty(), "{left:?}");
    assert_eq!(ports.store.condemned(10).await.unwrap(), []);
    assert_eq!(ports.store.overdue_uploads(office.world.clock.now(), 10).await.unwrap(), []);
}

#[tokio::test]
async fn a_new_version_keeps_the_name_and_the_earlier_one() {
    let office = Office::open().await;
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    let name = portal_core::values::FileName::new("plan.pdf").unwrap();
    let document = files.upload(world.tax, name, "first").await.unwrap().document;
    let mut olivia = office.owner().await;
    let page = format!("/staff/clients/{}/documents/{document}", world.acme.id);
    let form = olivia.get(&format!("{page}/add-version")).await.ok();
    let sent = olivia.upload(&form, &format!("{page}/add-version"), &[("other name.pdf", b"second")], false).await;
    olivia.follow(sent).await.ok().shows("has a new version").shows("plan.pdf").shows("other name.pdf");
    let empty = olivia.upload(&form, &format!("{page}/add-version"), &[], false).await;
    assert_eq!(empty.status, 422);
    empty.shows("Choose a file first");
}

/// A disk that is full from the first byte on.
struct FullDisk(Arc<dyn BlobStore>);

#[async_trait::async_trait]
impl BlobStore for FullDisk {
    async fn begin(&self, key: BlobKey) -> Result<BlobUpload, BlobError> {
        self.0.begin(key).await
    }

    async fn put_part(&self, _: &BlobUpload, _: u32, _: Bytes) -> Result<Part, BlobError> {
        Err(BlobError::Full("no space left on device".into()))
    }

    async fn complete(&self, upload: &BlobUpload, parts: &[Part]) -> Result<(), BlobError> {
        self.0.complete(upload, parts).await
    }

    async fn abort(&self, upload: &BlobUpload) -> Result<(), BlobError> {
        self.0.abort(upload).await
    }

    async fn read(&self, key: BlobKey, range: Range<u64>) -> Result<BlobStream, BlobError> {
        self.0.read(key, range).await
    }

    async fn delete(&self, key: BlobKey) -> Result<(), BlobError> {
        self.0.delete(key).await
    }

    async fn list(&self, after: Option<&Cursor>, limit: usize) -> Result<BlobPage, BlobError> {
        self.0.list(after, limit).await
    }
}

#[tokio::test]
async fn a_full_disk_is_told_and_nothing_is_kept() {
    let office = Office::open_with(|ports, _| ports.blobs = Arc::new(FullDisk(ports.blobs.clone()))).await;
    let folder = office.at(&office.world.ana, &format!("/files/{}", office.world.acme.client_uploads));
    let mut ana = office.sign_in(&office.world.ana).await;
    let page = ana.get(&folder).await.ok();
    let answer = ana.upload(&page, &format!("{folder}/upload"), &[("a.pdf", b"x")], true).await;
    assert_eq!(answer.status, 507);
    assert!(json(&answer)["problem"]["text"].as_str().unwrap().contains("no room left"));
    let plain = ana.upload(&page, &format!("{folder}/upload"), &[("a.pdf", b"x")], false).await;
    ana.follow(plain).await.ok().shows("no room left");
    assert!(names(&office).await.is_empty());
}

#[tokio::test]
async fn sizes_uploader_and_date_stand_in_columns_of_their_own_in_decimal_units() {
    let Uploader { office, mut ana, page, path } = uploader().await;
    let sent = ana.upload(&page, &path, &[("scan.pdf", &vec![7; 20_000_000])], true).await;
    assert_eq!(sent.status, 201);
    let mine = ana.get(path.strip_suffix("/upload").unwrap()).await.ok();
    let mut olivia = office.owner().await;
    let acme = &office.world.acme;
    let theirs = olivia.get(&format!("/staff/clients/{}/files/{}", acme.id, acme.client_uploads)).await.ok();
    for (page, uploader) in [(mine, "You"), (theirs, "Ana")] {
        for column in ["Uploaded by", "Date", "Size"] {
            assert!(page.text().contains(&format!(">{column}<")), "{column}");
        }
        let cell = |label: &str| {
            let text = page.text();
            let (_, rest) = text.split_once(&format!("<td data-label=\"{label}\"")).unwrap();
            rest.split_once('>').unwrap().1.split("</td>").next().unwrap().to_owned()
        };
        assert_eq!(cell("Size"), "20 MB");
        assert_eq!(cell("Uploaded by"), uploader);
        assert!(cell("Date").starts_with("<time datetime="), "{}", cell("Date"));
    }
}

#[tokio::test]
async fn what_is_not_what_it_came_as_is_told_to_staff_and_never_served_as_anything_else() {
    let office = Office::open().await;
    let (world, mut olivia) = (&office.world, office.owner().await);
    let files = world.owner.files(world.acme.id);
    for (name, bytes, careful) in
        [("w2.pdf", &b"<!DOCTYPE html><html><script>alert(1)</script>"[..], true), ("w3.pdf", b"%PDF-1.7 fine", false)]
    {
        let upload = files.upload(world.tax, FileName::new(name).unwrap(), bytes.to_vec());
        let document = upload.declared_type(MediaType::new("application/pdf")).await.unwrap().document;
        let page = olivia.get(&format!("/staff/clients/{}/documents/{document}", world.acme.id)).await.ok();
        assert_eq!(page.mentions("came as application/pdf, and its content is text/html"), careful, "{name}");
    }
}
