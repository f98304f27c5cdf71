//! A firm's logo and the lines under its mail: from staff who set them to mails and pages.

use portal_core::directory::{DirectoryRefusal, FirmChange};
use portal_core::notifications::Specimen;
use portal_core::ports::Mail;
use portal_core::sharing::Access;
use portal_core::testing::{World, png_head};
use portal_core::values::{Language, MailFooter};
use portal_core::{Body, Error, ErrorKind, Refusal};

/// A mail of the firm, as it goes now.
async fn mail(world: &World) -> Mail {
    let files = world.owner.files(world.acme.id);
    let name = crate::words::called(&format!("Folder {}", world.mailer.sent().len()));
    let folder = files.add_folder(world.acme.root, name).await.unwrap();
    files.share(folder, world.ana.audience(), Access::View).notify().await.unwrap();
    world.run_worker().await.unwrap();
    world.mailer.last_to(&world.ana.email).unwrap()
}

fn refusal(answer: Result<(), Error>) -> DirectoryRefusal {
    match answer.unwrap_err().refusal() {
        Some(Refusal::Directory(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_logo_travels_within_every_mail_and_stands_on_the_access_page() {
    let world = World::new().await.unwrap();
    assert!(mail(&world).await.images.is_empty());
    let (logo, settings) = (png_head(480, 96), world.owner.settings());
    settings.set_logo(logo.clone()).await.unwrap();

    let with = mail(&world).await;
    let [image] = with.images.as_slice() else { panic!("{:?}", with.images) };
    assert_eq!((image.bytes.as_ref(), image.has_id()), (logo.as_slice(), true));
    let shown = format!(
        "<img class=\"logo\" src=\"cid:{}\" alt=\"{}\" width=\"240\" height=\"48\"",
        image.content_id, with.from.name
    );
    assert!(with.html.contains(&shown), "{}", with.html);
    assert_eq!(mail(&world).await.images, with.images, "each mail carries the same under the same id");

    let visitor = world.portal.visitor(std::net::IpAddr::from([192, 0, 2, 9]));
    let face = visitor.access_page(world.firm).await.unwrap();
    let read = visitor.logo(world.firm).await.unwrap();
    assert_eq!((read.bytes.as_ref(), read.mark), (logo.as_slice(), face.logo.unwrap().mark()));
    assert!(!with.html.contains("http://") && !with.html.contains("src=\"http"), "nothing is fetched");
}

#[tokio::test]
async fn a_logo_that_is_taken_off_can_be_brought_back_until_another_takes_its_place() {
    let world = World::new().await.unwrap();
    let settings = world.owner.settings();
    settings.show_logo(true).await.unwrap();
    settings.set_logo(png_head(100, 100)).await.unwrap();
    let first = mail(&world).await.images;
    settings.show_logo(false).await.unwrap();
    let without = mail(&world).await;
    assert!(without.images.is_empty() && !without.html.contains("<img"), "{}", without.html);
    let visitor = world.portal.visitor(std::net::IpAddr::from([192, 0, 2, 9]));
    assert_eq!(visitor.logo(world.firm).await.unwrap_err().kind(), ErrorKind::NotFound);
    settings.show_logo(true).await.unwrap();
    assert_eq!(mail(&world).await.images, first);

    let before = world.owner.firm().await.unwrap().settings.logo.unwrap().blob;
    settings.set_logo(png_head(200, 100)).await.unwrap();
    assert_ne!(mail(&world).await.images[0].content_id, first[0].content_id);
    let gone = world.ports.blobs.read(before, 0..1).await.err();
    assert!(matches!(gone, Some(portal_core::ports::BlobError::NotFound)), "the one before is swept: {gone:?}");
}

#[tokio::test]
async fn l28_what_is_no_logo_is_refused_and_the_one_before_stays() {
    let world = World::new().await.unwrap();
    let settings = world.owner.settings();
    settings.set_logo(png_head(100, 100)).await.unwrap();
    let before = world.owner.firm().await.unwrap();
    let mut large = png_head(100, 100);
    large.resize(200_001, 0);
    assert_eq!(refusal(settings.set_logo(large).await), DirectoryRefusal::LogoTooLarge { limit_bytes: 200_000 });
    assert_eq!(refusal(settings.set_logo("<svg/>").await), DirectoryRefusal::LogoUnknown);
    let sides = DirectoryRefusal::LogoSides { least: 16, most: 2_000 };
    assert_eq!(refusal(settings.set_logo(png_head(20_000, 100)).await), sides);
    // However much is sent, no more is read than a logo may have.
    let endless = futures_util::stream::repeat_with(|| Ok(bytes::Bytes::from_static(&[0; 1_000])));
    let refused = settings.set_logo(Body::from_stream(endless)).await;
    assert_eq!(refusal(refused), DirectoryRefusal::LogoTooLarge { limit_bytes: 200_000 });
    let broken = futures_util::stream::iter([Ok(png_head(100, 100).into()), Err(std::io::Error::other("cut"))]);
    assert_eq!(settings.set_logo(Body::from_stream(broken)).await.unwrap_err().kind(), ErrorKind::Invalid);
    assert_eq!(world.assigned.settings().set_logo(png_head(100, 100)).await.unwrap_err().kind(), ErrorKind::Denied);
    assert_eq!(world.owner.firm().await.unwrap(), before);
    assert_eq!(world.ports.blobs.list(None, 100).await.unwrap().blobs.len(), 1, "nothing of it was kept");
}

#[tokio::test]
async fn a_logo_that_cannot_be_read_holds_up_no_mail() {
    let world = World::new().await.unwrap();
    world.owner.settings().set_logo(png_head(100, 100)).await.unwrap();
    let blob = world.owner.firm().await.unwrap().settings.logo.unwrap().blob;
    world.ports.blobs.delete(blob).await.unwrap();
    let mail = mail(&world).await;
    assert!(mail.images.is_empty() && !mail.html.contains("cid:"), "{}", mail.html);
    assert!(mail.html.contains(&mail.from.name));
}

#[tokio::test]
async fn what_the_firm_writes_under_its_mails_stands_there_and_in_what_staff_are_shown() {
    let world = World::new().await.unwrap();
    let settings = world.owner.settings();
    let footer = MailFooter::new("Miller <CPA>\n1 Main Street").unwrap();
    let mail_footer = Some(Some(footer));
    settings.change(FirmChange { mail_footer, ..FirmChange::default() }).await.unwrap();
    settings.set_logo(png_head(100, 100)).await.unwrap();
    let sent = mail(&world).await;
    assert!(sent.text.trim_end().ends_with("Miller <CPA>\n1 Main Street"), "{}", sent.text);
    assert!(sent.html.contains("Miller &lt;CPA&gt;<br>1 Main Street"), "{}", sent.html);
    for specimen in Specimen::ALL {
        let shown = settings.preview_mail(specimen, &Language::GERMAN).await.unwrap();
        let words = shown.words.unwrap();
        assert!(words.text.trim_end().ends_with("Miller <CPA>\n1 Main Street"), "{}", words.text);
        assert_eq!(shown.images, sent.images);
        assert!(words.html.contains(&format!("cid:{}", shown.images[0].content_id)));
    }
    settings.change(FirmChange { mail_footer: Some(None), ..FirmChange::default() }).await.unwrap();
    assert!(!mail(&world).await.text.contains("Main Street"));
}
