//! Holds and policies in a browser: placed with a reason, shown where they hold, taken off by owners and admins.

use std::time::Duration;

use portal_core::directory::{Quota, Quotas, Withdrawal};
use portal_core::values::{FileName, NodeId};

use super::browser::Browser;
use super::desk::desk;
use super::office::Office;

#[tokio::test]
async fn s26_a_hold_is_placed_with_its_reason_shown_and_taken_off_again() {
    let mut desk = desk().await;
    let document = desk.document("w2.pdf").await;
    let world = &desk.office.world;
    let (acme, tax, internal) = (world.acme.id, world.tax, world.internal);
    let at = |node: NodeId, act: &str| format!("/staff/clients/{acme}/nodes/{node}/{act}");
    let dialog = desk.olivia.get(&at(tax.into(), "hold")).await.ok().shows("Put “2025 Tax” on hold");
    let nameless = desk.olivia.submit(&dialog, &at(tax.into(), "hold"), &[("reason", " ")]).await;
    assert_eq!(nameless.status, 422);
    let placed = desk.olivia.submit(&dialog, &at(tax.into(), "hold"), &[("reason", "Audit of 2025")]).await;
    let page = desk.olivia.follow(placed).await.ok();
    let page = page.shows("On hold now: “2025 Tax”.").shows("Audit of 2025").shows("w2.pdf<small>On hold</small>");
    let again = desk.olivia.submit(&dialog, &at(tax.into(), "hold"), &[("reason", "Another")]).await;
    assert_eq!(again.status, 422);
    desk.olivia.get(&desk.list.clone()).await.ok().shows("2025 Tax<small>On hold</small>").hides("Internal<small>");
    desk.olivia.get(&format!("/staff/clients/{acme}/documents/{document}")).await.ok().shows("by a folder above it");
    desk.olivia.get(&at(tax.into(), "hold")).await.ok().shows("On hold: “2025 Tax”").shows("Take the hold off");

    // It keeps what is below it from being deleted, and says so before and after.
    let files = desk.office.world.owner.files(acme);
    files.trash(document).await.unwrap();
    let purge = at(document.into(), "purge");
    desk.olivia.get(&purge).await.ok().shows("“w2.pdf” is kept").hides("Delete for good</button>");
    let refused = desk.olivia.submit(&page, &purge, &[]).await;
    assert_eq!(refused.status, 422);
    refused.shows("It is on hold, or something above or below it is; what is on hold is kept.");
    desk.office.world.owner.files(acme).restore(document).await.unwrap();
    let out = [("node", document.to_string()), ("into", internal.to_string())];
    let out: Vec<(&str, &str)> = out.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let moved = desk.olivia.submit(&page, &format!("/staff/clients/{acme}/move"), &out).await;
    desk.olivia.follow(moved).await.ok().shows("Nothing was moved. It is on hold");

    // A member reads the reason, and does not take it off.
    let member = desk.office.world.assigned.me().await.unwrap().id;
    let mut mia = desk.office.staff(desk.office.world.firm, member).await;
    let read = mia.get(&at(tax.into(), "hold")).await.ok().shows("Audit of 2025").hides("Take the hold off");
    assert_eq!(mia.submit(&read, &at(tax.into(), "release"), &[]).await.status, 403);
    desk.undo(&page).await;
    desk.olivia.get(&at(tax.into(), "hold")).await.ok().shows("Put “2025 Tax” on hold");
    let told = desk.olivia.get(&format!("/staff/clients/{acme}/activity")).await.ok();
    told.shows("put a hold on").shows("reason: Audit of 2025").shows("took the hold off");
    let root = desk.office.world.acme.root;
    desk.olivia.get(&at(root.into(), "hold")).await.ok().shows("Put all files of Acme").shows("on hold");
}

/// Saves policies as the form does.
async fn save(olivia: &mut Browser, fields: &[(&str, &str)]) -> u16 {
    let page = olivia.get("/staff/policies").await.ok();
    olivia.submit(&page, "/staff/policies", fields).await.status.as_u16()
}

#[tokio::test]
async fn s26_s33_s39_policies_are_set_in_one_form_and_hold_from_then_on() {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    olivia.get("/staff/policies").await.ok().shows("value=\"grace\" checked").shows("value=\"15\"");
    let days = "2";
    let fine = [("make_folders", "on"), ("withdrawal", "always"), ("minutes", "30"), ("retention_days", days)];
    assert_eq!(save(&mut olivia, &fine).await, 303);
    let page = olivia.get("/staff/policies").await.ok();
    page.shows("value=\"always\" checked").shows("value=\"2\"").shows("name=\"make_folders\" value=\"on\" checked");
    let policies = office.world.owner.firm().await.unwrap().settings.policies;
    assert_eq!((policies.contacts_make_folders, policies.withdrawal), (true, Withdrawal::Always));

    // What is kept for a time is told until when.
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    let name = FileName::new("w2.pdf").unwrap();
    let document = files.upload(world.tax, name, "x").await.unwrap().document;
    files.trash(document).await.unwrap();
    let purge = format!("/staff/clients/{}/nodes/{}/purge", world.acme.id, NodeId::from(document));
    let form = olivia.get(&purge).await.ok();
    let form =
        form.shows("“w2.pdf” is kept").shows("It can be deleted for good from <time datetime=\"2026-02-04T09:00:00Z\"");
    let refused = olivia.submit(&form, &purge, &[]).await;
    assert_eq!(refused.status, 422);
    refused.shows("The firm keeps uploads for a time. It can be deleted for good from");
    world.clock.advance(Duration::from_secs(2 * 24 * 3600));
    let mut olivia = office.owner().await;
    let form = olivia.get(&purge).await.ok();
    assert_eq!(olivia.submit(&form, &purge, &[]).await.status, 303);

    // How much is kept is set beside it: empty for no end, and what is not asked stays.
    let quotas = [("contact_files", "2"), ("contact_gigabytes", ""), ("firm_files", ""), ("firm_gigabytes", "3")];
    let same = [("make_folders", "on"), ("withdrawal", "always"), ("minutes", "30"), ("retention_days", days)];
    for fields in [[&same[..], &quotas].concat(), same.to_vec()] {
        assert_eq!(save(&mut olivia, &fields).await, 303);
        let saved = office.world.owner.firm().await.unwrap().settings.quotas;
        let contact = Quota { files: Some(2), bytes: None };
        assert_eq!(saved, Quotas { contact, firm: Quota { files: None, bytes: Some(3_000_000_000) } });
    }
    for wrong in [("contact_files", "two"), ("firm_gigabytes", "99999999999999")] {
        assert_eq!(save(&mut olivia, &[&same[..], &[wrong]].concat()).await, 422, "{wrong:?}");
    }

    for wrong in [("minutes", "0"), ("minutes", "x"), ("retention_days", "-1"), ("retention_days", "40000")] {
        let mut fields = vec![("withdrawal", "grace"), ("minutes", "30"), ("retention_days", "2")];
        fields.retain(|(name, _)| *name != wrong.0);
        fields.push(wrong);
        assert_eq!(save(&mut olivia, &fields).await, 422, "{wrong:?}");
    }
    assert_eq!(save(&mut olivia, &[("withdrawal", "maybe"), ("minutes", "1"), ("retention_days", "0")]).await, 400);
    assert_eq!(office.world.owner.firm().await.unwrap().settings.policies, policies, "nothing of it was saved");
}
