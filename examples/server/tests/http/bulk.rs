//! One act on several folders and documents: done for each that it can be done for, told of each, and taken back at once.

use portal_core::sharing::{Access, Audience};
use portal_core::values::{FolderId, NodeId, PageRequest};

use super::desk::{act, desk};
use super::office::Office;

#[tokio::test]
async fn several_go_to_the_trash_and_come_back_by_one_undo_or_from_the_trash() {
    let mut desk = desk().await;
    let (tax, internal): (NodeId, NodeId) = (desk.office.world.tax.into(), desk.office.world.internal.into());
    let page = desk.do_to("trash", &[tax, internal, tax]).await.ok().shows("2 items are in the trash.");
    let mut gone = desk.in_trash().await;
    gone.sort();
    let mut both = vec![tax, internal];
    both.sort();
    assert_eq!(gone, both);
    desk.undo(&page).await.ok().shows("2 items are back, with their sharing.").shows("2025 Tax");
    assert!(desk.in_trash().await.is_empty());

    desk.do_to("trash", &[tax, internal]).await.ok();
    let trash = format!("/staff/clients/{}/trash", desk.office.world.acme.id);
    let restored = desk.post(&trash, &act("restore", &both)).await.ok().shows("The trash is empty");
    let again = desk.undo(&restored.shows("2 items are back")).await.ok();
    again.shows("2 items are in the trash.").shows("2025 Tax");
    assert_eq!(desk.in_trash().await.len(), 2);
}

#[tokio::test]
async fn what_cannot_be_done_for_one_is_told_of_it_and_stays_selected_while_the_others_are_done() {
    let mut desk = desk().await;
    let world = &desk.office.world;
    let files = world.owner.files(world.acme.id);
    files.set_visible(world.tax, true).await.unwrap();
    // It is seen by the folder above, and no toggle of its own changes that.
    let inside = NodeId::from(world.receipts);
    let internal = NodeId::from(world.internal);
    files.set_visible(world.internal, true).await.unwrap();
    let folder = format!("{}/{}", desk.list, world.tax);
    let page = desk.post(&folder, &act("hide", &[inside, internal])).await.ok();
    let text = page.shows("1 of 2 could not be").shows("“Internal” is not shown to all contacts any more.").text();
    assert!(text.contains(&format!("value=\"{inside}\" aria-label=\"Select Receipts\" checked")), "{text}");
    assert!(text.contains("<details class=\"results card\" open>"), "{text}");
    assert_eq!(desk.audiences(desk.office.world.internal).await, []);
    assert_eq!(desk.audiences(desk.office.world.tax).await.len(), 1);

    let shown = desk.do_to("show", &[internal]).await.ok().shows("All contacts see “Internal” now.");
    assert_eq!(desk.audiences(desk.office.world.internal).await, [(Audience::AllContacts, Access::View)]);
    desk.undo(&shown).await.ok();
    assert_eq!(desk.audiences(desk.office.world.internal).await, []);
}

#[tokio::test]
async fn several_are_shared_in_one_dialog_which_names_them_and_one_undo_takes_it_back() {
    let mut desk = desk().await;
    let world = &desk.office.world;
    let (tax, internal): (NodeId, NodeId) = (world.tax.into(), world.internal.into());
    let dialog = desk.do_to("share", &[tax, internal]).await.ok();
    let dialog = dialog.shows("Share 2 items").shows("“2025 Tax” and “Internal”").shows("data-dialog");
    let path = format!("{}/{}/share-several", desk.list, desk.office.world.acme.root);
    assert!(dialog.text().contains(&format!("action=\"{path}\"")), "{}", dialog.text());
    let ana = desk.office.world.ana.audience();
    let fields = |audience: &str, access: &str, until: &str, notify: &str| {
        let node = |node: NodeId| ("node", node.to_string());
        let mut fields = vec![node(tax), node(internal), ("until", until.to_owned()), ("notify", notify.to_owned())];
        fields.push(("access", access.to_owned()));
        if !audience.is_empty() {
            fields.push(("audience", audience.to_owned()));
        }
        fields
    };
    let nobody = desk.post(&path, &fields("", "view", "", "false")).await;
    assert_eq!(nobody.status, 422);
    nobody.shows("Choose at least one contact, or all.").shows("Share 2 items");
    let contact = desk.office.world.ana.contact.to_string();
    let past = desk.post(&path, &fields(&contact, "view", "2001-01-01", "false")).await;
    assert_eq!(past.status, 422);
    past.shows("That day is over.");
    assert_eq!(desk.audiences(desk.office.world.tax).await, []);

    let shared = desk.post(&path, &fields(&contact, "view_and_upload", "", "true")).await.ok();
    let shared = shared.shows("2 items are shared with Ana").shows("We email Ana: 2 mails, one for each.");
    for folder in [desk.office.world.tax, desk.office.world.internal] {
        assert_eq!(desk.audiences(folder).await, [(ana, Access::ViewAndUpload)]);
    }
    desk.office.work().await;
    assert_eq!(desk.office.world.mailer.delivered_to(&desk.office.world.ana.email).len(), 2);

    desk.undo(&shared).await.ok().shows("2 items are shared as before.");
    for folder in [desk.office.world.tax, desk.office.world.internal] {
        assert_eq!(desk.audiences(folder).await, []);
    }
}

#[tokio::test]
async fn a_document_among_several_is_never_opened_for_uploads() {
    let mut desk = desk().await;
    let document = desk.document("letter.pdf").await;
    let folder: FolderId = desk.office.world.tax;
    let dialog = desk.do_to("share", &[document.into(), folder.into()]).await.ok();
    dialog.shows("name=\"access\" value=\"view\"").hides("value=\"view_and_upload\"");
    let path = format!("{}/{folder}/share-several", desk.list);
    let mut fields = vec![("node", document.to_string()), ("node", NodeId::from(folder).to_string())];
    for (name, value) in [("audience", "all"), ("access", "view_and_upload"), ("notify", "false")] {
        fields.push((name, value.to_owned()));
    }
    let page = desk.post(&path, &fields).await.ok().shows("1 of 2 could not be");
    assert_eq!(desk.audiences(document).await, []);
    assert_eq!(desk.audiences(folder).await, [(Audience::AllContacts, Access::ViewAndUpload)]);
    drop(page);
}

#[tokio::test]
async fn l33_ids_of_other_clients_and_other_firms_in_a_form_do_nothing_and_look_like_unknown_ones() {
    let mut desk = desk().await;
    let world = &desk.office.world;
    let (of_bolt, of_delta) = (NodeId::from(world.bolt.client_uploads), NodeId::from(world.delta.client_uploads));
    let unknown: NodeId = "folder_0000000000000000000000000000000f".parse().unwrap();
    let (acme, tax) = (world.acme.id, world.tax);
    let folder = format!("{}/{tax}", desk.list);
    let trash = format!("/staff/clients/{acme}/trash");
    let list = desk.list.clone();
    let before = (shares(&desk.office, true).await, shares(&desk.office, false).await);
    let mut answers = Vec::new();
    for node in [of_bolt, of_delta, unknown] {
        let mut told = Vec::new();
        for (path, name) in [
            (&list, "trash"),
            (&list, "show"),
            (&list, "hide"),
            (&folder, "trash"),
            (&trash, "restore"),
            (&list, "share"),
        ] {
            let page = desk.post(path, &act(name, &[node])).await;
            told.push((name, page.status.as_u16(), page.text().contains("It is not there any more.")));
        }
        for (path, with) in [("share-several", true), ("unshare", false)] {
            let mut fields = vec![("node", node.to_string()), ("audience", "all".to_owned())];
            if with {
                fields.extend([("access", "view".to_owned()), ("notify", "true".to_owned())]);
            }
            let page = desk.post(&format!("{folder}/{path}"), &fields).await;
            told.push((path, page.status.as_u16(), page.text().contains("It is not there any more.")));
        }
        answers.push(told);
    }
    assert_eq!(answers[0], answers[2], "what is of another client");
    assert_eq!(answers[1], answers[2], "what is of another firm");
    assert!(answers[2].iter().all(|(_, status, _)| [404, 422].contains(status)), "{:?}", answers[2]);
    assert_eq!((shares(&desk.office, true).await, shares(&desk.office, false).await), before);
    desk.office.work().await;
    assert!(desk.office.world.mailer.sent().is_empty());

    // What is their own is done all the same, and only that.
    let page = desk.do_to("trash", &[of_bolt, tax.into(), of_delta]).await.ok();
    page.shows("“2025 Tax” is in the trash.").shows("2 of 3 could not be").hides("Client Uploads</b> In the trash");
    assert_eq!(desk.in_trash().await, [NodeId::from(tax)]);
    assert_eq!((shares(&desk.office, true).await, shares(&desk.office, false).await), before);
}

/// How the Client Uploads folders of Bolt and of the other firm's Delta stand: who sees them, and whether they are there.
async fn shares(office: &Office, bolt: bool) -> String {
    let world = &office.world;
    let (staff, client) = if bolt { (&world.owner, &world.bolt) } else { (&world.other_owner, &world.delta) };
    let files = staff.files(client.id);
    let listing = files.list(Some(client.client_uploads), &PageRequest::default()).await.unwrap();
    let trashed = files.trashed(&PageRequest::default()).await.unwrap();
    format!("{:?} {:?}", files.sharing(client.client_uploads).await.unwrap().own, (listing.folder, trashed.items))
}

#[tokio::test]
async fn an_act_that_was_sent_twice_is_done_once() {
    let mut desk = desk().await;
    let tax = NodeId::from(desk.office.world.tax);
    desk.do_to("trash", &[tax]).await.ok();
    desk.office.world.owner.files(desk.office.world.acme.id).restore(tax).await.unwrap();
    // The same press of the same button, whose answer was lost.
    desk.do_to("trash", &[tax]).await.ok().shows("“2025 Tax” is in the trash.");
    assert!(desk.in_trash().await.is_empty(), "it was restored since, and stays so");
}

#[tokio::test]
async fn an_act_on_nothing_on_too_many_or_of_no_kind_changes_nothing() {
    let mut desk = desk().await;
    let none = desk.do_to("trash", &[]).await;
    assert_eq!(none.status, 422);
    none.shows("Select folders or documents first.");
    let nothing_to_share = desk.do_to("share", &[]).await;
    assert_eq!(nothing_to_share.status, 422);
    let many: Vec<NodeId> = (0..201).map(|id| FolderId::from_bits(id).into()).collect();
    let many = desk.do_to("trash", &many).await;
    assert_eq!(many.status, 422);
    many.shows("At most 200 at once, and 201 are selected. Nothing was done.");
    let tax = NodeId::from(desk.office.world.tax);
    assert_eq!(desk.do_to("purge", &[tax]).await.status, 400);
    let trash = format!("/staff/clients/{}/trash", desk.office.world.acme.id);
    assert_eq!(desk.post(&trash, &act("show", &[tax])).await.status, 400);
    assert!(desk.in_trash().await.is_empty());
}

#[tokio::test]
async fn an_act_leaves_one_on_the_page_of_the_list_where_one_was() {
    let mut desk = desk().await;
    let world = &desk.office.world;
    let files = world.owner.files(world.acme.id);
    for number in 0..102 {
        let name = portal_core::values::FileName::new(&format!("Folder {number:03}")).unwrap();
        files.add_folder(world.internal, name).await.unwrap();
    }
    let internal = format!("{}/{}", desk.list, world.internal);
    let first = desk.olivia.get(&format!("{internal}?sort=name-backwards")).await.ok();
    let next = first.link(&format!("{internal}?sort=name-backwards&#38;after="), "").replace("&#38;", "&");
    let second = desk.olivia.get(&next).await.ok().shows("Folder 000").hides("Folder 101").shows("First page");
    let text = second.text();
    let field = |name: &str| {
        let rest = text.split("id=\"picks\"").nth(1).unwrap();
        let rest = rest.split(&format!("name=\"{name}\" value=\"")).nth(1).unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    let row = text.split("id=\"pick-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    desk.page = second.clone();
    let fields = [
        ("act", "trash".to_owned()),
        ("node", row),
        ("sort", field("sort")),
        ("after", field("after").replace("&#38;", "&")),
    ];
    let after = desk.post(&internal, &fields).await.ok();
    after.shows("is in the trash").shows("First page").hides("Folder 101");
}

#[tokio::test]
async fn several_are_archived_and_taken_out_again_by_one_undo() {
    let mut desk = desk().await;
    let (tax, internal): (NodeId, NodeId) = (desk.office.world.tax.into(), desk.office.world.internal.into());
    let page = desk.do_to("archive", &[tax, internal]).await.ok().shows("2 items are archived.");
    let files = desk.office.world.owner.files(desk.office.world.acme.id);
    assert_eq!(files.archived(&PageRequest::default()).await.unwrap().items.len(), 2);
    desk.undo(&page).await.ok().shows("2 items are out of the archive.").shows("2025 Tax");
    assert!(files.archived(&PageRequest::default()).await.unwrap().items.is_empty());
}
