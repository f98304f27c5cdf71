//! The first seed's story: a folder is shared, the contact is told, enters without a password, looks, downloads, uploads, and the
//! team is told.

use std::time::Duration;

use portal_core::values::FileName;

use super::office::{Office, code, link};

#[tokio::test]
async fn a_client_opens_a_shared_folder() {
    let office = Office::open().await;
    let world = &office.world;
    let client = world.acme.id;
    let files = world.owner.files(client);
    let returned = files.upload(world.tax, FileName::new("Return 2025.pdf").unwrap(), &b"%PDF-1.7 the return"[..]);
    returned.await.unwrap();

    // Staff share "2025 Tax" with Ana: View and Upload, Share & Notify.
    let mut olivia = office.owner().await;
    let page = format!("/staff/clients/{client}/nodes/{}/share", world.tax);
    let dialog = olivia.get(&page).await.ok().shows("2025 Tax").shows("Ana");
    let ana = world.ana.contact.to_string();
    let fields = [
        ("audience", ana.as_str()),
        ("access", "view_and_upload"),
        ("until", ""),
        ("alerts", "on"),
        ("notify", "true"),
    ];
    let shared = olivia.submit(&dialog, &page, &fields).await;
    olivia.follow(shared).await.ok().shows("is shared with Ana").shows("We email Ana");

    // The mail leads to the folder, which asks to sign in.
    let mail = office.mail(&world.ana.email).await;
    assert!(mail.subject.contains("2025 Tax"), "{}", mail.subject);
    let folder = link(&office, &mail, "/p/");
    let mut phone = office.browser();
    let access = phone.visit(&folder).await.ok().shows("Sign in to see what was shared with you");

    // She asks for access there, and reads the code on another device.
    let at_firm = format!("/p/{}", world.firm);
    let asked = phone.submit(&access, &at_firm, &[("email", world.ana.email.as_str())]).await;
    let form = phone.follow(asked).await.ok();
    let mail = office.mail(&world.ana.email).await;
    let mut laptop = office.browser();
    let sign_in = link(&office, &mail, &format!("{at_firm}/link/"));
    let told = laptop.get(&sign_in).await.ok();
    let code = code(&mail);
    assert!(told.text().contains(&format!("{} {}", &code[..3], &code[3..])), "{}", told.text());
    assert!(!laptop.cookies.keys().any(|name| name.contains("session")));
    let entered = phone.submit(&form, &format!("{at_firm}/code"), &[("code", &code)]).await;

    // She is led to the folder; she sees it and nothing else.
    let shown = phone.follow(entered).await.ok().shows("2025 Tax").shows("Return 2025.pdf");
    let top = phone.get(&office.at(&world.ana, "/files")).await.ok();
    top.shows("2025 Tax").shows("Client Uploads").hides("Internal");

    // She looks at a document and downloads it, byte for byte.
    let shown_document = shown.link(&office.at(&world.ana, "/files/document_"), "");
    phone.get(&shown_document).await.ok().shows("Return 2025.pdf");
    let document = shown_document.replace("/files/", "/documents/");
    let picture = phone.get(&format!("{document}/pages/1?width=400")).await.ok();
    assert_eq!(picture.header("content-type"), "image/png");
    let download = phone.get(&format!("{document}/download")).await.ok();
    assert_eq!(download.body, &b"%PDF-1.7 the return"[..]);

    // She uploads, and is given a receipt; the name is taken, so that it gets a number.
    let upload = format!("{folder}/upload");
    let sent = phone.upload(&shown, &upload, &[("Return 2025.pdf", b"%PDF-1.7 signed")], false).await;
    let said = phone.follow(sent).await.ok().shows("Return 2025 (2).pdf");
    said.shows("SHA-256");

    // Each member assigned is told once; Ana is not.
    let before = world.mailer.delivered_to(&world.ana.email).len();
    world.clock.advance(Duration::from_secs(31 * 60));
    let mia = world.assigned.me().await.unwrap();
    let told = office.mail(&mia.email).await;
    assert!(told.text.contains("Return 2025"), "{}", told.text);
    assert_eq!(world.mailer.delivered_to(&mia.email).len(), 1);
    assert_eq!(world.mailer.delivered_to(&world.ana.email).len(), before);
    let staff_folder = link(&office, &told, "/staff/clients/");
    olivia.get(&staff_folder).await.ok().shows("Return 2025 (2).pdf");

    // Staff rename Client Uploads, and remove it.
    let uploads = world.acme.client_uploads;
    let rename = format!("/staff/clients/{client}/nodes/{uploads}/rename");
    let form = olivia.get(&rename).await.ok();
    let renamed = olivia.submit(&form, &rename, &[("name", "From you")]).await;
    let page = olivia.follow(renamed).await.ok().shows("From you");
    phone.get(&office.at(&world.ana, "/files")).await.ok().shows("From you").hides("Client Uploads");
    let removed = olivia.submit(&page, &format!("/staff/clients/{client}/nodes/{uploads}/trash"), &[]).await;
    olivia.follow(removed).await.ok().shows("is in the trash").shows("Undo");
    phone.get(&office.at(&world.ana, "/files")).await.ok().hides("From you");
}

#[tokio::test]
async fn what_was_done_can_be_undone() {
    let office = Office::open().await;
    let world = &office.world;
    let mut olivia = office.owner().await;
    let files = format!("/staff/clients/{}/files", world.acme.id);
    let node = format!("/staff/clients/{}/nodes/{}", world.acme.id, world.internal);
    let mut page = olivia.get(&files).await.ok();
    for (act, fields, said, undo) in [
        ("visible", &[("visible", "true")][..], "All contacts see", &[("visible", "false")][..]),
        ("rename", &[("name", "Private")], "is now called", &[("name", "Internal")]),
    ] {
        let done = olivia.submit(&page, &format!("{node}/{act}"), fields).await;
        page = olivia.follow(done).await.ok().shows(said).shows("Undo");
        let undone = olivia.submit(&page, &format!("{node}/{act}"), undo).await;
        page = olivia.follow(undone).await.ok();
    }
    let trashed = olivia.submit(&page, &format!("{node}/trash"), &[]).await;
    page = olivia.follow(trashed).await.ok();
    let back = olivia.submit(&page, &format!("{node}/restore"), &[]).await;
    olivia.follow(back).await.ok().shows("Internal");
    // What was said is said once.
    olivia.get(&files).await.ok().hides("is back");
}

#[tokio::test]
async fn one_login_reaches_every_portal_of_its_address() {
    let office = Office::open().await;
    let world = &office.world;
    let mut dan = office.sign_in(&world.dan_at_bolt).await;
    let choice = dan.get(&format!("/p/{}/choose", world.firm)).await.ok().shows("Bolt").shows("Cedar");
    let cedar = choice.link(&office.at(&world.dan_at_cedar, ""), "");
    dan.get(&cedar).await.ok().shows("Cedar");
    dan.get(&office.at(&world.dan_at_bolt, "")).await.ok().shows("Switch portal");
    let foreign = dan.get(&office.at(&world.cara, "")).await;
    assert_eq!(foreign.status, 404);
}
