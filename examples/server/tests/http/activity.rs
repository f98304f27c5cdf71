//! What happened, in words that people can read.

use portal_core::directory::{Frequency, MailingChange, NewMember, Role, Topic};
use portal_core::sharing::Access;
use portal_core::values::{DisplayName, FileName};

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

#[tokio::test]
async fn what_happened_is_looked_for_by_kind_by_person_and_by_day_in_the_address_of_the_page() {
    let office = Office::open().await;
    let world = &office.world;
    let acme = world.acme.id;
    let path = format!("/staff/clients/{acme}/activity");
    world.upload(acme, world.tax, "early.pdf", "x").await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let ana = world.sign_in(&world.ana).await.unwrap();
    let name = FileName::new("by ana.pdf").unwrap();
    ana.files().upload(world.acme.client_uploads, name, "x").await.unwrap();
    let mut olivia = office.owner().await;
    let all = olivia.get(&path).await.ok().shows("early.pdf").shows("by ana.pdf").shows("shared ");
    all.shows("<optgroup label=\"Done by\">").hides("Show everything");
    let uploads = olivia.get(&format!("{path}?show=uploads&day=")).await.ok();
    uploads.shows("early.pdf").shows("by ana.pdf").hides("shared ").shows("<option value=\"uploads\" selected>");
    let hers = olivia.get(&format!("{path}?show={}", world.ana.contact)).await.ok();
    hers.shows("by ana.pdf").hides("early.pdf").hides("shared ");
    // The world's clock stands on 2 February 2026.
    olivia.get(&format!("{path}?day=2026-02-02&show=sharing")).await.ok().shows("shared ").hides("early.pdf");
    let other_day = olivia.get(&format!("{path}?day=2026-02-01")).await.ok();
    other_day.shows("Nothing of this happened").shows(&format!("href=\"{path}\""));
    for wrong in ["show=nonsense", "day=tomorrow", "show=uploads&by=x"] {
        assert_eq!(olivia.get(&format!("{path}?{wrong}")).await.status, 400, "{wrong}");
    }
    // Paging keeps what is looked for.
    for number in 0..101 {
        world.upload(acme, world.tax, &format!("scan {number}.pdf"), "x").await.unwrap();
    }
    let first = olivia.get(&format!("{path}?show=uploads")).await.ok().hides("early.pdf");
    let next = first.link(&format!("{path}?show=uploads"), "").replace("&#38;", "&");
    olivia.get(&next).await.ok().shows("early.pdf").hides("shared ");
    let firm = olivia.get("/staff/activity?show=people").await.ok();
    firm.hides("changed the firm’s settings");
}
