//! Folders by their names.

use super::{Engine, Error};
use crate::ports::store::NodeRead;
use crate::values::{FileName, FirmId, FolderId};

/// The live folder in `parent` whose name collides with `name`, if it is a folder that does.
pub(crate) async fn folder_named(
    engine: &Engine,
    firm: FirmId,
    parent: FolderId,
    name: &FileName,
) -> Result<Option<FolderId>, Error> {
    let found = engine.store.named_in(firm, &[(parent, name.folded())]).await?;
    Ok(found.into_iter().find_map(|node| match node {
        NodeRead::Folder(folder) => Some(folder.id),
        NodeRead::Document(_) => None,
    }))
}
