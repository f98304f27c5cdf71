//! Moving in a browser: nobody gains access by it who was not shown first, and Undo brings all of it back.

use portal_core::sharing::Access;
use portal_core::values::{FileName, FolderId, NodeId, PageRequest};

use super::browser::Page;
use super::desk::{Desk, act, desk};

impl Desk {
    fn moving(&self) -> String {
        format!("/staff/clients/{}/move", self.office.world.acme.id)
    }

    /// Presses a button of the dialog: what is moved, and what else the form says.
    async fn press(&mut self, nodes: &[NodeId], also: &[(&'static str, String)]) -> Page {
        let mut fields: Vec<(&'static str, String)> = nodes.iter().map(|node| ("node", node.to_string())).collect();
        fields.extend(also.iter().cloned());
        let path = self.moving();
        self.post(&path, &fields).await
    }

    /// Moves there, and confirms what the dialog shows.
    async fn confirm(&mut self, nodes: &[NodeId], into: FolderId) -> Page {
        let shown = self.press(nodes, &[("at", into.to_string())]).await.ok();
        let confirmed = hidden(&shown, "confirmed").expect("somebody gains");
        self.press(nodes, &[("into", into.to_string()), ("confirmed", confirmed)]).await
    }

    /// The folder that something lies in.
    async fn lies_in(&self, node: impl Into<NodeId>) -> FolderId {
        let files = self.office.world.owner.files(self.office.world.acme.id);
        let path = match node.into() {
            NodeId::Folder(folder) => files.list(Some(folder), &PageRequest::default()).await.unwrap().folder.path,
            NodeId::Document(document) => files.document(document).await.unwrap().path,
        };
        path.last().unwrap().0
    }
}

fn hidden(page: &Page, name: &str) -> Option<String> {
    let text = page.text();
    let rest = text.split(&format!("name=\"{name}\" value=\"")).nth(1)?;
    rest.split('"').next().map(str::to_owned)
}

#[tokio::test]
async fn s18_a_move_that_gives_access_is_done_only_once_it_was_shown_to_whom() {
    let mut desk = desk().await;
    let world = &desk.office.world;
    let (tax, internal) = (world.tax, world.internal);
    world.share(tax, &world.ana, Access::View).await.unwrap();
    let node = NodeId::from(internal);
    let unseen = desk.press(&[node], &[("into", tax.to_string())]).await;
    assert_eq!(unseen.status, 422);
    unseen.shows("Moving here gives access").shows("will see it").shows("Move here and give access");
    assert_ne!(desk.lies_in(internal).await, tax);

    let guessed = desk.press(&[node], &[("into", tax.to_string()), ("confirmed", "0".repeat(64))]).await;
    assert_eq!(guessed.status, 422);
    assert_ne!(desk.lies_in(internal).await, tax);

    // Somebody shares the folder with one more after it was shown.
    let shown = desk.press(&[node], &[("at", tax.to_string())]).await.ok();
    let confirmed = hidden(&shown, "confirmed").unwrap();
    let world = &desk.office.world;
    world.share(tax, &world.ben, Access::ViewAndUpload).await.unwrap();
    let since = desk.press(&[node], &[("into", tax.to_string()), ("confirmed", confirmed)]).await;
    assert_eq!(since.status, 422);
    since.shows("Who would see it changed in the meantime.").shows("will see it and may upload");
    assert_ne!(desk.lies_in(internal).await, tax);

    let page = desk.confirm(&[node], tax).await;
    let page = desk.olivia.follow(page).await.ok();
    page.shows("“Internal” is in “2025 Tax” now. Nobody was emailed.");
    assert_eq!(desk.lies_in(internal).await, tax);
}

#[tokio::test]
async fn s19_undo_of_a_move_gives_back_what_it_took_and_brings_back_the_name() {
    let mut desk = desk().await;
    let document = desk.document("w2.pdf").await;
    let world = &desk.office.world;
    let (tax, internal, acme) = (world.tax, world.internal, world.acme.id);
    world.share(tax, &world.ana, Access::View).await.unwrap();
    world.upload(acme, internal, "w2.pdf", "another").await.unwrap();
    let node = NodeId::from(document);
    let shown = desk.press(&[node], &[("at", internal.to_string())]).await.ok();
    shown.clone().shows("Moving here takes access away").shows("will not see it any more").hides("give access");
    let fields = [("into", internal.to_string()), ("folder", tax.to_string())];
    let page = desk.press(&[node], &fields).await.ok();
    let page = page.shows("“w2.pdf” is in “Internal” now.").shows("Moved, and called “w2 (2).pdf” there");
    assert_eq!(desk.lies_in(document).await, internal);

    desk.undo(&page).await.ok().shows("“w2 (2).pdf” is in “2025 Tax” now.").shows("Moved, and called “w2.pdf” there");
    assert_eq!(desk.lies_in(document).await, tax);
    let files = desk.office.world.owner.files(acme);
    assert_eq!(files.document(document).await.unwrap().name.as_str(), "w2.pdf");

    // What was shared with somebody else meanwhile is not given to them by an Undo.
    let again = [&fields[..], &[("sort", "name".to_owned())]].concat();
    let page = desk.press(&[node], &again).await.ok();
    let world = &desk.office.world;
    world.share(tax, &world.ben, Access::View).await.unwrap();
    let refused = desk.undo(&page).await;
    assert_eq!(refused.status, 422);
    refused.shows("Who would see it changed in the meantime.");
    assert_eq!(desk.lies_in(document).await, internal);
}

#[tokio::test]
async fn several_are_moved_from_a_list_through_the_folders_and_come_back_by_one_undo() {
    let mut desk = desk().await;
    let (one, two) = (desk.document("one.pdf").await, desk.document("two.pdf").await);
    let world = &desk.office.world;
    let (tax, internal, root) = (world.tax, world.internal, world.acme.root);
    let list = format!("{}/{tax}", desk.list);
    let nodes: [NodeId; 2] = [one.into(), two.into()];
    let dialog = desk.post(&list, &act("move", &nodes)).await.ok();
    dialog.shows("Move 2 items").shows("“one.pdf” and “two.pdf”").shows("They lie here now").hides("Move here");
    let up = desk.press(&nodes, &[("at", root.to_string()), ("folder", tax.to_string())]).await.ok();
    up.shows("Internal").shows("Client Uploads");
    let fields = [("into", internal.to_string()), ("folder", tax.to_string())];
    let moved = desk.press(&nodes, &fields).await.ok().shows("2 items are in “Internal” now.");
    assert_eq!((desk.lies_in(one).await, desk.lies_in(two).await), (internal, internal));
    // The same press whose answer was lost does nothing more.
    desk.press(&nodes, &fields).await.ok().shows("Lies there");
    desk.undo(&moved).await.ok().shows("2 items are in “2025 Tax” now.");
    assert_eq!((desk.lies_in(one).await, desk.lies_in(two).await), (tax, tax));
}

#[tokio::test]
async fn s21_what_cannot_be_moved_there_is_told_of_and_the_rest_is_moved() {
    let mut desk = desk().await;
    let document = desk.document("one.pdf").await;
    let world = &desk.office.world;
    let (tax, receipts) = (world.tax, world.receipts);
    let nodes: [NodeId; 2] = [tax.into(), document.into()];
    let alone = desk.press(&nodes[..1], &[("at", receipts.to_string())]).await.ok();
    alone.shows("cannot be moved here. A folder cannot be moved into itself").hides("Move here<");
    let page = desk.press(&nodes, &[("into", receipts.to_string()), ("folder", tax.to_string())]).await.ok();
    page.shows("“one.pdf” is in").shows("1 of 2 could not be").shows("A folder cannot be moved into itself");
    assert_eq!(desk.lies_in(document).await, receipts);

    // Through a folder that is none of theirs nothing is moved.
    let bolt = desk.office.world.bolt.client_uploads;
    let elsewhere = desk.press(&nodes, &[("into", bolt.to_string())]).await;
    let unknown = desk.press(&nodes, &[("into", FolderId::from_bits(999).to_string())]).await;
    assert_eq!((elsewhere.status, elsewhere.text().contains("Client Uploads</h2>")), (unknown.status, false));
    assert_eq!(unknown.status, 404);
}

#[tokio::test]
async fn the_folders_of_a_long_list_come_in_pages() {
    let mut desk = desk().await;
    let world = &desk.office.world;
    let (root, internal) = (world.acme.root, world.internal);
    let files = world.owner.files(world.acme.id);
    for number in 0..102 {
        files.add_folder(internal, FileName::new(&format!("Folder {number:03}")).unwrap()).await.unwrap();
    }
    let node = NodeId::from(world.receipts);
    let first = desk.press(&[node], &[("at", internal.to_string())]).await.ok();
    first.clone().shows("Folder 000").hides("Folder 101").shows("More folders");
    let text = first.text();
    let more = text.split("name=\"more\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let second = desk.press(&[node], &[("at", internal.to_string()), ("more", more)]).await.ok();
    second.shows("Folder 101").hides("Folder 000").hides("More folders");
    assert_ne!(desk.lies_in(world_receipts(&desk)).await, root);
}

fn world_receipts(desk: &Desk) -> FolderId {
    desk.office.world.receipts
}
