//! Erasing what names people: the texts beside events, and the addresses of messages.

use super::post::{claim, message, settle, stage};
use super::samples::{at, document, email, folder, id, named, note, version};
use super::world::{World, create, everything, update};
use crate::audit::{self, ChainKey};
use crate::directory;
use crate::event::{Event, Keyspace};
use crate::files::{Document, DocumentVersion, Folder, Hold, Place, Removal};
use crate::notifications::{DropReason, Message, MessageState, NewMessage, Recipient, Settlement};
use crate::ports::Store;
use crate::ports::store::KeptUploads;
use crate::values::{Actor, EventId, Id as _};

fn added(number: u128) -> Event {
    let (name, email) = (note("Ana"), Some(note("ana@acme.test")));
    directory::Event::ContactAdded { client: id(1), contact: id(number), name, email, details: vec![] }.into()
}

async fn texts(world: &World<'_>, events: &[EventId]) -> Vec<usize> {
    let found = world.store.events(world.keyspace, events).await.unwrap();
    found.iter().map(|it| it.event.notes().iter().filter(|note| note.text().is_some()).count()).collect()
}

/// Texts that are erased are read by nobody any more; the others stay, and so does the chain.
pub async fn l36_erased_texts_are_gone_and_the_chain_is_whole(store: &dyn Store) {
    let (world, other) = (World::firm(store, 1), World::firm(store, 2));
    let events = world.tell([added(1), added(2), added(3)]).await;
    let elsewhere = other.tell([added(1)]).await;
    assert_eq!(texts(&world, &events).await, [2, 2, 2]);
    for _ in 0..2 {
        store.erase_notes(world.keyspace, Some(&events[..2])).await.unwrap();
        assert_eq!(texts(&world, &events).await, [0, 0, 2]);
    }
    store.erase_notes(world.keyspace, Some(&elsewhere)).await.unwrap();
    assert_eq!(texts(&other, &elsewhere).await, [2], "those of another keyspace are not meant");
    let links = store.links(world.keyspace, ChainKey::Client(id(1)), 0, 10).await.unwrap();
    let links = links.iter().map(|(link, payloads)| (*link, payloads.iter().map(String::as_str)));
    assert_eq!(audit::verify(links, None), Ok(1));
    let told = store.activity(id(1), id(1), &everything()).await.unwrap().items;
    assert!(told.iter().all(|it| events.contains(&it.id)) && told.len() == 3);

    store.erase_notes(world.keyspace, None).await.unwrap();
    assert_eq!(texts(&world, &events).await, [0, 0, 0]);
    assert_eq!(texts(&other, &elsewhere).await, [2]);
    store.erase_notes(Keyspace::Firm(id(9)), None).await.unwrap();
}

/// A message that is erased says no more to whom it went; one that waited goes to nobody, though somebody holds it.
pub async fn s34_an_erased_message_names_nobody_and_never_goes(store: &dyn Store) {
    let world = World::firm(store, 1);
    let to = |number: u128, event, address: &str| NewMessage {
        to: Recipient::Contact(id(7)),
        ..message(number, event, address)
    };
    stage(&world, |event| vec![to(1, event, "ana@acme.test"), message(2, event, "ben@acme.test")]).await;
    stage(&world, |event| vec![to(3, event, "ana@acme.test"), to(4, event, "ana@old.test")]).await;
    for sent in claim(store, 1, 10).await {
        let dead = Settlement::Dead { error: "no such mailbox: ana@acme.test".to_owned() };
        let number: u128 = sent.message.id.as_u128();
        if number != 4 {
            settle(store, &sent, if number == 1 { &dead } else { &Settlement::Sent }, 20).await;
        }
    }
    let held = store.messages(world.keyspace, Some(MessageState::Waiting)).await.unwrap();
    assert!(held.iter().any(|it| it.id == id(4)) && held.iter().any(|it| it.id == id(3)), "{held:?}");
    let listed = store.deliveries_to(id(1), id(7), &everything()).await.unwrap().items;
    assert_eq!(listed.iter().map(|it| it.id.as_u128()).collect::<Vec<_>>(), [4, 3, 1]);
    assert!(store.deliveries_to(id(2), id(7), &everything()).await.unwrap().items.is_empty());

    for _ in 0..2 {
        store.erase_messages(world.keyspace, &[id(1), id(3), id(4), id(99)]).await.unwrap();
        let erased = store.deliveries_to(id(1), id(7), &everything()).await.unwrap().items;
        for message in &erased {
            assert_eq!((Some(&message.address), &message.last_error), (Message::nowhere(message.id).as_ref(), &None));
        }
        let states: Vec<MessageState> = erased.iter().map(|it| it.state).collect();
        let dropped = MessageState::Dropped(DropReason::AddressGone);
        assert_eq!(states, [dropped, dropped, MessageState::Dead]);
    }
    let ben = store.delivery(id(1), id(2)).await.unwrap().unwrap();
    assert_eq!((ben.address, ben.state), (email("ben@acme.test"), MessageState::Sent));
    assert!(claim(store, 2, 10_000).await.is_empty(), "nothing waits any more");
    store.erase_messages(Keyspace::Firm(id(2)), &[id(2)]).await.unwrap();
    assert_eq!(store.delivery(id(1), id(2)).await.unwrap().unwrap().address, email("ben@acme.test"));
}

/// What somebody uploaded is kept by holds on it and on all above it, each counted once, and by the newest of it.
pub async fn s26_what_somebody_uploaded_is_kept_by_what_lies_above_it(store: &dyn Store) {
    let world = World::with_client(store).await;
    let kept = async |contact: u128| store.kept_uploads(id(1), id(contact)).await.unwrap();
    assert_eq!(kept(4).await, KeptUploads::default());
    let held = |folder: Folder| {
        let hold = Hold { reason: named("Audit"), by: Actor::Host, since: at(0) };
        Folder { place: Place { hold: Some(Box::new(hold)), ..folder.place }, ..folder }
    };
    let by = |number: u128, contact: u128| DocumentVersion {
        uploaded_by: Actor::Contact(id(contact)),
        ..version(number, number)
    };
    world.write([create(folder(2, 1, "2025")), create(held(folder(3, 1, "2024"))), create(folder(5, 2, "W2"))]).await;
    world
        .write([
            create(document(10, 5, "a.pdf")),
            create(by(10, 4)),
            create(document(11, 5, "b.pdf")),
            create(by(11, 4)),
        ])
        .await;
    world.write([create(document(12, 3, "c.pdf")), create(by(12, 5))]).await;
    assert_eq!(kept(4).await, KeptUploads { holds: 0, newest_at: Some(by(11, 4).uploaded_at) });
    assert_eq!(kept(5).await.holds, 1);
    world.write([update(1, held(folder(2, 1, "2025")))]).await;
    assert_eq!(kept(4).await.holds, 1, "one hold above two documents");
    let purged = |document: Document| Document {
        place: Place { removal: Removal::Purged(at(1)), ..document.place },
        ..document
    };
    world.write([update(1, purged(document(12, 3, "c.pdf")))]).await;
    assert_eq!(kept(5).await, KeptUploads::default());
    assert_eq!(store.kept_uploads(id(2), id(4)).await.unwrap(), KeptUploads::default());
}
