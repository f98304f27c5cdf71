//! A mail that staff send themselves, to see it in their own mailbox.

use std::time::Duration;

use portal_core::Refusal;
use portal_core::directory::DirectoryRefusal;
use portal_core::notifications::{MailKind, MessageState, Specimen};
use portal_core::ports::store::DeliveryQuery;
use portal_core::testing::{World, png_head};
use portal_core::values::{Language, PageRequest};

#[tokio::test]
async fn a_test_is_the_very_mail_that_is_shown_sent_to_who_asked_and_nobody_else() {
    let world = World::new().await.unwrap();
    world.owner.settings().set_logo(png_head(100, 100)).await.unwrap();
    let me = world.assigned.me().await.unwrap();
    for specimen in Specimen::ALL {
        let settings = world.assigned.settings();
        let shown = settings.preview_mail(specimen, &Language::GERMAN).await.unwrap();
        settings.send_test(specimen, &Language::GERMAN).await.unwrap();
        world.run_worker().await.unwrap();
        let sent = world.mailer.take();
        let [mail] = sent.as_slice() else { panic!("{sent:?}") };
        let words = shown.words.unwrap();
        assert_eq!((&mail.to, mail.to_name.as_str()), (&me.email, me.name.as_str()));
        assert_eq!(mail.subject, format!("Test: {}", words.subject));
        assert_eq!((&mail.html, &mail.text, &mail.images), (&words.html, &words.text, &shown.images));
        assert_eq!((&mail.from, &mail.unsubscribe), (&shown.from, &None), "nothing is turned off by it");
    }
    let ledger = world.owner.deliveries().list(&DeliveryQuery::default(), &PageRequest::default()).await.unwrap().items;
    assert!(ledger.iter().all(|it| (it.kind, it.state) == (MailKind::Test, MessageState::Sent)), "{ledger:?}");
    assert_eq!(ledger.len(), Specimen::ALL.len());
    world.owner.deliveries().resend(ledger[0].id).await.unwrap();
    world.run_worker().await.unwrap();
    assert!(world.mailer.take()[0].subject.starts_with("Test: "), "it can be sent once more as any");
}

#[tokio::test]
async fn a_member_sends_themselves_ten_tests_an_hour_and_each_key_once() {
    let world = World::new().await.unwrap();
    let settings = world.assigned.settings();
    let send = || settings.send_test(Specimen::SignIn, &Language::ENGLISH);
    for _ in 0..2 {
        send().command("press").await.unwrap();
    }
    for _ in 0..9 {
        send().await.unwrap();
    }
    let refused = send().await.unwrap_err().refusal();
    assert_eq!(refused, Some(Refusal::Directory(DirectoryRefusal::TooManyTests { most: 10 })));
    world.owner.settings().send_test(Specimen::SignIn, &Language::ENGLISH).await.unwrap();
    world.run_worker().await.unwrap();
    assert_eq!(world.mailer.take().len(), 11);
    world.let_pass(Duration::from_secs(60 * 60)).await.unwrap();
    send().await.unwrap();
}
