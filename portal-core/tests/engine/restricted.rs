//! Members who see only the clients that they are assigned to (S38).

use portal_core::directory::{FirmChange, NewClient, NewContact, PoliciesChange};
use portal_core::ports::store::{ClientQuery, DeliveryQuery};
use portal_core::sharing::{Access, Audience};
use portal_core::testing::World;
use portal_core::values::ClientRef;
use portal_core::{ByteRange, ErrorKind, Staff};

use crate::guards::Race;
use crate::words::{called, email, kind, page, person, upload};

pub(crate) async fn restrict(owner: &Staff, restricted: bool) {
    let policies = PoliciesChange { members_restricted: Some(restricted), ..PoliciesChange::default() };
    owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
}

async fn listed(staff: &Staff) -> Vec<String> {
    let rows = staff.clients().list(&ClientQuery::default(), &page()).await.unwrap().items;
    rows.into_iter().map(|row| row.client.name.to_string()).collect()
}

#[tokio::test]
async fn s38_a_restricted_member_sees_the_clients_they_are_assigned_to_and_no_others() {
    let world = World::new().await.unwrap();
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
    let (mia, noah) = (&world.assigned, &world.unassigned);
    let (files, id) = (noah.files(world.acme.id), noah.me().await.unwrap().id);
    files.document(document).await.unwrap();
    restrict(&world.owner, true).await;
    assert_eq!(listed(noah).await, [""; 0]);
    assert_eq!(listed(mia).await, ["Acme"]);
    assert_eq!(listed(&world.owner).await, ["Acme", "Bolt", "Cedar"]);
    assert_eq!(listed(&world.admin).await, ["Acme", "Bolt", "Cedar"]);
    assert_eq!(kind(files.document(document)).await, ErrorKind::NotFound);
    assert_eq!(kind(files.download(document, None, ByteRange::All)).await, ErrorKind::NotFound);
    assert_eq!(
        kind(noah.assignments(world.acme.id).assign(id)).await,
        ErrorKind::NotFound,
        "nobody lets themselves in"
    );
    assert_eq!(kind(mia.clients().find(world.bolt.id)).await, ErrorKind::NotFound);

    world.owner.assignments(world.acme.id).assign(id).await.unwrap();
    files.document(document).await.unwrap();
    assert_eq!(listed(noah).await, ["Acme"]);
    world.owner.assignments(world.acme.id).unassign(id).await.unwrap();
    assert_eq!(kind(files.document(document)).await, ErrorKind::NotFound);
    restrict(&world.owner, false).await;
    files.document(document).await.unwrap();
}

#[tokio::test]
async fn s38_a_client_that_is_hidden_is_found_by_no_name_of_the_hosts() {
    let world = World::new().await.unwrap();
    let name = portal_core::values::ExternalId::new("c_17").unwrap();
    world.owner.clients().add(NewClient::new(person("Elm")).external_id(name.clone())).await.unwrap();
    world.unassigned.clients().find(ClientRef::External(name.clone())).await.unwrap();
    restrict(&world.owner, true).await;
    assert_eq!(kind(world.unassigned.clients().find(ClientRef::External(name))).await, ErrorKind::NotFound);
    let found = ClientQuery { name_contains: Some("elm".into()), ..ClientQuery::default() };
    assert!(world.unassigned.clients().list(&found, &page()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn s38_whoever_adds_a_client_while_restricted_is_assigned_to_it() {
    let world = World::new().await.unwrap();
    world.unassigned.clients().add(NewClient::new(person("Elm"))).await.unwrap();
    restrict(&world.owner, true).await;
    let added = world.unassigned.clients().add(NewClient::new(person("Fir"))).command("fir").await.unwrap();
    assert_eq!(listed(&world.unassigned).await, ["Fir"]);
    let assigned = world.owner.assignments(added.id).list().await.unwrap();
    assert_eq!(assigned.iter().map(|member| member.name.as_str()).collect::<Vec<_>>(), ["Noah"]);
    let again = world.unassigned.clients().add(NewClient::new(person("Fir"))).command("fir").await.unwrap();
    assert_eq!(again, added);
    let by_admin = world.admin.clients().add(NewClient::new(person("Gum"))).await.unwrap();
    assert!(world.owner.assignments(by_admin.id).list().await.unwrap().is_empty());
}

#[tokio::test]
async fn s38_the_ledger_of_a_restricted_member_is_of_their_clients() {
    let world = World::new().await.unwrap();
    for (client, person) in [(world.acme.id, &world.ana), (world.bolt.id, &world.cara)] {
        let files = world.owner.files(client);
        let root = world.owner.clients().find(client).await.unwrap().root;
        let folder = files.add_folder(root, called("Letters")).await.unwrap();
        files.share(folder, person.audience(), Access::View).notify().await.unwrap();
    }
    world.run_worker().await.unwrap();
    restrict(&world.owner, true).await;
    let ledger = async |staff: &Staff| staff.deliveries().list(&DeliveryQuery::default(), &page()).await.unwrap().items;
    let all = ledger(&world.owner).await;
    let of_acme = ledger(&world.assigned).await;
    assert_eq!((all.len(), of_acme.len()), (2, 1));
    assert_eq!(of_acme[0].client, Some(world.acme.id));
    assert!(ledger(&world.unassigned).await.is_empty());
    let of_bolt = all.iter().find(|message| message.client == Some(world.bolt.id)).unwrap();
    assert_eq!(kind(world.assigned.deliveries().resend(of_bolt.id)).await, ErrorKind::NotFound);
    world.assigned.deliveries().resend(of_acme[0].id).await.unwrap();
    // What was listed before tells nothing any more, either.
    let subjects = world.assigned.deliveries().subjects(&all).await.unwrap();
    let told: Vec<bool> = subjects.iter().map(|subject| subject.first.is_some()).collect();
    assert_eq!(told, all.iter().map(|message| message.client == Some(world.acme.id)).collect::<Vec<_>>());
}

/// Every kind of act that a member who is about to lose sight of a client may have begun.
async fn act(race: &Race, number: u32) -> ErrorKind {
    let (world, files, member) = (&race.world, &race.staff, &race.member);
    let (acme, tax) = (world.acme.id, world.tax);
    match number {
        0 => kind(files.upload(tax, called("w3.pdf"), "w3")).await,
        1 => kind(files.add_folder(tax, called("Letters"))).await,
        2 => kind(files.rename(tax, called("Other"))).await,
        3 => kind(files.share(tax, Audience::AllContacts, Access::View)).await,
        4 => kind(files.trash(tax)).await,
        5 => kind(files.place_hold(tax, person("Audit"))).await,
        6 => kind(files.revoke(tax, world.ana.audience())).await,
        7 => kind(files.set_visible(world.internal, true)).await,
        8 => kind(member.contacts(acme).add(NewContact::new(person("Gil"), email("gil@acme.test")))).await,
        9 => kind(member.contacts(acme).remove(world.ana.contact)).await,
        10 => kind(member.clients().rename(acme, person("Other"))).await,
        _ => kind(member.assignments(acme).assign(world.unassigned.me().await.unwrap().id)).await,
    }
}

const ACTS: u32 = 12;

#[tokio::test]
async fn s38_an_act_that_was_begun_before_the_assignment_was_taken_away_is_refused() {
    for number in 0..ACTS {
        let race = Race::new().await;
        restrict(&race.world.owner, true).await;
        let (world, mia) = (race.world.clone(), race.world.assigned.me().await.unwrap().id);
        race.meanwhile.happens(async move { world.owner.assignments(world.acme.id).unassign(mia).await.unwrap() });
        assert_eq!(act(&race, number).await, ErrorKind::NotFound, "{number}");
        assert!(race.meanwhile.took_place(), "{number}");
    }
}

#[tokio::test]
async fn s38_an_act_that_was_begun_before_the_firm_restricted_its_members_is_refused() {
    for number in 0..ACTS {
        let race = Race::new().await;
        let (world, mia) = (race.world.clone(), race.world.assigned.me().await.unwrap().id);
        world.owner.assignments(world.acme.id).unassign(mia).await.unwrap();
        race.meanwhile.happens(async move { restrict(&world.owner, true).await });
        assert_eq!(act(&race, number).await, ErrorKind::NotFound, "{number}");
        assert!(race.meanwhile.took_place(), "{number}");
    }
}

#[tokio::test]
async fn s38_looking_at_an_upload_marks_nothing_once_the_assignment_is_gone() {
    let race = Race::new().await;
    restrict(&race.world.owner, true).await;
    let document = upload(&race.ana, race.world.tax, "w2.pdf").await.unwrap().document;
    let (world, mia) = (race.world.clone(), race.world.assigned.me().await.unwrap().id);
    race.meanwhile.happens(async move { world.owner.assignments(world.acme.id).unassign(mia).await.unwrap() });
    assert_eq!(kind(race.staff.download(document, None, ByteRange::All)).await, ErrorKind::NotFound);
    assert!(race.meanwhile.took_place());
    let files = race.world.owner.files(race.world.acme.id);
    assert_eq!(files.document(document).await.unwrap().opened_at, None);
}
