//! A list of clients brought in by hand: looked at before, brought in, and sent again.

use portal_core::ports::store::ClientQuery;
use portal_core::values::{ClientRef, ExternalId, PageRequest};

use super::browser::{Browser, Page};
use super::office::Office;

const LOOK: &str = "/staff/clients/import";
const RUN: &str = "/staff/clients/import/run";
const HEAD: &str = "Client ID;Client name;Contact ID;Contact name;Email;Mobile phone;Notes";

/// The owner before the page that takes a list.
async fn at_import() -> (Office, Browser, Page) {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    let page = olivia.get(LOOK).await.ok().shows("Sample file");
    (office, olivia, page)
}

/// A form as a browser sends it: its token, and each field; one called `file` as a chosen file or as text.
async fn send(browser: &mut Browser, page: &Page, path: &str, fields: &[(&str, &[u8])]) -> Page {
    let mut body = Vec::new();
    let token = page.token();
    for (name, bytes) in [("_csrf", token.as_bytes())].iter().chain(fields) {
        body.extend_from_slice(format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes());
        body.extend_from_slice(bytes);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--edge--\r\n");
    let kind = [(hyper::header::CONTENT_TYPE, "multipart/form-data; boundary=edge")];
    browser.send(hyper::Method::POST, path, &kind, body.into()).await
}

/// The list that a page carries along.
fn carried(page: &Page) -> String {
    let text = page.text();
    let (_, rest) = text.split_once("name=\"file\" value=\"").unwrap_or_else(|| panic!("no list on {text}"));
    rest.split('"').next().unwrap().replace("&#34;", "\"").replace("&#38;", "&").replace("&#39;", "'")
}

fn id(text: &str) -> ExternalId {
    ExternalId::new(text).unwrap()
}

async fn clients(office: &Office) -> usize {
    let all = PageRequest::first(PageRequest::MAX_LIMIT);
    office.world.owner.clients().list(&ClientQuery::default(), &all).await.unwrap().items.len()
}

#[tokio::test]
async fn a_list_is_looked_at_brought_in_and_changes_nothing_when_it_is_sent_again() {
    let (office, mut olivia, page) = at_import().await;
    let list = format!(
        "\u{feff}{HEAD}\r\nC1;Oak & Sons \"Ltd\";P1;Zoë;zoe@oak.test;+1 512 555 0100;x\r\nC1;;P2;Ben;ben@;;\r\n\
         C2;Elm;;;;;\r\nC9;;P3;Cy;;;\r\n"
    );
    let before = clients(&office).await;
    let look = olivia.upload(&page, LOOK, &[("clients.csv", list.as_bytes())], false).await.ok();
    let look = look
        .shows("Nothing is written yet")
        .shows("2 clients and 1 contact")
        .shows("2 lines")
        .shows("Not read: “Notes”");
    // What is refused is shown first, with its line and what to do.
    let look = look.shows("“ben@” is no email address.").shows("No client has this ID.").hides("Zoë</span>");
    assert_eq!(clients(&office).await, before, "looking writes nothing");
    let list = carried(&look);
    let all = send(&mut olivia, &look, LOOK, &[("file", list.as_bytes()), ("at", b"all/1")]).await.ok();
    let all = all.shows("Zoë</span>").shows(">New</small>");

    let mails = office.world.mailer.sent().len();
    let done = send(&mut olivia, &all, RUN, &[("file", list.as_bytes())]).await.ok();
    done.clone().shows("The list was brought in").shows("2 clients and 1 contact").shows("These lines were left out");
    let again = send(&mut olivia, &all, RUN, &[("file", list.as_bytes())]).await.ok();
    again.shows("2 clients and 1 contact");
    assert_eq!(clients(&office).await, before + 2, "a second press of the button tells the same and does nothing");
    let oak = office.world.owner.clients().find(ClientRef::External(id("C1"))).await.unwrap();
    assert_eq!(oak.name.as_str(), "Oak & Sons \"Ltd\"");
    let zoe = office.world.owner.contacts(oak.id).list(&PageRequest::default()).await.unwrap().items.remove(0).contact;
    assert_eq!(zoe.details.phones()[0].1.as_str(), "+15125550100");
    office.work().await;
    assert_eq!(office.world.mailer.sent().len(), mails, "nobody is emailed");

    let look = olivia.upload(&page, LOOK, &[("clients.csv", list.as_bytes())], false).await.ok();
    look.shows("There is nothing to bring in").hides("Bring them in");
    let done = send(&mut olivia, &page, RUN, &[("file", list.as_bytes())]).await.ok();
    done.shows("Nothing was written");
    let renamed = list.replace("Elm", "Elm Ltd").replace("zoe@oak.test", "");
    let look = send(&mut olivia, &page, LOOK, &[("file", renamed.as_bytes()), ("at", b"changed/1")]).await.ok();
    look.shows("Elm Ltd</span>").shows(">Changed</small>").hides("Zoë</span>");
    send(&mut olivia, &page, RUN, &[("file", renamed.as_bytes())]).await.ok();
    let zoe = office.world.owner.contacts(oak.id).find(zoe.id).await.unwrap().contact;
    assert!(zoe.email.is_some(), "an empty cell takes nothing away");
}

#[tokio::test]
async fn what_is_no_list_is_refused_beside_the_field() {
    let (_office, mut olivia, page) = at_import().await;
    let large = vec![b'x'; 2 * 1024 * 1024 + 1];
    for (file, said) in [
        (&b"Name\nAcme\n"[..], "names no column “Client ID”"),
        (b"Client ID,Client name\nC1,Zo\xeb\n", "not UTF-8 text"),
        (b"PK\x03\x04", "Excel workbook"),
        (b"", "Choose a file first."),
        (&large, "larger than 2 MB"),
    ] {
        for path in [LOOK, RUN] {
            let answer = olivia.upload(&page, path, &[("clients.csv", file)], false).await;
            assert_eq!(answer.status, 422, "{said}: {}", answer.text());
            answer.shows(said).shows("aria-invalid");
        }
    }
    for fields in [
        &[("file", &b"Client ID,Client name\nC1,A\n"[..]), ("at", b"some/1")][..],
        &[("at", b"all/1")],
        &[("files", b"x")],
    ] {
        assert_eq!(send(&mut olivia, &page, LOOK, fields).await.status, 400, "{fields:?}");
    }
}

#[tokio::test]
async fn a_long_list_is_looked_at_page_by_page() {
    let (_office, mut olivia, page) = at_import().await;
    let lines: Vec<String> = (0..250).map(|number| format!("C{number};Client no. {number};;;;;\n")).collect();
    let list = format!("{HEAD}\n{}", lines.concat());
    let look = olivia.upload(&page, LOOK, &[("clients.csv", list.as_bytes())], false).await.ok();
    let look = look.shows("250 clients").shows("Page 1 of 3").shows("Client no. 99<").hides("Client no. 100<");
    let last = send(&mut olivia, &look, LOOK, &[("file", list.as_bytes()), ("at", b"new/3")]).await.ok();
    last.shows("Page 3 of 3").shows("Client no. 249<").shows("value=\"new/2\"").hides("Client no. 199<");
    let beyond = send(&mut olivia, &look, LOOK, &[("file", list.as_bytes()), ("at", b"new/9")]).await.ok();
    beyond.shows("Page 3 of 3");
}

#[tokio::test]
async fn the_sample_is_a_file_that_the_page_takes() {
    let (_office, mut olivia, page) = at_import().await;
    let sample = olivia.get("/staff/clients/import/sample").await.ok();
    assert!(sample.header("content-disposition").starts_with("attachment"), "{:?}", sample.headers);
    let look = olivia.upload(&page, LOOK, &[("clients-sample.csv", &sample.body)], false).await.ok();
    look.shows("2 clients and 2 contacts").shows("0 lines");
}
