//! All that is kept of a client as one file: whole, or broken off.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use portal_core::audit::{self, Link};
use portal_core::directory::Role;
use portal_core::sharing::{Access, Audience};
use portal_core::testing::World;
use portal_core::values::{Digest, FileName, NodeId, PageRequest};
use portal_core::{ClientExport, ErrorKind};
use serde_json::Value;

use crate::words::{called, email, kind, person};

/// What is in an export, by path; folders end with a slash.
type Contents = BTreeMap<String, Vec<u8>>;

async fn whole(export: ClientExport) -> Contents {
    let chunks: Vec<Bytes> = export.body.try_collect().await.unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(chunks.concat())).unwrap();
    let mut contents = Contents::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        assert!(contents.insert(entry.name().unwrap().into_owned(), bytes).is_none(), "two at one path");
    }
    contents
}

fn json(contents: &Contents, path: &str) -> Value {
    serde_json::from_slice(&contents[path]).unwrap()
}

/// A client with a document in two versions, folders, what is archived and what lies in the trash, and some of it of one name.
async fn acme() -> World {
    let world = World::new().await.unwrap();
    let (client, files) = (world.acme.id, world.owner.files(world.acme.id));
    let w2 = world.upload(client, world.tax, "w2 größe 年.pdf", "first").await.unwrap();
    world.clock.advance(Duration::from_secs(1));
    files.add_version(w2, called("scan.pdf"), "second").await.unwrap();
    world.upload(client, world.receipts, "empty.txt", "").await.unwrap();
    files.add_folder(world.tax, called("Letters")).await.unwrap();
    for bytes in ["archived once", "archived twice"] {
        let old = files.add_folder(world.acme.root, called("2024 Tax")).await.unwrap();
        world.upload(client, old, "w2.pdf", bytes).await.unwrap();
        files.archive(old).await.unwrap();
        world.clock.advance(Duration::from_secs(1));
    }
    let gone = files.add_folder(world.acme.root, called("Drafts")).await.unwrap();
    let inner = files.add_folder(gone, called("Inner")).await.unwrap();
    let aside = files.add_folder(gone, called("Aside")).await.unwrap();
    world.upload(client, inner, "draft.pdf", "draft").await.unwrap();
    world.upload(client, aside, "aside.pdf", "aside").await.unwrap();
    files.archive(aside).await.unwrap();
    let trashed = world.upload(client, gone, "old.pdf", "old").await.unwrap();
    files.trash(trashed).await.unwrap();
    files.trash(gone).await.unwrap();
    files.share(world.tax, Audience::AllContacts, Access::View).await.unwrap();
    world.share(world.receipts, &world.ana, Access::ViewAndUpload).await.unwrap();
    world
}

#[tokio::test]
async fn an_export_holds_every_document_with_every_version_where_it_lies() {
    let world = acme().await;
    let export = world.owner.clients().export(world.acme.id).await.unwrap();
    assert_eq!(export.name.as_str(), "Acme");
    let contents = whole(export).await;
    let documents: BTreeMap<&str, &str> = contents
        .iter()
        .filter(|(path, _)| path.contains('/') && !path.ends_with('/'))
        .map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).unwrap()))
        .collect();
    let expected = BTreeMap::from([
        ("Files/2025 Tax/w2 größe 年.pdf", "second"),
        ("Earlier versions/Files/2025 Tax/w2 größe 年.pdf/1 w2 größe 年.pdf", "first"),
        ("Files/2025 Tax/Receipts/empty.txt", ""),
        ("Archive/2024 Tax/w2.pdf", "archived twice"),
        ("Archive/2024 Tax (2)/w2.pdf", "archived once"),
        ("Trash/Drafts/Inner/draft.pdf", "draft"),
        ("Trash/Aside/aside.pdf", "aside"),
        ("Trash/old.pdf", "old"),
    ]);
    assert_eq!(documents, expected);
    assert!(contents.contains_key("Files/2025 Tax/Letters/"), "empty folders too: {:?}", contents.keys());

    // Each stands in the manifest, with the hash of what is there, who brought it and when.
    let manifest = json(&contents, "manifest.json");
    let versions = manifest["versions"].as_array().unwrap();
    assert_eq!(versions.len(), expected.len());
    for version in versions {
        let bytes = &contents[version["path"].as_str().unwrap()];
        assert_eq!(version["sha256"], Digest::of(bytes).to_string());
        assert_eq!(version["size_bytes"], bytes.len());
        assert_eq!(version["uploaded_by"]["name"], "Olivia");
        assert!(version["uploaded_at"].as_str().unwrap().ends_with('Z'));
    }
    let of = |path: &str| versions.iter().find(|version| version["path"] == path).unwrap();
    let (second, first) = (of("Files/2025 Tax/w2 größe 年.pdf"), of(expected.keys().next().unwrap()));
    assert_eq!(
        (&second["shown"], &second["number"], &second["uploaded_as"]),
        (&true.into(), &2.into(), &"scan.pdf".into())
    );
    assert!(first["path"].as_str().unwrap().starts_with("Archive/"));
    assert_eq!(manifest["exported_by"]["name"], "Olivia");
    for file in manifest["files"].as_array().unwrap() {
        let bytes = &contents[file["path"].as_str().unwrap()];
        assert_eq!(file["sha256"], Digest::of(bytes).to_string());
    }

    let contacts = String::from_utf8(contents["contacts.csv"].clone()).unwrap();
    assert!(contacts.starts_with("Client ID,Client name,Contact ID,Contact name,Email,Work email"), "{contacts}");
    assert!(contacts.contains("Acme,") && contacts.contains("ana@acme.test"), "{contacts}");
    let shares = String::from_utf8(contents["shares.csv"].clone()).unwrap();
    assert!(shares.contains("2025 Tax,folder_") && shares.contains("All contacts,,View Only"), "{shares}");
    assert!(shares.contains("2025 Tax/Receipts,") && shares.contains("Ana,contact_"), "{shares}");
}

/// The chain in an export, as anybody reads it who has nothing but the file.
fn links(contents: &Contents) -> Vec<(Link, Vec<String>)> {
    let text = String::from_utf8(contents["audit-chain.jsonl"].clone()).unwrap();
    let digest = |value: &Value| value.as_str().unwrap().parse::<Digest>().unwrap();
    let link = |line: &str| {
        let line: Value = serde_json::from_str(line).unwrap();
        let payloads = line["payloads"].as_array().unwrap();
        let payloads = payloads.iter().map(|payload| payload.as_str().unwrap().to_owned()).collect();
        let sequence = line["sequence"].as_u64().unwrap();
        (Link { sequence, events: digest(&line["events"]), head: digest(&line["head"]) }, payloads)
    };
    text.lines().map(link).collect()
}

#[tokio::test]
async fn l36_the_chain_in_an_export_is_verified_by_the_file_alone_and_says_who_took_it_out() {
    let world = acme().await;
    let contents = whole(world.owner.clients().export(world.acme.id).await.unwrap()).await;
    let links = links(&contents);
    let manifest = json(&contents, "manifest.json");
    let (sequence, head) = (links.len() as u64, links.last().unwrap().0.head);
    assert_eq!(manifest["audit_chain"]["links"], sequence);
    assert_eq!(manifest["audit_chain"]["head"], head.to_string());
    let verify = |links: &[(Link, Vec<String>)]| {
        let links = links.iter().map(|(link, payloads)| (*link, payloads.iter().map(String::as_str)));
        audit::verify(links, Some((sequence, head)))
    };
    assert_eq!(verify(&links), Ok(sequence));
    assert!(links.last().unwrap().1[0].contains("client_exported"), "{links:?}");
    let mut edited = links.clone();
    edited[3].1[0] = edited[3].1[0].replace('a', "b");
    assert!(verify(&edited).is_err());
    assert!(verify(&links[..links.len() - 1]).is_err());
    let activity = String::from_utf8(contents["activity.jsonl"].clone()).unwrap();
    let latest: Value = serde_json::from_str(activity.lines().next().unwrap()).unwrap();
    assert_eq!(latest["by"]["name"], "Olivia");
    assert!(latest["payload"].as_str().unwrap().contains("client_exported"));
    // Under a key it is noted once, and comes again.
    let again = |key: &'static str| world.owner.clients().export(world.acme.id).command(key);
    for _ in 0..2 {
        whole(again("export 1").await.unwrap()).await;
    }
    let told = world.owner.activity(world.acme.id, &PageRequest::default()).await.unwrap().items;
    let exports = told.iter().filter(|row| format!("{:?}", row.happened.event).contains("ClientExported"));
    assert_eq!(exports.count(), 2);
}

#[tokio::test]
async fn s13_who_is_no_admin_any_more_gets_no_more_of_an_export_and_what_came_is_no_whole_file() {
    let world = acme().await;
    for number in 0..5 {
        world.upload(world.acme.id, world.tax, &format!("{number}.pdf"), format!("secret {number}")).await.unwrap();
    }
    let admin = world.admin.me().await.unwrap().id;
    let mut body = world.admin.clients().export(world.acme.id).await.unwrap().body;
    let mut came = Vec::new();
    while !came.windows(8).any(|window| window == b"secret 1") {
        came.extend_from_slice(&body.next().await.unwrap().unwrap());
    }
    world.owner.team().change_role(admin, Role::Member).await.unwrap();
    let error = loop {
        match body.next().await {
            Some(Ok(chunk)) => came.extend_from_slice(&chunk),
            Some(Err(error)) => break error,
            None => panic!("it ends as if it were whole"),
        }
    };
    assert_eq!(error.kind(), ErrorKind::Denied);
    assert!(body.next().await.is_none());
    assert!(!came.windows(8).any(|window| window == b"secret 2"), "the rest was served");
    assert!(zip::ZipArchive::new(Cursor::new(came)).is_err(), "what came is no whole file");
    assert_eq!(kind(world.admin.clients().export(world.acme.id)).await, ErrorKind::Denied);
    assert_eq!(kind(world.owner.clients().export(world.delta.id)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn what_moves_while_it_is_exported_is_in_it_once() {
    let world = World::new().await.unwrap();
    let (client, files) = (world.acme.id, world.owner.files(world.acme.id));
    let last = files.add_folder(world.acme.root, called("Z last")).await.unwrap();
    let (early, late) = (
        world.upload(client, world.tax, "0 early.pdf", "early").await.unwrap(),
        world.upload(client, last, "late.pdf", "late").await.unwrap(),
    );
    let mut body = world.owner.clients().export(client).await.unwrap().body;
    let mut came = Vec::new();
    while !came.windows(5).any(|window| window == b"early") {
        came.extend_from_slice(&body.next().await.unwrap().unwrap());
    }
    // What was written goes where the way still leads, and what is to come goes where it has been.
    files.move_to(NodeId::from(early), last).await.unwrap();
    files.move_to(NodeId::from(late), world.tax).await.unwrap();
    files.rename(late, called("0 early.pdf")).await.unwrap();
    let rest: Vec<Bytes> = body.try_collect().await.unwrap();
    came.extend(rest.concat());
    let mut archive = zip::ZipArchive::new(Cursor::new(came)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    for (bytes, path) in [("early", "Files/2025 Tax/0 early.pdf"), ("late", "Files/2025 Tax/0 early (2).pdf")] {
        let mut read = String::new();
        archive.by_name(path).unwrap_or_else(|_| panic!("no {path} in {names:?}")).read_to_string(&mut read).unwrap();
        assert_eq!(read, bytes);
    }
    assert_eq!(names.iter().filter(|name| name.contains("early") || name.contains("late")).count(), 2, "{names:?}");
}

#[tokio::test]
async fn the_host_takes_a_client_out_too_and_names_that_are_formulas_are_inert() {
    let world = World::new().await.unwrap();
    let contact = portal_core::directory::NewContact::new(person("=cmd|' /C calc'!A0"), email("x@acme.test"));
    world.owner.contacts(world.acme.id).add(contact).await.unwrap();
    let name = FileName::new("..\\../w2\u{202e}.pdf").unwrap();
    world.owner.files(world.acme.id).upload(world.tax, name, "x").await.unwrap();
    let contents = whole(world.portal.host().export(world.firm, world.acme.id).await.unwrap()).await;
    assert!(String::from_utf8_lossy(&contents["contacts.csv"]).contains("'=cmd|"));
    for path in contents.keys() {
        assert!(!path.contains("..") || !path.contains('\\'), "{path}");
        assert!(!path.split('/').any(|part| part == ".."), "{path}");
    }
    assert_eq!(json(&contents, "manifest.json")["exported_by"]["kind"], "host");
    assert_eq!(kind(world.portal.host().export(world.other_firm, world.acme.id)).await, ErrorKind::NotFound);
}
