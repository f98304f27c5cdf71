//! Which contacts an address reaches, and what the two sides learn of one another.

use std::sync::{Arc, Mutex};

use futures_util::FutureExt as _;

use super::world::{World, email, minutes, name};
use crate::directory::{ContactChange, ContactDetails, EmailKind, PortalStatus};
use crate::engine::worker::follow_contact;
use crate::engine::{ErrorKind, NewSession, PortalChoice};
use crate::ports::store::DirectoryReads as _;
use crate::ports::store::IdentityReads as _;
use crate::ports::{Clock as _, Entropy, EntropyError};
use crate::testing::SeededEntropy;
use crate::values::{ContactId, PageRequest};

async fn choices(world: &World, session: &NewSession) -> Vec<PortalChoice> {
    world.portal.signed_in(&session.token).await.unwrap().portals().await.unwrap()
}

fn contacts(choices: &[PortalChoice]) -> Vec<ContactId> {
    choices.iter().map(|choice| choice.contact).collect()
}

#[tokio::test]
async fn one_login_reaches_its_portals_at_two_firms_wherever_it_asked() {
    let world = World::new();
    let (smith, jones) = (world.practice("Smith CPA").await, world.practice("Jones LLP").await);
    let at_smith = smith.contact("Ana", "ana@acme.test").await;
    let at_jones = jones.contact("Ana B.", "Ana@Acme.test").await;
    smith.contact("Ben", "ben@acme.test").await;
    world.work().await;
    for practice in [&smith, &jones] {
        let session = world.sign_in(practice.firm, "ana@acme.test").await;
        assert_eq!(contacts(&choices(&world, &session).await), [at_jones, at_smith], "by the firm's name");
        for contact in [at_smith, at_jones] {
            assert!(world.portal.contact(&session.token, contact).await.is_ok());
        }
    }
}

#[tokio::test]
async fn two_spouses_with_one_address_are_two_contacts_behind_one_login() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let ana = practice.contact("Ana", "family@acme.test").await;
    let ben = practice.contact("Ben", "family@acme.test").await;
    let session = world.sign_in(practice.firm, "family@acme.test").await;
    let choices = choices(&world, &session).await;
    assert_eq!(contacts(&choices), [ana, ben]);
    assert_eq!(choices.iter().map(|choice| choice.contact_name.as_str()).collect::<Vec<_>>(), ["Ana", "Ben"]);
    assert_eq!(choices[0].firm_name, name("Smith CPA"));
}

#[tokio::test]
async fn a_contact_just_added_is_reached_before_the_index_knows() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let ana = practice.contact("Ana", "ana@acme.test").await;
    let asker = world.ask(practice.firm, "ana@acme.test").await;
    world.portal.worker().run_sign_in().await.unwrap();
    let challenge = world.mail(&asker).await.unwrap();
    let session = asker.by_link(&challenge).await.unwrap();
    assert!(world.store.reached(asker.asked.address).await.unwrap().is_empty());
    assert_eq!(contacts(&choices(&world, &session).await), [ana]);
    assert!(world.portal.contact(&session.token, ana).await.is_ok());
}

#[tokio::test]
async fn an_address_changed_between_asking_and_sending_gets_no_mail() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let ana = practice.contact("Ana", "ana@old.test").await;
    let asker = world.ask(practice.firm, "ana@old.test").await;
    let change = ContactChange { email: Some(Some(email("ana@new.test"))), ..ContactChange::default() };
    practice.staff.contacts(practice.client).change(ana, change).await.unwrap();
    world.work().await;
    assert!(world.mail(&asker).await.is_none());
    let attempt = world.store.attempt(asker.asked.address, asker.asked.attempt).await.unwrap().unwrap();
    assert_eq!(attempt.state, crate::identity::AttemptState::Asked);
}

#[tokio::test]
async fn an_address_beside_the_one_that_is_mailed_opens_nothing_and_becomes_it_once_staff_say_so() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let ana = practice.contact("Ana", "ana@old.test").await;
    let staff = practice.staff.contacts(practice.client);
    let beside = ContactDetails::new([(EmailKind::Work, email("ana@work.test"))], []).unwrap();
    staff.change(ana, ContactChange { details: Some(beside), ..ContactChange::default() }).await.unwrap();
    let asker = world.ask(practice.firm, "ana@work.test").await;
    world.work().await;
    assert!(world.mail(&asker).await.is_none());
    assert_eq!(world.store.reaching(ana).await.unwrap().len(), 1);

    let change = ContactChange { email: Some(Some(email("ana@work.test"))), ..ContactChange::default() };
    staff.change(ana, change).await.unwrap();
    let session = world.sign_in(practice.firm, "ana@work.test").await;
    assert_eq!(contacts(&choices(&world, &session).await), [ana]);
    let read = world.store.contact(practice.firm, &ana.into()).await.unwrap().unwrap();
    assert!(read.contact.details.emails().is_empty(), "it is not listed a second time");
}

#[tokio::test]
async fn l21_a_changed_address_or_access_taken_away_ends_what_a_session_reaches() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let ana = practice.contact("Ana", "ana@old.test").await;
    let session = world.sign_in(practice.firm, "ana@old.test").await;
    let handle = world.portal.contact(&session.token, ana).await.unwrap();
    let staff = practice.staff.contacts(practice.client);

    staff.set_portal_access(ana, false).await.unwrap();
    assert!(choices(&world, &session).await.is_empty());
    assert_eq!(handle.home().await.unwrap_err().kind(), ErrorKind::NotFound);
    let asker = world.ask(practice.firm, "ana@old.test").await;
    world.work().await;
    assert!(world.mail(&asker).await.is_none(), "nobody is let in, nothing is sent");

    staff.set_portal_access(ana, true).await.unwrap();
    assert!(handle.home().await.is_ok());
    let change = ContactChange { email: Some(Some(email("ana@new.test"))), ..ContactChange::default() };
    staff.change(ana, change).await.unwrap();
    assert!(choices(&world, &session).await.is_empty());
    assert_eq!(handle.home().await.unwrap_err().kind(), ErrorKind::NotFound);

    let session = world.sign_in(practice.firm, "ana@new.test").await;
    assert_eq!(contacts(&choices(&world, &session).await), [ana]);
    staff.remove(ana).await.unwrap();
    assert!(choices(&world, &session).await.is_empty());
}

#[tokio::test]
async fn the_index_follows_contacts_in_whatever_order_it_is_told() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let staff = practice.staff.contacts(practice.client);
    let ana = practice.contact("Ana", "ana@old.test").await;
    let change = ContactChange { email: Some(Some(email("ana@new.test"))), ..ContactChange::default() };
    staff.change(ana, change).await.unwrap();
    // Told of the first event only after the second happened, and again, and once more.
    for _ in 0..3 {
        follow_contact(&world.portal.engine, practice.firm, ana).await.unwrap();
        let reaching = world.store.reaching(ana).await.unwrap();
        assert_eq!(reaching.len(), 1);
        assert_eq!(reaching[0].address, world.ask(practice.firm, "ana@new.test").await.asked.address);
    }
    let no_address = ContactChange { email: Some(None), ..ContactChange::default() };
    staff.change(ana, no_address).await.unwrap();
    world.work().await;
    assert!(world.store.reaching(ana).await.unwrap().is_empty());

    let back = ContactChange { email: Some(Some(email("ana@old.test"))), ..ContactChange::default() };
    staff.change(ana, back).await.unwrap();
    world.work().await;
    assert_eq!(world.store.reaching(ana).await.unwrap().len(), 1);
    staff.remove(ana).await.unwrap();
    world.work().await;
    assert!(world.store.reaching(ana).await.unwrap().is_empty());
}

/// Does something else at its first draw: between a node's reading the directory and its writing the index.
struct Meanwhile {
    draws: SeededEntropy,
    act: Mutex<Option<Box<dyn FnOnce() + Send>>>,
}

impl Entropy for Meanwhile {
    fn draw(&self) -> Result<[u8; 32], EntropyError> {
        if let Some(act) = self.act.lock().unwrap().take() {
            act();
        }
        self.draws.draw()
    }
}

#[tokio::test]
async fn a_node_that_fell_asleep_leaves_nothing_old_in_the_index() {
    let world = Arc::new(World::new());
    let practice = world.practice("Smith CPA").await;
    let ana = practice.contact("Ana", "ana@old.test").await;
    let act = {
        let (world, staff, firm) = (world.clone(), practice.staff.contacts(practice.client), practice.firm);
        move || {
            let change = ContactChange { email: Some(Some(email("ana@new.test"))), ..ContactChange::default() };
            staff.change(ana, change).into_future().now_or_never().unwrap().unwrap();
            follow_contact(&world.portal.engine, firm, ana).now_or_never().unwrap().unwrap();
        }
    };
    let sleepy = world.node(Meanwhile { draws: SeededEntropy::new(2), act: Mutex::new(Some(Box::new(act))) });
    follow_contact(&sleepy.engine, practice.firm, ana).await.unwrap();
    let reaching = world.store.reaching(ana).await.unwrap();
    let new = world.ask(practice.firm, "ana@new.test").await.asked.address;
    assert_eq!(reaching.iter().map(|reach| reach.address).collect::<Vec<_>>(), [new]);
}

#[tokio::test]
async fn l33_only_the_firm_that_is_entered_learns_that_somebody_signed_in_and_only_of_who_entered() {
    let world = World::new();
    let (smith, jones) = (world.practice("Smith CPA").await, world.practice("Jones LLP").await);
    let mut entered = Vec::new();
    for practice in [&smith, &jones] {
        entered.push(practice.contact("Ana", "family@acme.test").await);
        practice.contact("Ben", "family@acme.test").await;
    }
    let status = async |practice: &super::world::Practice| {
        let rows = practice.staff.contacts(practice.client).list(&PageRequest::default()).await.unwrap().items;
        let mut told: Vec<_> = rows.into_iter().map(|row| (row.contact.name.to_string(), row.status)).collect();
        told.sort_by(|one, other| one.0.cmp(&other.0));
        told.into_iter().map(|(_, status)| status).collect::<Vec<_>>()
    };
    let nobody = [PortalStatus::NeverSignedIn, PortalStatus::NeverSignedIn];
    let session = world.sign_in(smith.firm, "family@acme.test").await;
    assert_eq!(choices(&world, &session).await.len(), 4);
    world.work().await;
    assert_eq!((status(&smith).await, status(&jones).await), (nobody.to_vec(), nobody.to_vec()), "nobody entered yet");

    world.clock.advance(minutes(5));
    let at = world.clock.now();
    let enter = async |contact| world.portal.contact(&session.token, contact).await.unwrap();
    enter(entered[0]).await;
    let told = [PortalStatus::LastSignedIn(at), PortalStatus::NeverSignedIn];
    assert_eq!((status(&smith).await, status(&jones).await), (told.to_vec(), nobody.to_vec()));

    world.clock.advance(minutes(5));
    enter(entered[0]).await;
    enter(entered[1]).await;
    assert_eq!(status(&smith).await, told, "once in a session");
    assert_eq!(status(&jones).await, [PortalStatus::LastSignedIn(world.clock.now()), PortalStatus::NeverSignedIn]);

    // The next session is news again.
    let again = world.sign_in(jones.firm, "family@acme.test").await;
    world.clock.advance(minutes(5));
    world.portal.contact(&again.token, entered[0]).await.unwrap();
    assert_eq!(status(&smith).await[0], PortalStatus::LastSignedIn(world.clock.now()));
}

#[tokio::test]
async fn whoever_is_not_let_in_has_not_entered() {
    let world = World::new();
    let practice = world.practice("Smith CPA").await;
    let ana = practice.contact("Ana", "ana@acme.test").await;
    practice.contact("Ana elsewhere", "ana@acme.test").await;
    let staff = practice.staff.contacts(practice.client);
    let session = world.sign_in(practice.firm, "ana@acme.test").await;
    staff.set_portal_access(ana, false).await.unwrap();
    assert!(world.portal.contact(&session.token, ana).await.is_err());
    staff.set_portal_access(ana, true).await.unwrap();
    let rows = staff.list(&PageRequest::default()).await.unwrap().items;
    assert!(rows.iter().all(|row| row.status == PortalStatus::NeverSignedIn));
}
