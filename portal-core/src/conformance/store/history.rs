//! What happened, and the chains it is linked into.

use futures_util::future::join_all;

use super::samples::{asked, at, client, downloaded, firm, folder, id, note, revoked, signed_in, signed_out, uploaded};
use super::world::{World, as_happened, create, everything, expect};
use crate::audit::{ChainKey, Link, verify};
use crate::event::{Event, EventTopic, Happened, Keyspace};
use crate::ports::Store;
use crate::ports::store::{ActivityOnly, ActivityQuery, Changes};
use crate::sharing::{Access, Audience};
use crate::values::{Actor, Digest, DocumentId, EventId, FolderId, Note, PageRequest};
use crate::{directory, files, sharing};

type Links = Vec<(Link, Vec<String>)>;

async fn chain(store: &dyn Store, keyspace: Keyspace, chain: ChainKey) -> Links {
    store.links(keyspace, chain, 0, 1_000).await.unwrap()
}

/// How many links a chain has, once it is verified.
fn verified(links: &Links) -> u64 {
    verify(links.iter().map(|(link, payloads)| (*link, payloads.iter().map(String::as_str))), None).unwrap()
}

fn firm_changed() -> Event {
    directory::Event::FirmChanged { firm: id(1) }.into()
}

/// One commit makes one link for each chain it touches, of all of its events in their order; chains grow by themselves.
pub async fn a_commit_makes_one_link_for_each_chain(store: &dyn Store) {
    let world = World::firm(store, 1);
    let (one, two, own) = (ChainKey::Client(id(1)), ChainKey::Client(id(2)), ChainKey::Firm(id(1)));
    let first: [Event; 4] = [uploaded(1, 1).into(), firm_changed(), uploaded(2, 2).into(), revoked(1, 3).into()];
    world.tell(first.clone()).await;
    world.tell([uploaded(1, 4).into()]).await;
    world.tell([firm_changed()]).await;

    let links = chain(store, world.keyspace, one).await;
    assert_eq!(links[0].1, [first[0].payload(), first[3].payload()]);
    assert_eq!(links.iter().map(|(link, _)| link.sequence).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(verified(&links), 2);
    assert_eq!(verified(&chain(store, world.keyspace, two).await), 1);
    assert_eq!(verified(&chain(store, world.keyspace, own).await), 2);
    assert_eq!(chain(store, world.keyspace, ChainKey::Client(id(3))).await, []);
}

/// A chain is read from any link on, no more at a time than asked.
pub async fn a_chain_is_read_from_any_link_on(store: &dyn Store) {
    let world = World::firm(store, 1);
    for number in 1..=7 {
        world.tell([uploaded(1, number).into()]).await;
    }
    let all = chain(store, world.keyspace, ChainKey::Client(id(1))).await;
    assert_eq!(all.len(), 7);
    for (after, limit, expected) in
        [(0, 3, 0..3), (3, 3, 3..6), (6, 3, 6..7), (7, 3, 7..7), (99, 3, 7..7), (2, 1, 2..3)]
    {
        let part = store.links(world.keyspace, ChainKey::Client(id(1)), after, limit).await.unwrap();
        assert_eq!(part, all[expected], "{limit} after {after}");
    }
}

/// Chains of a firm are its own, under the same client's id too.
pub async fn a_firms_chains_are_its_own(store: &dyn Store) {
    let (one, other) = (World::firm(store, 1), World::firm(store, 2));
    one.tell([uploaded(1, 1).into()]).await;
    other.tell([uploaded(1, 2).into()]).await;
    other.tell([uploaded(1, 3).into()]).await;
    assert_eq!(verified(&chain(store, one.keyspace, ChainKey::Client(id(1))).await), 1);
    assert_eq!(verified(&chain(store, other.keyspace, ChainKey::Client(id(1))).await), 2);
}

/// A login has one chain, in whichever keyspace of identity its commits were made.
pub async fn a_login_has_one_chain(store: &dyn Store) {
    let (address, login) = (World::address(store, 7), World::login(store, 5));
    address.tell([signed_in(5, 7).into()]).await;
    login.tell([signed_out(5).into()]).await;
    address.tell([signed_in(5, 7).into()]).await;
    for keyspace in [address.keyspace, login.keyspace] {
        assert_eq!(verified(&chain(store, keyspace, ChainKey::Login(id(5))).await), 3);
    }
    assert_eq!(chain(store, login.keyspace, ChainKey::Login(id(6))).await, []);
}

/// Downloads are logged and linked nowhere; who asks to sign in is linked nowhere, for there may be no such login.
pub async fn what_is_only_logged_is_linked_nowhere(store: &dyn Store) {
    let world = World::firm(store, 1);
    let told = world.tell([downloaded(1, 1).into()]).await;
    assert_eq!(chain(store, world.keyspace, ChainKey::Client(id(1))).await, []);
    assert_eq!(store.events(world.keyspace, &told).await.unwrap().len(), 1);
    assert_eq!(store.activity(id(1), id(1), &everything()).await.unwrap().items.len(), 1);
    world.tell([downloaded(1, 2).into(), uploaded(1, 3).into()]).await;
    let links = chain(store, world.keyspace, ChainKey::Client(id(1))).await;
    assert_eq!(links.iter().map(|(_, payloads)| payloads.len()).collect::<Vec<_>>(), [1]);
    verified(&links);

    let address = World::address(store, 7);
    let told = address.tell([asked(7, 1).into()]).await;
    assert_eq!(store.events(address.keyspace, &told).await.unwrap().len(), 1);
}

/// Many commits at once make one chain without a gap.
pub async fn many_at_once_make_one_chain(store: &dyn Store) {
    let world = World::with_client(store).await;
    let all: Vec<Changes> = (1..=60_u128)
        .map(|number| {
            let writes = [create(folder(100 + number, 1, "folder")), expect(directory::Key::Client(id(1)), 1)];
            world.changes(writes, [uploaded(1, number).into(), firm_changed(), uploaded(number % 7, number).into()])
        })
        .collect();
    for answer in join_all(all.iter().map(|changes| store.commit(changes))).await {
        answer.unwrap();
    }
    assert_eq!(verified(&chain(store, world.keyspace, ChainKey::Client(id(1))).await), 60);
    assert_eq!(verified(&chain(store, world.keyspace, ChainKey::Firm(id(1))).await), 60);
    let others = [0, 2, 3, 4, 5, 6].map(|number| ChainKey::Client(id(number)));
    for other in others {
        assert!(verified(&chain(store, world.keyspace, other).await) >= 8);
    }
}

/// Personal texts lie beside what is hashed: the payloads hold none of them, and the events are told with all of them.
pub async fn notes_lie_beside_events(store: &dyn Store) {
    let world = World::firm(store, 1);
    let events = every_event();
    let told = world.tell(events.clone()).await;
    let read = store.events(world.keyspace, &told).await.unwrap();
    assert_eq!(read.len(), events.len());
    for (read, event) in read.iter().zip(&events) {
        assert_eq!(read.event, *event);
        let texts = |event: &Event| event.notes().iter().map(|note| note.text().map(str::to_owned)).collect::<Vec<_>>();
        assert_eq!(texts(&read.event), texts(event));
        assert!(texts(event).iter().all(Option::is_some));
    }
    for kept in [ChainKey::Client(id(1)), ChainKey::Firm(id(1))] {
        let links = chain(store, world.keyspace, kept).await;
        assert!(links.iter().any(|(_, payloads)| payloads.len() > 2), "{kept:?}: {links:?}");
        for payload in links.into_iter().flat_map(|(_, payloads)| payloads) {
            assert!(!payload.contains("personal"), "{payload}");
            Event::from_payload(&payload).unwrap();
        }
    }
}

/// Events are read by id, in the order asked for; those of other keyspaces and unknown ones are left out.
pub async fn events_are_read_by_id(store: &dyn Store) {
    let (one, other, address) = (World::firm(store, 1), World::firm(store, 2), World::address(store, 1));
    let actors =
        [Actor::Host, Actor::Member(id(1)), Actor::Contact(id(2)), Actor::Login(id(3)), Actor::Visitor, Actor::Worker];
    let mut happened: Vec<Happened> = Vec::new();
    for actor in actors {
        let mut changes = one.changes([], [uploaded(1, 1).into(), uploaded(2, 2).into()]);
        changes.command.actor = actor;
        store.commit(&changes).await.unwrap();
        happened.extend(as_happened(&changes));
    }
    happened.reverse();
    let foreign = other.tell([uploaded(1, 1).into()]).await;
    let ids: Vec<EventId> = happened.iter().map(|it| it.id).collect();
    let asked_for = [&[EventId::from_bits(1)], &ids[..5], &foreign, &ids[5..]].concat();
    assert_eq!(store.events(one.keyspace, &asked_for).await.unwrap(), happened);
    assert_eq!(store.events(other.keyspace, &ids).await.unwrap(), []);
    assert_eq!(store.events(address.keyspace, &ids).await.unwrap(), []);
    assert_eq!(store.events(one.keyspace, &[]).await.unwrap(), []);
}

/// The activity of a client is what happened at it, of its firm alone, the latest first.
pub async fn activity_tells_the_latest_first(store: &dyn Store) {
    let world = World::firm(store, 1);
    let mut expected: Vec<Happened> = Vec::new();
    for number in 1..=3 {
        let events: [Event; 4] =
            [uploaded(1, number).into(), uploaded(2, number).into(), firm_changed(), downloaded(1, number).into()];
        let changes = world.changes([], events);
        store.commit(&changes).await.unwrap();
        expected.extend(as_happened(&changes).into_iter().filter(|it| it.event.client() == Some(id(1))));
    }
    World::firm(store, 2).tell([uploaded(1, 9).into()]).await;
    expected.reverse();
    assert_eq!(store.activity(id(1), id(1), &everything()).await.unwrap().items, expected);
    assert_eq!(store.activity(id(1), id(3), &everything()).await.unwrap().items, []);
}

/// The activity of a firm is what happened at none of its clients, the latest first, in pages.
pub async fn a_firms_activity_is_what_happened_at_no_client(store: &dyn Store) {
    let world = World::firm(store, 1);
    let mut expected: Vec<Happened> = Vec::new();
    for number in 1..=3 {
        let changes = world.changes([], [uploaded(1, number).into(), firm_changed(), downloaded(1, number).into()]);
        store.commit(&changes).await.unwrap();
        expected.extend(as_happened(&changes).into_iter().filter(|it| it.event.client().is_none()));
    }
    World::firm(store, 2).tell([firm_changed()]).await;
    World::login(store, 5).tell([signed_out(5).into()]).await;
    expected.reverse();
    assert_eq!(store.firm_activity(id(1), &everything()).await.unwrap().items, expected);
    let first = store.firm_activity(id(1), &PageRequest::first(2)).await.unwrap();
    let rest = store.firm_activity(id(1), &PageRequest::first(2).after(first.next)).await.unwrap();
    assert_eq!((first.items.len(), rest.items.as_slice(), rest.next), (2, &expected[2..], None));
    assert_eq!(store.firm_activity(id(3), &everything()).await.unwrap().items, []);
}

/// What happened is found by topic, by who did it, and by when: in pages, of the client or of the firm that is asked about.
pub async fn activity_is_found_by_topic_by_who_did_it_and_by_time(store: &dyn Store) {
    let world = World::firm(store, 1);
    let actors = [Actor::Host, Actor::Member(id(1)), Actor::Contact(id(1)), Actor::Contact(id(2))];
    let mut all: Vec<Happened> = Vec::new();
    for number in 1..=8_u8 {
        let events: [Event; 4] = [
            uploaded(1, u128::from(number)).into(),
            downloaded(1, u128::from(number)).into(),
            firm_changed(),
            uploaded(2, u128::from(number)).into(),
        ];
        let mut changes = world.changes([], events);
        changes.command.actor = actors[usize::from(number) % actors.len()];
        // The clock jumps back between them.
        changes.at = at(100 + i64::from(number % 3));
        store.commit(&changes).await.unwrap();
        all.extend(as_happened(&changes));
    }
    World::firm(store, 2).tell([uploaded(1, 9).into()]).await;
    all.reverse();
    let topics = [EventTopic::Uploads, EventTopic::Downloads, EventTopic::Settings, EventTopic::Mail];
    let topics = topics.map(ActivityOnly::Topic).map(Some);
    let by = actors.map(ActivityOnly::By).map(Some);
    let days = [None, Some((at(100), at(102))), Some((at(102), at(200))), Some((at(7), at(7)))];
    for client in [Some(id(1)), Some(id(3)), None] {
        for only in [None].into_iter().chain(topics).chain(by) {
            for between in days {
                let query = ActivityQuery { only, between };
                let fits = |it: &&Happened| it.event.client() == client && query.fits(it);
                let mut expected: Vec<Happened> = all.iter().filter(fits).cloned().collect();
                if between.is_some() {
                    expected.sort_by_key(|it| std::cmp::Reverse(it.at));
                }
                let mut found = Vec::new();
                let mut request = PageRequest::first(3);
                loop {
                    let page = store.found_activity(id(1), client, &query, &request).await.unwrap();
                    found.extend(page.items);
                    match page.next {
                        Some(next) => request = PageRequest::first(3).after(Some(next)),
                        None => break,
                    }
                }
                assert_eq!(found, expected, "{client:?} {query:?}");
            }
        }
    }
}

/// Activity is told in the order of commits, though the clock jumped back between them. (Case N11.)
pub async fn activity_keeps_the_order_of_commits(store: &dyn Store) {
    let world = World::firm(store, 1);
    let mut ids = Vec::new();
    for (number, seconds) in (1..).zip([50, 10, 90, 10, -7]) {
        let changes = Changes { at: at(seconds), ..world.changes([], [uploaded(1, number).into()]) };
        store.commit(&changes).await.unwrap();
        ids.insert(0, changes.event_id(0));
    }
    let told = store.activity(id(1), id(1), &everything()).await.unwrap().items;
    assert_eq!(told.iter().map(|it| it.id).collect::<Vec<_>>(), ids);
}

/// Records and events of one commit are seen together.
pub async fn records_and_events_come_together(store: &dyn Store) {
    let world = World::firm(store, 1);
    let added = directory::Event::ClientAdded { client: id(1), name: note("Acme") };
    let changes = world.changes([create(firm(1)), create(client(1, "Acme"))], [added.into()]);
    store.commit(&changes).await.unwrap();
    assert!(store.client(id(1), &crate::values::ClientId::from_bits(1).into()).await.unwrap().is_some());
    assert_eq!(store.activity(id(1), id(1), &everything()).await.unwrap().items, as_happened(&changes));
}

fn personal() -> Note {
    note("personal: Zoë O'Neill <zoe@acme.test> \u{1F98A}\r\n'; --")
}

/// One event of each variant that a firm's commits make, with a personal text wherever it has one.
fn every_event() -> Vec<Event> {
    let (client, contact, member, node) = (id(1), id(2), id(3), DocumentId::from_bits(4).into());
    let (document, folder, version, sha256) = (id(4), id(5), id(6), Digest::of(b"bytes"));
    let name = personal;
    let directory = [
        directory::Event::FirmAdded { firm: id(1) },
        directory::Event::FirmChanged { firm: id(1) },
        directory::Event::MemberAdded { member, role: directory::Role::Owner, name: name() },
        directory::Event::MemberRoleChanged { member, role: directory::Role::Admin },
        directory::Event::MemberRemoved { member },
        directory::Event::ClientAdded { client, name: name() },
        directory::Event::ClientRenamed { client, name: name() },
        directory::Event::ContactAdded {
            client,
            contact,
            name: name(),
            email: Some(name()),
            details: vec![name(), name()],
        },
        directory::Event::ContactAdded { client, contact, name: name(), email: None, details: vec![] },
        directory::Event::ContactChanged {
            client,
            contact,
            name: name(),
            email: Some(name()),
            details: vec![name(), name()],
        },
        directory::Event::ContactRemoved { client, contact },
        directory::Event::ContactErased { client, contact },
        directory::Event::ClientExported { client },
        directory::Event::PortalAccessChanged { client, contact, allowed: false },
        directory::Event::Assigned { client, member },
        directory::Event::Unassigned { client, member },
        directory::Event::ContactSignedIn { client, contact },
    ];
    let audience = Audience::Contact(contact);
    let (grant, access, until) = (id(7), Access::ViewAndUpload, Some(at(9)));
    let sharing = [
        sharing::Event::Shared { client, grant, node, name: name(), audience, access, until, notify: true },
        sharing::Event::TermsChanged {
            client,
            grant,
            node,
            name: name(),
            audience,
            access,
            until: None,
            notify: false,
        },
        sharing::Event::Revoked { client, grant, node, name: name(), audience: Audience::AllContacts },
    ];
    let size_bytes = u64::MAX;
    let files = [
        files::Event::FolderAdded { client, folder, name: name() },
        files::Event::Uploaded {
            client,
            folder,
            above: vec![folder],
            document,
            version,
            name: name(),
            size_bytes,
            sha256,
            shared: None,
        },
        files::Event::VersionAdded {
            client,
            folder,
            above: vec![folder],
            document,
            version,
            name: name(),
            size_bytes,
            sha256,
        },
        files::Event::Renamed { client, node, from: name(), to: note("personal: another") },
        files::Event::Moved {
            client,
            node,
            name: name(),
            from: folder,
            from_name: note("personal: from"),
            to: id(8),
            to_name: note("personal: to"),
        },
        files::Event::Withdrawn { client, document, name: name() },
        files::Event::Infected { client, node: document.into(), name: name(), threat: name() },
        files::Event::Opened { client, document, name: name() },
        files::Event::HoldPlaced { client, node, name: name(), reason: note("personal: a lawsuit") },
        files::Event::HoldReleased { client, node, name: name() },
        files::Event::Trashed { client, node: FolderId::from_bits(5).into(), name: name() },
        files::Event::Restored { client, node, name: name() },
        files::Event::Purged { client, node, name: name() },
        files::Event::Downloaded { client, document, version, name: name() },
    ];
    let resent = crate::event::DeliveryEvent::Resent { message: id(8), client: Some(client) };
    let all = directory.into_iter().map(Event::from).chain(sharing.into_iter().map(Event::from));
    all.chain(files.into_iter().map(Event::from)).chain([resent.into()]).collect()
}

/// What happens to logins is told with its personal texts too.
pub async fn notes_lie_beside_events_of_identity(store: &dyn Store) {
    let world = World::login(store, 5);
    let events: [Event; 3] = [signed_in(5, 7).into(), signed_out(5).into(), asked(7, 1).into()];
    let told = world.tell(events.clone()).await;
    let read: Vec<Event> = store.events(world.keyspace, &told).await.unwrap().into_iter().map(|it| it.event).collect();
    assert_eq!(read, events);
    assert!(read[0].notes().iter().all(|note| note.text().is_some()));
    let links = chain(store, world.keyspace, ChainKey::Login(id(5))).await;
    assert!(links.iter().flat_map(|(_, payloads)| payloads).all(|payload| !payload.contains("192.0.2.7")));
}
