//! What is archived, to whoever goes on to read it.

use portal_core::sharing::Access;

use super::office::Office;

#[tokio::test]
async fn an_archived_folder_says_that_it_is_and_why_nothing_is_uploaded_there() {
    let office = Office::open().await;
    let world = &office.world;
    let document = world.upload(world.acme.id, world.tax, "w2.pdf", "bytes").await.unwrap();
    world.share(world.tax, &world.ana, Access::ViewAndUpload).await.unwrap();
    let mut ana = office.sign_in(&world.ana).await;
    let folder = office.at(&world.ana, &format!("/files/{}", world.tax));
    ana.get(&folder).await.ok().hides("archived").shows("data-upload").hides("Archive of this folder");
    // What is archived within it is found from the top, too.
    let archived = office.at(&world.ana, "/archive");
    ana.get(&archived).await.ok().shows("Nothing is archived here");
    world.owner.files(world.acme.id).archive(document).await.unwrap();
    ana.get(&archived).await.ok().shows("In your folders").shows("w2.pdf").hides("Nothing is archived here");
    ana.get(&folder).await.ok().shows("Archive of this folder");
    world.owner.files(world.acme.id).archive(world.tax).await.unwrap();
    let archive = format!("href=\"{}\">Archive</a>", office.at(&world.ana, "/archive"));
    let page = ana.get(&folder).await.ok();
    page.shows("This folder is archived").shows("upload nothing more").shows(&archive).hides("data-upload");
    let page = ana.get(&office.at(&world.ana, &format!("/files/{document}"))).await.ok();
    page.shows("This is archived").shows(&archive);
}
