//! Folders that a script sends, one by one, before the files in them: each is made once, however often it is sent.

use axum::http::{StatusCode, header};
use axum::response::IntoResponse as _;
use portal_core::values::{ClientId, FileName, FolderId};

use super::Ids;
use super::staff::files::file_name_error;
use crate::views::answers::FolderAnswer;
use crate::views::paths;
use crate::web::actors::{AsContact, AsStaff};
use crate::web::announced::Announced;
use crate::web::pages::Answer;
use crate::web::problem::Problem;

/// The name of the folder that is announced.
fn named<A>(announced: &Announced<A>) -> Result<(FileName, Option<String>), Problem> {
    let (name, command) = announced.folder()?;
    Ok((name.map_err(|error| Problem::Refused(file_name_error(&error).to_owned()))?, command))
}

/// Where what lies in it is sent to.
fn made(answer: &FolderAnswer) -> Answer {
    let body = serde_json::to_string(answer).map_err(Problem::fault)?;
    Ok((StatusCode::CREATED, [(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// `POST /p/{firm}/{contact}/files/{node}/folders`.
pub(crate) async fn make_mine(ids: Ids, announced: Announced<AsContact>) -> Answer {
    let (name, command) = named(&announced)?;
    let (me, parent): (_, FolderId) = (announced.actor, ids.of("node")?);
    let call = me.contact.files().find_or_add_folder(parent, name);
    let folder = match command {
        Some(command) => call.command(command).await?,
        None => call.await?,
    };
    let (firm, contact) = (me.address.as_str(), me.me.contact.id);
    made(&FolderAnswer {
        href: paths::my_folder(firm, contact, folder),
        uploads: paths::my_uploads(firm, contact, folder),
        folders: paths::my_folders(firm, contact, folder),
    })
}

/// `POST /staff/clients/{client}/files/{folder}/folders`.
pub(crate) async fn make_ours(ids: Ids, announced: Announced<AsStaff>) -> Answer {
    let (name, command) = named(&announced)?;
    let (client, parent): (ClientId, FolderId) = (ids.of("client")?, ids.of("folder")?);
    let call = announced.actor.staff.files(client).find_or_add_folder(parent, name);
    let folder = match command {
        Some(command) => call.command(command).await?,
        None => call.await?,
    };
    made(&FolderAnswer {
        href: paths::folder(client, folder),
        uploads: paths::uploads(client, folder),
        folders: paths::folders(client, folder),
    })
}
