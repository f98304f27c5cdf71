//! A client that is to be added, with the folders that come with it.

use super::Error;
use crate::change::{Context, Decision};
use crate::directory::{self, Firm, NewClient};
use crate::files::{self, FolderKind};
use crate::record::Whole;
use crate::sharing;
use crate::values::{Actor, ClientId, FileName, FileNameError, FolderId};

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

/// Adds a client with its root and, where the firm wants it, its Client Uploads folder, shared with all its contacts.
pub(crate) fn plant_client(
    new: &NewClient,
    firm: &Firm,
    by: Actor,
    context: &Context,
) -> Result<Decision<Whole, AddedClient>, Error> {
    let root: FolderId = context.id("root");
    let added = directory::add_client(new, root, context);
    let client = added.output;
    let planted = files::plant_root(root, client, &built_in_name("Files")?, by, context);
    let mut whole = added.lift::<Whole>().and(planted.lift()).and(sharing::plant_tree(client).lift());
    let mut client_uploads = None;
    if firm.settings.client_uploads_for_new_clients {
        let (folder, name) = (context.id("client uploads"), built_in_name("Client Uploads")?);
        let made = files::add_folder(folder, client, root, &name, FolderKind::ClientUploads, by, context);
        let granted = sharing::grant_client_uploads(client, folder, &name, by, context);
        whole = whole.and(made.lift()).and(granted.lift());
        client_uploads = Some(folder);
    }
    Ok(whole.map(|id| AddedClient { id, root, client_uploads }))
}

fn built_in_name(text: &str) -> Result<FileName, Error> {
    FileName::new(text).map_err(|error: FileNameError| Error::corrupt(error.to_string()))
}
