//! Every read, and what the worker does, once.

use std::time::Duration;

use portal_core::audit::ChainKey;
use portal_core::directory::Addressee;
use portal_core::event::{Keyspace, Lane};
use portal_core::identity::LimitKind;
use portal_core::notifications::{Batch, MailKind, NewMessage, Recipient, Settlement};
use portal_core::ports::store::*;
use portal_core::values::*;

use super::meter::Meter;
use super::world::*;
use crate::SqliteStore;

fn page() -> PageRequest {
    PageRequest::first(10)
}

/// The page after the first, so that cursors are measured, too.
async fn second<T>(first: Result<Page<T>, StoreError>) -> PageRequest {
    page().after(Some(first.unwrap().next.unwrap()))
}

fn full<T>(page: Result<Page<T>, StoreError>) {
    assert_eq!(page.unwrap().items.len(), 10);
}

pub(super) async fn directory(store: &SqliteStore, meter: &mut Meter) {
    let name = |text: &str| ExternalId::new(text).unwrap();
    meter.of("firm", store.firm(FIRM)).await.unwrap().unwrap();
    meter.of("firm by external id", store.firm_by_external_id(&name("f_7"))).await.unwrap().unwrap();
    let next = second(meter.of("firms", store.firms(&page())).await).await;
    full(meter.of("firms", store.firms(&next)).await);
    meter.of("member", store.member(FIRM, &MEMBER.into())).await.unwrap().unwrap();
    meter.of("member by external id", store.member(FIRM, &name("u_7").into())).await.unwrap().unwrap();
    let next = second(meter.of("members", store.members(FIRM, &page())).await).await;
    full(meter.of("members", store.members(FIRM, &next)).await);
    assert_eq!(meter.of("owners", store.owners(FIRM)).await.unwrap().len(), 1);
    meter.of("client", store.client(FIRM, &CLIENT.into())).await.unwrap().unwrap();
    meter.of("client by external id", store.client(FIRM, &name("c_7").into())).await.unwrap().unwrap();
    // The first client has very many contacts, who are counted in the list.
    let query = ClientQuery::default();
    let next = second(meter.of("clients", store.clients(FIRM, &query, &page())).await).await;
    full(meter.of("clients", store.clients(FIRM, &query, &next)).await);
    let query = ClientQuery { order: ListOrder::Newest, ..query };
    let next = second(meter.of("clients, the newest first", store.clients(FIRM, &query, &page())).await).await;
    full(meter.of("clients, the newest first", store.clients(FIRM, &query, &next)).await);
    for (name, order) in
        [("clients of a member", ListOrder::Name), ("clients of a member, the newest first", ListOrder::Newest)]
    {
        let query = ClientQuery { order, ..ClientQuery::default() }.assigned_to(MemberId::from_bits(2));
        let next = second(meter.of(name, store.clients(FIRM, &query, &page())).await).await;
        full(meter.of(name, store.clients(FIRM, &query, &next)).await);
    }
    meter.of("contact", store.contact(FIRM, &ANA.into())).await.unwrap().unwrap();
    meter.of("contact by external id", store.contact(FIRM, &name("p_7").into())).await.unwrap().unwrap();
    let people = [Actor::Contact(ANA), Actor::Member(MEMBER), Actor::Host];
    assert_eq!(meter.of("names", store.names(FIRM, &people)).await.unwrap().len(), 2);
    let next = second(meter.of("contacts", store.contacts(FIRM, CLIENT, &page())).await).await;
    full(meter.of("contacts", store.contacts(FIRM, CLIENT, &next)).await);
    let email = EmailAddress::new("p7@acme.test").unwrap();
    assert_eq!(meter.of("contacts by email", store.contacts_by_email(FIRM, &email)).await.unwrap().len(), 1);
    meter.of("assignment", store.assignment(FIRM, CLIENT, MEMBER)).await.unwrap().unwrap();
    assert_eq!(meter.of("assigned", store.assigned(FIRM, CLIENT)).await.unwrap().len(), 2);
    meter.of("assigned among", store.assigned_among(FIRM, MEMBER, &[CLIENT])).await.unwrap();
    let people = [Addressee::Contact(ANA), Addressee::Member(MEMBER)];
    meter.of("mailings", store.mailings(FIRM, &people)).await.unwrap();
}

pub(super) async fn sharing(store: &SqliteStore, meter: &mut Meter) {
    meter.of("ancestry", store.ancestry(FIRM, SCAN.into())).await.unwrap().unwrap();
    let nodes = [SCAN.into(), GRANTED.into()];
    assert_eq!(meter.of("ancestries", store.ancestries(FIRM, &nodes, &[ANA])).await.unwrap().len(), 2);
    assert_eq!(meter.of("granted", store.granted(FIRM, CLIENT, ANA)).await.unwrap().len(), 2);
    meter.of("granted below", store.granted_below(FIRM, CLIENT, FLAT)).await.unwrap();
    meter.of("grant", store.grant(FIRM, GrantId::from_bits(1))).await.unwrap().unwrap();
    meter.of("tree", store.tree(FIRM, CLIENT)).await.unwrap().unwrap();
}

pub(super) async fn files(store: &SqliteStore, meter: &mut Meter) {
    meter.of("node", store.node(FIRM, SCAN.into())).await.unwrap().unwrap();
    for order in ListOrder::ALL {
        let name = match order {
            ListOrder::Name => "children of a folder that holds much",
            ListOrder::NameBackwards => "the same from the end",
            ListOrder::Newest => "the same, the newest first",
            ListOrder::Oldest => "the same, the oldest first",
        };
        let next = second(meter.of(name, store.children(FIRM, FLAT, order, &page())).await).await;
        full(meter.of(name, store.children(FIRM, FLAT, order, &next)).await);
    }
    meter.of("extent of a document", store.extent(FIRM, SCAN.into())).await.unwrap().unwrap();
    meter.of("extent of all", store.extent(FIRM, ALL.into())).await.unwrap().unwrap();
    meter.of("document", store.document(FIRM, SCAN)).await.unwrap().unwrap();
    let several = [SCAN, OFTEN];
    assert_eq!(meter.of("documents by id", store.documents_by_id(FIRM, &several)).await.unwrap().len(), 2);
    assert_eq!(meter.of("folders by id", store.folders_by_id(FIRM, &[FLAT, ALL])).await.unwrap().len(), 2);
    meter.of("version", store.version(FIRM, VersionId::from_bits(50_000_007))).await.unwrap().unwrap();
    let next = second(meter.of("versions", store.versions(FIRM, OFTEN, &page())).await).await;
    full(meter.of("versions", store.versions(FIRM, OFTEN, &next)).await);
    let next = second(meter.of("uploads of a contact", store.uploaded_by(FIRM, ANA, &page())).await).await;
    full(meter.of("uploads of a contact", store.uploaded_by(FIRM, ANA, &next)).await);
    let next = second(meter.of("trash", store.trash(FIRM, CLIENT, &page())).await).await;
    full(meter.of("trash", store.trash(FIRM, CLIENT, &next)).await);
    meter.of("upload", store.upload(FIRM, UploadId::from_bits(7))).await.unwrap().unwrap();
    recent(store, meter).await;

    let by = Actor::Contact(ANA);
    assert_eq!(meter.of("uploads under way", store.uploads_under_way(FIRM, CLIENT, by, 10)).await.unwrap().len(), 10);
    meter.of("usage of an uploader", store.uploader_usage(FIRM, CLIENT, Actor::Host)).await.unwrap();
    assert_eq!(meter.of("overdue uploads", store.overdue_uploads(NOW, 10)).await.unwrap().len(), 10);
    assert_eq!(meter.of("condemned", store.condemned(10)).await.unwrap().len(), 10);
    assert!(meter.of("purged", store.purged(10)).await.unwrap().is_empty());
    assert_eq!(meter.of("contents", store.contents(FIRM, FLAT, 10)).await.unwrap().len(), 10);
    assert_eq!(meter.of("versions to sweep", store.versions_to_sweep(FIRM, SCAN)).await.unwrap().len(), 1);
    assert_eq!(meter.of("grants on", store.grants_on(FIRM, SCAN.into())).await.unwrap().len(), 1);
    let blobs = [BlobKey::from_bits(10_000_007), BlobKey::from_bits(99)];
    assert_eq!(meter.of("named blobs", store.named_blobs(&blobs)).await.unwrap().len(), 1);
}

async fn recent(store: &SqliteStore, meter: &mut Meter) {
    let everywhere = meter.of("recent documents everywhere", store.recent_documents(FIRM, CLIENT, None, 10));
    assert_eq!(everywhere.await.unwrap().len(), 10);
    let roots: [NodeId; 2] = [ALL.into(), OFTEN.into()];
    let below = meter.of("recent documents below all", store.recent_documents(FIRM, CLIENT, Some(&roots), 10));
    assert_eq!(below.await.unwrap().len(), 10);
    let roots: [NodeId; 1] = [LEAF.into()];
    let below = meter.of("recent documents of one folder", store.recent_documents(FIRM, CLIENT, Some(&roots), 10));
    assert_eq!(below.await.unwrap().len(), 10);
    let asleep = meter.of("recent documents where most is trashed", store.recent_documents(FIRM, ASLEEP, None, 10));
    assert_eq!(asleep.await.unwrap().len(), 1);
}

pub(super) async fn identity(store: &SqliteStore, meter: &mut Meter) {
    meter.of("attempt", store.attempt(ADDRESS, AttemptId::from_bits(1))).await.unwrap().unwrap();
    let asked = [(ADDRESS, LimitKind::TypedFailures), (ADDRESS, LimitKind::AskedBySource)];
    assert_eq!(meter.of("limits", store.limits(&asked)).await.unwrap().len(), 2);
    meter.of("login by address", store.login_by_address(ADDRESS)).await.unwrap().unwrap();
    meter.of("login", store.login(LOGIN)).await.unwrap().unwrap();
    meter.of("session", store.session(LOGIN, SessionId::from_bits(1))).await.unwrap().unwrap();
    let began = Timestamp::from_micros(0);
    assert_eq!(meter.of("sessions", store.sessions(LOGIN, began)).await.unwrap().len(), 1);
    assert_eq!(meter.of("reached", store.reached(ADDRESS)).await.unwrap().len(), 1);
    assert_eq!(meter.of("reaching", store.reaching(ANA)).await.unwrap().len(), 1);
    assert_eq!(meter.of("stale attempts", store.stale_attempts(NOW, 10)).await.unwrap().len(), 10);
    assert_eq!(meter.of("stale limits", store.stale_limits(NOW, 10)).await.unwrap().len(), 10);
    assert_eq!(meter.of("stale sessions", store.stale_sessions(NOW, 10)).await.unwrap().len(), 10);
}

pub(super) async fn history(store: &SqliteStore, meter: &mut Meter) {
    let (firm, chain) = (Keyspace::Firm(FIRM), ChainKey::Client(CLIENT));
    let next = second(meter.of("activity", store.activity(FIRM, CLIENT, &page())).await).await;
    full(meter.of("activity", store.activity(FIRM, CLIENT, &next)).await);
    let events = [EventId::from_bits(7), EventId::from_bits(8)];
    assert_eq!(meter.of("events", store.events(firm, &events)).await.unwrap().len(), 2);
    assert_eq!(meter.of("links", store.links(firm, chain, 20, 10)).await.unwrap().len(), 10);
    let key = portal_core::record::Key::from(portal_core::files::Key::Document(SCAN));
    meter.of("version of", store.version_of(firm, key)).await.unwrap().unwrap();
    meter.of("outcome", store.outcome(&changes("plant", vec![], vec![]).command)).await.unwrap().unwrap();
    for (name, client, dead_only) in [
        ("deliveries", None, false),
        ("deliveries that failed", None, true),
        ("deliveries to a client", Some(CLIENT), false),
        ("deliveries to a client that failed", Some(CLIENT), true),
    ] {
        let query = DeliveryQuery { client, dead_only, assigned_to: None };
        let next = second(meter.of(name, store.deliveries(FIRM, &query, &page())).await).await;
        full(meter.of(name, store.deliveries(FIRM, &query, &next)).await);
    }
    let query = DeliveryQuery::default().assigned_to(MemberId::from_bits(3));
    let name = "deliveries about clients of a member";
    let next = second(meter.of(name, store.deliveries(FIRM, &query, &page())).await).await;
    full(meter.of(name, store.deliveries(FIRM, &query, &next)).await);
    meter.of("delivery", store.delivery(FIRM, MessageId::from_bits(7))).await.unwrap().unwrap();
}

/// A message that joins the one of very many events.
fn joining(number: u128, claim: &ClaimedEvent) -> NewMessage {
    NewMessage {
        id: MessageId::from_bits(50_000_000 + number),
        firm: FIRM,
        to: Recipient::Contact(ANA),
        address: EmailAddress::new("p0@acme.test").unwrap(),
        kind: MailKind::NewDocuments,
        client: Some(ASLEEP),
        folder: None,
        event: claim.happened.id,
        created_at: NOW,
        hastens: false,
        batch: Some(Batch { quiet: Duration::from_secs(60), longest: Duration::from_secs(60) }),
    }
}

pub(super) async fn outbox(store: &SqliteStore, meter: &mut Meter) {
    let lease = |holder: u64| Lease { holder: holder.into(), now: NOW, until: NOW + Duration::from_secs(60) };
    for round in 1..3 {
        let events = meter.of("claiming events", store.claim_events(Lane::Ordinary, &lease(round), 10)).await.unwrap();
        assert_eq!(events.len(), 10);
        let joins = [joining(u128::from(round), &events[0])];
        assert!(meter.of("staging", store.stage(&events[0], &joins, &EventProgress::Done)).await.unwrap());
        let joined = store.delivery(FIRM, MessageId::from_bits(40_000_001)).await.unwrap().unwrap();
        assert_eq!(joined.events.last(), Some(&events[0].happened.id));
        let lane = Lane::Ordinary;
        let claimed = meter.of("claiming messages to many", store.claim_messages(lane, &lease(round), 10)).await;
        assert_eq!(claimed.unwrap().len(), 10);
        let lane = Lane::SignIn;
        let claimed =
            meter.of("claiming messages to one", store.claim_messages(lane, &lease(round), 10)).await.unwrap();
        assert_eq!(claimed.len(), 1);
        meter.of("settling a message", store.settle(&claimed[0], &Settlement::Sent, NOW)).await.unwrap();
    }
    assert_eq!(meter.of("forgetting outcomes", store.forget_outcomes(NOW, 10)).await.unwrap(), 10);
}
