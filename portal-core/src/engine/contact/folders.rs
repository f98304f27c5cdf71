//! Folders that contacts make, where the firm lets them (S39).

use super::ContactFiles;
use super::caller::{ContactAuthority, ContactCaller};
use crate::change::{Context, Decision, Versioned};
use crate::directory::{self, Firm};
use crate::engine::run::Operate;
use crate::engine::sight::Sight;
use crate::engine::{Call, Engine, Error, Operation};
use crate::files::{self, FilesRefusal, FolderKind};
use crate::record::Whole;
use crate::sharing::{self, Ancestry, effective_access, may_upload};
use crate::values::{Actor, FileName, FolderId};

impl ContactFiles {
    /// Makes a folder in a shared one, into which those may look and upload who may there. A name that is taken gets a number.
    /// Nobody is told by mail.
    ///
    /// # Errors
    /// Awaiting it: [`ErrorKind::NotFound`](crate::engine::ErrorKind::NotFound) when the folder is not there for them;
    /// [`FilesRefusal::ViewOnly`] when it is only theirs to look at; [`FilesRefusal::NoFolders`] when the firm's policy does
    /// not let contacts make folders.
    pub fn add_folder(&self, parent: FolderId, name: FileName) -> Call<FolderId> {
        Call::plain(self.handle.engine.clone(), self.handle.caller.clone(), AddFolder { parent, name })
    }
}

#[derive(serde::Serialize)]
struct AddFolder {
    parent: FolderId,
    name: FileName,
}

impl Operate for AddFolder {
    const OPERATION: Operation = Operation::ContactAddFolder;
    type By = ContactCaller;
    type Loaded = (Ancestry, Versioned<Firm>);
    type Output = FolderId;

    async fn load(&self, engine: &Engine, authority: &ContactAuthority) -> Result<Self::Loaded, Error> {
        let contact = &authority.contact.contact;
        let sight = Sight { engine, firm: authority.firm, client: contact.client, contact: contact.id };
        let (above, _) = sight.seen(self.parent.into()).await?;
        Ok((above, engine.store.firm(authority.firm).await?.ok_or(Error::NotFound)?))
    }

    fn decide(
        &self,
        by: &ContactAuthority,
        (above, firm): &Self::Loaded,
        context: &Context,
    ) -> Result<Decision<Whole, FolderId>, Error> {
        let contact = by.contact.contact.id;
        // Time goes on between load and decide, and a grant may end in between.
        effective_access(contact, above, context.now).ok_or(Error::NotFound)?;
        if !may_upload(contact, above, context.now) {
            return Err(FilesRefusal::ViewOnly.into());
        }
        if !firm.settings.policies.contacts_make_folders {
            return Err(FilesRefusal::NoFolders.into());
        }
        let (id, by) = (context.id("folder"), Actor::Contact(contact));
        let added = files::add_folder(id, above.client, self.parent, &self.name, FolderKind::Ordinary, by, context);
        Ok(added
            .lift::<Whole>()
            .expect(sharing::Key::Tree(above.client).into(), above.tree)
            .expect(directory::Key::Firm(firm.id).into(), firm.version))
    }
}
