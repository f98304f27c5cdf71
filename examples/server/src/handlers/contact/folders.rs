//! Folders that contacts make, where their firm lets them.

use portal_core::values::{FileName, FolderId};
use portal_core::{Error, Refusal};

use crate::handlers::Ids;
use crate::handlers::staff::files::file_name_error;
use crate::views::contact::MyNewFolder;
use crate::views::{Field, Flash, paths};
use crate::web::actors::AsContact;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::Posted;
use crate::web::problem::{Problem, refusal_sentence};

/// `GET /p/{firm}/{contact}/files/{node}/new-folder`.
pub(crate) async fn form(me: AsContact, ids: Ids) -> Answer {
    page(&dialog(&me, ids.of("node")?, Field::default()).await?)
}

async fn dialog(me: &AsContact, parent: FolderId, name: Field) -> Result<MyNewFolder, Problem> {
    let found = me.contact.files().list(parent, &portal_core::values::PageRequest::first(1)).await?;
    Ok(MyNewFolder { frame: me.frame().await?, parent, parent_name: found.name, name })
}

/// What the dialog posts.
#[derive(Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Fields {
    name: String,
}

/// `POST` of the same.
pub(crate) async fn add(ids: Ids, posted: Posted<AsContact, Fields>) -> Answer {
    let Posted { actor: me, fields, command, .. } = posted;
    let parent: FolderId = ids.of("node")?;
    let name = match FileName::new(&fields.name) {
        Ok(name) => name,
        Err(error) => {
            let field = Field::refused(fields.name, file_name_error(&error));
            return refused(&dialog(&me, parent, field).await?);
        }
    };
    let files = me.contact.files();
    match files.add_folder(parent, name).command(command).await {
        Ok(made) => {
            let made = files.list(made, &portal_core::values::PageRequest::first(1)).await?;
            let said = format!("“{}” was made. What you upload into it goes to {}.", made.name, me.me.firm.name);
            go_saying(&paths::my_folder(&me.address, me.me.contact.id, made.folder), Flash::done(said))
        }
        Err(Error::Refused(refusal @ Refusal::Files(_))) => {
            let field = Field::refused(fields.name, refusal_sentence(refusal));
            refused(&dialog(&me, parent, field).await?)
        }
        Err(error) => Err(error.into()),
    }
}
