//! Mail as far as sharing decides it: who gets one, and who does not any more.

use std::time::Duration;

use futures_util::future::join;
use portal_core::Staff;
use portal_core::directory::{FirmChange, NewContact};
use portal_core::notifications::Told;
use portal_core::sharing::{Access, Audience, ShareRequest, SharedHow};
use portal_core::testing::{Person, World};

use crate::words::{called, person, upload, world_that_yields};

const WINDOW: Duration = Duration::from_secs(31 * 60);

/// The subjects of what came to a mailbox.
fn subjects(world: &World, to: &Person) -> Vec<String> {
    let mails = world.mailer.sent().into_iter();
    mails.filter(|mail| mail.to == to.email).map(|mail| mail.subject).collect()
}

#[tokio::test]
async fn s14_revoked_before_a_queued_mail_goes_the_mail_is_dropped() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let shares = [world.ana.audience(), Audience::AllContacts];
    for audience in shares {
        files.share(world.tax, audience, Access::View).notify().await.unwrap();
        files.revoke(world.tax, audience).await.unwrap();
    }
    files.share(world.internal, world.ana.audience(), Access::View).await.unwrap();
    world.upload(world.acme.id, world.internal, "w2.pdf", "bytes").await.unwrap();
    world.run_worker().await.unwrap();
    files.revoke(world.internal, world.ana.audience()).await.unwrap();
    world.let_pass(WINDOW).await.unwrap();
    assert!(world.mailer.sent().is_empty(), "{:?}", world.mailer.sent());
    files.share(world.tax, world.ana.audience(), Access::View).notify().await.unwrap();
    world.run_worker().await.unwrap();
    assert_eq!(subjects(&world, &world.ana).len(), 1);
}

#[tokio::test]
async fn s14_whatever_else_ends_access_drops_the_queued_mail() {
    for number in 0..5 {
        let world = World::new().await.unwrap();
        let (files, contacts) = (world.owner.files(world.acme.id), world.owner.contacts(world.acme.id));
        files.share(world.tax, world.ana.audience(), Access::View).await.unwrap();
        world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
        world.run_worker().await.unwrap();
        match number {
            0 => files.trash(world.tax).await.unwrap(),
            1 => contacts.remove(world.ana.contact).await.unwrap(),
            2 => contacts.set_portal_access(world.ana.contact, false).await.unwrap(),
            3 => {
                let share = files.share(world.tax, world.ana.audience(), Access::View);
                let soon = portal_core::ports::Clock::now(&world.clock) + Duration::from_secs(1);
                drop(share.until(Some(soon)).await.unwrap());
            }
            _ => {}
        }
        world.let_pass(WINDOW).await.unwrap();
        assert_eq!(world.mailer.sent().len(), usize::from(number == 4), "{number}");
    }
}

#[tokio::test]
async fn s16_sharing_twice_sends_one_mail() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    for _ in 0..2 {
        files.share(world.tax, world.ana.audience(), Access::View).notify().await.unwrap();
        world.let_pass(WINDOW).await.unwrap();
    }
    // She sees what lies below already, and whatever more she may do there gives her nothing to see.
    files.share(world.receipts, world.ana.audience(), Access::ViewAndUpload).notify().await.unwrap();
    files.share(world.tax, Audience::AllContacts, Access::View).notify().await.unwrap();
    world.let_pass(WINDOW).await.unwrap();
    assert_eq!(subjects(&world, &world.ana).len(), 1);
    assert_eq!(subjects(&world, &world.ben).len(), 1, "he is newly given it by the grant to all");
}

#[tokio::test]
async fn s16_two_who_share_the_same_at_once_give_one_grant_and_one_mail() {
    for seed in 0..30 {
        let world = world_that_yields(seed).await;
        let share = |member: &Staff| {
            let files = member.files(world.acme.id);
            files.share(world.tax, world.ana.audience(), Access::View).notify().into_future()
        };
        let (one, other) = join(share(&world.owner), share(&world.assigned)).await;
        let (one, other) = (one.unwrap().shared, other.unwrap().shared);
        let given_once = matches!(
            [one.how, other.how],
            [SharedHow::Given, SharedHow::Already] | [SharedHow::Already, SharedHow::Given]
        );
        assert!(given_once && one.grant == other.grant, "seed {seed}: {one:?} {other:?}");
        assert_eq!(world.owner.files(world.acme.id).sharing(world.tax).await.unwrap().own.len(), 1, "seed {seed}");
        world.let_pass(WINDOW).await.unwrap();
        assert_eq!(world.mailer.sent().len(), 1, "seed {seed}");
    }
}

#[tokio::test]
async fn who_will_be_told_is_who_is_told() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let gil = NewContact::without_email(person("Gil"));
    world.owner.contacts(world.acme.id).add(gil).await.unwrap();
    files.share(world.tax, world.ben.audience(), Access::View).await.unwrap();
    let share = files.share(world.tax, Audience::AllContacts, Access::View).notify();
    let mut told: Vec<(String, Told)> =
        share.who_will_be_told().await.unwrap().contacts.into_iter().map(|it| (it.name.to_string(), it.told)).collect();
    told.sort();
    assert_eq!(
        told,
        [("Ana".to_owned(), Told::ByMail), ("Ben".to_owned(), Told::HasAccess), ("Gil".to_owned(), Told::EmailMissing)]
    );
    share.await.unwrap();
    world.let_pass(WINDOW).await.unwrap();
    let to: Vec<String> = world.mailer.sent().into_iter().map(|mail| mail.to.to_string()).collect();
    assert_eq!(to, ["ana@acme.test"]);
}

#[tokio::test]
async fn uploaded_and_shared_in_one_go_sends_the_share_mail_only() {
    let world = World::new().await.unwrap();
    let files = world.owner.files(world.acme.id);
    let request = ShareRequest { notify: true, ..ShareRequest::new(world.ana.audience(), Access::View) };
    let receipt = files.upload(world.tax, called("w2.pdf"), "bytes").share(request).await.unwrap();
    world.let_pass(WINDOW).await.unwrap();
    assert_eq!(subjects(&world, &world.ana).len(), 1);
    let ana = world.sign_in(&world.ana).await.unwrap();
    ana.files().document(receipt.document).await.unwrap();
}

#[tokio::test]
async fn a_clients_upload_is_told_to_the_assigned_team_and_never_to_who_did_it() {
    let world = World::new().await.unwrap();
    let hear = FirmChange { contacts_hear_of_uploads: Some(true), ..FirmChange::default() };
    world.owner.settings().change(hear).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    world.mailer.take();
    upload(&ana, world.acme.client_uploads, "w2.pdf").await.unwrap();
    upload(&ana, world.acme.client_uploads, "1099.pdf").await.unwrap();
    world.let_pass(WINDOW).await.unwrap();
    let mut to: Vec<String> = world.mailer.sent().into_iter().map(|mail| mail.to.to_string()).collect();
    to.sort();
    assert_eq!(to, ["ben@acme.test", "mia@miller.test"]);
    let told: Vec<_> =
        world.owner.files(world.acme.id).team_told().await.unwrap().members.into_iter().map(|it| it.name).collect();
    assert_eq!(told, [person("Mia")]);
}
