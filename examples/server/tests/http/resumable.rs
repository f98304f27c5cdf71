//! Files that a script sends part by part: they go on where they broke off, and are whole in the end.

use bytes::Bytes;
use hyper::header::{self, HeaderName};
use hyper::{Method, StatusCode};
use portal_core::ports::PART_BYTES;
use portal_core::values::{Digest, PageRequest};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::browser::{Browser, Page, announced, part};
use super::office::Office;

struct Sender {
    office: Office,
    ana: Browser,
    token: String,
    /// Where files are announced.
    folder: String,
}

async fn sender() -> Sender {
    let office = Office::open().await;
    let folder = office.at(&office.world.ana, &format!("/files/{}", office.world.acme.client_uploads));
    let mut ana = office.sign_in(&office.world.ana).await;
    let token = ana.get(&folder).await.ok().token();
    Sender { office, ana, token, folder }
}

fn length(text: &str) -> (HeaderName, &str) {
    (HeaderName::from_static("upload-length"), text)
}

fn offset(page: &Page) -> u64 {
    page.header("upload-offset").parse().unwrap()
}

impl Sender {
    async fn announce(&mut self, size: usize) -> String {
        let size = size.to_string();
        let mut headers = announced(&self.token);
        headers[2] = length(&size);
        let answer = self.ana.send(Method::POST, &format!("{}/uploads", self.folder), &headers, Bytes::new()).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
        assert_eq!((answer.header("tus-resumable"), offset(&answer)), ("1.0.0", 0));
        answer.header(header::LOCATION).to_owned()
    }

    async fn send(&mut self, place: &str, from: u64, bytes: Bytes) -> Page {
        let from = from.to_string();
        let headers = part(&self.token, &from);
        self.ana.send(Method::PATCH, place, &headers, bytes).await
    }

    async fn came(&mut self, place: &str) -> u64 {
        let answer = self.ana.send(Method::HEAD, place, &[], Bytes::new()).await;
        assert_eq!((answer.status, answer.header(header::CACHE_CONTROL)), (StatusCode::OK, "no-store"));
        offset(&answer)
    }

    async fn names(&self) -> Vec<String> {
        let world = &self.office.world;
        let files = world.owner.files(world.acme.id);
        let listing = files.list(Some(world.acme.client_uploads), &PageRequest::default()).await.unwrap();
        listing.entries.items.into_iter().map(|entry| entry.name.to_string()).collect()
    }
}

fn receipt(page: &Page) -> Value {
    let answer: Value = serde_json::from_slice(&page.body).unwrap_or_else(|_| panic!("no JSON: {}", page.text()));
    answer["receipt"].clone()
}

#[tokio::test]
async fn a_file_goes_on_where_the_line_broke_and_is_whole() {
    let mut sender = sender().await;
    let whole: Bytes = (0..=250_u8).cycle().take(PART_BYTES + 300_000).collect::<Vec<u8>>().into();
    let place = sender.announce(whole.len()).await;
    // The line breaks in the middle of a request that says it has all of it.
    let cut = PART_BYTES + 100_000;
    let mut line = TcpStream::connect(sender.ana.address).await.unwrap();
    let cookies: Vec<String> = sender.ana.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (address, cookies) = (sender.ana.address, cookies.join("; "));
    let head = format!(
        "PATCH {place} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookies}\r\n\
         X-Form-Token: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 0\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n",
        sender.token,
        whole.len()
    );
    line.write_all(head.as_bytes()).await.unwrap();
    line.write_all(&whole[..cut]).await.unwrap();
    line.flush().await.unwrap();
    drop(line);
    // What came is noted a moment after the line broke.
    let mut came = 0;
    for _ in 0..600 {
        came = sender.came(&place).await;
        if came > 0 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!(came >= PART_BYTES as u64 && came <= cut as u64, "{came} of {cut} bytes are kept");
    let shown = sender.ana.get(&sender.folder.clone()).await.ok();
    assert!(shown.text().contains("Not finished yet") && shown.text().contains("new.pdf"), "{}", shown.text());
    let from = usize::try_from(came).unwrap();
    let wrong = sender.send(&place, came + 1, whole.slice(from + 1..)).await;
    assert_eq!(wrong.status, StatusCode::CONFLICT);
    let answer = sender.send(&place, came, whole.slice(from..)).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.text());
    let told = receipt(&answer);
    assert_eq!((&told["name"], &told["size_bytes"]), (&"new.pdf".into(), &(whole.len() as u64).into()));
    assert_eq!(told["sha256"], Digest::of(&whole).to_string());
    // The answer to the last bytes may be lost: asking again gets the same receipt, and makes nothing.
    let again = sender.send(&place, whole.len() as u64, Bytes::new()).await;
    assert_eq!(receipt(&again), told);
    assert_eq!(sender.names().await, ["new.pdf"]);
    let over = sender.ana.send(Method::HEAD, &place, &[], Bytes::new()).await;
    assert_eq!(over.status, StatusCode::NOT_FOUND);
    sender.ana.get(&sender.folder.clone()).await.ok().hides("Not finished yet");
}

#[tokio::test]
async fn what_is_given_up_is_gone() {
    let mut sender = sender().await;
    let place = sender.announce(5).await;
    assert_eq!(sender.send(&place, 0, "ab".into()).await.status, StatusCode::NO_CONTENT);
    assert_eq!(sender.came(&place).await, 2);
    let headers = announced(&sender.token);
    let answer = sender.ana.send(Method::DELETE, &place, &headers, Bytes::new()).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT);
    assert_eq!(sender.send(&place, 2, "cde".into()).await.status, StatusCode::NOT_FOUND);
    // Without scripts there is a button.
    let place = sender.announce(5).await;
    let page = sender.ana.get(&sender.folder.clone()).await.ok().shows("0 bytes of 5 bytes arrived");
    let back = sender.ana.submit(&page, &format!("{place}/discard"), &[]).await;
    let page = sender.ana.follow(back).await.ok().shows("is discarded").hides("Not finished yet");
    drop(page);
    assert!(sender.names().await.is_empty());
}

#[tokio::test]
async fn beginning_twice_under_one_key_begins_once_and_bytes_without_scripts_words_are_answered_without_any() {
    let mut sender = sender().await;
    let key = (HeaderName::from_static("idempotency-key"), "4f6c");
    let headers: Vec<_> = announced(&sender.token).into_iter().chain([key]).collect();
    let (path, mut places) = (format!("{}/uploads", sender.folder), Vec::new());
    for _ in 0..2 {
        let answer = sender.ana.send(Method::POST, &path, &headers, Bytes::new()).await;
        places.push(answer.header(header::LOCATION).to_owned());
    }
    assert_eq!(places[0], places[1]);
    let headers: Vec<_> = part(&sender.token, "0").into_iter().take(4).collect();
    let answer = sender.ana.send(Method::PATCH, &places[0], &headers, "bytes".into()).await;
    assert_eq!((answer.status, answer.text().as_str()), (StatusCode::NO_CONTENT, ""));
    assert_eq!(answer.header("upload-offset"), "5");
    assert_eq!(sender.names().await, ["new.pdf"]);
}

#[tokio::test]
async fn what_is_not_spoken_as_tus_says_is_refused_and_nothing_is_kept() {
    let mut sender = sender().await;
    let place = sender.announce(5).await;
    let token = sender.token.clone();
    let (announce, send) = (announced(&token), part(&token, "0"));
    let uploads = format!("{}/uploads", sender.folder);
    let without = |headers: &[(HeaderName, &str)], name: &str| -> Vec<(HeaderName, String)> {
        headers.iter().filter(|(key, _)| key != name).map(|(key, value)| (key.clone(), (*value).to_owned())).collect()
    };
    for (method, path, headers, lacking, status) in [
        (Method::POST, &uploads, &announce[..], "tus-resumable", 412),
        (Method::POST, &uploads, &announce[..], "upload-length", 400),
        (Method::POST, &uploads, &announce[..], "upload-metadata", 400),
        (Method::POST, &uploads, &announce[..], "x-form-token", 403),
        (Method::PATCH, &place, &send[..], "tus-resumable", 412),
        (Method::PATCH, &place, &send[..], "upload-offset", 400),
        (Method::PATCH, &place, &send[..], "content-type", 400),
        (Method::PATCH, &place, &send[..], "x-form-token", 403),
    ] {
        let headers = without(headers, lacking);
        let headers: Vec<(HeaderName, &str)> =
            headers.iter().map(|(key, value)| (key.clone(), value.as_str())).collect();
        let answer = sender.ana.send(method.clone(), path, &headers, "bytes".into()).await;
        assert_eq!(answer.status.as_u16(), status, "{method} without {lacking}: {}", answer.text());
    }
    assert_eq!(sender.came(&place).await, 0);
    let more = sender.send(&place, 0, "more than five".into()).await;
    assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(more.text().contains("announced"), "{}", more.text());
    assert_eq!(sender.came(&place).await, 0);
    assert!(sender.names().await.is_empty());
}

#[tokio::test]
async fn what_is_answered_while_the_rest_still_comes_is_read() {
    let mut sender = sender().await;
    let place = sender.announce(5).await;
    let mut line = TcpStream::connect(sender.ana.address).await.unwrap();
    let cookies: Vec<String> = sender.ana.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let (address, cookies) = (sender.ana.address, cookies.join("; "));
    let head = format!(
        "PATCH {place} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nCookie: {cookies}\r\n\
         X-Form-Token: {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 3\r\n\
         Content-Type: application/offset+octet-stream\r\nContent-Length: 1000000\r\n\r\n",
        sender.token
    );
    line.write_all(head.as_bytes()).await.unwrap();
    let mut answer = [0; 12];
    line.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"HTTP/1.1 409");
}
