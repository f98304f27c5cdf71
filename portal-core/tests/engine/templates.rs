//! Folder templates: kept by the firm, planted at new clients and at those there are.

use portal_core::directory::{DirectoryRefusal, FolderTree, NewClient, TemplateFolder, TemplateSharing};
use portal_core::files::FilesRefusal;
use portal_core::sharing::{Access, Audience};
use portal_core::testing::World;
use portal_core::values::{ClientId, FolderId, FolderTemplateId, NodeId};
use portal_core::{EntryKind, ErrorKind};

use crate::guards::Race;
use crate::words::{called, directory_refuses, files_refuse, kind, page, person};

fn folder(name: &str) -> TemplateFolder {
    TemplateFolder::new(called(name))
}

/// Permanent (seen by all) with Letters in it, Client Uploads with Receipts in it, and Internal.
fn tree() -> FolderTree {
    let permanent = folder("Permanent").shared(TemplateSharing::View).with(folder("Letters"));
    let uploads = folder("CLIENT uploads").with(folder("Receipts").shared(TemplateSharing::ViewAndUpload));
    FolderTree::new(vec![permanent, uploads, folder("Internal")]).unwrap()
}

async fn add(world: &World) -> FolderTemplateId {
    world.owner.folder_templates().add(person("1040"), tree()).await.unwrap()
}

/// Every folder of a client by its path, and how it is shared with all contacts by itself.
async fn folders(world: &World, client: ClientId) -> Vec<(String, Option<Access>)> {
    let files = world.owner.files(client);
    let root = world.owner.clients().find(client).await.unwrap().root;
    let (mut found, mut left) = (Vec::new(), vec![(String::new(), root)]);
    while let Some((path, folder)) = left.pop() {
        for entry in files.list(Some(folder), &page()).await.unwrap().entries.items {
            let (EntryKind::Folder(_), NodeId::Folder(id)) = (&entry.kind, entry.node) else { continue };
            let own = files.sharing(id).await.unwrap().own;
            let shared = own.iter().find(|grant| grant.audience == Audience::AllContacts).map(|grant| grant.access);
            found.push((format!("{path}{}", entry.name), shared));
            left.push((format!("{path}{}/", entry.name), id));
        }
    }
    found.sort_by(|one, other| one.0.cmp(&other.0));
    found
}

fn planted() -> Vec<(String, Option<Access>)> {
    let all = [
        ("Client Uploads", Some(Access::ViewAndUpload)),
        ("Client Uploads/Receipts", Some(Access::ViewAndUpload)),
        ("Internal", None),
        ("Permanent", Some(Access::View)),
        ("Permanent/Letters", None),
    ];
    all.into_iter().map(|(name, access)| (name.to_owned(), access)).collect()
}

#[tokio::test]
async fn new_clients_get_the_default_template_and_its_client_uploads_is_the_one_they_have() {
    let world = World::new().await.unwrap();
    let template = add(&world).await;
    let before = world.owner.clients().add(NewClient::new(person("Elm"))).await.unwrap();
    assert_eq!(folders(&world, before.id).await, [("Client Uploads".to_owned(), Some(Access::ViewAndUpload))]);
    world.owner.folder_templates().choose_default(Some(template)).await.unwrap();
    let added = world.assigned.clients().add(NewClient::new(person("Fir"))).await.unwrap();
    assert_eq!(folders(&world, added.id).await, planted());
    let uploads = world.owner.files(added.id).list(added.client_uploads, &page()).await.unwrap();
    assert_eq!(uploads.entries.items.len(), 1, "its folder for uploads has Receipts in it");
    world.run_worker().await.unwrap();
    assert!(world.mailer.take().is_empty(), "nobody is told");

    world.owner.folder_templates().remove(template).await.unwrap();
    let after = world.owner.clients().add(NewClient::new(person("Gum"))).await.unwrap();
    assert_eq!(folders(&world, after.id).await.len(), 1);
}

#[tokio::test]
async fn a_template_is_planted_once_and_what_is_there_stays_as_it_is() {
    let world = World::new().await.unwrap();
    let template = add(&world).await;
    let files = world.owner.files(world.bolt.id);
    let permanent = files.add_folder(world.bolt.root, called("permanent")).await.unwrap();
    files.apply_template(template).await.unwrap();
    let expected: Vec<_> = planted()
        .into_iter()
        .map(|(name, access)| match name.strip_prefix("Permanent") {
            // It was there, and shared with nobody.
            Some("") => ("permanent".to_owned(), None),
            Some(rest) => (format!("permanent{rest}"), access),
            None => (name, access),
        })
        .collect();
    assert_eq!(folders(&world, world.bolt.id).await, expected);
    let happened = world.owner.activity(world.bolt.id, &page()).await.unwrap().items.len();
    files.apply_template(template).await.unwrap();
    assert_eq!(folders(&world, world.bolt.id).await, expected);
    assert_eq!(world.owner.activity(world.bolt.id, &page()).await.unwrap().items.len(), happened, "nothing was done");

    // What is new in it is added.
    let more = FolderTree::new(vec![folder("Permanent").with(folder("Letters").with(folder("2025")))]).unwrap();
    world.owner.folder_templates().change(template, person("1040"), more).await.unwrap();
    files.apply_template(template).await.unwrap();
    let names: Vec<String> = folders(&world, world.bolt.id).await.into_iter().map(|(name, _)| name).collect();
    assert!(names.contains(&"permanent/Letters/2025".to_owned()), "{names:?}");
    assert_eq!(names.len(), expected.len() + 1);
    let _: FolderId = permanent;
}

#[tokio::test]
async fn a_document_of_a_folders_name_is_in_the_way_and_nothing_is_planted() {
    let world = World::new().await.unwrap();
    let template = add(&world).await;
    world.upload(world.bolt.id, world.bolt.root, "internal", "bytes").await.unwrap();
    let files = world.owner.files(world.bolt.id);
    assert_eq!(files_refuse(files.apply_template(template)).await, FilesRefusal::NameOfDocument);
    assert_eq!(folders(&world, world.bolt.id).await.len(), 1);
    assert_eq!(kind(files.apply_template(FolderTemplateId::from_bits(42))).await, ErrorKind::NotFound);
    assert_eq!(kind(world.other_owner.files(world.delta.id).apply_template(template)).await, ErrorKind::NotFound);
}

#[tokio::test]
async fn two_who_plant_at_once_plant_once() {
    let race = Race::new().await;
    let template = add(&race.world).await;
    let (world, acme) = (race.world.clone(), race.world.acme.id);
    race.meanwhile.happens(async move { world.owner.files(acme).apply_template(template).await.unwrap() });
    race.staff.apply_template(template).await.unwrap();
    assert!(race.meanwhile.took_place());
    let names: Vec<String> = folders(&race.world, acme).await.into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| !name.contains("(2)")), "{names:?}");
}

#[tokio::test]
async fn a_firm_has_so_many_templates_and_one_of_them_for_new_clients() {
    let world = World::new().await.unwrap();
    let templates = world.owner.folder_templates();
    let first = add(&world).await;
    for number in 1..50 {
        templates.add(person(&format!("{number}")), FolderTree::default()).await.unwrap();
    }
    let one_more = templates.add(person("One more"), FolderTree::default());
    assert_eq!(directory_refuses(one_more).await, DirectoryRefusal::TooManyTemplates { most: 50 });
    let second = templates.list().await.unwrap().into_iter().find(|it| it.id != first).unwrap().id;
    templates.choose_default(Some(first)).await.unwrap();
    templates.choose_default(Some(second)).await.unwrap();
    let chosen = |all: Vec<portal_core::directory::FolderTemplate>| {
        all.into_iter().filter(|it| it.is_default).map(|it| it.id).collect::<Vec<_>>()
    };
    assert_eq!(chosen(templates.list().await.unwrap()), [second]);
    templates.choose_default(None).await.unwrap();
    assert_eq!(chosen(templates.list().await.unwrap()), []);
    assert_eq!(kind(templates.choose_default(Some(FolderTemplateId::from_bits(42)))).await, ErrorKind::NotFound);
}
