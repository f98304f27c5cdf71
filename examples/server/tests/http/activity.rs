//! What happened, in words that people can read.

use portal_core::directory::{Frequency, MailingChange, NewMember, Role, Topic};
use portal_core::values::DisplayName;

use super::office::{Office, email};

#[tokio::test]
async fn the_firms_own_activity_tells_of_its_settings_and_its_team_also_of_those_who_left() {
    let office = Office::open().await;
    let world = &office.world;
    let tom = NewMember::new(DisplayName::new("Tom Okafor").unwrap(), email("tom@miller.test"));
    let tom = world.owner.team().add(tom).await.unwrap();
    world.owner.team().change_role(tom, Role::Admin).await.unwrap();
    world.owner.team().remove(tom).await.unwrap();
    let mut olivia = office.owner().await;
    let page = olivia.get("/staff/policies").await.ok();
    let fields = [("withdrawal", "never"), ("minutes", "15"), ("retention_days", "0")];
    assert_eq!(olivia.submit(&page, "/staff/policies", &fields).await.status, 303);
    let page = olivia.get("/staff/activity").await.ok();
    let page = page.shows("changed the firm’s settings").shows("added the team member Tom Okafor");
    page.shows("removed Tom Okafor from the team").shows("made Tom Okafor Admin").hides("2025 Tax");
    // And what a client's page tells of somebody who left it.
    let acme = world.acme.id;
    world.owner.contacts(acme).remove(world.ben.contact).await.unwrap();
    let page = olivia.get(&format!("/staff/clients/{acme}/activity")).await.ok();
    page.shows("removed <a href=").shows(">Ben</a>").hides("A former contact").hides("changed the firm’s settings");
}

#[tokio::test]
async fn a_choice_of_mail_is_told_with_what_was_chosen_and_whose_it_was() {
    let office = Office::open().await;
    let world = &office.world;
    let ana = world.sign_in(&world.ana).await.unwrap();
    ana.notifications().choose(MailingChange::topic(Topic::NewDocuments, Frequency::Weekly)).await.unwrap();
    let mut olivia = office.owner().await;
    let activity = format!("/staff/clients/{}/activity", world.acme.id);
    let page = olivia.get(&activity).await.ok();
    page.shows("chose how they are mailed: what is shared at once, new documents weekly").hides("mail goes to");
}
