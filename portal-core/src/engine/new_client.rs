//! A client that is to be added, with the folders that come with it.

use super::planting::{Bed, There};
use super::{Engine, Error};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Firm, FolderTemplate, NewClient};
use crate::files::{self, FolderKind};
use crate::ports::store::StoreError;
use crate::record::Whole;
use crate::sharing::{self, Access};
use crate::values::{Actor, ClientId, FileName, FileNameError, FirmId, FolderId};

/// A client that was added, and the folders that came with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AddedClient {
    /// The client.
    pub id: ClientId,
    /// The folder that holds all of its files.
    pub root: FolderId,
    /// Its Client Uploads folder, if the firm's settings give one to new clients.
    pub client_uploads: Option<FolderId>,
}

/// The folder template that new clients of a firm get. A commit that makes one rests on it.
pub(crate) async fn template_for_new(
    engine: &Engine,
    firm: FirmId,
) -> Result<Option<Versioned<FolderTemplate>>, StoreError> {
    let all = engine.store.folder_templates(firm).await?;
    Ok(all.into_iter().find(|template| template.is_default))
}

/// Adds a client with its root and, where the firm wants it, its Client Uploads folder, shared with all its contacts, and the
/// folders of a template.
pub(crate) fn plant_client(
    new: &NewClient,
    firm: &Firm,
    template: Option<&FolderTemplate>,
    by: Actor,
    context: &Context,
) -> Result<Decision<Whole, AddedClient>, Error> {
    let root: FolderId = context.id("root");
    let added = directory::add_client(new, root, context);
    let client = added.output;
    let planted = files::plant_root(root, client, &built_in_name("Files")?, by, context);
    let mut whole = added.lift::<Whole>().and(planted.lift()).and(sharing::plant_tree(client).lift());
    // A template's folder of that name is the one for uploads.
    let (mut client_uploads, mut there) = (None, There::new());
    if firm.settings.client_uploads_for_new_clients {
        let (folder, name) = (context.id("client uploads"), built_in_name("Client Uploads")?);
        let made = files::add_folder(folder, client, root, &name, FolderKind::ClientUploads, by, context);
        let granted = sharing::grant_to_all(client, folder, &name, Access::ViewAndUpload, by, context);
        whole = whole.and(made.lift()).and(granted.lift());
        there.insert((root, name.folded()), folder);
        client_uploads = Some(folder);
    }
    if let Some(template) = template {
        let planted = Bed { client, there: &there, by, context }.plant(template.folders.folders(), root, "");
        whole = whole.and(planted).and(directory::note_template(template, client, context).lift());
    }
    Ok(whole.map(|id| AddedClient { id, root, client_uploads }))
}

fn built_in_name(text: &str) -> Result<FileName, Error> {
    FileName::new(text).map_err(|error: FileNameError| Error::corrupt(error.to_string()))
}
