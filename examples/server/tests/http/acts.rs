//! Acts and what they answer: nothing changes unseen, and one stays where one was.

use std::time::Duration;

use portal_core::sharing::{Access, Audience};
use portal_core::values::{ClientId, NodeId};

use super::office::Office;

fn share_page(client: ClientId, node: impl Into<NodeId>) -> String {
    format!("/staff/clients/{client}/nodes/{}/share", node.into())
}

#[tokio::test]
async fn sharing_anew_tells_what_it_changes_and_can_be_taken_back() {
    let office = Office::open().await;
    let world = &office.world;
    let (client, ana) = (world.acme.id, world.ana.contact);
    let files = world.owner.files(client);
    let until = world.owner.me().await.unwrap().created_at + Duration::from_secs(90 * 86_400);
    let audience = Audience::Contact(ana);
    files.share(world.tax, audience, Access::ViewAndUpload).until(Some(until)).alerts(false).await.unwrap();

    // The dialog says what she has, and opened for her it has it filled in.
    let mut olivia = office.owner().await;
    let page = share_page(client, world.tax);
    olivia.get(&page).await.ok().shows("data-access=\"view_and_upload\"").shows("data-quiet");
    let opened = olivia.get(&format!("{page}?audience={ana}")).await.ok();
    let text = opened.text();
    assert!(text.contains("value=\"view_and_upload\" checked"), "{text}");
    assert!(!text.contains("name=\"alerts\" value=\"on\" checked"), "{text}");
    let day = until.to_offset_date_time().date();
    assert!(
        text.contains(&format!("value=\"{:04}-{:02}-{:02}\"", day.year(), u8::from(day.month()), day.day())),
        "{text}"
    );

    let ana_value = ana.to_string();
    let fields = [("audience", ana_value.as_str()), ("access", "view"), ("alerts", "on"), ("notify", "false")];
    let shared = olivia.submit(&opened, &page, &fields).await;
    let told = olivia.follow(shared).await.ok().shows("View and Upload became View Only").shows("id=\"undo\"");
    let undo = [
        ("audience", ana_value.as_str()),
        ("access", "view_and_upload"),
        ("notify", "false"),
        ("until_at", &until.as_micros().to_string()),
    ];
    for (name, value) in undo {
        assert!(told.text().contains(&format!("name=\"{name}\" value=\"{value}\"")), "{name}: {}", told.text());
    }
    let undone = olivia.submit(&told, &page, &undo).await;
    olivia.follow(undone).await.ok();
    let own = files.sharing(world.tax).await.unwrap().own;
    let grant = own.iter().find(|grant| grant.audience == audience).unwrap();
    assert_eq!((grant.access, grant.until, grant.alerts), (Access::ViewAndUpload, Some(until), false));
}

#[tokio::test]
async fn an_end_is_the_end_of_that_day_where_it_was_typed_and_a_day_that_is_over_is_refused_beside_it() {
    let office = Office::open().await;
    let world = &office.world;
    let client = world.acme.id;
    let mut olivia = office.owner().await;
    let page = share_page(client, world.tax);
    let dialog = olivia.get(&page).await.ok();
    let fields =
        |until, zone| [("audience", "all"), ("access", "view"), ("until", until), ("zone", zone), ("notify", "false")];
    olivia.submit(&dialog, &page, &fields("2099-04-30", "240")).await.leads_to().unwrap();
    let own = world.owner.files(client).sharing(world.tax).await.unwrap().own;
    assert_eq!(own[0].until.unwrap().to_string(), "2099-05-01T04:00:00Z");

    let refused = olivia.submit(&dialog, &page, &fields("2001-04-30", "240")).await;
    assert_eq!(refused.status, 422);
    let text = refused.shows("That day is over. Choose today or a later day").text();
    let beside = text.split("id=\"f-until\"").nth(1).unwrap();
    assert!(beside.starts_with(" name=\"until\" type=\"date\" value=\"2001-04-30\""), "{beside}");
    assert!(beside.split("</div>").next().unwrap().contains("That day is over"), "{beside}");
}

#[tokio::test]
async fn turning_visible_off_says_who_still_sees_it() {
    let office = Office::open().await;
    let world = &office.world;
    let (client, ana) = (world.acme.id, Audience::Contact(world.ana.contact));
    let files = world.owner.files(client);
    files.set_visible(world.tax, true).await.unwrap();
    files.share(world.tax, ana, Access::View).await.unwrap();
    let mut olivia = office.owner().await;
    let list = format!("/staff/clients/{client}/files");
    let page = olivia.get(&list).await.ok();
    let visible = format!("/staff/clients/{client}/nodes/{}/visible", NodeId::from(world.tax));
    let turned = olivia.submit(&page, &visible, &[("visible", "false")]).await;
    let said = olivia.follow(turned).await.ok().shows("Ana");
    assert!(said.text().contains("still sees it"), "{}", said.text());
}

#[tokio::test]
async fn an_act_comes_back_to_the_page_of_the_list_it_was_done_on_and_to_no_other_place() {
    let office = Office::open().await;
    let world = &office.world;
    let client = world.acme.id;
    let mut olivia = office.owner().await;
    let list = format!("/staff/clients/{client}/files");
    let page = olivia.get(&list).await.ok().shows(&format!("name=\"_back\" value=\"{list}\""));
    let node = NodeId::from(world.tax);
    let act = |what: &str| format!("/staff/clients/{client}/nodes/{node}/{what}");
    let second = format!("{list}?after=abc");
    let back = [("_back", second.as_str())];
    let renamed = olivia.submit(&page, &act("rename"), &[("name", "Taxes"), back[0]]).await;
    assert_eq!(renamed.leads_to().as_deref(), Some(second.as_str()));
    let trashed = olivia.submit(&page, &act("trash"), &back).await;
    assert_eq!(trashed.leads_to().as_deref(), Some(second.as_str()));
    let trash = format!("/staff/clients/{client}/trash");
    let restored = olivia.submit(&page, &act("restore"), &[("_back", &trash)]).await;
    assert_eq!(restored.leads_to().as_deref(), Some(trash.as_str()));
    let elsewhere = olivia.submit(&page, &act("trash"), &[("_back", "https://evil.test/staff/clients/")]).await;
    assert_eq!(elsewhere.leads_to().as_deref(), Some(list.as_str()));
    let twice = olivia.submit(&page, &act("restore"), &[("_back", &list), ("_back", &list)]).await;
    assert_eq!(twice.status, 400);
}

#[tokio::test]
async fn access_is_explained_for_whoever_is_preselected() {
    let office = Office::open().await;
    let world = &office.world;
    let mut olivia = office.owner().await;
    let page = format!("/staff/clients/{}/nodes/{}/explain", world.acme.id, NodeId::from(world.tax));
    olivia.get(&page).await.ok().shows("class=\"verdict\"");
}

#[tokio::test]
async fn the_address_for_clients_stands_in_the_record_and_the_settings() {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    let address = format!("http://{}/p/{}", office.address, office.world.firm);
    for page in ["/staff/settings".to_owned(), format!("/staff/clients/{}/files", office.world.acme.id)] {
        olivia.get(&page).await.ok().shows(&format!("data-copy=\"{address}\""));
    }
}

#[tokio::test]
async fn downloads_are_no_saved_sign_in_pages() {
    let office = Office::open().await;
    let mut olivia = office.owner().await;
    olivia.get(&format!("/staff/clients/{}/files", office.world.acme.id)).await.ok().hides(" download>");
}

#[tokio::test]
async fn the_team_comes_back_to_the_page_it_wanted_before_signing_in() {
    let office = Office::open().await;
    let world = &office.world;
    let mut olivia = office.owner().await;
    let wanted = format!("/staff/clients/{}/activity", world.acme.id);
    olivia.cookies.retain(|name, _| !name.contains("staff"));
    let form = olivia.visit(&wanted).await.ok().shows("Staff sign in");
    let member = world.owner.me().await.unwrap().id;
    let address = format!("{member}@sign-in.test");
    let fields = [("email", address.as_str()), ("password", super::office::PASSWORD)];
    let signed_in = olivia.submit(&form, "/staff/sign-in", &fields).await;
    assert_eq!(signed_in.leads_to().as_deref(), Some(wanted.as_str()));
    assert!(!olivia.cookies.keys().any(|name| name.contains("wanted")), "{:?}", olivia.cookies);

    // Whoever wanted a file is led to its page: nothing is left behind on the form.
    let mut stranger = office.browser();
    let document =
        "/staff/clients/client_00000000000000000000000000000001/documents/document_00000000000000000000000000000001";
    stranger.visit(&format!("{document}/download")).await.ok();
    let kept = stranger.cookies.get("__Host-portal-staff-wanted").unwrap();
    let mut holds = office.browser();
    holds.cookies.insert("__Host-portal-staff-wanted".to_owned(), kept.clone());
    let form = holds.get("/staff/sign-in").await.ok();
    let signed_in = holds.submit(&form, "/staff/sign-in", &fields).await;
    assert_eq!(signed_in.leads_to().as_deref(), Some(document));
}

#[tokio::test]
async fn the_front_door_leads_clients_and_staff() {
    let office = Office::open().await;
    let mut anybody = office.browser();
    let door = anybody.get("/").await.ok().shows("Staff sign in").shows("href=\"/staff/sign-in\"");
    // This world has two firms: none is named.
    door.shows("the address that their firm gave them").hides(&office.world.firm.to_string());
    let mut olivia = office.owner().await;
    assert_eq!(olivia.get("/").await.leads_to().as_deref(), Some("/staff/clients"));
}

#[tokio::test]
async fn pages_of_what_did_not_work_keep_the_frame_and_lead_back() {
    let office = Office::open().await;
    let world = &office.world;
    let mut olivia = office.owner().await;
    let lost = olivia.get("/staff/clients/client_0000000000000000000000000000000f/files").await;
    assert_eq!(lost.status, 404);
    lost.shows("class=\"rail\"").shows("href=\"/staff/clients\"");
    let mut ana = office.sign_in(&world.ana).await;
    let lost = ana.get(&office.at(&world.ana, "/files/folder_0000000000000000000000000000000f")).await;
    assert_eq!(lost.status, 404);
    lost.shows("class=\"portal-head\"").shows("To your portal");
    let mut anybody = office.browser();
    let lost = anybody.get(&format!("/p/{}/nothing/of/this", world.firm)).await;
    assert_eq!(lost.status, 404);
    lost.hides("class=\"rail\"").shows("To the start page");
}

#[tokio::test]
async fn what_lies_in_the_trash_says_so_by_its_address_and_can_be_restored_there() {
    let office = Office::open().await;
    let world = &office.world;
    let client = world.acme.id;
    world.owner.files(client).trash(world.tax).await.unwrap();
    let mut olivia = office.owner().await;
    let page = format!("/staff/clients/{client}/files/{}", world.tax);
    let notice = olivia.get(&page).await.ok().shows("is in the trash").shows("Restore");
    let restore = format!("/staff/clients/{client}/nodes/{}/restore", NodeId::from(world.tax));
    let restored = olivia.submit(&notice, &restore, &[("_back", &page)]).await;
    olivia.follow(restored).await.ok().shows("2025 Tax").hides("is in the trash");
}

#[tokio::test]
async fn an_upload_into_a_folder_that_was_just_removed_is_told_in_those_words() {
    let office = Office::open().await;
    let world = &office.world;
    let mut ana = office.sign_in(&world.ana).await;
    let uploads = office.at(&world.ana, &format!("/files/{}", world.acme.client_uploads));
    let form = ana.get(&uploads).await.ok();
    world.owner.files(world.acme.id).trash(world.acme.client_uploads).await.unwrap();
    let answer = ana.upload(&form, &format!("{uploads}/upload"), &[("a.pdf", b"%PDF-1.7")], true).await;
    assert_eq!(answer.status, 404);
    answer.shows("This folder is not there any more").shows("Nothing of the file was kept");
}
