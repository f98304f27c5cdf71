//! How often people want to be mailed, mail turned off by its own link, and mail that comes back.

use std::net::IpAddr;
use std::time::Duration;

use super::world::{Mood, WINDOW, World, email, name};
use crate::directory::{Addressee, FirmChange, Frequency, MailingChange, NewClient, NewContact, PortalStatus, Topic};
use crate::engine::{ErrorKind, Visitor};
use crate::notifications::{DropReason, MessageState, UnsubscribeToken};
use crate::ports::{Mail, MailerFault};
use crate::sharing::{Access, Audience};
use crate::values::{ContactId, PageRequest, TimeZone};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

impl World {
    pub(super) async fn choose(&self, contact: ContactId, topic: Topic, often: Frequency) {
        // As the contact would, by a session; staff cannot.
        let found = self.store_contact(contact).await;
        let current = crate::engine::mailing::mailing_of(&self.portal.engine, self.firm, Addressee::Contact(contact));
        let current = current.await.unwrap();
        let change = MailingChange::topic(topic, often);
        let addressee = Addressee::Contact(contact);
        let decision = crate::directory::change_mailing(addressee, Some(found), current.as_ref(), &change).unwrap();
        let keyspace = crate::event::Keyspace::Firm(self.firm);
        let actor = crate::values::Actor::Contact(contact);
        let done = crate::engine::run::once(&self.portal.engine, keyspace, actor, |_| decision.lift()).await;
        assert!(done.unwrap());
    }

    async fn store_contact(&self, contact: ContactId) -> crate::values::ClientId {
        use crate::ports::store::DirectoryReads as _;
        self.store.contact(self.firm, &contact.into()).await.unwrap().unwrap().contact.client
    }

    pub(super) fn visitor(&self) -> Visitor {
        self.portal.visitor("192.0.2.1".parse::<IpAddr>().unwrap())
    }

    async fn dropped(&self, reason: DropReason) -> usize {
        self.messages(Some(MessageState::Dropped(reason))).await.len()
    }
}

pub(super) fn token(mail: &Mail) -> UnsubscribeToken {
    mail.unsubscribe.as_ref().expect("it can be turned off").as_str().rsplit('/').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn n08_off_means_off_and_sign_in_mail_still_arrives() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    world.choose(ana, Topic::NewDocuments, Frequency::Off).await;
    world.upload(folder, "w2.pdf").await;
    world.work_past_window().await;
    assert_eq!(world.mailed(), [""; 0]);
    assert!(world.messages(None).await.is_empty(), "whoever wants nothing is made nothing");
    // Another topic goes, and so does sign-in mail.
    let letters = world.folder("Letters").await;
    world.files().share(letters, Audience::Contact(ana), Access::View).notify().await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), ["ana@acme.test"]);
    world.choose(ana, Topic::Shared, Frequency::Off).await;
    world.upload_as(ana, "ana@acme.test", folder, "signed in.pdf").await;
}

#[tokio::test]
async fn n08_turned_off_while_a_mail_waits_drops_it() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    world.upload(folder, "w2.pdf").await;
    world.work().await;
    world.choose(ana, Topic::NewDocuments, Frequency::Off).await;
    world.clock.advance(WINDOW);
    world.work().await;
    assert_eq!((world.mailed(), world.dropped(DropReason::TurnedOff).await), (vec![], 1));
}

#[tokio::test]
async fn n08_daily_mail_gathers_all_clients_and_folders_and_goes_at_eight_by_the_firms_clocks() {
    let world = World::new().await;
    let berlin = TimeZone::new("Europe/Berlin").unwrap();
    world.change_firm(FirmChange { time_zone: Some(berlin.clone()), ..FirmChange::default() }).await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let bolt = world.staff.clients().add(NewClient::new(name("Bolt"))).await.unwrap();
    let at_bolt = NewContact::new(name("Ana"), email("ANA@acme.test"));
    let at_bolt = world.staff.contacts(bolt.id).add(at_bolt).await.unwrap();
    let bens = world.contact("Ben", "ben@acme.test").await;
    for contact in [ana, at_bolt] {
        world.choose(contact, Topic::NewDocuments, Frequency::Daily).await;
    }
    let tax = world.shared_folder("2025 Tax", ana).await;
    let letters = world.shared_folder("Letters", ana).await;
    let hidden = world.shared_folder("Of Ben", bens).await;
    let root = world.staff.clients().find(bolt.id).await.unwrap().root;
    let plans = world.staff.files(bolt.id).add_folder(root, super::world::file("Plans")).await.unwrap();
    world.staff.files(bolt.id).share(plans, Audience::AllContacts, Access::View).await.unwrap();
    for (folder, called) in [(tax, "w2.pdf"), (letters, "letter.pdf"), (tax, "1099.pdf"), (hidden, "secret.pdf")] {
        world.upload(folder, called).await;
        world.work().await;
        world.clock.advance(super::world::minutes(10));
    }
    world.staff.files(bolt.id).upload(plans, super::world::file("plan.pdf"), "plan").await.unwrap();
    world.work().await;
    world.clock.advance(super::world::minutes(40));
    world.work().await;
    assert_eq!(world.mailed(), ["ben@acme.test"], "who wants it at once is told at once");

    let waiting = world.messages(Some(MessageState::Waiting)).await;
    let [digest] = waiting.as_slice() else { panic!("{waiting:?}") };
    let local = berlin.local(digest.due_at);
    assert_eq!((local.hour, local.minute, digest.events.len()), (8, 0, 4));
    world.clock.advance(DAY);
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    for part in ["Acme, “2025 Tax”", "w2.pdf", "1099.pdf", "Acme, “Letters”", "letter.pdf", "Bolt, “Plans”", "plan.pdf"]
    {
        assert!(mail.text.contains(part), "{part} is missing in:\n{}", mail.text);
    }
    assert!(!mail.text.contains("secret.pdf") && !mail.html.contains("secret.pdf"), "{}", mail.text);
    assert!(mail.subject.contains("4 new documents"), "{}", mail.subject);
}

#[tokio::test]
async fn n08_a_daily_mail_leads_whoever_of_a_mailbox_sees_what_it_tells_of() {
    let world = World::new().await;
    let kim = world.contact("Kim", "home@acme.test").await;
    let lee = world.contact("Lee", "home@acme.test").await;
    let folders = [(kim, world.shared_folder("Of Kim", kim).await), (lee, world.shared_folder("Of Lee", lee).await)];
    for (contact, folder) in folders {
        for topic in [Topic::NewDocuments, Topic::Shared] {
            world.choose(contact, topic, Frequency::Daily).await;
        }
        world.upload(folder, "w2.pdf").await;
        let inside = world.folder(&format!("Shared with {contact}")).await;
        world.files().share(inside, Audience::Contact(contact), Access::View).notify().await.unwrap();
    }
    world.work().await;
    world.clock.advance(DAY);
    world.work().await;
    let mails = world.mails();
    assert_eq!(mails.len(), 2, "of each topic one");
    for mail in &mails {
        let links: Vec<&str> = mail.text.lines().filter(|line| line.contains("/portal/")).collect();
        let leads = |contact: ContactId| links.iter().filter(|link| link.contains(&contact.to_string())).count();
        assert_eq!((leads(kim), leads(lee)), (1, 1), "{}", mail.text);
    }
}

#[tokio::test]
async fn s14_a_daily_mail_tells_only_what_is_still_seen_when_it_goes() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    world.choose(ana, Topic::NewDocuments, Frequency::Daily).await;
    let folder = world.shared_folder("2025 Tax", ana).await;
    let document = world.upload(folder, "w2.pdf").await;
    let gone = world.upload(folder, "gone.pdf").await;
    world.work().await;
    world.files().trash(gone).await.unwrap();
    world.files().revoke(folder, Audience::Contact(ana)).await.unwrap();
    world.files().share(document, Audience::Contact(ana), Access::View).await.unwrap();
    world.clock.advance(DAY);
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.text.contains("w2.pdf") && !mail.text.contains("gone.pdf"), "{}", mail.text);
    assert!(!mail.text.contains("2025 Tax"), "a folder that is not open to them is not named: {}", mail.text);
    // And with nothing left to see there is no mail.
    world.files().add_version(document, super::world::file("w2.pdf"), "again").await.unwrap();
    world.work().await;
    world.files().revoke(document, Audience::Contact(ana)).await.unwrap();
    world.clock.advance(DAY);
    world.work().await;
    assert_eq!((world.mailed(), world.dropped(DropReason::AccessGone).await), (vec![], 1));
}

#[tokio::test]
async fn s07_a_daily_mail_tells_nothing_of_a_client_at_whom_its_reader_is_a_contact_no_more() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let bolt = world.staff.clients().add(NewClient::new(name("Bolt"))).await.unwrap();
    let at_bolt = NewContact::new(name("Ana"), email("ana@acme.test"));
    let at_bolt = world.staff.contacts(bolt.id).add(at_bolt).await.unwrap();
    for contact in [ana, at_bolt] {
        world.choose(contact, Topic::NewDocuments, Frequency::Daily).await;
    }
    let tax = world.shared_folder("2025 Tax", ana).await;
    world.upload(tax, "w2.pdf").await;
    let uploads = bolt.client_uploads.unwrap();
    let (plan, bytes) = (super::world::file("plan.pdf"), "plan");
    world.staff.files(bolt.id).upload(uploads, plan, bytes).await.unwrap();
    world.work().await;
    world.staff.contacts(bolt.id).remove(at_bolt).await.unwrap();
    world.clock.advance(DAY);
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    // What is shared with all contacts of Bolt is not shared with a contact of Acme.
    assert!(
        mail.text.contains("w2.pdf") && !mail.text.contains("plan") && !mail.text.contains("Bolt"),
        "{}",
        mail.text
    );
}

#[tokio::test]
async fn weekly_mail_gathers_what_was_shared() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    world.choose(ana, Topic::Shared, Frequency::Weekly).await;
    for called in ["2025 Tax", "Letters"] {
        let folder = world.folder(called).await;
        world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
        world.work().await;
    }
    assert_eq!(world.mailed(), [""; 0]);
    world.clock.advance(7 * DAY);
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.text.contains("2025 Tax") && mail.text.contains("Letters"), "{}", mail.text);
    assert!(mail.subject.contains("2 things"), "{}", mail.subject);
}

#[tokio::test]
async fn a_member_who_wants_it_daily_is_told_of_all_clients_in_one_mail() {
    let world = World::new().await;
    let dana = world.assigned("Dana", "dana@hill.test").await;
    let staff = world.portal.staff(world.firm, dana).await.unwrap();
    let daily = MailingChange::topic(Topic::ClientUploaded, Frequency::Daily);
    staff.notifications().choose(daily).await.unwrap();
    let ana = world.contact("Ana", "ana@acme.test").await;
    for called in ["w2.pdf", "1099.pdf"] {
        world.upload_as(ana, "ana@acme.test", world.client_uploads, called).await;
        world.work_past_window().await;
    }
    assert_eq!(world.mailed(), [""; 0]);
    world.clock.advance(DAY);
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.text.contains("Acme, “Client Uploads”") && mail.text.contains("1099.pdf"), "{}", mail.text);
    world.visitor().unsubscribe(world.firm, &token(mail)).await.unwrap();
    assert_eq!(staff.notifications().read().await.unwrap().often(Topic::ClientUploaded), Frequency::Off);
}

#[tokio::test]
async fn s38_a_daily_mail_to_a_restricted_member_mentions_no_client_that_they_are_not_assigned_to() {
    let world = World::new().await;
    let dana = world.assigned("Dana", "dana@hill.test").await;
    let bolt = world.staff.clients().add(NewClient::new(name("Bolt"))).await.unwrap();
    world.staff.assignments(bolt.id).assign(dana).await.unwrap();
    let staff = world.portal.staff(world.firm, dana).await.unwrap();
    staff.notifications().choose(MailingChange::topic(Topic::ClientUploaded, Frequency::Daily)).await.unwrap();
    let ana = world.contact("Ana", "ana@acme.test").await;
    let cara = NewContact::new(name("Cara"), email("cara@bolt.test"));
    let cara = world.staff.contacts(bolt.id).add(cara).await.unwrap();
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "w2.pdf").await;
    world.upload_as(cara, "cara@bolt.test", bolt.client_uploads.unwrap(), "plan.pdf").await;
    world.work_past_window().await;
    world.restrict().await;
    world.staff.assignments(bolt.id).unassign(dana).await.unwrap();
    world.clock.advance(DAY);
    world.work().await;
    let mails = world.mails();
    let [mail] = mails.as_slice() else { panic!("{} mails", mails.len()) };
    assert!(mail.text.contains("w2.pdf"), "{}", mail.text);
    assert!(!mail.text.contains("plan") && !mail.text.contains("Bolt"), "{}", mail.text);

    world.upload_as(ana, "ana@acme.test", world.client_uploads, "1099.pdf").await;
    world.work_past_window().await;
    world.staff.assignments(world.client).unassign(dana).await.unwrap();
    world.clock.advance(DAY);
    world.work().await;
    assert_eq!((world.mailed(), world.dropped(DropReason::AccessGone).await), (vec![], 1));
}

#[tokio::test]
async fn n09_looking_at_the_link_fifty_times_changes_nothing_and_posting_to_it_turns_that_mail_off() {
    let world = World::new().await;
    let kim = world.contact("Kim", "home@acme.test").await;
    world.contact("Lee", "home@acme.test").await;
    let other = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::AllContacts, Access::View).notify().await.unwrap();
    world.work().await;
    let mails = world.mails();
    let mail = mails.iter().find(|mail| mail.to == email("home@acme.test")).unwrap();
    let (visitor, token) = (world.visitor(), token(mail));
    assert!(mail.text.contains(&token.expose()) && mail.html.contains(&token.expose()), "people can press it too");
    for _ in 0..50 {
        assert!(!visitor.unsubscribe_page(world.firm, &token).await.unwrap().off);
    }
    for _ in 0..3 {
        visitor.unsubscribe(world.firm, &token).await.unwrap();
        assert!(visitor.unsubscribe_page(world.firm, &token).await.unwrap().off);
    }
    let letters = world.folder("Letters").await;
    world.files().share(letters, Audience::AllContacts, Access::View).notify().await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), ["ana@acme.test"], "both who read that mailbox are left alone, and nobody else is");
    // Another topic was not turned off; and it is taken back by the same link.
    world.upload(folder, "w2.pdf").await;
    world.work_past_window().await;
    assert_eq!(world.mailed(), ["ana@acme.test", "home@acme.test"]);
    visitor.subscribe_again(world.firm, &token).await.unwrap();
    let notes = world.folder("Notes").await;
    world.files().share(notes, Audience::AllContacts, Access::View).notify().await.unwrap();
    world.work().await;
    assert_eq!(world.mailed(), ["ana@acme.test", "home@acme.test"]);
    let _ = (kim, other);
}

#[tokio::test]
async fn n09_a_link_of_another_firm_of_an_old_address_or_too_old_is_answered_alike() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
    world.work().await;
    let token = token(&world.mails()[0]);
    let visitor = world.visitor();
    let refused = async |firm, token: &UnsubscribeToken| {
        let looked = visitor.unsubscribe_page(firm, token).await.unwrap_err();
        let posted = visitor.unsubscribe(firm, token).await.unwrap_err();
        assert_eq!((looked.kind(), posted.kind()), (ErrorKind::NotFound, ErrorKind::NotFound));
        assert_eq!(looked.to_string(), posted.to_string());
    };
    refused(crate::values::FirmId::from_bits(9), &token).await;
    let moved = crate::directory::ContactChange {
        email: Some(Some(email("ana@new.test"))),
        ..crate::directory::ContactChange::default()
    };
    world.staff.contacts(world.client).change(ana, moved).await.unwrap();
    refused(world.firm, &token).await;
    let back = crate::directory::ContactChange {
        email: Some(Some(email("ana@acme.test"))),
        ..crate::directory::ContactChange::default()
    };
    world.staff.contacts(world.client).change(ana, back).await.unwrap();
    visitor.unsubscribe_page(world.firm, &token).await.unwrap();
    world.clock.advance(365 * DAY);
    refused(world.firm, &token).await;
}

#[tokio::test]
async fn mail_that_comes_back_marks_the_address_until_it_changes_or_staff_say_so() {
    let world = World::new().await;
    let ana = world.contact("Ana", "ana@acme.test").await;
    let folder = world.folder("2025 Tax").await;
    let share = async |folder| {
        world.files().share(folder, Audience::Contact(ana), Access::View).notify().await.unwrap();
        world.work().await;
    };
    let status = async || {
        let rows = world.staff.contacts(world.client).list(&PageRequest::default()).await.unwrap().items;
        rows.into_iter().find(|row| row.contact.id == ana).unwrap()
    };
    world.mailer.mood(Mood::Fails(MailerFault::Permanent));
    share(folder).await;
    world.mailer.mood(Mood::Works);
    assert_eq!(world.messages(Some(MessageState::Dead)).await.len(), 1);
    let row = status().await;
    assert!(matches!(row.status, PortalStatus::Bounced(_)), "{row:?}");
    assert_eq!(row.mailing.bounce.unwrap().reason, "the server says no");

    share(world.folder("Letters").await).await;
    assert_eq!((world.mailed(), world.dropped(DropReason::Bounced).await), (vec![], 1));
    let letters = world.folder("For the shown list").await;
    let who = world.files().share(letters, Audience::Contact(ana), Access::View).notify().who_will_be_told().await;
    assert_eq!(who.unwrap().by_mail().count(), 0, "staff see it before they share");
    // Sign-in mail is tried all the same.
    world.upload_as(ana, "ana@acme.test", world.client_uploads, "signed in.pdf").await;

    world.staff.contacts(world.client).clear_bounce(ana).await.unwrap();
    share(world.folder("Notes").await).await;
    assert_eq!(world.mailed(), ["ana@acme.test"]);

    let host = world.portal.host();
    host.mail(world.firm).bounced(email("ANA@acme.test"), "550 5.1.1 no such user").await.unwrap();
    assert!(matches!(status().await.status, PortalStatus::Bounced(_)));
    let change = crate::directory::ContactChange {
        email: Some(Some(email("ana@new.test"))),
        ..crate::directory::ContactChange::default()
    };
    world.staff.contacts(world.client).change(ana, change).await.unwrap();
    assert!(!matches!(status().await.status, PortalStatus::Bounced(_)));
    share(world.folder("More").await).await;
    assert_eq!(world.mailed(), ["ana@new.test"]);
}
