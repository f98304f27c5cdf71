//! Folder templates: written as people write, and shown before they are planted.

use super::desk::desk;

#[tokio::test]
async fn a_template_takes_the_words_of_the_share_dialog_and_says_what_it_understood() {
    let mut desk = desk().await;
    let form = desk.olivia.get("/staff/templates/new").await.ok().shows("(View Only)");
    let typed =
        [("name", "1040"), ("folders", "Permanent (View Only)\n  Letters\n2026 (View and Upload)\nDraft (old)")];
    let saved = desk.olivia.submit(&form, "/staff/templates", &typed).await;
    let page = desk.olivia.follow(saved).await.ok();
    let page = page.shows("“1040” was saved: 4 folders, 1 shared as View Only and 1 shared as View and Upload.");
    page.shows("Permanent · View Only").shows("2026 · View and Upload").shows("Draft (old)").hides("(View Only)");
}

#[tokio::test]
async fn two_folders_of_one_name_are_told_with_their_lines() {
    let mut desk = desk().await;
    let form = desk.olivia.get("/staff/templates/new").await.ok();
    let typed = [("name", "1040"), ("folders", "Letters\nTax\nletters")];
    let refused = desk.olivia.submit(&form, "/staff/templates", &typed).await;
    assert_eq!(refused.status, 422);
    refused.shows("Lines 1 and 3 have the same name, “letters”.").shows("<title>Error: ");
}

#[tokio::test]
async fn the_folders_of_a_template_are_shown_before_they_are_planted() {
    let mut desk = desk().await;
    let form = desk.olivia.get("/staff/templates/new").await.ok();
    let typed = [("name", "1040"), ("folders", "Permanent (view)\n  Letters")];
    let saved = desk.olivia.submit(&form, "/staff/templates", &typed).await;
    let page = desk.olivia.follow(saved).await.ok();
    let apply = format!("/staff/clients/{}/template", desk.office.world.acme.id);
    desk.olivia.get(&apply).await.ok().shows("Permanent · View Only\n\tLetters").shows("shared with all contacts");
    desk.olivia.get("/staff/clients/new").await.ok().hides("Permanent");
    let text = page.text();
    let mut actions = text.split("action=\"").filter_map(|rest| rest.split('"').next());
    let give = actions.find(|action| action.ends_with("/default")).unwrap().to_owned();
    let given = desk.olivia.submit(&page, &give, &[("chosen", "true")]).await;
    desk.olivia.follow(given).await.ok().shows("Given to new clients: 1040");
    let new = desk.olivia.get("/staff/clients/new").await.ok();
    new.shows("The folders of the template “1040” come with it").shows("Permanent · View Only\n\tLetters");
}
