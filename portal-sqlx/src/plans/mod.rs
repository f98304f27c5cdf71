//! Every statement that the store runs, and how SQLite goes about it: by index, never through a whole table.

mod samples;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::Duration;

use portal_core::change::{Version, Write};
use portal_core::directory;
use portal_core::event::Lane;
use portal_core::event::{Event, EventTopic, Keyspace};
use portal_core::identity::{self, LimitKind};
use portal_core::notifications::{Batch, DropReason, MailKind, MessageState, NewMessage, Recipient, Settlement};
use portal_core::ports::Store as _;
use portal_core::ports::store::*;
use portal_core::record::Whole;
use portal_core::values::*;

use crate::SqliteStore;
use crate::sql::Value;
use samples::*;

// All of a test is done on one thread.
thread_local! {
    static SEEN: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    static COUNT: Cell<u64> = const { Cell::new(0) };
}

/// Called with every text as it is run.
pub(crate) fn note(text: &str) {
    COUNT.set(COUNT.get() + 1);
    SEEN.with_borrow_mut(|seen| seen.insert(text.to_owned()));
}

/// How many statements were run on this thread.
pub(crate) fn count() -> u64 {
    COUNT.get()
}

fn changes(keyspace: Keyspace, id: &str, writes: Vec<Write<Whole>>, events: Vec<Event>) -> Changes {
    let command = Command { keyspace, actor: Actor::Worker, id: id.into(), input: Digest::ZERO, run: 1 };
    let made = writes
        .iter()
        .filter_map(|write| match write {
            Write::Create(record) => Some(record.key()),
            _ => None,
        })
        .collect();
    Changes { command, at: NOW, writes, events, made }
}

fn note_of(text: &str) -> Note {
    Note::new(Salt::from_bytes([7; 16]), text)
}

async fn write_everything(store: &SqliteStore) {
    let (firm, address) = (Keyspace::Firm(FIRM), Keyspace::Address(ADDRESS));
    let added = directory::Event::ContactAdded {
        client: CLIENT,
        contact: CONTACT,
        name: note_of("Ana"),
        email: Some(note_of("ana@acme.test")),
        details: Vec::new(),
    };
    let asked = identity::Event::Asked { address: ADDRESS, attempt: AttemptId::from_bits(1), firm: FIRM };
    for (space, records, event) in
        [(firm, firm_records(), Event::from(added)), (address, identity_records(), asked.into())]
    {
        let creates = records.iter().cloned().map(Write::Create).collect();
        store.commit(&changes(space, "create", creates, vec![event])).await.unwrap();
        let expects = records.iter().map(|record| Write::Expect(record.key(), Version::FIRST)).collect();
        store.commit(&changes(space, "expect", expects, vec![])).await.unwrap();
        let updates = records.iter().cloned().map(|record| Write::Update(Version::FIRST, record)).collect();
        store.commit(&changes(space, "update", updates, vec![])).await.unwrap();
    }
}

async fn delete_everything(store: &SqliteStore) {
    let (firm, address) = (Keyspace::Firm(FIRM), Keyspace::Address(ADDRESS));
    for (space, records) in [(firm, firm_records()), (address, identity_records())] {
        let second = Version::FIRST.next();
        let deletes = records.iter().map(|record| Write::Delete(record.key(), second)).collect();
        store.commit(&changes(space, "delete", deletes, vec![])).await.unwrap();
    }
}

async fn read_everything(store: &SqliteStore) {
    let page = &PageRequest::first(10);
    let name = ExternalId::new("u_17").unwrap();
    assert!(store.firm(FIRM).await.unwrap().is_some());
    assert!(store.firm_by_external_id(&ExternalId::new("firm").unwrap()).await.unwrap().is_some());
    assert_eq!(store.firms(page).await.unwrap().items.len(), 1);
    assert!(store.member(FIRM, &MEMBER.into()).await.unwrap().is_some());
    assert!(store.member(FIRM, &name.into()).await.unwrap().is_some());
    assert_eq!(store.members(FIRM, page).await.unwrap().items.len(), 1);
    assert_eq!(store.owners(FIRM).await.unwrap().len(), 1);
    assert!(store.client(FIRM, &CLIENT.into()).await.unwrap().is_some());
    assert!(store.client(FIRM, &ExternalId::new("c_1").unwrap().into()).await.unwrap().is_some());
    let ids = ["c_1", "p_1", "c_1"].map(|id| ExternalId::new(id).unwrap());
    assert_eq!(store.clients_by_external_ids(FIRM, &ids).await.unwrap().len(), 1);
    assert_eq!(store.contacts_by_external_ids(FIRM, &ids).await.unwrap().len(), 1);
    for order in ListOrder::ALL {
        let query = ClientQuery { order, ..ClientQuery::default() };
        assert_eq!(store.clients(FIRM, &query, page).await.unwrap().items.len(), 1);
    }
    for order in ListOrder::ALL {
        let query = ClientQuery { order, ..ClientQuery::default() }.assigned_to(MEMBER);
        let first = PageRequest::first(1);
        assert_eq!(store.clients(FIRM, &query, &first).await.unwrap().items.len(), 1);
    }
    assert_eq!(store.assigned_among(FIRM, MEMBER, &[CLIENT]).await.unwrap(), [CLIENT]);
    let query = ClientQuery { name_contains: Some("CM".into()), ..ClientQuery::default() };
    let clients = store.clients(FIRM, &query, page).await.unwrap().items;
    assert_eq!((clients[0].contacts, clients[0].assigned.as_slice()), (1, ["Acme".to_owned()].as_slice()));
    assert!(store.contact(FIRM, &CONTACT.into()).await.unwrap().is_some());
    assert!(store.contact(FIRM, &ExternalId::new("p_1").unwrap().into()).await.unwrap().is_some());
    let people = [Actor::Member(MEMBER), Actor::Contact(CONTACT), Actor::Host, Actor::Member(MemberId::from_bits(99))];
    assert_eq!(store.names(FIRM, &people).await.unwrap().len(), 2);
    assert_eq!(store.contacts(FIRM, CLIENT, page).await.unwrap().items.len(), 1);
    assert_eq!(store.contacts_by_email(FIRM, &email()).await.unwrap().len(), 1);
    assert!(store.assignment(FIRM, CLIENT, MEMBER).await.unwrap().is_some());
    assert_eq!(store.assigned(FIRM, CLIENT).await.unwrap().len(), 1);
    let addressees = [directory::Addressee::Contact(CONTACT), directory::Addressee::Member(MEMBER)];
    assert_eq!(store.mailings(FIRM, &addressees).await.unwrap().len(), 1);
    assert_eq!(store.folder_templates(FIRM).await.unwrap().len(), 1);
    assert!(store.folder_template(FIRM, FolderTemplateId::from_bits(1)).await.unwrap().is_some());
    assert!(store.data_key(FIRM, 1).await.unwrap().is_some());
    assert!(store.current_data_key(FIRM).await.unwrap().is_some());
    assert_eq!(store.data_keys(page).await.unwrap().items.len(), 1);

    let ancestry = store.ancestry(FIRM, DOCUMENT.into()).await.unwrap().unwrap();
    assert_eq!((ancestry.steps.len(), ancestry.grants().count()), (3, 2));
    assert_eq!(store.ancestries(FIRM, &[DOCUMENT.into(), FOLDER.into()], &[CONTACT]).await.unwrap().len(), 2);
    assert_eq!(store.granted(FIRM, CLIENT, CONTACT).await.unwrap().len(), 2);
    assert_eq!(store.granted_below(FIRM, CLIENT, FOLDER).await.unwrap().len(), 1);
    assert!(store.grant(FIRM, GrantId::from_bits(1)).await.unwrap().is_some());
    assert!(store.tree(FIRM, CLIENT).await.unwrap().is_some());

    assert!(store.node(FIRM, FOLDER.into()).await.unwrap().is_some());
    for order in ListOrder::ALL {
        let first = store.children(FIRM, FOLDER, order, &PageRequest::first(1)).await.unwrap();
        let second = PageRequest::first(1).after(first.next);
        assert_eq!(store.children(FIRM, FOLDER, order, &second).await.unwrap().items.len(), 1);
    }
    let children = store.children(FIRM, FOLDER, ListOrder::Name, page).await.unwrap().items;
    assert!(matches!(&children[1], Child::Document(read, grants)
        if grants.len() == 1 && read.document.place.name.as_str() == "w2.pdf"));
    assert!(store.document(FIRM, DOCUMENT).await.unwrap().is_some());
    assert_eq!(store.folders_by_id(FIRM, &[ROOT, FOLDER]).await.unwrap().len(), 2);
    assert!(store.version(FIRM, VERSION).await.unwrap().is_some());
    assert_eq!(store.versions(FIRM, DOCUMENT, page).await.unwrap().items.len(), 1);
    assert_eq!(store.recent_documents(FIRM, CLIENT, None, 10).await.unwrap().len(), 2);
    let roots = [FOLDER.into(), DOCUMENT.into()];
    assert_eq!(store.recent_documents(FIRM, CLIENT, Some(&roots), 10).await.unwrap().len(), 2);
    // Where nothing is found among the latest, folder by folder.
    let unknown = FolderId::from_bits(99);
    assert!(store.recent_documents(FIRM, CLIENT, Some(&[unknown.into()]), 10).await.unwrap().is_empty());
    assert!(store.recent_documents(FIRM, ClientId::from_bits(99), None, 10).await.unwrap().is_empty());
    assert_eq!(store.uploaded_by(FIRM, CONTACT, page).await.unwrap().items.len(), 1);
    assert!(store.kept_uploads(FIRM, CONTACT).await.unwrap().newest_at.is_some());
    let extent = store.extent(FIRM, FOLDER.into()).await.unwrap().unwrap();
    assert_eq!((extent.folders, extent.documents, extent.versions), (1, 2, 1));
    assert!(store.trash(FIRM, CLIENT, page).await.unwrap().items.is_empty());
    assert!(store.archive(FIRM, CLIENT, page).await.unwrap().items.is_empty());
    assert!(store.archived_children(FIRM, FOLDER, page).await.unwrap().items.is_empty());
    assert_eq!(store.height(FIRM, ROOT).await.unwrap(), 1);
    let place = (ROOT, FileName::new("2025 tax").unwrap().folded());
    assert_eq!(store.named_in(FIRM, &[place]).await.unwrap().len(), 1);
    assert!(store.upload(FIRM, UploadId::from_bits(1)).await.unwrap().is_some());
    let by = Actor::Contact(CONTACT);
    assert_eq!(store.uploads_under_way(FIRM, CLIENT, by, 10).await.unwrap().len(), 1);
    assert_eq!(store.overdue_uploads(NOW, 10).await.unwrap().len(), 1);
    assert_eq!(store.uploader_usage(FIRM, CLIENT, by).await.unwrap().under_way.files, 1);
    assert!(store.firm_usage(FIRM).await.unwrap().files > 0);
    assert_eq!(store.uploads_to_scan(NOW, 10).await.unwrap().len(), 0);
    assert_eq!(store.condemned(10).await.unwrap().len(), 1);
    assert!(store.purged(10).await.unwrap().is_empty());
    assert_eq!(store.contents(FIRM, FOLDER, 10).await.unwrap().len(), 2);
    assert_eq!(store.versions_to_sweep(FIRM, DOCUMENT).await.unwrap().len(), 1);
    assert_eq!(store.grants_on(FIRM, DOCUMENT.into()).await.unwrap().len(), 1);
    assert_eq!(store.named_blobs(&[BLOB, BlobKey::from_bits(99)]).await.unwrap(), [BLOB]);
    read_identity(store).await;

    assert_eq!(store.activity(FIRM, CLIENT, page).await.unwrap().items.len(), 1);
    assert!(store.firm_activity(FIRM, page).await.unwrap().items.is_empty());
    let day = (NOW, NOW + Duration::from_secs(1));
    for client in [Some(CLIENT), None] {
        for only in
            [None, Some(ActivityOnly::Topic(EventTopic::People)), Some(ActivityOnly::By(Actor::Contact(CONTACT)))]
        {
            for between in [None, Some(day)] {
                let query = ActivityQuery { only, between };
                store.found_activity(FIRM, client, &query, page).await.unwrap();
            }
        }
    }
    let chain = portal_core::audit::ChainKey::Client(CLIENT);
    assert_eq!(store.links(Keyspace::Firm(FIRM), chain, 0, 10).await.unwrap().len(), 1);
    let key = firm_records()[0].key();
    assert_eq!(store.version_of(Keyspace::Firm(FIRM), key).await.unwrap(), Some(Version::FIRST.next()));
    let command = changes(Keyspace::Firm(FIRM), "create", vec![], vec![]).command;
    assert_eq!(store.outcome(&command).await.unwrap().unwrap().made.len(), firm_records().len());
}

async fn read_identity(store: &SqliteStore) {
    let later = NOW + Duration::from_secs(1);
    assert!(store.attempt(ADDRESS, AttemptId::from_bits(1)).await.unwrap().is_some());
    let asked = [(ADDRESS, LimitKind::AskedBySource), (ADDRESS, LimitKind::TypedFailures)];
    assert!(matches!(store.limits(&asked).await.unwrap().as_slice(), [None, Some(_)]));
    assert!(store.login_by_address(ADDRESS).await.unwrap().is_some());
    assert!(store.login(LOGIN).await.unwrap().is_some());
    assert!(store.session(LOGIN, SessionId::from_bits(1)).await.unwrap().is_some());
    assert_eq!(store.sessions(LOGIN, Timestamp::from_micros(0)).await.unwrap().len(), 1);
    assert_eq!(store.all_sessions(LOGIN).await.unwrap().len(), 1);
    assert_eq!(store.reached(ADDRESS).await.unwrap().len(), 1);
    assert_eq!(store.reaching(CONTACT).await.unwrap().len(), 1);
    assert_eq!(store.stale_attempts(later, 10).await.unwrap().len(), 1);
    assert_eq!(store.stale_limits(later, 10).await.unwrap().len(), 1);
    assert_eq!(store.stale_sessions(later, 10).await.unwrap().len(), 1);
}

async fn tell_everything(store: &SqliteStore) {
    let lease = Lease { holder: 5, now: NOW, until: NOW + Duration::from_secs(60) };
    let claim = store.claim_events(Lane::Ordinary, &lease, 10).await.unwrap().remove(0);
    assert_eq!(claim.happened.event.notes()[1].text(), Some("ana@acme.test"));
    let message = |id, event| NewMessage {
        id: MessageId::from_bits(id),
        firm: FIRM,
        to: Recipient::Contact(CONTACT),
        address: email(),
        kind: MailKind::NewDocuments,
        client: Some(CLIENT),
        folder: Some(FOLDER),
        event,
        created_at: NOW,
        hastens: false,
        batch: Some(Batch { quiet: Duration::ZERO, longest: Duration::ZERO }),
    };
    let new = [message(1, claim.happened.id), message(2, EventId::from_bits(77))];
    assert!(store.stage(&claim, &new, &EventProgress::More(Cursor::new("next"))).await.unwrap());
    for (holder, progress) in [(6, EventProgress::Again(NOW)), (7, EventProgress::Done)] {
        let claim = store.claim_events(Lane::Ordinary, &Lease { holder, ..lease }, 10).await.unwrap().remove(0);
        assert_eq!(claim.cursor, Some(Cursor::new("next")));
        assert!(store.stage(&claim, &new, &progress).await.unwrap());
    }
    let again = Settlement::Again { at: NOW, error: "busy".into() };
    for (tries, settlement) in [(1, &again), (2, &Settlement::Dead { error: "no".into() })] {
        let claimed = store.claim_messages(Lane::Ordinary, &lease, 10).await.unwrap().remove(0);
        assert_eq!((claimed.message.tries, claimed.message.events.len()), (tries, 2));
        assert!(store.settle(&claimed, settlement, NOW).await.unwrap());
        assert!(!store.settle(&claimed, &Settlement::Sent, NOW).await.unwrap());
        assert!(!store.settle(&claimed, &Settlement::Dropped(DropReason::TooLate), NOW).await.unwrap());
    }
    assert_eq!(store.backlog().await.unwrap(), OutboxBacklog { events: 1, messages: 0, next_due_at: None });
    let page = &PageRequest::first(10);
    for (client, dead_only) in [(None, false), (None, true), (Some(CLIENT), false), (Some(CLIENT), true)] {
        let query = DeliveryQuery { client, dead_only, assigned_to: None };
        for query in [query.clone(), query.assigned_to(MEMBER)] {
            assert_eq!(store.deliveries(FIRM, &query, page).await.unwrap().items.len(), 1);
        }
    }
    assert_eq!(store.deliveries_to(FIRM, CONTACT, page).await.unwrap().items.len(), 1);
    assert!(store.delivery(FIRM, MessageId::from_bits(1)).await.unwrap().is_some());
    let space = Keyspace::Firm(FIRM);
    assert_eq!(store.messages(space, None).await.unwrap().len(), 1);
    assert_eq!(store.messages(space, Some(MessageState::Dead)).await.unwrap().len(), 1);
    assert!(store.messages(space, Some(MessageState::Dropped(DropReason::TooLate))).await.unwrap().is_empty());
    let event = claim.happened.id;
    assert_eq!(store.events(space, &[event]).await.unwrap()[0], claim.happened);
    store.erase_messages(space, &[MessageId::from_bits(1)]).await.unwrap();
    store.erase_notes(space, Some(&[event])).await.unwrap();
    store.erase_notes(space, None).await.unwrap();
    assert!(store.events(space, &[event]).await.unwrap()[0].event.notes()[1].text().is_none());
}

/// Tables by the names under which a text has them.
fn tables(text: &str) -> BTreeSet<&str> {
    let words: Vec<&str> = text.split([' ', '(', ')', ',']).filter(|word| !word.is_empty()).collect();
    let mut names = BTreeSet::new();
    for pair in words.windows(3).filter(|pair| pair[0].starts_with("portal_")) {
        names.extend([pair[0], if pair[1] == "AS" { pair[2] } else { pair[1] }]);
    }
    names
}

/// Walks along an index that are meant: queues and counts, which hold only what is waiting, and all messages for suites; and
/// the first page of the firm's clients, which goes along an index in the list's order and ends with the page; and the firm's last
/// data key, which is one step from the end; and a sum over those who uploaded and what is under way, for firms that set a limit to it; and all texts of one
/// address or login, which are erased together; and a firm's folder templates, which are few.
const MEANT: [&str; 12] = [
    "SEARCH portal_uploads USING INDEX portal_uploads_by_uploader (firm_id=?)",
    "SEARCH portal_usage USING INDEX sqlite_autoindex_portal_usage_1 (firm_id=?)",
    "SEARCH portal_event_notes USING COVERING INDEX sqlite_autoindex_portal_event_notes_1 (lead_id=? AND space=?)",
    "SEARCH r USING INDEX sqlite_autoindex_portal_data_keys_1 (firm_id=?)",
    "SEARCH c USING INDEX portal_clients_by_name (firm_id=?)",
    "SEARCH c USING INDEX portal_clients_by_age (firm_id=?)",
    "SEARCH r USING INDEX portal_folder_templates_by_name (firm_id=?)",
    "SCAN n USING INDEX portal_nodes_purged",
    "SCAN r USING INDEX portal_condemned_blobs_since",
    "SCAN portal_outbox USING COVERING INDEX",
    "SCAN portal_messages USING COVERING INDEX portal_messages_due",
    "SEARCH m USING INDEX portal_messages_ledger (lead_id=? AND space=?)",
];

/// Beginnings of statements that sort by themselves what no index has in their order: never more than a commit, a page, a way
/// up, the candidates of a short list, a client's team, or what belongs to one person.
const SORTS: [&str; 8] = [
    "WITH w(",
    "WITH page AS (",
    "WITH RECURSIVE way(",
    "WITH RECURSIVE root(",
    "SELECT blob_key FROM portal_document_versions WHERE blob_key IN (",
    "SELECT m.firm_id, m.member_id, m.version, m.external_id, m.name, m.email, m.role, m.created_at, m.removed_at \
     FROM portal_assignments a ",
    "SELECT r.address_key, r.contact_id, r.version, r.firm_id, r.client_id FROM portal_reaches r WHERE address_key = ",
    "SELECT r.login_id, r.session_id, r.version, ",
];

#[tokio::test]
async fn every_statement_goes_by_index() {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(folder.path().join("portal.db")).await.unwrap();
    store.migrate().await.unwrap();
    SEEN.take();
    write_everything(&store).await;
    read_everything(&store).await;
    tell_everything(&store).await;
    delete_everything(&store).await;
    store.forget_outcomes(NOW + Duration::from_secs(1), 100).await.unwrap();

    let seen: Vec<String> = SEEN.take().into_iter().filter(|text| text.contains("portal_")).collect();
    assert!(seen.len() > 100, "only {} statements were seen", seen.len());
    let (mut faults, mut sorting) = (Vec::new(), BTreeSet::new());
    for text in seen {
        let nulls = vec![Value::Null(crate::sql::Kind::Int); crate::sql::render(&text.replace('?', "$")).parameters];
        let plan =
            store.database.rows(&format!("EXPLAIN QUERY PLAN {}", text.replace('?', "$")), &nulls).await.unwrap();
        let names = tables(&text);
        for row in plan {
            let detail = row.0.iter().find_map(|value| match value {
                Value::Text(text) => Some(text.clone()),
                _ => None,
            });
            let detail = detail.unwrap();
            if detail.contains("TEMP B-TREE") {
                let meant: Vec<&str> = SORTS.into_iter().filter(|sorts| text.starts_with(sorts)).collect();
                if meant.is_empty() {
                    faults.push(format!("{detail}\n    {text}"));
                }
                sorting.extend(meant);
            }
            let mut words = detail.split(' ');
            let (how, name) = (words.next(), words.next().unwrap_or_default());
            // A firm's rows alone may be very many: of the key, more than what leads must be looked up.
            let walks = how == Some("SCAN")
                || detail.contains("AUTOMATIC")
                || ["(firm_id=?)", "(lead_id=?)", "(lead_id=? AND space=?)", "(ANY("]
                    .iter()
                    .any(|few| detail.contains(few));
            if names.contains(name)
                && !detail.contains("portal_firms_1")
                && walks
                && !MEANT.iter().any(|meant| detail.starts_with(meant))
            {
                faults.push(format!("{detail}\n    {text}"));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert_eq!(sorting, BTreeSet::from(SORTS), "what does not sort any more needs no leave to");
}
