//! Folders and documents: names, versions, trash, ranges, receipts.

use portal_core::files::FilesRefusal;
use portal_core::ports::store::{Extent, NodeRead};
use portal_core::sharing::Access;
use portal_core::testing::World;
use portal_core::values::{Digest, DocumentId, FileName, FileNameError, FolderId, VersionId};
use portal_core::{ByteRange, EntryKind, Error, ErrorKind};

use crate::words::{
    called, error, files_refuse, kind, lies_in, listed, only_versions_are_left, page, roots, sees, upload,
    world_that_yields,
};

#[tokio::test]
async fn s25_purging_removes_what_lies_below_and_every_grant() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.receipts, "w2.pdf", "bytes").await.unwrap();
    files.add_version(document, called("w2 new.pdf"), "newer bytes").await.unwrap();
    let kept = world.upload(world.acme.id, world.internal, "kept.pdf", "bytes").await.unwrap();
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    world.share(world.receipts, &world.ana, Access::ViewAndUpload).await.unwrap();
    files.share(document, world.ben.audience(), Access::View).await.unwrap();
    files.trash(world.tax).await.unwrap();
    files.purge(world.tax).await.unwrap();
    for swept in [false, true] {
        let (ana, ben) = (world.sign_in(&world.ana).await.unwrap(), world.sign_in(&world.ben).await.unwrap());
        assert!(!sees(&ana, world.receipts).await && !sees(&ben, document).await);
        assert_eq!(roots(&ana).await, ["Client Uploads"]);
        assert_eq!(kind(files.document(document)).await, ErrorKind::NotFound);
        assert_eq!(kind(files.restore(world.tax)).await, ErrorKind::NotFound);
        assert_eq!(kind(files.sharing(world.receipts)).await, ErrorKind::NotFound);
        assert!(files.trashed(&page()).await.unwrap().items.is_empty());
        if !swept {
            assert_eq!(only_versions_are_left(&world).await, 1);
        }
    }
    let store = &world.ports.store;
    for node in [world.tax.into(), world.receipts.into(), document.into()] {
        assert_eq!(store.grants_on(world.firm, node).await.unwrap(), []);
        assert_eq!(store.node(world.firm, node).await.unwrap(), None);
    }
    assert_eq!(world.content(world.acme.id, kept).await.unwrap(), b"bytes");
}

#[tokio::test]
async fn only_owners_and_admins_purge_and_only_what_lies_in_the_trash() {
    let world = World::new().await.unwrap();
    let owner = world.owner.files(world.acme.id);
    assert_eq!(files_refuse(owner.purge(world.tax)).await, FilesRefusal::NotInTrash);
    owner.trash(world.tax).await.unwrap();
    let member = world.assigned.files(world.acme.id);
    assert_eq!(kind(member.purge(world.tax)).await, ErrorKind::Denied);
    assert_eq!(files_refuse(owner.purge(world.receipts)).await, FilesRefusal::NotInTrash);
    world.admin.files(world.acme.id).purge(world.tax).await.unwrap();
}

#[tokio::test]
async fn what_purging_would_take_away_is_told_before_to_those_who_may_purge() {
    let world = World::new().await.unwrap();
    let owner = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.receipts, "w2.pdf", "bytes").await.unwrap();
    owner.add_version(document, called("w2 new.pdf"), "newer bytes").await.unwrap();
    let trashed = world.upload(world.acme.id, world.receipts, "in the trash.pdf", "b").await.unwrap();
    owner.trash(trashed).await.unwrap();
    world.upload(world.acme.id, world.internal, "elsewhere.pdf", "bytes").await.unwrap();
    assert_eq!(files_refuse(owner.lost_by_purge(world.tax)).await, FilesRefusal::NotInTrash);
    owner.trash(world.tax).await.unwrap();
    assert_eq!(files_refuse(owner.lost_by_purge(world.receipts)).await, FilesRefusal::NotInTrash);
    assert_eq!(kind(world.assigned.files(world.acme.id).lost_by_purge(world.tax)).await, ErrorKind::Denied);
    let lost = world.admin.files(world.acme.id).lost_by_purge(world.tax).await.unwrap();
    assert_eq!(lost, Extent { folders: 2, documents: 2, versions: 3, size_bytes: 5 + 11 + 1, ..lost });
    owner.purge(world.tax).await.unwrap();
    assert_eq!(kind(owner.lost_by_purge(world.tax)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn trash_takes_what_lies_below_along_and_restores_it_under_a_free_name() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.receipts, "w2.pdf", "bytes").await.unwrap();
    files.trash(world.tax).await.unwrap();
    assert!(files.document(document).await.unwrap().in_trash);
    assert_eq!(files_refuse(files.trash(world.tax)).await, FilesRefusal::InTrash);
    assert_eq!(files_refuse(files.trash(world.receipts)).await, FilesRefusal::InTrash);
    assert_eq!(files_refuse(files.rename(world.receipts, called("x"))).await, FilesRefusal::InTrash);
    assert_eq!(files_refuse(files.add_folder(world.receipts, called("x"))).await, FilesRefusal::InTrash);
    let into = files.add_version(document, called("x"), "bytes");
    assert_eq!(files_refuse(into).await, FilesRefusal::InTrash);
    let again = files.add_folder(world.acme.root, called("2025 tax")).await.unwrap();
    files.restore(world.tax).await.unwrap();
    assert_eq!(
        lies_in(&world.owner, world.acme.id, world.acme.root).await,
        ["2025 tax", "2025 Tax (2)", "Client Uploads", "Internal"]
    );
    assert!(!files.document(document).await.unwrap().in_trash);
    assert_ne!(again, world.tax);
}

#[tokio::test]
async fn a_document_is_not_restored_into_a_folder_in_the_trash() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let document = world.upload(world.acme.id, world.receipts, "w2.pdf", "bytes").await.unwrap();
    files.trash(document).await.unwrap();
    world.clock.advance(std::time::Duration::from_secs(1));
    files.trash(world.tax).await.unwrap();
    assert_eq!(files_refuse(files.restore(document)).await, FilesRefusal::FolderGone);
    let rows = files.trashed(&page()).await.unwrap().items;
    let row = |row: &portal_core::ports::store::TrashRow| match &row.node {
        NodeRead::Folder(folder) => (folder.place.name.to_string(), row.restorable),
        NodeRead::Document(document) => (document.place.name.to_string(), row.restorable),
    };
    assert_eq!(rows.iter().map(row).collect::<Vec<_>>(), [("2025 Tax".into(), true), ("w2.pdf".into(), false)]);
    files.restore(world.tax).await.unwrap();
    assert!(lies_in(&world.owner, world.acme.id, world.receipts).await.is_empty());
    files.restore(document).await.unwrap();
    assert_eq!(lies_in(&world.owner, world.acme.id, world.receipts).await, ["w2.pdf"]);
}

#[tokio::test]
async fn the_root_is_neither_renamed_nor_removed() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    assert_eq!(files_refuse(files.rename(world.acme.root, called("x"))).await, FilesRefusal::Root);
    assert_eq!(files_refuse(files.trash(world.acme.root)).await, FilesRefusal::Root);
    assert_eq!(files_refuse(files.restore(world.acme.root)).await, FilesRefusal::NotInTrash);
    assert_eq!(files_refuse(files.purge(world.acme.root)).await, FilesRefusal::NotInTrash);
}

#[tokio::test]
async fn s31_one_name_uploaded_a_hundred_times_at_once_is_a_hundred_documents() {
    let world = world_that_yields(1).await;
    let (mine, uploads) = (world.acme.client_uploads, world.owner.files(world.acme.id));
    let ana = world.sign_in(&world.ana).await.unwrap();
    let all = (0..100).map(|number| {
        let (ana, uploads) = (ana.clone(), uploads.clone());
        tokio::spawn(async move {
            let bytes = format!("number {number}");
            match number % 2 {
                0 => ana.files().upload(mine, called("scan.pdf"), bytes).await.unwrap().receipt,
                _ => uploads.upload(mine, called("Scan.PDF"), bytes).await.unwrap(),
            }
        })
    });
    let mut told = Vec::new();
    for upload in all.collect::<Vec<_>>() {
        told.push(upload.await.unwrap());
    }
    let mut folded: Vec<_> = told.iter().map(|receipt| receipt.name.folded()).collect();
    folded.sort();
    folded.dedup();
    assert_eq!(folded.len(), 100, "each receipt tells a name of its own");
    for receipt in &told {
        assert_eq!(uploads.document(receipt.document).await.unwrap().name, receipt.name, "the name it really has");
    }
}

#[tokio::test]
async fn s32_names_equal_but_for_case_or_composition_collide() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let into = world.internal;
    files.upload(into, called("Résumé.pdf"), "1").await.unwrap();
    let decomposed = files.upload(into, called("Re\u{301}sume\u{301}.pdf"), "2").await.unwrap();
    assert_eq!(decomposed.name.as_str(), "Résumé (2).pdf");
    assert_eq!(decomposed.uploaded_as.as_str(), "Résumé.pdf");
    let shouted = files.upload(into, called("RÉSUMÉ.PDF"), "3").await.unwrap();
    assert_eq!(shouted.name.as_str(), "RÉSUMÉ (3).PDF");
    let folder = files.add_folder(into, called("résumé.pdf")).await.unwrap();
    let renamed = files.rename(folder, called("RÉSUMÉ (2).pdf")).await.unwrap();
    assert_eq!(renamed.name.as_str(), "RÉSUMÉ (2) (2).pdf");
    let own = files.rename(decomposed.document, called("résumé (2).PDF")).await.unwrap();
    assert_eq!(own.name.as_str(), "résumé (2).PDF", "its own name in another spelling is free for it");
}

#[tokio::test]
async fn l26_dangerous_names_become_inert_or_are_refused_before_anything_is_stored() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let into = world.acme.client_uploads;
    for (typed, kept) in [
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\w2.pdf", "C:_w2.pdf"),
        ("a\0b\r\n.pdf", "ab.pdf"),
        ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
    ] {
        let receipt = upload(&ana, into, typed).await.unwrap();
        assert_eq!(receipt.name.as_str(), kept);
    }
    assert_eq!(FileName::new(".."), Err(FileNameError::Empty));
    assert_eq!(FileName::new(&"x".repeat(10_000)), Err(FileNameError::TooLong));
}

#[tokio::test]
async fn l32_a_contacts_upload_is_always_a_new_document() {
    let world = World::new().await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let there = world.upload(world.acme.id, world.tax, "w2.pdf", "the firm's").await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let receipt = ana.files().upload(world.tax, called("W2.pdf"), "the client's").await.unwrap().receipt;
    assert_ne!(receipt.document, there);
    assert_eq!(listed(&ana, world.tax).await, ["Receipts", "W2 (2).pdf", "w2.pdf"]);
    assert_eq!(world.content(world.acme.id, there).await.unwrap(), b"the firm's");
}

#[tokio::test]
async fn a_version_keeps_the_documents_name_and_the_old_one_stays_readable_to_staff() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let first = files.upload(world.tax, called("w2.pdf"), "first").await.unwrap();
    let second = files.add_version(first.document, called("scan 7.pdf"), "second").await.unwrap();
    assert_eq!((second.document, second.name.as_str()), (first.document, "w2.pdf"));
    assert_eq!(second.uploaded_as.as_str(), "scan 7.pdf");
    let versions = files.versions(first.document, &page()).await.unwrap().items;
    assert_eq!(versions.iter().map(|it| it.id).collect::<std::collections::BTreeSet<_>>().len(), 2);
    let old = files.download(first.document, Some(first.version), ByteRange::All).await.unwrap();
    assert_eq!(world.bytes_of(old).await.unwrap(), b"first");
    let ana = world.sign_in(&world.ana).await.unwrap();
    let shown = ana.files().download(first.document, ByteRange::All).await.unwrap();
    assert_eq!(world.bytes_of(shown).await.unwrap(), b"second");
    let other = world.upload(world.acme.id, world.tax, "1099.pdf", "bytes").await.unwrap();
    for version in [second.version, VersionId::from_bits(42)] {
        let of_another = files.download(other, Some(version), ByteRange::All);
        assert_eq!(kind(of_another).await, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn every_upload_gives_both_sides_a_receipt() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let receipt = ana.files().upload(world.acme.client_uploads, called("w2.pdf"), "bytes").await.unwrap().receipt;
    assert_eq!((receipt.size_bytes, receipt.sha256), (5, Digest::of(b"bytes")));
    assert_eq!(receipt.uploaded_by, portal_core::values::Actor::Contact(world.ana.contact));
    assert_eq!(receipt.uploaded_at, portal_core::ports::Clock::now(&world.clock));
    let files = world.owner.files(world.acme.id);
    files.rename(receipt.document, called("W-2 2025.pdf")).await.unwrap();
    files.add_version(receipt.document, called("other.pdf"), "the firm's").await.unwrap();
    let kept = ana.files().receipts(&page()).await.unwrap().items;
    let now_called = portal_core::files::Receipt { name: called("W-2 2025.pdf"), ..receipt.clone() };
    assert_eq!(kept, [now_called], "it speaks of what was uploaded, whatever was added since");
    let seen_by_staff = files.versions(receipt.document, &page()).await.unwrap().items;
    assert!(seen_by_staff.iter().any(|it| it.id == receipt.version && it.sha256 == receipt.sha256));
    let ben = world.sign_in(&world.ben).await.unwrap();
    assert!(ben.files().receipts(&page()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn ranges_serve_their_bytes_and_one_past_the_end_is_told_the_size() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let document = world.upload(world.acme.id, world.tax, "digits.txt", "0123456789").await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let from = |start, end| ByteRange::From { start, end };
    for (range, bytes) in [
        (ByteRange::All, "0123456789"),
        (from(0, None), "0123456789"),
        (from(9, None), "9"),
        (from(2, Some(4)), "23"),
        (from(8, Some(600)), "89"),
        (ByteRange::Last(3), "789"),
        (ByteRange::Last(300), "0123456789"),
    ] {
        for download in
            [files.download(document, None, range).await.unwrap(), ana.files().download(document, range).await.unwrap()]
        {
            assert_eq!((download.size_bytes, download.sha256), (10, Digest::of(b"0123456789")));
            assert_eq!(download.range.end - download.range.start, bytes.len() as u64);
            assert_eq!(world.bytes_of(download).await.unwrap(), bytes.as_bytes(), "{range:?}");
        }
    }
    for range in [from(10, None), from(11, Some(12)), from(5, Some(5)), ByteRange::Last(0)] {
        for answer in
            [error(files.download(document, None, range)).await, error(ana.files().download(document, range)).await]
        {
            assert_eq!(answer.kind(), ErrorKind::Invalid, "{range:?}");
            assert!(matches!(answer, Error::OutOfRange { size_bytes: 10 }));
        }
    }
    let empty = world.upload(world.acme.id, world.tax, "empty.txt", "").await.unwrap();
    assert_eq!(world.content(world.acme.id, empty).await.unwrap(), b"");
    assert_eq!(kind(files.download(empty, None, from(0, None))).await, ErrorKind::Invalid);
}

#[tokio::test]
async fn a_list_in_pages_names_everything_once() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    for number in 0..7 {
        world.upload(world.acme.id, world.tax, &format!("{number}.pdf"), "bytes").await.unwrap();
    }
    let ana = world.sign_in(&world.ana).await.unwrap();
    let (mut staff, mut contact) = (Vec::new(), Vec::new());
    let (mut next, mut theirs) = (None, None);
    loop {
        let request = portal_core::values::PageRequest::first(3);
        let listing = files.list(Some(world.tax), &request.clone().after(next)).await.unwrap().entries;
        let seen = ana.files().list(world.tax, &request.after(theirs)).await.unwrap().entries;
        staff.extend(listing.items.into_iter().map(|entry| entry.name.to_string()));
        contact.extend(seen.items.into_iter().map(|entry| entry.name.to_string()));
        (next, theirs) = (listing.next, seen.next);
        if next.is_none() {
            break;
        }
    }
    assert_eq!(theirs, None);
    assert_eq!(staff, ["Receipts", "0.pdf", "1.pdf", "2.pdf", "3.pdf", "4.pdf", "5.pdf", "6.pdf"]);
    assert_eq!(contact, staff);
}

#[tokio::test]
async fn l33_files_of_another_client_are_not_there_by_any_operation_of_staff() {
    let world = World::new().await.unwrap();
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
    let (wrong, nowhere) = (world.owner.files(world.bolt.id), world.owner.files(world.acme.id));
    let unknown = (FolderId::from_bits(42), DocumentId::from_bits(42));
    for (files, folder, document) in [(&wrong, world.tax, document), (&nowhere, unknown.0, unknown.1)] {
        let answers = [
            kind(files.list(Some(folder), &page())).await,
            kind(files.add_folder(folder, called("x"))).await,
            kind(files.upload(folder, called("x"), "bytes")).await,
            kind(files.add_version(document, called("x"), "bytes")).await,
            kind(files.rename(folder, called("x"))).await,
            kind(files.trash(document)).await,
            kind(files.restore(document)).await,
            kind(files.purge(document)).await,
            kind(files.document(document)).await,
            kind(files.versions(document, &page())).await,
            kind(files.download(document, None, ByteRange::All)).await,
            kind(files.preview(document, 0, 100)).await,
            kind(files.share(folder, portal_core::sharing::Audience::AllContacts, Access::View)).await,
            kind(files.revoke(folder, portal_core::sharing::Audience::AllContacts)).await,
            kind(files.set_visible(folder, true)).await,
            kind(files.sharing(folder)).await,
        ];
        assert_eq!(answers, [ErrorKind::NotFound; 16]);
    }
    let entries = world.owner.files(world.acme.id).list(Some(world.tax), &page()).await.unwrap().entries.items;
    assert!(matches!(entries[1].kind, EntryKind::Document(_)) && entries.len() == 2);
}

#[tokio::test]
async fn s08_what_a_contact_sees_no_more_is_called_in_their_receipt_as_they_called_it() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let files = world.owner.files(world.acme.id);
    let sent = ana.files().upload(world.acme.client_uploads, called("statement.pdf"), "bytes").command("one");
    let document = sent.await.unwrap().receipt.document;
    let names = async || {
        let again = ana.files().upload(world.acme.client_uploads, called("statement.pdf"), "bytes").command("one");
        let listed = ana.files().receipts(&page()).await.unwrap().items;
        (again.await.unwrap().receipt.name.to_string(), listed[0].name.to_string())
    };
    files.rename(document, called("2025 statement.pdf")).await.unwrap();
    assert_eq!(names().await, ("2025 statement.pdf".to_owned(), "2025 statement.pdf".to_owned()));
    files.move_to(document, world.receipts).await.unwrap();
    files.rename(document, called("suspected.pdf")).await.unwrap();
    assert_eq!(names().await, ("statement.pdf".to_owned(), "statement.pdf".to_owned()));
}
