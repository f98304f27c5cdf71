//! Firms, team, clients and contacts.

use portal_core::directory::{
    ContactChange, DirectoryRefusal, FirmChange, NewClient, NewContact, NewFirm, NewMember, PortalStatus, Role,
};
use portal_core::ports::Clock as _;
use portal_core::ports::store::ClientQuery;
use portal_core::testing::World;
use portal_core::values::{Actor, ClientId, ClientRef, ContactId, ExternalId, FirmId, FirmRef, MemberId, MemberRef};
use portal_core::{Call, ErrorKind, Staff, StaffTeam};

use crate::words::{MORE_THAN_A_DAY, directory_refuses, email, kind, page, person, upload, world_that_yields};

fn external(text: &str) -> ExternalId {
    ExternalId::new(text).unwrap()
}

fn member(name: &str) -> NewMember {
    NewMember::new(person(name), email(&format!("{}@miller.test", name.to_lowercase())))
}

async fn id(staff: &Staff) -> MemberId {
    staff.me().await.unwrap().id
}

#[tokio::test]
async fn a_firm_is_found_by_either_id_and_its_external_id_is_taken_once() {
    let world = World::new().await.unwrap();
    let firms = world.portal.host().firms();
    let new = || NewFirm::new(person("Third"), member("Tess")).external_id(external("f_3"));
    let added = firms.add(new()).await.unwrap();
    let found = firms.find(FirmRef::external("f_3").unwrap()).await.unwrap();
    assert_eq!((found.id, found.name), (added.firm, person("Third")));
    assert_eq!(firms.find(added.firm).await.unwrap().id, added.firm);
    assert_eq!(directory_refuses(firms.add(new())).await, DirectoryRefusal::ExternalIdTaken);
    assert_eq!(directory_refuses(firms.add(new()).command("another")).await, DirectoryRefusal::ExternalIdTaken);
    assert_eq!(kind(firms.find(FirmId::from_bits(42))).await, ErrorKind::NotFound);
    assert_eq!(firms.list(&page()).await.unwrap().items.len(), 3);
    let owner = world.portal.staff(added.firm, added.owner).await.unwrap();
    assert_eq!(owner.me().await.unwrap().role, Role::Owner, "whatever role was given");
}

#[tokio::test]
async fn the_host_vouches_for_members_by_either_id_and_for_no_one_elses() {
    let world = World::new().await.unwrap();
    let joined = world.owner.team().add(member("Uma").external_id(external("u_17"))).await.unwrap();
    let by_external = world.portal.staff(world.firm, MemberRef::external("u_17").unwrap()).await.unwrap();
    assert_eq!(id(&by_external).await, joined);
    let theirs = id(&world.other_owner).await;
    for (firm, member) in [
        (world.firm, MemberRef::Id(theirs)),
        (world.other_firm, MemberRef::Id(joined)),
        (world.other_firm, MemberRef::external("u_17").unwrap()),
        (FirmId::from_bits(42), MemberRef::Id(joined)),
        (world.firm, MemberRef::Id(MemberId::from_bits(42))),
    ] {
        assert_eq!(kind(world.portal.staff(firm, member)).await, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn members_do_everything_but_firm_settings_and_team() {
    let world = World::new().await.unwrap();
    let (noah, mia) = (world.unassigned.clone(), id(&world.assigned).await);
    assert_eq!(kind(noah.settings().change(FirmChange::default())).await, ErrorKind::Denied);
    assert_eq!(kind(noah.team().add(member("X"))).await, ErrorKind::Denied);
    assert_eq!(kind(noah.team().change_role(mia, Role::Admin)).await, ErrorKind::Denied);
    assert_eq!(kind(noah.team().remove(mia)).await, ErrorKind::Denied);
    assert_eq!(noah.team().list(&page()).await.unwrap().items.len(), 4);
    noah.clients().add(NewClient::new(person("Elm"))).await.unwrap();
}

#[tokio::test]
async fn only_an_owner_makes_changes_or_removes_an_owner_and_one_stays() {
    let world = World::new().await.unwrap();
    let (owner, admin) = (world.owner.team(), world.admin.team());
    let (olivia, adam, mia) = (id(&world.owner).await, id(&world.admin).await, id(&world.assigned).await);
    assert_eq!(directory_refuses(admin.add(member("X").role(Role::Owner))).await, DirectoryRefusal::OwnerOnly);
    assert_eq!(directory_refuses(admin.change_role(mia, Role::Owner)).await, DirectoryRefusal::OwnerOnly);
    assert_eq!(directory_refuses(admin.change_role(adam, Role::Owner)).await, DirectoryRefusal::OwnerOnly);
    assert_eq!(directory_refuses(admin.change_role(olivia, Role::Member)).await, DirectoryRefusal::OwnerOnly);
    assert_eq!(directory_refuses(admin.remove(olivia)).await, DirectoryRefusal::OwnerOnly);
    assert_eq!(directory_refuses(owner.remove(olivia)).await, DirectoryRefusal::LastOwner);
    assert_eq!(directory_refuses(owner.change_role(olivia, Role::Admin)).await, DirectoryRefusal::LastOwner);
    admin.change_role(mia, Role::Admin).await.unwrap();
    owner.change_role(adam, Role::Owner).await.unwrap();
    owner.remove(olivia).await.unwrap();
    assert_eq!(directory_refuses(admin.remove(adam)).await, DirectoryRefusal::LastOwner);
    assert_eq!(kind(owner.list(&page())).await, ErrorKind::Denied, "she left");
}

/// Two owners who do something to their firm at the same time: one of them may, and one owner is left.
async fn one_of_two_owners_stays(what: impl Fn(StaffTeam, [MemberId; 2]) -> Call<()>) {
    for seed in 0..20 {
        let world = world_that_yields(seed).await;
        let (olivia, adam) = (id(&world.owner).await, id(&world.admin).await);
        world.owner.team().change_role(adam, Role::Owner).await.unwrap();
        let one = tokio::spawn(what(world.owner.team(), [olivia, adam]).into_future());
        let other = tokio::spawn(what(world.admin.team(), [adam, olivia]).into_future());
        let answers = [one.await.unwrap(), other.await.unwrap()];
        assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "seed {seed}: {answers:?}");
        assert_eq!(world.ports.store.owners(world.firm).await.unwrap().len(), 1, "seed {seed}");
    }
}

#[tokio::test]
async fn two_owners_who_remove_each_other_at_once_leave_one() {
    one_of_two_owners_stays(|team, [_, other]| team.remove(other)).await;
}

#[tokio::test]
async fn of_two_owners_who_step_down_at_once_one_stays() {
    one_of_two_owners_stays(|team, [own, _]| team.change_role(own, Role::Admin)).await;
    one_of_two_owners_stays(|team, [own, _]| team.remove(own)).await;
}

#[tokio::test]
async fn external_ids_are_unique_in_the_firm_and_name_things() {
    let world = World::new().await.unwrap();
    let client = world.owner.clients().add(NewClient::new(person("Elm")).external_id(external("c_1"))).await.unwrap();
    let found = world.owner.clients().find(ClientRef::external("c_1").unwrap()).await.unwrap();
    assert_eq!((found.id, found.root), (client.id, client.root));
    let again = world.owner.clients().add(NewClient::new(person("Elm 2")).external_id(external("c_1")));
    assert_eq!(directory_refuses(again).await, DirectoryRefusal::ExternalIdTaken);
    world.other_owner.clients().add(NewClient::new(person("Elm")).external_id(external("c_1"))).await.unwrap();
    let contact = || NewContact::without_email(person("Gil")).external_id(external("p_1"));
    let gil = world.owner.contacts(client.id).add(contact()).await.unwrap();
    let again = world.owner.contacts(world.acme.id).add(contact());
    assert_eq!(directory_refuses(again).await, DirectoryRefusal::ExternalIdTaken);
    world.owner.contacts(client.id).remove(gil).await.unwrap();
    let again = world.owner.contacts(client.id).add(contact());
    assert_eq!(directory_refuses(again).await, DirectoryRefusal::ExternalIdTaken, "a removed contact keeps it");
    let joined = member("Uma").external_id(external("u_1"));
    world.owner.team().add(joined.clone()).await.unwrap();
    assert_eq!(directory_refuses(world.owner.team().add(joined)).await, DirectoryRefusal::ExternalIdTaken);
}

#[tokio::test]
async fn one_external_id_added_at_once_is_one_client() {
    let world = world_that_yields(1).await;
    let add = |number: u32| {
        let client = NewClient::new(person(&format!("Elm {number}"))).external_id(external("c_1"));
        tokio::spawn(world.owner.clients().add(client).into_future())
    };
    let all: Vec<_> = (0..20).map(add).collect();
    let mut added = 0;
    for answer in all {
        match answer.await.unwrap() {
            Ok(_) => added += 1,
            Err(error) => assert_eq!(error.kind(), ErrorKind::Refused, "{error}"),
        }
    }
    assert_eq!(added, 1);
}

#[tokio::test]
async fn clients_are_listed_by_name_with_their_figures() {
    let world = World::new().await.unwrap();
    let rows = world.unassigned.clients().list(&ClientQuery::default(), &page()).await.unwrap().items;
    let told: Vec<_> = rows.iter().map(|row| (row.client.name.as_str(), row.contacts, row.assigned.join())).collect();
    assert_eq!(told, [("Acme", 2, "Mia".to_owned()), ("Bolt", 2, String::new()), ("Cedar", 3, String::new())]);
    let found = ClientQuery { name_contains: Some("CED".into()), ..ClientQuery::default() };
    assert_eq!(world.owner.clients().list(&found, &page()).await.unwrap().items.len(), 1);
    world.owner.clients().rename(world.acme.id, person("Zenith")).await.unwrap();
    let rows = world.owner.clients().list(&ClientQuery::default(), &page()).await.unwrap().items;
    assert_eq!(rows.last().unwrap().client.name.as_str(), "Zenith");
}

trait Joined {
    fn join(&self) -> String;
}

impl Joined for Vec<String> {
    fn join(&self) -> String {
        self.as_slice().join(", ")
    }
}

#[tokio::test]
async fn assigning_is_done_once_and_undone_once() {
    let world = World::new().await.unwrap();
    let (acme, noah) = (world.owner.assignments(world.acme.id), id(&world.unassigned).await);
    for _ in 0..2 {
        acme.assign(noah).await.unwrap();
        let names: Vec<_> = acme.list().await.unwrap().into_iter().map(|member| member.name.to_string()).collect();
        assert_eq!(names, ["Mia", "Noah"]);
    }
    for _ in 0..2 {
        acme.unassign(noah).await.unwrap();
        assert_eq!(acme.list().await.unwrap().len(), 1);
    }
    let mia = id(&world.assigned).await;
    world.owner.team().remove(mia).await.unwrap();
    assert!(acme.list().await.unwrap().is_empty(), "those who left look after nobody");
    for member in [mia, id(&world.other_owner).await, MemberId::from_bits(42)] {
        assert_eq!(kind(acme.assign(member)).await, ErrorKind::NotFound);
    }
    assert_eq!(kind(world.owner.assignments(world.delta.id).list()).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn a_contacts_status_follows_what_happens_to_them() {
    let world = World::new().await.unwrap();
    let contacts = world.owner.contacts(world.acme.id);
    let status = async || {
        let rows = contacts.list(&page()).await.unwrap().items;
        rows.into_iter().find(|row| row.contact.id == world.ana.contact).unwrap().status
    };
    assert_eq!(status().await, PortalStatus::NeverSignedIn);
    let at = world.clock.now();
    world.sign_in(&world.ana).await.unwrap();
    assert_eq!(status().await, PortalStatus::LastSignedIn(at));
    let no_email = ContactChange { email: Some(None), ..ContactChange::default() };
    contacts.change(world.ana.contact, no_email).await.unwrap();
    assert_eq!(status().await, PortalStatus::EmailMissing);
    contacts.set_portal_access(world.ana.contact, false).await.unwrap();
    assert_eq!(status().await, PortalStatus::AccessRemoved);
    contacts.remove(world.ana.contact).await.unwrap();
    assert_eq!(contacts.list(&page()).await.unwrap().items.len(), 1, "she is in no list any more");
}

#[tokio::test]
async fn s34_what_a_removed_contact_uploaded_stays_with_staff_under_their_name() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let document = upload(&ana, world.acme.client_uploads, "w2.pdf").await.unwrap().document;
    world.owner.contacts(world.acme.id).remove(world.ana.contact).await.unwrap();
    world.let_pass(MORE_THAN_A_DAY).await.unwrap();
    let files = world.unassigned.files(world.acme.id);
    let listed = files.list(Some(world.acme.client_uploads), &page()).await.unwrap().entries.items;
    let told: Vec<_> = listed.iter().map(|entry| (entry.name.as_str(), entry.by_name.as_deref())).collect();
    assert_eq!(told, [("w2.pdf", Some("Ana"))]);
    assert_eq!(files.document(document).await.unwrap().uploaded_by_name.as_deref(), Some("Ana"));
    assert_eq!(world.content(world.acme.id, document).await.unwrap(), b"bytes");
    let rows = world.unassigned.activity(world.acme.id, &page()).await.unwrap().items;
    let of_ana: Vec<_> = rows.iter().filter(|row| row.actor_name.as_deref() == Some("Ana")).collect();
    assert!(
        of_ana.iter().any(|row| serde_json::to_string(&row.happened.event).unwrap().contains("uploaded")),
        "{rows:?}"
    );
}

#[tokio::test]
async fn a_removed_contact_is_neither_changed_nor_let_in_again() {
    let world = World::new().await.unwrap();
    let contacts = world.owner.contacts(world.acme.id);
    contacts.remove(world.ana.contact).await.unwrap();
    contacts.remove(world.ana.contact).await.unwrap();
    let change = ContactChange { name: Some(person("Anna")), ..ContactChange::default() };
    assert_eq!(directory_refuses(contacts.change(world.ana.contact, change)).await, DirectoryRefusal::ContactRemoved);
    let access = contacts.set_portal_access(world.ana.contact, true);
    assert_eq!(directory_refuses(access).await, DirectoryRefusal::ContactRemoved);
    let files = world.owner.files(world.acme.id);
    let share = files.share(world.tax, world.ana.audience(), portal_core::sharing::Access::View);
    assert_eq!(kind(share).await, ErrorKind::NotFound);
    assert_eq!(kind(world.owner.view_as(world.ana.contact).roots()).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn l33_contacts_of_another_client_or_firm_are_unknown_ones() {
    let world = World::new().await.unwrap();
    let contacts = world.owner.contacts(world.acme.id);
    for contact in [world.cara.contact, world.eve.contact, ContactId::from_bits(42)] {
        assert_eq!(kind(contacts.change(contact, ContactChange::default())).await, ErrorKind::NotFound);
        assert_eq!(kind(contacts.remove(contact)).await, ErrorKind::NotFound);
        assert_eq!(kind(contacts.set_portal_access(contact, false)).await, ErrorKind::NotFound);
    }
    for client in [world.delta.id, ClientId::from_bits(42)] {
        assert_eq!(kind(world.owner.contacts(client).list(&page())).await, ErrorKind::NotFound);
        let gil = NewContact::without_email(person("Gil"));
        assert_eq!(kind(world.owner.contacts(client).add(gil)).await, ErrorKind::NotFound);
        assert_eq!(kind(world.owner.clients().rename(client, person("X"))).await, ErrorKind::NotFound);
        assert_eq!(kind(world.owner.clients().find(client)).await, ErrorKind::NotFound);
        assert_eq!(kind(world.owner.activity(client, &page())).await, ErrorKind::NotFound);
        assert_eq!(kind(world.owner.files(client).team_told()).await, ErrorKind::NotFound);
        assert_eq!(kind(world.owner.files(client).trashed(&page())).await, ErrorKind::NotFound);
    }
    for contact in [world.eve.contact, ContactId::from_bits(42)] {
        assert_eq!(kind(world.owner.view_as(contact).contact()).await, ErrorKind::NotFound);
    }
}

#[tokio::test]
async fn what_happened_at_a_client_is_told_with_who_did_it() {
    let world = World::new().await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    upload(&ana, world.acme.client_uploads, "w2.pdf").await.unwrap();
    let rows = world.unassigned.activity(world.acme.id, &page()).await.unwrap().items;
    assert_eq!(rows[0].actor_name.as_deref(), Some("Ana"));
    let told = serde_json::to_string(&rows[0].happened.event).unwrap();
    assert!(told.contains("uploaded"), "{told}");
    assert_eq!(rows.last().unwrap().actor_name.as_deref(), Some("Olivia"));
    let other = world.owner.activity(world.bolt.id, &page()).await.unwrap().items;
    assert!(!other.is_empty());
    assert!(other.iter().all(|row| row.happened.event.client() == Some(world.bolt.id)));
}

#[tokio::test]
async fn a_firms_activity_is_its_own_and_names_those_who_left() {
    let world = World::new().await.unwrap();
    let tom = world.owner.team().add(member("Tom")).await.unwrap();
    world.owner.team().remove(tom).await.unwrap();
    let change = FirmChange { name: Some(person("Miller & Co")), ..FirmChange::default() };
    world.admin.settings().change(change).await.unwrap();
    let told = world.unassigned.firm_activity(&page()).await.unwrap().items;
    let latest: Vec<_> = told.iter().take(3).map(|row| (row.actor_name.as_deref(), row.person.clone())).collect();
    let tom = || Some((Actor::Member(tom), "Tom".to_owned()));
    assert_eq!(latest, [(Some("Adam"), None), (Some("Olivia"), tom()), (Some("Olivia"), tom())]);
    assert!(told.iter().all(|row| row.happened.event.client().is_none()), "{told:?}");
    let elsewhere = world.other_owner.firm_activity(&page()).await.unwrap().items;
    assert!(elsewhere.iter().all(|row| !told.contains(row)), "{elsewhere:?}");
}
