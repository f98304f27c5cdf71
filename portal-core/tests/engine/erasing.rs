//! Erasing a person (S34): nothing names them any more, what they uploaded stays, and every chain is whole.

use portal_core::audit::{self, ChainKey};
use portal_core::directory::{ContactChange, RowOutcome, RowRefusal};
use portal_core::event::Keyspace;
use portal_core::files::FilesRefusal;
use portal_core::notifications::{DropReason, MessageState};
use portal_core::sharing::Access;
use portal_core::testing::World;
use portal_core::values::{ClientRef, PageRequest};

use crate::words::{MORE_THAN_A_DAY, client_row, contact_row, external, files_refuse, kind, page, person, upload};

fn everything() -> PageRequest {
    PageRequest::first(PageRequest::MAX_LIMIT)
}

/// Whether a chain holds from its start, as it is stored now; how many links it has.
async fn whole(world: &World, keyspace: Keyspace, chain: ChainKey) -> usize {
    let links = world.ports.store.links(keyspace, chain, 0, 10_000).await.unwrap();
    let many = links.len();
    let links = links.iter().map(|(link, payloads)| (*link, payloads.iter().map(String::as_str).collect::<Vec<_>>()));
    audit::verify(links, None).unwrap();
    many
}

/// All that is stored and told at a client and of its mail, as text.
async fn told(world: &World) -> String {
    let (store, acme) = (&world.ports.store, world.acme.id);
    let activity = store.activity(world.firm, acme, &everything()).await.unwrap().items;
    let notes: Vec<_> = activity.iter().flat_map(|it| it.event.notes()).filter_map(|note| note.text()).collect();
    let messages = store.messages(Keyspace::Firm(world.firm), None).await.unwrap();
    let mails: Vec<_> = messages.iter().map(|it| (it.address.as_str().to_owned(), it.last_error.clone())).collect();
    let contacts = world.owner.contacts(acme).list(&everything()).await.unwrap().items;
    let names: Vec<_> =
        contacts.iter().map(|row| (row.contact.name.as_str().to_owned(), row.contact.email.clone())).collect();
    let rows = world.owner.activity(acme, &everything()).await.unwrap().items;
    let actors: Vec<_> = rows.iter().map(|row| row.actor_name.clone()).collect();
    format!("{notes:?} {mails:?} {names:?} {actors:?}")
}

#[tokio::test]
async fn s34_an_erased_contact_is_named_nowhere_their_files_stay_and_the_chains_are_whole() {
    let world = World::new().await.unwrap();
    let (acme, ana) = (world.acme.id, world.ana.contact);
    let contacts = world.owner.contacts(acme);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    let handle = world.sign_in(&world.ana).await.unwrap();
    let document = upload(&handle, world.acme.client_uploads, "w2.pdf").await.unwrap().document;
    world.portal.host().mail(world.firm).bounced(world.ana.email.clone(), "no such mailbox").await.unwrap();
    contacts.clear_bounce(ana).await.unwrap();
    let change = ContactChange { name: Some(person("Anabel")), ..ContactChange::default() };
    contacts.change(ana, change).await.unwrap();
    world.let_pass(MORE_THAN_A_DAY).await.unwrap();
    let session = world.session_of(&world.ana).await.unwrap();
    let login = session.login();
    let before = told(&world).await;
    assert!(before.contains("Ana\"") && before.contains("Anabel") && before.contains("ana@acme.test"), "{before}");
    let links = whole(&world, Keyspace::Firm(world.firm), ChainKey::Client(acme)).await;

    // Something waits for her, and never goes.
    world.owner.files(acme).share(world.receipts, world.ana.audience(), Access::View).notify().await.unwrap();
    contacts.erase(ana).await.unwrap();
    let sent = world.mailer.delivered_to(&world.ana.email).len();
    world.let_pass(MORE_THAN_A_DAY).await.unwrap();
    assert_eq!(world.mailer.delivered_to(&world.ana.email).len(), sent);

    let after = told(&world).await;
    for name in ["Ana", "ana@", "no such mailbox"] {
        assert!(!after.contains(name), "{name} in {after}");
    }
    assert!(
        whole(&world, Keyspace::Firm(world.firm), ChainKey::Client(acme)).await > links,
        "that she was erased is noted"
    );
    assert!(whole(&world, Keyspace::Login(login), ChainKey::Login(login)).await > 0);

    let listed = world.owner.files(acme).document(document).await.unwrap();
    assert_eq!(listed.uploaded_by_name.as_deref(), Some("Erased contact"));
    assert_eq!(world.content(acme, document).await.unwrap(), b"bytes");
    let read = world.ports.store.contact(world.firm, &ana.into()).await.unwrap().unwrap();
    assert_eq!((read.contact.email.as_ref(), read.access.allowed, read.access.last_signed_in_at), (None, false, None));
    assert!(world.ports.store.reaching(ana).await.unwrap().is_empty());
    assert!(world.ports.store.login(login).await.unwrap().is_none());
    assert!(world.portal.signed_in(&session).await.is_err(), "her session is over");
    let waiting = world.ports.store.messages(Keyspace::Firm(world.firm), Some(MessageState::Waiting)).await.unwrap();
    assert!(waiting.is_empty());

    let events = world.ports.store.activity(world.firm, acme, &everything()).await.unwrap().items.len();
    contacts.erase(ana).await.unwrap();
    assert_eq!(world.ports.store.activity(world.firm, acme, &everything()).await.unwrap().items.len(), events);
}

#[tokio::test]
async fn s34_a_message_that_waits_is_dropped_by_the_erasure_itself() {
    let world = World::new().await.unwrap();
    let (acme, ana) = (world.acme.id, world.ana.contact);
    world.share(world.tax, &world.ana, Access::View).await.unwrap();
    world.upload(acme, world.tax, "w2.pdf", "bytes").await.unwrap();
    world.run_worker().await.unwrap();
    let store = &world.ports.store;
    let waiting = store.messages(Keyspace::Firm(world.firm), Some(MessageState::Waiting)).await.unwrap();
    assert!(waiting.iter().any(|message| message.address == world.ana.email), "it waits for more of its kind");
    world.owner.contacts(acme).erase(ana).await.unwrap();
    world.run_worker().await.unwrap();
    let dropped =
        store.messages(Keyspace::Firm(world.firm), Some(MessageState::Dropped(DropReason::AddressGone))).await.unwrap();
    assert!(dropped.iter().any(|message| waiting.iter().any(|other| other.id == message.id)), "{dropped:?}");
    world.let_pass(MORE_THAN_A_DAY).await.unwrap();
    assert!(world.mailer.delivered_to(&world.ana.email).is_empty());
}

#[tokio::test]
async fn s34_whoever_shares_the_address_keeps_their_login_and_their_mail() {
    let world = World::new().await.unwrap();
    // Kim and Lee read one mailbox.
    let session = world.session_of(&world.kim).await.unwrap();
    assert_eq!(world.kim.email, world.lee.email);
    world.owner.contacts(world.kim.client).erase(world.kim.contact).await.unwrap();
    world.let_pass(std::time::Duration::from_secs(600)).await.unwrap();
    assert!(world.portal.contact(&session, world.lee.contact).await.is_ok());
    assert!(world.portal.contact(&session, world.kim.contact).await.is_err());
    assert!(world.ports.store.login(session.login()).await.unwrap().is_some());
}

#[tokio::test]
async fn s34_s26_nobody_is_erased_while_what_they_uploaded_is_held() {
    let world = World::new().await.unwrap();
    let (acme, contacts) = (world.acme.id, world.owner.contacts(world.acme.id));
    let ana = world.sign_in(&world.ana).await.unwrap();
    upload(&ana, world.acme.client_uploads, "w2.pdf").await.unwrap();
    let files = world.owner.files(acme);
    for held in [world.acme.client_uploads, world.acme.root] {
        files.place_hold(held, person("Audit")).await.unwrap();
        assert_eq!(files_refuse(contacts.erase(world.ana.contact)).await, FilesRefusal::Held);
        files.release_hold(held).await.unwrap();
    }
    assert!(world.sign_in(&world.ana).await.is_ok(), "nothing was done");
    // What others uploaded keeps nobody.
    files.place_hold(world.internal, person("Audit")).await.unwrap();
    contacts.erase(world.ana.contact).await.unwrap();
    let elsewhere = kind(contacts.erase(world.cara.contact)).await;
    assert_eq!(elsewhere, portal_core::ErrorKind::NotFound);
}

#[tokio::test]
async fn s34_no_list_brings_an_erased_contact_back() {
    let world = World::new().await.unwrap();
    let sync = world.portal.host().sync(world.firm);
    let rows = || [client_row("c1", "Oak"), contact_row("k1", "c1", "Ann", "ann@oak.test")];
    sync.rows(rows()).await.unwrap();
    let oak = world.owner.clients().find(ClientRef::External(external("c1"))).await.unwrap().id;
    let contacts = world.owner.contacts(oak);
    let ann = contacts.list(&page()).await.unwrap().items[0].contact.id;
    for _ in 0..2 {
        contacts.erase(ann).await.unwrap();
        let report = sync.rows(rows()).await.unwrap();
        assert_eq!(report.rows, [RowOutcome::Unchanged, RowOutcome::Refused(RowRefusal::ContactRemoved)]);
    }
    assert!(contacts.list(&page()).await.unwrap().items.is_empty());
}
