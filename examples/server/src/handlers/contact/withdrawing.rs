//! Taking back what one uploaded.

use portal_core::files::FilesRefusal;
use portal_core::values::DocumentId;
use portal_core::{ContactDocument, Error, Refusal};

use crate::handlers::Ids;
use crate::views::contact::WithdrawDialog;
use crate::views::{Flash, paths};
use crate::web::actors::AsContact;
use crate::web::pages::{Answer, go_saying, page, refused};
use crate::web::posted::{NoFields, Posted};
use crate::web::problem::{Problem, refusal_sentence};

/// `GET /p/{firm}/{contact}/documents/{document}/withdraw`.
pub(crate) async fn form(me: AsContact, ids: Ids) -> Answer {
    let found = me.contact.files().document(ids.of("document")?).await?;
    let why = match found.withdrawable {
        Some(_) => None,
        None => Some(why_not(&me, found.stays.unwrap_or(FilesRefusal::NotYours))),
    };
    page(&dialog(&me, found, why).await?)
}

async fn dialog(me: &AsContact, found: ContactDocument, refused: Option<String>) -> Result<WithdrawDialog, Problem> {
    Ok(WithdrawDialog {
        frame: me.frame().await?,
        document: found.id,
        until: found.withdrawable.and_then(|it| it.until),
        refused,
        name: found.name,
    })
}

/// `POST` of the same.
pub(crate) async fn withdraw(ids: Ids, posted: Posted<AsContact, NoFields>) -> Answer {
    let Posted { actor: me, command, .. } = posted;
    let id: DocumentId = ids.of("document")?;
    let found = match me.contact.files().document(id).await {
        // The same press of the button once more: it is done.
        Err(Error::NotFound) => {
            me.contact.files().withdraw(id).command(command).await?;
            return go_saying(&paths::my_files(&me.address, me.me.contact.id), Flash::done("It is withdrawn."));
        }
        found => found?,
    };
    match me.contact.files().withdraw(id).command(command).await {
        Ok(()) => {}
        Err(Error::Refused(Refusal::Files(why))) => {
            let why = why_not(&me, why);
            return refused(&dialog(&me, found, Some(why)).await?);
        }
        Err(error) => return Err(error.into()),
    }
    let back = match found.path.last() {
        Some(above) => paths::my_folder(&me.address, me.me.contact.id, above.folder),
        None => paths::my_files(&me.address, me.me.contact.id),
    };
    let said = format!("“{}” is withdrawn. If you want it back, ask {}.", found.name, me.me.firm.name);
    go_saying(&back, Flash::done(said))
}

/// Why something stays, and what to do.
pub(super) fn why_not(me: &AsContact, why: FilesRefusal) -> String {
    let firm = &me.me.firm.name;
    match why {
        FilesRefusal::Opened => format!("{firm} has opened it already. Ask them to remove it."),
        FilesRefusal::WithdrawalOver => format!("The time to withdraw it is over. Ask {firm} to remove it."),
        FilesRefusal::NoWithdrawal => format!("It cannot be withdrawn. Ask {firm} to remove it."),
        FilesRefusal::NotYours => {
            "You can withdraw only what you uploaded yourself, and only until somebody adds a version to it.".to_owned()
        }
        other => refusal_sentence(other.into()),
    }
}
