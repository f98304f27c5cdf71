//! Uploads and the scanner: nobody but whoever uploads knows of a file before it was found clean.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use portal_core::event::Event;
use portal_core::files::{self, FilesRefusal};
use portal_core::memory::MemoryScanner;
use portal_core::ports::{BlobStream, Clock as _, ScanError, Scanner, Verdict};
use portal_core::sharing::{Access, Audience, ShareRequest};
use portal_core::testing::World;
use portal_core::values::{Actor, DocumentId, FolderId, VersionId};
use portal_core::{ByteRange, ContactHandle, ErrorKind, UploadState};

use crate::words::{another_node, blobs, called, files_refuse, kind, lies_in, listed, node_of, page};

const HOUR: Duration = Duration::from_secs(60 * 60);

/// A world with a scanner, in which Ana and Ben both see Client Uploads.
async fn watched() -> (World, MemoryScanner, ContactHandle) {
    let scanner = MemoryScanner::new();
    let world = World::builder().scanner(scanner.clone()).build().await.unwrap();
    world.let_pass(HOUR).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    world.mailer.take();
    (world, scanner, ana)
}

/// What anybody finds in a folder: the owner, and another contact who sees it.
async fn found_by_others(world: &World, folder: FolderId) -> usize {
    let ben = world.sign_in(&world.ben).await.unwrap();
    let as_staff = world.owner.files(world.acme.id).list(Some(folder), &page()).await.unwrap();
    let recent = ben.home().await.unwrap().recent.len();
    as_staff.entries.items.len() + listed(&ben, folder).await.len() + recent
}

/// What was mailed to anybody but those who signed in.
async fn told(world: &World) -> usize {
    world.let_pass(HOUR).await.unwrap();
    world.mailer.take().iter().filter(|mail| !mail.subject.contains("ign in")).count()
}

async fn happened(world: &World) -> Vec<Event> {
    let rows = world.owner.activity(world.acme.id, &page()).await.unwrap().items;
    rows.into_iter().map(|row| row.happened.event).collect()
}

#[tokio::test]
async fn s37_a_harmful_file_is_refused_and_nobody_sees_it_or_is_told() {
    let (world, _, ana) = watched().await;
    let before = blobs(&world).await;
    let refused = ana.files().upload(world.acme.client_uploads, called("w2.pdf"), MemoryScanner::eicar());
    assert_eq!(files_refuse(refused).await, FilesRefusal::Infected);
    let uploads = ana.files().uploads();
    let eicar = MemoryScanner::eicar();
    let begun = uploads.begin(world.acme.client_uploads, called("more.pdf"), eicar.len() as u64).await.unwrap();
    uploads.resume(begun.id, 0, eicar).await.unwrap();
    assert_eq!(files_refuse(uploads.finish(begun.id)).await, FilesRefusal::Infected);
    assert!(uploads.list().await.unwrap().is_empty(), "it is gone");
    assert_eq!((found_by_others(&world, world.acme.client_uploads).await, told(&world).await), (0, 0));
    assert_eq!(blobs(&world).await, before, "its bytes are deleted");
    let found = happened(&world).await.into_iter().filter_map(|event| match event {
        Event::Files(files::Event::Infected { name, threat, .. }) => {
            Some(format!("{} {}", name.text()?, threat.text()?))
        }
        _ => None,
    });
    let found: Vec<String> = found.collect();
    assert_eq!(found, ["more.pdf EICAR test file", "w2.pdf EICAR test file"], "staff sees it in the Activity");
}

#[tokio::test]
async fn s37_what_was_not_scanned_yet_is_nobodys_and_becomes_its_uploaders_document_once_it_was() {
    let (world, scanner, ana) = watched().await;
    scanner.away(true);
    let waits = ana.files().upload(world.acme.client_uploads, called("w2.pdf"), "a clean one");
    assert_eq!(kind(waits).await, ErrorKind::AwaitingScan);
    let uploads = ana.files().uploads();
    let begun = uploads.begin(world.acme.client_uploads, called("w3.pdf"), 5).await.unwrap();
    uploads.resume(begun.id, 0, "clean").await.unwrap();
    for _ in 0..2 {
        assert_eq!(kind(uploads.finish(begun.id)).await, ErrorKind::AwaitingScan, "however often it is asked for");
    }
    assert_eq!((found_by_others(&world, world.acme.client_uploads).await, told(&world).await), (0, 0));
    // A scanner that is away for weeks loses nothing.
    for _ in 0..20 {
        world.portal.worker().run_scans().await.unwrap();
        world.let_pass(24 * HOUR).await.unwrap();
    }
    let ana = world.sign_in(&world.ana).await.unwrap();
    let uploads = ana.files().uploads();
    let waiting: Vec<_> = uploads.list().await.unwrap();
    assert_eq!(waiting.iter().map(|it| it.state).collect::<Vec<_>>(), [UploadState::AwaitingScan; 2]);
    assert_eq!((found_by_others(&world, world.acme.client_uploads).await, told(&world).await), (0, 0));

    scanner.away(false);
    assert_eq!(world.portal.worker().run_scans().await.unwrap().scanned, 2);
    assert!(uploads.list().await.unwrap().is_empty());
    assert_eq!(listed(&ana, world.acme.client_uploads).await, ["w2.pdf", "w3.pdf"]);
    let by_ana = |event: &Event| matches!(event, Event::Files(files::Event::Uploaded { .. }));
    let rows = world.owner.activity(world.acme.id, &page()).await.unwrap().items;
    let uploaded: Vec<Actor> =
        rows.iter().filter(|row| by_ana(&row.happened.event)).map(|row| row.happened.actor).collect();
    assert_eq!(uploaded, [Actor::Contact(world.ana.contact); 2]);
    assert_eq!(told(&world).await, 1, "the team is told now, once");
    let receipt = uploads.finish(begun.id).await.unwrap().receipt;
    assert_eq!((receipt.name.as_str(), receipt.size_bytes), ("w3.pdf", 5), "finishing it again answers its receipt");
}

#[tokio::test]
async fn s37_what_is_found_harmful_later_is_there_for_its_uploader_alone_to_see() {
    let (world, scanner, ana) = watched().await;
    let before = blobs(&world).await;
    scanner.away(true);
    let waits = ana.files().upload(world.acme.client_uploads, called("w2.pdf"), MemoryScanner::eicar());
    assert_eq!(kind(waits).await, ErrorKind::AwaitingScan);
    scanner.away(false);
    world.let_pass(HOUR).await.unwrap();
    assert_eq!(world.portal.worker().run_scans().await.unwrap().scanned, 1);
    let uploads = ana.files().uploads();
    let [found] = uploads.list().await.unwrap().try_into().unwrap();
    assert_eq!((found.name.as_str(), found.state), ("w2.pdf", UploadState::Infected));
    assert_eq!(files_refuse(uploads.finish(found.id)).await, FilesRefusal::Infected);
    assert_eq!(world.portal.worker().run_scans().await.unwrap().scanned, 0, "it is not asked about again");
    assert_eq!((found_by_others(&world, world.acme.client_uploads).await, told(&world).await), (0, 0));
    world.let_pass(4 * 24 * HOUR).await.unwrap();
    let uploads = world.sign_in(&world.ana).await.unwrap().files().uploads();
    assert!(uploads.list().await.unwrap().is_empty(), "after some days it goes");
    assert_eq!(blobs(&world).await, before);
}

#[tokio::test]
async fn s12_what_waits_for_the_scanner_when_its_folder_is_taken_away_goes() {
    let (world, scanner, ana) = watched().await;
    for contact in [&world.ana, &world.ben] {
        world.share(world.internal, contact, Access::ViewAndUpload).await.unwrap();
    }
    let before = blobs(&world).await;
    scanner.away(true);
    let waits = ana.files().upload(world.internal, called("w2.pdf"), "a clean one");
    assert_eq!(kind(waits).await, ErrorKind::AwaitingScan);
    world.owner.files(world.acme.id).revoke(world.internal, world.ana.audience()).await.unwrap();
    scanner.away(false);
    world.let_pass(HOUR).await.unwrap();
    assert_eq!(world.portal.worker().run_scans().await.unwrap().scanned, 0);
    assert_eq!((found_by_others(&world, world.internal).await, told(&world).await), (0, 0));
    assert_eq!(blobs(&world).await, before);
}

#[tokio::test]
async fn s37_what_waits_is_finished_once_however_many_nodes_ask() {
    let (world, scanner, ana) = watched().await;
    scanner.away(true);
    assert_eq!(
        kind(ana.files().upload(world.acme.client_uploads, called("w2.pdf"), "clean")).await,
        ErrorKind::AwaitingScan
    );
    scanner.away(false);
    world.let_pass(HOUR).await.unwrap();
    let nodes = [7, 8, 9].map(|seed| node_of(&world, seed).scanner(scanner.clone()).build().unwrap());
    let runs = futures_util::future::join_all(
        nodes.iter().map(|node| node.worker()).map(|worker| async move { worker.run_scans().await.unwrap().scanned }),
    )
    .await;
    assert_eq!(runs.iter().sum::<usize>(), 1);
    assert_eq!(listed(&ana, world.acme.client_uploads).await, ["w2.pdf"]);
}

#[tokio::test]
async fn what_has_a_command_or_a_share_to_go_with_it_is_asked_for_again() {
    let (world, scanner, ana) = watched().await;
    let before = blobs(&world).await;
    scanner.away(true);
    let files = world.owner.files(world.acme.id);
    let upload = || ana.files().upload(world.acme.client_uploads, called("w2.pdf"), "clean").command("once");
    assert_eq!(kind(upload()).await, ErrorKind::Unavailable);
    let share = ShareRequest::new(Audience::AllContacts, Access::View);
    let shared = || files.upload(world.internal, called("w3.pdf"), "clean").share(share);
    assert_eq!(kind(shared()).await, ErrorKind::Unavailable);
    world.let_pass(25 * HOUR).await.unwrap();
    assert_eq!(blobs(&world).await, before, "nothing is left of the first try");
    scanner.away(false);
    let ana = world.sign_in(&world.ana).await.unwrap();
    let upload = || ana.files().upload(world.acme.client_uploads, called("w2.pdf"), "clean").command("once");
    let receipt = upload().await.unwrap().receipt;
    assert_eq!(upload().await.unwrap().receipt, receipt);
    let document = shared().await.unwrap().document;
    assert!(ana.files().document(document).await.is_ok(), "it was shared in the same go");
}

#[tokio::test]
async fn versions_wait_as_documents_do() {
    let (world, scanner, _) = watched().await;
    let files = world.owner.files(world.acme.id);
    let document = files.upload(world.acme.client_uploads, called("w2.pdf"), "first").await.unwrap().document;
    scanner.away(true);
    assert_eq!(kind(files.add_version(document, called("w2.pdf"), "other")).await, ErrorKind::AwaitingScan);
    assert_eq!(world.content(world.acme.id, document).await.unwrap(), b"first");
    scanner.away(false);
    world.let_pass(HOUR).await.unwrap();
    world.portal.worker().run_scans().await.unwrap();
    assert_eq!(world.content(world.acme.id, document).await.unwrap(), b"other");
}

#[tokio::test]
async fn l30_what_was_kept_before_there_was_a_scanner_is_not_read_before_it_was_scanned() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let mut kept = Vec::new();
    for (name, bytes) in [("clean.pdf", b"%PDF-1.7 clean".to_vec()), ("bad.pdf", MemoryScanner::eicar())] {
        kept.push(files.upload(world.acme.client_uploads, called(name), bytes).await.unwrap());
    }
    let [clean, bad]: [_; 2] = kept.try_into().unwrap();
    let session = world.session_of(&world.ana).await.unwrap();
    let scanner = MemoryScanner::new();
    let node = node_of(&world, 5).previewer(portal_core::memory::MemoryPreviewer::new());
    let node = node.scanner(scanner.clone()).build().unwrap();
    let ana = node.contact(&session, world.ana.contact).await.unwrap();
    let owner = node.staff(world.firm, world.owner.me().await.unwrap().id).await.unwrap();
    let owners = owner.files(world.acme.id);
    scanner.away(true);
    for document in [clean.document, bad.document] {
        assert_eq!(kind(ana.files().download(document, ByteRange::All)).await, ErrorKind::Unavailable);
        assert_eq!(kind(owners.download(document, None, ByteRange::All)).await, ErrorKind::Unavailable);
        assert_eq!(kind(ana.files().preview(document, 0, 100)).await, ErrorKind::Unavailable);
    }
    scanner.away(false);
    for _ in 0..2 {
        assert!(ana.files().download(clean.document, ByteRange::All).await.is_ok());
        assert_eq!(files_refuse(ana.files().download(bad.document, ByteRange::All)).await, FilesRefusal::Infected);
        assert_eq!(files_refuse(ana.files().preview(bad.document, 0, 100)).await, FilesRefusal::Infected);
        let range = ByteRange::From { start: 0, end: Some(1) };
        let version: Option<VersionId> = Some(bad.version);
        assert_eq!(files_refuse(owners.download(bad.document, version, range)).await, FilesRefusal::Infected);
    }
    assert_eq!(scanner.scanned(), 2, "each is looked at once");
    let zip = ana.files().download_folder(world.acme.client_uploads).await.unwrap();
    assert_eq!(crate::folder_zip::names_in(zip).await, ["clean.pdf"], "a folder comes without it");
    // Where there is no scanner any more, what was found harmful stays so.
    let without: DocumentId = bad.document;
    let ana = another_node(&world, 6).contact(&session, world.ana.contact).await.unwrap();
    assert_eq!(files_refuse(ana.files().download(without, ByteRange::All)).await, FilesRefusal::Infected);
    assert!(
        lies_in(&owner, world.acme.id, world.acme.client_uploads).await.contains(&"bad.pdf".to_owned()),
        "and staff can remove it"
    );
}

#[tokio::test]
async fn l30_what_the_scanner_cannot_judge_is_refused_and_judged_anew_once_it_can() {
    let world = World::new().await.unwrap();
    let folder = world.acme.client_uploads;
    let kept = world.owner.files(world.acme.id).upload(folder, called("large.pdf"), "1234567890").await.unwrap();
    let session = world.session_of(&world.ana).await.unwrap();
    let scanner = MemoryScanner::new();
    let node = node_of(&world, 5).scanner(scanner.clone()).build().unwrap();
    let ana = node.contact(&session, world.ana.contact).await.unwrap();
    scanner.judges_up_to(5);
    let before = happened(&world).await.len();
    assert_eq!(files_refuse(ana.files().download(kept.document, ByteRange::All)).await, FilesRefusal::Infected);
    assert_eq!(files_refuse(ana.files().upload(folder, called("new.pdf"), "123456")).await, FilesRefusal::Infected);
    assert_eq!(happened(&world).await.len(), before + 1, "the upload is noted, what is kept is not");
    scanner.judges_up_to(100);
    assert!(ana.files().download(kept.document, ByteRange::All).await.is_ok());
}

#[tokio::test]
async fn asking_for_what_waits_asks_the_scanner_no_more_often() {
    let (world, scanner, ana) = watched().await;
    scanner.away(true);
    let uploads = ana.files().uploads();
    let begun = uploads.begin(world.acme.client_uploads, called("w2.pdf"), 5).await.unwrap();
    uploads.resume(begun.id, 0, "clean").await.unwrap();
    assert_eq!(kind(uploads.finish(begun.id)).await, ErrorKind::AwaitingScan);
    scanner.away(false);
    for _ in 0..10 {
        assert_eq!(kind(uploads.finish(begun.id)).await, ErrorKind::AwaitingScan);
    }
    assert_eq!(scanner.scanned(), 0, "its turn comes by itself");
    world.let_pass(HOUR).await.unwrap();
    assert_eq!(uploads.finish(begun.id).await.unwrap().receipt.size_bytes, 5);
}

/// Never comes to an end with what begins with `hang`.
struct Hanging;

#[async_trait]
impl Scanner for Hanging {
    async fn scan(&self, mut file: BlobStream, _: u64) -> Result<Verdict, ScanError> {
        let first = file.next().await.and_then(Result::ok).unwrap_or_default();
        if first.starts_with(b"hang") { std::future::pending().await } else { Ok(Verdict::Clean) }
    }
}

#[tokio::test]
async fn files_that_the_scanner_hangs_on_hold_up_nobody_elses() {
    let away = MemoryScanner::new();
    away.away(true);
    let world = World::builder().scanner(away).build().await.unwrap();
    let (ana, ben) = (world.sign_in(&world.ana).await.unwrap(), world.sign_in(&world.ben).await.unwrap());
    let folder = world.acme.client_uploads;
    for number in 0..40 {
        let hangs = ana.files().upload(folder, called(&format!("{number}.pdf")), format!("hang {number}"));
        assert_eq!(kind(hangs).await, ErrorKind::AwaitingScan);
    }
    assert_eq!(kind(ben.files().upload(folder, called("w2.pdf"), "clean")).await, ErrorKind::AwaitingScan);
    world.clock.advance(2 * HOUR);
    let node = node_of(&world, 5).scanner(Hanging).build().unwrap();
    let began = world.clock.now();
    assert_eq!(node.worker().run_scans().await.unwrap().scanned, 1, "in the first turn");
    assert!(world.clock.now().since(began) < HOUR);
    assert_eq!(lies_in(&world.owner, world.acme.id, folder).await, ["w2.pdf"]);
}
