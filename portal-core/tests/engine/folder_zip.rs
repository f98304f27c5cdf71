//! A folder as one file: whole for who may have it, and broken off for who may not any more.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _};
use portal_core::directory::FirmChange;
use portal_core::files::FilesRefusal;
use portal_core::ports::{Clock as _, PART_BYTES};
use portal_core::sharing::Access;
use portal_core::testing::World;
use portal_core::values::TimeZone;
use portal_core::{Error, ErrorKind, FolderZip};

use crate::words::{MORE_THAN_A_DAY, called, kind};

/// What is in a zip file, read by the library that made it: a directory ends with a slash.
fn contents(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut contents = BTreeMap::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).unwrap();
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).unwrap();
        contents.insert(entry.name().unwrap().into_owned(), bytes);
    }
    contents
}

/// The names in a zip file.
pub(crate) async fn names_in(zip: FolderZip) -> Vec<String> {
    contents(whole(Ok(zip)).await).into_keys().collect()
}

async fn whole(zip: Result<FolderZip, Error>) -> Vec<u8> {
    let chunks: Vec<Bytes> = zip.unwrap().body.try_collect().await.unwrap();
    chunks.concat()
}

#[tokio::test]
async fn a_folder_comes_whole_with_what_lies_in_it_and_without_what_lies_in_the_trash() {
    let world = World::new().await.unwrap();
    let (client, files) = (world.acme.id, world.owner.files(world.acme.id));
    let big: Vec<u8> = (0..=250_u8).cycle().take(PART_BYTES + 77).collect();
    for (folder, name, bytes) in [
        (world.tax, "w2 größe 年.pdf", b"w2".to_vec()),
        (world.tax, "big.bin", big.clone()),
        (world.receipts, "w2 größe 年.pdf", b"another".to_vec()),
        (world.receipts, "empty.txt", Vec::new()),
    ] {
        world.upload(client, folder, name, bytes).await.unwrap();
    }
    let old = world.upload(client, world.tax, "old.pdf", "old").await.unwrap();
    files.trash(old).await.unwrap();
    files.add_folder(world.tax, called("Letters")).await.unwrap();
    let expected = BTreeMap::from([
        ("Letters/".to_owned(), Vec::new()),
        ("Receipts/".to_owned(), Vec::new()),
        ("Receipts/empty.txt".to_owned(), Vec::new()),
        ("Receipts/w2 größe 年.pdf".to_owned(), b"another".to_vec()),
        ("big.bin".to_owned(), big),
        ("w2 größe 年.pdf".to_owned(), b"w2".to_vec()),
    ]);
    let zip = files.download_folder(world.tax).await;
    assert_eq!(zip.as_ref().unwrap().name.as_str(), "2025 Tax");
    assert!(contents(whole(zip).await) == expected);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    assert!(contents(whole(ana.files().download_folder(world.tax).await).await) == expected);
    // Each document in it was downloaded, and that is told of each.
    let activity = world.owner.activity(client, &Default::default()).await.unwrap().items;
    let downloads = activity.iter().filter(|row| format!("{:?}", row.happened.event).contains("Downloaded"));
    assert_eq!(downloads.count(), 8);
}

#[tokio::test]
async fn files_in_it_are_as_old_as_their_uploads_by_the_firms_clocks_and_have_names_that_any_machine_takes() {
    let world = World::new().await.unwrap();
    let zone = FirmChange { time_zone: Some(TimeZone::new("Asia/Tokyo").unwrap()), ..FirmChange::default() };
    world.owner.settings().change(zone).await.unwrap();
    let at = TimeZone::new("Asia/Tokyo").unwrap().local(world.clock.now());
    for name in ["C:evil.bat", "NUL.txt", "w2.pdf"] {
        world.upload(world.acme.id, world.receipts, name, "bytes").await.unwrap();
    }
    world.clock.advance(MORE_THAN_A_DAY);
    let zip = world.owner.files(world.acme.id).download_folder(world.receipts).await;
    let mut archive = zip::ZipArchive::new(Cursor::new(whole(zip).await)).unwrap();
    let mut names = Vec::new();
    for index in 0..archive.len() {
        let entry = archive.by_index(index).unwrap();
        let dated = entry.last_modified().unwrap();
        let of_day = |year: i64, month: i64, day: i64| (year, month, day);
        let told = of_day(dated.year().into(), dated.month().into(), dated.day().into());
        assert_eq!(told, of_day(at.year.into(), at.month.into(), at.day.into()), "{}", entry.name().unwrap());
        assert_eq!((dated.hour().into(), dated.minute().into()), (i16::from(at.hour), i16::from(at.minute)));
        names.push(entry.name().unwrap().into_owned());
    }
    assert_eq!(names, ["C_evil.bat", "_NUL.txt", "w2.pdf"]);
}

#[tokio::test]
async fn l29_nobody_has_more_than_a_few_made_at_a_time_and_a_list_that_would_be_too_long_is_refused() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    for number in 0..3 {
        world.upload(world.acme.id, world.tax, &format!("{number}.pdf"), "bytes").await.unwrap();
    }
    let mut first = files.download_folder(world.tax).await.unwrap();
    let second = files.download_folder(world.tax).await.unwrap();
    assert!(first.body.next().await.is_some());
    assert_eq!(kind(files.download_folder(world.tax)).await, ErrorKind::Busy);
    drop(second);
    files.download_folder(world.tax).await.unwrap();
    let rest: Vec<Bytes> = first.body.try_collect().await.unwrap();
    assert!(!rest.is_empty(), "what was under way goes on to its end");

    let long = |number: usize| called(&format!("{number} {}", "x".repeat(190)));
    let mut folder = files.add_folder(world.receipts, long(0)).await.unwrap();
    for number in 1..40 {
        folder = files.add_folder(folder, long(number)).await.unwrap();
    }
    for number in 0..1_050 {
        files.add_folder(folder, called(&number.to_string())).await.unwrap();
    }
    let broken: Result<Vec<Bytes>, Error> =
        files.download_folder(world.receipts).await.unwrap().body.try_collect().await;
    let refused = FilesRefusal::TooMuchForOneFile { most_documents: 10_000 };
    assert_eq!(broken.unwrap_err().refusal(), Some(refused.into()));
}

#[tokio::test]
async fn s13_revoked_during_a_zip_download_the_rest_is_not_served() {
    for taken in 0..4 {
        let world = World::new().await.unwrap();
        let (client, files) = (world.acme.id, world.owner.files(world.acme.id));
        for number in 0..5 {
            world.upload(client, world.tax, &format!("{number}.pdf"), format!("secret {number}")).await.unwrap();
        }
        world.share(world.tax, &world.ana, Access::View).await.unwrap();
        let session = world.session_of(&world.ana).await.unwrap();
        let ana = world.portal.contact(&session, world.ana.contact).await.unwrap();
        let mut body = ana.files().download_folder(world.tax).await.unwrap().body;
        let mut came = Vec::new();
        while !came.windows(8).any(|window| window == b"secret 1") {
            came.extend_from_slice(&body.next().await.unwrap().unwrap());
        }
        match taken {
            0 => files.revoke(world.tax, world.ana.audience()).await.unwrap(),
            1 => files.trash(world.tax).await.unwrap(),
            2 => world.owner.contacts(client).set_portal_access(world.ana.contact, false).await.unwrap(),
            _ => world.portal.signed_in(&session).await.unwrap().sign_out().await.unwrap(),
        }
        let error = loop {
            match body.next().await {
                Some(Ok(chunk)) => came.extend_from_slice(&chunk),
                Some(Err(error)) => break error,
                None => panic!("{taken}: it ends as if it were whole"),
            }
        };
        let expected = if taken == 3 { ErrorKind::SignedOut } else { ErrorKind::NotFound };
        assert_eq!(error.kind(), expected, "{taken}");
        for number in 2..5 {
            let secret = format!("secret {number}");
            assert!(!came.windows(8).any(|window| window == secret.as_bytes()), "{taken}: {secret} was served");
        }
        assert!(zip::ZipArchive::new(Cursor::new(came)).is_err(), "{taken}: what came is no whole file");
    }
}

#[tokio::test]
async fn what_is_removed_while_a_folder_comes_is_left_out_and_the_rest_comes() {
    let world = World::new().await.unwrap();
    let (client, files) = (world.acme.id, world.owner.files(world.acme.id));
    let mut documents = Vec::new();
    for number in 0..4 {
        let bytes = format!("bytes {number}");
        documents.push(world.upload(client, world.tax, &format!("{number}.pdf"), bytes).await.unwrap());
    }
    let mut body = files.download_folder(world.tax).await.unwrap().body;
    let mut came = body.next().await.unwrap().unwrap().to_vec();
    files.trash(documents[2]).await.unwrap();
    files.purge(documents[2]).await.unwrap();
    world.run_worker().await.unwrap();
    let rest: Vec<Bytes> = body.try_collect().await.unwrap();
    came.extend(rest.concat());
    let names: Vec<String> = contents(came).into_keys().collect();
    assert_eq!(names, ["0.pdf", "1.pdf", "3.pdf", "Receipts/"]);
}

#[tokio::test]
async fn l33_a_folder_that_is_not_shared_comes_as_little_as_one_that_is_nowhere() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    for folder in [world.tax, world.bolt.root, portal_core::values::FolderId::from_bits(1)] {
        assert_eq!(kind(ana.files().download_folder(folder)).await, ErrorKind::NotFound);
    }
    let theirs = world.owner.files(world.acme.id);
    assert_eq!(kind(theirs.download_folder(world.bolt.root)).await, ErrorKind::NotFound);
    theirs.trash(world.tax).await.unwrap();
    assert_eq!(kind(theirs.download_folder(world.receipts)).await, ErrorKind::Refused);
}
