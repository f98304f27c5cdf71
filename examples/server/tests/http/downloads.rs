//! Downloads: attachments that never run, and parts of them.

use hyper::header;
use portal_core::sharing::Access;
use portal_core::values::{DocumentId, FileName};

use super::browser::Browser;
use super::office::Office;

const BYTES: &[u8] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// Ana, signed in, with a document of this name shared with her; and the path of its download.
async fn shared(office: &Office, name: &str) -> (Browser, String) {
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    let upload = files.upload(world.acme.client_uploads, FileName::new(name).unwrap(), BYTES);
    let receipt = upload.declared_type(portal_core::files::MediaType::new("text/html")).await.unwrap();
    let path = office.at(&world.ana, &format!("/documents/{}/download", receipt.document));
    (office.sign_in(&world.ana).await, path)
}

#[tokio::test]
async fn l25_what_is_downloaded_never_runs() {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    for (name, kind) in [
        ("evil.svg", "application/octet-stream"),
        ("evil.html", "application/octet-stream"),
        ("evil.xml", "application/octet-stream"),
        ("return.pdf", "application/pdf"),
        ("no extension", "application/octet-stream"),
    ] {
        let (mut ana, path) = shared(&office, name).await;
        let document = path.trim_end_matches("/download").rsplit('/').next().unwrap().to_owned();
        let staff_path = format!("/staff/clients/{}/documents/{document}/download", office.world.acme.id);
        for answer in [ana.get(&path).await.ok(), olivia.get(&staff_path).await.ok()] {
            assert_eq!(answer.header(header::CONTENT_TYPE), kind, "the declared type is not served");
            assert!(answer.header(header::CONTENT_DISPOSITION).starts_with("attachment;"));
            assert!(answer.header(header::CONTENT_SECURITY_POLICY).starts_with("sandbox;"));
            assert_eq!(answer.header(header::X_CONTENT_TYPE_OPTIONS), "nosniff");
            assert_eq!(answer.header(header::CACHE_CONTROL), "no-store");
            assert_eq!(answer.body, BYTES);
        }
    }
}

#[tokio::test]
async fn l26_a_dangerous_name_is_inert_in_the_header() {
    let office = Office::open().await;
    let (mut ana, path) = shared(&office, "../..\\x\"; filename=\"evil.exe\u{202e}fdp.确.pdf").await;
    let answer = ana.get(&path).await.ok();
    let line = answer.header(header::CONTENT_DISPOSITION);
    assert_eq!(line.matches('"').count(), 2, "{line}");
    assert!(line.contains("filename*=UTF-8''") && line.contains("%E7%A1%AE"), "{line}");
    assert!(!line.contains('/') && !line.contains("%2F") && !line.contains("%E2%80%AE"), "{line}");
}

#[tokio::test]
async fn a_download_comes_in_parts() {
    let office = Office::open().await;
    let (mut ana, path) = shared(&office, "a.pdf").await;
    let whole = ana.get(&path).await.ok();
    assert_eq!(whole.header(header::ACCEPT_RANGES), "bytes");
    let etag = whole.header(header::ETAG).to_owned();
    for (range, content_range, bytes) in [
        ("bytes=0-9", "bytes 0-9/36", &BYTES[..10]),
        ("bytes=30-", "bytes 30-35/36", &BYTES[30..]),
        ("bytes=-6", "bytes 30-35/36", &BYTES[30..]),
        ("bytes=30-1000", "bytes 30-35/36", &BYTES[30..]),
    ] {
        let part = ana.get_with(&path, &[(header::RANGE, range), (header::IF_RANGE, &etag)]).await;
        assert_eq!(part.status, 206, "{range}");
        assert_eq!(part.header(header::CONTENT_RANGE), content_range);
        assert_eq!(part.body, bytes);
    }
    let past = ana.get_with(&path, &[(header::RANGE, "bytes=36-")]).await;
    assert_eq!((past.status.as_u16(), past.header(header::CONTENT_RANGE)), (416, "bytes */36"));
    assert!(past.body.is_empty());
    let unchanged = ana.get_with(&path, &[(header::IF_NONE_MATCH, &etag)]).await;
    assert_eq!(unchanged.status, 304);
    let older = ana.get_with(&path, &[(header::RANGE, "bytes=0-9"), (header::IF_RANGE, "\"older\"")]).await;
    assert_eq!((older.status.as_u16(), older.body.len()), (200, 36));
}

#[tokio::test]
async fn an_empty_file_is_downloaded_as_one() {
    let office = Office::open().await;
    let world = &office.world;
    let upload = world.owner.files(world.acme.id).upload(world.tax, FileName::new("empty.txt").unwrap(), "");
    let document = upload.await.unwrap().document;
    let mut olivia = office.owner().await;
    let path = format!("/staff/clients/{}/documents/{document}/download", world.acme.id);
    let answer = olivia.get(&path).await.ok();
    assert_eq!(answer.header(header::CONTENT_LENGTH), "0");
}

#[tokio::test]
async fn an_earlier_version_can_be_downloaded_by_staff() {
    let office = Office::open().await;
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    let name = FileName::new("a.txt").unwrap();
    let first = files.upload(world.tax, name.clone(), "first").await.unwrap();
    files.add_version(first.document, name, "second").await.unwrap();
    let mut olivia = office.owner().await;
    let page = format!("/staff/clients/{}/documents/{}", world.acme.id, first.document);
    let shown = olivia.get(&page).await.ok();
    assert_eq!(olivia.get(&format!("{page}/download")).await.ok().body, "second");
    let older = shown.link(&format!("{page}/download?version={}", first.version), "");
    assert_eq!(olivia.get(&older).await.ok().body, "first");
}

#[tokio::test]
async fn l33_an_id_of_another_client_or_firm_is_answered_as_an_unknown_one() {
    let office = Office::open().await;
    let world = &office.world;
    let name = FileName::new("a.pdf").unwrap();
    let theirs =
        world.owner.files(world.bolt.id).upload(world.bolt.client_uploads, name.clone(), "%PDF").await.unwrap();
    let other = world.other_owner.files(world.delta.id).upload(world.delta.client_uploads, name, "%PDF").await.unwrap();
    let unknown = DocumentId::from_bits(77);
    let mut ana = office.sign_in(&world.ana).await;
    let mut olivia = office.owner().await;
    let text = |page: &super::browser::Page| {
        let nonce = page.text().split("nonce=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let text = page.text().replace(&nonce, "");
        let token = text.split("name=\"_csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        token.map(|token| text.replace(token, "")).unwrap_or(text)
    };
    for rest in ["/download", "/pages/1"] {
        // To each of them alike: a contact's page has the contact's frame, and the team's has the team's.
        let (mut answers, mut to_staff) = (std::collections::HashSet::new(), std::collections::HashSet::new());
        for document in [theirs.document, other.document, unknown] {
            let mine = ana.get(&office.at(&world.ana, &format!("/documents/{document}{rest}"))).await;
            assert_eq!(mine.status, 404);
            answers.insert(text(&mine));
            let staff = olivia.get(&format!("/staff/clients/{}/documents/{document}{rest}", world.acme.id)).await;
            assert_eq!(staff.status, 404);
            to_staff.insert(text(&staff));
        }
        assert_eq!((answers.len(), to_staff.len()), (1, 1));
    }
}

#[tokio::test]
async fn l25_a_folder_comes_as_one_attachment_that_never_runs() {
    let office = Office::open().await;
    let world = &office.world;
    world.upload(world.acme.id, world.tax, "<script>.html", "<script>alert(1)</script>").await.unwrap();
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let mut ana = office.sign_in(&world.ana).await;
    let path = office.at(&world.ana, &format!("/files/{}/zip", world.tax));
    let mut owner = office.owner().await;
    let theirs = format!("/staff/clients/{}/files/{}/zip", world.acme.id, world.tax);
    for page in [ana.get(&path).await, owner.get(&theirs).await] {
        assert_eq!((page.status.as_u16(), page.header(header::CONTENT_TYPE)), (200, "application/zip"));
        assert_eq!(
            page.header(header::CONTENT_DISPOSITION),
            "attachment; filename=\"2025 Tax.zip\"; filename*=UTF-8''2025%20Tax.zip"
        );
        assert!(page.header(header::CONTENT_SECURITY_POLICY).starts_with("sandbox"));
        assert!(page.body.starts_with(b"PK") && page.mentions("_script_.html"));
    }
}
