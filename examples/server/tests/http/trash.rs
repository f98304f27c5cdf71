//! The trash: what it says before something is gone for good.

use portal_core::values::FileName;

use super::office::Office;

fn called(name: &str) -> FileName {
    FileName::new(name).unwrap()
}

#[tokio::test]
async fn the_purge_dialog_says_exactly_what_is_lost() {
    let office = Office::open().await;
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    let big = files.upload(world.receipts, called("scan.pdf"), vec![7; 1_500_000]).await.unwrap().document;
    files.add_version(big, called("scan.pdf"), vec![7; 500_000]).await.unwrap();
    let alone = files.upload(world.tax, called("note.txt"), "hello").await.unwrap().document;
    files.trash(alone).await.unwrap();
    let mut olivia = office.owner().await;
    let purge = |node: String| format!("/staff/clients/{}/nodes/{node}/purge", world.acme.id);
    let dialog = olivia.get(&purge(alone.to_string())).await.ok();
    dialog.shows("<li>this document (5 bytes)</li>").hides("earlier version");

    files.trash(world.tax).await.unwrap();
    let dialog = olivia.get(&purge(world.tax.to_string())).await.ok();
    let dialog = dialog.shows("<li>this folder and 1 folder in it</li>").shows("<li>2 documents (2 MB)</li>");
    let dialog = dialog.shows("<li>1 earlier version, counted in that size</li>");
    let gone = olivia.submit(&dialog, &purge(world.tax.to_string()), &[]).await;
    olivia.follow(gone).await.ok().shows("“2025 Tax” is gone for good.");

    let empty = files.add_folder(world.acme.root, called("Empty")).await.unwrap();
    let refused = olivia.get(&purge(empty.to_string())).await;
    assert_eq!(refused.status, 422, "what is not in the trash cannot be purged: {}", refused.text());
    files.trash(empty).await.unwrap();
    let dialog = olivia.get(&purge(empty.to_string())).await.ok();
    dialog.shows("<li>this folder</li>").shows("<li>no documents: there are none in it</li>");
    let member = world.assigned.me().await.unwrap().id;
    let mut mia = office.staff(world.firm, member).await;
    assert_eq!(mia.get(&purge(empty.to_string())).await.status, 403);
}

#[tokio::test]
async fn the_trash_says_who_put_what_there_and_offers_no_end_to_what_is_on_hold() {
    let office = Office::open().await;
    let world = &office.world;
    let files = world.owner.files(world.acme.id);
    let note = files.upload(world.tax, called("note.txt"), "hello").await.unwrap().document;
    let mut olivia = office.owner().await;
    files.trash(note).await.unwrap();
    let trash = format!("/staff/clients/{}/trash", world.acme.id);
    let name = world.owner.me().await.unwrap().name;
    let page = olivia.get(&trash).await.ok().shows(&format!("by {name}</small>")).shows("Delete note.txt for good");
    page.hides("On hold");
    files.restore(note).await.unwrap();
    files.place_hold(note, portal_core::values::DisplayName::new("Audit").unwrap()).await.unwrap();
    files.trash(note).await.unwrap();
    olivia.get(&trash).await.ok().shows("note.txt<small>On hold</small>").hides("Delete note.txt for good");
}
