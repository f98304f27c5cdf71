//! The firm's logo: set, taken off, brought back.

use portal_core::directory::DirectoryRefusal;
use portal_core::{Error, Refusal};

use super::settings;
use crate::views::{Flash, Undo, paths};
use crate::web::actors::AsStaff;
use crate::web::pages::{Answer, go_saying};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::Problem;
use crate::web::uploads::Uploading;

/// `POST /staff/logo`: one file.
pub(crate) async fn set(uploading: Uploading<AsStaff>) -> Answer {
    let Uploading { actor: staff, mut files, .. } = uploading;
    if !staff.me.role.administers() {
        files.drain().await;
        return Err(Problem::Denied);
    }
    let Some(file) = files.next().await? else {
        return settings::without_logo(&staff, "Choose a file first.".to_owned()).await;
    };
    let outcome = staff.staff.settings().set_logo(file.body).await;
    // A browser looks at the answer only once it has sent everything.
    files.drain().await;
    match outcome {
        Ok(()) => {
            go_saying(paths::settings(), Flash::done("Your logo is on every page and in every mail from now on."))
        }
        Err(error) => match said(&error) {
            Some(said) => settings::without_logo(&staff, said).await,
            None => Err(error.into()),
        },
    }
}

/// What is wrong with a picture, and what to do.
fn said(error: &Error) -> Option<String> {
    match error.refusal()? {
        Refusal::Directory(DirectoryRefusal::LogoTooLarge { limit_bytes }) => Some(format!(
            "This file has more than {} KB, and every mail carries your logo. Save it smaller, and choose it again.",
            limit_bytes / 1_000
        )),
        Refusal::Directory(DirectoryRefusal::LogoUnknown) => Some(
            "This is neither a PNG nor a JPEG, or it is damaged. Save your logo as one of these, and choose it again."
                .to_owned(),
        ),
        Refusal::Directory(DirectoryRefusal::LogoSides { least, most }) => Some(format!(
            "This picture has fewer than {least} or more than {most} pixels in one direction. Change its size, and choose \
             it again."
        )),
        _ => None,
    }
}

/// `POST /staff/logo/remove`.
pub(crate) async fn remove(posted: Posted<AsStaff, NoFields>) -> Answer {
    show(posted, false).await?;
    let flash = Flash::done("Your logo was removed. Your name stands in its place.");
    go_saying(paths::settings(), flash.undone_by(Undo::at(paths::restore_logo())))
}

/// `POST /staff/logo/restore`.
pub(crate) async fn restore(posted: Posted<AsStaff, NoFields>) -> Answer {
    show(posted, true).await?;
    go_saying(paths::settings(), Flash::done("Your logo is back."))
}

async fn show(posted: Posted<AsStaff, NoFields>, shown: bool) -> Result<(), Problem> {
    let Posted { actor: staff, command, .. } = posted;
    Ok(staff.staff.settings().show_logo(shown).command(command).await?)
}
