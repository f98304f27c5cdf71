//! Who looks after a client, where members see no other.

use portal_core::directory::{FirmChange, PoliciesChange};

use super::office::Office;

#[tokio::test]
async fn who_takes_themselves_off_is_told_before_that_they_leave_and_after_it_that_they_did() {
    let office = Office::open().await;
    let world = &office.world;
    let me = world.assigned.me().await.unwrap().id;
    let other = world.owner.me().await.unwrap().id;
    world.owner.assignments(world.acme.id).assign(other).await.unwrap();
    let mut mia = office.staff(world.firm, me).await;
    let team = format!("/staff/clients/{}/team", world.acme.id);
    mia.get(&team).await.ok().hides("you no longer see this client");

    let policies = PoliciesChange { members_restricted: Some(true), ..PoliciesChange::default() };
    world.owner.settings().change(FirmChange { policies, ..FirmChange::default() }).await.unwrap();
    let dialog = mia.get(&team).await.ok().shows("you no longer see this client");
    // Everybody is taken off at once: themselves last.
    let left = mia.submit(&dialog, &team, &[]).await;
    assert_eq!(left.leads_to().as_deref(), Some("/staff/clients"), "{}", left.text());
    mia.follow(left).await.ok().shows("so you no longer see it");
    assert_eq!(world.owner.assignments(world.acme.id).list().await.unwrap(), []);
    // To an owner nothing is lost by it.
    let mut olivia = office.owner().await;
    olivia.get(&team).await.ok().hides("you no longer see this client");
}
